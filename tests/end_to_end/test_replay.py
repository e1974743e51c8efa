"""A recorded session on the example project: no network, and every gate and measurement anew."""

from __future__ import annotations

import json
from pathlib import Path

from tests.messages_server import kind, replaying, serving

from .support import Project, copy

ROOT = Path(__file__).parents[2]
RECORDED = ROOT / "tests" / "sessions" / "edit_distance" / "source.jsonl"


def test_a_candidate_is_refuted_repaired_and_accepted_as_it_was(tools, tmp_path):
    fresh = copy(Project(ROOT / "example_project", tmp_path / "none"), tmp_path)
    settings = fresh.root / "llmopt.yaml"
    settings.write_text(settings.read_text() + "\nmodel:\n  small: by-hand\n")
    words = ("optimize", "--model", "anthropic", "--strategy", "single:source", "--json")
    with serving(replaying(RECORDED)) as server:
        there = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "none"}
        done = fresh.run("llmopt", *words, "edit_distance", changes=there, timeout=900)
    run = json.loads(done.stdout)
    (recipe,) = run["recipes"]
    assert recipe["provenance"]["agent"] == "by-hand"
    assert recipe["speedup"]["low"] > 1.5
    verdicts = [v["verdict"] for v in run["functions"][0]["versions"]]
    assert [verdict.partition(":")[0] for verdict in verdicts] == [
        "static", "static", "tests", "screening"
    ]  # fmt: skip
    last = [r for r in server.requests if kind(r)[2] == "rewrite source"][3]
    told = last["messages"][-1]["content"][0]["content"]
    assert "tests: refuted: edit_distance(a=" in told, "by another input than it was then"
