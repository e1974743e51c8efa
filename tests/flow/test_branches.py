"""What private builds of a project show of its branches, and the move that is made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.agents.catalogue import catalogue
from llmopt.agents.subject import Seen, Subject
from llmopt.errors import NotApplicable
from llmopt.flow.branches import branch_counts
from llmopt.flow.trial import build_everywhere, open_subject
from llmopt.rewrite.build import source_step
from llmopt.values.step import Donor
from tests.conftest import need
from tests.corpus.runner import Silent
from tests.projects import built
from tests.units import context

UNIT = """
#include <stdio.h>
#ifdef __clang__
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE __attribute__((noinline, noclone))
#endif
static int seldom(int x) { int s = 0; for (int i = 0; i < x; i++) s ^= s * 31 + i; return s; }
int outside(int x);
static int often(int x) { return x & 3 ? outside(x) : -x; }
NOINLINE static int work(const int *values, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += values[i] % 100 ? often(values[i]) : seldom(values[i]);
    return sum;
}
int outside(int x) { return x > 5 ? x - 5 : x; }
int unused(int x) { return x ? 1 : 2; }
int main(void)
{
    int values[500];
    for (int i = 0; i < 500; i++)
        values[i] = i;
    printf("%d\\n", work(values, 500));
    return 0;
}
"""
PROJECT = """
version: 1
build:
  build: >-
    {launcher} COMPILER -O2 -c {source}/unit.c -o {build}/unit.o &&
    COMPILER -o {build}/program {build}/unit.o
workload:
  command: "{build}/program"
"""
MOVE = next(move for move in catalogue() if move.option.name == "profile-guided")


def test_what_was_counted_guides_a_build_and_is_counted_once(compiler: str, tmp_path: Path) -> None:
    session = built(tmp_path, PROJECT.replace("COMPILER", compiler), {"unit.c": UNIT})
    subject = open_subject(session, "work", "unit.c")
    found = branch_counts(session, Silent(), [subject])
    text = found["unit.c:work"]
    if compiler != "gcc":
        assert {";work", ";often", ";seldom"} <= set(text.splitlines())
        assert {"main", "unused"}.isdisjoint(text.splitlines())
    seen = Seen(counts=text)
    (step,) = MOVE.propose(Subject(subject.context, "work", (), seen))
    assert isinstance(step, Donor)
    assert build_everywhere(subject, (step,))
    # And on top of other options; but not of other text, whose branches nobody has counted.
    before = Donor(("work",), ("-O3",), level="asm")
    assert MOVE.propose(Subject(subject.context, "work", (before,), seen)) == (
        Donor(("work",), ("-O3",), counts=text, level="asm"),
    )
    text = subject.context.locate("work").text.replace(b"% 100", b"% 101")
    other = source_step(subject.context, "work", text)
    with pytest.raises(NotApplicable, match="as written"):
        MOVE.propose(Subject(subject.context, "work", (other,), seen))
    session.candidate.path.rename(tmp_path / "gone")
    assert branch_counts(session, Silent(), [subject]) == found


def test_without_counts_there_is_no_move(tmp_path: Path) -> None:
    need("gcc")
    unit = context(tmp_path, UNIT, "gcc")
    with pytest.raises(NotApplicable, match="not counted"):
        MOVE.propose(Subject(unit, "work"))
