"""What callers promise: conditions of a call, and arguments that are put right before it."""

from __future__ import annotations

from pathlib import Path

from llmopt.harness.program import Harness
from llmopt.harness.suite import Suite
from llmopt.rewrite.build import source_step
from llmopt.values.contract import Contract
from llmopt.values.verdict import Passed, Refuted, Verdict
from llmopt.verify import tests
from tests.units import SANDBOX, context

ROWS = """
int rows(const int *cells, unsigned count, unsigned columns, unsigned stride)
{
    int sum = 0;
    for (unsigned r = 0; r < count; r++)
        for (unsigned c = 0; c < columns; c++)
            sum ^= cells[r * stride + c];
    return sum;
}
"""
#: Right where no row is longer than the stride: then the rows do not overlap.
TIGHT = """
int rows(const int *cells, unsigned count, unsigned columns, unsigned stride)
{
    int sum = 0;
    if (columns > stride)
        return 7;
    for (unsigned r = 0; r < count; r++, cells += stride)
        for (unsigned c = 0; c < columns; c++)
            sum ^= cells[c];
    return sum;
}
"""
SUM = """
struct box { unsigned used; unsigned check; };
unsigned doubled(struct box *box) { return box->used * 2; }
"""
TRUSTING = "unsigned doubled(struct box *box) { return box->used + box->check; }"


def judged(directory: Path, unit: str, text: str, function: str, contract: Contract) -> Verdict:
    made = context(directory, unit, "clang-19")
    harness = Harness(made, function, SANDBOX, contract=contract)
    return tests.judge(Suite(harness, 3), [source_step(made, function, text.encode())])


def test_calls_that_nobody_makes_are_not_made(tmp_path: Path) -> None:
    free = judged(tmp_path / "free", ROWS, TIGHT, "rows", Contract())
    assert isinstance(free, Refuted), free
    bound = Contract(require=("stride >= columns",))
    kept = judged(tmp_path / "bound", ROWS, TIGHT, "rows", bound)
    assert isinstance(kept, Passed), kept
    assert "out of contract" in str(kept.evidence["dropped"])


def test_arguments_are_put_right_before_the_call(tmp_path: Path) -> None:
    free = judged(tmp_path / "free", SUM, TRUSTING, "doubled", Contract())
    assert isinstance(free, Refuted), free
    kept = Contract(nonnull=("box",), prepare="box->check = box->used;")
    assert isinstance(judged(tmp_path / "kept", SUM, TRUSTING, "doubled", kept), Passed)
