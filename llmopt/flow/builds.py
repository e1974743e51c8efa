"""Which launches were one build: the log does not say it, parents and times do.

The parent of a compile is make or ninja itself, or a shell that it started for this one command, or
one of several makes in a recursive build; so a parent that is the same says more than one that is
another. The rules, in full, stand in docs/formats/log.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from llmopt.store.log import Launch

#: Seconds without a launch that end a build, between launches of different parents.
PAUSE = 30.0
#: The same for one parent. Not for ever: there are shells and servers that stay, and pids return.
PARENT_PAUSE = 600.0
#: Parallel launches may log their ends in another order, by a little. More is a clock put back.
_DISORDER = 2


@dataclass
class _Group:
    """Launches that belong together, by their places in the log, and the time they span."""

    begin: float
    end: float
    places: list[int] = field(default_factory=list)
    units: set[str] = field(default_factory=set)


def builds(launches: Sequence[Launch]) -> list[list[int]]:
    """For each build the places of its launches in the log; the newest build last."""
    found: list[_Group] = []
    for run in _runs(launches):
        last = found[-1] if found else None
        if last and run.begin - last.end <= PAUSE and not run.units & last.units:
            last.end = max(last.end, run.end)
            last.places += run.places
            last.units |= run.units
        else:
            found.append(run)
    return [sorted(group.places) for group in found]


def _runs(launches: Sequence[Launch]) -> list[_Group]:
    """The launches of each parent, up to a long pause or an output that it has had."""
    runs: list[_Group] = []
    latest: dict[int, _Group] = {}
    for place, (launch, (begin, end)) in enumerate(zip(launches, _spans(launches), strict=True)):
        run = None if launch.parent is None else latest.get(launch.parent)
        if run is None or begin - run.end > PARENT_PAUSE or launch.unit in run.units:
            run = _Group(begin, end)
            runs.append(run)
            if launch.parent is not None:
                latest[launch.parent] = run
        run.end = max(run.end, end)
        run.places.append(place)
        run.units.add(launch.unit)
    return runs


def _spans(launches: Sequence[Launch]) -> Iterator[tuple[float, float]]:
    """Begin and end of each launch in seconds, on a clock that is never put back.

    Where it was, nobody knows how much time went by: a little more than PAUSE is assumed.
    """
    shift = 0.0
    last: float | None = None
    for launch in launches:
        seconds = launch.ms / 1000
        if last is not None and launch.time + shift < last - _DISORDER:
            shift = last + PAUSE + 1 + seconds - launch.time
        end = launch.time + shift
        last = end if last is None else max(last, end)
        yield end - seconds, end
