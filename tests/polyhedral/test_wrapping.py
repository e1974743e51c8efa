"""Bounds and subscripts that wrap, are converted, or count rows themselves: read where they mean
whole numbers, which a condition asks at run time.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from llmopt.errors import NotApplicable
from llmopt.polyhedral.guard import assumed
from tests.conftest import need
from tests.polyhedral.running import rewritten
from tests.polyhedral.test_extract import model_of
from tests.units import context, run

#: Integers that wrap, and conversions: values of parameters for which they do not, and for which
#: something does.
KEPT = {
    "bound": ("for (int i = 0; i < u; i++) a[i] = 1;", "u = 4294967295", "u = 0"),
    "bound-suffix": ("for (int i = 0; i < 9u; i++) a[i] = 1;", "", "1 = 0"),
    "start": ("for (unsigned i = n; i < 9; i++) a[i] = 1;", "n = 3", "n = -3"),
    "start-of-a-signed-one": ("for (int i = n; i < u; i++) a[i] = 1;", "n = 3 and u = 9", "n = -1"),
    "last": ("for (unsigned i = 0; i <= u; i++) a[i] = 1;", "u = 9", "u = 4294967295"),
    "difference": ("for (unsigned i = 0; i < u - 1; i++) a[i + 1] = 1;", "u = 2", "u = 0"),
    "sum": (
        "for (unsigned i = 0; i < 9; i++) for (unsigned j = 0; j < i + u; j++) a[j] = 1;",
        "u = 5",
        "u = 4294967290",
    ),
    "condition": ("for (int i = 0; i < n; i++) if (i < u) a[i] = 1;", "n = 4 and u = 2", "u = 0"),
    "subscript": (
        "for (int i = 0; i < n; i++) a[i + u] = 1;",
        "n = 2 and u = 9",
        "n = 2 and u = 4294967295",
    ),
    "subscript-cast": ("for (int i = 0; i < n; i++) a[(char)i] = 1;", "n = 128", "n = 129"),
    "guarded": ("for (unsigned i = 0; i < u; i++) if (i > 0) a[i - 1] = 1;", "u = 2", "u = 1"),
    "downwards": ("for (unsigned i = u; i > 0; i--) a[i] = 1;", "u = 3", "u = 0"),
    "rows": (
        "for (int i = 1; i < n; i++) for (int j = 0; j < m; j++)"
        " a[i * m + j] = b[(i - 1) * m + j];",
        "n = 3 and m = 2",
        "m = 0",
    ),
    "rows-left": (
        "for (int i = 0; i < n; i++) for (int j = 0; j < k; j++) a[j + i * m] = 1;",
        "n = 3 and m = 7 and k = 7",
        "n = 3 and m = 7 and k = 8",
    ),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_wraps_or_is_converted_is_read_where_it_keeps_its_value(
    name: str, tmp_path: Path
) -> None:
    need("gcc")
    shown, inside, outside = KEPT[name]
    model = model_of(tmp_path, shown)
    held = assumed(model)
    assert model.set_of(inside).intersect(held).is_equal(model.set_of(inside))
    assert model.set_of(outside).intersect(held).is_empty()


NEVER = {
    "for (unsigned i = u; i >= 0; i--) a[i] = 1;",
    "for (unsigned i = 0; i < u; i++) a[i - 1] = 1;",
    "for (int i = -2; i < n; i++) if (i < u) a[i] = 1;",
    "for (unsigned i = -1; i > u; i--) a[i] = 1;",
}


@pytest.mark.parametrize("shown", sorted(NEVER))
def test_what_always_wraps_is_refused(shown: str, tmp_path: Path) -> None:
    need("gcc")
    with pytest.raises(NotApplicable, match="can be executed"):
        assumed(model_of(tmp_path, shown))


#: What is counted in rows by the text itself: with this many columns, all of it fits.
FLAT = """
#include <stddef.h>
#include <stdio.h>
#include <string.h>
typedef INDEX number;
void f(number n, number m, number k, double *c, const double *a, const double *b);
FUNCTION
static double a[40 * 40], b[40 * 40], c[40 * 40];
int main(void)
{
    for (int n = 1; n < 40; n += 3)
        for (int m = 1; m < 40; m += 5) {
            for (int i = 0; i < 1600; i++)
                a[i] = i % 17 * 0.25, b[i] = i % 13 * 0.5, c[i] = i;
            f(n, m, 37, c, a, b);
            for (int i = 0; i < 1600; i++)
                printf("%a ", c[i]);
        }
    return fallen;
}
"""
MULTIPLY = """
void f(number n, number m, number k, double *c, const double *a, const double *b)
{
    for (number i = 0; i < n; i++)
        for (number j = 0; j < m; j++) {
            double s = 0;
            for (number l = 0; l < k; l++)
                s += a[i * k + l] * b[l * m + j];
            c[i * m + j] = s;
        }
}
"""


@pytest.mark.parametrize("index", ["int", "long", "size_t"])
def test_rows_that_the_text_counts_go_in_another_order(
    index: str, compiler: str, tmp_path: Path
) -> None:
    """And not only where the condition fails: nothing falls back to the function as it was."""
    unit = context(tmp_path, f"#include <stddef.h>\ntypedef {index} number;{MULTIPLY}", compiler)
    printed = set()
    for number, text in enumerate([MULTIPLY, *rewritten(unit, "f").values()]):
        counted = re.sub(r"\{ (f__llmopt_base\()", r"{ fallen = 1; \1", text, count=1)
        assert (counted != text) == (number > 0)
        whole = FLAT.replace("INDEX", index).replace("FUNCTION", f"static int fallen;\n{counted}")
        (tmp_path / "program.c").write_text(whole)
        built = run(compiler, "-O1", "-w", tmp_path / "program.c", "-o", tmp_path / "program")
        assert built.returncode == 0, built.stderr
        done = run(tmp_path / "program")
        assert done.returncode == 0
        printed.add(done.stdout)
    assert number >= 3
    assert len(printed) == 1
