"""Takes samples: original, candidate and original again, round by round, in one run.

The stopwatch is outside of the program under test: wall time of the whole command by the parent,
and time within functions by perf's samples, in runs of their own, since perf was seen to end up to
a second after its program. Every run's output is compared with the first one's, so that what is
timed is what was verified.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from llmopt.errors import ToolError
from llmopt.measure.stats import speedup
from llmopt.profile.hot import plain_name
from llmopt.profile.perf import Profiler, Runs, Samples
from llmopt.sandbox.run import Completed
from llmopt.values.measurement import Speedup
from llmopt.values.step import HELPER


@dataclass(frozen=True)
class Timed:
    """A function whose share of the time is asked for."""

    name: str
    source: str


@dataclass(frozen=True)
class Result:
    """Speedups from the same rounds: of the whole command and of each function."""

    workload: Speedup
    functions: Mapping[Timed, Speedup]


def run_once(
    profiler: Profiler | None, tree: Runs, command: str, timeout: float
) -> tuple[Completed, Samples | None]:
    """One run, sampled where a profiler is there."""
    if profiler is None:
        return tree.run(command, timeout), None
    return profiler.sample(tree, command, timeout)


_Columns = tuple[list[float], list[float], list[float]]


def function_seconds(samples: Samples, timed: Timed) -> float:
    """The weight of a function, its clones and its helpers."""
    base = posixpath.basename(timed.source)
    total = 0.0
    for place, weight in samples.weights.items():
        name = plain_name(place.symbol)
        mine = name == timed.name or name.startswith(timed.name + HELPER)
        if mine and place.file in ("", base):
            total += weight
    return total


def compare(
    profiler: Profiler | None,
    trees: tuple[Runs, Runs],
    command: str,
    timeout: float,
    functions: Sequence[Timed],
    pairs: int,
    seed: int,
    progress: Callable[[int], None],
) -> Result:
    """Times `pairs` rounds of original, candidate, original.

    Without a profiler a function's speedup is the workload's. Raises ToolError when a run fails or
    prints something else than the first one did.
    """
    old, new = trees
    wall: _Columns = ([], [], [])
    within: dict[Timed, _Columns] = {timed: ([], [], []) for timed in functions}
    expected, _ = run_once(None, old, command, timeout)
    for done in range(pairs):
        for position, tree in enumerate((old, new, old)):
            completed, _ = run_once(None, tree, command, timeout)
            _check(completed, expected, command)
            wall[position].append(completed.seconds)
        for position, tree in enumerate((old, new, old)):
            if profiler is None:
                break
            completed, samples = profiler.sample(tree, command, timeout)
            _check(completed, expected, command)
            for timed, columns in within.items():
                columns[position].append(max(function_seconds(samples, timed), 1e-9))
        progress(done + 1)
    if profiler is None:
        within = dict.fromkeys(functions, wall)
    return Result(
        speedup(*wall, seed=seed),
        {timed: speedup(*columns, seed=seed) for timed, columns in within.items()},
    )


def _check(completed: Completed, expected: Completed, command: str) -> None:
    if completed.status != 0:
        raise ToolError(f"`{command}` failed while it was timed: {completed.tail}")
    if completed.stdout != expected.stdout:
        raise ToolError(f"`{command}` did not print the same in every run: it cannot be compared")
