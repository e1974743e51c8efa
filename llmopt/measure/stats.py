"""What interleaved samples say: a median ratio, its interval, and the noise floor."""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence

from llmopt.values.measurement import Speedup

#: Resamples of the percentile bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap).
_RESAMPLES = 2000
_CONFIDENCE = 0.95


def speedup(
    old: Sequence[float], new: Sequence[float], control: Sequence[float], seed: int = 0
) -> Speedup:
    """The speedup from rounds in which old, new and old again ran one after the other.

    All three hold seconds, one entry for each round, at least two and all above 0. Raises
    ValueError otherwise.
    """
    if not len(old) == len(new) == len(control) or len(old) < 2:
        raise ValueError("a speedup needs two rounds at least, each of old, new and control")
    if min(*old, *new, *control) <= 0:
        raise ValueError("a run that took no time cannot be compared")
    # The mean of the two originals around the candidate cancels a drift of the machine.
    ratios = [(a + c) / (2 * b) for a, b, c in zip(old, new, control, strict=True)]
    low, high = median_interval(ratios, seed)
    noise = [a / c for a, c in zip(old, control, strict=True)]
    noise_low, noise_high = median_interval(noise, seed)
    return Speedup(statistics.median(ratios), low, high, len(ratios), noise_low, noise_high)


def median_interval(values: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """The 95% percentile-bootstrap interval of the median. The same seed gives the same."""
    generator = random.Random(seed)  # noqa: S311 - resampling, not secrets
    medians = sorted(
        statistics.median(generator.choices(values, k=len(values))) for _ in range(_RESAMPLES)
    )
    tail = int(_RESAMPLES * (1 - _CONFIDENCE) / 2)
    return medians[tail], medians[-1 - tail]
