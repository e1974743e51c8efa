"""Conclusions from samples: known answers, and intervals that hold what they promise."""

from __future__ import annotations

import random
from functools import cache

import pytest

from llmopt.measure.stats import median_interval, speedup
from llmopt.values.measurement import Speedup

RUNS = 120


def machine(
    seed: int, effect: float, pairs: int = 11, drift: float = 0.01
) -> tuple[list[float], list[float], list[float]]:
    """Rounds on a machine that gets slower all the time, with jitter and now and then a hiccup.

    A candidate takes the original's time divided by `effect`.
    """
    generator = random.Random(seed)
    columns: tuple[list[float], list[float], list[float]] = ([], [], [])
    for number in range(pairs):
        for position, column in enumerate(columns):
            time = 1 + drift * (3 * number + position)
            time *= generator.gauss(1, 0.004)
            if generator.random() < 0.03:
                time *= 1.1
            column.append(time / effect if position == 1 else time)
    return columns


@cache
def speedups(effect: float, drift: float = 0.01) -> tuple[Speedup, ...]:
    """What many such runs of the stopwatch conclude."""
    return tuple(speedup(*machine(n, effect, drift=drift), seed=n) for n in range(RUNS))


# Known answers


def test_the_ratio_is_the_median_of_old_over_new() -> None:
    found = speedup([2.0, 4.0, 3.0], [1.0, 1.0, 1.0], [2.0, 4.0, 3.0])
    assert found.ratio == 3.0
    assert found.pairs == 3
    assert (found.low, found.high) == (2.0, 4.0)
    assert (found.noise_low, found.noise_high) == (1.0, 1.0)


def test_a_steady_drift_cancels() -> None:
    """1, 2 and 3 seconds in a row: the original around the candidate took 2 as well."""
    found = speedup([1.0, 4.0], [2.0, 5.0], [3.0, 6.0])
    assert (found.ratio, found.low, found.high) == (1.0, 1.0, 1.0)


def test_constant_samples_have_an_interval_without_width() -> None:
    assert speedup([3.0] * 5, [2.0] * 5, [3.0] * 5) == Speedup(1.5, 1.5, 1.5, 5, 1.0, 1.0)
    assert median_interval([7.0] * 4) == (7.0, 7.0)


def test_slower_is_below_one() -> None:
    assert speedup([1.0] * 5, [2.0] * 5, [1.0] * 5).ratio == 0.5


def test_the_median_interval_of_two_values_reaches_both() -> None:
    assert median_interval([1.0, 2.0]) == (1.0, 2.0)


def test_an_outlier_does_not_move_the_ratio() -> None:
    old = [1.0] * 9
    new = [0.5] * 8 + [50.0]
    assert speedup(old, new, old).ratio == 2.0


def test_the_interval_holds_the_ratio_and_stays_within_the_samples() -> None:
    for seed in range(20):
        old, new, control = machine(seed, 1.2)
        ratios = [(a + c) / (2 * b) for a, b, c in zip(old, new, control, strict=True)]
        found = speedup(old, new, control, seed)
        assert min(ratios) <= found.low <= found.ratio <= found.high <= max(ratios)


# Seeds


def test_the_same_seed_gives_the_same_interval() -> None:
    columns = machine(1, 1.1)
    assert speedup(*columns, seed=3) == speedup(*columns, seed=3)


def test_another_seed_resamples_otherwise_and_keeps_the_ratio() -> None:
    generator = random.Random(5)
    values = [generator.random() for _ in range(30)]
    assert len({median_interval(values, seed) for seed in range(10)}) > 1
    columns = machine(1, 1.1)
    assert len({speedup(*columns, seed=seed).ratio for seed in range(5)}) == 1


def test_the_seed_of_others_is_not_touched() -> None:
    random.seed(1)
    expected = random.random()
    random.seed(1)
    median_interval([1.0, 2.0, 3.0], 9)
    assert random.random() == expected


# What the intervals promise


@pytest.mark.parametrize("effect", [1.0, 1.05])
def test_the_interval_covers_the_truth_as_often_as_it_says(effect: float) -> None:
    covered = sum(one.low <= effect <= one.high for one in speedups(effect))
    assert 0.85 <= covered / RUNS <= 1.0


def test_a_planted_effect_of_five_percent_is_found() -> None:
    found = speedups(1.05)
    assert sum(one.low > 1.03 for one in found) >= 0.9 * RUNS
    assert all(one.low > 1.0 for one in found)


def test_no_effect_is_not_found() -> None:
    """No candidate that does nothing gets over the least gain that counts."""
    found = speedups(1.0)
    assert not any(one.low > 1.03 for one in found)
    assert sum(one.low > 1.0 for one in found) <= 0.1 * RUNS


def test_the_noise_of_a_machine_that_does_not_drift_holds_one() -> None:
    intervals = speedups(2.0, drift=0)
    inside = sum(one.noise_low <= 1.0 <= one.noise_high for one in intervals)
    assert inside >= 0.85 * RUNS


def test_the_noise_of_a_drifting_machine_shows_the_drift() -> None:
    """The control runs after the original: the drift between them is noise, and is told."""
    slow = speedups(1.0)
    assert sum(one.noise_high < 1.0 for one in slow) > 0.9 * RUNS
    assert sum(one.low <= 1.0 <= one.high for one in slow) >= 0.85 * RUNS


# What is refused


@pytest.mark.parametrize(
    "columns",
    [
        ([], [], []),
        ([1.0], [1.0], [1.0]),
        ([1.0, 1.0], [1.0], [1.0, 1.0]),
        ([1.0, 1.0], [1.0, 1.0], [1.0]),
        ([1.0, 1.0], [1.0, 1.0], []),
    ],
)
def test_columns_that_do_not_fit_are_a_value_error(columns: tuple[list[float], ...]) -> None:
    with pytest.raises(ValueError, match="two rounds at least"):
        speedup(*columns)


@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize("wrong", [0.0, -1.0])
def test_a_time_that_is_none_is_a_value_error(position: int, wrong: float) -> None:
    columns = [[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]]
    columns[position][1] = wrong
    with pytest.raises(ValueError, match="took no time"):
        speedup(*columns)
