"""What a loop nest may hold, and what is refused for which reason: nothing is misread."""

from __future__ import annotations

import re
from pathlib import Path

import islpy as isl
import pytest

from llmopt.agents.subject import Subject
from llmopt.errors import NotApplicable
from llmopt.polyhedral import generate
from llmopt.polyhedral.bodies import vectorizable
from llmopt.polyhedral.extract import extract
from llmopt.polyhedral.model import Model
from tests.conftest import need
from tests.polyhedral.running import CONFIGURATIONS, Batch, nest_moves, rewritten
from tests.polyhedral.written import PARAMETERS, forms
from tests.units import context

#: Bodies of `f`, or whole units, and a part of the reason.
REFUSED = {
    # Iterators.
    "iterator-behind": ("int i; for (i = 0; i < n; i++) a[i] = 1; k = i;", "behind its loop"),
    "iterator-between": (
        "int i; for (i = 0; i < n; i++) a[i] = 1; a[i] = 2; for (i = 0; i < n; i++) b[i] = 1;",
        "no sum",
    ),
    "iterator-set": ("for (int i = 0; i < n; i++) { a[i] = 1; i = i + 1; }", "another kind"),
    "iterator-stepped": ("for (int i = 0; i < n; i++) { a[i] = 1; i++; }", "another kind"),
    "iterator-of-two-loops": (
        "int i; for (i = 0; i < n; i++) for (i = 0; i < m; i++) a[i] = 1;",
        "counts with i as well",
    ),
    "iterator-of-an-outer-declaration": (
        "for (int i = 0; i < n; i++) for (i = 0; i < m; i++) a[i] = 1;",
        "counts with i as well",
    ),
    "iterator-static": (
        "static int i; for (i = 0; i < n; i++) a[i] = 1;",
        "not the function's own",
    ),
    "iterator-global": ("for (g = 0; g < n; g++) a[g] = 1;", "not the function's own"),
    "iterator-global-of-a-local-name": (
        "for (g = 0; g < n; g++) a[g] = 1; for (int g = 0; g < n; g++) b[g] = 1;",
        "not the function's own",
    ),
    "iterator-parameter": ("for (k = 0; k < n; k++) a[k] = 1;", "not the function's own"),
    "iterator-volatile": ("volatile int i; for (i = 0; i < n; i++) a[i] = 1;", "another kind"),
    "iterator-short": ("for (short i = 0; i < n; i++) a[i] = 1;", "another kind"),
    "iterator-char": ("for (char i = 0; i < n; i++) a[i] = 1;", "another kind"),
    "iterator-double": ("for (double i = 0; i < n; i++) a[n] = i;", "another kind"),
    "iterator-narrowed": ("for (int i = l; i < n; i++) a[i] = 1;", "another kind"),
    "iterators-two": ("for (int i = 0, j = 0; i < n; i++) a[i] = j;", "more than its iterator"),
    "iterators-by-comma": ("int i, j; for (i = 0, j = 1; i < n; i++) a[i] = j;", "another kind"),
    # Bounds and steps.
    "bound-written": ("for (int i = 0; i < n; i++) { a[i] = 1; n = n - 1; }", "another kind"),
    "bound-in-the-head": ("n %= 8; for (int i = 0; i < n; i++) a[i] = b[i];", "changes n"),
    "bound-shifted": ("n >>= 1; for (int i = 0; i < n; i++) a[i] = b[i];", "changes n"),
    "bound-shifted-up": ("n <<= 1; for (int i = 0; i < n; i++) a[i] = b[i];", "changes n"),
    "bound-counted": ("k = n--; for (int i = 0; i < n; i++) a[i] = b[i];", "changes n"),
    "bound-of-size": ("for (int i = 0; i < sizeof(int); i++) a[i] = 1;", "another kind"),
    "bound-global": ("for (int i = 0; i < g; i++) a[i] = 1;", "another kind"),
    "bound-double": ("for (int i = 0; i < s; i++) a[i] = 1;", "another kind"),
    "bound-element": ("for (int i = 0; i < p[0]; i++) a[i] = 1;", "another kind"),
    "bound-differs": ("for (int i = 0; i != n; i++) a[i] = 1;", "another kind"),
    "bound-twice": ("for (int i = 0; i < n && i < m; i++) a[i] = 1;", "another kind"),
    "bound-octal": ("for (int i = 0; i < 010; i++) a[i] = 1;", "another kind"),
    "bound-of-itself": ("for (int i = 0; i < n - i; i++) a[i] = 1;", "another kind"),
    "bound-product": ("for (int i = 0; i < n * m; i++) a[i] = 1;", "another kind"),
    "step-two": ("for (int i = 0; i < n; i += 2) a[i] = 1;", "other steps"),
    "step-of-another": ("int j; for (int i = 0; i < n; j++) a[i] = 1;", "another kind"),
    "step-down-of-upper": ("for (int i = 0; i < n; i--) a[i] = 1;", "another kind"),
    "step-assigned": ("for (int i = 0; i < n; i = i + 1) a[i] = 1;", "other steps"),
    "step-missing": ("for (int i = 0; i < n;) a[i++] = 1;", "lacks"),
    # Control.
    "while": ("while (n > 0) a[n--] = 1;", "no loop at its top"),
    "while-inside": ("for (int i = 0; i < n; i++) while (k < 3) k++;", "another kind"),
    "break": ("for (int i = 0; i < n; i++) { a[i] = 1; break; }", "another kind"),
    "continue": ("for (int i = 0; i < n; i++) { if (i > 3) continue; a[i] = 1; }", "another kind"),
    "return": ("for (int i = 0; i < n; i++) { a[i] = 1; return; }", "another kind"),
    "goto": ("for (int i = 0; i < n; i++) { a[i] = 1; goto out; } out:;", "jumps"),
    "call": ("for (int i = 0; i < n; i++) h(a[i]);", "another kind"),
    "call-value": ("for (int i = 0; i < n; i++) a[i] = h(b[i]);", "another kind"),
    "data-condition": ("for (int i = 0; i < n; i++) if (b[i] > 0) a[i] = 1;", "condition on data"),
    "condition-differs": ("for (int i = 0; i < n; i++) if (i != k) a[i] = 1;", "another kind"),
    "condition-else": (
        "for (int i = 0; i < n; i++) if (i > 1 && i < 5) a[i] = 1; else a[i] = 2;",
        "else behind several",
    ),
    "statement-expression": ("for (int i = 0; i < n; i++) a[i] = ({ 1.0; });", "another kind"),
    "comma": ("for (int i = 0; i < n; i++) a[i] = 1, b[i] = 2;", "another kind"),
    "chain": ("for (int i = 0; i < n; i++) a[i] = b[i] = 2;", "another kind"),
    # What changes where no name says so.
    "address-of-a-scalar": (
        "double t = 0; double *r = &t; for (int i = 0; i < n; i++) { t += a[i]; } *r = t;",
        "takes an address",
    ),
    "address-of-a-bound": ("h2(&n); for (int i = 0; i < n; i++) a[i] = 1;", "takes an address"),
    "pointer-moved": ("for (int i = 0; i < n; i++) { a[0] = 1; a = a + 1; }", "a is moved"),
    "pointer-moved-before": ("a += 4; for (int i = 0; i < n; i++) a[i] = b[i];", "changes a"),
    "pointer-counted": ("a++; for (int i = 0; i < n; i++) a[i] = b[i];", "changes a"),
    "pointer-local": (
        "double *r = a + 1; for (int i = 0; i < n; i++) r[i] = b[i];",
        "not given",
    ),
    "pointer-into-own-array": (
        "double t[64]; double *r = t; for (int i = 0; i < n; i++) t[i] = r[9 - i] + a[i];",
        "not given",
    ),
    "pointer-global": ("for (int i = 0; i < n; i++) gp[i] = b[i];", "not given"),
    "global-read": ("for (int i = 0; i < n; i++) a[i] = gs;", "changed by others"),
    "global-read-under-a-later-name": (
        "for (int i = 0; i < n; i++) a[i] = gs; double gs = 1; *b = gs;",
        "changed by others",
    ),
    "global-extern-inside": (
        "extern double gs; for (int i = 0; i < n; i++) a[i] = gs;",
        "changed by others",
    ),
    "global-written": ("for (int i = 0; i < n; i++) gs = a[i];", "others see"),
    "global-of-a-local-name": (
        "for (int i = 0; i < n; i++) { double gs = a[i]; b[i] = gs; }"
        " for (int i = 0; i < n; i++) c[i] = gs;",
        "declare gs",
    ),
    "global-behind-of-a-local-name": (
        "for (int i = 0; i < n; i++) { double gs = a[i]; b[i] = gs; } *c = gs;",
        "declare gs",
    ),
    "parameter-written": ("for (int i = 0; i < n; i++) s += a[i];", "others see"),
    "static-written": ("static double t; for (int i = 0; i < n; i++) t += a[i];", "others see"),
    "volatile": (
        "void f(int n, volatile double *a) { for (int i = 0; i < n; i++) a[i] = 1; }",
        "volatile",
    ),
    "atomic": (
        "void f(int n, _Atomic int *a) { for (int i = 0; i < n; i++) a[i] = 1; }",
        "atomic",
    ),
    # Elements.
    "subscript-product": ("for (int i = 0; i < n; i++) a[i * i] = 1;", "no sum"),
    "subscript-remainder": ("for (int i = 0; i < n; i++) a[i % 4] = 1;", "no sum"),
    "subscript-half": ("for (int i = 0; i < n; i++) a[i / 2] = 1;", "no sum"),
    "subscript-element": ("for (int i = 0; i < n; i++) a[p[i]] = 1;", "no sum"),
    "subscript-stepped": ("for (int i = 0; i < n; i++) a[k++] = 1;", "no sum"),
    "subscript-variable": ("int j = 3; for (int i = 0; i < n; i++) a[i + j] = 1;", "no sum"),
    "subscript-huge": ("for (int i = 0; i < n; i++) a[i + 9223372036854775807] = 1;", "no sum"),
    "subscript-of-a-huge-step": ("for (int i = 0; i < n; i++) a[i * 9000000000] = 1;", "no sum"),
    "bound-huge": ("for (long i = 0; i < n + 9223372036854775800; i++) a[i] = 1;", "another kind"),
    "array-extern-inside": (
        "extern double y[64]; for (int i = 0; i < n; i++) a[i] = y[i];",
        "declared inside",
    ),
    "rows-unnamed": ("for (int i = 0; i < n; i++) (a + 1)[i] = 1;", "no name"),
    "rows-cast": ("for (int i = 0; i < n; i++) ((int *)a)[i] = 1;", "no name"),
    "dereferenced": ("for (int i = 0; i < n; i++) *a = 1;", "another kind"),
    "member": (
        "struct s { double x; }; void f(int n, struct s *a)"
        "{ for (int i = 0; i < n; i++) a[i].x = 1; }",
        "another kind",
    ),
    "bit-field": (
        "struct s { int x : 3; }; void f(int n, struct s a)"
        "{ for (int i = 0; i < n; i++) a.x += 1; }",
        "another kind",
    ),
    "pointers-to-rows": (
        "void f(int n, double **a) { for (int i = 0; i < n; i++) a[i][0] = 1; }",
        "rows of another kind",
    ),
    "fewer-subscripts": (
        "void f(int n, double a[8][8]) { for (int i = 0; i < n; i++) a[i] == 0; }",
        "another type",
    ),
    "rows-of-a-changed-size": (
        "void f(int n, int m, double a[n][m])"
        "{ m = 3; for (int i = 0; i < n; i++) a[i][0] = a[0][i]; }",
        "changes m",
    ),
    "rows-of-a-global-size": (
        "int g; void f(int n, double a[][g]) { for (int i = 0; i < n; i++) a[i][0] = 1; }",
        "a size that hangs on",
    ),
    "rows-of-an-earlier-name": (
        "int m; void f(int n, double a[][m], int m){ for (int i = 0; i < n; i++) a[i][m] = 1; }",
        "a size that hangs on",
    ),
    "rows-of-a-product": (
        "void f(int n, double a[][n * 2]) { for (int i = 0; i < n; i++) a[i][0] = 1; }",
        "rows of another kind",
    ),
    # Types.
    "float-and-double": (
        "void f(int n, float *a) { for (int i = 0; i < n; i++) a[i] += 0.5; }",
        "another type",
    ),
    "char-sum": (
        "void f(int n, signed char *a) { for (int i = 0; i < n; i++) a[i] += 1; }",
        "another type",
    ),
    "int-and-long": (
        "void f(int n, int *a, long l) { for (int i = 0; i < n; i++) a[i] += l; }",
        "another type",
    ),
    "int-and-unsigned": ("for (int i = 0; i < n; i++) p[i] -= u;", "another type"),
    "long-double": (
        "void f(int n, long double *a) { for (int i = 0; i < n; i++) a[i] = 1; }",
        "another type",
    ),
    "complex": (
        "void f(int n, double _Complex *a) { for (int i = 0; i < n; i++) a[i] = 1; }",
        "another type",
    ),
    "bool": (
        "void f(int n, _Bool *a) { for (int i = 0; i < n; i++) a[i] = 2; }",
        "another type",
    ),
    "bits": ("for (int i = 0; i < n; i++) p[i] = __builtin_bit_cast(int, fl);", "another kind"),
    "choice-of-two": ("for (int i = 0; i < n; i++) a[i] = b[i] ?: 1;", "another kind"),
    "generic": ("for (int i = 0; i < n; i++) a[i] = _Generic(i, int: 1, long: 2);", "another kind"),
    "argument": (
        "void f(int n, double *a, __builtin_va_list *v)"
        "{ for (int i = 0; i < n; i++) a[i] = __builtin_va_arg(*v, double); }",
        "another kind",
    ),
    "compound-literal": ("for (int i = 0; i < n; i++) a[i] = (double){ 1 };", "another kind"),
    "size": ("for (int i = 0; i < n; i++) p[i] = sizeof(int) + i;", "another kind"),
    "enumerator": ("for (int i = 0; i < n; i++) a[i] = E;", "no variable"),
    "character": ("for (int i = 0; i < n; i++) a[i] = 'x';", "another kind"),
    "shift-assigned": ("for (int i = 0; i < n; i++) p[i] <<= 1;", "another kind"),
    "remainder-assigned": ("for (int i = 0; i < n; i++) p[i] %= 3;", "another kind"),
    "two-types-of-one-name": (
        "for (int i = 0; i < n; i++) { double t = a[i]; b[i] = t; }"
        " for (int i = 0; i < n; i++) { int t = p[i]; p[i] = t; }",
        "declare t",
    ),
    "cleanup": (
        "void end(double *t); void f(int n, double *a) { for (int i = 0; i < n; i++)"
        "{ double t __attribute__((cleanup(end))) = 1; a[i] = t; } }",
        "declare t",
    ),
    "function-pointer": (
        "void f(int n, double *a, double (*exp)(double))"
        "{ for (int i = 0; i < n; i++) a[i] = exp(1.0); }",
        "another kind",
    ),
    "function-of-the-unit": (
        "double exp(double); void f(int n, double *a)"
        "{ for (int i = 0; i < n; i++) a[i] = exp(1.0); }"
        "int calls; double exp(double x) { calls++; return x; }",
        "another kind",
    ),
    # Words of isl's.
    "parameter-mod": (
        "void f(int mod, double *a) { for (int i = 0; i < mod; i++) a[i] = 1; }",
        "means something else",
    ),
    "array-max": (
        "void f(int n, double *Max) { for (int i = 0; i < n; i++) Max[i] = 1; }",
        "means something else",
    ),
}

_HEAD = """\
int g; double gs; double *gp; enum { E = 3 };
double h(double); void h2(int *);
void f(int n, int m, int k, long l, unsigned u, double s, float fl,
    double *a, double *b, double *c, int *p)
{ """


def unit_text(shown: str) -> str:
    return shown if "void f(" in shown else f"{_HEAD}{shown} }}"


def model_of(directory: Path, shown: str) -> Model:
    unit = context(directory, unit_text(shown), "gcc", "-O2 -w")
    text = unit.preprocessed
    return extract(unit.definitions(text)["f"], text)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_such_nest_is_refused_for_its_reason(name: str, tmp_path: Path) -> None:
    need("gcc")
    shown, reason = REFUSED[name]
    with pytest.raises(NotApplicable, match=re.escape(reason)):
        model_of(tmp_path, shown)


_TYPES = {
    "unsigned-conversion": "for (int i = 0; i < n; i++) @u:i@ = @u:i@ + i - 3;",
    "char-store": "for (int i = 0; i < n; i++) { @h:i@ = @p:i@ * 3 + i; @a:i@ = @b:i@ + @h:i@; }",
    "char-loads": "for (int i = 0; i < n; i++) @p:i@ = @h:i@ * 77 + @h:i + 1@;",
    "casts": "for (int i = 0; i < n; i++) @p:i@ = (signed char)(i * 77) + (unsigned char)@p:i@;",
    "hexadecimal": "for (int i = 0; i < n; i++) @u:i@ = @u:i@ & 0xff0u | 017;",
    "long-of-int": "for (int i = 0; i < n; i++) @q:i@ += @p:i@ >> 3;",
    "int-of-long": "for (int i = 0; i < n; i++) @p:i@ = @q:i@ * 1000000007L;",
    "float-of-double": "for (int i = 0; i < n; i++) @x:i@ = @x:i@ * 0.1 + @a:i@;",
    "float-constant": "for (int i = 0; i < n; i++) @x:i@ = @x:i@ * 0.1f - 1;",
    "remainders": "for (int i = 0; i < n; i++) @p:i@ = @p:i@ % 7 - @p:i@ / 5 + (-i % 3);",
    "comparisons": "for (int i = 0; i < n; i++) @p:i@ = (@a:i@ < @b:i@) + (@u:i@ > -1);",
    "long-literal": (
        f"for (int i = 0; i < n; i++) @a:i@ = @b:i@ * 0.{'123456789' * 10}e-3 + @a:i@;"
    ),
    "zeros": "for (int i = 0; i < n; i++) for (int j = 0; j < m; j++) @c:i:j@ = 0;",
    "least": "for (int i = 0; i < n; i++) @a:i@ = @b:i@ < @a:i@ ? @b:i@ : @a:i@;",
    "last-value-behind": (
        "double t = 0; for (int i = 0; i < n; i++) { t = @a:i@ * 2; @b:i@ = t + 1; } return t;"
    ),
    "last-value-of-two-loops": (
        "double t = 1; for (int i = 0; i < n; i++) for (int j = 0; j < m; j++)"
        " { t = @c:i:j@ * 2; @d:i:j@ = t + 1; } return t;"
    ),
    "uniform-read-where-asked": (
        "for (int i = 0; i < n; i++) @a:i@ = @b:i@ > 9 ? @d:0:7@ : @b:i@;"
    ),
    "uniform-read-of-another-row": (
        "for (int j = 0; j < 8; j++) for (int i = 0; i < n; i++)"
        " @a:i@ = @b:i@ > 9 ? @d:j:0@ : @b:i@ + @a:i@;"
    ),
    "uniform-division-where-asked": (
        "for (int i = 0; i < n; i++) @p:i@ = @p:i@ == 123456789 ? 5 / (k0 - k0) : @p:i@ + 1;"
    ),
    "uniform-shift-where-asked": (
        "for (int i = 0; i < n; i++) @p:i@ = @p:i@ == 123456789 ? 5 >> (k0 + 99) : @p:i@;"
    ),
    "division-where-asked": (
        "for (int i = 0; i < n; i++) @p:i@ = @p:i@ != 0 ? 100 / @p:i@ : @p:i@;"
    ),
    "shadowed-iterator": (
        "for (int i = 0; i < n; i++) { for (int i = 0; i < m; i++) @c:3:i@ += @d:i:3@;"
        " @a:i@ = @b:i@; }"
    ),
    "two-iterators-of-a-name": (
        "int i; for (i = 0; i < n; i++) @a:i@ = @b:i@;"
        " for (long i = 0; i < m; i++) @a:i@ += @b:i + 1@;"
    ),
    "downwards": "for (int i = n - 1; i >= 0; i--) @a:i + 1@ = @a:i@ + @b:i@;",
    "downwards-behind": "for (int i = n; i > 0; --i) @a:i@ = @a:i - 1@ * 0.5;",
    "once": "for (int i = 3; i < 4; i++) for (int j = 0; j < n; j++) @a:j@ += @c:i:j@;",
    "parameter-named-as-an-iterator": (
        "for (int i = 0; i < llmopt_i_0; i++) @a:i@ = @b:i@ + llmopt_i_0;"
    ),
}


def test_what_is_read_is_what_it_means(tmp_path: Path) -> None:
    """Types, constants and conditions: all bytes are as before, and nothing else is touched."""
    need("gcc")
    functions = {}
    for number, body in enumerate(_TYPES.values()):
        text = f"double f{number}({PARAMETERS})\n{{\n    {body}\n"
        text += "" if "return" in body else "    return 0;\n"
        functions[f"f{number}"] = forms(text.replace("llmopt_i_0", "k0") + "}\n", f"f{number}")
    batch = Batch(tmp_path, functions)
    batch.rewrite()
    for configuration, (compiler, _) in CONFIGURATIONS.items():
        need(compiler)
        printed = batch.call(configuration, 100)
        assert "differs" not in printed, (list(_TYPES), printed)
        assert "done" in printed, (list(_TYPES), printed)


CHOSEN = {
    "uniform-element": ("b[i] > 9 ? c[0] : b[i]", False),
    "uniform-element-that-is-asked-for": ("b[i] > c[0] ? c[0] : b[i]", True),
    "parameter": ("b[i] > 9 ? s : b[i]", True),
    "sum": ("b[i] > 9 ? b[i] + s : b[i] * 2", True),
    "quotient": ("b[i] > 9 ? s / b[i] : b[i]", False),
    "quotient-that-is-asked-for": ("s / b[i] > 9 ? s / b[i] : b[i]", True),
    "function": ("b[i] > 9 ? log(s) : b[i]", False),
    "other-element": ("b[i] > 9 ? c[i] : b[i]", False),
    "uniform-choice": ("b[i] + (s > 0 ? c[0] : 1)", True),
}


@pytest.mark.parametrize("name", CHOSEN)
def test_lanes_evaluate_nothing_harmful_that_was_not_asked_for(name: str, tmp_path: Path) -> None:
    need("gcc")
    value, fits = CHOSEN[name]
    shown = f"double log(double); {_HEAD} for (int i = 0; i < n; i++) a[i] = {value}; }}"
    (statement,) = model_of(tmp_path, shown).statements
    assert vectorizable(statement, statement.iterators[0]) == fits


@pytest.mark.parametrize("name", ["p[i] + k", "p[i] * p[i]", "-p[i]", "k / m", "k << m", "(int)s"])
def test_lanes_of_integers_have_no_value_that_was_not_asked_for(name: str, tmp_path: Path) -> None:
    need("gcc")
    (statement,) = model_of(
        tmp_path, f"for (int i = 0; i < n; i++) p[i] = p[i] < 9 ? {name} : p[i];"
    ).statements
    assert not vectorizable(statement, statement.iterators[0])


@pytest.mark.parametrize("names", [("b0", "a0"), ("k_2", "i_0"), ("x", "t")])
def test_names_of_parameters_mean_nothing_in_sets(names: tuple[str, str], tmp_path: Path) -> None:
    """The same text comes of a function whatever its parameters are called."""
    need("gcc")
    body = """(int n, int m, double *a, double (*b)[32], double (*c)[32])
        { for (int i = 0; i < n; i++) for (int j = 0; j < m; j++)
            { double s = 1; for (int k = 0; k < n; k++) s += b[i][k] * c[k][j]; b[i][j] = s; } }"""
    text = "void f" + body
    usual = rewritten(context(tmp_path, text, "gcc", "-O2 -w"), "f")
    other = text
    for old, new in zip("nm", names, strict=True):
        other = re.sub(rf"\b{old}\b", new, other)
    made = rewritten(context(tmp_path, other, "gcc", "-O2 -w"), "f")
    for old, new in zip("nm", names, strict=True):
        made = {move: re.sub(rf"\b{new}\b", old, shown) for move, shown in made.items()}
    assert made == usual


@pytest.mark.parametrize(
    "option", ["-fwrapv", "-ftrapv", "-fno-strict-overflow", "-mfpmath=387", "-mno-sse2"]
)
def test_an_arithmetic_of_the_units_own_is_left_alone(option: str, tmp_path: Path) -> None:
    need("gcc")
    text = "void f(int n, double *a) { for (int i = 0; i < n; i++) a[i] += 1; }"
    unit = context(tmp_path, text, "gcc", f"-O2 {option}")
    for move in nest_moves():
        with pytest.raises(NotApplicable, match=r"arithmetic of its own|target or rounding"):
            move.propose(Subject(unit, "f"))


def test_the_condition_has_no_sum_that_overflows(tmp_path: Path) -> None:
    need("gcc")
    text = """void f(long first, long last, double *a, double *b)
        { for (long i = first; i < last; i++) a[i] = b[i]; }"""
    made = rewritten(context(tmp_path, text, "gcc", "-O2"), "f")
    assert made
    for shown in made.values():
        (asked,) = re.findall(r"^    if \(!\((.*)\)\)$", shown, re.MULTILINE)
        assert "((long)first == (int)first)" in asked
        left = re.sub(r"\(\(long\)(\w+) == \(int\)\1\)", "", asked)
        assert not re.search(r"\(long\)(first|last)", left)


def test_what_isl_gives_up_on_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need("gcc")

    def gives_up(*_: object) -> str:
        raise isl.Error("void")

    monkeypatch.setattr(generate, "loops", gives_up)
    text = "void f(int n, double *a) { for (int i = 0; i < n; i++) a[i] += 1; }"
    assert not rewritten(context(tmp_path, text, "gcc", "-O2"), "f")


def test_second_names_of_arrays_are_asked_about(tmp_path: Path) -> None:
    need("gcc")
    shown = """double one[64]; extern double two[64] __attribute__((alias("one")));
        void f(int n) { for (int i = 0; i < n; i++) one[i] = two[n - i]; }"""
    assert not model_of(tmp_path, shown).array("two").distinct
