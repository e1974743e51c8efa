"""What objects declare, ask for and hold, read from real ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.errors import SourceError
from llmopt.toolchain.elf import ObjectFile, code_digest, difference
from tests.units import context, program, run

TEXT = """
extern int outside(int);
int data = 5;
static int hidden_data;
const char text[] = "constant";
__attribute__((visibility("hidden"))) int quiet(int a) { return a + data; }
static __attribute__((noinline)) int inner(int a) { return outside(a) + hidden_data++; }
__attribute__((weak)) int soft(int a) { return inner(a); }
int loud(int a) { return quiet(a) + soft(a); }
"""


def test_symbols_are_as_declared(compiler: str, tmp_path: Path) -> None:
    found = ObjectFile(context(tmp_path, TEXT, compiler).object)
    defined = found.defined
    assert defined["loud"].contract == ("STT_FUNC", "STB_GLOBAL", "STV_DEFAULT", ".text")
    assert defined["quiet"].visibility == "STV_HIDDEN"
    assert defined["soft"].binding == "STB_WEAK"
    assert defined["inner"].binding == "STB_LOCAL"
    assert defined["data"].section == ".data"
    assert defined["hidden_data"].section == ".bss"
    assert defined["loud"].file == "unit.c"
    assert "outside" in found.undefined
    assert {f.name for f in found.functions} >= {"quiet", "inner", "soft", "loud"}
    writable = {s.name for s in found.sections if s.writable}
    assert ".data" in writable
    assert ".text" not in writable


def test_code_is_the_functions_own_bytes(compiler: str, tmp_path: Path) -> None:
    found = ObjectFile(context(tmp_path, "int f(void) { return 77; }\n", compiler).object)
    assert b"\xb8\x4d\x00\x00\x00" in found.code("f")
    assert len(found.code("f")) == found.defined["f"].size
    with pytest.raises(SourceError, match="does not define g"):
        found.code("g")


def test_statics_of_one_name_are_kept_apart_by_their_file(tmp_path: Path) -> None:
    static = "static __attribute__((noinline)) int same(int a) { return a + %d; }\n%s"
    one = context(tmp_path, static % (1, "int f(int a) { return same(a); }"), name="one.c").object
    two = context(
        tmp_path,
        static % (2, "int f(int); int main(int a, char **v) { return same(a) + f(a); }"),
        name="two.c",
    ).object
    linked = ObjectFile(program(tmp_path, one, two).read_bytes())
    files = [s.file for s in linked.functions if s.name == "same"]
    assert sorted(files) == ["one.c", "two.c"]
    assert linked.segments()


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(SourceError, match="not an ELF object"):
        ObjectFile(b"no object at all")


def test_line_tables_may_differ_and_nothing_else(compiler: str, tmp_path: Path) -> None:
    old = context(tmp_path, TEXT, compiler, "-O2 -g").object
    assert difference(old, old) is None
    below = context(tmp_path, TEXT.replace("int loud(int a) {", "int loud(int a)\n{"), compiler)
    plain = context(tmp_path, TEXT, compiler).object
    assert difference(plain, below.object) is None
    code = context(tmp_path, TEXT.replace("a + data", "a - data"), compiler).object
    assert ".text" in str(difference(plain, code))
    data = context(tmp_path, TEXT.replace("data = 5", "data = 6"), compiler).object
    assert ".data" in str(difference(plain, data))
    more = context(tmp_path, TEXT + 'int tls __attribute__((section("own"))) = 1;\n', compiler)
    assert difference(plain, more.object) is not None


def test_the_digest_of_code_is_of_what_is_loaded(compiler: str, tmp_path: Path) -> None:
    """What the program does, and for whom; not where its source stood, nor what notes say."""

    def code(text: str, options: str = "-O2") -> str:
        return code_digest(context(tmp_path, text, compiler, options).object)

    plain = code(TEXT)
    assert code(TEXT.replace("int loud(int a) {", "int loud(int a)\n{")) == plain
    assert code("// A comment.\n" + TEXT, "-O2 -g") == plain
    others = [
        code(TEXT.replace("a + data", "a - data")),
        code(TEXT.replace("data = 5", "data = 6")),
        code(TEXT.replace("outside", "abroad")),
        code(TEXT.replace("loud", "high")),
        code(TEXT.replace("constant", "Constant")),
        code(TEXT.replace('(visibility("hidden"))', "(cold)")),
    ]
    assert plain not in others
    assert len(set(others)) == 6


def test_sections_of_one_name_are_all_compared(tmp_path: Path) -> None:
    """Groups of one comdat each have sections of the same name."""
    assembly = """
        .section .text.x,"axG",@progbits,one,comdat
        .byte %d
        .section .text.x,"axG",@progbits,two,comdat
        .byte 2
    """
    objects = []
    for value in (1, 3):
        (tmp_path / "a.s").write_text(assembly % value)
        assert run("gcc", "-c", "a.s", "-o", "a.o", cwd=tmp_path).returncode == 0
        objects.append((tmp_path / "a.o").read_bytes())
    assert difference(*objects) == "section .text.x differs"
