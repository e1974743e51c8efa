"""What the runtime wrote down in one run of a workload: counts and lines of JSON, one pair of files
for each process.
"""

from __future__ import annotations

import json
import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_COUNTS = ".counts"
_NUMBERS = struct.Struct("=6Q")


@dataclass(frozen=True)
class Record:
    """The sum over the processes of a run.

    `calls` of the function; `covered` were part of a stretch that was compared, `excluded` could
    not be compared; `stretches` and `singles` are comparisons; `seconds` went into them.
    `not_applicable` counts reasons; `differences`, `timings` and `refusals` are the
    events as written.
    """

    calls: int = 0
    covered: int = 0
    excluded: int = 0
    stretches: int = 0
    singles: int = 0
    seconds: float = 0.0
    not_applicable: Mapping[str, int] = field(default_factory=dict)
    differences: tuple[Mapping[str, Any], ...] = ()
    timings: tuple[Mapping[str, Any], ...] = ()
    refusals: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The part of all calls that was compared."""
        return self.covered / self.calls if self.calls else 0.0


def read(directory: Path) -> Record:
    """The record that a run left in a directory."""
    totals = [0] * 6
    for path in directory.glob(f"*{_COUNTS}"):
        numbers = _NUMBERS.unpack(path.read_bytes()[: _NUMBERS.size])
        totals = [total + number for total, number in zip(totals, numbers, strict=True)]
    events = [event for path in sorted(directory.iterdir()) for event in _events(path)]
    calls, covered, excluded, stretches, singles, nanoseconds = totals
    return Record(
        calls=calls,
        # A stretch that runs to the program's end may hold calls that the program never reaches.
        covered=min(covered, calls),
        excluded=excluded,
        stretches=stretches,
        singles=singles,
        seconds=nanoseconds / 1e9,
        not_applicable=Counter(e["reason"] for e in events if e["event"] == "not-applicable"),
        differences=tuple(e for e in events if e["event"] == "difference"),
        timings=tuple(e for e in events if e["event"] == "timing"),
        refusals=tuple(e["reason"] for e in events if e["event"] == "refusal"),
    )


def _events(path: Path) -> Iterator[dict[str, Any]]:
    if path.suffix == _COUNTS:
        return
    for line in path.read_text("utf-8", "replace").splitlines():
        yield json.loads(line)
