"""`mode: inline`: a build that meets a hot function without a recipe looks for one, once."""

from __future__ import annotations

import pytest

from .support import Build, Project, note


@pytest.fixture
def inline(fresh: Project) -> Project:
    """The sample, profiled and never optimized, with `mode: inline`."""
    findings = {f["name"]: f for f in fresh.json("doctor")}
    if not findings["perf"]["ok"]:
        pytest.skip(f"perf does not sample here: {findings['perf']['said']}")
    fresh.edit("llmopt.yaml", "launcher:\n", "launcher:\n  mode: inline\n")
    fresh.json("profile")
    return fresh


def searches(project: Project) -> list[str]:
    """What was looked for in builds, a line for each function."""
    lines = (project.state / "inline" / "log").read_text().splitlines()
    return [line for line in lines if "at most" in line]


def test_two_builds_at_once_look_once_and_the_next_has_it(inline: Project, tmp_path):
    builds = [
        Build(inline, tmp_path / "one", "Ninja").configure(),
        Build(inline, tmp_path / "two", "Unix Makefiles").configure(),
    ]
    running = [inline.start(*build.command(2)) for build in builds]
    for process in running:
        said, _ = process.communicate(timeout=300)
        assert process.returncode == 0, said
    assert len(searches(inline)) == 1
    recipe = inline.recipe
    notes = [note(build.object("hot")) for build in builds]
    # Whoever came second went on with the compiler's object.
    assert [recipe] in notes
    assert all(found in ([], [recipe]) for found in notes)
    for build in builds:
        build.clean()
        build.build()
        assert note(build.object("hot")) == [recipe]
        assert build.answer() == inline.plain_answer()
    assert len(searches(inline)) == 1, "nothing is looked for twice"


def test_an_edit_of_the_function_is_looked_at_once_more(inline: Project, tmp_path):
    inline.edit("llmopt.yaml", "trials: 2", "trials: 1")
    build = Build(inline, tmp_path / "build", "Ninja").configure()
    build.build()
    before = len(searches(inline))
    inline.edit("src/hot.c", "k < rows;", "k < rows - 1;")
    build.build()
    assert len(searches(inline)) == before + 1
    assert build.answer("37", "2") == inline.plain_answer(arguments=("37", "2"))
    # A comment asks for nothing.
    inline.edit("src/hot.c", "// Each value", "// Edited.\n// Each value")
    build.build()
    assert len(searches(inline)) == before + 1
