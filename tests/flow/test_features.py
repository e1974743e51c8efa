"""What kind of function one is, seen in its text."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.flow.experience import features_of
from llmopt.source.features import features
from tests.conftest import need
from tests.units import context

TEXT = """
struct node { struct node *next; int value; };
struct table { int rows, columns; const double *cells; };
int other(int);
void product(double *out, const struct table *t)
{
    for (int i = 0; i < t->columns; i++)
        for (int j = 0; j < t->columns; j++) {
            double sum = 0;
            for (int k = 0; k < t->rows; k++)
                sum += t->cells[k * t->columns + i] * t->cells[k * t->columns + j];
            out[i * t->columns + j] = sum;
        }
}
void grid(int a[64][64])
{
    for (int i = 0; i < 64; i++)
        for (int j = 0; j < 64; j++)
            a[i][j] += 1;
}
int list(const struct node *p)
{
    int sum = 0;
    while (p) {
        if (p->value > 3)
            sum += p->value;
        p = p->next;
    }
    return sum;
}
int gather(const int *values, const int *order, int count)
{
    int found = 0;
    for (int i = 0; i < count; i++)
        found ^= other(values[order[i]]);
    return found;
}
void row(float *x, int n)
{
    for (int i = 0; i < n; i++)
        x[i] = x[i] * 2 + 1;
}
int plain(int a) { return a + 1; }
"""
#: loops, arithmetic, memory, sums, branches, calls
EXPECTED = {
    "product": ("3", "floating", "tables", "yes", "no", "no"),
    "grid": ("2", "integer", "tables", "no", "no", "no"),
    "list": ("1", "integer", "chased", "yes", "yes", "no"),
    "gather": ("1", "integer", "indirect", "yes", "no", "yes"),
    "row": ("1", "floating", "rows", "no", "no", "no"),
    "plain": ("0", "integer", "none", "no", "no", "no"),
}
KINDS = ("loops", "arithmetic", "memory", "sums", "branches", "calls")


def test_the_kinds_of_functions_are_told_apart(tmp_path: Path) -> None:
    need("gcc")
    unit = context(tmp_path, TEXT)
    for name, expected in EXPECTED.items():
        found = features(unit.definition(name))
        assert tuple(found[kind] for kind in KINDS) == expected, name
        assert found["size"] in ("small", "medium", "large")


@pytest.mark.parametrize(("name", "vectors"), [("row", "yes"), ("list", "no")])
def test_compilers_say_whether_they_made_vectors(
    compiler: str, tmp_path: Path, name: str, vectors: str
) -> None:
    found = features_of(context(tmp_path, TEXT, compiler, "-O3"), name)
    assert found["vectors"] == vectors
    assert features_of(context(tmp_path, TEXT, compiler, "-O3"), name) == found


def test_what_cannot_be_seen_is_left_out(tmp_path: Path) -> None:
    need("gcc")
    assert features_of(context(tmp_path, TEXT), "nobody") == {}
