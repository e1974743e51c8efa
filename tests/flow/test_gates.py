"""What gates said counts, after an interrupt and in a second run."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from llmopt.flow.gates import Gatekeeper
from llmopt.flow.trial import Bench, open_subject
from llmopt.rewrite.build import source_step
from llmopt.values.step import Donor
from llmopt.values.verdict import Inconclusive, Passed, Verdict
from llmopt.verify import building, differential, identity, static
from tests.conftest import need
from tests.corpus.runner import Silent
from tests.projects import built

UNIT = """
#include <stdio.h>
int slow(const int *values, int count)
{
    int sum = 0;
    for (int i = 0; i < count; i++)
        sum += values[i] & 5;
    return sum;
}
int main(void)
{
    static int values[1000];
    int sum = 0;
    for (int i = 0; i < 1000; i++)
        values[i] = i;
    for (int i = 0; i < 100000; i++) {
        values[i % 1000] = i;
        sum += slow(values, 1000);
    }
    printf("%d\\n", sum);
    return 0;
}
"""
PROJECT = """
version: 1
build:
  build: >-
    {launcher} gcc -O1 -c {source}/unit.c -o {build}/unit.o &&
    gcc -o {build}/program {build}/unit.o
workload:
  command: "{build}/program"
gates:
  required: [identity, static, build, differential]
  consulted: []
"""
GATES: tuple[ModuleType, ...] = (identity, static, building, differential)
FASTER = (Donor(("slow",), ("-O3",), level="asm"),)


def test_a_gate_that_spoke_before_an_interrupt_is_not_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("gcc")
    session = built(tmp_path, PROJECT, {"unit.c": UNIT})
    asked: Counter[str] = Counter()

    def watched(gate: ModuleType, *, stops: bool = False) -> None:
        real = gate.judge

        def judge(*words: object, **more: object) -> Verdict:
            asked[gate.GATE] += 1
            if stops and asked[gate.GATE] == 1:
                raise KeyboardInterrupt
            return real(*words, **more)

        monkeypatch.setattr(gate, "judge", judge)

    for gate in GATES:
        watched(gate, stops=gate is differential)

    def verdicts() -> list[Verdict]:
        subject = open_subject(session, "slow", "unit.c")
        return Gatekeeper(session, Silent()).judge(subject, FASTER)

    with pytest.raises(KeyboardInterrupt):
        verdicts()
    said = verdicts()
    assert [verdict.gate for verdict in said] == [gate.GATE for gate in GATES]
    assert all(isinstance(verdict, Passed) for verdict in said)
    assert asked == {gate.GATE: 2 if gate is differential else 1 for gate in GATES}
    assert verdicts() == said
    assert asked[differential.GATE] == 2


def test_what_holds_together_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need("gcc")
    session = built(tmp_path, PROJECT, {"unit.c": UNIT})
    gates = Gatekeeper(session, Silent())
    session.candidate.place({})
    said = gates.judge_together({})
    assert [type(verdict) for verdict in said] == [Passed]
    monkeypatch.setattr(differential, "judge", None)
    assert Gatekeeper(session, Silent()).judge_together({}) == said


def test_a_candidate_that_takes_far_too_long_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With perf as well: what it wrote until then is not whole."""
    monkeypatch.setattr("llmopt.flow.trial._GRACE", 0.5)
    need("gcc")
    session = built(tmp_path, PROJECT, {"unit.c": UNIT})
    subject = open_subject(session, "slow", "unit.c")
    text = subject.context.locate("slow").text
    more = (
        b"int sum = 0; unsigned more = 0; for (int k = 0; k < 400 * count; k++) "
        b"more = more * 31 + (unsigned)values[k % count]; if (more == 123456) return -1;"
    )
    slow = source_step(subject.context, "slow", text.replace(b"int sum = 0;", more))
    bench = Bench(session)
    tried = bench.try_version(subject, (slow,))
    assert isinstance(tried.verdict, Inconclusive)
    assert "stopped after" in tried.verdict.reason
    assert bench.try_version(subject, FASTER).gain > 1
