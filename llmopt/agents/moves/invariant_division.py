"""Source: division by what a loop does not change, as multiplication.

Before the loop a reciprocal is made of the 32-bit divisor; a multiplication, a subtraction and two
shifts then give the quotient of every dividend. Granlund and Montgomery, "Division by Invariant
Integers using Multiplication", PLDI 1994, figure 4.1. A divisor that is zero makes nothing trap
here that did not divide.
"""

from __future__ import annotations

from clang import cindex

from llmopt.agents.example import Example, Refused
from llmopt.agents.rewriting import Rewriting, rewrite
from llmopt.errors import NotApplicable
from llmopt.source.cursors import TypeKind, bare, canonical, operator, parts
from llmopt.source.syntax import Loop, Variable

_DONE = {"/": "quotient", "%": "remainder"}


def _divisions(rewriting: Rewriting) -> None:
    rewriting.need_x86()
    rewriting.each(
        rewriting.syntax.loops(),
        lambda loop: _change(rewriting, loop),
        "no loop divides 32 bits by a local variable",
    )


def _change(rewriting: Rewriting, loop: Loop) -> None:
    syntax = rewriting.syntax
    found = [c for c in loop.cursor.walk_preorder() if _divides(rewriting, c)]
    if not found:
        raise NotApplicable("no loop divides 32 bits by a local variable")
    effects = syntax.effects(loop.cursor)
    syntax.check_closed(loop.cursor)
    by: dict[Variable, list[cindex.Cursor]] = {}
    for cursor in found:
        divisor = syntax.private(parts(cursor)[1])
        fixed = divisor not in effects.written | effects.declared
        if divisor and fixed and syntax.is_set(parts(cursor)[1]):
            by.setdefault(divisor, []).append(cursor)
    if not by:
        raise NotApplicable("the loop changes what it divides by")
    before = []
    for divisor, cursors in by.items():
        names = tuple(rewriting.fresh(name) for name in ("log", "magic", "first", "second"))
        before.append(_reciprocal(divisor.name, *names))
        for cursor in cursors:
            _divide(rewriting, cursor, divisor.name, names)
    rewriting.wrap(loop, "".join(before))


def _divides(rewriting: Rewriting, cursor: cindex.Cursor) -> bool:
    """Whether an expression is a division of unsigned integers of 32 bits by a local variable."""
    if operator(cursor) not in _DONE or canonical(cursor.type) != TypeKind.UINT:
        return False
    divisor = bare(parts(cursor)[1])
    return canonical(divisor.type) == TypeKind.UINT and bool(rewriting.syntax.private(divisor))


def _reciprocal(divisor: str, log: str, magic: str, first: str, second: str) -> str:
    return f"""\
const unsigned {log} = {divisor} > 1 ? 32 - (unsigned)__builtin_clz({divisor} - 1) : 0;
const unsigned {magic} = {divisor}
    ? (unsigned)((((1UL << {log}) - {divisor}) << 32) / {divisor} + 1) : 0;
const unsigned {first} = {log} ? 1 : 0, {second} = {log} ? {log} - 1 : 0;
"""


def _divide(
    rewriting: Rewriting, cursor: cindex.Cursor, divisor: str, names: tuple[str, ...]
) -> None:
    syntax = rewriting.syntax
    done = _DONE[operator(cursor)]
    quotient = rewriting.helper("quotient", _quotient)
    helper = quotient
    if done == "remainder":
        helper = rewriting.helper("remainder", lambda name: _remainder(name, quotient))
    _, magic, first, second = names
    last = f", {divisor}" if done == "remainder" else ""
    dividend = f"(unsigned)({syntax.text(parts(cursor)[0])})"
    text = f"{helper}({dividend}, {magic}, {first}, {second}{last})"
    rewriting.replace(*syntax.place(cursor), text)


def _quotient(name: str) -> str:
    return f"""\
static __inline__ __attribute__((always_inline)) unsigned {name}(unsigned n, unsigned magic, unsigned first, unsigned second)
{{
    const unsigned high = (unsigned)(((unsigned long)magic * n) >> 32);
    return (high + ((n - high) >> first)) >> second;
}}"""


def _remainder(name: str, quotient: str) -> str:
    return f"""\
static __inline__ __attribute__((always_inline)) unsigned {name}(unsigned n, unsigned magic, unsigned first, unsigned second, unsigned d)
{{
    return n - {quotient}(n, magic, first, second) * d;
}}"""


MOVES = (
    rewrite(
        "invariant-division",
        1.25,
        "divisions by what a loop does not change as multiplications",
        _divisions,
    ),
)

EXAMPLES = (
    Example(
        before="""\
void f(unsigned *counts, const unsigned *keys, unsigned n, unsigned buckets)
{
    for (unsigned i = 0; i < n; i++)
        counts[i] = keys[i] % buckets + keys[i] / buckets;
}""",
        after="""\
static __inline__ __attribute__((always_inline)) unsigned f__llmopt_quotient(unsigned n, unsigned magic, unsigned first, unsigned second)
{
    const unsigned high = (unsigned)(((unsigned long)magic * n) >> 32);
    return (high + ((n - high) >> first)) >> second;
}
static __inline__ __attribute__((always_inline)) unsigned f__llmopt_remainder(unsigned n, unsigned magic, unsigned first, unsigned second, unsigned d)
{
    return n - f__llmopt_quotient(n, magic, first, second) * d;
}
#line 1
void f(unsigned *counts, const unsigned *keys, unsigned n, unsigned buckets)
{
    {
        const unsigned llmopt_log = buckets > 1 ? 32 - (unsigned)__builtin_clz(buckets - 1) : 0;
        const unsigned llmopt_magic = buckets
            ? (unsigned)((((1UL << llmopt_log) - buckets) << 32) / buckets + 1) : 0;
        const unsigned llmopt_first = llmopt_log ? 1 : 0, llmopt_second = llmopt_log ? llmopt_log - 1 : 0;
    for (unsigned i = 0; i < n; i++)
        counts[i] = f__llmopt_remainder((unsigned)(keys[i]), llmopt_magic, llmopt_first, llmopt_second, buckets) + f__llmopt_quotient((unsigned)(keys[i]), llmopt_magic, llmopt_first, llmopt_second);
    }
}""",
    ),
)

REFUSED = (
    Refused(
        "unsigned f(unsigned n, unsigned d) { unsigned x = 0; while (n > d) { x += n / d; d++; }"
        " return x; }",
        "changes what it divides by",
    ),
    Refused(
        "int f(int n, int d) { int x = 0; while (n-- > 0) x += n / d; return x; }",
        "no loop divides 32 bits",
    ),
    Refused(
        "unsigned f(unsigned n, unsigned *d) { unsigned x = 0; while (n-- > 0) x += n / *d;"
        " return x; }",
        "no loop divides 32 bits",
    ),
    Refused(
        "unsigned f(unsigned n, unsigned d) { unsigned x = 0; if (n > 9) goto in;"
        " while (n > 3) { in: x += n / d; n--; } return x; }",
        "jumped into",
    ),
)
