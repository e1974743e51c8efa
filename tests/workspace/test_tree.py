"""Private build trees: what they build stays in them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from llmopt.config.load import parse
from llmopt.errors import ToolError
from llmopt.sandbox.run import Sandbox
from llmopt.toolchain.commands import launcher_path
from llmopt.workspace.tree import Tree
from tests.conftest import need

INSIDE = "{launcher} gcc -O2 -c {source}/a.c -o {build}/a.o && cp {build}/a.o {build}/linked"
OUTSIDE = "{launcher} gcc -O2 -c {source}/a.c -o {source}/a.o"


def tree(root: Path, build: str) -> Tree:
    need("gcc")
    (root / "a.c").write_text("int a(int n) { return n + 1; }\n")
    data = {"version": 1, "build": {"build": build}, "workload": {"command": "true"}}
    config = parse(data, root / "llmopt.yaml", str(root / "cache"))
    return Tree(config, Sandbox("off"), launcher_path(), "base")


def test_a_build_s_units_are_those_that_it_compiled(tmp_path: Path) -> None:
    made = tree(tmp_path, INSIDE)
    made.prepare()
    assert [unit.source for unit in made.units()] == ["a.c"]


def test_an_object_is_placed_by_the_build_itself_and_taken_back(tmp_path: Path) -> None:
    made = tree(tmp_path, INSIDE)
    made.prepare()
    output = made.path / "a.o"
    own = output.read_bytes()
    made.place({str(output): own + b"more"})
    assert output.read_bytes() == (made.path / "linked").read_bytes() == own + b"more"
    made.place({})
    assert output.read_bytes() == (made.path / "linked").read_bytes() == own


def test_a_build_that_writes_beside_its_sources_is_refused_and_left_alone(tmp_path: Path) -> None:
    made = tree(tmp_path, OUTSIDE)
    made.prepare()
    before = (tmp_path / "a.o").read_bytes()
    with pytest.raises(ToolError, match="outside of"):
        made.units()
    assert (tmp_path / "a.o").read_bytes() == before


def test_a_private_build_goes_past_ccache(tmp_path: Path) -> None:
    need("ccache")
    made = tree(tmp_path, INSIDE.replace("{launcher}", "ccache {launcher}"))
    made.prepare()
    output = made.path / "a.o"
    own = output.read_bytes()
    made.place({str(output): own + b"more"})
    assert output.read_bytes() == own + b"more"
    shutil.rmtree(made.path)
    made.path.mkdir()
    made.place({})
    assert output.read_bytes() == own


def test_another_configuration_starts_anew(tmp_path: Path) -> None:
    made = tree(tmp_path, INSIDE)
    made.prepare()
    (made.path / "left over").touch()
    tree(tmp_path, INSIDE + " && true").prepare()
    assert not (made.path / "left over").exists()


def test_a_tree_can_be_made_anew_while_somebody_still_writes_into_it(tmp_path: Path) -> None:
    """A build that outlived its killed parent keeps its directory, under another name."""
    made = tree(tmp_path, INSIDE)
    made.prepare()
    writer = subprocess.Popen(
        ["sh", "-c", "while :; do mkdir -p sub; touch sub/$$; done"], cwd=made.path
    )
    try:
        for number in range(5):
            again = tree(tmp_path, f"{INSIDE} && test {number}")
            again.prepare()
            assert [unit.source for unit in again.units()] == ["a.c"]
    finally:
        writer.kill()
        writer.wait()


def test_a_directory_that_is_made_again_and_again_is_ours_in_the_end(tmp_path: Path):
    """By a build that outlived its killed parent, and is still at its beginning."""
    made = tree(tmp_path, INSIDE)
    loop = "for i in $(seq 400); do mkdir -p $0/CMakeFiles; sleep 0.001; done"
    made.path.mkdir(parents=True)
    writer = subprocess.Popen(["/bin/sh", "-c", loop, str(made.path)])
    try:
        made.prepare()
    finally:
        writer.kill()
        writer.wait()
    assert made.units()
