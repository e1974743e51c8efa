"""Moves that take the function's assembly from a build with other options or passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from llmopt.agents.subject import Move, Subject
from llmopt.errors import NotApplicable
from llmopt.polyhedral.generate import TIME
from llmopt.rewrite.build import outlined
from llmopt.search.policy import Option
from llmopt.values.command import CODE
from llmopt.values.step import Donor, Level, SourceText, Step

Family = Literal["clang", "gcc"]


def options_move(
    name: str,
    level: Level,
    prior: float,
    family: Family,
    summary: str,
    options: Sequence[str] | Callable[[tuple[str, ...]], Sequence[str]],
    *,
    orders_loops: bool = False,
) -> Move:
    """A move that compiles with further options, given as they are or made from the symbols. One
    that `orders_loops` is not for versions whose loops another move has put in order.
    """

    def propose(subject: Subject) -> tuple[Step, ...]:
        _need(subject, family)
        if orders_loops and _is_ordered(subject.steps):
            raise NotApplicable("its loops have another order already")
        chosen = tuple(options(subject.bodies) if callable(options) else options)
        if _has_already(subject, chosen):
            raise NotApplicable(f"the unit is compiled with {' '.join(chosen)} already")
        chosen += _as_before(subject, chosen)
        before, donor = _split(_with_code(subject))
        if donor is None:
            return (*before, Donor(subject.bodies, chosen, level=level))
        if donor.passes:
            raise NotApplicable("a pipeline of passes stands alone")
        # Two builds cannot both give the function: one build with the options of both can.
        return (*before, replace(donor, options=(*donor.options, *chosen)))

    return Move(Option(name, level, prior, f"{level}-donor"), summary, propose, family)


def passes_move(name: str, prior: float, summary: str, passes: str) -> Move:
    """A move that replaces the compiler's own pipeline by an `opt` pipeline."""

    def propose(subject: Subject) -> tuple[Step, ...]:
        _need(subject, "clang")
        subject.context.compiler.tool("opt")
        before, donor = _split(_with_code(subject))
        if donor is not None:
            raise NotApplicable("a pipeline of passes stands alone")
        return (*before, Donor(subject.bodies, passes=passes, level="ir"))

    return Move(Option(name, "ir", prior, "ir-donor"), summary, propose, "clang")


def counts_move(name: str, prior: float, summary: str) -> Move:
    """A move that lets the compiler know how often the workload takes each branch."""

    def propose(subject: Subject) -> tuple[Step, ...]:
        if not subject.seen.counts:
            raise NotApplicable("its branches were not counted")
        before, donor = _split(_with_code(subject))
        if any(step not in _with_code(replace(subject, steps=())) for step in before):
            raise NotApplicable("only the branches of the function as written are known")
        if donor is None:
            return (*before, Donor(subject.bodies, counts=subject.seen.counts, level="ir"))
        if donor.passes:
            raise NotApplicable("a pipeline of passes stands alone")
        if donor.counts:
            raise NotApplicable("it is guided by its branches already")
        return (*before, replace(donor, counts=subject.seen.counts))

    return Move(Option(name, "ir", prior, "ir-counts"), summary, propose)


def _with_code(subject: Subject) -> tuple[Step, ...]:
    """The version's steps, after which the function has code of its own to take."""
    if subject.inlined and not subject.steps:
        return (outlined(subject.context, subject.function),)
    return subject.steps


def _optimization(unit: Sequence[str]) -> str:
    """The last -O, which is the one that counts."""
    return next((option for option in reversed(unit) if option.startswith("-O")), "")


def _has_already(subject: Subject, chosen: Sequence[str]) -> bool:
    unit = subject.context.unit.command.arguments(CODE)
    level = _optimization(unit)
    return all(o == level if o.startswith("-O") else o in unit for o in chosen)


def _as_before(subject: Subject, chosen: Sequence[str]) -> tuple[str, ...]:
    """Takes back what a higher -O assumes of the program besides: gcc's -O1 lets it alias."""
    unit = subject.context.unit.command.arguments(CODE)
    level = _optimization(unit)
    assumed = level in ("-O2", "-O3", "-Os", "-Oz") or "-fstrict-aliasing" in unit
    if assumed or subject.context.compiler.is_clang:
        return ()
    return ("-fno-strict-aliasing",) if any(o.startswith("-O") for o in chosen) else ()


def _is_ordered(steps: Sequence[Step]) -> bool:
    return any(isinstance(step, SourceText) and TIME in step.text for step in steps)


def _split(steps: tuple[Step, ...]) -> tuple[tuple[Step, ...], Donor | None]:
    """The steps without a donor, and the donor."""
    donors = [step for step in steps if isinstance(step, Donor)]
    return tuple(s for s in steps if not isinstance(s, Donor)), donors[-1] if donors else None


def _need(subject: Subject, family: Family) -> None:
    identity = subject.context.compiler.identity
    if identity.family != family:
        raise NotApplicable(f"for {family}; the unit's compiler is {identity.version}")
