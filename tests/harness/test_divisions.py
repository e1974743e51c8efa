"""A unit's text that tells what it divides still means the same."""

from __future__ import annotations

import pytest

from llmopt.harness.divisions import divisions_told
from tests import units

TEXT = """
#include <stdio.h>
#define DAY 86400
#define HALF(x) ((x) / 2)
enum kind { ONE = 6 / 2, TWO };
static int counts[TWO / 2 + 1];
static int digits(unsigned n)
{
    int count = 1;
    for (n /= 10; n; n /= 10)
        count++;
    return count;
}
int mixed(int a, unsigned char b, long c, double d)
{
    static const int table[] = {7 / 2, sizeof counts / sizeof *counts};
    int room[9 / 3] = {0};
    switch (b % 4) {
    case 4 / 4: return a / 3 % 5 + table[b / 128];
    case 2: return (int)(d / 3) + (int)(c / DAY % 24) / 2;
    }
    room[b % 3] = a / (b ? b / 2 + 1 : -1);
    *room /= 7;
    return HALF(a) + room[0] - digits((unsigned)a) /* a / b */;
}
int main(void)
{
    for (int i = -300; i < 300; i++)
        printf("%d %d\\n", i, mixed(i * 7919, (unsigned char)i, i * 1000003L, i / 7.0));
    return 0;
}
"""
RUNTIME = b"""
#include <stdio.h>
void llmopt_divided(long long a, long long b);
void llmopt_divided(long long a, long long b) { fprintf(stderr, "%lld/%lld\\n", a, b); }
"""


@pytest.mark.parametrize("compiler", ["gcc", "clang-19"])
def test_divisions_are_told_and_are_what_they_were(tmp_path, compiler):
    context = units.context(tmp_path, TEXT, compiler)
    told = divisions_told(context, ["mixed", "digits"])
    (tmp_path / "told.c").write_bytes(told + RUNTIME)
    ran = []
    for source in ("unit.c", "told.c"):
        built = units.run(compiler, "-w", source, "-o", "program", cwd=tmp_path)
        assert built.returncode == 0, built.stderr.decode()
        ran.append(units.run(tmp_path / "program"))
    plain, telling = ran
    assert plain.stdout == telling.stdout
    divisors = {line.split(b"/")[1] for line in telling.stderr.splitlines()}
    assert {b"10", b"4", b"3", b"5", b"128", b"24", b"86400", b"-1"} <= divisors
    assert told.count(b"llmopt_divided") == 13


def test_a_text_that_divides_nothing_is_left_alone(tmp_path):
    context = units.context(tmp_path, "double half(double x) { return x / 2 + (1 << 3); }")
    assert divisions_told(context, ["half"]) == context.content
