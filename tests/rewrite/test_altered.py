"""The unit with other text around a function: the object does what that text says."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.errors import NotApplicable
from llmopt.rewrite.altered import altered
from llmopt.rewrite.build import source_step
from llmopt.toolchain import assembly
from llmopt.values.step import AssemblyText, Donor
from tests.units import compiled, context, printed

TEXT = """
static int scale = 3;
__attribute__((noinline)) int sum(const int *a, int n)
{
    int s = 0;
    for (int i = 0; i < n; i++)
        s += a[i] * scale;
    return s;
}
"""
DRIVER = "\nint drive(void) { int a[3] = {1, 2, 3}; scale = 5; return sum(a, 3); }\n"
MAIN = '#include <stdio.h>\nint drive(void);\nint main(void) { printf("%d", drive()); }'


@pytest.mark.parametrize("compiler", ["gcc", "clang-19"])
def test_text_behind_the_unit_sees_what_is_private_to_it(tmp_path: Path, compiler: str) -> None:
    unit = context(tmp_path, TEXT, compiler)
    made = altered(unit, (TEXT + DRIVER).encode())
    assert printed(tmp_path / "run", made, compiled(tmp_path / "main", MAIN)) == "30"


@pytest.mark.parametrize("compiler", ["gcc", "clang-19"])
def test_steps_below_the_source_reach_the_text(tmp_path: Path, compiler: str) -> None:
    unit = context(tmp_path, TEXT, compiler)
    wrong = assembly.excerpt(unit.compiler.assembly(), "sum")
    wrong = wrong.replace("\tret", "\tmovl\t$7, %eax\n\tret")
    steps = [AssemblyText("sum", "of another text", wrong)]
    made = altered(unit, (TEXT + DRIVER).encode(), steps)
    assert printed(tmp_path / "run", made, compiled(tmp_path / "main", MAIN)) == "7"


def test_a_donor_is_made_of_the_text(tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT, "clang-19")
    donor = Donor(("sum",), ("-fno-vectorize", "-fno-unroll-loops"))
    made = altered(unit, (TEXT + DRIVER).encode(), [donor])
    assert made != altered(unit, (TEXT + DRIVER).encode())
    assert printed(tmp_path / "run", made, compiled(tmp_path / "main", MAIN)) == "30"


def test_source_steps_are_refused(tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT)
    step = source_step(unit, "sum", b"int sum(const int *a, int n) { return a[n - 1]; }")
    with pytest.raises(NotApplicable, match="belong into the text"):
        altered(unit, TEXT.encode(), [step])
