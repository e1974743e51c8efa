"""What a gate says. Three outcomes that nobody can collapse into two.

A verdict has no truth value: `if verdict:` raises, so that an inconclusive gate can never be read
as a passed one. Match on the type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

Evidence = Mapping[str, str | int | float | bool]


@dataclass(frozen=True)
class _Verdict:
    gate: str

    def __bool__(self) -> NoReturn:
        raise TypeError("a verdict has three outcomes: match on its type")


@dataclass(frozen=True)
class Passed(_Verdict):
    """The gate found nothing wrong; `evidence` says on what ground."""

    evidence: Evidence = field(default_factory=dict)


@dataclass(frozen=True)
class Refuted(_Verdict):
    """The gate found the candidate wrong (or slower); `counterexample` shows where."""

    counterexample: str


@dataclass(frozen=True)
class Inconclusive(_Verdict):
    """The gate could not tell; never good enough for a recipe."""

    reason: str


Verdict = Passed | Refuted | Inconclusive


def describe(verdict: Verdict) -> str:
    """One line for a person."""
    match verdict:
        case Passed(gate, evidence):
            facts = ", ".join(f"{name} {value}" for name, value in evidence.items())
            return f"{gate}: passed ({facts})" if facts else f"{gate}: passed"
        case Refuted(gate, counterexample):
            return f"{gate}: refuted: {counterexample}"
        case Inconclusive(gate, reason):
            return f"{gate}: inconclusive: {reason}"


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain data."""
    match verdict:
        case Passed(gate, evidence):
            return {"gate": gate, "verdict": "passed", "evidence": dict(evidence)}
        case Refuted(gate, counterexample):
            return {"gate": gate, "verdict": "refuted", "counterexample": counterexample}
        case Inconclusive(gate, reason):
            return {"gate": gate, "verdict": "inconclusive", "reason": reason}


def verdict_from_json(data: Mapping[str, Any]) -> Verdict:
    """The verdict that `verdict_to_json` wrote; whatever else it is, it is not a passed one."""
    gate = str(data.get("gate"))
    match data.get("verdict"):
        case "passed":
            return Passed(gate, dict(data["evidence"]))
        case "refuted":
            return Refuted(gate, str(data["counterexample"]))
        case "inconclusive":
            return Inconclusive(gate, str(data["reason"]))
    return Inconclusive(gate, f"a stored verdict cannot be read: {data!r}")
