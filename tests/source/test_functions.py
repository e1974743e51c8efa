"""Where functions stand in their files, and which values steer them."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.errors import SourceError
from llmopt.source.functions import FunctionText
from tests.units import context


def located(
    tmp_path: Path, text: str | bytes, name: str = "f", compiler: str = "gcc", options: str = "-O2"
) -> FunctionText:
    """The function, found; its offsets cut its text out of the file."""
    unit = context(tmp_path, text, compiler, options)
    found = unit.locate(name)
    content = unit.content
    assert content[found.start : found.end] == found.text
    assert content[found.name_at :].startswith(name.encode())
    assert content[found.body : found.body + 1] == b"{"
    assert found.text.endswith(b"}")
    assert content[: found.start].count(b"\n") + 1 == found.line
    assert content[: found.end].count(b"\n") + 1 == found.end_line
    return found


SHAPES = {
    "plain": ("int f(int a) { return a; }", "int f(int a) { return a; }"),
    "static": ("int x;\nstatic int f(int a)\n{\n    return a;\n}\n", "static int f(int a)\n{"),
    "inline": ("static inline int f(void) { return 1; }", "static inline int f(void) {"),
    "attribute before": (
        "__attribute__((noinline)) static int f(int a) { return a; }",
        "__attribute__((noinline)) static int f(int a) {",
    ),
    "declared before": ("int f(int);\nint g(int);\nint f(int b) { return b; }", "int f(int b) {"),
    "in parentheses": ("int (f)(int b) { return b; }", "int (f)(int b) {"),
    "function pointer": (
        "int f(int (*g)(int, int), int (*const table[2])(void)) { return g(1, 0); }",
        "int f(int (*g)(int, int), int (*const table[2])(void)) {",
    ),
    "returns a function": ("int (*f(int a))(void) { return 0; }", "int (*f(int a))(void) {"),
    "union": (
        "union u { int a; float b; };\nfloat f(union u v) { return v.b; }",
        "float f(union u v) {",
    ),
    "type in front": ("struct s { int a; } f(void) { struct s x = {1}; return x; }", "struct s {"),
    "conditional inside": (
        "int f(int a)\n{\n#ifdef __x86_64__\n    a++;\n#else\n}}}\n#endif\n    return a;\n}\n",
        "int f(int a)\n{\n#if",
    ),
    "brace in a string": ('const char *f(void) { return "}" /* } */; }', "const char *f(void) {"),
    "digraphs elsewhere": ("int a<:2:>;\nint f(int b) { return a[b]; }", "int f(int b) {"),
    "macro for its type": (
        '#define API __attribute__((visibility("default")))\n'
        "#define NUMBER int\nAPI NUMBER f(NUMBER a) { return a; }",
        "API NUMBER f(NUMBER a) {",
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_definition_is_found_as_written(compiler: str, shape: str, tmp_path: Path) -> None:
    text, begin = SHAPES[shape]
    assert located(tmp_path, text, compiler=compiler).text.startswith(begin.encode())


@pytest.mark.parametrize(
    "before",
    [
        "/* größer — ßß */ ".encode(),
        '// naïve\nconst char *s = "żółć";\n'.encode(),
        b"/* latin-1: \xfc\xe4\xf6\xdf */\n",
        b'const char *latin = "\xfc\xff\xfe";\n',
        b"\xef\xbb\xbfint bom;\n",
    ],
    ids=ascii,
)  # fmt: skip
def test_bytes_that_are_not_ascii_do_not_shift_offsets(before: bytes, tmp_path: Path) -> None:
    text = before + b"int f(int a) { /* \xe4 */ return a + 1; }\nint g(void) { return 0; }\n"
    found = located(tmp_path, text)
    assert found.text == b"int f(int a) { /* \xe4 */ return a + 1; }"


def test_lines_may_end_in_carriage_returns(tmp_path: Path) -> None:
    text = b"int x;\r\n\r\nstatic int f(int a)\r\n{\r\n    return a;\r\n}\r\nint y;\r\n"
    found = located(tmp_path, text)
    assert (found.line, found.end_line) == (3, 6)
    assert found.text.count(b"\r\n") == 3


def test_what_it_is_is_described(tmp_path: Path) -> None:
    text = """
        typedef unsigned long size;
        static void f(const float *x, size n, int flags[4]) { static int calls; calls += flags[0]; }
        int g(int first, ...) { return first; }
        int h(a, b) int a; char b; { return a + b; }
        int k() { return 1; }
        typedef void nothing;
        nothing m(void) { int kept = 1; (void)kept; }
    """
    f = located(tmp_path, text)
    assert f.static
    assert f.returns_void
    assert f.static_locals
    assert f.prototyped
    assert f.parameters == ("x", "n", "flags")
    assert f.parameter_types == ("const float *", "size", "int[4]")
    g = located(tmp_path, text, "g")
    assert g.variadic
    assert (g.static, g.returns_void, g.static_locals) == (False, False, False)
    assert not located(tmp_path, text, "h").prototyped
    assert not located(tmp_path, text, "k").prototyped
    m = located(tmp_path, text, "m")
    assert m.returns_void
    assert m.returns == "nothing"
    assert m.parameters == ()


def test_a_definition_can_be_written_under_another_name(tmp_path: Path) -> None:
    found = located(tmp_path, "struct f { int f; };\nint f(struct f *f) { return f->f; }\n")
    assert found.named("other") == b"int other(struct f *f) { return f->f; }"
    assert found.declarator == b"int f(struct f *f) "


REFUSED = {
    "made by a macro": (
        "#define MAKE(name) int name(int a) { return a; }\nMAKE(f)\n",
        "a macro makes it",
    ),
    "named by a macro": ("#define NAME f\nint NAME(int a) { return a; }\n", "a macro makes it"),
    "pasted together": (
        "#define P(a, b) a##b\nint P(, f)(int a) { return a; }\n",
        "no text of its own",
    ),
    "body by a macro": ("#define BODY { return 1; }\nint f(void) BODY\n", "a macro makes it"),
    "brace by a macro": (
        "#define BEGIN {\n#define END }\nint f(void) BEGIN return 1; END\n",
        "a macro makes it",
    ),
    "only declared": ("int f(int);\nint g(void) { return f(1); }\n", "no definition of f"),
    "in a header": ('#include "own.h"\nint g(void) { return f(1); }\n', "does not stand in"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_has_no_text_here_is_refused_with_the_reason(
    compiler: str, case: str, tmp_path: Path
) -> None:
    text, reason = REFUSED[case]
    (tmp_path / "own.h").write_text("static int f(int a) { return a; }\n")
    with pytest.raises(SourceError, match=reason):
        located(tmp_path, text, compiler=compiler)


def test_the_units_own_options_decide_what_is_there(tmp_path: Path) -> None:
    text = "#ifdef WIDE\nlong f(long a) { return a; }\n#else\nint f(int a) { return a; }\n#endif\n"
    assert located(tmp_path, text).text.startswith(b"int")
    assert located(tmp_path, text, options="-O2 -DWIDE=1").text.startswith(b"long")
    (tmp_path / "inc").mkdir()
    (tmp_path / "inc" / "wide.h").write_text("#define WIDE\n")
    found = located(tmp_path, '#include "wide.h"\n' + text, options="-O2 -Iinc")
    assert found.text.startswith(b"long")


def test_a_source_in_a_directory_is_found_by_its_relative_name(tmp_path: Path) -> None:
    unit = context(tmp_path, "int f(void) { return 1; }\n", name="deep/er/unit.c")
    assert unit.locate("f").text == b"int f(void) { return 1; }"


# What steers a function

TYPES = """
#include <iso646.h>
#include <stddef.h>
#define OR ||
#define TYPE __typeof__
#define SECOND(a, b) ((a), (b))
struct inner { int depth; };
struct s {
    int n; unsigned m; long long big; volatile int loud; _Atomic int shared; float x; int *p;
    struct inner in; struct s *next; unsigned bits : 3; char c; _Bool flag; int array[4];
};
int call(void);
extern int global;
"""


def steering(tmp_path: Path, body: str, parameters: str = "struct s *s, struct s *t") -> list[str]:
    found = located(tmp_path, f"{TYPES}int f({parameters})\n{{\n{body}\nreturn 0;\n}}\n")
    for steered in found.steering:
        for start, end in steered.reads:
            assert found.text[start:end].decode() == steered.expression
    return [steered.expression for steered in found.steering]


@pytest.mark.parametrize(
    ("body", "taken"),
    [
        ("int n = s->n;", ["s->n"]),
        ("int n = s->n, m = t->m; long k = s->big;", ["s->n", "t->m", "s->big"]),
        ("const int n = (s->n + 2) * 4 - global;", ["s->n"]),
        ("int n = s->n; int m = s->n * s->m;", ["s->n", "s->m"]),
        ("int n = s->bits + s->c;", ["s->bits", "s->c"]),
        ("int a[2] = {s->n, 1};", ["s->n"]),
        ("float x = (float)s->n;", ["s->n"]),
        ("int n = - s->n == ~t->m;", ["s->n", "t->m"]),
        ("int n = global; int m = s->m;", ["s->m"]),
        ("int n = s->p[s->n];", ["s->n"]),
    ],
)
def test_first_reads_steer(tmp_path: Path, body: str, taken: list[str]) -> None:
    assert steering(tmp_path, body) == taken


@pytest.mark.parametrize(
    "body",
    [
        "int n = s->loud;",  # volatile
        "volatile int v = 0; int n = s->n;",
        "int n = s->shared; int m = s->m;",  # may order what follows
        "int n = call(); int m = s->n;",  # may change it
        "int n = call() + s->n;",
        "int n = s && s->n;",  # may not be executed
        "int n = t || s->n;",
        "int n = s ? s->n : 0;",
        "int n = t OR s->n;",  # the same by a macro
        "int n = t and s->n;",
        "int n = SECOND(t->n, s->n);",
        "int n = ({ s->n; });",
        "int n = (global = 2, s->n);",  # written before
        "int n = global++ + s->n;",
        "int n = (s = t)->n + s->n;",
        "global = 1; int n = s->n;",  # an expression statement first
        "; int n = s->n;",
        "if (t) { int n = s->n; }",
        "for (int i = s->n; i; i--) ;",
        "size_t n = sizeof s->n;",  # not evaluated
        "__typeof__(s->n) n = 0;",
        "TYPE(s->n) n = 0;",
        "size_t n = _Alignof(s->n);",
        "int n = _Generic(s->n, int: 1, default: 2);",
        "int n = __builtin_choose_expr(1, 2, s->n);",
        "int *p = &s->n;",  # an address, not a read
        "float x = s->x;",  # no integers
        "int n = s->flag;",
        "int *p = s->p; int *q = s->array;",
        "int n = s->in.depth + s->next->n;",  # no plain parameter's own
    ],
)
def test_what_may_not_be_read_first_does_not_steer(tmp_path: Path, body: str) -> None:
    assert steering(tmp_path, body) == []


def test_what_is_read_before_something_else_steers_still(tmp_path: Path) -> None:
    body = "int n = s->n; int m = call(); int k = s->m;"
    assert steering(tmp_path, body) == ["s->n"]


def test_integer_parameters_steer(tmp_path: Path) -> None:
    parameters = (
        "int n, unsigned long m, enum kind { A } kind, char c, float x, int *p, volatile int v, int"
    )
    assert steering(tmp_path, "", parameters) == ["n", "m", "kind", "c"]


def test_what_a_local_points_to_does_not_steer(tmp_path: Path) -> None:
    assert steering(tmp_path, "struct s *u = s->next; int n = u->n;") == []


def test_first_reads_can_be_written_as_constants(tmp_path: Path) -> None:
    found = located(tmp_path, TYPES + "int f(struct s *s) { int n = s->n; return n + s->n; }\n")
    (steered,) = found.steering
    text = found.named("g", dict.fromkeys(steered.reads, b"7"))
    assert text == b"int g(struct s *s) { int n = 7; return n + s->n; }"
