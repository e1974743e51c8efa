"""Source: divisions of 64 bits that fit 32.

The wide division takes several times as long on many processors. Operands are mostly small: asked
for at run time, they are divided as 32 bits. clang asks by itself.
"""

from __future__ import annotations

from clang import cindex

from llmopt.agents.example import Example, Refused
from llmopt.agents.rewriting import Rewriting, rewrite
from llmopt.errors import NotApplicable
from llmopt.source.cursors import Kind, TypeKind, bare, canonical, constant, operator, parts

_WIDE = {
    TypeKind.LONG: ("long", "long"),
    TypeKind.ULONG: ("unsigned long", "ulong"),
    TypeKind.LONGLONG: ("long long", "llong"),
    TypeKind.ULONGLONG: ("unsigned long long", "ullong"),
}
_DONE = {"/": "quotient", "%": "remainder"}


def _narrow(rewriting: Rewriting) -> None:
    if rewriting.context.compiler.is_clang:
        raise NotApplicable("for gcc; clang divides so by itself")
    rewriting.each(
        list(rewriting.syntax.body.walk_preorder()),
        lambda cursor: _change(rewriting, cursor),
        "nothing divides 64 bits by what is not constant",
    )


def _change(rewriting: Rewriting, cursor: cindex.Cursor) -> None:
    syntax = rewriting.syntax
    done = operator(cursor).removesuffix("=")
    if done not in _DONE or operator(cursor) == "==":
        return
    left, right = parts(cursor)
    kind = canonical(cursor.type)
    if kind not in _WIDE or cursor.type.get_size() != 8 or constant(right) is not None:
        return
    assigned = cursor.kind == Kind.COMPOUND_ASSIGNMENT_OPERATOR
    if assigned and (syntax.private(left) is None or not _is_converted(right, kind)):
        return
    inner = [syntax.place(part) for part in (left, right)]
    if any(
        edit.start < end and edit.end > start for edit in rewriting.edits for start, end in inner
    ):
        raise NotApplicable("a division stands inside another one")
    name, short = _WIDE[kind]
    helper = rewriting.helper(f"{_DONE[done]}_{short}", lambda called: _text(called, name, done))
    divided = f"{helper}({syntax.text(left)}, {syntax.text(right)})"
    start, end = syntax.place(cursor)
    rewriting.replace(start, end, f"{syntax.text(left)} = {divided}" if assigned else divided)


def _is_converted(divisor: cindex.Cursor, kind: cindex.TypeKind) -> bool:
    """Whether a divisor is converted to the type of the wide value that it divides."""
    found = canonical(bare(divisor).type)
    narrow = found in {TypeKind.INT, TypeKind.UINT}
    signed = found in {TypeKind.LONG, TypeKind.LONGLONG}
    return narrow or signed or (found in _WIDE and kind in {TypeKind.ULONG, TypeKind.ULONGLONG})


def _text(called: str, name: str, done: str) -> str:
    return f"""\
static __inline__ __attribute__((always_inline)) {name} {called}({name} a, {name} b)
{{
    if ((((unsigned long)a | (unsigned long)b) >> 32) == 0)
        return ({name})((unsigned)a {done} (unsigned)b);
    return a {done} b;
}}"""


MOVES = (rewrite("narrow-division", 1.04, "divisions of 64 bits as 32 where both fit", _narrow),)

EXAMPLES = (
    Example(
        before="""\
unsigned long f(unsigned long a, unsigned long b)
{
    while (b) {
        unsigned long rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}""",
        after="""\
static __inline__ __attribute__((always_inline)) unsigned long f__llmopt_remainder_ulong(unsigned long a, unsigned long b)
{
    if ((((unsigned long)a | (unsigned long)b) >> 32) == 0)
        return (unsigned long)((unsigned)a % (unsigned)b);
    return a % b;
}
#line 1
unsigned long f(unsigned long a, unsigned long b)
{
    while (b) {
        unsigned long rest = f__llmopt_remainder_ulong(a, b);
        a = b;
        b = rest;
    }
    return a;
}""",
    ),
    Example(
        before="""\
int f(long value, long base)
{
    int digits = 0;
    if (base < 2)
        return 0;
    while (value) {
        value /= base;
        digits++;
    }
    return digits;
}""",
        after="""\
static __inline__ __attribute__((always_inline)) long f__llmopt_quotient_long(long a, long b)
{
    if ((((unsigned long)a | (unsigned long)b) >> 32) == 0)
        return (long)((unsigned)a / (unsigned)b);
    return a / b;
}
#line 1
int f(long value, long base)
{
    int digits = 0;
    if (base < 2)
        return 0;
    while (value) {
        value = f__llmopt_quotient_long(value, base);
        digits++;
    }
    return digits;
}""",
    ),
)

REFUSED = (
    Refused("unsigned f(unsigned a, unsigned b) { return b ? a / b : 0; }", "divides 64 bits"),
    Refused(
        "long f(long a, unsigned long b) { a /= b ? b : 1; if (b) a /= b; return a; }",
        "divides 64 bits",
    ),
    Refused("unsigned long f(unsigned long a) { return a / 10; }", "divides 64 bits"),
)
