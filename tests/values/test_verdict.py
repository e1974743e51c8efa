"""Verdicts: three outcomes, no truth value."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmopt.values.verdict import (
    Inconclusive,
    Passed,
    Refuted,
    Verdict,
    describe,
    verdict_from_json,
    verdict_to_json,
)

facts = st.one_of(st.text(max_size=9), st.integers(), st.floats(allow_nan=False), st.booleans())
verdicts: st.SearchStrategy[Verdict] = st.one_of(
    st.builds(Passed, st.text(), st.dictionaries(st.text(max_size=9), facts, max_size=3)),
    st.builds(Refuted, st.text(), st.text()),
    st.builds(Inconclusive, st.text(), st.text()),
)


@given(verdicts)
def test_a_verdict_has_no_truth_value(verdict: Verdict) -> None:
    with pytest.raises(TypeError, match="three outcomes"):
        bool(verdict)
    with pytest.raises(TypeError, match="three outcomes"):
        _ = not verdict


def test_all_over_verdicts_raises() -> None:
    with pytest.raises(TypeError):
        all([Passed("build"), Inconclusive("time", "noise")])


@given(verdicts)
def test_a_verdict_comes_back_from_json(verdict: Verdict) -> None:
    back = verdict_from_json(json.loads(json.dumps(verdict_to_json(verdict))))
    assert type(back) is type(verdict)
    assert back == verdict


@pytest.mark.parametrize("stored", [{}, {"gate": "time"}, {"verdict": "PASSED"}, {"verdict": True}])
def test_a_stored_verdict_that_cannot_be_read_is_inconclusive(stored: dict) -> None:
    assert isinstance(verdict_from_json({"evidence": {}, **stored}), Inconclusive)


def test_a_person_is_told_which_of_the_three_it_was() -> None:
    assert describe(Passed("build")) == "build: passed"
    assert describe(Passed("time", {"pairs": 7})) == "time: passed (pairs 7)"
    assert describe(Refuted("differential", "seed 3")) == "differential: refuted: seed 3"
    assert describe(Inconclusive("time", "noise")) == "time: inconclusive: noise"
