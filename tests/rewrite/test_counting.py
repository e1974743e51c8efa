"""Branch counts: of real runs, as text, and what a build makes of them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from llmopt.errors import NotApplicable
from llmopt.rewrite.build import build, outlined
from llmopt.rewrite.counting import counts, instrumented, together
from llmopt.rewrite.unit import UnitContext
from llmopt.values.step import Donor, step_from_json, step_to_json
from tests.conftest import need
from tests.units import context

HIDDEN = '__attribute__((visibility("hidden"))) '
LOOP = f"""
{HIDDEN}int other(int x);
static int rare(int x) {{ int s = 0; for (int i = 0; i < x; i++) s ^= s * 31 + i; return s; }}
{HIDDEN}int loop(int x, int n)
{{
    int s = 0;
    for (int i = 0; i < n; i++)
        if (((x + i) & 1023) == 0)
            s += rare(i);
        else
            s += i & 3 ? other(i) : -x;
    return s;
}}
"""
OTHER = f"""
#include <stdio.h>
#include <stdlib.h>
{HIDDEN}int loop(int x, int n);
{HIDDEN}int other(int x);
int other(int x) {{ return x > 5 ? x - 5 : x; }}
int main(int argc, char **argv)
{{
    printf("%d\\n", loop(argc, atoi(argv[1])));
    return 0;
}}
"""


def ran(directory: Path, times: int = 1) -> tuple[UnitContext, UnitContext]:
    """Both units, counted in a program that both are in."""
    need("clang-19")
    units = (
        context(directory, LOOP, "clang-19", name="loop.c"),
        context(directory, OTHER, "clang-19", name="other.c"),
    )
    for unit, name in zip(units, ("loop.o", "other.o"), strict=True):
        (directory / name).write_bytes(instrumented(unit, directory / "counts"))
    linked = ["clang-19", "-o", "program", "loop.o", "other.o"]
    subprocess.run(linked, cwd=directory, check=True)
    for _ in range(times):
        subprocess.run(["./program", "40000"], cwd=directory, check=True, capture_output=True)
    return units


def numbers(part: str) -> list[int]:
    """The counters of a function."""
    return [int(line) for line in part.splitlines()[3:]]


def test_units_of_one_program_with_hidden_symbols_are_counted(tmp_path: Path) -> None:
    first, second = ran(tmp_path)
    mine = counts(first, tmp_path / "counts")
    assert {"loop", "rare"} <= set(mine)
    assert mine["rare"].startswith(";rare\n")
    theirs = counts(second, tmp_path / "counts")
    # 39 of the 40,000 rounds are rare ones; both units have told of one call.
    assert {2 * 39, 2} <= set(numbers(mine["loop"]))
    assert "main" in theirs


def test_processes_are_added_up(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "three").mkdir()
    one = counts(ran(tmp_path / "one")[0], tmp_path / "one" / "counts")
    three = counts(ran(tmp_path / "three", 3)[0], tmp_path / "three" / "counts")
    assert numbers(three["loop"]) == [3 * n for n in numbers(one["loop"])]


def test_a_build_is_guided_whatever_its_source_is_called(tmp_path: Path) -> None:
    unit, _ = ran(tmp_path)
    found = counts(unit, tmp_path / "counts")
    step = Donor(("loop",), counts=together([found["loop"], found["rare"]]), level="ir")
    assert step_from_json(step_to_json(step)) == step
    guided = build(unit, [step])
    assert guided.object != unit.object
    again = build(unit, [outlined(unit, "loop"), step])
    assert again.object != build(unit, [outlined(unit, "loop")]).object
    (tmp_path / "x.o").write_bytes(guided.object)
    (tmp_path / "y.o").write_bytes(context(tmp_path, OTHER, "clang-19", name="y.c").object)
    linked = ["clang-19", "-o", "guided", "x.o", "y.o"]
    subprocess.run(linked, cwd=tmp_path, check=True)
    said = [
        subprocess.run([f"./{name}", "40000"], cwd=tmp_path, check=True, capture_output=True).stdout
        for name in ("program", "guided")
    ]
    assert said[0] == said[1]


def test_counts_of_other_code_are_left_out_of_account(tmp_path: Path) -> None:
    unit, _ = ran(tmp_path)
    step = Donor(("loop",), counts=counts(unit, tmp_path / "counts")["loop"], level="ir")
    changed = context(tmp_path, LOOP.replace("else\n", "else if (i & 64)\n"), "clang-19")
    with pytest.raises(NotApplicable, match="the other build makes the same code"):
        build(changed, [step])


def test_gcc_counts_nothing_here(tmp_path: Path) -> None:
    need("gcc")
    with pytest.raises(NotApplicable):
        instrumented(context(tmp_path, LOOP, "gcc"), tmp_path)
