"""Knobs and pipelines: what a model may choose is known to be harmless, and clang takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from llmopt.agents.choices import choices
from llmopt.agents.knobs import KNOBS, options_of
from llmopt.agents.question import Assignment
from llmopt.errors import NotApplicable
from llmopt.rewrite.build import build
from llmopt.rewrite.unit import UnitContext
from llmopt.values.step import Donor
from llmopt.verify.static.options import option_fault, unknown_option
from tests.conftest import need
from tests.units import context

TEXT = """
float dot(const float *a, const float *b, int n)
{
    float sum = 0;
    for (int i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}
void scale(float *a, const float *b, int n)
{
    for (int i = 0; i < n; i++)
        a[i] *= b[i];
}
"""
EACH = [(name, value) for name, knob in KNOBS.items() for value in knob.values]


@pytest.fixture
def unit(tmp_path: Path) -> UnitContext:
    need("clang-19")
    return context(tmp_path, TEXT, "clang-19")


@pytest.mark.parametrize(("name", "value"), EACH, ids=[f"{n}={v}" for n, v in EACH])
def test_each_knob_is_known_and_clang_takes_it(unit: UnitContext, name: str, value: Any) -> None:
    try:
        chosen = options_of({name: value}, ["scale"])
    except NotApplicable:
        assert value is False
        return
    step = Donor(("scale",), chosen)
    assert option_fault(unit, step) is None
    assert unknown_option(step) is None
    unit.compiler.assembly(None, chosen)


def test_all_knobs_at_once_are_one_command(unit: UnitContext) -> None:
    chosen = options_of({name: knob.values[0] for name, knob in KNOBS.items()}, ["scale"])
    assert "scale:" in unit.compiler.assembly(None, chosen)


def test_a_width_changes_loops_but_no_order_of_floating_point(unit: UnitContext) -> None:
    chosen = options_of({"vector_width": 4, "interleave": 1}, ["scale"])
    assert build(unit, [Donor(("scale",), chosen)]).object != unit.object
    with pytest.raises(NotApplicable, match="the same code"):
        build(unit, [Donor(("dot",), options_of({"vector_width": 8}, ["dot"]))])
    assert "addps" in unit.compiler.assembly(None, ("-mllvm", "-force-vector-width=8")), (
        "which it would without the second option"
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"vector_width": 3}, "one of 1, 2"),
        ({"vector_width": "8"}, "one of 1, 2"),
        ({"vector_width": True}, "one of 1, 2"),
        ({"vector_width": [8]}, "one of 1, 2"),
        ({"slp": 1}, "one of True"),
        ({"tune_cpu": "native"}, "one of 'x86-64'"),
        ({"tune_cpu": "haswell -march=haswell"}, "one of 'x86-64'"),
        ({"fast_math": True}, "no option 'fast_math'"),
        ({"-march": "native"}, "no option '-march'"),
        ({"polly": "-polly-parallel"}, "one of 'plain'"),
        ({}, "nothing was chosen"),
        ({"loop_interchange": False}, "nothing was chosen"),
    ],
)
def test_what_is_no_value_of_a_knob_is_told_and_not_tried(
    given: Mapping[str, Any], said: str
) -> None:
    with pytest.raises(NotApplicable, match=said):
        options_of(given, ["f"])


Taken = list[tuple[str, Donor]]
Run = Callable[[str, Mapping[str, Any]], str]


@pytest.fixture
def taken() -> Taken:
    """What was tried."""
    return []


@pytest.fixture
def run(unit: UnitContext, taken: Taken) -> Run:
    """Calls a tool by its name."""

    def choose(kind: str, donor: Donor) -> str:
        taken.append((kind, donor))
        return "tried"

    tools = {t.name: t for t in choices(Assignment(unit, "scale", "ir", 0.5), choose)}
    return lambda name, given: tools[name].run(given)


def test_a_choice_is_a_donor_of_the_one_function(run: Run, taken: Taken) -> None:
    assert run("options", {"vectorize": False, "unroll": 4}) == "tried"
    assert run("passes", {"pipeline": "default<O2>, function(adce)"}) == "tried"
    unrolled = ("-fno-vectorize", "-mllvm", "-unroll-runtime", "-mllvm", "-unroll-count=4")
    assert taken == [
        ("options", Donor(("scale",), unrolled, level="ir")),
        ("passes", Donor(("scale",), passes="default<O2>,function(adce)", level="ir")),
    ]
    assert unknown_option(taken[1][1]) is None


@pytest.mark.parametrize(
    "given", [{}, {"pipeline": ""}, {"pipeline": 7}, {"pipeline": "print<loops>"}, {"other": "x"}]
)
def test_a_pipeline_that_is_none_is_told_and_not_tried(
    run: Run, taken: Taken, given: Mapping[str, Any]
) -> None:
    assert "pipeline" in run("passes", given)
    assert taken == []


def test_under_gcc_there_is_no_choice(tmp_path: Path) -> None:
    need("gcc")
    assignment = Assignment(context(tmp_path, TEXT, "gcc"), "scale", "ir", 0.5)
    assert choices(assignment, lambda _kind, _donor: "") == []
