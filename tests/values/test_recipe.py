"""Recipes and steps: nothing without evidence, nothing that is not what its digest says."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmopt.errors import StoreError
from llmopt.values.recipe import Recipe, recipe_from_bytes, recipe_from_json
from llmopt.values.step import Donor, IrText, Step, step_fields, step_from_json, step_to_json
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from tests import recipes
from tests.recipes import DONOR, recipe


@given(recipes.steps)
def test_a_step_comes_back_from_json(step: Step) -> None:
    back = step_from_json(json.loads(json.dumps(step_to_json(step))))
    assert type(back) is type(step)
    assert back == step


@given(recipes.steps, recipes.steps)
def test_two_steps_share_their_fields_only_when_they_are_equal(one: Step, other: Step) -> None:
    assert (step_fields(one) == step_fields(other)) == (one == other)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "Telepathy"}, "unknown kind 'Telepathy'"),
        ({}, "unknown kind None"),
        ({"kind": "Donor", "functions": ["f"], "wish": 1}, "unknown fields"),
        ({"kind": "IrText", "function": "f"}, "incomplete"),
    ],
)
def test_a_step_that_is_none_is_refused(data: dict[str, Any], said: str) -> None:
    with pytest.raises(StoreError, match=said):
        step_from_json(data)


@given(recipes.recipes)
def test_a_recipe_comes_back_from_json(made: Recipe) -> None:
    back = recipe_from_bytes(json.dumps(made.to_json()).encode())
    assert back == made
    assert back.digest == made.digest


def test_a_recipe_lists_each_level_once() -> None:
    ir = IrText("hot", "00", "define")
    assert recipe(ir, DONOR, DONOR).levels == ("ir", "asm")


def test_a_recipe_says_how_far_it_was_verified() -> None:
    evidence = {"tests": {"cases": 900}, "shadow": {"calls": 12}, "equivalence": {"bound": 8}}
    gates = ("identity", "equivalence", "sanitizers", "shadow", "tests", "time")
    made = replace(
        recipe(gates=gates), verdicts=tuple(Passed(g, evidence.get(g, {})) for g in gates)
    )
    assert made.tiers == ("tested, cases: 900", "sanitized", "shadowed, calls: 12", "equal up to 8")


def test_a_recipe_carries_what_gates_could_not_tell() -> None:
    unsure = Inconclusive("shadow", "no call was covered")
    made = replace(recipe(), undecided=(unsure,))
    assert recipe_from_json(made.to_json()).undecided == (unsure,)
    assert made.digest == recipe().digest


@pytest.mark.parametrize("said", [Refuted("shadow", "another byte"), Inconclusive("time", "?")])
def test_no_recipe_carries_a_refutation_or_lacks_what_is_required(said: Verdict) -> None:
    with pytest.raises(StoreError, match="carries"):
        replace(recipe(), undecided=(said,))  # type: ignore[arg-type]


# No recipe without evidence


@pytest.mark.parametrize("gates", [("identity",), ("time",), ()])
def test_a_recipe_needs_every_gate_of_its_policy(gates: tuple[str, ...]) -> None:
    passed = tuple(Passed(gate) for gate in gates)
    with pytest.raises(StoreError, match="lacks evidence of"):
        replace(recipe(), verdicts=passed)


def test_what_somebody_else_made_has_to_pass_tests_or_shadow_execution() -> None:
    made = recipe()
    with pytest.raises(StoreError, match="by somebody was passed by neither"):
        replace(made, provenance={"agent": "somebody"})
    for gate in ("tests", "shadow"):
        proven = (*made.verdicts, Passed(gate))
        assert replace(made, provenance={"agent": "somebody"}, verdicts=proven).steps == made.steps


def test_the_gates_that_are_missing_are_named() -> None:
    with pytest.raises(StoreError, match=r"lacks evidence of identity, time$"):
        replace(recipe(), verdicts=())


@pytest.mark.parametrize("verdict", [Refuted("time", "slower"), Inconclusive("time", "noise")])
def test_a_recipe_holds_no_other_verdict_than_passed(verdict: Refuted | Inconclusive) -> None:
    """Not in the place of a passed one, and not beside it either."""
    made = recipe()
    with pytest.raises(StoreError, match="carries"):
        replace(made, verdicts=(Passed("identity"), verdict))
    with pytest.raises(StoreError, match="carries"):
        replace(made, verdicts=(*made.verdicts, verdict))


def test_a_recipe_needs_steps_and_a_policy() -> None:
    with pytest.raises(StoreError, match="no steps"):
        replace(recipe(), steps=())
    with pytest.raises(StoreError, match="no required gates"):
        replace(recipe(), required=())


# Stored recipes


def stored(**changes: Any) -> dict[str, Any]:
    """A recipe as JSON, with some of its fields changed."""
    return {**recipe().to_json(), **changes}


OTHER = step_to_json(Donor(("hot",), ("-O1",)))


@pytest.mark.parametrize(
    "changes",
    [
        {"digest": "00" * 32},
        {"digest": None},
        {"steps": [OTHER]},
        {"steps": [*recipe().to_json()["steps"], OTHER]},
        {"function_key": "another"},
    ],
    ids=str,
)
def test_a_recipe_that_is_not_what_its_digest_says_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(StoreError, match="does not match its digest"):
        recipe_from_json(stored(**changes))


@pytest.mark.parametrize("field", sorted(set(stored())))
def test_a_recipe_without_one_of_its_fields_is_refused(field: str) -> None:
    data = stored()
    del data[field]
    with pytest.raises(StoreError):
        recipe_from_json(data)


@pytest.mark.parametrize("field", sorted(set(stored()) - {"function", "source", "unit_key"}))
@pytest.mark.parametrize("value", [None, 7, "text", ["text"], [["a"]]], ids=repr)
def test_a_recipe_with_a_field_of_another_shape_is_refused(field: str, value: object) -> None:
    with pytest.raises(StoreError):
        recipe_from_json(stored(**{field: value}))


def test_evidence_that_is_missing_in_the_file_is_missing() -> None:
    with pytest.raises(StoreError, match="lacks evidence of time"):
        recipe_from_json(
            stored(verdicts=[{"gate": "identity", "verdict": "passed", "evidence": {}}])
        )


@pytest.mark.parametrize("verdict", ["refuted", "inconclusive", "", None])
def test_a_recipe_in_a_file_that_carries_anything_but_passed_is_refused(verdict: object) -> None:
    evidence = {
        "gate": "time",
        "verdict": verdict,
        "evidence": {},
        "counterexample": "1",
        "reason": "2",
    }
    with pytest.raises(StoreError, match="carries time"):
        recipe_from_json(stored(verdicts=[evidence]))


def test_a_recipe_of_a_newer_format_says_so() -> None:
    with pytest.raises(StoreError, match="format 3, this llmopt reads 2"):
        recipe_from_json(stored(format=3))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"7", b"\xff"])
def test_what_is_no_recipe_is_refused(data: bytes) -> None:
    with pytest.raises(StoreError):
        recipe_from_bytes(data)


@given(st.data())
def test_the_digest_depends_on_steps_and_key_and_not_on_evidence(data: st.DataObject) -> None:
    made, other = data.draw(recipes.recipes), data.draw(recipes.recipes)
    same = (made.steps, made.function_key) == (other.steps, other.function_key)
    assert (made.digest == other.digest) == same
    assert replace(made, provenance={"move": "another"}, unit_key="x").digest == made.digest
