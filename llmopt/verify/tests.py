"""Tests gate: on generated inputs the candidate does what the original does, bit for bit.

The inputs are made from the function's types, the literals of both texts and a seed; the original
says which of them are inside its contract. The gate says nothing of inputs that were not drawn. So
it asks how good they are: they must tell most mutants of the original from it, and what they do not
reach of a candidate's text must have run in the workload.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from llmopt.errors import NotApplicable, SourceError, ToolError
from llmopt.harness import watched
from llmopt.harness.compare import Comparison, Oracle, against, oracle, replayed
from llmopt.harness.coverage import Gap
from llmopt.harness.exercise import (
    Exercise,
    by_cases,
    candidate_gaps,
    common,
    original_gaps,
    unknown,
)
from llmopt.harness.mutants import Mutant
from llmopt.harness.program import Harness, Program
from llmopt.harness.score import Score, score
from llmopt.harness.suite import CASES, Suite
from llmopt.rewrite.build import source_step
from llmopt.rewrite.dispatcher import variants
from llmopt.toolchain import alive
from llmopt.values.step import Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from llmopt.verify import equivalence

GATE = "tests"

#: The fewest cases that say anything.
FEWEST = 30
#: What cases are scored on: the score is the tests' own, and the same each time.
_SCORED_SEED = 1
#: Survivors and gaps that are shown.
_SHOWN = 3


@dataclass(frozen=True)
class Demands:
    """What is asked of the tests themselves.

    `score` gives the score of the function's tests, which must be at least `least`; it raises
    NotApplicable, SourceError or ToolError. `elsewhere` runs what else may reach the candidate.
    """

    least: float
    score: Callable[[], Score]
    elsewhere: Exercise | None = None


def judge(suite: Suite, steps: Sequence[Step], demands: Demands | None = None) -> Verdict:
    """Judges a candidate, with each copy behind its dispatcher, on the cases of a suite."""
    try:
        found, missing = _tried(suite, steps, demands)
        verdict = concluded(suite.harness, found)
        if demands is None or not isinstance(verdict, Passed):
            return verdict
        if missing:
            return Inconclusive(GATE, f"no test and no run of the workload: {_shown(missing)}")
        return _scored(verdict, demands)
    except (NotApplicable, SourceError, ToolError) as error:
        return Inconclusive(GATE, str(error))


def scored(harness: Harness, cases: int = CASES) -> Score:
    """The score of a function's tests. Raises NotApplicable, SourceError, ToolError."""
    known = oracle(harness, harness.original, _SCORED_SEED, cases, harness.constants())
    return score(harness, known, lambda mutant: _is_proven(harness, mutant))


def _is_proven(harness: Harness, mutant: Mutant) -> bool:
    """Whether a solver finds a mutant equal to the original. Up to a bound is not enough: what it
    does beyond is what good tests would show.
    """
    context, function = harness.context, harness.function
    if not alive.installed():
        return False
    step = source_step(context, function, mutant.text)
    verdict = equivalence.judge(context, function, [step], harness.original.sandbox)
    return isinstance(verdict, Passed) and verdict.evidence["bound"] == "any bound"


def _tried(
    suite: Suite, steps: Sequence[Step], demands: Demands | None
) -> tuple[Comparison, list[Gap]]:
    """What a comparison says, and the places of the candidate that nothing has reached, where it
    matters.
    """
    harness = suite.harness
    copies = [steps, *variants(harness.context, steps)]
    candidates = [harness.program(copy) for copy in copies]
    watching = [watched.candidate(harness, copy) for copy in copies] if suite.watched else []
    known = suite.of(steps)
    found = _compared(suite, known, candidates, watching)
    if demands is None or not found.agrees:
        return found, []
    reach = _Reach(harness, steps)
    reach.add(by_cases(harness, known))
    if reach.missing and demands.elsewhere is not None:
        reach.add_elsewhere(demands.elsewhere)
    if reach.missing:
        more = [suite.more(steps)]
        found = found.and_then(_compared(suite, more, candidates, watching))
        if found.agrees:
            reach.add(by_cases(harness, more))
    return found, reach.missing


@dataclass
class _Reach:
    """The places of a candidate that nothing has reached so far; and those of the original, by
    cases: what is word for word in it, and not reached there either, is not the candidate's own.
    """

    harness: Harness
    steps: Sequence[Step]
    left: list[Gap] | None = None
    own: list[Gap] | None = None

    @property
    def missing(self) -> list[Gap]:
        """The places that are the candidate's own."""
        return unknown(self.left or [], self.own or [])

    def add(self, cases: Exercise) -> None:
        """Takes away what some cases reach. Raises as they do."""
        self.add_elsewhere(cases)
        if self.left:
            context, function = self.harness.context, self.harness.function
            own = original_gaps(context, function, cases, self.steps)
            self.own = own if self.own is None else common([self.own, own])

    def add_elsewhere(self, exercise: Exercise) -> None:
        """Takes away what other runs of the candidate reach. Raises as they do."""
        left = candidate_gaps(self.harness.context, self.steps, exercise)
        self.left = left if self.left is None else common([self.left, left])


def _compared(
    suite: Suite,
    known: Sequence[Oracle],
    candidates: Sequence[Program],
    watching: Sequence[Program],
) -> Comparison:
    """What all programs of a candidate do with some cases; those that are `watching` tell of
    volatile accesses besides.
    """
    dropped: Counter[str] = Counter()
    for one in known:
        for candidate in candidates:
            # A case that the original itself gets through by luck alone says nothing.
            fit = partial(suite.inside, one)
            found = against(suite.harness, one, suite.harness.original, candidate, fit)
            if not found.agrees:
                return found
        if watching and suite.watched:
            told = replayed(one, suite.watched)
            for candidate in watching:
                found = against(suite.harness, told, suite.watched, candidate)
                if not found.agrees:
                    return found
        dropped.update(one.dropped)
    return Comparison(suite.seed, sum(len(one.cases) for one in known), dict(dropped))


def _scored(verdict: Passed, demands: Demands) -> Verdict:
    try:
        found = demands.score()
    except (NotApplicable, SourceError, ToolError) as error:
        return Inconclusive(GATE, f"the tests cannot be scored: {error}")
    said = f"{found.killed} of {found.not_equivalent}"
    if found.value < demands.least:
        shown = "".join(f"\n{survivor.diff}" for survivor in found.survivors[:_SHOWN])
        return Inconclusive(
            GATE,
            f"the tests tell only {said} mutants from the original, less than {demands.least:.0%}; "
            f"not these:{shown}",
        )
    return Passed(GATE, {**verdict.evidence, "mutants_killed": said})


def _shown(missing: Sequence[Gap]) -> str:
    shown = "; ".join(map(str, missing[:_SHOWN]))
    return shown if len(missing) <= _SHOWN else f"{shown}; and {len(missing) - _SHOWN} more"


def concluded(harness: Harness, found: Comparison) -> Verdict:
    """What a comparison says."""
    if found.difference is not None:
        return Refuted(GATE, found.difference)
    if found.incomplete is not None:
        return Inconclusive(GATE, found.incomplete)
    dropped = ", ".join(f"{count} {why}" for why, count in sorted(found.dropped.items()))
    if found.run < FEWEST:
        return Inconclusive(
            GATE, f"the original takes only {found.run} of the cases ({dropped or 'none dropped'})"
        )
    return Passed(
        GATE,
        {
            "cases": found.run,
            "seed": found.seed,
            "dropped": dropped or "none",
            "undefined_behaviour": "noticed" if harness.is_strict else "not noticed",
        },
    )
