"""Edits between two builds: a recipe stays where it fits, and goes where it does not, at once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Optimized
from .support import Build, Project, copy, note, void

Edit = Callable[[Project], Callable[[], None]]


def replacing(name: str, old: str, new: str) -> Edit:
    return lambda project: project.edit(name, old, new)


def adding(name: str, text: str) -> Edit:
    def add(project: Project) -> Callable[[], None]:
        path = project.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path.unlink

    return add


def touching(*names: str) -> Edit:
    def touch(project: Project) -> Callable[[], None]:
        for name in names:
            (project.root / name).touch()
        return lambda: void(names)

    return touch


def rewriting(name: str) -> Edit:
    """A new file of the same content, as a checkout of another branch and back makes it."""

    def rewrite(project: Project) -> Callable[[], None]:
        path = project.root / name
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)
        os.utime(path, (1, 1))
        return path.touch

    return rewrite


INNER = "            for (int k = 0; k < rows; k++)\n"
KEPT: dict[str, Edit] = {
    "a comment in the function": replacing(
        "src/hot.c", INNER, f"            /* the hot\n               loop */\n{INNER}"
    ),
    "a comment above the function": replacing(
        "src/hot.c", "// The columns", "// Symmetric.\n// The columns"
    ),
    "the function moved down by includes": replacing(
        "src/hot.c", "#include <constants.h>", "#include <stddef.h>\n\n\n#include <constants.h>"
    ),
    "another function of the file": replacing("src/hot.c", "last * 0.75", "last * 0.5"),
    "a new function in the file": replacing(
        "src/hot.c", "// Each value", "int unused(int a)\n{\n    return a + 1;\n}\n\n// Each value"
    ),
    "a macro that the function does not use": replacing(
        "include/constants.h", "UNUSED_BY_HOT 3", "UNUSED_BY_HOT 4"
    ),
    "a declaration that the function does not use": replacing(
        "src/table.h", "void fill(", "int other(int);\nvoid fill("
    ),
    "touched files": touching("src/hot.c", "src/table.h", "include/constants.h"),
    "the source written anew": rewriting("src/hot.c"),
    "a header written anew": rewriting("include/constants.h"),
}
DROPPED: dict[str, Edit] = {
    "the function's body": replacing("src/hot.c", "sum = table->bias", "sum = 2 * table->bias"),
    "one character of a loop's bound": replacing("src/hot.c", "k < rows", "k < rows - 1"),
    "the struct that the function reads": replacing(
        "src/table.h", "    int rows, columns;", "    long added;\n    int columns, rows;"
    ),
    "a macro that the function uses": replacing("include/constants.h", "SCALE 0.5", "SCALE 0.25"),
    "a header that shadows another": adding("override/constants.h", "#define SCALE 0.125\n"),
}


@pytest.fixture(scope="module")
def edited(optimized: Optimized, tmp_path_factory) -> Project:
    """A project for all edits: each test undoes its own."""
    return copy(optimized.project, tmp_path_factory.mktemp("edits"))


def check_right(project: Project, hot: bytes, *options: str) -> None:
    """A program with this object prints what one built without llmopt prints."""
    (project.root / "hot.o").write_bytes(hot)
    include = ("-O3", "-Ioverride", "-Iinclude", *options)
    project.run(project.compiler, *include, "src/main.c", "src/cold.c", "hot.o", "-o", "ours")
    project.run(project.compiler, *include, *sources(project), "-o", "plain")
    for arguments in (("200", "1"), ("37", "2")):
        ours = project.run("./ours", *arguments).stdout
        assert ours == project.run("./plain", *arguments).stdout


def sources(project: Project) -> list[Path]:
    return sorted((project.root / "src").glob("*.c"))


@pytest.mark.parametrize("edit", KEPT.values(), ids=KEPT)
def test_an_edit_that_does_not_concern_the_function_keeps_the_recipe(edited: Project, edit: Edit):
    undo = edit(edited)
    try:
        hot = edited.compile()
        assert note(hot) == [edited.recipe], edited.log[-1]
        check_right(edited, hot)
    finally:
        undo()


@pytest.mark.parametrize("edit", DROPPED.values(), ids=DROPPED)
def test_an_edit_that_concerns_the_function_drops_the_recipe_and_undoing_brings_it_back(
    edited: Project, edit: Edit
):
    before = edited.compile()
    assert note(before) == [edited.recipe]
    undo = edit(edited)
    try:
        hot = edited.compile()
        assert hot == edited.compile(launched=False)
        assert edited.log[-1]["reason"] == "no recipe applies"
        check_right(edited, hot)
    finally:
        undo()
    assert edited.compile() == before


def test_another_optimization_level_drops_the_recipe(project: Project, tmp_path: Path):
    build = Build(project, tmp_path / "build", "Ninja").configure()
    build.build()
    assert note(build.object("hot")) == [project.recipe]
    build.configure("-DCMAKE_C_FLAGS_RELEASE=-O2")
    build.build()
    assert note(build.object("hot")) == []
    assert build.answer() == project.plain_answer("-O2")
    build.configure("-DCMAKE_C_FLAGS_RELEASE=-O3 -DNDEBUG")
    build.build()
    assert note(build.object("hot")) == [project.recipe]
    assert build.answer() == project.plain_answer()


def test_a_macro_of_the_command_line_that_the_function_uses_drops_the_recipe(project: Project):
    project.edit(
        "include/constants.h", "#define SCALE 0.5", "#ifndef SCALE\n#define SCALE 0.5\n#endif"
    )
    assert note(project.compile()) == [project.recipe]
    assert note(project.compile("src/hot.c", "-DSCALE=0.75")) == []
    assert note(project.compile("src/hot.c", "-DOTHER=1")) == [project.recipe]
    assert note(project.compile()) == [project.recipe]


# What the manifest has to know of: changes in no file that the unit was read from


def test_a_header_in_a_search_directory_that_did_not_exist_is_noticed(project: Project):
    options = ("-Ilate",)
    assert note(project.compile("src/hot.c", *options)) == [project.recipe]
    (project.root / "late").mkdir()
    (project.root / "late/constants.h").write_text("#define SCALE 0.125\n")
    # -I options are searched in their order, and -Ilate comes first.
    assert note(project.compile("src/hot.c", *options)) == []
    assert project.compile("src/hot.c", *options) == project.compile(
        "src/hot.c", *options, launched=False
    )
    shutil.rmtree(project.root / "late")
    assert note(project.compile("src/hot.c", *options)) == [project.recipe]


def test_a_header_that_was_only_asked_for_is_noticed_when_it_goes_and_when_it_comes(
    project: Project,
):
    project.edit(
        "include/constants.h",
        "#define SCALE 0.5\n",
        '#if __has_include("tuning.h")\n#define SCALE 0.5\n#else\n#define SCALE 0.25\n#endif\n',
    )
    tuning = project.root / "include/tuning.h"
    for _ in range(2):
        tuning.write_text("")
        assert note(project.compile()) == [project.recipe]
        tuning.unlink()
        assert project.compile() == project.compile(launched=False)


@pytest.mark.parametrize(
    "options",
    [("-include", "forced.h"), ("-includeforced.h",), ("-imacros", "forced.h")],
    ids=" ".join,
)
def test_a_file_that_an_option_includes_is_noticed(project: Project, options: tuple[str, ...]):
    project.edit("include/constants.h", "#define SCALE 0.5", "")
    forced = project.root / "include/forced.h"
    forced.write_text("#define SCALE 0.5\n")
    assert note(project.compile("src/hot.c", *options)) == [project.recipe]
    forced.write_text("#define SCALE 0.7\n")
    ours = project.compile("src/hot.c", *options)
    assert ours == project.compile("src/hot.c", *options, launched=False)
    forced.write_text("#define SCALE 0.5\n")
    assert note(project.compile("src/hot.c", *options)) == [project.recipe]
    # One in the working directory comes first.
    (project.root / "forced.h").write_text("#define SCALE 0.7\n")
    assert project.compile("src/hot.c", *options) == ours


def test_a_header_that_the_next_one_of_its_name_follows_is_noticed(project: Project):
    for name, text in (("first", "#include_next <chain.h>\n"), ("third", "#define SCALE 0.5\n")):
        (project.root / name).mkdir()
        (project.root / name / "chain.h").write_text(text)
    (project.root / "second").mkdir()
    project.edit("include/constants.h", "#define SCALE 0.5", "#include <chain.h>")
    options = ("-Ifirst", "-Isecond", "-Ithird")
    assert note(project.compile("src/hot.c", *options)) == [project.recipe]
    (project.root / "second/chain.h").write_text("#define SCALE 0.7\n")
    ours = project.compile("src/hot.c", *options)
    assert ours == project.compile("src/hot.c", *options, launched=False)


def test_a_change_of_the_same_size_within_the_same_tick_of_the_clock_is_noticed(project: Project):
    source = project.root / "src/hot.c"
    text = source.read_text()
    other = text.replace("sum = table->bias", "sum = table->rows")
    assert len(other) == len(text)
    right, changed = project.compile(), None
    for _ in range(2):
        stamp = source.stat()
        source.write_text(other)
        os.utime(source, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        changed = changed or project.compile(launched=False)
        assert project.compile() == changed
        source.write_text(text)
        os.utime(source, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        assert project.compile() == right


@pytest.mark.parametrize(
    ("macro", "where"),
    [("__TIME__", "source"), ("__TIMESTAMP__", "header"), ("__DATE__", "option")],
)
def test_a_unit_that_holds_the_time_of_its_compile_is_the_compilers(
    edited: Project, macro: str, where: str
):
    text = "BUILT" if where == "option" else macro
    name, old = {"header": ("src/table.h", "#define TABLE_H")}.get(
        where, ("src/hot.c", "#include <constants.h>")
    )
    undo = edited.edit(
        name, old, f"{old}\nstatic inline const char *built(void)\n{{\n    return {text};\n}}"
    )
    try:
        options = (f"-DBUILT={macro}",) if where == "option" else ()
        assert note(edited.compile("src/hot.c", *options)) == []
        assert note(edited.compile("src/hot.c", *options)) == []
    finally:
        undo()


def test_data_that_the_assembler_includes_is_never_old(edited: Project):
    data = edited.root / "data.bin"
    data.write_bytes(b"the first")
    undo = edited.edit(
        "src/hot.c",
        "// Each value",
        '__asm__(".data\\n.incbin \\"data.bin\\"\\n.text");\n// Each value',
    )
    try:
        assert b"the first" in edited.compile()
        data.write_bytes(b"the other")
        assert b"the other" in edited.compile()
    finally:
        undo()


def test_a_link_that_points_elsewhere_is_noticed(project: Project, tmp_path: Path):
    (tmp_path / "other.h").write_text("#define SCALE 0.7\n")
    header = project.root / "include/constants.h"
    real = project.root / "include/constants-1.h"
    header.rename(real)
    header.symlink_to(real)
    assert note(project.compile()) == [project.recipe]
    header.unlink()
    header.symlink_to(tmp_path / "other.h")
    assert project.compile() == project.compile(launched=False)
