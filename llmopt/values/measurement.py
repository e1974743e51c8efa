"""What the stopwatch concluded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Speedup:
    """Old time over new time, from interleaved pairs.

    `ratio` is the median over `pairs` pairs, `low` and `high` bound its 95% bootstrap interval.
    `noise_low` and `noise_high` bound the same interval of an A/A control taken in the same run
    (the original against itself): what cannot be told from 1.
    """

    ratio: float
    low: float
    high: float
    pairs: int
    noise_low: float
    noise_high: float

    @property
    def is_slower(self) -> bool:
        """Whether the new took longer by more than the original differs from itself."""
        return self.high < min(self.noise_low, 1.0)

    def __str__(self) -> str:
        return f"{self.ratio:.3f}x [{self.low:.3f}, {self.high:.3f}]"
