"""What others' gains teach: more from those alike, never a loss, and less doubt with each."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from llmopt.search.experience import Experience, learned, likeness
from llmopt.search.policy import Option

OPTION = Option("polly", "ir", 1.35, "ir-donor")
NEST = {"loops": "3", "arithmetic": "floating", "memory": "tables"}
CHAIN = {"loops": "1", "arithmetic": "integer", "memory": "chased"}

kinds = st.dictionaries(st.sampled_from("abc"), st.sampled_from("12"), max_size=3)
experiences = st.builds(
    Experience, st.sampled_from(["polly", "other"]), kinds, st.floats(0, 100, allow_nan=False)
)


def test_nothing_known_changes_nothing() -> None:
    assert abs(learned(OPTION, NEST, []).prior - 1.35) < 1e-9
    assert learned(OPTION, NEST, []).spread == OPTION.spread


def test_functions_alike_count_and_others_do_not() -> None:
    """Once it has paid for nests it is expected to, and not for chains."""
    known = [Experience("polly", NEST, 2.5)] * 5 + [Experience("polly", CHAIN, 0.7)] * 5
    nest, chain = (learned(OPTION, kind, known).prior for kind in (NEST, CHAIN))
    assert nest > 1.7
    assert 1.0 < chain < 1.2
    assert learned(replace(OPTION, name="new"), NEST, known).prior < 1.36


def test_no_single_function_decides() -> None:
    once = learned(OPTION, NEST, [Experience("polly", NEST, 500.0)])
    assert once.prior < 2.0


@given(kinds, st.lists(experiences, max_size=8))
def test_a_prior_is_no_loss_and_doubt_never_grows(
    kind: dict[str, str], known: list[Experience]
) -> None:
    option = learned(OPTION, kind, known)
    assert 1.0 <= option.prior <= 4.0 + 1e-9
    assert option.spread <= OPTION.spread
    backwards = learned(OPTION, kind, known[::-1])
    assert abs(option.prior - backwards.prior) < 1e-9


@given(kinds, kinds)
def test_likeness_is_a_share_and_the_same_both_ways(
    one: dict[str, str], other: dict[str, str]
) -> None:
    assert 0.0 <= likeness(one, other) == likeness(other, one) <= 1.0
    assert likeness(one, one) == (1.0 if one else 0.0)
