"""A program of a suite, made ready to be optimized and timed; and what every suite does."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

from llmopt.sandbox.run import Completed

#: Seconds of work that a workload should have, so that perf sees where they go.
WORK = 0.7
#: Runs of the program in a round of the final measurement of llmopt: on the clock and under perf,
#: each as original, candidate, original; a check has half of them.
_RUNS = 6
#: What the gates cost before that: runs of the workload, some of them under sanitizers.
_GATES = 25
_FIXED_SECONDS = 30.0


def wall(done: Completed) -> float:
    """The whole program's seconds."""
    return done.seconds


def printed(done: Completed) -> float:
    """The seconds that a program prints of itself. Raises ValueError when it prints none."""
    return float(done.stdout)


@dataclass(frozen=True)
class Case:
    """A project with an llmopt.yaml, and what is run in a build of it.

    Commands are the shell's, in a build directory, with the placeholders of llmopt.yaml. `timed` is
    timed, and trains profile-guided builds; `seconds` reads the time that counts from such a run.
    What the commands `compared` write must be the same in all builds. With the flags of
    `reference`, where there are any, the first of them must write the same once more.
    `program` is what an emulator can run: words, the first of them in a build directory; empty
    where nothing says what that is. `functions` are those whose time counts; empty: all.
    """

    name: str
    project: Path
    timed: str
    compared: tuple[str, ...]
    seconds: Callable[[Completed], float] = wall
    reference: str = ""
    program: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()


class Suite(Protocol):
    """A directory with programs."""

    def names(self) -> list[str]:
        """The programs, in the suite's own order."""

    def make(self, name: str, work: Path, environment: Mapping[str, str]) -> Case:
        """Copies a program into `work`/project and makes it ready. Raises LlmoptError, OSError and
        ValueError.
        """


@dataclass(frozen=True)
class Effort:
    """What llmopt may take for a program."""

    minutes: float

    def settings(self, workload: float, checks: float = 0.0) -> dict[str, Any]:
        """The sections `search` and `gates` of llmopt.yaml, so that searching, verifying and
        measuring fit into the minutes together; the seconds are those of one run of the workload
        and of all checks.
        """
        measured = _RUNS * workload + _RUNS / 2 * checks
        # Five is the least that an interval can be made of.
        pairs = 7 if 7 * measured <= 60 * self.minutes * 0.4 else 5
        rest = self.minutes - (pairs * measured + _GATES * workload + _FIXED_SECONDS) / 60
        return {
            "search": {"minutes": round(max(rest, 0.3 * self.minutes), 2)},
            "gates": {"pairs": pairs},
        }


def repeats(seconds_of: Callable[[int], float], most: int = 1 << 16) -> int:
    """How often a program has to run for the work of a workload; `seconds_of` so many runs."""
    count = 1
    while count < most:
        seconds = max(seconds_of(count), 1e-4)
        if seconds >= WORK / 2:
            return max(1, round(count * WORK / seconds))
        count = min(most, math.ceil(count * min(8.0, WORK / seconds)))
    return most


def write_settings(project: Path, data: Mapping[str, Any]) -> None:
    """Writes llmopt.yaml."""
    (project / "llmopt.yaml").write_text(yaml.safe_dump({"version": 1, **data}, width=1000))


def cmake_build(compiler: str) -> dict[str, str]:
    """The section `build` of a project of ours."""
    return {
        "configure": "cmake -S {source} -B {build} -DCMAKE_BUILD_TYPE=Release "
        f"-DCMAKE_C_COMPILER={compiler} -DCMAKE_C_COMPILER_LAUNCHER={{launcher}}",
        "build": "cmake --build {build}",
    }


def chosen(suite: Suite, kernels: Sequence[str]) -> list[str]:
    """The names to run; all where none is said. Raises ValueError for one that is not there."""
    known = suite.names()
    if unknown := [name for name in kernels if name not in known]:
        raise ValueError(f"no kernel {', '.join(unknown)} there; there are {', '.join(known)}")
    return [name for name in known if not kernels or name in kernels]
