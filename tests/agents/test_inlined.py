"""Moves on a function that the compiler inlines everywhere: it has no assembly of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from llmopt.agents.catalogue import at_levels
from llmopt.agents.moves.dispatch import propose_dispatch
from llmopt.agents.subject import Subject
from llmopt.errors import NotApplicable
from llmopt.rewrite.build import build, identity_assembly, outlined
from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain.elf import ObjectFile, difference
from llmopt.values.step import Donor, SourceText, Step
from llmopt.values.verdict import Passed
from llmopt.verify import building, identity, static
from tests.conftest import need
from tests.units import context, printed

TEXT = """\
#include <stdio.h>
static void f(int n, double out[64], const double in[64])
{
    for (int round = 0; round < n; round++)
        for (int i = 0; i < 64; i++)
            out[i] += in[i] * in[63 - i] + round;
}
int main(void)
{
    static double out[64], in[64];
    for (int i = 0; i < 64; i++)
        in[i] = 1.0 / (i + 3);
    f(100, out, in);
    for (int i = 0; i < 64; i++)
        printf("%a\\n", out[i]);
}
"""


@pytest.fixture(params=["gcc", "clang-19"])
def unit(request: pytest.FixtureRequest, tmp_path: Path) -> UnitContext:
    need(request.param)
    made = context(tmp_path, TEXT, request.param, "-O2")
    assert "f" not in ObjectFile(made.object).defined
    return made


def check(unit: UnitContext, steps: tuple[Step, ...], directory: Path) -> bytes:
    """Builds a version; gates and program must find nothing."""
    made = build(unit, steps)
    assert made.object != unit.object
    for verdict in (
        identity.judge(unit, "f", steps),
        static.judge(unit, "f", steps, made.object),
        building.judge(unit.diagnostics, made.diagnostics),
    ):
        assert isinstance(verdict, Passed), verdict
    assert printed(directory, made.object) == printed(directory, unit.object)
    return made.object


def test_every_move_has_code_to_take_and_computes_the_same(
    unit: UnitContext, tmp_path: Path
) -> None:
    family = unit.compiler.identity.family
    done, refused = [], []
    for move in at_levels(("source", "ir", "asm"), family):
        try:
            steps = move.propose(Subject(unit, "f", inlined=True))
            made = check(unit, steps, tmp_path)
        except NotApplicable as error:
            # What rewrites look for in the text says nothing of where its code stands.
            if move.option.level != "source":
                refused.append(str(error))
            continue
        assert "f" in ObjectFile(made).defined or move.option.level == "source"
        done.append(move.option.level)
    assert {"source", "asm"} <= set(done), refused
    # The reasons are of the code, not of where it stands.
    assert all(
        re.search("same code|steered|compiled with|not counted", reason) for reason in refused
    ), refused


def test_a_donor_comes_on_top_of_the_function_kept_from_being_inlined(unit: UnitContext) -> None:
    family = unit.compiler.identity.family
    (move,) = (m for m in at_levels(("asm",), family) if m.option.name == f"{family}-O3")
    first, donor = move.propose(Subject(unit, "f", inlined=True))
    assert isinstance(first, SourceText)
    assert first.text.startswith("static __attribute__((noinline")
    assert isinstance(donor, Donor)
    assert move.propose(Subject(unit, "f"))[0] == donor, "others are taken as they are"
    again = move.propose(Subject(unit, "f", (first,), inlined=True))
    assert again[0] == first, "once is enough"
    copies = propose_dispatch(Subject(unit, "f", inlined=True))
    (dispatcher, _) = move.propose(Subject(unit, "f", copies, inlined=True))
    assert dispatcher == copies[0], "copies have code of their own"


def test_the_identity_of_what_is_inlined_is_that_of_the_outlined_text(unit: UnitContext) -> None:
    plain, taken = identity_assembly(unit, "f")
    assert difference(plain, taken) is None
    assert "f" in ObjectFile(plain).defined


def test_what_asks_to_be_inlined_is_left_so(tmp_path: Path) -> None:
    text = TEXT.replace("static void f", "static inline __attribute__((always_inline)) void f")
    unit = context(tmp_path, text, "gcc", "-O2")
    with pytest.raises(NotApplicable, match="asks to be inlined everywhere"):
        outlined(unit, "f")
