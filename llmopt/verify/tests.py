"""Tests gate: on generated inputs the candidate does what the original does, bit for bit.

The inputs are made from the function's types, the literals of both texts and a seed; the original
says which of them are inside its contract. The gate says nothing of inputs that were not drawn.
"""

from __future__ import annotations

from collections.abc import Sequence

from llmopt.errors import NotApplicable, SourceError, ToolError
from llmopt.harness.compare import Comparison, compare
from llmopt.harness.program import Harness
from llmopt.values.step import Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict

GATE = "tests"

#: Cases asked for, and the fewest that say anything.
CASES = 800
FEWEST = 30


def judge(harness: Harness, steps: Sequence[Step], seed: int, cases: int = CASES) -> Verdict:
    """Judges a candidate on the cases of a seed."""
    try:
        candidate = harness.program(steps)
        found = compare(harness, harness.original, candidate, seed, cases, harness.constants(steps))
    except (NotApplicable, SourceError, ToolError) as error:
        return Inconclusive(GATE, str(error))
    return concluded(harness, found)


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
