"""The test agent's part: what it writes is tried on the original before any candidate meets it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from llmopt.agents.tester import Tried
from llmopt.errors import NotApplicable, SourceError, ToolError, ToolFailed
from llmopt.flow.suites import Suites
from llmopt.flow.trial import Subject
from llmopt.harness.compare import Oracle, oracle, telling
from llmopt.harness.program import Harness
from llmopt.harness.score import Score, strengthened
from llmopt.values.contract import Contract
from llmopt.values.verdict import Refuted
from llmopt.verify.static import judge_generator
from llmopt.verify.tests import FEWEST

#: Calls that a generator is tried with, and seconds of processor time to find them.
_CALLS = 400
_SECONDS = 5.0
_SEED = 2
#: The most generators of one function: each takes its part of the cases.
MOST = 8
_DIFFERS = "differs from itself"


@dataclass
class TestDesk:
    """Takes the generators that a test agent writes for one function.

    Making one raises NotApplicable, SourceError, ToolFailed where the function cannot be called.
    `kept` and `dropped` count what was submitted; `dropped` by the reason.
    """

    suites: Suites
    subject: Subject
    origin: Mapping[str, str]
    check_time: Callable[[], None]
    kept: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    #: How the tests stand; None where there are too few to be scored.
    score: Score | None = None

    def __post_init__(self) -> None:
        self.score = score_of(self.suites, self.subject)

    @property
    def contract(self) -> Contract:
        """What the function's tests keep to, with the generators so far."""
        return self.suites.contract(self.subject)

    def __str__(self) -> str:
        """How the tests stand, and what came of all that was submitted."""
        found = self.score
        told = (
            f"{found.killed} of {found.not_equivalent} mutants told" if found else "too few cases"
        )
        dropped = ", ".join(f"{count} {why}" for why, count in self.dropped.items())
        return f"{told}; generators: {self.kept} kept" + (
            f"; dropped: {dropped}" if dropped else ""
        )

    def submit(self, text: str) -> Tried:
        """Tries a generator on the original, and keeps it where it adds something."""
        self.check_time()
        if len(self.contract.generate) >= MOST:
            return self._drop("too many", f"{MOST} generators are enough: stop.")
        if fault := self._unread(text):
            return self._drop("refused unread", f"Dropped: {fault}.")
        try:
            harness = self.suites.harness(self.subject, replace(self.contract, generate=(text,)))
            known = _calls(harness)
            by_chance = _differ(harness, known)
        except ToolFailed as error:
            return self._drop("does not build", f"Dropped, it does not build:\n{error.output}")
        except (NotApplicable, SourceError, ToolError) as error:
            return self._drop("does not run", f"Dropped: {error}")
        if by_chance:
            return self._drop(
                "not deterministic",
                "Dropped: its calls differ from one run or build of the original to the next. Let "
                "nothing depend on addresses, or on memory that nobody wrote.",
            )
        return self._weighed(text, harness, known)

    def _unread(self, text: str) -> str:
        own = self.suites.callable_by_generators(self.subject)
        verdict = judge_generator(text, own)
        return verdict.counterexample if isinstance(verdict, Refuted) else ""

    def _weighed(self, text: str, harness: Harness, known: Oracle) -> Tried:
        """Whether the original takes what a generator makes, and what that adds."""
        counts = ", ".join(f"{count} {why}" for why, count in sorted(known.dropped.items()))
        said = f"The original takes {len(known.cases)} of its calls ({counts or 'none dropped'})."
        if len(known.cases) < FEWEST:
            return self._drop("the original fails", f"{said} Dropped: those are too few.")
        if self.score is None:
            return self._keep(text, said)
        try:
            better = strengthened(harness, known, self.score)
        except (NotApplicable, SourceError, ToolError) as error:
            return self._drop("cannot be scored", f"{said} Dropped: {error}")
        if better.killed == self.score.killed:
            return self._drop("adds nothing", f"{said} Dropped: they tell no further mutant.")
        self.score = better
        return self._keep(text, said)

    def _keep(self, text: str, said: str) -> Tried:
        self.suites.keep(self.subject, text, self.origin)
        self.kept += 1
        if self.score is None:
            self.score = score_of(self.suites, self.subject)
        return Tried(f"{said} Kept.", self.score)

    def _drop(self, reason: str, said: str) -> Tried:
        self.dropped[reason] = self.dropped.get(reason, 0) + 1
        return Tried(said, self.score)


def _calls(harness: Harness) -> Oracle:
    """What the original does with the calls of a generator. Raises ToolError."""
    return oracle(
        harness,
        harness.original,
        _SEED,
        _CALLS,
        harness.constants(),
        _SECONDS,
        generated_only=True,
    )


def _differ(harness: Harness, known: Oracle) -> bool:
    """Whether the original does something else in another process, or in another build, where all
    stands elsewhere. Raises as `Harness.program`.
    """
    if known.dropped.get(_DIFFERS, 0) > len(known.cases) // 10:
        return True
    others = (harness.original, harness.original, harness.program((), options=("-O0",)))
    return any(telling(harness, known, other) for other in others)


def score_of(suites: Suites, subject: Subject) -> Score | None:
    """How good a function's tests are; None where there are too few of them to say.

    Raises NotApplicable, SourceError, ToolFailed where the function cannot be called at all.
    """
    suite = suites.of(subject)
    try:
        if len(suite.shared.cases) < FEWEST:
            return None
        return suites.score(suite.harness)
    except ToolFailed:
        raise
    except ToolError as error:
        raise NotApplicable(str(error)) from error
