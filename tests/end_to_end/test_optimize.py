"""Profiling and optimizing the sample, and what the verbs say of it."""

from __future__ import annotations

from .conftest import Optimized

GATES = ["identity", "static", "build", "differential", "sanitizers", "project-tests", "time"]


def test_the_profile_names_the_hot_function_and_its_source(optimized: Optimized):
    first = optimized.profile["functions"][0]
    assert (first["name"], first["source"], first["reason"]) == ("covariance", "src/hot.c", "")
    assert first["share"] > 0.5
    assert optimized.project.json("hot") == optimized.profile


def test_hot_and_profile_are_shown_to_people_as_tables(optimized: Optimized):
    shown = optimized.project.run("llmopt", "hot").stdout
    assert [line.split()[1:] for line in shown.splitlines() if "covariance" in line] == [
        ["hot", "covariance", "src/hot.c"]
    ]


def test_a_perf_data_file_is_imported(optimized: Optimized, project):
    tree = optimized.project.state / "build" / "base"
    taken = project.root / "perf.data"
    event = optimized.profile["event"]
    project.run("perf", "record", "-q", "-e", event, "-o", taken, tree / "sample", "400", "1")
    found = project.json("profile", "--perf-data", str(taken))
    assert (found["functions"][0]["name"], found["functions"][0]["source"]) == (
        "covariance",
        "src/hot.c",
    )


def test_a_recipe_is_found_that_passed_every_required_gate(optimized: Optimized):
    (recipe,) = optimized.run["recipes"]
    assert (recipe["function"], recipe["source"]) == ("covariance", "src/hot.c")
    assert recipe["required"] == GATES
    passed = [verdict["gate"] for verdict in recipe["verdicts"]]
    assert [gate for gate in passed if gate in GATES] == GATES
    undecided = [verdict["gate"] for verdict in recipe["undecided"]]
    assert {*passed, *undecided} == {*GATES, "tests", "shadow", "equivalence"}
    assert {"tests", "shadow"} <= set(passed), recipe["undecided"]
    assert recipe["speedup"]["low"] > 1.5
    assert optimized.run["workload"]["ratio"] > 1.2
    assert 1 <= optimized.run["new_trials"] <= 2
    assert not optimized.run["interrupted"]


def test_a_dry_run_says_what_would_be_tried_and_tries_nothing(optimized: Optimized):
    before = (optimized.project.state / "run.json").read_bytes()
    said = optimized.project.json("optimize", "--dry-run")
    assert said["functions"] == ["covariance"]
    assert said["most_trials"] == 2
    assert "polly" in said["moves"]
    assert said["workload_seconds"] > 0
    assert said["most_seconds"] > 0
    assert (optimized.project.state / "run.json").read_bytes() == before


def test_the_report_has_steps_gates_and_speedups(optimized: Optimized):
    (recipe,) = optimized.run["recipes"]
    shown = optimized.project.run("llmopt", "report").stdout
    assert recipe["digest"][:12] in shown
    for gate in GATES:
        assert f"gate     {gate}: passed" in shown
    told = optimized.project.json("report")
    assert told["recipes"] == optimized.run["recipes"]
    assert told["workload"] == optimized.run["workload"]


def test_a_second_run_tries_nothing_anew_and_comes_to_the_same(optimized: Optimized):
    again = optimized.project.json("optimize")
    assert again["new_trials"] == 0
    assert [r["digest"] for r in again["recipes"]] == [
        r["digest"] for r in optimized.run["recipes"]
    ]
    assert again["workload"] == optimized.run["workload"]


def test_the_doctor_finds_tools_and_project_in_order(optimized: Optimized):
    findings = {finding["name"]: finding for finding in optimized.project.json("doctor")}
    for name in ("llmopt", "launcher", "cache", "project", "perf"):
        assert findings[name]["ok"], findings[name]
    assert "index written" in findings["project"]["said"]
