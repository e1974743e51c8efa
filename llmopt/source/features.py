"""What kind of function one is, in a few words, by which others like it are found.

`loops` is the deepest nest, 3 standing for more; `arithmetic` floating or integer; `memory` where
it reads and writes: by chased pointers, at indirect places, in tables (products or several
subscripts), in rows, or nowhere; `sums` whether a loop adds up into one variable; `branches`
whether a loop has them; `calls` whether it calls others; `size` small, medium or large.
"""

from __future__ import annotations

from collections.abc import Iterator

from clang import cindex

_Kind = cindex.CursorKind
_LOOPS = frozenset({_Kind.FOR_STMT, _Kind.WHILE_STMT, _Kind.DO_STMT})
_BRANCHES = frozenset({_Kind.IF_STMT, _Kind.CONDITIONAL_OPERATOR, _Kind.SWITCH_STMT})
_OPERATORS = frozenset({_Kind.BINARY_OPERATOR, _Kind.COMPOUND_ASSIGNMENT_OPERATOR})
_FLOATING = frozenset({cindex.TypeKind.FLOAT, cindex.TypeKind.DOUBLE, cindex.TypeKind.LONGDOUBLE})
#: Cursors of libclang: a loop over an array is some 40.
_SMALL, _MEDIUM = 80, 400
_DEEPEST = 3


def features(function: cindex.Cursor) -> dict[str, str]:
    """The kinds of a definition, as above."""
    found = list(_walk(function, 0))
    inside = [cursor for cursor, depth in found if depth]
    floating = any(
        c.kind in _OPERATORS and c.type.get_canonical().kind in _FLOATING for c, _ in found
    )
    size = "small" if len(found) < _SMALL else "medium" if len(found) < _MEDIUM else "large"
    return {
        "loops": str(min(_DEEPEST, max(depth for _, depth in found))),
        "arithmetic": "floating" if floating else "integer",
        "memory": _memory([cursor for cursor, _ in found]),
        "sums": _told(any(_is_sum(cursor) for cursor in inside)),
        "branches": _told(any(cursor.kind in _BRANCHES for cursor in inside)),
        "calls": _told(any(cursor.kind == _Kind.CALL_EXPR for cursor, _ in found)),
        "size": size,
    }


def _told(is_so: bool) -> str:  # noqa: FBT001 - a word for it
    return "yes" if is_so else "no"


def _walk(cursor: cindex.Cursor, depth: int) -> Iterator[tuple[cindex.Cursor, int]]:
    """All below a cursor and itself, each with the number of loops around it."""
    inside = depth + (cursor.kind in _LOOPS)
    yield cursor, inside
    for child in cursor.get_children():
        yield from _walk(child, inside)


def _memory(cursors: list[cindex.Cursor]) -> str:
    subscripts = [c for c in cursors if c.kind == _Kind.ARRAY_SUBSCRIPT_EXPR]
    if any(_is_chased(cursor) for cursor in cursors):
        return "chased"
    indices = [list(list(c.get_children())[-1].walk_preorder()) for c in subscripts]
    kinds = [{inner.kind for inner in index} for index in indices]
    if any(kind & {_Kind.ARRAY_SUBSCRIPT_EXPR, _Kind.CALL_EXPR} for kind in kinds):
        return "indirect"
    nested = any(
        inner.kind == _Kind.ARRAY_SUBSCRIPT_EXPR
        for c in subscripts
        for inner in next(c.get_children()).walk_preorder()
    )
    products = any(
        inner.kind == _Kind.BINARY_OPERATOR
        and len(list(inner.get_children())) == 2
        and any(token.spelling == "*" for token in inner.get_tokens())
        for index in indices
        for inner in index
    )
    if nested or products:
        return "tables"
    return "rows" if subscripts else "none"


def _is_chased(cursor: cindex.Cursor) -> bool:
    """Whether it is `p = p->next`."""
    if cursor.kind != _Kind.BINARY_OPERATOR:
        return False
    parts = list(cursor.get_children())
    if len(parts) != 2 or parts[0].kind != _Kind.DECL_REF_EXPR:
        return False
    if parts[0].type.get_canonical().kind != cindex.TypeKind.POINTER:
        return False
    inner = list(parts[1].walk_preorder())
    members = any(c.kind == _Kind.MEMBER_REF_EXPR for c in inner)
    return members and any(
        c.kind == _Kind.DECL_REF_EXPR and c.spelling == parts[0].spelling for c in inner
    )


def _is_sum(cursor: cindex.Cursor) -> bool:
    """Whether it is `sum += ...` or `*= ...` of a variable."""
    if cursor.kind != _Kind.COMPOUND_ASSIGNMENT_OPERATOR:
        return False
    target = next(iter(cursor.get_children()), None)
    return target is not None and target.kind == _Kind.DECL_REF_EXPR
