"""Shadow execution on small programs with real compilers."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.values.verdict import Passed, Refuted
from tests.conftest import need
from tests.shadow.programs import Program

HASH = """
#include <stdio.h>
#include <stdlib.h>
struct state { char tag; int length; char last[13]; unsigned long hash; unsigned calls; };
unsigned long total;
static unsigned digest(struct state *state, const char *text, unsigned long count)
{
    unsigned long hash = state->hash ^ 1469598103934665603ul;
    for (unsigned long i = 0; i < count; i++)
        hash = (hash ^ (unsigned long)(long)text[i]) * 1099511628211ul;
    state->hash = hash;
    state->calls++;
    state->length = (int)count;
    state->last[count % 13] = (char)hash;
    total += count;
    return (unsigned)(hash >> 32);
}
int main(void)
{
    struct state *heap = calloc(1, sizeof *heap), local = {0};
    unsigned sum = 0, random = 7;
    for (int round = 0; round < 20000; round++) {
        char text[400];
        random = random * 1103515245 + 12345;
        unsigned long count = round == 15000 ? 300 : (random >> 16) % 64;
        for (unsigned long i = 0; i < count; i++) {
            random = random * 1103515245 + 12345;
            text[i] = (random >> 16) & 127;
        }
        if (round == 9000)
            text[0] = (char)0xe9;
        sum += digest(round & 1 ? heap : &local, text, count);
    }
    printf("%u %lu %u\\n", sum, total, local.calls);
    return 0;
}
"""
UNROLLED = """static unsigned digest(struct state *state, const char *text, unsigned long count)
{
    unsigned long hash = state->hash ^ 1469598103934665603ul, i = 0;
    for (; i + 1 < count; i += 2) {
        hash = (hash ^ (unsigned long)(long)text[i]) * 1099511628211ul;
        hash = (hash ^ (unsigned long)(long)text[i + 1]) * 1099511628211ul;
    }
    if (i < count)
        hash = (hash ^ (unsigned long)(long)text[i]) * 1099511628211ul;
    state->hash = hash;
    state->calls++;
    state->length = (int)count;
    state->last[count % 13] = (char)hash;
    total += count;
    return (unsigned)(hash >> 32);
}"""


@pytest.mark.parametrize("compiler", ["gcc", "clang-19"])
def test_a_right_candidate_passes_on_all_calls(tmp_path: Path, compiler: str) -> None:
    need(compiler)
    verdict = Program(tmp_path, "digest", HASH, compiler=compiler).judge(UNROLLED)
    assert isinstance(verdict, Passed), verdict
    assert verdict.evidence["calls"] == verdict.evidence["covered"] == 20000


@pytest.mark.parametrize("compiler", ["gcc", "clang-19"])
def test_a_difference_in_one_rare_call_is_found_and_shown(tmp_path: Path, compiler: str) -> None:
    need(compiler)
    wrong = UNROLLED.replace("(long)text[i]", "(unsigned char)text[i]")
    verdict = Program(tmp_path, "digest", HASH, compiler=compiler).judge(wrong)
    assert isinstance(verdict, Refuted), verdict
    assert "the returned value holds" in verdict.counterexample
    assert "in call 9001: digest(state = " in verdict.counterexample
