"""The test agent in a whole run: what it writes is tried first, and tells wrong candidates."""

from __future__ import annotations

import json
import re

import pytest

from tests.conftest import need
from tests.flow.test_attempt import PROJECT
from tests.messages_server import calls, ok, says, serving

from .support import Project

UNIT = """
#include <stdio.h>
static char texts[64][12];
/* The number that eight digits and their check make, or less than 0. */
int checked(const char *text)
{
    int sum = 0, number = 0;
    for (int i = 0; i < 8; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        number = 0;
        for (int k = 0; k <= i; k++)
            number = number * 10 + (text[k] - '0');
        sum += (text[i] - '0') * (i + 2);
    }
    if (text[8] != '-')
        return -2;
    if (sum % 11 != text[9] - '0' || text[10])
        return -3;
    return number;
}
int main(void)
{
    unsigned all = 0;
    for (int i = 0; i < 64; i++)
        sprintf(texts[i], "%08d-%d", i * 100003, i % 10);
    for (int i = 0; i < 30000000; i++)
        all = all * 3 + (unsigned)checked(texts[i % 64]);
    printf("%u\\n", all);
    return 0;
}
"""
SETTINGS = """
contracts:
  checked:
    nonnull: [text]
hot:
  max_functions: 1
model:
  small: a-small-model
"""
FASTER = """int checked(const char *text)
{
    int sum = 0, number = 0;
    for (int i = 0; i < 8; i++) {
        int digit = text[i] - '0';
        if (digit < 0 || digit > 9)
            return -1;
        number = number * 10 + digit;
        sum += digit * (i + 2);
    }
    if (text[8] != '-')
        return -2;
    if (sum % 11 != text[9] - '0' || text[10])
        return -3;
    return number;
}"""
#: Reads its argument wrong where the check is right, which no run of the workload shows.
WRONG = FASTER.replace("|| text[10]", "|| text[10] > 0")
DIGITS = """
char *at = (char *)text;
int sum = 0;
for (int i = 0; i < 8; i++) {
    at[i] = (char)llmopt_draw('0', '9');
    sum += (at[i] - '0') * (i + 2);
}
at[8] = '-';
at[9] = (char)('0' + (sum + llmopt_draw(0, 1)) % 11);
at[10] = (char)(llmopt_draw(0, 2) ? 0 : llmopt_draw(-128, 127));
"""
GENERATORS = [
    'system("true");',
    "text[0] = '1';",
    "text = 0;",
    "for (int i = 0; i < 4; i++) ((char *)text)[i] = (char)((long)&text >> 4 + 4 * i);",
    "((char *)text)[0] = 0;",
    DIGITS,
]


@pytest.fixture
def project(tmp_path):
    need("llmopt", "gcc", "perf")
    (tmp_path / "unit.c").write_text(UNIT)
    (tmp_path / "llmopt.yaml").write_text(PROJECT.partition("contracts:")[0] + SETTINGS)
    return Project(tmp_path, tmp_path / "cache")


def answer(_number, asked):
    turn = sum(m["role"] == "assistant" for m in asked["messages"])
    if "tests of one C function" in asked["system"][0]["text"]:
        return ok([calls("generator", {"text": GENERATORS[turn]})])
    texts = [WRONG, FASTER]
    return ok([calls("submit", {"text": texts[turn]})] if turn < 2 else [says("That is all.")])


def test_generators_are_tried_first_and_tell_what_no_made_up_argument_tells(project):
    with serving(answer) as server:
        there = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "sk-none"}
        words = ("optimize", "--model", "anthropic", "--strategy", "single:source", "--json")
        run = json.loads(project.run("llmopt", *words, changes=there, timeout=900).stdout)
    told = [r["messages"][-1]["content"][0]["content"] for r in server.requests[1:6]]
    assert "may not call system" in told[0]
    assert "does not build" in told[1]
    assert re.search("takes 0 of its calls.*faulted", told[2])
    assert "depend on addresses" in told[3]
    assert "tell no further mutant" in told[4]
    question = server.requests[0]["messages"][0]["content"][0]["text"]
    assert "nonnull: ('text',)" in question
    assert "the original" not in question.partition("Not these:")[2]
    (function,) = run["functions"]
    assert "1 kept" in function["tests"]
    (recipe,) = run["recipes"]
    assert recipe["provenance"]["move"] == "a-small-model source 2"
    shown = server.requests[-1]["messages"][2]["content"][0]["content"]
    assert "tests: refuted: checked(text=" in shown
    assert "1 kept" in project.run("llmopt", "report").stdout
