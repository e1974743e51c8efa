"""Branch counts: of real runs, as text, and what a build makes of them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from llmopt.errors import NotApplicable
from llmopt.rewrite.build import build, outlined
from llmopt.rewrite.counting import counts, instrumented
from llmopt.rewrite.unit import UnitContext
from llmopt.values.step import Donor, step_from_json, step_to_json
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
int unused(int x) {{ return x ? 1 : 2; }}
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
NAMES = frozenset({"loop", "rare", "unused"})


def run(*words: str, cwd: Path) -> bytes:
    return subprocess.run(words, cwd=cwd, check=True, capture_output=True).stdout


def ran(directory: Path, compiler: str, times: int = 1) -> tuple[UnitContext, UnitContext]:
    """Both units, counted in a program that both are in."""
    directory.mkdir(exist_ok=True)
    units = (
        context(directory, LOOP, compiler, name="loop.c"),
        context(directory, OTHER, compiler, name="other.c"),
    )
    for unit, name in zip(units, ("loop.o", "other.o"), strict=True):
        (directory / name).write_bytes(instrumented(unit, directory / "counts"))
    run(compiler, "-o", "program", "loop.o", "other.o", cwd=directory)
    for _ in range(times):
        run("./program", "40000", cwd=directory)
    return units


def numbers(text: str, function: str) -> list[int]:
    """The counters of a function in clang's text."""
    lines = text[text.index(f"{function}\n") :].split("\n\n", 1)[0].splitlines()
    return [int(line) for line in lines[3:]]


def test_units_of_one_program_with_hidden_symbols_are_counted(
    compiler: str, tmp_path: Path
) -> None:
    first, second = ran(tmp_path, compiler)
    mine = counts(first, tmp_path / "counts", "loop", NAMES)
    theirs = counts(second, tmp_path / "counts", "main", {"main"})
    assert mine
    assert theirs
    if compiler == "gcc":
        return
    assert mine.startswith(":ir\n;rare\n")
    # 39 of the 40,000 rounds are rare ones; both units have told of one call.
    assert {2 * 39, 2} <= set(numbers(mine, "loop"))
    assert "main" not in mine
    assert counts(first, tmp_path / "counts", "unused", NAMES) == ""
    assert "rare" not in counts(first, tmp_path / "counts", "loop", {"loop"})


def test_processes_are_added_up(tmp_path: Path) -> None:
    one, three = (
        counts(
            ran(tmp_path / str(n), "clang-19", n)[0], tmp_path / str(n) / "counts", "loop", NAMES
        )
        for n in (1, 3)
    )
    assert numbers(three, "loop") == [3 * n for n in numbers(one, "loop")]


def test_what_has_not_run_has_no_counts(compiler: str, tmp_path: Path) -> None:
    unit, _ = ran(tmp_path, compiler, 0)
    assert counts(unit, tmp_path / "counts", "loop", NAMES) == ""


def test_a_build_is_guided_and_computes_the_same(compiler: str, tmp_path: Path) -> None:
    unit, _ = ran(tmp_path, compiler)
    step = Donor(("loop",), counts=counts(unit, tmp_path / "counts", "loop", NAMES), level="ir")
    assert step_from_json(step_to_json(step)) == step
    guided = build(unit, [step])
    assert guided.object != unit.object
    again = build(unit, [outlined(unit, "loop"), step])
    assert again.object != build(unit, [outlined(unit, "loop")]).object
    (tmp_path / "other.o").write_bytes(context(tmp_path, OTHER, compiler, name="other.c").object)
    said = [run("./program", "40000", cwd=tmp_path)]
    for data in (guided.object, again.object):
        (tmp_path / "loop.o").write_bytes(data)
        run(compiler, "-o", "guided", "loop.o", "other.o", cwd=tmp_path)
        said.append(run("./guided", "40000", cwd=tmp_path))
    assert len(set(said)) == 1


def test_counts_of_other_code_are_left_out_of_account(compiler: str, tmp_path: Path) -> None:
    unit, other = ran(tmp_path, compiler)
    text = counts(unit, tmp_path / "counts", "loop", NAMES)
    changed = context(tmp_path, LOOP.replace("s += rare(i)", "s += rare(i - 1)"), compiler)
    branched = context(
        tmp_path, LOOP.replace("else\n", "else if (i & 64)\n"), compiler, name="more.c"
    )
    (tmp_path / "other.o").write_bytes(other.object)
    for unit in (changed, branched):
        said = []
        for steps in ([], [Donor(("loop",), counts=text, level="ir")]):
            try:
                data = build(unit, steps).object
            except NotApplicable:
                continue  # the same code, or a function that it cannot take
            (tmp_path / "loop.o").write_bytes(data)
            run(compiler, "-o", "changed", "loop.o", "other.o", cwd=tmp_path)
            said.append(run("./changed", "40000", cwd=tmp_path))
        assert len(set(said)) == 1


def test_counts_are_for_the_compiler_that_made_them(tmp_path: Path) -> None:
    unit, _ = ran(tmp_path, "clang-19")
    text = counts(unit, tmp_path / "counts", "loop", NAMES)
    with pytest.raises(NotApplicable, match="another compiler's"):
        build(context(tmp_path, LOOP, "gcc"), [Donor(("loop",), counts=text, level="ir")])
