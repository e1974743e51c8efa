"""llvm-mca: real figures of small loops."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.errors import NotApplicable
from llmopt.toolchain import mca
from tests.conftest import need
from tests.units import context

CHAIN = ".L1:\n\timulq %rax, %rax\n\timulq %rax, %rax\n\tdecq %rcx\n\tjne .L1\n"


@pytest.mark.parametrize("name", ["clang-19", "gcc"])
def test_a_chain_of_multiplications_is_held_up_by_its_registers(tmp_path: Path, name: str) -> None:
    need("llvm-mca-19", name)
    unit = context(tmp_path, "int f(void) { return 1; }\n", name)
    found = mca.read(unit.compiler.machine_code(CHAIN))
    assert found is not None
    assert found.instructions == 4
    assert found.cycles == pytest.approx(6, abs=0.2)
    assert dict(found.bottlenecks)["Register Dependencies"] > 40


def test_another_processor_has_other_figures(tmp_path: Path) -> None:
    need("llvm-mca-19", "clang-19")
    text = ".L1:\n\tdivq %rbx\n\tjne .L1\n"
    cycles = []
    for options in ("-O2", "-O2 -mtune=znver4"):
        unit = context(tmp_path, "int f(void) { return 1; }\n", "clang-19", options)
        found = mca.read(unit.compiler.machine_code(text))
        assert found is not None
        cycles.append(found.cycles)
    assert cycles[0] > 1.3 * cycles[1]


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ([], "x86-64"),
        (["-O2", "-march=haswell"], "haswell"),
        (["-mtune=skylake", "-march=x86-64-v3"], "skylake"),
        (["-march=haswell", "-march=znver2"], "znver2"),
    ],
)
def test_the_processor_is_the_one_that_the_code_is_made_for(options: list[str], name: str) -> None:
    assert mca.processor(options) == name


def test_what_has_no_figures_is_no_forecast() -> None:
    assert mca.read("") is None
    assert mca.read("Iterations: 0\n") is None


def test_where_it_is_not_installed_nothing_is_foreseen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotApplicable, match="not installed"):
        mca.program()
