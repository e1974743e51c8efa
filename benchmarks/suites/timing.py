"""Times builds of a case in turns, and compares what they write."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.suites.builds import execute
from benchmarks.suites.case import Case
from llmopt.config.load import load
from llmopt.measure.stats import speedup
from llmopt.sandbox.run import Completed
from llmopt.values.measurement import Speedup
from llmopt.verify.outputs import Outcome, difference, forget, outcome

#: Programs that are over at once run more often: up to so many rounds, and runs in a round, while
#: a build takes no more than so many seconds in all.
_MOST_ROUNDS = 21
_MOST_RUNS = 5
_SHORT = 5.0
_RUN = 0.1


@dataclass
class Column:
    """A build's seconds, round by round: those that count, and the whole program's."""

    counted: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Stopwatch:
    """Runs a case in its builds."""

    case: Case
    environment: Mapping[str, str]

    def run(self, command: str, build: Path) -> Completed:
        """Runs a command that must succeed. Raises ToolFailed."""
        return execute(command, build, self.case.project, self.environment)

    def rounds(self, builds: Mapping[str, Path], least: int) -> dict[str, Column]:
        """At least so many rounds: the baseline first, the others in another order each time, and
        the baseline once more as `control`. Raises ToolFailed when a run fails.
        """
        once = self.run(self.case.timed, builds["baseline"]).seconds
        runs = min(_MOST_RUNS, math.ceil(_RUN / max(once, 1e-4)))
        most = min(_MOST_ROUNDS, math.floor(_SHORT / max(once * runs, 1e-4)))
        others = [name for name in builds if name != "baseline"]
        places = {**builds, "control": builds["baseline"]}
        columns = {name: Column() for name in places}
        for number in range(max(least, most)):
            first = number % len(others) if others else 0
            for name in ("baseline", *others[first:], *others[:first], "control"):
                done = [self.run(self.case.timed, places[name]) for _ in range(runs)]
                columns[name].counted.append(_middle([self.case.seconds(one) for one in done]))
                columns[name].whole.append(_middle([one.seconds for one in done]))
        return columns

    def outcomes(self, build: Path) -> list[Outcome]:
        """What the compared commands leave behind."""
        section = load(self.case.project, self.environment).workload
        found = []
        for command in self.case.compared:
            forget(build, section.files)
            done = execute(command, build, self.case.project, self.environment, fails=True)
            found.append(outcome(command, done, build, section))
        return found


def _middle(values: list[float]) -> float:
    """The mean without the extremes: short times come in whole microseconds, and any run may be
    held up.
    """
    return statistics.fmean(sorted(values)[1:-1] if len(values) > 2 else values)


def differing(old: list[Outcome], new: list[Outcome]) -> str:
    """How outcomes differ; empty when they do not."""
    pairs = zip(old, new, strict=True)
    return next((found for a, b in pairs if (found := difference(a, b)) is not None), "")


def compared(columns: Mapping[str, Column], name: str) -> dict[str, Any]:
    """A build's speedups over the baseline, as plain data. Raises ValueError for no time."""
    old, new, control = columns["baseline"], columns[name], columns["control"]
    whole = speedup(old.whole, new.whole, control.whole)
    counted = speedup(old.counted, new.counted, control.counted)
    return {**_plain(counted), "whole": _plain(whole)}


def _plain(found: Speedup) -> dict[str, Any]:
    return {
        "speedup": found.ratio,
        "ci_low": found.low,
        "ci_high": found.high,
        "rounds": found.pairs,
        "noise": [found.noise_low, found.noise_high],
    }
