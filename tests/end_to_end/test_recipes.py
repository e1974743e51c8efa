"""Recipes are listed, compared, verified again and revoked, on the optimized sample."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from .conftest import Optimized
from .support import Build, Project, note

_CHANGE = """
import json, sys
from dataclasses import replace
from llmopt.rewrite.build import source_step
from llmopt.cli.project import open_root
from llmopt.flow.trial import open_subject
from pathlib import Path
session = open_root(Path(sys.argv[1]))
session.candidate.prepare()
(old,) = session.last_recipes()
subject = open_subject(session, old.function, old.source)
text = subject.context.locate(old.function).text.decode()
changed = text.replace(sys.argv[2], sys.argv[3])
assert changed != text, text
step = source_step(subject.context, old.function, changed.encode())
made = replace(old, steps=(step,))
session.cache.add_recipe(made)
print(made.digest)
"""


def with_recipe(project: Project, old: str, new: str) -> str:
    """Stores a recipe that nobody verified: the function with one change. Its digest."""
    done = project.run(sys.executable, "-c", _CHANGE, project.root, old, new)
    return done.stdout.strip()


def test_recipes_are_listed_and_shown(optimized: Optimized) -> None:
    project = optimized.project
    (entry,) = project.json("recipes", "list")
    assert (entry["digest"], entry["found"]) == (project.recipe, "last run")
    listed = project.run("llmopt", "recipes").stdout
    assert project.recipe[:12] in listed
    assert "sanitized" in listed
    shown = project.run("llmopt", "recipes", "show", project.recipe[:8]).stdout
    assert "gate     sanitizers: passed" in shown
    refused = project.run("llmopt", "recipes", "show", "0000", status=1)
    assert "no recipe of this project is called 0000" in refused.stderr


def test_a_recipe_is_compared_with_todays_source(project: Project) -> None:
    name = optimized_function(project)
    shown = project.run("llmopt", "recipes", "diff", name).stdout
    assert any(line.startswith("+") for line in shown.splitlines())
    assert any(line.startswith("-") for line in shown.splitlines())


def optimized_function(project: Project) -> str:
    (recipe,) = project.json("recipes", "show", project.recipe)
    return str(recipe["function"])


def test_a_stored_recipe_is_verified_again(project: Project) -> None:
    (before,) = project.json("recipes", "show", project.recipe)
    done = project.run("llmopt", "verify", "--all", "--json", status=None)
    (checked,) = json.loads(done.stdout)
    assert checked["recipe"] == project.recipe
    said = {verdict["gate"]: verdict["verdict"] for verdict in checked["verdicts"]}
    assert {said[gate] for gate in before["required"] if gate != "time"} == {"passed"}
    # How fast it is, a busy machine may not be able to tell.
    assert (checked["standing"], done.returncode) in {("verified", 0), ("not verified", 1)}
    assert (said["time"] == "passed") == (checked["standing"] == "verified")
    assert project.json("recipes", "show", project.recipe)


def test_a_wrong_recipe_is_found_by_verify_and_gone_from_the_next_build(
    project: Project, tmp_path: Path
) -> None:
    right = project.recipe
    wrong = with_recipe(project, "SCALE * sum", "SCALE * sum * 2")
    done = project.run("llmopt", "verify", wrong[:10], "--json", status=1)
    (checked,) = json.loads(done.stdout)
    assert checked["standing"] == "revoked", checked["verdicts"]
    assert any(verdict["verdict"] == "refuted" for verdict in checked["verdicts"])
    assert [entry["digest"] for entry in project.json("recipes", "list")] == [right]
    build = Build(project, tmp_path / "build", "Ninja").configure()
    build.build()
    assert note(build.object("hot")) == [right]


def test_a_revoked_recipe_is_gone_from_the_next_build(project: Project, tmp_path: Path) -> None:
    build = Build(project, tmp_path / "build", "Ninja").configure()
    build.build()
    assert note(build.object("hot")) == [project.recipe]
    done = project.run("llmopt", "recipes", "revoke", project.recipe[:10], "--reason", "a test")
    assert done.stdout.startswith("revoked: ")
    build.clean()
    build.build()
    project.settle()
    assert note(build.object("hot")) == []
    assert build.answer() == project.plain_answer()
    assert project.json("recipes", "list") == []
    # What is known of the same steps is not taken for a recipe again.
    again = project.json("optimize")
    assert project_digests(again).isdisjoint({project_digest(done)})


def project_digest(done: subprocess.CompletedProcess[str]) -> str:
    return done.stdout.split()[-1]


def project_digests(run: dict[str, list[dict[str, str]]]) -> set[str]:
    return {recipe["digest"][:12] for recipe in run["recipes"]}


def test_a_pinned_recipe_that_was_revoked_is_refused_with_the_reason(
    project: Project, tmp_path: Path
) -> None:
    project.run("llmopt", "lock")
    digest = project.recipe
    project.run("llmopt", "recipes", "revoke", digest, "--reason", "wrong for odd sizes")
    build = Build(project, tmp_path / "build", "Ninja").configure()
    build.build()
    project.settle()
    assert note(build.object("hot")) == []
    assert "revoked: wrong for odd sizes" in project.run("llmopt", "explain", "src/hot.c").stdout
