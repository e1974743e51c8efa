"""Versions that kept snapshots refute before the program is built with them."""

from __future__ import annotations

from pathlib import Path

from llmopt.flow.live import SLOW
from llmopt.flow.trial import Bench, open_subject
from llmopt.rewrite.build import source_step
from llmopt.values.step import SourceText
from llmopt.values.verdict import Passed, Refuted
from tests.conftest import need
from tests.projects import built

UNIT = """
#include <stdio.h>
static int largest;
static __attribute__((noinline)) int note(const int *values, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++) {
        sum += values[i];
        if (values[i] > largest)
            largest = values[i];
    }
    return sum;
}
int main(void)
{
    int values[500], sum = 0;
    for (int i = 0; i < 500; i++)
        values[i] = i * 7919 % 1000;
    for (int i = 0; i < 40000; i++)
        sum += note(values, i % 500);
    printf("%d\\n", sum);
    return 0;
}
"""
PROJECT = """
version: 1
build:
  build: >-
    {launcher} gcc -O1 -c {source}/unit.c -o {build}/unit.o &&
    gcc -o {build}/linked {build}/unit.o && cp {build}/linked {build}/program
workload:
  command: "{build}/program"
"""


def test_what_kept_snapshots_refute_or_find_slow_is_not_built(tmp_path: Path) -> None:
    """And the build that writes into the program is made to work while they are there."""
    need("gcc")
    session = built(tmp_path, PROJECT, {"unit.c": UNIT})
    bench = Bench(session)
    subject = open_subject(session, "note", "unit.c")
    note = UNIT[UNIT.index("static __attribute__") : UNIT.index("int main")].rstrip()

    def step(old: str, new: str) -> tuple[SourceText]:
        assert old in note
        return (source_step(subject.context, "note", note.replace(old, new).encode()),)

    def right(number: int) -> tuple[SourceText]:
        return step("sum = 0;", f"sum = 0; if (count > {number}) return -1;")

    try:
        tried = [bench.try_version(subject, right(number)) for number in (900, 901)]
        # Its output is that of the original: no run of the program would find it.
        wrong = step("largest = values[i];", "largest = values[i] + 1;")
        refuted = bench.try_version(subject, wrong)
        slow = step(
            "int sum = 0;",
            "int sum = 0; unsigned more = 0; for (int k = 0; k < 20 * count; k++) "
            "more = more * 31 + (unsigned)values[k % count]; if (more == 123456) return -1;",
        )
        slower = bench.try_version(subject, slow)
        tried.append(bench.try_version(subject, right(902)))
    finally:
        reason = bench.leave()
    assert not reason
    assert [one.verdict for one in tried if isinstance(one.verdict, Refuted)] == []
    assert isinstance(refuted.verdict, Refuted)
    assert refuted.verdict.gate == "shadow"
    assert slower.verdict == Passed("screening", {"timed": "kept snapshots"})
    assert 0 < slower.gain < SLOW
    assert "holds" in refuted.verdict.counterexample
    assert bench.known(subject, wrong) == refuted
