"""Interrupted, killed, twice at once: what was finished is kept, and the next run goes on."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from .support import Build, Project, note


@pytest.fixture
def two(fresh: Project) -> Project:
    """The sample with two functions that are hot enough, one trial each; its runs are counted."""
    count_runs(fresh)
    fresh.edit("llmopt.yaml", "min_share: 0.1", "min_share: 0.01\n  cumulative: 1.0")
    fresh.edit("llmopt.yaml", "trials: 2", "trials: 1")
    fresh.edit("llmopt.yaml", "levels: [ir, asm]", "levels: [ir]")
    return fresh


def wait_for(process: subprocess.Popen[str], text: str) -> list[str]:
    """Reads what a process prints until a line contains a text; the lines until then."""
    assert process.stdout is not None
    seen = []
    for line in process.stdout:
        seen.append(line)
        if text in line:
            return seen
    raise AssertionError(f"ended without {text!r}: {''.join(seen)}")


def end(process: subprocess.Popen[str], number: int) -> int:
    """Sends a signal and waits; the exit status."""
    process.send_signal(number)
    assert process.stdout is not None
    process.stdout.read()
    process.stdout.close()
    return process.wait(60)


def test_killed_again_and_again_then_interrupted_a_run_goes_on_and_repeats_nothing(two: Project):
    for after in ("building", "observing", "static"):
        running = two.start("llmopt", "optimize")
        wait_for(running, after)
        if after == "static":
            # One at a time, and one that is killed holds nobody up.
            (line,) = two.run("llmopt", "optimize", status=1).stderr.splitlines()
            assert line.startswith("llmopt: another llmopt works in ")
        time.sleep(0.05)
        assert end(running, signal.SIGKILL) == -signal.SIGKILL

    # Ctrl-C while the second function is worked on: the first is finished, and kept.
    running = two.start("llmopt", "optimize")
    seen = wait_for(running, "smooth  src/hot.c")
    assert any(" 1 polly" in line and "(known)" in line for line in seen), seen
    assert end(running, signal.SIGINT) == 130
    run = json.loads((two.state / "run.json").read_text())
    assert run["interrupted"]
    assert [f["function"] for f in run["functions"]] == ["covariance", "smooth"]
    (recipe,) = run["recipes"]
    assert note(two.compile()) == [recipe]

    # What is new is at most the trial that was not finished.
    again = two.json("optimize")
    assert again["new_trials"] <= 1
    assert not again["interrupted"]
    assert [r["digest"] for r in again["recipes"]] == [recipe]
    done = runs_of(two)
    assert two.json("optimize")["new_trials"] == 0
    assert runs_of(two) == done, "nothing is run to find what is known"


def count_runs(project: Project) -> None:
    """Has the workload note each of its runs."""
    sample = "{build}/sample 400 3"
    project.edit("llmopt.yaml", f'"{sample}"', f'"echo >> {{build}}/runs; {sample}"')


def runs_of(project: Project) -> dict[str, int]:
    """How often the workload was run in each private tree."""
    found = (project.state / "build").glob("*/runs")
    return {path.parent.name: len(path.read_text().splitlines()) for path in found}


def test_a_search_killed_after_its_first_trial_does_not_run_that_again(fresh: Project):
    count_runs(fresh)
    fresh.edit("llmopt.yaml", "trials: 2", "trials: 4")
    running = fresh.start("llmopt", "optimize")
    before = wait_for(running, "   1 ")
    assert end(running, signal.SIGKILL) == -signal.SIGKILL
    tried = before[-1].split()
    running = fresh.start("llmopt", "optimize")
    seen = wait_for(running, "   2 ")
    again = [line.split() for line in seen if line.startswith("   1 ")]
    assert again == [[*tried, "(known)"]]
    # A kill may come between any two words to the cache.
    time.sleep(random.Random(4).uniform(0, 1))
    assert end(running, signal.SIGKILL) == -signal.SIGKILL
    done = fresh.json("optimize")
    assert done["new_trials"] <= 3
    counted = runs_of(fresh)
    assert fresh.json("optimize")["new_trials"] == 0
    assert runs_of(fresh) == counted


def test_ctrl_c_before_anything_is_finished_says_so_and_leaves_no_traceback(fresh: Project):
    running = fresh.start("llmopt", "optimize")
    wait_for(running, "building the project")
    running.send_signal(signal.SIGINT)
    assert running.stdout is not None
    said = running.stdout.read()
    running.stdout.close()
    assert running.wait(60) == 130
    assert "Traceback" not in said
    assert note(fresh.compile()) == []


# Builds


def test_eight_jobs_after_an_edit_give_the_right_program_each_time(project: Project, tmp_path):
    build = Build(project, tmp_path / "build", "Unix Makefiles").configure()
    build.build(jobs=8)
    original = (project.root / "src/hot.c").read_text()
    for number in range(4):
        if number % 2:
            project.edit("src/hot.c", "// Each value", f"// Edited {number}.\n// Each value")
        else:
            project.edit("src/hot.c", "k < rows;", f"k < rows - {number + 1};")
        project.edit("src/table.h", "#define TABLE_H", f"#define TABLE_H\n// {number}")
        build.build(jobs=8)
        assert bool(note(build.object("hot"))) is bool(number % 2)
        assert build.answer("37", "2") == project.plain_answer(arguments=("37", "2"))
        (project.root / "src/hot.c").write_text(original)


@pytest.mark.parametrize("tool", ["Ninja", "make"])
def test_a_build_that_was_killed_at_any_moment_is_finished_right_by_the_next(
    project: Project, tmp_path: Path, tool: str
):
    chosen = random.Random(tool)
    build = Build(project, tmp_path / "build", tool).configure()
    build.build()
    good = build.object("hot")
    plain = project.compile(launched=False)
    source = (project.root / "src/hot.c").read_text()
    for number in range(10):
        (project.root / "src/hot.c").write_text(f"{source}// {number}\n")
        running = project.start(*build.command(8))
        time.sleep(chosen.uniform(0.0, 0.3))
        os.killpg(running.pid, signal.SIGKILL)
        end(running, signal.SIGKILL)
        if build.path("hot").exists():
            assert build.object("hot") in (good, plain)
        build.build(jobs=8)
        assert build.object("hot") in (good, plain)
    # The last edit is known by then: another build has it.
    build.clean()
    build.build()
    assert build.object("hot") == good
    assert build.answer() == project.plain_answer()
