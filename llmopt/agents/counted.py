"""Loops that count, and what of them stays the same from one turn to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clang import cindex

from llmopt.agents.expressions import is_step
from llmopt.agents.rewriting import Edit, Rewriting
from llmopt.errors import NotApplicable
from llmopt.source.cursors import Kind, TypeKind, bare, canonical, constant, operator, parts
from llmopt.source.syntax import Effects, Loop, Syntax, Variable

_WIDE = frozenset(
    {
        TypeKind.INT,
        TypeKind.UINT,
        TypeKind.LONG,
        TypeKind.ULONG,
        TypeKind.LONGLONG,
        TypeKind.ULONGLONG,
    }
)
#: Literals of the unsigned types, and the types' names.
UNSIGNED = {
    TypeKind.UINT: ("unsigned int", "U"),
    TypeKind.ULONG: ("unsigned long", "UL"),
    TypeKind.ULONGLONG: ("unsigned long long", "ULL"),
}
_AS_UNSIGNED = {
    TypeKind.INT: TypeKind.UINT,
    TypeKind.LONG: TypeKind.ULONG,
    TypeKind.LONGLONG: TypeKind.ULONGLONG,
}


def unsigned_name(kind: cindex.Type) -> str:
    """The unsigned type of an integer type's width. Raises NotApplicable for narrow ones."""
    found = canonical(kind)
    found = _AS_UNSIGNED.get(found, found)
    if found not in UNSIGNED:
        raise NotApplicable("the integers are narrower than those of arithmetic")
    return UNSIGNED[found][0]


@dataclass(frozen=True)
class Counted:
    """`for (...; counter < bound; counter++)`: the counter changes in the step alone."""

    loop: Loop
    counter: Variable
    kind: cindex.Type
    bound: cindex.Cursor
    effects: Effects


def counted(syntax: Syntax, loop: Loop) -> Counted:
    """The loop, when its whole condition is the counter's. Raises NotApplicable."""
    if loop.condition is None or loop.step is None:
        raise NotApplicable("the loop does not count")
    order = bare(loop.condition)
    if operator(order) != "<":
        raise NotApplicable("the loop does not count up to a bound")
    left, right = parts(order)
    counter = syntax.private(left)
    if counter is None or not is_step(syntax, loop.step, counter):
        raise NotApplicable("the loop does not count by one")
    effects = syntax.effects(loop.body)
    syntax.check_closed(loop.cursor)
    if counter in effects.written:
        raise NotApplicable("the loop's body changes its counter")
    kind = bare(left).type
    if canonical(kind) not in _WIDE:
        raise NotApplicable("the loop's counter is narrow")
    same = canonical(bare(right).type) == canonical(kind)
    if not same and constant(right) is None:
        raise NotApplicable("the loop compares integers of different types")
    return Counted(loop, counter, kind, right, effects)


def invariant(syntax: Syntax, effects: Effects, cursor: cindex.Cursor) -> bool:
    """Whether an expression has one value as long as what has these effects goes on."""
    if not syntax.effects(cursor).is_pure or syntax.reads_memory(cursor):
        return False
    return syntax.uses(cursor).isdisjoint(effects.written | effects.declared)


def lifted(rewriting: Rewriting, loop: Loop) -> tuple[str, list[Edit]]:
    """What a `for` begins with as a statement before it, and the edits that take it out of there.

    Raises NotApplicable where a macro makes it.
    """
    first = loop.first
    if first is None:
        return "", []
    if first.kind == Kind.DECL_STMT:
        start, end = rewriting.syntax.statement(first)
        return rewriting.copied(start, end), [Edit(start, end, ";")]
    start, end = rewriting.syntax.place(first)
    return rewriting.copied(start, end) + ";", [Edit(start, end, "")]


def renamed(
    rewriting: Rewriting, cursor: cindex.Cursor, variable: Variable, text: str
) -> Iterator[Edit]:
    """Edits that put other text for each use of a variable in a part of the function."""
    syntax = rewriting.syntax
    for inner in cursor.walk_preorder():
        if inner.kind == Kind.DECL_REF_EXPR and syntax.variable(inner) == variable:
            yield Edit(*syntax.place(inner), text)
