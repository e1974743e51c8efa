"""Compilers' remarks, from real compiles."""

from __future__ import annotations

from pathlib import Path

from llmopt.toolchain import remarks
from tests.units import context

TEXT = """#include <stdio.h>
double weigh(const double *x, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += x[i];
    return sum;
}
void scale(double *x, int n)
{
    for (int i = 0; i < n; i++)
        x[i] *= 3;
}
int report(int n)
{
    for (int i = 0; i < n; i++)
        printf("a secret %d\\n", i);
    return n;
}
"""


def test_clang_says_what_was_done_and_why_not_function_by_function(tmp_path: Path) -> None:
    said = context(tmp_path, TEXT, "clang-19").compiler.remarks()
    (weigh, *_) = remarks.of_clang(said, "weigh")
    assert (weigh.file, weigh.line) == ("unit.c", 6)
    assert "cannot prove it is safe to reorder floating-point operations" in weigh.text
    scale = {r.text for r in remarks.of_clang(said, "scale")}
    assert any(text.startswith("vectorized loop (vectorization width: 2") for text in scale)
    assert remarks.of_clang(said, "nobody") == []
    for name in ("weigh", "scale", "report"):
        found = remarks.of_clang(said, name)
        assert len(set(found)) == len(found)
        assert not any("definition is unavailable" in remark.text for remark in found)


def test_gcc_says_which_loops_it_did_not_vectorize(tmp_path: Path) -> None:
    said = context(tmp_path, TEXT, "gcc", "-O3").compiler.remarks()
    found = remarks.of_gcc(said)
    assert any(r.line in (11, 12) and "loop vectorized" in r.text for r in found)
    assert any(r.line in (16, 17) and r.text == "loop not vectorized" for r in found)
    assert {r.file for r in found} == {"unit.c"}
    assert "secret" not in str(found)


def test_a_module_without_places_has_remarks_too(tmp_path: Path) -> None:
    compiler = context(tmp_path, TEXT, "clang-19").compiler
    said = compiler.remarks_of_module(compiler.module(None, ("-g0",)))
    assert "safe to reorder" in str(remarks.of_clang(said, "weigh"))


def test_what_is_no_record_has_no_remarks() -> None:
    assert remarks.of_clang("", "f") == []
    assert remarks.of_gcc("noise\n") == []
