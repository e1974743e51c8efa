"""Steps apply only where they were derived from, and what they make computes the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from llmopt.errors import NotApplicable
from llmopt.rewrite.build import assembly_digest, build, ir_digest, source_step
from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain import assembly, ir
from llmopt.values.step import AssemblyText, Donor, IrText, SourceText, Step
from tests.conftest import need
from tests.units import compiled, context, printed

GCC_CARRIER = ("-fno-ipa-ra", "-fno-ipa-stack-alignment")


def assembly_step(unit: UnitContext, function: str) -> AssemblyText:
    """The function's own assembly as a stored text."""
    carrier = unit.compiler.assembly(None, () if unit.compiler.is_clang else GCC_CARRIER)
    text = assembly.excerpt(carrier, function)
    return AssemblyText(function, assembly_digest(carrier, function), text)


def ir_step(unit: UnitContext, function: str, *, optimized: bool = True) -> IrText:
    """The function's own IR, as the compiler optimized it, as a stored text."""
    module, made = unit.compiler.module(), unit.compiler.module(optimized=True)
    text = ir.excerpt(made if optimized else module, function)
    return IrText(function, ir_digest(module, made, function), text)


# Source texts

SOURCE = """
#define STEP 2
static int helper(int a) { return a * 10; }
static int unused_helper(int a) { return a * 100; }
int keep(int a) { return unused_helper(a); }
int f(int a) { return helper(a) + 1; }
int g(int a) { return a - STEP; }
"""
DRIVER = """
#include <stdio.h>
int f(int), g(int), keep(int);
int main(void) { printf("%d %d %d\\n", f(3), g(3), keep(3)); }
"""


def test_a_text_applies_where_it_was_derived_from_only(compiler: str, tmp_path: Path) -> None:
    unit = context(tmp_path, SOURCE, compiler)
    step = source_step(unit, "f", b"int f(int a) { return 1 + a * 10; }")
    driver = compiled(tmp_path, DRIVER)
    assert printed(tmp_path, build(unit, [step]).object, driver) == "31 1 300\n"
    harmless = context(tmp_path, "/* more */\n" + SOURCE.replace("STEP 2", "STEP 3"), compiler)
    assert printed(tmp_path, build(harmless, [step]).object, driver) == "31 0 300\n"
    for old, new in (("helper(a) + 1", "helper(a) + 2"), ("return a * 10;", "return a * 11;")):
        changed = context(tmp_path, SOURCE.replace(old, new), compiler)
        with pytest.raises(NotApplicable, match="no longer what the rewrite was made from"):
            build(changed, [step])


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (b"int f(int a) { return unused_helper(a) / 10 + 1; }", "a * 100", "a * 200"),
        (b"int f(int a) { return helper(a) + STEP - 1; }", "STEP 2", "STEP 3"),
    ],
    ids=["callee", "macro"],
)
def test_what_only_the_new_text_reaches_is_checked_as_well(
    compiler: str, text: bytes, old: str, new: str, tmp_path: Path
) -> None:
    unit = context(tmp_path, SOURCE, compiler)
    step = source_step(unit, "f", text)
    build(unit, [step])
    changed = context(tmp_path, SOURCE.replace(old, new), compiler)
    assert changed.function_key("f") == unit.function_key("f")
    with pytest.raises(NotApplicable, match="reaches names that are no longer what they were"):
        build(changed, [step])


def test_two_texts_go_into_one_unit(compiler: str, tmp_path: Path) -> None:
    unit = context(tmp_path, SOURCE, compiler)
    steps = [
        source_step(unit, "g", b"int g(int a) { return 77 + a; }"),
        source_step(unit, "f", b"int f(int a) { return 55 + a; }"),
    ]
    driver = compiled(tmp_path, DRIVER)
    for order in (steps, steps[::-1]):
        assert printed(tmp_path, build(unit, order).object, driver) == "58 80 300\n"


def test_options_of_a_step_are_in_its_object(clang: str, tmp_path: Path) -> None:
    text = "float f(float a, float b, float c) { return a * b + c; }\n"
    unit = context(tmp_path, text, clang, "-O2 -mfma")
    own = unit.locate("f").text
    apart = build(unit, [source_step(unit, "f", own, options=("-ffp-contract=off",))]).object
    together = build(unit, [source_step(unit, "f", own)]).object
    assert together == unit.object
    assert apart != unit.object


# A static that nobody writes is folded into `f`: no key of `f` knows of those who might

FOLDED = """
static int mode;
__attribute__((noinline)) int f(int a)
{
    int sum = 0;
    for (int i = 0; i < a; i++)
        sum += mode ? i * 7 : i;
    return sum;
}
"""
WRITTEN = FOLDED + "void set(int a) { mode = a; }\n"
SETS = """
#include <stdio.h>
int f(int);
void set(int);
int main(void) { int before = f(10); set(1); printf("%d %d\\n", before, f(10)); }
"""


def stored(compiler: str) -> list[Callable[[UnitContext, str], Step]]:
    return [assembly_step] if compiler == "gcc" else [assembly_step, ir_step]


def test_a_folded_static_that_becomes_written_refuses_stored_texts(
    compiler: str, tmp_path: Path
) -> None:
    old = context(tmp_path, FOLDED, compiler)
    key = old.function_key("f")
    steps = [make(old, "f") for make in stored(compiler)]
    for step in steps:
        build(old, [step])
    new = context(tmp_path, WRITTEN, compiler)
    assert new.function_key("f") == key
    for step in steps:
        with pytest.raises(NotApplicable, match="is no longer what the text was made of"):
            build(new, [step])


def test_a_donor_is_right_before_and_after_a_static_becomes_written(
    compiler: str, tmp_path: Path
) -> None:
    step = Donor(("f",), ("-O3", "-funroll-loops") if compiler == "gcc" else ("-Os",))
    old = context(tmp_path, FOLDED, compiler)
    driver = compiled(
        tmp_path, '#include <stdio.h>\nint f(int);\nint main(void) { printf("%d\\n", f(10)); }\n'
    )
    assert printed(tmp_path, build(old, [step]).object, driver) == "45\n"
    new = context(tmp_path, WRITTEN, compiler)
    sets = compiled(tmp_path, SETS, "sets")
    assert printed(tmp_path, build(new, [step]).object, sets) == "45 315\n"


@pytest.mark.parametrize("options", ["-O2", "-O2 -g", "-O3 -fPIC"])
def test_stored_texts_of_the_function_itself_compute_the_same(
    compiler: str, options: str, tmp_path: Path
) -> None:
    unit = context(tmp_path, WRITTEN, compiler, options)
    driver = compiled(tmp_path, SETS)
    for make in stored(compiler):
        assert printed(tmp_path, build(unit, [make(unit, "f")]).object, driver) == "45 315\n"


def test_a_stored_text_survives_edits_elsewhere(compiler: str, tmp_path: Path) -> None:
    steps = [make(context(tmp_path, WRITTEN, compiler), "f") for make in stored(compiler)]
    edited = "double added(double *x) { return *x + 0.5; }\n" + WRITTEN
    unit = context(tmp_path, edited, compiler)
    driver = compiled(tmp_path, SETS)
    for step in steps:
        assert printed(tmp_path, build(unit, [step]).object, driver) == "45 315\n"


def test_a_stored_text_may_name_what_the_function_names_only(compiler: str, tmp_path: Path) -> None:
    """What else it named could change its meaning, and no digest would tell."""
    text = WRITTEN + "__attribute__((noinline)) static int other(int a) { return a + mode; }\n"
    unit = context(tmp_path, text + "int use(int a) { return other(a); }\n", compiler)
    step = assembly_step(unit, "f")
    calling = step.text.replace("\tret\n", "\tjmp\tother\n").replace("\tretq\n", "\tjmp\tother\n")
    assert calling != step.text
    with pytest.raises(NotApplicable, match="names other, which it did not"):
        build(unit, [AssemblyText("f", step.derived_from, calling)])
    if compiler != "gcc":
        module = ir_step(unit, "f", optimized=False)
        body = "define dso_local i32 @f(i32 %a) noinline {\n  %1 = call i32 @other(i32 %a)\n"
        with pytest.raises(NotApplicable, match="names other, which it did not"):
            build(unit, [IrText("f", module.derived_from, body + "  ret i32 %1\n}\n")])


def test_an_edited_ir_text_does_what_it_says(clang: str, tmp_path: Path) -> None:
    unit = context(tmp_path, WRITTEN, clang)
    step = ir_step(unit, "f", optimized=False)
    edited = IrText("f", step.derived_from, step.text.replace(", 7", ", 9"))
    assert edited.text != step.text
    driver = compiled(tmp_path, SETS)
    assert printed(tmp_path, build(unit, [edited]).object, driver) == "45 405\n"


# Donors and conventions

SHRUNK = """
static __attribute__((noinline)) int callee(const int *p, int unused)
{
    return *p * 3 + 1;
}
int f(int a, int b)
{
    int x = a + b, y = a * b;
    return callee(&x, b) + callee(&y, a);
}
"""


def test_a_callee_that_is_called_by_another_convention_is_refused(
    clang: str, tmp_path: Path
) -> None:
    """At -O1 clang hands `callee` a pointer, at -O3 the integer that it points to."""
    unit = context(tmp_path, SHRUNK, clang, "-O1")
    conventions = {
        ir.convention(unit.compiler.module(None, [option], optimized=True), "callee")
        for option in ("-O1", "-O3")
    }
    assert len(conventions) > 1
    for functions in (("f",), ("callee",), ("f", "callee")):
        with pytest.raises(NotApplicable, match="another convention"):
            build(unit, [Donor(functions, ("-O3",))])
    driver = compiled(
        tmp_path, '#include <stdio.h>\nint f(int, int);\nint main(void) { printf("%d", f(4, 5)); }'
    )
    assert printed(tmp_path, unit.object, driver) == "89"


LEAF = """
static __attribute__((noinline)) int leaf(const int *x, int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += x[i];
    return sum;
}
long f(const int *x, int n, long a, long b, long c)
{
    long total = 0;
    for (int i = 0; i < 7; i++) {
        total += a * leaf(x, n) + b;
        total ^= c + leaf(x + i, n - i);
        a += i;
        b -= c;
    }
    return total + a + b + c;
}
"""
CALLS = """
#include <stdio.h>
long f(const int *, int, long, long, long);
int main(void)
{
    int x[60];
    for (int i = 0; i < 60; i++)
        x[i] = i * i - 31 * i;
    for (int n = 7; n < 60; n += 5)
        printf("%ld\\n", f(x, n, n * 3L, 17L - n, n ^ 5L));
}
"""


@pytest.mark.parametrize("donor", [("-O3", "-funroll-loops"), ("-O3",), ("-Os",)])
def test_registers_that_callers_keep_in_private_survive_another_body(
    donor: tuple[str, ...], tmp_path: Path
) -> None:
    """gcc's -fipa-ra lets `f` keep values in registers that only the old `leaf` leaves alone."""
    need("gcc")
    unit = context(tmp_path, LEAF, "gcc")
    driver = compiled(tmp_path, CALLS)
    expected = printed(tmp_path, unit.object, driver)
    made = build(unit, [Donor(("leaf",), donor)]).object
    assert made != unit.object
    assert printed(tmp_path, made, driver) == expected
    # The danger is real: without the agreement being off, gcc does rest on it.
    plain = unit.compiler.assembly()
    assert assembly.canonical(plain, "f") != assembly.canonical(
        unit.compiler.assembly(None, GCC_CARRIER), "f"
    )


def test_a_donor_that_makes_the_same_code_is_refused(compiler: str, tmp_path: Path) -> None:
    unit = context(tmp_path, SOURCE, compiler)
    with pytest.raises(NotApplicable, match="makes the same code"):
        build(unit, [Donor(("g",), ("-O3",))])


def test_a_donor_of_a_function_that_is_not_there_is_refused(compiler: str, tmp_path: Path) -> None:
    from llmopt.errors import SourceError

    unit = context(tmp_path, SOURCE, compiler)
    with pytest.raises((NotApplicable, SourceError)):
        build(unit, [Donor(("missing",), ("-O3",))])


def test_no_steps_are_the_compilers_own_object(compiler: str, tmp_path: Path) -> None:
    unit = context(tmp_path, SOURCE, compiler)
    assert build(unit, []).object == unit.object


def test_a_step_stored_and_read_back_makes_the_same(compiler: str, tmp_path: Path) -> None:
    from llmopt.values.step import step_from_json, step_to_json

    unit = context(tmp_path, SOURCE.encode() + b"/* \xfc */", compiler)
    step = source_step(unit, "f", b"int f(int a) { /* \xfc */ return helper(a) + 4 - 3; }")
    assert isinstance(step, SourceText)
    again = step_from_json(step_to_json(step))
    assert again == step
    assert build(unit, [again]).object == build(unit, [step]).object


@pytest.mark.parametrize(
    "donor", [Donor(("f",), ("-O1", "-fno-unroll-loops")), Donor(("f",), passes="default<O1>")]
)
def test_another_build_of_a_changed_ir_keeps_the_change(
    clang: str, donor: Donor, tmp_path: Path
) -> None:
    need("opt-19")
    unit = context(tmp_path, WRITTEN, clang)
    step = ir_step(unit, "f", optimized=False)
    edited = IrText("f", step.derived_from, step.text.replace(", 7", ", 9"))
    driver = compiled(tmp_path, SETS)
    alone = printed(tmp_path, build(unit, [edited]).object, driver)
    assert alone != printed(tmp_path, build(unit, []).object, driver)
    assert printed(tmp_path, build(unit, [edited, donor]).object, driver) == alone
