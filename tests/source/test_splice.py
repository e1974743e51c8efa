"""Other text in place of a function: everything else stays what and where it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.rewrite.build import build, source_step
from llmopt.source.splice import Replacement, options, splice, spliced_name
from llmopt.values.step import SourceText
from llmopt.values.verdict import Passed, Refuted
from llmopt.verify import identity
from tests.units import compiled, context, printed, run

TEXT = """#include <assert.h>
#include <stdio.h>
#include "own.h"

static int count;
int before(void) { return __LINE__; }

/* The one
   that is replaced. */
static __attribute__((noinline)) int f(int a)
{
    count++;
    return a + OWN;
}

int after(int a)
{
    printf("%s %d\\n", __FILE__, __LINE__);
    return f(a) * 1000 + __LINE__;
}
int on_one_line(int a) { return a; } int behind(void) { return __LINE__; }
const char *where(int a) { assert(a < 100); return __FILE__; }
"""
DRIVER = """
#include <stdio.h>
int before(void), after(int), behind(void);
const char *where(int);
int main(void) { printf("%d %d %d %s\\n", before(), after(4), behind(), where(2)); }
"""
HEADER = "#define OWN 7\n"


@pytest.fixture(autouse=True)
def header(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "deep"):
        folder.mkdir(exist_ok=True)
        (folder / "own.h").write_text(HEADER)


@pytest.mark.parametrize(
    ("flags", "name"),
    [
        ("-O2", "unit.c"),
        ("-O3 -Wall", "deep/unit.c"),
        ("-O2 -g", "deep/unit.c"),
        ("-O3 -g3 -fPIC", "two words.c"),
    ],
)
def test_the_own_text_reproduces_the_object(
    compiler: str, flags: str, name: str, tmp_path: Path
) -> None:
    unit = context(tmp_path, TEXT, compiler, flags, name)
    for function in ("f", "before", "on_one_line", "where"):
        if function == "on_one_line" and "-g" in flags:
            continue  # what stands behind it on its line moves to another column
        verdict = identity.judge(unit, function, (SourceText(function, "", "", ""),))
        assert isinstance(verdict, Passed), verdict
        assert verdict.evidence == {"source": "object reproduced"}


def test_a_splice_that_changes_something_is_refuted(
    compiler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = context(tmp_path, TEXT, compiler)
    wrong = b"static int f(int a) { return a; }"
    monkeypatch.setattr("llmopt.rewrite.build.identity_source", lambda *_: b"")
    located = unit.locate("f")
    broken = type(located)(**{**located.__dict__, "text": wrong})
    unit._located["f"] = broken
    verdict = identity.judge(unit, "f", (SourceText("f", "", "", ""),))
    assert isinstance(verdict, Refuted)
    assert ".text" in verdict.counterexample or "section" in verdict.counterexample


def test_lines_and_names_behind_a_longer_text_are_what_they_were(
    compiler: str, tmp_path: Path
) -> None:
    unit = context(tmp_path, TEXT, compiler, name="deep/unit.c")
    driver = compiled(tmp_path, DRIVER)
    expected = printed(tmp_path, unit.object, driver)
    assert "deep/unit.c" in expected
    text = b"static int f(int a)\n{\n\n\n\n\n    count += 1;\n\n\n    return OWN + a;\n}"
    for function, replacement in {
        "f": text,
        "on_one_line": b"int on_one_line(int a)\n{return a;}",
    }.items():
        made = build(unit, [source_step(unit, function, replacement)]).object
        assert printed(tmp_path, made, driver) == expected


def test_what_the_compiler_says_names_the_original(compiler: str, tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT, compiler, "-O2 -Wall", name="deep/unit.c")
    step = source_step(unit, "f", b"static int f(int a) { int unused; count++; return a + OWN; }")
    said = build(unit, [step]).diagnostics
    assert "unused variable" in said
    assert unit.diagnostics == ""


def test_several_replacements_go_into_one_text(tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT)
    replacements = [
        Replacement(unit.locate("before"), b"int before(void) { return 1; }"),
        Replacement(unit.locate("f"), b"static int f(int a) { return 2; }"),
    ]
    text = splice(unit.content, replacements)
    assert text == splice(unit.content, replacements[::-1])
    assert b"return 1;" in text
    assert b"return 2;" in text
    assert text.count(b"#line") == 4
    assert text.startswith(TEXT[: TEXT.index("int before")].encode())
    assert text.endswith(TEXT[TEXT.index("int after") :].encode())


def test_carriage_returns_and_odd_bytes_survive(compiler: str, tmp_path: Path) -> None:
    text = TEXT.replace("The one", "Die gr\xf6\xdfte").encode("latin-1").replace(b"\n", b"\r\n")
    for function in ("f", "before"):
        unit = context(tmp_path, text, compiler)
        verdict = identity.judge(unit, function, (SourceText(function, "", "", ""),))
        assert isinstance(verdict, Passed), verdict


def test_the_header_beside_the_source_is_found_before_others(compiler: str, tmp_path: Path) -> None:
    (tmp_path / "own.h").write_text("#define OWN 100\n")
    unit = context(tmp_path, TEXT, compiler, "-O2 -I.", name="deep/unit.c")
    verdict = identity.judge(unit, "f", (SourceText("f", "", "", ""),))
    assert isinstance(verdict, Passed), verdict


def test_debug_information_names_the_original(compiler: str, tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT, compiler, "-O2 -g", name="deep/unit.c")
    text = unit.locate("f").text
    made = tmp_path / "made.o"
    made.write_bytes(build(unit, [source_step(unit, "f", text)]).object)
    shown = run("readelf", "--debug-dump=info", made).stdout.decode()
    assert "deep/unit.c" in shown
    assert "llmopt-splice" not in shown


def test_the_options_put_the_original_directory_first() -> None:
    assert options("a.c", "/tmp/x") == ("-iquote", ".", "-ffile-prefix-map=/tmp/x/=")
    assert options("src/a.c", "/t") == ("-iquote", "src", "-ffile-prefix-map=/t/=src/")
    assert spliced_name("src/deep/a b.c") == "a b.c"
