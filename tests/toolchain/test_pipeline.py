"""Pipelines of opt: known passes with plain parameters, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.toolchain import pipeline
from llmopt.toolchain.pipeline import pipeline_fault
from tests.conftest import need
from tests.units import context, run

GOOD = [
    "default<O3>",
    "default<O3>,default<O3>",
    "default<O2>, function(slp-vectorizer)",
    "module(function(sroa<modify-cfg>,loop-mssa(licm<allowspeculation>),loop-unroll<O3;runtime>))",
    "function(loop-simplify,lcssa,loop(loop-rotate,indvars),loop-vectorize,instcombine)",
]


@pytest.mark.parametrize("passes", GOOD)
def test_pipelines_of_known_passes_run(tmp_path: Path, passes: str) -> None:
    need("clang-19", "opt-19")
    assert pipeline_fault(passes) is None
    unit = context(tmp_path, "int f(int *x) { return x[0] + x[1]; }\n", "clang-19")
    plain = "".join(passes.split())
    assert "@f" in unit.compiler.after_passes(unit.compiler.module(), plain)


def test_opt_knows_the_passes_by_these_names(tmp_path: Path) -> None:
    need("clang-19", "opt-19")
    opt = context(tmp_path, "int f(void) { return 1; }\n", "clang-19").compiler.tool("opt")
    listed = run(opt, "-print-passes").stdout.decode()
    names = {line.strip().partition("<")[0] for line in listed.splitlines()}
    assert pipeline._PASSES - names == {"default"}


@pytest.mark.parametrize(
    "passes",
    [
        "",
        " ",
        "load",
        "default<O3>,",
        ",default<O3>",
        "default<O3>,,adce",
        "function(adce",
        "adce)",
        "adce(sroa)",
        "(adce)",
        "function()",
        "function(adce)sroa",
        "print<loops>",
        "dot-cfg",
        "lower-atomic",
        "internalize",
        "instrprof",
        "sample-profile",
        "extract-blocks",
        "default<O3>;adce",
        "licm<../x>",
        "licm</tmp/x.so>",
        "adce -load=x.so",
        "--load-pass-plugin=x",
        "adce\n;sroa",
        "function<eager-inv>(adce),write-bitcode",
        ",".join(["adce"] * 200),
    ],
)
def test_all_else_is_not_taken_and_has_a_reason(passes: str) -> None:
    assert pipeline_fault(passes)
