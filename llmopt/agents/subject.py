"""What a move gets to see: one version of one function. Never the tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from llmopt.rewrite.unit import UnitContext
from llmopt.search.policy import Option
from llmopt.values.step import SourceText, Step


@dataclass(frozen=True)
class Seen:
    """What runs of the workload have shown of a function.

    `usual` are the values that steering expressions had in nearly all calls; `counts` says how
    often its branches were taken as it is written, in the form of `Donor.counts`.
    """

    usual: Mapping[str, Sequence[int]] = field(default_factory=dict)
    counts: str = ""


@dataclass(frozen=True)
class Subject:
    """A version of a function, in its unit. `inlined` says that its code runs within other
    symbols.
    """

    context: UnitContext
    function: str
    steps: tuple[Step, ...] = ()
    seen: Seen = field(default_factory=Seen)
    inlined: bool = False

    @property
    def bodies(self) -> tuple[str, ...]:
        """The symbols that hold the function's code: itself, with the parts of it that stand
        alone, or the copies behind a dispatcher.
        Other helpers may be inlined, in one build and not in the next.
        """
        for step in self.steps:
            if isinstance(step, SourceText) and step.parts:
                return step.parts if step.is_dispatcher else (self.function, *step.parts)
        return (self.function,)


@dataclass(frozen=True)
class Move:
    """One way to make another version.

    `propose` returns all the steps of the new version. It raises NotApplicable, with the reason,
    where the move does not fit. `family` is that of the compilers that it is for; empty: all.
    """

    option: Option
    summary: str
    propose: Callable[[Subject], tuple[Step, ...]]
    family: str = ""
