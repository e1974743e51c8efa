"""`llmopt apply`, and what `llmopt stats` says of it, with real recipes and build tools."""

from __future__ import annotations

import time
from pathlib import Path

from .support import Build, Project, note, without_python_half


def test_apply_has_the_next_build_take_a_recipe(project: Project, tmp_path: Path):
    """With make; tests/launcher/test_log.py has ninja too."""
    # The log counts in seconds: in that of the index nobody could tell which was first.
    time.sleep(1.1)
    mine = Build(project, tmp_path / "mine", "make")
    (never,) = project.json("apply", "--dry-run")["due"]
    assert (never["source"], never["why"]) == ("src/hot.c", "not built through the launcher yet")
    mine.build(**without_python_half(tmp_path))
    assert note(mine.object("hot")) == []
    cold = mine.path("cold").stat().st_mtime_ns
    text = (project.root / "src/hot.c").read_bytes()

    (due,) = project.json("apply")["due"]
    assert (due["source"], due["why"]) == ("src/hot.c", "no resolver at its last build")
    assert due["outputs"] == [str(mine.path("hot"))]
    mine.build()
    said = project.run("llmopt", "explain", "src/hot.c").stdout
    assert note(mine.object("hot")) == [project.recipe], said
    assert mine.path("cold").stat().st_mtime_ns == cold
    assert (project.root / "src/hot.c").read_bytes() == text

    assert project.run("llmopt", "apply").stdout == "nothing to do\n"
    overall = project.json("stats")["overall"]
    assert overall["reasons"] == {"no resolver": 1}
    assert (overall["launches"], overall["units"], overall["pending"]) == (2, 1, [])
    assert (overall["swapped"], overall["resolved"]) == (1, 1)


def test_stats_tells_hot_commands_from_cold_ones(project: Project, tmp_path: Path):
    options = "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"
    tree = Build(project, tmp_path / "mine", "Ninja").configure(options)
    database = tree.directory / "compile_commands.json"
    commands = project.json("stats", "--commands", str(database))["commands"]
    assert {one["source"]: one["reason"] for one in commands["entries"]} == {
        "src/hot.c": "hot",
        "src/cold.c": "not hot",
        "src/main.c": "not hot",
    }
    assert {one["output"] for one in commands["entries"]} == {
        str(tree.path(name)) for name in ("hot", "cold", "main")
    }
