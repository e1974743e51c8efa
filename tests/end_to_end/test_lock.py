"""llmopt.lock: two people and CI build the same program, and only what is pinned is used."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from llmopt.config.load import load
from llmopt.flow.session import Session
from llmopt.rewrite.build import source_step
from llmopt.rewrite.unit import UnitContext
from llmopt.store.lock import write_lock
from llmopt.toolchain.commands import CommandParser, LeftToCompiler, Recorded
from llmopt.values.command import Unit
from llmopt.values.recipe import recipe_from_json
from llmopt.values.step import Donor

from .support import Build, Project, note


@pytest.fixture
def locked(project: Project) -> Project:
    """The optimized project after `llmopt lock`."""
    said = project.json("lock")
    assert said["recipes"] == [project.recipe]
    return project


def clone(project: Project, directory: Path) -> Project:
    """What a colleague checks out: no state, an empty cache."""
    made = Project(directory / "clone", directory / "empty-cache", project.compiler)
    shutil.copytree(project.root, made.root, ignore=shutil.ignore_patterns(".llmopt", "*.o"))
    return made


def recipe_file(project: Project) -> Path:
    (path,) = (project.root / "llmopt-recipes").glob("*/recipe.yaml")
    return path


def test_the_lock_pins_the_recipe_and_the_recipe_stands_beside_it(locked: Project):
    lock = yaml.safe_load((locked.root / "llmopt.lock").read_text())
    (pin,) = lock["recipes"]
    assert (pin["unit"], pin["function"], pin["recipe"]) == (
        "src/hot.c",
        "covariance",
        locked.recipe,
    )
    assert yaml.safe_load(recipe_file(locked).read_text())["digest"] == locked.recipe
    assert note(locked.compile()) == [locked.recipe]


def test_a_fresh_clone_with_an_empty_cache_swaps_the_same_recipe(locked: Project, tmp_path: Path):
    theirs = clone(locked, tmp_path)
    build = Build(theirs, tmp_path / "build", "Ninja").configure()
    build.build()
    pinned = yaml.safe_load((theirs.root / "llmopt.lock").read_text())["recipes"][0]["recipe"]
    assert note(build.object("hot")) == [pinned], theirs.log
    assert build.answer() == theirs.plain_answer()
    build.clean()
    build.build()
    assert [event["reason"] for event in theirs.log] == [
        "resolved during the build",
        "verified manifest",
    ]
    # Both machines make the same bytes.
    assert theirs.compile() == locked.compile()


def test_a_parallel_first_build_of_a_clone_swaps_as_well(locked: Project, tmp_path: Path):
    theirs = clone(locked, tmp_path)
    for number in range(6):
        shutil.copy(theirs.root / "src/cold.c", theirs.root / f"src/more{number}.c")
    theirs.edit(
        "Makefile",
        "OBJECTS = ",
        "MORE = $(patsubst src/%.c,$(OUT)/%.o,$(wildcard src/more*.c))\nOBJECTS = ",
    )
    theirs.edit("Makefile", "$(OUT)/sample: $(OBJECTS)\n", "$(OUT)/sample: $(OBJECTS) $(MORE)\n")
    build = Build(theirs, tmp_path / "build", "make")
    build.build(jobs=8)
    assert note(build.object("hot")) == [locked.recipe], theirs.log
    assert len(theirs.log) == 1


def test_a_pinned_recipe_that_is_nowhere_gives_the_compilers_object_and_a_reason(
    locked: Project, tmp_path: Path
):
    theirs = clone(locked, tmp_path)
    shutil.rmtree(theirs.root / "llmopt-recipes")
    assert theirs.compile() == theirs.compile(launched=False)
    said = theirs.run("llmopt", "explain", "src/hot.c").stdout
    assert f"the pinned recipe {locked.recipe[:12]} is nowhere to be found" in said
    # It is found again as soon as it stands there.
    shutil.copytree(locked.root / "llmopt-recipes", theirs.root / "llmopt-recipes")
    assert note(theirs.compile()) == [locked.recipe]


def test_a_lock_without_pins_swaps_nothing(locked: Project):
    (locked.root / "llmopt.lock").write_text("version: 1\nrecipes: []\n")
    assert locked.compile() == locked.compile(launched=False)


def test_without_the_lock_the_cache_decides_again(locked: Project):
    assert note(locked.compile()) == [locked.recipe]
    (locked.root / "llmopt.lock").unlink()
    assert note(locked.compile()) == [locked.recipe]


@pytest.mark.parametrize(
    "text", ["", "version: 2\nrecipes: []\n", "version: 1\nrecipes: [1]\n", "\x00"]
)
def test_a_lock_that_cannot_be_read_swaps_nothing(locked: Project, text: str):
    (locked.root / "llmopt.lock").write_text(text)
    assert locked.compile() == locked.compile(launched=False)
    assert locked.compile() == locked.compile(launched=False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("-polly-vectorizer=stripmine", "-polly-vectorizer=none"),
        ("- -polly\n", "- -polly\n  - -mllvm\n  - -polly-position=early\n"),
        ("format: 2", "format: 3"),
        ("digest: ", "digest: 0"),
        ("steps:", "stairs:"),
        ("steps:", "steps: {"),
    ],
)
def test_a_tampered_recipe_is_not_used(locked: Project, tmp_path: Path, old: str, new: str):
    theirs = clone(locked, tmp_path)
    path = recipe_file(theirs)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    assert theirs.compile() == theirs.compile(launched=False)
    assert theirs.log[-1]["action"] == "passed"
    assert str(path) in theirs.run("llmopt", "explain", "src/hot.c").stdout
    path.write_text(text)
    assert note(theirs.compile()) == [locked.recipe]


def test_a_recipe_with_options_that_change_arithmetic_is_not_used_even_with_its_digest(
    locked: Project, tmp_path: Path
):
    theirs = clone(locked, tmp_path)
    recipe = recipe_from_json(yaml.safe_load(recipe_file(theirs).read_text()))
    for options in (
        ("-ffast-math",),
        ("-O3", "-ffp-contract=fast"),
        ("-Dsum=0",),
        ("-march=native",),
    ):
        wrong = replace(recipe, steps=(Donor(("covariance",), options),))
        write_lock(theirs.root, [wrong])
        assert theirs.compile() == theirs.compile(launched=False), options


REWRITTEN = b"""double smooth(const double *values, int count)
{
    double last = 0;
    for (int i = 0; i < count; i++)
        last = last * (0.75 * (SCALE * 2)) + values[i];
    return last;
}"""


def test_a_stored_text_goes_where_what_it_was_made_from_or_what_it_reaches_changed(
    locked: Project, monkeypatch: pytest.MonkeyPatch
):
    """The text reaches a macro that the function it replaces does not."""
    monkeypatch.setenv("LLMOPT_CACHE_DIR", str(locked.cache))
    session = Session(load(locked.root, os.environ))
    words = ("clang-19", "-O3", "-Ioverride", "-Iinclude", "-c", "src/hot.c", "-o", "one.o")
    parser = CommandParser(session.sandbox, session.launcher)
    command = parser.parse(Recorded(str(locked.root), words, ()))
    assert not isinstance(command, LeftToCompiler)
    context = UnitContext(Unit(str(locked.root), command), session.sandbox)
    made = replace(
        recipe_from_json(yaml.safe_load(recipe_file(locked).read_text())),
        function="smooth",
        function_key=context.function_key("smooth"),
        steps=(source_step(context, "smooth", REWRITTEN),),
    )
    shutil.rmtree(locked.root / "llmopt-recipes")
    write_lock(locked.root, [made])
    swapped = locked.compile()
    assert note(swapped) == [made.digest], locked.run("llmopt", "explain", "src/hot.c").stdout

    def gone(name: str, old: str, new: str, why: str) -> None:
        undo = locked.edit(name, old, new)
        assert locked.compile() == locked.compile(launched=False)
        assert why in locked.run("llmopt", "explain", "src/hot.c").stdout
        undo()

    gone("include/constants.h", "SCALE 0.5", "SCALE 0.25", "reaches names")
    gone("src/hot.c", "last * 0.75", "last * 0.5", "no longer what was pinned")
    gone("src/hot.c", "    double last = 0;", "    float last = 0;", "no longer what was pinned")
    gone("src/hot.c", "#include <constants.h>", "#include <constants.h>\n#define last sum", "no lo")
    assert locked.compile() == swapped
    locked.edit("src/hot.c", "k < rows", "k < rows - 1")
    assert note(locked.compile()) == [made.digest]


def test_an_edit_of_the_pinned_function_drops_it_with_a_reason(locked: Project, tmp_path: Path):
    theirs = clone(locked, tmp_path)
    undo = theirs.edit("src/hot.c", "sum = table->bias", "sum = 2 * table->bias")
    assert theirs.compile() == theirs.compile(launched=False)
    said = theirs.run("llmopt", "explain", "src/hot.c").stdout
    assert "no longer what was pinned" in said
    undo()
    assert note(theirs.compile()) == [locked.recipe]
