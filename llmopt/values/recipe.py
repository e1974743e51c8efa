"""A recipe: how to make the better object, for which content, with all its evidence.

A recipe proves itself: it cannot be constructed without a `Passed` from every gate that the policy
it was made under required, nor with a refutation from any other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from llmopt.errors import StoreError
from llmopt.values.digest import digest
from llmopt.values.measurement import Speedup
from llmopt.values.step import Step, step_fields, step_from_json, step_to_json
from llmopt.values.verdict import (
    Inconclusive,
    Passed,
    describe,
    verdict_from_json,
    verdict_to_json,
)

FORMAT = 2
#: The agent whose texts are derived from the original by rules that are known to be right.
OWN = "offline"
#: One of these has to pass what anybody else made.
_PROVING = ("tests", "shadow")
#: Gate, what its passing makes a recipe, and the evidence that says how far.
_TIERS = (
    ("differential", "tested on the workload", None),
    ("tests", "tested, cases:", "cases"),
    ("sanitizers", "sanitized", None),
    ("shadow", "shadowed, calls:", "calls"),
    ("equivalence", "equal up to", "bound"),
)


def recipe_digest(function_key: str, steps: Sequence[Step]) -> str:
    """What names a recipe: what it does, and to what."""
    return digest("recipe", function_key, [step_fields(step) for step in steps])


def lacks_proof(origin: Mapping[str, str], passed: Sequence[Passed]) -> bool:
    """Whether steps of an origin need more than these: a person's, a tool's or a model's have to be
    passed by the gates that see the function itself on many inputs.
    """
    return origin.get("agent", OWN) != OWN and not {v.gate for v in passed} & set(_PROVING)


@dataclass(frozen=True)
class Recipe:
    """Verified steps for one function.

    `function_key` finds it; `unit_key` is the unit it was verified in. `required` names the gates
    of the policy, `undecided` holds what gates said that the policy only consulted. Raises
    StoreError when a required gate has no `Passed`, and when steps that llmopt did not make
    (`agent` in `provenance`) were passed by neither tests nor shadow execution.
    """

    function: str
    source: str
    function_key: str
    unit_key: str
    steps: tuple[Step, ...]
    required: tuple[str, ...]
    verdicts: tuple[Passed, ...]
    speedup: Speedup
    provenance: Mapping[str, str] = field(default_factory=dict)
    undecided: tuple[Inconclusive, ...] = ()

    def __post_init__(self) -> None:
        if not self.steps:
            raise StoreError(f"a recipe for {self.function} has no steps")
        if not self.required:
            raise StoreError(f"a recipe for {self.function} names no required gates")
        for verdict in self.verdicts:
            if not isinstance(verdict, Passed):
                raise StoreError(f"a recipe for {self.function} carries {verdict}")
        for other in self.undecided:
            if not isinstance(other, Inconclusive) or other.gate in self.required:
                raise StoreError(f"a recipe for {self.function} carries {other}")
        if lacks_proof(self.provenance, self.verdicts):
            raise StoreError(
                f"a recipe for {self.function} by {self.provenance['agent']} was passed by neither "
                "tests nor shadow execution"
            )
        missing = set(self.required) - {verdict.gate for verdict in self.verdicts}
        if missing:
            raise StoreError(
                f"a recipe for {self.function} lacks evidence of {', '.join(sorted(missing))}"
            )

    @cached_property
    def digest(self) -> str:
        """What the recipe does, and to what. The evidence is not part of it."""
        return recipe_digest(self.function_key, self.steps)

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels of its steps, in order, each once."""
        return tuple(dict.fromkeys(step.level for step in self.steps))

    @property
    def tiers(self) -> tuple[str, ...]:
        """How far it was verified, by what each gate has shown, the strongest last."""
        passed = {verdict.gate: verdict.evidence for verdict in self.verdicts}
        return tuple(
            tier if fact is None else f"{tier} {passed[gate].get(fact, '?')}"
            for gate, tier, fact in _TIERS
            if gate in passed
        )

    def to_json(self) -> dict[str, Any]:
        """The recipe as plain data."""
        return {
            "format": FORMAT,
            "digest": self.digest,
            "function": self.function,
            "source": self.source,
            "function_key": self.function_key,
            "unit_key": self.unit_key,
            "steps": [step_to_json(step) for step in self.steps],
            "required": list(self.required),
            "verdicts": [verdict_to_json(verdict) for verdict in self.verdicts],
            "undecided": [verdict_to_json(verdict) for verdict in self.undecided],
            "speedup": asdict(self.speedup),
            "provenance": dict(self.provenance),
        }


def recipe_from_json(data: Mapping[str, Any]) -> Recipe:
    """The recipe that `to_json` wrote.

    Raises StoreError when a field is missing, when evidence is missing, or when the content does
    not match the digest that stands with it.
    """
    try:
        if data["format"] != FORMAT:
            raise StoreError(f"a recipe of format {data['format']}, this llmopt reads {FORMAT}")
        recipe = Recipe(
            function=data["function"],
            source=data["source"],
            function_key=data["function_key"],
            unit_key=data["unit_key"],
            steps=tuple(step_from_json(step) for step in data["steps"]),
            required=tuple(data["required"]),
            verdicts=tuple(_passed(verdict) for verdict in data["verdicts"]),
            speedup=Speedup(**data["speedup"]),
            provenance=dict(data["provenance"]),
            undecided=tuple(_inconclusive(verdict) for verdict in data["undecided"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise StoreError(f"a recipe is not readable: {error!r}") from error
    if recipe.digest != data.get("digest"):
        raise StoreError(f"the recipe for {recipe.function} does not match its digest")
    return recipe


def _passed(data: Mapping[str, Any]) -> Passed:
    verdict = verdict_from_json(data)
    if not isinstance(verdict, Passed):
        raise StoreError(f"a recipe carries {describe(verdict)}")
    return verdict


def _inconclusive(data: Mapping[str, Any]) -> Inconclusive:
    verdict = verdict_from_json(data)
    if not isinstance(verdict, Inconclusive):
        raise StoreError(f"a recipe carries {describe(verdict)}")
    return verdict


def recipe_from_bytes(data: bytes) -> Recipe:
    """The recipe in a JSON document. Raises StoreError when it is none."""
    try:
        parsed = json.loads(data)
    except ValueError as error:
        raise StoreError(f"a recipe is not JSON: {error}") from error
    if not isinstance(parsed, dict):
        raise StoreError("a recipe is not a JSON object")
    return recipe_from_json(parsed)
