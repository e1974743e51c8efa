"""How a function's text is read for rewrites: what stands as written, and what it may do."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.errors import NotApplicable, SourceError
from llmopt.source.cursors import Kind, constant, operator, parts
from llmopt.source.syntax import Syntax
from tests.conftest import need
from tests.units import context


def read(tmp_path: Path, text: str, name: str = "f") -> Syntax:
    need("gcc")
    return context(tmp_path, text).syntax(name)


def expression(syntax: Syntax, at: int = -1):
    """What the function's last statement returns."""
    return parts(parts(syntax.body)[at])[0]


def test_operators_of_one_operand_are_told_from_those_of_two(tmp_path: Path) -> None:
    syntax = read(tmp_path, "int f(int *p, int a) { a++; --a; a <<= 2; return -*p * +a & ~*&a; }")
    found = [operator(cursor) for cursor in syntax.body.walk_preorder() if operator(cursor)]
    assert found == ["post++", "--", "<<=", "&", "*", "u-", "u*", "u+", "~", "u*", "u&"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3 * 7 - 1", 20),
        ("-'a'", -97),
        ("(unsigned char)300", 44),
        ("sizeof(int)", 4),
        ("SECOND", 2),
        ("LIMIT", 1 << 40),
        ("~0UL", (1 << 64) - 1),
        ("n", None),
        ("n + 1", None),
        ("(n = 3, 4)", None),
        ("1.5", None),
    ],
)
def test_constants_are_worked_out(tmp_path: Path, text: str, value: int | None) -> None:
    head = "#define LIMIT (1L << 40)\nenum { FIRST = 1, SECOND };\n"
    syntax = read(tmp_path, f"{head}double f(int n) {{ return {text}; }}")
    found = expression(syntax)
    while found.kind == Kind.UNEXPOSED_EXPR:
        (found,) = parts(found)
    assert constant(found) == value


WHOLE = "#define LARGER(a, b) ((a) > (b) ? (a) : (b))\n"


def test_what_a_macro_makes_is_taken_whole_or_not_at_all(tmp_path: Path) -> None:
    syntax = read(tmp_path, f"{WHOLE}int f(int a, int b) {{ return LARGER(a, b) * 2; }}")
    product = expression(syntax)
    assert syntax.text(product) == "LARGER(a, b) * 2"
    larger = parts(product)[0]
    assert syntax.text(larger) == "LARGER(a, b)"
    inner = [c for c in larger.walk_preorder() if operator(c) == ">"]
    names = [c for c in inner[0].walk_preorder() if c.kind == Kind.DECL_REF_EXPR]
    for cursor in names:
        with pytest.raises(NotApplicable):
            syntax.text(cursor)


@pytest.mark.parametrize(
    "text",
    [
        "#define SUM a + 1\nint f(int a, int b) { return SUM * b; }",
        "#define BOTH(x) x++; x++\nint f(int a, int b) { BOTH(a); return b; }",
        "#define LOOP b = 1; while (a--)\nint f(int a, int b) { LOOP b += a; return b; }",
    ],
)
def test_what_a_macro_tears_apart_is_not_taken(tmp_path: Path, text: str) -> None:
    syntax = read(tmp_path, text)
    statements = parts(syntax.body)
    torn = [parts(statements[-1])[0], *statements]
    refused = 0
    for cursor in torn:
        try:
            syntax.check(cursor.extent.start.offset, cursor.extent.end.offset)
        except NotApplicable:
            refused += 1
    assert refused
    assert not list(syntax.loops())


def test_variables_are_private_until_their_address_is_taken(tmp_path: Path) -> None:
    syntax = read(
        tmp_path,
        "int shared; void g(int *);\n"
        "int f(int a, int b) { static int kept; volatile int now = 0; int c = 1; g(&c);\n"
        "    return a + b + c + kept + now + shared; }",
    )
    names = {
        cursor.spelling: syntax.private(cursor) is not None
        for cursor in expression(syntax).walk_preorder()
        if cursor.kind == Kind.DECL_REF_EXPR
    }
    assert names == {"a": True, "b": True, "c": False, "kept": False, "now": False, "shared": False}


def test_effects_are_told_apart(tmp_path: Path) -> None:
    syntax = read(
        tmp_path,
        "struct s { int n; }; int g(int);\n"
        "int f(struct s *s, int *p, int a) { while (a--) { int x = g(a); p[a] = x; s->n += 1;\n"
        "    if (x) break; } return a; }",
    )
    (loop,) = syntax.loops()
    effects = syntax.effects(loop.cursor)
    assert {variable.name for variable in effects.written} == {"a"}
    assert {variable.name for variable in effects.declared} == {"x"}
    assert [syntax.text(store) for store in effects.stores] == ["p[a]", "s->n"]
    assert [call.spelling for call in effects.calls] == ["g"]
    assert [jump.kind for jump in effects.jumps] == [Kind.BREAK_STMT]
    assert not effects.is_pure
    assert syntax.effects(loop.body.get_children().__next__()).calls


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('int f(int a) { __asm__("" : "+r"(a)); return a; }', "not understood"),
        ("int f(int a) { return ({ a; }); }", "not understood"),
        ("int f(int a) { int v[a]; v[0] = a; return v[0]; }", "variable length"),
        ("int f(volatile int *p) { return *p; }", "volatile"),
        ("int f(_Atomic int *p) { return *p; }", "volatile or atomic"),
        ("int f(int a) { static int n; return n += a; }", "static variable"),
    ],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    syntax = read(tmp_path, text)
    with pytest.raises(NotApplicable, match=reason):
        syntax.effects(syntax.body)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("int f(int a) { return a + __LINE__; }", "its own line"),
        ("#define AT __LINE__\nint f(int a) { return a + AT; }", "its own line"),
        ("int f(int a) { return a + \\\n 1; }", "go on in the next"),
        ("int f(int a) { return undeclared(a); }", "does not understand the unit"),
    ],
)
def test_units_that_cannot_be_read_in_full_are_refused(
    tmp_path: Path, text: str, reason: str
) -> None:
    with pytest.raises(NotApplicable, match=reason):
        read(tmp_path, text)


def test_a_function_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no definition of g"):
        read(tmp_path, "int f(int a) { return a; }", "g")


def test_heads_of_loops_are_taken_apart(tmp_path: Path) -> None:
    syntax = read(
        tmp_path,
        "int f(int a) { int i; for (i = ';'; i < a; i++) a--; for (; a;) a--;\n"
        "    for (int j = 0; ; ) { if (j++) break; } while (a < 3) a++; return a; }",
    )
    found = [
        tuple(part is not None for part in (loop.first, loop.condition, loop.step))
        for loop in syntax.loops()
    ]
    assert found == [
        (True, True, True),
        (False, True, False),
        (True, False, False),
        (False, True, False),
    ]


def test_what_is_jumped_into_is_open(tmp_path: Path) -> None:
    syntax = read(
        tmp_path,
        "int f(int a) { switch (a) { case 1: while (a < 9) { a++; case 2: a++; } }\n"
        "    while (a < 20) { switch (a) { case 3: a++; } a++; } return a; }",
    )
    first, second = syntax.loops()
    with pytest.raises(NotApplicable, match="jumped into"):
        syntax.check_closed(first.cursor)
    syntax.check_closed(second.cursor)
