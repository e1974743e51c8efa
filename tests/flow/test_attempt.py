"""A candidate of somebody else goes through the same gates, and one demand more."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.errors import ProfileError
from llmopt.flow.attempt import attempt, shown
from llmopt.flow.foreign import Foreign
from llmopt.flow.session import Session
from llmopt.values.step import SourceText
from llmopt.values.verdict import Inconclusive, Refuted, describe
from tests.conftest import need
from tests.corpus.runner import Silent
from tests.projects import opened

UNIT = """
#include <stdio.h>
static int table[600];
/* How many of the first `count` values stand more than once. */
int repeated(const int *values, int count)
{
    int found = 0;
    for (int i = 0; i < count; i++) {
        int same = 0;
        for (int k = 0; k < count; k++)
            same += values[k] == values[i];
        found += same > 1;
    }
    return found;
}
int main(void)
{
    int sum = 0;
    for (int i = 0; i < 600; i++)
        table[i] = i % 20;
    for (int i = 0; i < 900; i++)
        sum += repeated(table, 300 + i % 300) + repeated(table, i % 60);
    printf("%d\\n", sum);
    return 0;
}
"""
PROJECT = """
version: 1
build:
  build: >-
    {launcher} gcc -O1 $CFLAGS -c {source}/unit.c -o {build}/unit.o &&
    gcc $LDFLAGS -o {build}/program {build}/unit.o
workload:
  command: "{build}/program"
gates:
  pairs: 5
contracts:
  repeated:
    length: {values: count}
    range: {count: [0, 600]}
"""
#: Stops at the second one, looked for by a function of its own.
FASTER = """
static int stands_twice(const int *values, int count, int value)
{
    int same = 0;
    for (int k = 0; k < count; k++) {
        same += values[k] == value;
        if (same > 1)
            return 1;
    }
    return 0;
}

int repeated(const int *values, int count)
{
    int found = 0;
    for (int i = 0; i < count; i++)
        found += stands_twice(values, count, values[i]);
    return found;
}
"""
ORIGIN = {"agent": "somebody"}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    need("gcc", "perf")
    return opened(tmp_path_factory.mktemp("project"), PROJECT, {"unit.c": UNIT})


def foreign(text: str) -> Foreign:
    return Foreign("unit.c", "repeated", "source", text, ORIGIN)


def test_a_right_and_faster_one_becomes_a_recipe_of_its_maker(session: Session) -> None:
    done = attempt(session, Silent(), foreign(FASTER))
    assert done.recipe is not None, [describe(v) for v in done.verdicts]
    assert done.recipe.provenance["agent"] == "somebody"
    assert {"tests", "shadow"} & {verdict.gate for verdict in done.verdicts}
    assert done.recipe.speedup.low > 1.03
    (step,) = done.recipe.steps
    assert isinstance(step, SourceText)
    assert step.helpers == ("stands_twice",)
    assert session.cache.recipe(done.recipe.digest) == done.recipe
    assert [entry["function"] for entry in (session.last_run() or {})["functions"]] == ["repeated"]


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        (FASTER.replace("same > 1", "same > 2"), "differential"),
        ('#include "/etc/passwd"\n' + FASTER, "static"),
        (FASTER.replace("return 0;", "__builtin_unreachable();"), "static"),
        ("#if 1\n" + FASTER, "build"),
    ],
)
def test_a_wrong_one_is_refuted(session: Session, text: str, gate: str) -> None:
    (verdict,) = attempt(session, Silent(), foreign(text)).verdicts
    assert isinstance(verdict, Refuted), verdict
    assert verdict.gate == gate


def test_what_is_no_definition_says_nothing(session: Session) -> None:
    (verdict,) = attempt(session, Silent(), foreign("int repeated(")).verdicts
    assert isinstance(verdict, (Inconclusive, Refuted))


def test_without_tests_and_shadow_nothing_of_somebody_else_is_taken(session: Session) -> None:
    """Faster, and the same on the workload: the other gates could not tell it from a right one."""
    settings = PROJECT.replace("gates:\n", "gates:\n  consulted: []\n")
    lax = opened(Path(session.config.root), settings, {})
    done = attempt(lax, Silent(), foreign(FASTER.replace("int same = 0;", "int same = count < 0;")))
    assert done.recipe is None
    assert isinstance(done.verdicts[-1], Inconclusive)
    assert done.verdicts[-1].gate == "policy"


def test_a_function_that_the_workload_does_not_reach_is_named(session: Session) -> None:
    with pytest.raises(ProfileError, match=r"was not seen in main2 of unit\.c"):
        attempt(session, Silent(), Foreign("unit.c", "main2", "source", "", ORIGIN))


def test_the_text_to_be_edited_is_shown_at_each_level(session: Session) -> None:
    assert shown(session, Silent(), "unit.c", "repeated", "source").startswith("int repeated(")
    assert "\nrepeated:" in shown(session, Silent(), "unit.c", "repeated", "asm")
