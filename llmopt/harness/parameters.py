"""The parameters of a function, by their types and by what its body does with them."""

from __future__ import annotations

from clang import cindex

from llmopt.errors import NotApplicable
from llmopt.harness.c_types import STREAMS, Types, is_constant
from llmopt.harness.description import (
    CONSTANT,
    NONNULL,
    RESTRICT,
    SINGLE,
    Parameter,
    unqualified,
)
from llmopt.harness.roles import CHANGING

Kind = cindex.TypeKind
Cursor = cindex.CursorKind


def parameter(
    types: Types,
    argument: cindex.Cursor,
    kind: cindex.Type,
    number: int,
    function: cindex.Cursor,
) -> Parameter:
    """A parameter of a function: its type, and what the body says of it. Raises NotApplicable."""
    canonical = kind.get_canonical()
    name = argument.spelling or f"argument{number + 1}"
    spelling, type_number = types.passed(kind, function.spelling)
    flags = RESTRICT if kind.is_restrict_qualified() else 0
    if canonical.kind == Kind.POINTER:
        pointee = canonical.get_pointee().get_canonical()
        if pointee.kind == Kind.RECORD and not _is_walked(argument, function):
            flags |= SINGLE
        if not _may_be_null(argument.spelling, function):
            flags |= NONNULL
        meant = _meant(argument, function) if pointee.kind == Kind.VOID else None
        if pointee.kind == Kind.RECORD and pointee.get_size() < 0:
            if not STREAMS.fullmatch(unqualified(pointee.spelling)):
                raise NotApplicable(f"what {name} points to has no known content")
        if meant is not None:
            constant = CONSTANT if is_constant(canonical.get_pointee()) else 0
            return Parameter(name, spelling, types.number(meant), flags | constant)
    return Parameter(name, spelling, type_number, flags)


_ASKING = frozenset(("!", "&&", "||", "==", "!=", "?"))


def _may_be_null(name: str, function: cindex.Cursor) -> bool:
    """Whether the body asks if a pointer is NULL, or hands it to what takes NULL as well."""
    words = ["", "", *(token.spelling for token in function.get_tokens()), ""]
    body = words.index("{") if "{" in words else 0
    for at in range(body, len(words) - 1):
        if words[at] == name:
            if {words[at - 1], words[at + 1]} & _ASKING or words[at - 2] in ("free", "realloc"):
                return True
            if words[at - 2] in ("if", "while") and words[at + 1] == ")":
                return True
    return False


def _is_walked(argument: cindex.Cursor, function: cindex.Cursor) -> bool:
    """Whether the body takes a pointer for that to several things, or lets it lead elsewhere."""
    for inner in function.walk_preorder():
        if inner.kind in (Cursor.ARRAY_SUBSCRIPT_EXPR, *CHANGING):
            operands = list(inner.get_children())
            words = {token.spelling for token in inner.get_tokens()}
            steps = inner.kind != Cursor.UNARY_OPERATOR or words & {"++", "--"}
            compares = inner.kind == Cursor.BINARY_OPERATOR and not words & _STEPPING
            if steps and not compares and any(_names(o, argument) for o in operands):
                return True
    return False


_STEPPING = frozenset(("+", "-", "=", "<", ">", "<=", ">="))


def _names(operand: cindex.Cursor, argument: cindex.Cursor) -> bool:
    """Whether an operand is the parameter itself."""
    while operand.kind in (Cursor.UNEXPOSED_EXPR, Cursor.PAREN_EXPR):
        inner = list(operand.get_children())
        if len(inner) != 1:
            return False
        operand = inner[0]
    return bool(operand.kind == Cursor.DECL_REF_EXPR and operand.referenced == argument)


def _meant(argument: cindex.Cursor, function: cindex.Cursor) -> cindex.Type | None:
    """The type of pointer that the body makes of a `void *` parameter, where it makes one."""
    for inner in function.walk_preorder():
        if inner.kind in (Cursor.VAR_DECL, Cursor.CSTYLE_CAST_EXPR):
            kind = inner.type.get_canonical()
            if kind.kind != Kind.POINTER:
                continue
            pointee = kind.get_pointee().get_canonical()
            known = pointee.kind not in (Kind.VOID, Kind.FUNCTIONPROTO) and pointee.get_size() > 0
            if known and _is_just(inner, argument):
                return kind
    return None


def _is_just(expression: cindex.Cursor, argument: cindex.Cursor) -> bool:
    """Whether an initializer or cast holds nothing but the parameter's own value."""
    operands = [c for c in expression.get_children() if c.kind.is_expression()]
    while len(operands) == 1:
        if operands[0].kind == Cursor.DECL_REF_EXPR:
            return bool(operands[0].referenced == argument)
        operands = [c for c in operands[0].get_children() if c.kind.is_expression()]
    return False
