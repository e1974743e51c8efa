"""Source: tests of one byte, looked up.

A chain of comparisons with the same byte has 256 answers at most: they are worked out here, and the
program looks them up. Compilers make tables of some `switch`es, hardly of ranges and chains.
"""

from __future__ import annotations

from collections.abc import Callable

from clang import cindex

from llmopt.agents.example import Example, Refused
from llmopt.agents.rewriting import Rewriting, rewrite
from llmopt.errors import NotApplicable
from llmopt.source.cursors import (
    Kind,
    bare,
    canonical,
    constant,
    is_byte,
    is_integer,
    is_special,
    is_unsigned,
    operator,
    parts,
)

#: Comparisons that are worth a look into a table.
_LEAST = 4
_COMPARES: dict[str, Callable[[int, int], bool]] = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
_COMPUTES: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
}
_PLACES = frozenset({Kind.DECL_REF_EXPR, Kind.ARRAY_SUBSCRIPT_EXPR, Kind.MEMBER_REF_EXPR})
_WRAPPED = frozenset({Kind.PAREN_EXPR, Kind.UNEXPOSED_EXPR, Kind.CSTYLE_CAST_EXPR})


def _tables(rewriting: Rewriting) -> None:
    rewriting.each(
        _roots(rewriting.syntax.body),
        lambda root: _change(rewriting, root),
        "nothing compares one byte with many",
    )


def _roots(cursor: cindex.Cursor) -> list[cindex.Cursor]:
    """Conditions that ask enough to be tables, the largest first."""
    found = []
    if operator(cursor) in {"||", "&&", "!"} or cursor.kind == Kind.CONDITIONAL_OPERATOR:
        asked = sum(operator(inner) in _COMPARES for inner in cursor.walk_preorder())
        if asked >= _LEAST:
            found.append(cursor)
    return found + [root for part in parts(cursor) for root in _roots(part)]


def _change(rewriting: Rewriting, root: cindex.Cursor) -> None:
    syntax = rewriting.syntax
    places = _bytes(root)
    texts = {syntax.text(place) for place in places}
    if len(texts) != 1 or not syntax.effects(root).is_pure:
        raise NotApplicable("the condition is of more than one byte")
    if canonical(root.type) != cindex.TypeKind.INT or not _bytes(_first(root)):
        raise NotApplicable("the condition does not ask for the byte first")
    if any(is_special(place.type) for place in places):
        raise NotApplicable("the byte is volatile or atomic")
    least = 0 if is_unsigned(places[0].type) else -128
    asked = [value if value < least + 256 else value - 256 for value in range(256)]
    answers = [_answer(root, value) for value in asked]
    if not set(answers) <= set(range(256)):
        raise NotApplicable("the answers are no bytes")
    start, end = syntax.place(root)
    name = rewriting.fresh("answers")
    rows = [answers[at : at + 32] for at in range(0, 256, 32)]
    table = ",\n".join("        " + ", ".join(map(str, row)) for row in rows)
    at = syntax.body.extent.start.offset + 1
    rewriting.replace(
        at, at, f"\n    static const unsigned char {name}[256] = {{\n{table}\n    }};"
    )
    rewriting.replace(start, end, f"({name}[(unsigned char)({texts.pop()})])")


def _first(cursor: cindex.Cursor) -> cindex.Cursor:
    """What a condition asks first."""
    cursor = bare(cursor)
    while operator(cursor) in {"&&", "||", "!"} or cursor.kind == Kind.CONDITIONAL_OPERATOR:
        cursor = bare(parts(cursor)[0])
    return cursor


def _bytes(root: cindex.Cursor) -> list[cindex.Cursor]:
    """Every place that a condition reads. Raises NotApplicable unless all hold a byte."""
    found = []
    left = [root]
    while left:
        cursor = left.pop()
        if constant(cursor) is not None:
            continue
        if cursor.kind in _PLACES or operator(cursor) == "u*":
            if not is_byte(cursor.type):
                raise NotApplicable("the condition is of more than one byte")
            found.append(cursor)
        else:
            left += parts(cursor)
    return found


def _answer(cursor: cindex.Cursor, byte: int) -> int:
    """The value of an expression where the byte has a value, as C converts and computes."""
    known: int | None = constant(cursor)
    if known is not None:
        return known
    if cursor.kind in _PLACES or operator(cursor) == "u*":
        return byte
    inside = parts(cursor)
    done = operator(cursor)
    if cursor.kind in _WRAPPED and len(inside) == 1:
        return _converted(_answer(inside[0], byte), cursor.type, wraps=True)
    if done in {"&&", "||"}:
        left = _answer(inside[0], byte) != 0
        return int(left) if left == (done == "||") else int(_answer(inside[1], byte) != 0)
    if done == "!":
        return int(_answer(inside[0], byte) == 0)
    if cursor.kind == Kind.CONDITIONAL_OPERATOR:
        return _answer(inside[1] if _answer(inside[0], byte) else inside[2], byte)
    if done in _COMPARES or done in _COMPUTES:
        left_value, right_value = (_answer(part, byte) for part in inside)
        if done in _COMPARES:
            return int(_COMPARES[done](left_value, right_value))
        return _converted(_COMPUTES[done](left_value, right_value), cursor.type, wraps=False)
    raise NotApplicable("the condition computes what is not understood")


def _converted(value: int, kind: cindex.Type, *, wraps: bool) -> int:
    """The value in a type. Raises NotApplicable where it does not fit one that does not wrap."""
    if not is_integer(kind) or canonical(kind) == cindex.TypeKind.BOOL:
        raise NotApplicable("the condition computes what is not understood")
    whole = 1 << (int(kind.get_size()) * 8)
    if is_unsigned(kind):
        return value % whole
    if not wraps and not -whole // 2 <= value < whole // 2:
        raise NotApplicable("the condition may overflow")
    return (value + whole // 2) % whole - whole // 2


MOVES = (rewrite("byte-table", 1.15, "chains of comparisons of one byte as a table", _tables),)

EXAMPLES = (
    Example(
        before="""\
unsigned long f(const unsigned char *s, unsigned long n)
{
    unsigned long words = 0, i;
    for (i = 0; i < n; i++) {
        if ((s[i] >= 'a' && s[i] <= 'z') || (unsigned)(s[i] - '0') < 10 || s[i] == '_')
            words++;
    }
    return words;
}""",
        after="""\
unsigned long f(const unsigned char *s, unsigned long n)
{
    static const unsigned char llmopt_answers[256] = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
        0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    };
    unsigned long words = 0, i;
    for (i = 0; i < n; i++) {
        if ((llmopt_answers[(unsigned char)(s[i])]))
            words++;
    }
    return words;
}""",
    ),
    Example(
        before="""\
int f(const char *p)
{
    char c = *p;
    return c == ' ' || c == '\\t' || c == '\\n' || c == -1 ? 1 : 2;
}""",
        after="""\
int f(const char *p)
{
    static const unsigned char llmopt_answers[256] = {
        2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
        1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
        2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1
    };
    char c = *p;
    return (llmopt_answers[(unsigned char)(c)]);
}""",
    ),
)

REFUSED = (
    Refused(
        "int f(const char *s) { return s[0] == 'a' || s[1] == 'b' || s[0] == 'c' || s[0] == 'd'; }",
        "more than one byte",
    ),
    Refused(
        "int f(int c) { return c == 'a' || c == 'b' || c == 'c' || c == 'd'; }",
        "more than one byte",
    ),
    Refused(
        "int f(const volatile char *s)"
        " { return *s == 'a' || *s == 'b' || *s == 'c' || *s == 'd'; }",
        "volatile",
    ),
    Refused("int f(char c) { return c == 'a' || c == 'b'; }", "with many"),
)
