"""Recorded sessions: no network, and every gate and measurement anew."""

from __future__ import annotations

import json

from tests.conftest import need
from tests.messages_server import kind, replaying, serving
from tests.sessions.projects import EXAMPLES, make, recording

from .support import Project

PRICES = """
prices:
  by-hand: {input: 1.0, output: 5.0}
"""


def replayed(tmp_path, function, strategy):
    """The project of a function after its session, what the run said, and what was asked."""
    project = Project(make(function, tmp_path / "project"), tmp_path / "cache")
    settings = project.root / "llmopt.yaml"
    settings.write_text(settings.read_text() + PRICES)
    words = ("optimize", "--model", "anthropic", "--strategy", strategy, "--json")
    only = (function,) if function in EXAMPLES else ()
    with serving(replaying(recording(function, strategy))) as server:
        there = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "none"}
        done = project.run("llmopt", *words, *only, changes=there, timeout=900)
    return project, json.loads(done.stdout), server.requests


def test_a_candidate_is_refuted_repaired_and_accepted_as_it_was(tools, tmp_path):
    _, run, requests = replayed(tmp_path, "edit_distance", "single:source")
    (recipe,) = run["recipes"]
    assert recipe["provenance"]["agent"] == "by-hand"
    assert recipe["speedup"]["low"] > 1.5
    verdicts = [v["verdict"] for v in run["functions"][0]["versions"]]
    assert [verdict.partition(":")[0] for verdict in verdicts] == [
        "static", "static", "tests", "screening"
    ]  # fmt: skip
    last = [request for request in requests if kind(request)[2] == "rewrite source"][3]
    told = last["messages"][-1]["content"][0]["content"]
    assert "tests: refuted: edit_distance(a=" in told, "by another input than it was then"


def test_from_weak_tests_through_all_levels_to_a_swapped_object_and_a_report(tools, tmp_path):
    need("opt-19")
    project, run, requests = replayed(tmp_path, "frame_value", "pipeline")
    asked = {kind(request)[2] for request in requests}
    assert asked == {"tests", "rewrite source", "rewrite ir", "rewrite asm"}
    (function,) = run["functions"]
    assert "kept" in function["tests"]
    (recipe,) = run["recipes"]
    assert recipe["provenance"]["agent"] == "by-hand"
    assert recipe["speedup"]["low"] > 3
    page = project.run("llmopt", "report").stdout
    for words in ("by-hand source", f"models took {run['tokens']:,} tokens, $", "tests: passed"):
        assert words in page
    project.run("llmopt", "clang-19", "-O2", "-c", project.root / "unit.c", "-o", "unit.o")
    assert b".note.llmopt" in (project.root / "unit.o").read_bytes()
    project.run("clang-19", "-O2", "unit.o", project.root / "main.c", "-o", "fast")
    project.run("clang-19", "-O2", project.root / "unit.c", project.root / "main.c", "-o", "plain")
    assert project.run("./fast").stdout == project.run("./plain").stdout


def test_a_guide_sends_agents_and_applies_moves(tools, tmp_path):
    _, run, requests = replayed(tmp_path, "lower_bound", "guided")
    assert {"guide", "rewrite source", "rewrite asm"} <= {kind(request)[2] for request in requests}
    moves = {v["move"] for v in run["functions"][0]["versions"]}
    assert {move for move in moves if move.startswith("clang-")}
    (recipe,) = run["recipes"]
    assert recipe["provenance"]["agent"] == "by-hand"
    assert recipe["speedup"]["low"] > 1.5
