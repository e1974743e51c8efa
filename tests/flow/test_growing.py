"""The search of one function: compiled ahead, timed alone, and nothing done twice."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from llmopt.agents.guide import Guide
from llmopt.agents.subject import Move, Seen, Subject
from llmopt.flow import growing, together, trial
from llmopt.flow.growing import Growing, runs_again
from llmopt.flow.searched import Searched
from llmopt.flow.session import Session
from llmopt.flow.trial import Bench, open_subject
from llmopt.profile.hot import HotFunction
from llmopt.search.policy import Option
from llmopt.search.tree import VersionTree
from llmopt.values.digest import content_digest
from llmopt.values.step import Donor, Step
from llmopt.values.verdict import Inconclusive, Passed
from tests.conftest import need
from tests.corpus.runner import Silent
from tests.projects import built

UNIT = """
#include <stdio.h>
int scale(int *values, int count, int by)
{
    int sum = 0;
    for (int i = 0; i < count; i++) {
        values[i] = values[i] * by + i;
        sum ^= values[i];
    }
    return sum;
}
int main(void)
{
    int values[300] = {1};
    printf("%d\\n", scale(values, 300, 3));
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
  consulted: []
"""
#: Name and options; "twin" is "O3" by other words, "none" what the unit has already.
MOVES = {
    "O3": ("-O3",),
    "O2": ("-O2",),
    "twin": ("-O3", "-O3"),
    "unroll": ("-O3", "-funroll-loops"),
    "scalar": ("-O3", "-fno-tree-vectorize"),
    "align": ("-O2", "-falign-loops=32"),
    "none": ("-O1",),
}


def move(name: str, options: tuple[str, ...], family: str) -> Move:
    def propose(subject: Subject) -> tuple[Step, ...]:
        before = [s for s in subject.steps if isinstance(s, Donor)]
        chosen = (*(before[0].options if before else ()), *options)
        return (Donor(subject.bodies, chosen, level="asm"),)

    return Move(Option(name, "asm", 1.5, family), name, propose)


@dataclass
class Watch:
    """What was compiled and run, and when: begin and end on the clock."""

    compiles: list[tuple[float, float]] = field(default_factory=list)
    runs: list[tuple[float, float]] = field(default_factory=list)

    @contextmanager
    def noted(self, entries: list[tuple[float, float]]) -> Iterator[None]:
        begin = time.monotonic()
        yield
        entries.append((begin, time.monotonic()))


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Compiles take some time more, each another; what a program takes depends on its code."""
    need("gcc")
    watch = Watch()
    build, run = trial.build_everywhere, trial.run_once

    def build_slowly(subject: trial.Subject, steps: tuple[Step, ...]) -> trial.Built:
        with watch.noted(watch.compiles):
            time.sleep(random.uniform(0, 0.1))
            return build(subject, steps)

    def run_evenly(_: object, tree: object, command: str, timeout: float) -> tuple:
        with watch.noted(watch.runs):
            done, samples = run(None, tree, command, timeout)
            time.sleep(0.01)
        code = content_digest((tree.path / "unit.o").read_bytes())
        seconds = 1.0 if "base" in tree.path.name else 0.8 + int(code[:4], 16) / 0x50000
        return replace(done, seconds=seconds), samples

    monkeypatch.setattr(trial, "build_everywhere", build_slowly)
    monkeypatch.setattr(trial, "run_once", run_evenly)
    return watch


def project(root: Path) -> Session:
    return built(root, PROJECT, {"unit.c": UNIT})


def grown(session: Session, seed: int = 0, trials: int = 8) -> Searched:
    bench = Bench(session)
    subject = open_subject(session, "scale", "unit.c")
    moves = [move(name, options, name) for name, options in MOVES.items()]
    entry = Searched(HotFunction("scale", "unit.c", 1.0, ("scale",)), subject)
    guide = Guide(moves, subject.context, "scale", Seen(), seed)
    Growing(Silent(), bench, entry, guide, trials, time.monotonic() + 600).grow()
    bench.leave()
    return entry


def shape(tree: VersionTree) -> list[tuple[object, ...]]:
    return [(v.parent, v.move, v.gain, type(v.verdict), v.code, v.gains) for v in tree.versions]


def at_once(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    for module in (together, growing):
        monkeypatch.setattr(module, "workers", lambda: number)


def test_the_same_seed_gives_the_same_tree_however_many_compile(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes = []
    for number in (1, 2, 6):
        at_once(monkeypatch, number)
        shapes.append(shape(grown(project(tmp_path / str(number))).tree))
    assert shapes[0] == shapes[1] == shapes[2]
    assert len(shapes[0]) > 4


def test_nothing_compiles_while_a_program_is_timed_and_several_do_before(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once(monkeypatch, 4)
    grown(project(tmp_path / "project"))
    overlaps = [
        (run, compile_)
        for run in watch.runs
        for compile_ in watch.compiles
        if run[0] < compile_[1] and compile_[0] < run[1]
    ]
    assert overlaps == []
    beside = [
        1
        for number, one in enumerate(watch.compiles)
        for other in watch.compiles[:number]
        if one[0] < other[1] and other[0] < one[1]
    ]
    assert beside, "compilers wait for each other"


def test_what_is_no_other_code_costs_no_trial(watch: Watch, tmp_path: Path) -> None:
    entry = grown(project(tmp_path / "project"), trials=20)
    on_root = {v.move: v for v in entry.tree.children(entry.tree.root)}
    assert on_root.keys() == MOVES.keys()
    twins = sorted((on_root["O3"], on_root["twin"]), key=lambda v: v.id)
    assert [v.was_run for v in twins] == [True, False]
    assert twins[1].verdict == Inconclusive("build", f"the same code as {twins[0].move}")
    assert not on_root["none"].was_run
    assert entry.tree.runs == entry.new_trials < entry.tree.trials


def test_only_what_is_run_counts_as_a_trial(watch: Watch, tmp_path: Path) -> None:
    assert grown(project(tmp_path / "project"), trials=3).tree.runs == 3


def test_a_second_search_compiles_and_runs_nothing(watch: Watch, tmp_path: Path) -> None:
    session = project(tmp_path / "project")
    first = grown(session)
    watch.compiles.clear()
    watch.runs.clear()
    again = grown(session)
    assert (watch.compiles, watch.runs) == ([], [])
    assert again.new_trials == 0
    assert shape(again.tree) == shape(first.tree)


@pytest.mark.parametrize("after", [1, 4, 9, 14])
def test_an_interrupted_search_goes_on_where_it_was(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    whole = shape(grown(project(tmp_path / "whole")).tree)
    needed = len(watch.runs)
    session = project(tmp_path / "project")
    watch.runs.clear()
    run = trial.run_once

    def interrupt(*words: object) -> tuple:
        if len(watch.runs) == after:
            raise KeyboardInterrupt
        return run(*words)

    monkeypatch.setattr(trial, "run_once", interrupt)
    with pytest.raises(KeyboardInterrupt):
        grown(session)
    monkeypatch.setattr(trial, "run_once", run)
    assert shape(grown(session).tree) == whole
    # The original is looked at anew, and what was under way when it ended.
    assert len(watch.runs) <= needed + 3 + 4


def test_what_is_built_on_and_the_best_were_run_several_times(watch: Watch, tmp_path: Path) -> None:
    tree = grown(project(tmp_path / "project")).tree
    parents = {v.parent for v in tree.versions[1:]} - {0}
    assert all(len(tree.versions[number].gains) >= 3 for number in parents if number)
    best = tree.ranked()
    assert best
    assert len(best[0].gains) == 5
    assert isinstance(best[0].verdict, Passed)


def test_a_search_that_is_late_tries_nothing(watch: Watch, tmp_path: Path) -> None:
    session = project(tmp_path / "project")
    subject = open_subject(session, "scale", "unit.c")
    entry = Searched(HotFunction("scale", "unit.c", 1.0, ("scale",)), subject)
    guide = Guide([move("O3", ("-O3",), "x")], subject.context, "scale", Seen(), 0)
    Growing(Silent(), Bench(session), entry, guide, 8, time.monotonic()).grow()
    assert entry.tree.trials == 0
    assert watch.runs == []


def test_how_often_the_best_run_again_is_known_before() -> None:
    assert [runs_again(trials) for trials in (0, 1, 2, 4, 12)] == [0, 8, 16, 24, 24]


def test_calls_come_back_in_their_order_and_none_is_left_running() -> None:
    done: list[int] = []

    def call(number: int) -> int:
        time.sleep(random.uniform(0, 0.05))
        done.append(number)
        if number == 3:
            raise ValueError(number)
        return number

    assert together.together([lambda n=n: call(n) for n in range(3)]) == [0, 1, 2]
    done.clear()
    with pytest.raises(ValueError, match="3"):
        together.together([lambda n=n: call(n) for n in range(8)])
    count = len(done)
    time.sleep(0.1)
    assert len(done) == count
