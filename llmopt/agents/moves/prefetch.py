"""Source: what a loop will read by way of an index, asked for ahead.

`a[index[i]]` misses the cache where the index jumps about; the processor cannot guess the place,
the program can read it: `index[i + 16]` is read later in any case. Asking for it changes nothing
that is computed, and no address faults.
"""

from __future__ import annotations

from collections.abc import Iterator

from clang import cindex

from llmopt.agents.counted import Counted, counted, invariant, renamed, unsigned_name
from llmopt.agents.example import Example, Refused
from llmopt.agents.rewriting import Rewriting, braced, rewrite
from llmopt.errors import NotApplicable
from llmopt.source.cursors import Kind, bare, is_integer, operator, parts
from llmopt.source.syntax import Loop
from llmopt.values.contract import Contract

_AHEAD = 16
_MOST = 3


def _prefetch(rewriting: Rewriting) -> None:
    rewriting.need_x86()
    rewriting.each(
        rewriting.syntax.loops(),
        lambda loop: _change(rewriting, loop),
        "no loop reads by way of an index",
    )


def _change(rewriting: Rewriting, loop: Loop) -> None:
    syntax = rewriting.syntax
    found = counted(syntax, loop)
    if not invariant(syntax, found.effects, found.bound):
        raise NotApplicable("the loop's bound may change")
    if found.effects.calls or found.effects.jumps:
        raise NotApplicable("the loop may end before its bound")
    asked = {}
    for access in _always(loop.body):
        if text := _ahead(rewriting, found, access):
            asked[text] = f"__builtin_prefetch({text});"
    if not 1 <= len(asked) <= _MOST:
        raise NotApplicable("no loop reads by way of an index")
    counter, unsigned = found.counter.name, unsigned_name(found.kind)
    left = f"({unsigned})({syntax.text(found.bound)}) - ({unsigned}){counter}"
    start, end = syntax.statement(loop.body)
    body = rewriting.copied(start, end)
    ahead = braced(f"if ({left} > {_AHEAD})", *asked.values())
    text = braced("", ahead, body).replace("\n", "\n" + rewriting.indent(loop.start))
    rewriting.replace(start, end, text)


def _always(cursor: cindex.Cursor) -> Iterator[cindex.Cursor]:
    """The elements that each turn of a body accesses, whatever happens."""
    if cursor.kind in _CHOOSE:
        return
    inside = parts(cursor)
    if operator(cursor) in {"&&", "||"} or cursor.kind == Kind.CONDITIONAL_OPERATOR:
        inside = inside[:1]
    if cursor.kind == Kind.ARRAY_SUBSCRIPT_EXPR:
        yield cursor
    for part in inside:
        yield from _always(part)


_CHOOSE = frozenset(
    {
        *(Kind.IF_STMT, Kind.SWITCH_STMT, Kind.FOR_STMT, Kind.WHILE_STMT, Kind.DO_STMT),
        *(Kind.LABEL_STMT, Kind.CXX_UNARY_EXPR),
    }
)


def _ahead(rewriting: Rewriting, found: Counted, access: cindex.Cursor) -> str | None:
    """The address of the element of a later turn, where an index in memory gives it."""
    syntax = rewriting.syntax
    base, index = parts(access)
    by = bare(index)
    if by.kind != Kind.ARRAY_SUBSCRIPT_EXPR or not is_integer(by.type):
        return None
    table, counter = parts(by)
    fixed = found.effects.written | found.effects.declared
    if syntax.private(counter) != found.counter:
        return None
    for pointer in (base, table):
        variable = syntax.private(pointer)
        if variable is None or variable in fixed:
            return None
    later = rewriting.rendered(
        *syntax.place(by),
        renamed(rewriting, by, found.counter, f"{found.counter.name} + {_AHEAD}"),
    )
    size = access.type.get_size()
    if size <= 0:
        return None
    return f"(const void *)((unsigned long){syntax.text(base)} + (unsigned long){later} * {size})"


MOVES = (rewrite("prefetch", 1.02, "elements by way of an index, asked for ahead", _prefetch),)

EXAMPLES = (
    Example(
        before="""\
unsigned f(const unsigned *weights, const unsigned char *order, unsigned n)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < n; i++)
        sum = (sum << 1) ^ weights[order[i]];
    return sum;
}""",
        after="""\
unsigned f(const unsigned *weights, const unsigned char *order, unsigned n)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < n; i++)
        {
        if ((unsigned int)(n) - (unsigned int)i > 16) {
            __builtin_prefetch((const void *)((unsigned long)weights + (unsigned long)order[i + 16] * 4));
        }
        sum = (sum << 1) ^ weights[order[i]];
    }
    return sum;
}""",
        contract=Contract(length={"weights": "256", "order": "n"}, range={"n": (0, 100)}),
    ),
)

REFUSED = (
    Refused(
        "int f(const int *a, const int *at, int n) { int x = 0; for (int i = 0; i < n; i++)"
        " { x ^= a[at[i]]; if (x == 3) break; } return x; }",
        "may end before its bound",
    ),
    Refused(
        "int f(const int *a, const int *at, int n) { int x = 0; for (int i = 0; i < n; i++)"
        " if (x < 9) x ^= a[at[i]]; return x; }",
        "no loop reads by way of an index",
    ),
    Refused(
        "int f(const int *a, const int *at, int *n) { int x = 0; for (int i = 0; i < *n; i++)"
        " x ^= a[at[i]]; return x; }",
        "bound may change",
    ),
)
