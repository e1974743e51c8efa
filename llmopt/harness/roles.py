"""Which fields say something of others: by their names, or by how the unit uses them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from clang import cindex

from llmopt.harness.description import (
    AMONG,
    BACK,
    COUNT,
    KEY,
    LAST,
    PLACE,
    ROOM,
    SELF,
    TEXT,
    TRUTH,
    Field,
    Shape,
    Type,
    unqualified,
)

Cursor = cindex.CursorKind

_BACK_NAME = re.compile(r"(?:^|_)(?:prev|previous|parent|up|back|pred)\d*$", re.IGNORECASE)
_ROOM_NAME = re.compile(
    r"(?:^|_)(?:cap|capacity|alloc|allocated|room|max|maximum|limit)", re.IGNORECASE
)
_COUNT_NAME = re.compile(
    r"(?:^|_)(?:n|len|length|count|size|used|num|fill|nitems|entries|items|nodes|elements|total)$",
    re.IGNORECASE,
)
_PLACE_NAME = re.compile(
    r"(?:^|_)(?:pos|position|index|idx|head|tail|top|cursor|next|first|last|rd|wr|read|write)$",
    re.IGNORECASE,
)
_LAST_NAME = re.compile(r"(?:^|_)(?:tail|rear|end)$", re.IGNORECASE)
_AMONG_NAME = re.compile(
    r"(?:^|_)(?:cur|current|cursor|last|latest|cached|hint|oldest|newest|found|recent|min|max|"
    r"here|iter|position|selected|active|top)$",
    re.IGNORECASE,
)


#: A field: its record's name, and its own.
_Named = tuple[str, str]


@dataclass(frozen=True)
class Uses:
    """How the unit uses fields: which records are ordered by, and which say yes or no."""

    keys: frozenset[_Named]
    truths: frozenset[_Named]


def agreeing(record: Type, types: Sequence[Type], uses: Uses) -> Iterator[Field]:
    """The fields, with those marked that say something of others."""
    counts = any(_ROOM_NAME.search(f.name) and _is_count(types[f.type]) for f in record.fields)
    followed: set[int] = set()  # the kinds of lists and trees that a field led to
    for field in record.fields:
        kind = types[field.type]
        flag = 0
        if (record.name, field.name) in uses.keys:
            flag = KEY
        elif (record.name, field.name) in uses.truths and _is_count(kind) and not field.bit_width:
            flag = TRUTH
        elif _is_count(kind) and not field.bit_width:
            flag = _count_flag(field.name, bounded=counts, followed=bool(followed))
        elif kind.shape is Shape.POINTER and _BACK_NAME.search(field.name):
            flag = BACK
        elif kind.shape is Shape.POINTER:
            pointee = types[kind.element]
            if pointee.flags & SELF and pointee is not record:
                if kind.element in followed:
                    flag = _list_flag(field.name)
                followed.add(kind.element)
        yield replace(field, flags=flag)


def _is_count(kind: Type) -> bool:
    return kind.shape is Shape.INTEGER and not kind.values and not kind.flags & TEXT


def _count_flag(name: str, *, bounded: bool, followed: bool) -> int:
    if bounded and _ROOM_NAME.search(name):
        return ROOM
    if (bounded or followed) and _COUNT_NAME.search(name):
        return COUNT
    return PLACE if bounded and _PLACE_NAME.search(name) else 0


def _list_flag(name: str) -> int:
    if _LAST_NAME.search(name):
        return LAST
    return AMONG if _AMONG_NAME.search(name) else 0


_COMPARED = frozenset(("<", ">", "<=", ">="))


def keys(closure: Sequence[cindex.Cursor]) -> frozenset[_Named]:
    """Fields that the code compares between two records: what it handles is ordered by them.

    Each as the record's name and the field's.
    """
    found = set()
    for function in closure:
        for inner in function.walk_preorder():
            if inner.kind != Cursor.BINARY_OPERATOR:
                continue
            sides = [_member(side) for side in inner.get_children()]
            if len(sides) == 2 and sides[0] is not None and sides[0] == sides[1]:
                if _COMPARED & {token.spelling for token in inner.get_tokens()}:
                    found.add(sides[0])
    return frozenset(found)


def truths(functions: Iterable[cindex.Cursor]) -> frozenset[_Named]:
    """Fields that the unit sets to the literals 0 and 1, and to nothing else. One that it only
    clears may count.
    """
    set_to: dict[str, set[_Named]] = {"0": set(), "1": set()}
    other: set[_Named] = set()
    for function in functions:
        for inner in function.walk_preorder():
            if inner.kind not in CHANGING:
                continue
            sides = list(inner.get_children())
            member = _member(sides[0])
            if member is None:
                continue
            words = [token.spelling for token in inner.get_tokens()]
            if inner.kind == Cursor.BINARY_OPERATOR and words[-2:-1] == ["="]:
                set_to.get(words[-1], other).add(member)
            elif inner.kind != Cursor.BINARY_OPERATOR or "=" in words:
                other |= {member} if _changes(inner, words) else set()
    return frozenset(set_to["1"] - other)


CHANGING = frozenset(
    (Cursor.BINARY_OPERATOR, Cursor.COMPOUND_ASSIGNMENT_OPERATOR, Cursor.UNARY_OPERATOR)
)


def _changes(operation: cindex.Cursor, words: Sequence[str]) -> bool:
    """Whether an operation may change its first operand."""
    if operation.kind == Cursor.UNARY_OPERATOR:
        return bool({"++", "--", "&"} & {words[0], words[-1]})
    return True


def _member(side: cindex.Cursor) -> _Named | None:
    """The record and field that an operand is, if it is one."""
    while side.kind in (Cursor.UNEXPOSED_EXPR, Cursor.PAREN_EXPR):
        inner = list(side.get_children())
        if len(inner) != 1:
            return None
        side = inner[0]
    if side.kind != Cursor.MEMBER_REF_EXPR or side.referenced is None:
        return None
    record = side.referenced.semantic_parent.type.get_canonical()
    return unqualified(record.spelling), side.spelling
