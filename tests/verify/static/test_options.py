"""Options: what may change results is refused, what nobody has looked at is inconclusive."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.rewrite.build import source_step
from llmopt.values.step import Donor, Step
from llmopt.values.verdict import Inconclusive, Refuted
from llmopt.verify import static
from llmopt.verify.static.options import option_fault, unknown_option
from tests.conftest import need
from tests.units import context

TEXT = "int f(int *a, const int *b, int n) { return a[n] + *b; }\n"


@pytest.mark.parametrize(
    "option",
    [
        "-ffast-math", "-Ofast", "-ffp-contract=fast", "-ffp-contract=on", "-fno-math-errno",
        "-fassociative-math", "-freciprocal-math", "-fno-signed-zeros", "-fno-trapping-math",
        "-fstrict-aliasing", "-fstrict-overflow", "-fno-stack-protector", "-march=native",
        "-mavx2", "-mfma", "-fopenmp", "-fwrapv", "-fno-delete-null-pointer-checks",
        "-polly-ignore-aliasing", "-force-vector-width=8", "-fcf-protection=none",
        "-hints-allow-reordering=true", "-hints-allow-reordering",
    ],
)  # fmt: skip
def test_options_that_may_change_results_are_refused(option: str, tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT)
    steps: list[Step] = [Donor(("f",), (option,))]
    verdict = static.judge(unit, "f", steps, unit.object)
    assert isinstance(verdict, Refuted), verdict
    assert option in verdict.counterexample
    text = source_step(unit, "f", unit.locate("f").text, options=(option,))
    assert isinstance(static.judge(unit, "f", [text], unit.object), Refuted)


@pytest.mark.parametrize(
    "option",
    [
        "-funsigned-char", "-DNDEBUG", "-fshort-enums", "-fcx-limited-range", "-m32", "-std=c99",
        "-mtune=native", "-inline-threshold=-1",
    ],
)  # fmt: skip
def test_options_that_nobody_looked_at_are_inconclusive(option: str, tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT)
    verdict = static.judge(unit, "f", [Donor(("f",), (option,))], unit.object)
    assert isinstance(verdict, Inconclusive), verdict


def test_the_options_of_all_moves_are_known() -> None:
    from llmopt.agents.moves import codegen, gcc_options, loops, polly
    from llmopt.errors import NotApplicable

    known = [*codegen.MOVES, *gcc_options.MOVES, *loops.MOVES, *polly.MOVES]
    assert len(known) > 10
    for move in known:
        for family in ("clang", "gcc"):
            try:
                steps = move.propose(_Subject(family))  # type: ignore[arg-type]
            except NotApplicable:
                continue
            for step in steps:
                assert option_fault(_Subject(family).context, step) is None  # type: ignore[arg-type]
                assert unknown_option(step) is None, step


class _Subject:
    """Enough of a subject for moves that only add options."""

    steps = ()
    bodies = ("f",)
    inlined = False

    def __init__(self, family: str) -> None:
        from types import SimpleNamespace

        self.context = SimpleNamespace(
            unit=SimpleNamespace(command=SimpleNamespace(arguments=lambda _: ("-O1",))),
            compiler=SimpleNamespace(
                identity=SimpleNamespace(family=family, version=family),
                is_clang=family == "clang",
                tool=lambda name: name,
            ),
        )


def test_contraction_may_not_be_switched_off_for_a_unit_that_contracts(tmp_path: Path) -> None:
    need("gcc")
    for words, refused in (("-O2 -march=haswell", True), ("-O2", False)):
        unit = context(tmp_path, TEXT, "gcc", words)
        step = source_step(unit, "f", unit.locate("f").text, options=("-ffp-contract=off",))
        assert (option_fault(unit, step) is not None) is refused


@pytest.mark.parametrize(
    ("passes", "known"),
    [("default<O3>,default<O3>", 1), ("function(adce)", 1), ("print<loops>", 0)],
)
def test_a_pipeline_is_known_by_the_passes_in_it(passes: str, known: int) -> None:
    assert (unknown_option(Donor(("f",), passes=passes)) is None) == known
