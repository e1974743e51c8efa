"""A unit's text in which a function tells what it divides, and by what.

A quotient changes at the multiples of its divisor, and there a reciprocal that is not quite one, or
a division that rounds otherwise, is wrong. Compilers report comparisons to tests, but not divisions
by constants: so each `/` and `%` of integers is written as an expression that reports its operands
to the runtime first (see runtime/nudge.c). The program that plans is made of it, and no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clang import cindex

from llmopt.errors import SourceError
from llmopt.rewrite.unit import UnitContext

_Kind = cindex.CursorKind
_DECLARED = b"void llmopt_divided(long long, long long); "
_OPERATOR = re.compile(rb"\s*([/%]=?)\s*")
_CHARACTERS = ("CHAR_S", "CHAR_U", "SCHAR", "UCHAR")
_INTEGERS = frozenset(getattr(cindex.TypeKind, name) for name in _CHARACTERS) | frozenset(
    getattr(cindex.TypeKind, sign + width)
    for sign in ("", "U")
    for width in ("SHORT", "INT", "LONG", "LONGLONG")
)


@dataclass(frozen=True)
class _Division:
    """Bytes of the file: of the whole, and of its operands; with the operator as it is written."""

    start: int
    left_end: int
    right_start: int
    end: int
    operator: bytes


def divisions_told(context: UnitContext, functions: Sequence[str]) -> bytes:
    """The unit with reports in some of its functions; as it is where they divide nothing.

    Not every such text compiles: an operand may be one that only a constant can be.
    """
    content = context.content
    found: list[_Division] = []
    first = len(content)
    for name in functions:
        try:
            located = context.locate(name)
        except SourceError:
            continue  # a macro's
        first = min(first, located.start)
        for cursor in _operators(context.definition(name)):
            division = _division(content, cursor)
            if division and located.body <= division.start and division.end <= located.end:
                found.append(division)
    if not found:
        return content
    found.sort(key=lambda d: (d.start, -d.end))
    return content[:first] + _DECLARED + _told(content, first, len(content), found)


def _operators(cursor: cindex.Cursor) -> Iterator[cindex.Cursor]:
    """Every operator of two operands below a cursor, where it is evaluated in a call."""
    if cursor.kind == _Kind.CXX_UNARY_EXPR or _is_constant(cursor):
        return  # nothing is evaluated in a sizeof
    label = cursor.kind == _Kind.CASE_STMT
    for child in list(cursor.get_children())[label:]:
        if child.kind in (_Kind.BINARY_OPERATOR, _Kind.COMPOUND_ASSIGNMENT_OPERATOR):
            yield child
        yield from _operators(child)


def _is_constant(cursor: cindex.Cursor) -> bool:
    """Whether a declaration's initializer, or the size in its type, must be a constant."""
    return bool(
        cursor.kind == _Kind.VAR_DECL
        and (
            cursor.storage_class == cindex.StorageClass.STATIC
            or cursor.type.get_canonical().kind == cindex.TypeKind.CONSTANTARRAY
        )
    )


def _division(content: bytes, cursor: cindex.Cursor) -> _Division | None:
    """An operator as a division of integers; None where it is none, or is a macro's."""
    operands = list(cursor.get_children())
    if any(operand.type.get_canonical().kind not in _INTEGERS for operand in operands):
        return None
    left, right = (operand.extent for operand in operands)
    operator = _OPERATOR.fullmatch(content[left.end.offset : right.start.offset])
    if operator is None:
        return None
    if operator[1].endswith(b"=") and operands[0].kind != _Kind.DECL_REF_EXPR:
        return None  # to evaluate it twice may do something twice
    return _Division(
        left.start.offset, left.end.offset, right.start.offset, right.end.offset, operator[1]
    )


def _told(content: bytes, start: int, end: int, divisions: Sequence[_Division]) -> bytes:
    """A stretch of the text with the divisions in it, also those within others, made to tell."""
    text = b""
    at = start
    for division in divisions:
        if at <= division.start and division.end <= end:
            text += content[at : division.start] + _report(content, division, divisions)
            at = division.end
    return text + content[at:end]


def _report(content: bytes, division: _Division, divisions: Sequence[_Division]) -> bytes:
    inner = [d for d in divisions if d is not division]
    left = _told(content, division.start, division.left_end, inner)
    right = _told(content, division.right_start, division.end, inner)
    by = b"__auto_type llmopt_by = 0 + (%s);" % right
    if division.operator.endswith(b"="):
        told = b"llmopt_divided(%s, llmopt_by);" % left
        return b"%s %s ({ %s %s llmopt_by; })" % (left, division.operator, by, told)
    it = b"__auto_type llmopt_it = 0 + (%s);" % left
    told = b"llmopt_divided(llmopt_it, llmopt_by); llmopt_it %s llmopt_by;" % division.operator
    return b"({ %s %s %s })" % (it, by, told)
