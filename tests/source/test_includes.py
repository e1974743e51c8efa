"""From which files a unit was read, and where nothing may appear."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from llmopt.errors import SourceError
from llmopt.source.includes import Inputs, Places, inputs
from tests.units import context


def read(
    tmp_path: Path, text: str, options: str = "-Ifirst -Isecond", compiler: str = "gcc",
    forced: tuple[str, ...] = (),
) -> Inputs:  # fmt: skip
    unit = context(tmp_path, text, compiler, f"-O2 {options}", "src/unit.c")
    reading = unit.reading
    command = unit.unit.command
    places = Places(reading.quoted, reading.angled, reading.duplicates, forced)
    return inputs(reading.text, command.source, command.cwd, places)


@pytest.fixture(autouse=True)
def folders(tmp_path: Path) -> None:
    for name in ("src", "first", "second", "third"):
        (tmp_path / name).mkdir()


def header(tmp_path: Path, name: str, text: str = "extern int declared;\n") -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)


def own(tmp_path: Path, paths: tuple[str, ...]) -> set[str]:
    """Those below the project, relative to it, but for precompiled headers and what gcc includes by
    itself: these have their own tests.
    """
    others = (".gch", ".pch", "stdc-predef.h")
    found = {os.path.normpath(p) for p in paths if not p.endswith(others)}
    return {os.path.relpath(p, tmp_path) for p in found if p.startswith(str(tmp_path))}


@pytest.mark.parametrize(
    "text",
    [
        '__asm__(".data\\nt: .incbin \\"t.bin\\"\\n.text");\n',
        '__asm__(".inc" "bin \\"t.bin\\"");\n',
        '__asm__(" .include \\"t.s\\"");\n',
    ],
)
def test_a_file_that_the_assembler_reads_cannot_be_followed(text: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="assembly reads a file"):
        read(tmp_path, text)


def test_no_precompiled_header_may_stand_or_appear_beside_a_header(
    compiler: str, tmp_path: Path
) -> None:
    header(tmp_path, "first/a.h")
    text = "#include <a.h>\n"
    absent = read(tmp_path, text, compiler=compiler).absent
    assert {str(tmp_path / "first/a.h.gch"), str(tmp_path / "first/a.h.pch")} <= set(absent)
    (tmp_path / "first/a.h.pch").write_text("anything")
    with pytest.raises(SourceError, match="stands beside the header"):
        read(tmp_path, text, compiler=compiler)


def test_files_are_the_source_and_all_that_it_includes(compiler: str, tmp_path: Path) -> None:
    header(tmp_path, "second/a.h", '#include "b.h"\n')
    header(tmp_path, "second/b.h")
    header(tmp_path, 'second/odd "name".h'.replace('"', "'"))
    text = "#include <a.h>\n#include \"odd 'name'.h\"\n#include <stddef.h>\n"
    found = read(tmp_path, text, compiler=compiler)
    assert own(tmp_path, found.files) == {
        "src/unit.c", "second/a.h", "second/b.h", "second/odd 'name'.h",
    }  # fmt: skip
    assert any(path.endswith("/stddef.h") for path in found.files)
    assert all(os.path.isabs(path) and os.path.isfile(path) for path in found.files)


def test_a_header_may_not_appear_before_the_one_that_was_found(
    compiler: str, tmp_path: Path
) -> None:
    header(tmp_path, "second/a.h")
    angled = read(tmp_path, "#include <a.h>\n", compiler=compiler)
    assert own(tmp_path, angled.absent) == {"first/a.h"}
    quoted = read(tmp_path, '#include "a.h"\n', compiler=compiler)
    assert own(tmp_path, quoted.absent) == {"src/a.h", "first/a.h"}


@pytest.mark.parametrize("shadow", ["src/a.h", "first/a.h"])
def test_a_header_that_would_shadow_is_among_the_absent(
    compiler: str, shadow: str, tmp_path: Path
) -> None:
    """What the promise is about: the new header changes the text."""
    header(tmp_path, "second/a.h", "extern int old;\n")
    text = '#include "a.h"\n'
    assert str(tmp_path / shadow) in read(tmp_path, text, compiler=compiler).absent
    before = context(tmp_path, text, compiler, "-O2 -Ifirst -Isecond", "src/unit.c").preprocessed
    header(tmp_path, shadow, "extern int new;\n")
    after = context(tmp_path, text, compiler, "-O2 -Ifirst -Isecond", "src/unit.c").preprocessed
    assert before != after


def test_the_next_header_may_be_looked_for_from_anywhere(compiler: str, tmp_path: Path) -> None:
    header(tmp_path, "first/a.h", "#include_next <a.h>\n")
    header(tmp_path, "third/a.h")
    options = "-Ifirst -Isecond -Ithird"
    found = read(tmp_path, "#include <a.h>\n", options, compiler)
    assert own(tmp_path, found.files) == {"src/unit.c", "first/a.h", "third/a.h"}
    assert "second/a.h" in own(tmp_path, found.absent)


def test_forced_headers_are_looked_for_where_the_command_runs(
    compiler: str, tmp_path: Path
) -> None:
    header(tmp_path, "second/forced.h")
    options = "-Ifirst -Isecond -include forced.h"
    found = read(tmp_path, "int x;\n", options, compiler, ("forced.h",))
    assert "second/forced.h" in own(tmp_path, found.files)
    assert own(tmp_path, found.absent) >= {"forced.h", "first/forced.h"}


def test_asking_for_a_header_counts(compiler: str, tmp_path: Path) -> None:
    header(tmp_path, "second/there.h")
    text = """
        #if __has_include("never.h") || !__has_include(<there.h>)
        int other;
        #endif
    """
    found = read(tmp_path, text, compiler=compiler)
    assert own(tmp_path, found.absent) >= {"src/never.h", "first/never.h", "second/never.h"}
    assert own(tmp_path, found.absent) >= {"first/there.h"}
    # If it went away the answer would be another.
    assert "second/there.h" in own(tmp_path, found.files)


@pytest.mark.parametrize("compiler", ["gcc", "clang-19"])
@pytest.mark.parametrize(
    "text",
    [
        '#define NAME "a.h"\n#include NAME\n',
        "#define NAME <a.h>\n#  include NAME\n",
        "#define X(n) <n.h>\n#include X(a)\n",
    ],
)
def test_a_name_that_a_macro_makes_is_followed(text: str, compiler: str, tmp_path: Path) -> None:
    header(tmp_path, "second/a.h")
    found = read(tmp_path, text, compiler=compiler)
    assert "second/a.h" in own(tmp_path, found.files)
    assert "first/a.h" in own(tmp_path, found.absent)
    assert ("src/a.h" in own(tmp_path, found.absent)) is ('"' in text)


@pytest.mark.parametrize("compiler", ["gcc", "clang-19"])
def test_a_name_by_a_macro_that_is_skipped_is_nothing(compiler: str, tmp_path: Path) -> None:
    """As lua has it: `#if defined(LUA_USER_H)`."""
    text = "#if defined(USER_H)\n#include USER_H\n#endif\nint x;\n"
    assert own(tmp_path, read(tmp_path, text, compiler=compiler).files) == {"src/unit.c"}


def test_a_question_for_a_name_that_a_macro_makes_is_refused(tmp_path: Path) -> None:
    header(tmp_path, "first/a.h")
    with pytest.raises(SourceError, match="that a macro makes"):
        read(tmp_path, "#define ASK(x) __has_include(x)\n#if ASK(<a.h>)\n#endif\n")


@pytest.mark.parametrize(
    "text",
    [
        '#include \\\n"a.h"\n',
        '#inc\\\nlude "a.h"\n',
        '  #  include "a.h" // why\n',
        '/* first */ #include "a.h"\n',
        '# /* why */ include /* what */ "a.h"\n',
        '%:include "a.h"\n',
        '/* over\nlines */ #include "a.h"\n',
        'const char *s = "/*"; /**/\n#include "a.h"\n',
    ],
)
def test_a_directive_is_understood_however_it_is_written(
    compiler: str, text: str, tmp_path: Path
) -> None:
    header(tmp_path, "second/a.h")
    found = read(tmp_path, text, compiler=compiler)
    assert "second/a.h" in own(tmp_path, found.files)
    assert own(tmp_path, found.absent) == {"src/a.h", "first/a.h"}


@pytest.mark.parametrize(
    "text",
    [
        "/*\n#include MADE\n*/\n",
        "// \\\n#include MADE\n",
        '/* "quoted\n#include MADE */\n',
    ],
)
def test_a_comment_includes_nothing(text: str, tmp_path: Path) -> None:
    found = read(tmp_path, text)
    assert own(tmp_path, found.absent) == set()
    assert own(tmp_path, found.files) == {"src/unit.c"}


def test_what_is_not_compiled_is_looked_at_all_the_same(tmp_path: Path) -> None:
    found = read(tmp_path, '#if 0\n#include "off.h"\n#endif\n')
    assert "src/off.h" in own(tmp_path, found.absent)


def test_a_source_that_went_away_is_refused(tmp_path: Path) -> None:
    unit = context(tmp_path, "int x;\n", name="src/unit.c")
    text = unit.preprocessed
    (tmp_path / "src" / "unit.c").unlink()
    with pytest.raises(SourceError, match="cannot be read again"):
        inputs(text, "src/unit.c", str(tmp_path), Places((), ()))
