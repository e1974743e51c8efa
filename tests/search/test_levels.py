"""The order of levels: by what has paid, deterministic, and what is barren comes last."""

from __future__ import annotations

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st

from llmopt.search.levels import PATIENCE, in_order, is_barren, turns
from llmopt.values.cost import Paid
from llmopt.values.step import LEVELS, Level

paid = st.builds(Paid, st.integers(0, 50), st.integers(0, 10**7), st.floats(0, 20, allow_nan=False))
accounts = st.dictionaries(st.sampled_from(LEVELS), paid)


def test_where_nothing_is_known_the_order_is_that_of_experience() -> None:
    assert in_order(LEVELS, {}) == ("source", "asm", "ir")
    assert in_order(("ir", "asm"), {}) == ("asm", "ir")


def test_the_level_that_gained_most_for_its_tokens_comes_first() -> None:
    gain = math.log(2)
    known: dict[Level, Paid] = {
        "source": Paid(9, 900_000, gain),
        "ir": Paid(3, 60_000, gain),
        "asm": Paid(5, 400_000, gain),
    }
    assert in_order(LEVELS, known) == ("ir", "asm", "source")


def test_a_level_that_only_cost_comes_last_with_fewer_turns() -> None:
    source = Paid(PATIENCE, 1000)
    assert in_order(LEVELS, {"source": source}) == ("asm", "ir", "source")
    assert (turns(6, source), turns(5, source), turns(1, source)) == (3, 2, 1)
    assert turns(6, Paid(PATIENCE - 1, 10**6)) == 6
    assert turns(6, Paid(PATIENCE * 10, 10**6, 0.01)) == 6


@given(accounts)
def test_every_level_is_asked_once_whatever_was_paid(known: dict[Level, Paid]) -> None:
    orders = {in_order(levels, known) for levels in itertools.permutations(LEVELS)}
    assert {tuple(sorted(order)) for order in orders} == {tuple(sorted(LEVELS))}
    order = in_order(LEVELS, known)
    barren = [is_barren(known.get(level, Paid())) for level in order]
    assert barren == sorted(barren)


@given(accounts, st.sampled_from(LEVELS), st.floats(0, 20))
def test_a_gain_never_moves_a_level_back(
    known: dict[Level, Paid], level: Level, gain: float
) -> None:
    more = {**known, level: known.get(level, Paid()) + Paid(1, 0, gain + 0.01)}
    assert in_order(LEVELS, more).index(level) <= in_order(LEVELS, known).index(level)


@given(st.integers(1, 100), paid)
def test_a_conversation_has_a_turn_and_no_more_than_it_may(most: int, known: Paid) -> None:
    assert 1 <= turns(most, known) <= most
