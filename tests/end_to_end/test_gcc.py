"""The same with gcc at -O2, whose moves are options of its own at the assembly level."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import need

from .support import Build, Project, note


@pytest.fixture
def with_gcc(optimized, fresh: Project) -> Project:
    """The sample as gcc builds it; `optimized` has seen that perf samples here."""
    need("gcc")
    fresh.edit("llmopt.yaml", "-DCMAKE_C_COMPILER=clang-19", "-DCMAKE_C_COMPILER=gcc")
    fresh.edit("llmopt.yaml", "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_C_FLAGS=-O2")
    fresh.edit("llmopt.yaml", "trials: 2", "trials: 3")
    fresh.edit(
        "src/hot.c",
        "            for (int k = 0; k < rows; k++)\n"
        "                sum += cells[k * columns + i] * cells[k * columns + j];\n"
        "            out[i * columns + j] = SCALE * sum;\n        }\n",
        "            out[i * columns + j] = SCALE * sum;\n        }\n"
        # -O3 interchanges and vectorizes these loops, -O2 of gcc 12 does not.
        "    for (int i = 0; i < columns; i++)\n        for (int k = 0; k < rows; k++)\n"
        "            for (int j = 0; j < columns; j++)\n                out[i * columns + j] += "
        "SCALE * cells[k * columns + i] * cells[k * columns + j];\n",
    )
    return Project(fresh.root, fresh.cache, "gcc")


def test_gcc_finds_a_recipe_among_its_own_options_or_says_why_not(
    with_gcc: Project, tmp_path: Path
):
    (with_gcc.root / "tests/small.sh").write_text('#!/bin/sh\n"$1" 1\n')
    run = with_gcc.json("optimize")
    (function,) = (f for f in run["functions"] if f["function"] == "covariance")
    assert {version["move"] for version in function["versions"]} <= {
        *("gcc-O3", "gcc-unroll", "gcc-dynamic", "gcc-graphite", "gcc-scalar")
    }
    build = Build(with_gcc, tmp_path / "build", "make", compiler="gcc")
    with_gcc.edit("Makefile", "CFLAGS = -O3", "CFLAGS = -O2")
    build.build()
    digests = [recipe["digest"] for recipe in run["recipes"]]
    assert sorted(note(build.object("hot"))) == sorted(digests)
    if not digests:
        assert function["note"]
        assert build.object("hot") == with_gcc.compile("src/hot.c", "-O2", launched=False)
    assert build.answer() == with_gcc.plain_answer("-O2")
    swapped = build.object("hot")
    build.clean()
    build.build()
    assert build.object("hot") == swapped
    assert with_gcc.log[-1]["reason"] == ("verified manifest" if digests else "no recipe applies")
