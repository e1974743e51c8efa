import pytest

from llmopt.harness.coverage import covered, gaps
from llmopt.harness.lines import Lines
from llmopt.rewrite.build import assembly_digest, ir_digest
from llmopt.toolchain import assembly, ir
from llmopt.values.step import AssemblyText, IrText
from tests.units import compiled, context, program, run

TEXT = """\
int ext(int);
static int helper(int a, int b) { return a && b ? a : b; }
int f(const int *v, int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++) {
        if (v[i] < 0 || v[i] > 100)
            continue;
        switch (v[i]) {
        case 0: sum += 1; break;
        case 1: sum += 5; break;
        case 2: sum *= 5; break;
        case 3: sum ^= 5; break;
        case 4: sum -= ext(5); break;
        case 5: sum -= 7; break;
        default: sum = helper(sum, v[i]);
        }
    }
    return sum;
}
"""
MAIN = """\
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int f(const int *v, int n);
int ext(int x) { return x; }
int main(int count, char **values)
{
    int v[16];
    for (int i = 1; i < count; i++)
        v[i - 1] = atoi(values[i]);
    printf("%d\\n", f(v, count - 1));
    fflush(stdout);
    _exit(0);
}
"""


@pytest.fixture
def run_with(tmp_path):
    """Runs f on the given values, in a program of the covered object."""

    def start(made, *values: int) -> str:
        directory = tmp_path / "covered"
        main = compiled(directory, MAIN)
        done = run(program(directory, made.object, main), *map(str, values))
        assert done.returncode == 0
        return done.stdout.decode().strip()

    return start


@pytest.fixture(params=["gcc", "clang-19"])
def unit(request, tmp_path):
    return context(tmp_path, TEXT, request.param)


def test_lines_that_no_run_has_reached_are_known_until_one_does(unit, tmp_path, run_with):
    made = covered(unit, TEXT.encode(), ["f", "helper"], tmp_path / "marks")
    assert {mark.line for mark in made.left_out()} == {mark.line for mark in made.marks}
    assert run_with(made, 0, 1, 2, 3, 4, 6, 7) == "22"
    blocks = {mark.line for mark in made.left_out() if mark.way == "block"}
    assert 8 in blocks  # the continue
    assert 15 in blocks  # case 5
    assert not {5, 10, 14, 16} & blocks
    run_with(made, 5, -1, 101)
    assert not [mark for mark in made.left_out() if mark.way == "block" and mark.line != 2]


def test_both_ways_of_a_branch_must_have_run(tmp_path, run_with):
    text = "int f(const int *v, int n)\n{\n    int a = v[0];\n    if (a != 77)\n        a++;\n"
    text += "    return a + n;\n}\n"
    made = covered(context(tmp_path, text), text.encode(), ["f"], tmp_path / "marks")
    run_with(made, 1)
    (left,) = made.left_out()
    assert (left.line, left.way) == (4, "taken")
    run_with(made, 77)
    assert made.left_out() == []


def test_marks_change_no_result(unit, tmp_path, run_with):
    made = covered(unit, TEXT.encode(), ["f", "helper"], tmp_path / "marks")
    plain = unit.compiler.object()[0]
    main = compiled(tmp_path, MAIN)
    for values in ((), (3, 2, 1, 0, 9), (5, 5, -4, 100, 2, 4)):
        done = run(program(tmp_path, plain, main), *map(str, values))
        assert run_with(made, *values) == done.stdout.decode().strip()


def test_code_below_the_source_is_covered_as_it_is(tmp_path, run_with):
    unit = context(tmp_path, TEXT, "clang-19")
    module, optimized = unit.compiler.module(), unit.compiler.module(optimized=True)
    text = unit.compiler.assembly()
    steps = (
        IrText("f", ir_digest(module, optimized, "f"), ir.excerpt(module, "f")),
        AssemblyText("f", assembly_digest(text, "f"), assembly.excerpt(text, "f")),
    )
    for step in steps:
        made = covered(unit, TEXT.encode(), ["f"], tmp_path / "marks", [step])
        assert run_with(made, 0, 1, 6) == "6"
        missed = len(made.left_out())
        assert 0 < missed < len(made.marks)
        run_with(made, 2, 3, 4, 5, -1, 101, 0)
        assert len(made.left_out()) < missed


def test_what_never_ran_is_said_with_its_text(tmp_path, run_with):
    text = TEXT.replace("int f(", "\n\nint f(", 1).encode()
    made = covered(context(tmp_path, text), text, ["f"], tmp_path / "marks")
    run_with(made, 0, 1)
    found = gaps(made.left_out(), Lines(TEXT[TEXT.index("int f(") :], 5))
    said = [str(gap) for gap in found]
    assert "line 6 (`continue;`) never ran" in said
    assert "line 5 (`if (v[i] < 0 || v[i] > 100)`) went only one way" in said
    assert not any("line 8" in what for what in said)
    assert len(set(said)) == len(said)
