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

from llmopt.errors import NotApplicable, SourceError, ToolError
from llmopt.harness.compare import Comparison, Oracle, against, oracle
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
from llmopt.harness.program import Harness
from llmopt.harness.sanitized import inside
from llmopt.harness.score import Score, score
from llmopt.rewrite.build import source_step
from llmopt.rewrite.dispatcher import variants
from llmopt.toolchain import alive
from llmopt.values.step import Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from llmopt.verify import equivalence

GATE = "tests"

#: Cases asked for, and the fewest that say anything.
CASES = 800
FEWEST = 30
#: Seeds that are tried, one after the other, while places of the candidate stay out of reach.
_SEEDS = 3
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


def judge(
    harness: Harness,
    steps: Sequence[Step],
    seed: int,
    cases: int = CASES,
    demands: Demands | None = None,
) -> Verdict:
    """Judges a candidate, with each copy behind its dispatcher, on the cases of a seed."""
    try:
        found, missing = _tried(harness, steps, seed, cases, reach=demands is not None)
        verdict = concluded(harness, found)
        if demands is None or not isinstance(verdict, Passed):
            return verdict
        if missing and demands.elsewhere is not None:
            other = candidate_gaps(harness.context, steps, demands.elsewhere)
            missing = common([missing, other])
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
    harness: Harness, steps: Sequence[Step], seed: int, cases: int, *, reach: bool
) -> tuple[Comparison, list[Gap]]:
    """What a comparison says, and the places of the candidate that it did not reach."""
    copies = [steps, *variants(harness.context, steps)]
    candidates = [harness.program(copy) for copy in copies]
    constants = harness.constants(steps)
    known: list[Oracle] = []
    dropped: Counter[str] = Counter()
    missing: list[Gap] = []
    for further in range(_SEEDS):
        known.append(oracle(harness, harness.original, seed + further, cases, constants))
        for candidate in candidates:
            found = against(harness, known[-1], harness.original, candidate)
            if found.difference is not None:
                # A case that the original itself gets through by luck alone says nothing.
                known[-1] = inside(harness, known[-1])
                found = against(harness, known[-1], harness.original, candidate)
            if found.difference is not None or found.incomplete is not None:
                return found, []
        dropped.update(known[-1].dropped)
        if not reach:
            break
        cases_so_far = by_cases(harness, known)
        missing = candidate_gaps(harness.context, steps, cases_so_far)
        if missing:
            own = original_gaps(harness.context, harness.function, cases_so_far, steps)
            missing = unknown(missing, own)
        if not missing:
            break
    run = sum(len(one.cases) for one in known)
    return Comparison(seed, run, dict(dropped)), missing


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
