import pytest

from llmopt.harness.mutants import Mutant, mutants
from tests.units import context

TEXT = """\
#include <stddef.h>
#define STEP(x) ((x) + 1)
#define WIDTH 16
int other(int a, int b);
static int f(const int *values, int n, int by)
{
    int sum = by /* as told */ * 3, scratch[WIDTH];
    for (int i = 0; i < n; i++) {
        if (values[i] < 0 && by > 1)
            continue;
        sum += STEP(values[i]) - (short)n;
        if (sum == WIDTH)
            break;
        else
            scratch[i & 15] = other(n, sum);
    }
    return sum >= 0 ? sum / by : -scratch[0];
}
int g(const int *v) { return f(v, 4, 2); }
"""


@pytest.fixture
def unit(tmp_path):
    return context(tmp_path, TEXT)


@pytest.fixture
def found(unit):
    return mutants(unit, "f", limit=1000)


def edited(mutant: Mutant) -> tuple[str, str]:
    """What the mutant's lines were and are."""
    lines = mutant.diff.splitlines()[3:]
    return tuple(
        " ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )


@pytest.mark.parametrize(
    ("kind", "new"),
    [
        ("arithmetic", "return sum >= 0 ? sum * by : -scratch[0];"),
        ("relational", "for (int i = 0; i <= n; i++) {"),
        ("bound", "for (int i = 0; i < (n) - 1; i++) {"),
        ("logical", "if (values[i] < 0 || by > 1)"),
        ("logical", "if (by > 1)"),
        ("bitwise", "scratch[i | 15] = other(n, sum);"),
        ("assignment", "sum = STEP(values[i]) - (short)n;"),
        ("step", "for (int i = 0; i < n; i--) {"),
        ("constant", "int sum = by /* as told */ * (3 - 1), scratch[WIDTH];"),
        ("constant", "if (sum == (WIDTH + 1))"),
        ("operand order", "sum += (short)n - STEP(values[i]);"),
        ("argument order", "scratch[i & 15] = other(sum, n);"),
        ("width", "for (signed char i = 0; i < n; i++) {"),
        ("width", "sum += STEP(values[i]) - n;"),
        ("condition", "if (!(sum == WIDTH))"),
        ("jump", "break;"),
        ("jump", "continue;"),
        ("initial", "int sum = (by /* as told */ * 3) + 1, scratch[WIDTH];"),
        ("index", "if (values[(i) - 1] < 0 && by > 1)"),
        ("sign", "return sum >= 0 ? sum / by : scratch[0];"),
    ],
)
def test_every_kind_of_mistake_is_made(found, kind, new):
    assert new in [edited(m)[1] for m in found if m.kind == kind]


def test_a_statement_is_dropped_and_an_else_with_its_statement(found):
    dropped = [m.what for m in found if m.kind == "statement"]
    assert "without `scratch[i & 15] = other(n, sum)`" in dropped
    assert "without `continue`" in dropped
    (without_else,) = [m for m in found if m.kind == "else"]
    assert b"else" not in without_else.text


def test_a_mutant_says_where_it_stands(found):
    (mutant,) = [m for m in found if m.kind == "arithmetic" and "`*`, not `/`" in m.what]
    assert (mutant.line, mutant.column) == (17, 27)
    assert "@@ -16,3 +16,3 @@" in mutant.diff


def test_what_shows_in_no_plain_run_is_left_alone(found):
    assert not any(b"scratch[(WIDTH" in m.text for m in found)
    assert not any(m.kind == "statement" and "return" in m.what for m in found)


def test_nearly_all_mutants_compile(unit, found, tmp_path):
    located = unit.locate("f")
    compiled = 0
    for mutant in found[::6]:
        text = TEXT.encode()
        path = tmp_path / "mutant.c"
        path.write_bytes(text[: located.start] + mutant.text + text[located.end :])
        try:
            unit.compiler.object(str(path), ["-fsyntax-only", "-w"])
        except FileNotFoundError:  # no object is made of a text that is right
            compiled += 1
    assert compiled >= len(found[::6]) - 1


def test_a_limit_keeps_every_kind_and_every_line(unit, found):
    few = mutants(unit, "f", limit=30)
    assert len(few) == 30
    assert few == mutants(unit, "f", limit=30)
    assert {m.kind for m in few} == {m.kind for m in found}
    assert {m.line for m in few} == {m.line for m in found}


def test_a_text_that_is_not_ascii_is_cut_at_the_right_places(tmp_path):
    unit = context(tmp_path, "/* größer */ int f(int a)\n{\n    return /* é */ a - 1;\n}\n")
    (plus,) = [m for m in mutants(unit, "f") if m.kind == "arithmetic"]
    assert edited(plus)[1].replace(" ", "").startswith("return/*")
    assert plus.text.endswith(b"a + 1;\n}")
