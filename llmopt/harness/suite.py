"""The cases that the candidates of one function are held to.

Most are drawn once, and what the original does with them is kept for all candidates. Each candidate
has a few of its own besides, from a seed of its own and the literals that only its text has: it
cannot have been fitted to those.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from llmopt.harness import watched
from llmopt.harness.compare import PLAN_SECONDS, Expected, Oracle, oracle
from llmopt.harness.constants import Constants
from llmopt.harness.program import Harness, Program
from llmopt.harness.sanitized import inside
from llmopt.values.step import Step

#: Cases that are asked for, and the most that are run instrumented.
CASES = 4000
INSTRUMENTED = 300
#: The part of the cases, and of the time for a plan, that a candidate has for itself.
_OWN = 8
#: The fewest of its own.
_FEWEST = 100
#: Seeds of one suite lie this close together.
_SEEDS = 1 << 16


class Suite:
    """The cases of one seed. Every method raises ToolError when the original's program fails."""

    def __init__(self, harness: Harness, seed: int, cases: int = CASES) -> None:
        self.harness = harness
        self.seed = seed
        self._cases = cases
        self._drawn = 0
        self._own: tuple[tuple[Step, ...], Oracle] | None = None
        self._instrumented: dict[int, Oracle] = {}

    @cached_property
    def shared(self) -> Oracle:
        """The cases of all candidates."""
        return self._oracle(self.seed, self._cases, PLAN_SECONDS, self.harness.constants())

    def of(self, steps: Sequence[Step]) -> list[Oracle]:
        """The cases of all candidates, and those of this one alone."""
        key = tuple(steps)
        if self._own is None or self._own[0] != key:
            constants = _only(self.harness.constants(steps), self.harness.constants())
            drawn = self._oracle(
                self._next_seed(), max(self._cases // _OWN, _FEWEST), PLAN_SECONDS / _OWN, constants
            )
            self._own = key, drawn
        return [self.shared, self._own[1]]

    def more(self, steps: Sequence[Step]) -> Oracle:
        """As many cases once more, from another seed."""
        constants = self.harness.constants(steps)
        return self._oracle(self._next_seed(), self._cases, PLAN_SECONDS, constants)

    @property
    def watched(self) -> Program | None:
        """The original with its volatile accesses as events; None where it has none.

        Raises NotApplicable, SourceError, ToolFailed.
        """
        return watched.original(self.harness)

    def inside(self, known: Oracle, cases: Sequence[Expected]) -> Sequence[Expected]:
        """Those of some cases in which the instrumented original trips over nothing."""
        return inside(self.harness, replace(known, cases=tuple(cases))).cases

    def instrumented(self, steps: Sequence[Step]) -> list[Oracle]:
        """The cases, fewer of them, in which the instrumented original trips over nothing."""
        return [self._clean(known) for known in self.of(steps)]

    def _clean(self, known: Oracle) -> Oracle:
        if known.seed not in self._instrumented:
            self._instrumented[known.seed] = inside(self.harness, _thinned(known, INSTRUMENTED))
        return self._instrumented[known.seed]

    def _next_seed(self) -> int:
        self._drawn += 1
        return self.seed + self._drawn * _SEEDS

    def _oracle(self, seed: int, cases: int, seconds: float, constants: Constants) -> Oracle:
        return oracle(self.harness, self.harness.original, seed, cases, constants, seconds)


def _only(constants: Constants, known: Constants) -> Constants:
    """The literals that are not known; all where there are none."""
    new = Constants(
        tuple(i for i in constants.integers if i not in known.integers),
        tuple(f for f in constants.floats if f not in known.floats),
        tuple(t for t in constants.texts if t not in known.texts),
    )
    return new if new != Constants() else constants


def _thinned(known: Oracle, most: int) -> Oracle:
    step = max(1, -(-len(known.cases) // most))
    return replace(known, cases=known.cases[::step])
