"""`llmopt explain`, and what the verbs say when something is wrong: one clear line and a status."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from .support import Project


def lines(project: Project, *words: str, status: int = 1) -> list[str]:
    """What a verb says of a mistake, without the news of its stages."""
    done = project.run("llmopt", *words, status=status)
    assert "Traceback" not in done.stderr
    news = ("building the project", "profiling `", "observing ")
    return [line for line in done.stderr.splitlines() if not line.startswith(news)]


def test_explain_tells_hot_cold_and_edited_files_apart(project: Project):
    assert "not built through the launcher" in project.run("llmopt", "explain", "src/hot.c").stdout
    project.compile()
    said = project.run("llmopt", "explain", "src/hot.c").stdout
    assert "last swapped: resolved during the build" in said
    assert f"recipe   covariance: {project.recipe[:12]}" in said
    project.compile()
    said = project.run("llmopt", "explain", "src/hot.c").stdout
    assert re.search("last (swapped|direct): verified manifest", said)
    project.compile("src/cold.c")
    assert "not hot" in project.run("llmopt", "explain", "src/cold.c").stdout
    project.edit("src/hot.c", "k < rows", "k < rows - 1")
    project.compile()
    facts = project.json("explain", "src/hot.c")
    assert facts["summary"] == "last passed: no recipe applies"
    assert facts["resolved"][0]["applied"] == []


def test_explain_before_anything_was_optimized_says_so(fresh: Project):
    said = fresh.run("llmopt", "explain", "src/hot.c").stdout
    assert "nothing is optimized in this project yet" in said


def test_explain_says_that_a_file_is_not_there(project: Project):
    (line,) = lines(project, "explain", "src/none.c")
    assert line.startswith("llmopt: src/none.c: no such file")


@pytest.mark.parametrize(
    "words", [["profile"], ["optimize"], ["hot"], ["report"], ["lock"], ["explain", "a.c"]]
)
def test_outside_a_project_every_verb_says_what_to_do(fresh: Project, words: list[str]):
    (fresh.root / "llmopt.yaml").unlink()
    (line,) = lines(fresh, *words, status=2)
    assert line.startswith("llmopt: no llmopt.yaml in ")
    assert "llmopt init" in line


@pytest.mark.parametrize(
    ("verb", "hint"),
    [("hot", "llmopt profile"), ("report", "llmopt optimize"), ("lock", "optimize")],
)
def test_a_verb_that_comes_too_early_names_the_one_before_it(fresh: Project, verb: str, hint: str):
    (line,) = lines(fresh, verb)
    assert line.startswith("llmopt: ")
    assert hint in line


def test_a_mistake_in_the_configuration_is_named_with_its_place(fresh: Project):
    fresh.edit("llmopt.yaml", "trials: 2", "trails: 2")
    (line,) = lines(fresh, "optimize", status=2)
    assert "search" in line
    assert "did you mean 'trials'?" in line


def test_a_build_that_fails_is_told_in_the_compilers_words(fresh: Project):
    fresh.edit("src/cold.c", "unsigned state = 1;", "unsigned state = ;")
    first, *rest = lines(fresh, "optimize")
    assert first.startswith("llmopt: ")
    assert "failed" in first
    assert any("cold.c:5:" in line and "error" in line for line in rest)


def test_a_configure_command_that_fails_is_told(fresh: Project):
    fresh.edit(
        "CMakeLists.txt", "project(sample C)", "project(sample C)\nmessage(FATAL_ERROR no-way)"
    )
    first, *rest = lines(fresh, "profile")
    assert "failed" in first
    assert any("no-way" in line for line in rest)


def test_a_workload_that_fails_is_told(fresh: Project):
    fresh.edit("src/main.c", "    free(out);\n", "    free(out);\n    return 3;\n")
    (line,) = lines(fresh, "optimize")
    assert "failed while it was profiled (status 3)" in line


def test_a_program_that_is_not_there_is_told(fresh: Project):
    fresh.edit("llmopt.yaml", 'command: "{build}/sample', 'command: "{build}/simple')
    said = "\n".join(lines(fresh, "optimize"))
    assert "status 127" in said
    assert "simple" in said


def test_a_workload_that_prints_something_else_each_time_is_told(fresh: Project):
    fresh.edit("src/main.c", "#include <stdio.h>", "#include <stdio.h>\n#include <time.h>")
    fresh.edit(
        "src/main.c",
        "    free(out);\n",
        "    struct timespec now;\n    clock_gettime(CLOCK_MONOTONIC, &now);\n"
        '    printf("%ld\\n", now.tv_nsec);\n    free(out);\n',
    )
    said = lines(fresh, "optimize")
    assert any("the workload's output is not the same in every run" in line for line in said), said


def test_tests_that_fail_on_the_original_leave_the_function_to_the_compiler(
    project: Project,
):
    (project.root / "tests/small.txt").write_text("something else\n")
    # The expectation is part of nothing that a verdict of before depends on: a new cache.
    shutil.rmtree(project.cache)
    run = project.json("optimize")
    assert run["recipes"] == []
    assert "the project's tests do not pass with the original" in run["functions"][0]["note"]


def test_a_home_that_cannot_be_written_is_told(fresh: Project, tmp_path: Path):
    (tmp_path / "cache").write_text("")
    said = lines(fresh, "optimize")
    assert said[-1].startswith("llmopt: the cache in ")
