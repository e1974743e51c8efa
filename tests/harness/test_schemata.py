import os
import subprocess

import pytest

from llmopt.errors import NotApplicable
from llmopt.harness.mutants import mutants
from llmopt.harness.schemata import VARIABLE, schemata, sort
from llmopt.rewrite.altered import altered
from tests.units import compiled, context, program

TEXT = """\
#include <stddef.h>
static int depth(int n) { return n; }
static int f(int n, int by)
{
    int sum = by, unused = 7;
    if (n > 0)
        sum += f(n - 1, by) + depth(n);
    for (size_t i = 0; i < 3; i++)
        sum *= 2;
    sizeof unused;
    return sum;
}
int g(int n, int by) { return f(n, by); }
"""
MAIN = """\
#include <stdio.h>
int g(int n, int by);
int main(void) { printf("%d", g(2, 3)); }
"""


@pytest.fixture(params=["gcc", "clang-19"])
def unit(request, tmp_path):
    return context(tmp_path, TEXT, request.param)


def test_one_program_runs_the_mutant_that_is_asked_for(unit, tmp_path):
    chosen = [m for m in mutants(unit, "f") if m.what in {"`-`, not `+`", "`sum` cut to short"}]
    steps = [m for m in mutants(unit, "f", 500) if m.kind == "step" and "--" not in m.what]
    minus = [m for m in mutants(unit, "f", 500) if "`-=`" in m.what]
    all_of_them = schemata(unit, "f", [*chosen[:1], *minus])
    made = program(tmp_path, altered(unit, all_of_them.text), compiled(tmp_path, MAIN))

    def printed(number: str) -> int:
        environment = {**os.environ, VARIABLE: number}
        return int(subprocess.check_output([made], env=environment))

    assert steps == []  # `++i` where nobody uses the value
    # What f adds up is doubled three times, in each call of itself too.
    assert printed("") == printed("0") == ((3 + (3 + 24 + 1) * 8 + 2) * 8)
    assert printed("1") == (3 + ((3 + 24 - 1) * 8) - 2) * 8
    assert printed("2") == (3 - ((3 - (24 + 1)) * 8 + 2)) * 8


def test_mutants_with_the_original_s_code_or_with_that_of_another_are_told_apart(unit):
    found = mutants(unit, "f", 500)
    by_code = sort(unit, "f", found)
    same = {m.what for m in by_code.same}
    assert any("7" in what for what in same)  # nobody reads it
    assert "`*`, not `+`" in {m.what for m in by_code.different}
    # As if `sum` were a short, and as if the loop never ran.
    assert {"`sum` cut to short", "without `sum *= 2`"} <= {m.what for m in by_code.twins}
    everything = by_code.same + by_code.different + by_code.twins + by_code.refused
    assert sorted(map(hash, everything)) == sorted(map(hash, found))


def test_mutants_that_do_not_compile_are_found_without_compiling_each(tmp_path):
    text = "struct s { int *p; };\nint *f(struct s v, int n) { return v.p + (n & 3); }\n"
    unit = context(tmp_path, text)
    by_code = sort(unit, "f", mutants(unit, "f"))
    assert {m.what for m in by_code.refused} == {"`*`, not `+`"}
    assert by_code.different


@pytest.mark.parametrize(
    "text",
    ["int f(int n, ...) { return n + 1; }\n", "int f(n) int n; { return n + 1; }\n"],
)
def test_a_function_that_no_other_can_call_for_its_callers_is_not_scored(tmp_path, text):
    unit = context(tmp_path, text)
    with pytest.raises(NotApplicable):
        schemata(unit, "f", mutants(unit, "f"))
