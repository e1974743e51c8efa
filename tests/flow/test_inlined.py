"""Samples of inlined functions, given back to them."""

from dataclasses import replace

import pytest

from llmopt.flow.inlined import with_inlined
from llmopt.profile.hot import HotFunction, Profile, Spot
from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain.assembly.places import instructions, labelled, offsets
from llmopt.toolchain.elf import ObjectFile
from tests.units import SANDBOX, context

KERNEL = """\
#include "helper.h"
#ifdef COUNT
int counted;
#endif
static double table[64];
static double twice(double value)
{
    return value + value;
}
static void kernel(double *restrict out, int n)
{
    for (int i = 0; i < n; i++)
        out[i] += twice(table[i & 63]);
}
"""
MAIN = """\
int main(int count, char **words)
{
    static double out[4096];
#ifdef COUNT
    for (int i = 0; i < count; i++)
        counted += words[i][0] * 3;
#endif
    for (int round = 0; round < 1000 * count; round++)
        kernel(out, 4096);
    return (int)out[count] + (words == 0);
}
"""
HEADER = """\
static inline double sum(const double *values, int n)
{
    double total = 0;
    for (int i = 0; i < n; i++)
        total += values[i];
    return total;
}
"""


@pytest.fixture(params=["gcc", "clang-19"])
def compiler(request):
    return request.param


@pytest.fixture
def unit(tmp_path, compiler):
    (tmp_path / "helper.h").write_text(HEADER)

    def made(text, options="-O3", name="unit.c"):
        return context(tmp_path, text, compiler, options, name).unit

    return made


def spots(unit, symbol, lines, file="unit.c"):
    """A sample on each instruction of a symbol in some of the lines."""
    at = UnitContext(unit, SANDBOX)
    tables = "-gline-tables-only" if at.compiler.is_clang else "-g1"
    text = at.text("assembly", None, (tables,))
    placed = offsets(ObjectFile(at.compiler.assemble(labelled(text, symbol))), symbol)
    found = instructions(text, symbol)
    chosen = [
        place
        for place, number in placed.items()
        if found[number].file == file and found[number].line in lines
    ]
    assert chosen
    return tuple(Spot(*place, 1 / len(chosen)) for place in chosen)


def seen(unit, symbol, lines, file="unit.c", share=0.9):
    """What perf says of a symbol with all of its samples in some lines."""
    return HotFunction(symbol, "unit.c", share, (symbol,), spots=spots(unit, symbol, lines, file))


def given(functions, *units, least=0.02):
    profile = Profile("run", "program", "cycles", 100, tuple(functions))
    return with_inlined(profile, units, SANDBOX, least).functions


def line(text, code):
    return next(n for n, found in enumerate(text.splitlines(), 1) if code in found)


def lines(text, *codes):
    return {line(text, code) for code in codes}


def test_samples_in_the_lines_of_an_inlined_kernel_are_the_kernels(unit):
    text = KERNEL + MAIN
    one = unit(text)
    kernel, main = given([seen(one, "main", lines(text, "out[i] +="))], one)
    assert (kernel.name, kernel.source, kernel.symbols) == ("kernel", "unit.c", ("main",))
    assert kernel.share == pytest.approx(0.9)
    assert kernel.spots == ()
    assert main.share == pytest.approx(0)
    assert main.reason, "what is left of it is not worked on"


def test_what_is_called_within_loops_is_worked_on_together_with_them(unit):
    text = KERNEL + MAIN
    one = unit(text)
    # The additions are those of `twice`, which has no loop.
    found = given([seen(one, "main", lines(text, "out[i] +=", "return value"))], one)
    assert [(f.name, f.share) for f in found] == [
        ("kernel", pytest.approx(0.9)),
        ("main", pytest.approx(0)),
    ]


def test_of_two_units_of_a_source_the_one_that_ran_tells(unit):
    text = KERNEL + MAIN
    ran = unit(text, "-O3 -DCOUNT")
    first = unit(text, "-O3")
    assert UnitContext(first, SANDBOX).object != UnitContext(ran, SANDBOX).object
    hot = seen(ran, "main", lines(text, "out[i] +="))
    assert given([hot], first, ran)[0].name == "kernel"
    # The other's instructions lie elsewhere: it says nothing of these samples.
    assert given([hot], first) == (hot,)


def test_samples_of_main_itself_stay(unit):
    text = KERNEL + MAIN
    one = unit(text, "-O3 -DCOUNT")
    hot = seen(one, "main", lines(text, "counted +="))
    assert given([hot], one) == (hot,)


def test_a_function_that_can_be_worked_on_keeps_what_it_calls_in_its_loops(unit):
    text = KERNEL + MAIN.replace("int main", "int rounds")
    one = unit(text)
    hot = seen(one, "rounds", lines(text, "out[i] +="))
    assert given([hot], one) == (hot,)


def test_a_function_that_only_calls_a_kernel_gives_it_away(unit):
    text = KERNEL + "void once(double *out, int n)\n{\n    kernel(out, n);\n    out[0] = 1;\n}\n"
    one = unit(text)
    kernel, once = given([seen(one, "once", lines(text, "out[i] +="))], one)
    assert (kernel.name, kernel.symbols) == ("kernel", ("once",))
    assert once.reason


def test_what_stands_in_a_header_is_its_callers(unit):
    text = (
        '#include "helper.h"\ndouble values[8192];\n'
        "static double total(double *values, int n, int rounds)\n{\n    double all = 0;\n"
        "    for (int i = 0; i < rounds; i++)\n        all += sum(values + i, n);\n"
        "    return all;\n}\n"
        "int main(int count, char **words)\n{\n"
        "    return (int)total(values, 4096, count * 10) + (words == 0);\n}\n"
    )
    one = unit(text)
    hot = seen(one, "main", lines(HEADER, "total +="), "helper.h")
    assert [f.name for f in given([hot], one)] == ["total", "main"]
    alone = text.replace("total(values, 4096, count * 10)", "sum(values, count)")
    two = unit(alone)
    hot = seen(two, "main", lines(HEADER, "total +="), "helper.h")
    assert given([hot], two) == (hot,)


def test_a_recursion_counts_as_a_loop_and_ends(unit):
    text = (
        "static unsigned steps(unsigned n, unsigned count)\n{\n"
        "    if (n < 2)\n        return count;\n"
        "    return steps(n % 2 ? 3 * n + 1 : n / 2, count + 1);\n}\n"
        "int main(int count, char **words)\n{\n"
        "    return (int)steps((unsigned)count, 0) + (words == 0);\n}\n"
    )
    one = unit(text)
    hot = seen(one, "main", lines(text, "return steps(n"))
    assert given([hot], one)[0].name == "steps"


def test_two_symbols_with_one_function_inlined_give_it_together(unit):
    text = KERNEL + "void once(double *out, int n)\n{\n    kernel(out, n);\n}\n" + MAIN
    one = unit(text)
    at = lines(text, "out[i] +=")
    found = given([seen(one, "main", at, share=0.5), seen(one, "once", at, share=0.3)], one)
    assert (found[0].name, found[0].symbols) == ("kernel", ("main", "once"))
    assert found[0].share == pytest.approx(0.8)


def test_shares_below_the_least_are_left_alone(unit):
    text = KERNEL + MAIN
    one = unit(text)
    hot = seen(one, "main", lines(text, "out[i] +="), share=0.01)
    assert given([hot], one) == (hot,)
    elsewhere = replace(hot, share=0.9, source="other.c")
    assert given([elsewhere], one) == (elsewhere,)
