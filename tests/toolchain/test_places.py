"""Instructions of a function by bytes and by lines, in what real compilers print."""

from __future__ import annotations

from pathlib import Path

from llmopt.toolchain.assembly.loops import innermost
from llmopt.toolchain.assembly.places import instructions, labelled, offsets
from llmopt.toolchain.elf import ObjectFile
from tests.units import context

TEXT = """
#include <stdlib.h>
static inline int twice(int x)
{
    return x + x * 3;
}
int other(int x) { return x / 7; }
int sum(const int *cells, int rows, int columns)
{
    int found = 0;
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
            found ^= twice(cells[i * columns + j]) % 7;
    for (int k = rows; k > 0; k /= 3)
        found *= k;
    if (found == 12345)
        abort();
    return found;
}
"""
FILE_LINES = TEXT.split("\n")


def test_labels_change_no_byte_and_every_instruction_has_its_offset(
    tmp_path: Path, compiler: str
) -> None:
    unit = context(tmp_path, TEXT, compiler)
    text = unit.compiler.assembly()
    plain = ObjectFile(unit.compiler.assemble(text))
    made = ObjectFile(unit.compiler.assemble(labelled(text, "sum")))
    assert made.code("sum") == plain.code("sum")
    found = offsets(made, "sum")
    listed = instructions(text, "sum")
    assert sorted(found.values()) == list(range(len(listed)))
    assert found["sum", 0] == 0
    of_symbol = [at for symbol, at in sorted(found) if symbol == "sum"]
    assert of_symbol[-1] < len(plain.code("sum"))


def test_instructions_know_their_lines_where_the_text_has_them(
    tmp_path: Path, compiler: str
) -> None:
    unit = context(tmp_path, TEXT, compiler)
    tables = "-gline-tables-only" if compiler.startswith("clang") else "-g1"
    listed = instructions(unit.compiler.assembly(None, (tables,)), "sum")
    assert [i.code for i in listed] == [
        i.code for i in instructions(unit.compiler.assembly(), "sum")
    ]
    assert {i.file for i in listed if i.file} == {"unit.c"}
    lines = {FILE_LINES[i.line - 1].strip() for i in listed if i.line}
    assert "found *= k;" in lines
    assert "return x + x * 3;" in lines
    assert all(not i.file for i in instructions(unit.compiler.assembly(), "sum"))


def test_the_innermost_loops_are_those_that_hold_no_other(tmp_path: Path, compiler: str) -> None:
    unit = context(tmp_path, TEXT, compiler, "-O1")
    text = unit.compiler.assembly()
    loops = innermost(text, "sum")
    # gcc has a third stretch: the outer loop's, past an inner one that does not run.
    assert len(loops) == (2 if compiler.startswith("clang") else 3)
    codes = [i.code for i in instructions(text, "sum")]
    for loop in loops:
        assert loop.text.splitlines() == [f"{loop.label}:", *codes[loop.first : loop.end]]
        assert codes[loop.end - 1].split()[-1] == loop.label
    assert innermost(text, "other") == []
