"""Times a candidate beside its original on the program's own calls, from snapshots of it.

Each run goes through the same different calls, on memory that is as warm as the program's; original
and candidate alternate. Good to rank candidates by: what a recipe rests on are whole runs.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from llmopt.shadow.run import Settings, run
from llmopt.workspace.tree import Tree


@dataclass(frozen=True)
class Timing:
    """Runs from one snapshot, taken at call number `call`: each of `calls` calls; `old` and `new`
    are ticks of the processor's time stamp within them.
    """

    call: int
    calls: int
    old: tuple[int, ...]
    new: tuple[int, ...]

    @property
    def speedup(self) -> float:
        """Old over new time, by the medians."""
        return statistics.median(self.old) / statistics.median(self.new)


def timings(
    tree: Tree, command: str, timeout: float, rounds: int = 20, snapshots: int = 6
) -> tuple[Timing, ...]:
    """What runs from the snapshots took, in a tree whose objects carry the runtime.

    Empty where no stretch of calls could be repeated.
    """
    _, record = run(tree, command, timeout, replace(Settings(), rounds=rounds, samples=snapshots))
    return of_events(record.timings)


def of_events(events: Iterable[Mapping[str, Any]]) -> tuple[Timing, ...]:
    """What snapshots have timed, where both were."""
    made = []
    for event in events:
        old, new = (
            tuple(int(r["ticks"]) for r in event["runs"] if r["candidate"] == which)
            for which in (0, 1)
        )
        if all(old) and all(new) and old and new:
            made.append(Timing(event["call"], event["calls"], old, new))
    return tuple(made)


def speedup(of: tuple[Timing, ...]) -> float:
    """Old over new time over all snapshots, each weighed by the time that its calls take."""
    if not of:
        return 1.0
    old = sum(statistics.median(timing.old) for timing in of)
    return old / sum(statistics.median(timing.new) for timing in of)
