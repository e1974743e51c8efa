"""Moves that take the function's assembly from a build with other options or passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from llmopt.agents.subject import Move, Subject
from llmopt.errors import NotApplicable
from llmopt.search.policy import Option
from llmopt.values.step import Donor, Level, Step

Family = Literal["clang", "gcc"]


def options_move(
    name: str,
    level: Level,
    prior: float,
    family: Family,
    summary: str,
    options: Sequence[str] | Callable[[tuple[str, ...]], Sequence[str]],
) -> Move:
    """A move that compiles with further options, given as they are or made from the symbols."""

    def propose(subject: Subject) -> tuple[Step, ...]:
        _need(subject, family)
        chosen = options(subject.bodies) if callable(options) else options
        return (*subject.steps, Donor(subject.bodies, tuple(chosen), level=level))

    return Move(Option(name, level, prior, f"{level}-donor"), summary, propose)


def passes_move(name: str, prior: float, summary: str, passes: str) -> Move:
    """A move that replaces the compiler's own pipeline by an `opt` pipeline."""

    def propose(subject: Subject) -> tuple[Step, ...]:
        _need(subject, "clang")
        subject.context.compiler.tool("opt")
        return (*subject.steps, Donor(subject.bodies, passes=passes, level="ir"))

    return Move(Option(name, "ir", prior, "ir-donor"), summary, propose)


def _need(subject: Subject, family: Family) -> None:
    identity = subject.context.compiler.identity
    if identity.family != family:
        raise NotApplicable(f"for {family}; the unit's compiler is {identity.version}")
