"""Takes samples: original, candidate and original again, round by round, in one run.

The stopwatch is outside of the program under test: wall time of the whole command by the parent,
and time within functions by perf's samples, in runs of their own, since perf was seen to end up to
a second after its program. Every run's output is compared with the first one's, so that what is
timed is what was verified.
"""

from __future__ import annotations

import posixpath
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from llmopt.config.model import WorkloadSection
from llmopt.errors import ToolError
from llmopt.measure.stats import speedup
from llmopt.profile.hot import plain_name
from llmopt.profile.perf import Profiler, Runs, Samples
from llmopt.sandbox.run import Completed
from llmopt.values.measurement import Speedup
from llmopt.values.step import HELPER


@dataclass(frozen=True)
class Timed:
    """A function whose share of the time is asked for. `others` are the functions that its unit
    had before: what else stands there is a part of it, wherever a candidate has moved its work.
    `within` are those of them that its code was inlined into: all of their time counts as its own,
    on both sides, since nothing tells the two apart.
    """

    name: str
    source: str
    others: frozenset[str] | None = field(default=None, compare=False)
    within: frozenset[str] = field(default=frozenset(), compare=False)

    def meets(self, other: Timed) -> bool:
        """Whether there are symbols that count for both."""
        own, others = {self.name, *self.within}, {other.name, *other.within}
        return self.source == other.source and not own.isdisjoint(others)


@dataclass(frozen=True)
class Result:
    """Speedups from the same rounds: of the whole command and of each function; and, from rounds of
    their own, of each check, which are other sizes of input.

    `ran` says of each function whether samples fell into it in every run of the candidate. `seeds`
    are those of the rounds, where the command has one.
    """

    workload: Speedup
    functions: Mapping[Timed, Speedup]
    ran: Mapping[Timed, bool]
    checks: Mapping[str, Speedup]
    seeds: tuple[int, ...]


def run_once(
    profiler: Profiler | None, tree: Runs, command: str, timeout: float
) -> tuple[Completed, Samples | None]:
    """One run, sampled where a profiler is there."""
    if profiler is None:
        return tree.run(command, timeout), None
    return profiler.sample(tree, command, timeout)


_Columns = tuple[list[float], list[float], list[float]]


def function_seconds(samples: Samples, timed: Timed) -> float:
    """The weight of a function, its clones, its helpers, what it was inlined into, and what is new
    in its file.
    """
    base = posixpath.basename(timed.source)
    total = 0.0
    for place, weight in samples.weights.items():
        name = plain_name(place.symbol)
        mine = name in {timed.name, *timed.within} or name.startswith(timed.name + HELPER)
        new = place.file == base and timed.others is not None and name not in timed.others
        if new or (mine and place.file in ("", base)):
            total += weight
    return total


def compare(
    profiler: Profiler | None,
    trees: tuple[Runs, Runs],
    section: WorkloadSection,
    functions: Sequence[Timed],
    pairs: int,
    seed: int,
    progress: Callable[[int], None],
) -> Result:
    """Times `pairs` rounds of original, candidate, original; then the checks in the same way.

    Where the command has a `{seed}`, each round has a fresh one. Without a profiler a function's
    speedup is the workload's. Raises ToolError when a run fails or when a candidate prints
    something else than the original in the same round.
    """
    fresh = random.SystemRandom()
    seeds = tuple(fresh.randrange(1, 2**31) for _ in range(pairs))
    wall: _Columns = ([], [], [])
    within: dict[Timed, _Columns] = {timed: ([], [], []) for timed in functions}
    ran = dict.fromkeys(functions, True)
    run_once(None, trees[0], section.command, section.timeout)
    for done, round_seed in enumerate(seeds):
        command = section.seeded(section.command, round_seed)
        for column, seconds in zip(wall, _round(trees, section, command), strict=True):
            column.append(seconds)
        if profiler is not None:
            _sample(profiler, trees, section, command, within, ran)
        progress(done + 1)
    if profiler is None:
        within = dict.fromkeys(functions, wall)
    return Result(
        speedup(*wall, seed=seed),
        {timed: speedup(*columns, seed=seed) for timed, columns in within.items()},
        ran,
        {check: _check_speedup(trees, section, check, pairs, seed) for check in section.checks},
        seeds if "{seed}" in section.command else (),
    )


def _round(
    trees: tuple[Runs, Runs], section: WorkloadSection, command: str
) -> tuple[float, float, float]:
    """Wall seconds of original, candidate and original again."""
    old, new = trees
    runs = [tree.run(command, section.timeout) for tree in (old, new, old)]
    _check_same(runs, section, command)
    first, second, third = (run.seconds for run in runs)
    return first, second, third


def _sample(
    profiler: Profiler,
    trees: tuple[Runs, Runs],
    section: WorkloadSection,
    command: str,
    within: Mapping[Timed, _Columns],
    ran: dict[Timed, bool],
) -> None:
    """A round under the profiler: seconds within each function are added to its columns."""
    old, new = trees
    runs = [profiler.sample(tree, command, section.timeout) for tree in (old, new, old)]
    _check_same([run for run, _ in runs], section, command)
    for timed, columns in within.items():
        for column, (_, samples) in zip(columns, runs, strict=True):
            column.append(max(function_seconds(samples, timed), 1e-9))
        ran[timed] &= function_seconds(runs[1][1], timed) > 0


def _check_speedup(
    trees: tuple[Runs, Runs], section: WorkloadSection, check: str, pairs: int, seed: int
) -> Speedup:
    """The speedup of one check. One that looks slower is measured again, three times as long:
    of many short runs some look slower by chance.
    """
    found = None
    for rounds in (pairs, 3 * pairs):
        columns = zip(*(_round(trees, section, check) for _ in range(rounds)), strict=True)
        old, new, control = (list(column) for column in columns)
        found = speedup(old, new, control, seed=seed)
        if not found.is_slower:
            break
    assert found is not None
    return found


def _check_same(runs: Sequence[Completed], section: WorkloadSection, command: str) -> None:
    for run in runs:
        if run.status != 0:
            raise ToolError(f"`{command}` failed while it was timed: {run.tail}")
        if section.settled(run.stdout) != section.settled(runs[0].stdout):
            raise ToolError(
                f"`{command}` did not print the same in every run: it cannot be compared"
            )
