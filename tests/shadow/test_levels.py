"""Candidates from below the source, on one program."""

from __future__ import annotations

import pytest

from llmopt.rewrite.build import assembly_digest, ir_digest
from llmopt.toolchain import assembly, ir
from llmopt.values.step import AssemblyText, Donor, IrText
from llmopt.values.verdict import Passed, Refuted
from tests.conftest import need
from tests.shadow.programs import Program

UNIT = """
#include <stdio.h>
static const unsigned weights[4] = {3, 5, 7, 11};
static __attribute__((noinline)) unsigned weigh(const unsigned *values, int count)
{
    unsigned sum = 0;
    for (int i = 0; i < count; i++)
        sum += values[i] * weights[i & 3] + 1000;
    return sum;
}
int main(void)
{
    unsigned values[64], sum = 0;
    for (int i = 0; i < 64; i++)
        values[i] = (unsigned)(i * 2654435761u);
    for (int i = 0; i < 2000; i++)
        sum = sum * 31 + weigh(values, i % 64);
    printf("%u\\n", sum);
    return 0;
}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    need("clang-19")
    return Program(
        tmp_path_factory.mktemp("levels"), "weigh", UNIT, compiler="clang-19", options="-O1"
    )


def ir_step(program: Program, old: str, new: str) -> IrText:
    compiler = program.context.compiler
    module, optimized = compiler.module(), compiler.module(optimized=True)
    block = ir.excerpt(module, "weigh")
    assert old in block
    return IrText("weigh", ir_digest(module, optimized, "weigh"), block.replace(old, new))


def assembly_step(program: Program, old: str, new: str) -> AssemblyText:
    text = program.context.compiler.assembly()
    block = assembly.excerpt(text, "weigh")
    assert old in block
    return AssemblyText("weigh", assembly_digest(text, "weigh"), block.replace(old, new))


def test_other_ir_is_judged(program: Program) -> None:
    verdict = program.judge(ir_step(program, "1000", "1000"))
    assert isinstance(verdict, Passed), verdict
    verdict = program.judge(ir_step(program, "1000", "1001"))
    assert isinstance(verdict, Refuted), verdict
    assert "in call 2: weigh(" in verdict.counterexample


def test_other_assembly_is_judged(program: Program) -> None:
    verdict = program.judge(assembly_step(program, "1000", "1000"))
    assert isinstance(verdict, Passed), verdict
    verdict = program.judge(assembly_step(program, "1000", "1001"))
    assert isinstance(verdict, Refuted), verdict


def test_a_build_with_other_options_is_judged(program: Program) -> None:
    verdict = program.judge(Donor(("weigh",), ("-O3",)))
    assert isinstance(verdict, Passed), verdict


def test_a_step_that_takes_more_than_the_function_is_judged(program: Program) -> None:
    """A donor may bring along what the compiler split off the function."""
    verdict = program.judge(Donor(("weigh",), ("-O1", "-fno-inline")))
    assert not isinstance(verdict, Refuted), verdict
