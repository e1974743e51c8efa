"""A counter with fewer bits than the original's is doubted, unless its loop bounds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.rewrite.build import build, source_step
from llmopt.values.verdict import Inconclusive, Passed
from llmopt.verify.static import judge
from llmopt.verify.static.counters import counter_doubt
from tests.conftest import need
from tests.units import context

UNIT = r"""
#include <stddef.h>
size_t positive(const int *values, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += values[i] > 0;
    return found;
}
size_t length(const char *text)
{
    const char *end = text;
    while (*end)
        end++;
    return (size_t)(end - text);
}
int sum(const int *values, int count)
{
    unsigned total = 0;
    for (int i = 0; i < count; i++)
        total += (unsigned)values[i];
    return (int)total;
}
"""
POSITIVE = "size_t positive(const int *values, size_t count) {"


@pytest.mark.parametrize(
    ("function", "text", "doubted"),
    [
        ("positive", POSITIVE + "int found = 0; for (size_t i = 0; i < count; i++) "
         "if (values[i] > 0) found++; return (size_t)found; }", True),
        ("positive", POSITIVE + "size_t found = 0; for (unsigned left = (unsigned)count; left; "
         "left--) found += *values++ > 0; return found; }", True),
        ("positive", POSITIVE + "size_t found = 0, i = 0; for (; i + 8 <= count; i += 8) "
         "for (int j = 0; j < 8; j++) found += values[i + (size_t)j] > 0; "
         "for (; i < count; i++) found += values[i] > 0; return found; }", False),
        ("length", "size_t length(const char *text) { int at = 0; while (text[at]) at++; "
         "return (size_t)at; }", True),
        ("length", "size_t length(const char *text) { size_t at = 0; while (text[at]) at++; "
         "return at; }", False),
        ("sum", "int sum(const int *values, int count) { unsigned total = 0; "
         "while (count-- > 0) total += (unsigned)*values++; return (int)total; }", False),
        ("sum", "int sum(const int *values, int count) { unsigned total = 0; "
         "for (short i = 0; i < count; i++) total += (unsigned)values[i]; return (int)total; }",
         True),
    ],
)  # fmt: skip
def test_narrow_counters_are_doubted(
    tmp_path: Path, function: str, text: str, *, doubted: bool
) -> None:
    need("clang-19")
    unit = context(tmp_path, UNIT, "clang-19")
    steps = [source_step(unit, function, text.encode())]
    assert bool(counter_doubt(unit, steps)) == doubted
    verdict = judge(unit, function, steps, build(unit, steps).object)
    assert isinstance(verdict, Inconclusive if doubted else Passed), verdict


def test_the_doubt_says_how_many_bits(tmp_path: Path) -> None:
    need("clang-19")
    unit = context(tmp_path, UNIT, "clang-19")
    text = (
        b"size_t length(const char *text) { int at = 0; while (text[at]) at++; return (size_t)at; }"
    )
    assert "32 bits" in counter_doubt(unit, [source_step(unit, "length", text)])
