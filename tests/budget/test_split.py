"""The split of a budget: all of it, to nobody too much, and none of it lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmopt.budget.split import part, parts
from llmopt.values.cost import Allowance

amounts = st.none() | st.integers(0, 10**13)
allowances = st.builds(Allowance, amounts, amounts)
shares = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def total(found: list[Allowance]) -> int:
    return sum(one.tokens or 0 for one in found)


def test_each_gets_its_share_and_what_is_capped_goes_on() -> None:
    whole = Allowance(1000, 100)
    assert parts(whole, [0.6, 0.3, 0.1], Allowance()) == [
        Allowance(600, 60), Allowance(300, 30), Allowance(100, 10)
    ]  # fmt: skip
    capped = parts(whole, [0.6, 0.3, 0.1], Allowance(200))
    assert capped == [Allowance(200, 60), Allowance(200, 30), Allowance(200, 10)]


@given(allowances, shares, allowances)
def test_the_parts_are_no_more_than_the_whole_and_none_is_negative(
    whole: Allowance, shares: list[float], most: Allowance
) -> None:
    found = parts(whole, shares, most)
    assert len(found) == len(shares)
    for kind in ("tokens", "microdollars"):
        each, all_of_it = [getattr(one, kind) for one in found], getattr(whole, kind)
        if all_of_it is None:
            assert each == [getattr(most, kind)] * len(shares)
            continue
        assert min(each) >= 0
        assert sum(each) <= all_of_it
        if getattr(most, kind) is None:
            assert sum(each) == all_of_it, "nothing stays with nobody"
        else:
            assert max(each) <= getattr(most, kind)


@given(st.integers(0, 10**9), shares, st.data())
def test_what_one_leaves_unused_goes_to_those_after_it(
    whole: int, shares: list[float], data: st.DataObject
) -> None:
    """Whatever each uses of its part, who comes later gets no less than if all had used theirs."""
    least = parts(Allowance(whole), shares, Allowance())
    left = Allowance(whole)
    for at, expected in enumerate(least):
        mine = part(left, shares[at:])
        assert mine.tokens is not None
        assert expected.tokens is not None
        # Rounding may take a token from those who come later for each who came before.
        assert mine.tokens >= expected.tokens - at
        left = left.less(Allowance(data.draw(st.integers(0, mine.tokens))))
    assert left.tokens is not None
    assert left.tokens >= 0


@given(st.integers(10**6, 10**9), shares)
def test_each_gets_what_is_in_proportion_to_its_share(whole: int, shares: list[float]) -> None:
    found = parts(Allowance(whole), shares, Allowance())
    for share, one in zip(shares, found, strict=True):
        assert one.tokens is not None
        if sum(shares) > 0.01:
            assert one.tokens == pytest.approx(whole * share / sum(shares), abs=len(shares) + 1)


@given(st.integers(0, 10**9), st.integers(1, 8))
def test_without_shares_all_get_the_same(whole: int, count: int) -> None:
    each = [one.tokens or 0 for one in parts(Allowance(whole), [0.0] * count, Allowance())]
    assert max(each) - min(each) <= count
    assert sum(each) == whole
