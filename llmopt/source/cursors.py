"""What libclang's cursors and types say, asked in C's own words.

Operators come as they are spelled, constants as their values, types as what they are behind their
names. What is told of a part holds for the part alone: `source.syntax` knows the whole function.
"""

from __future__ import annotations

import ctypes

from clang import cindex

Kind = cindex.CursorKind
TypeKind = cindex.TypeKind

_BINARY = (
    "", ".*", "->*", "*", "/", "%", "+", "-", "<<", ">>", "<=>", "<", ">", "<=", ">=", "==", "!=",
    "&", "^", "|", "&&", "||", "=", "*=", "/=", "%=", "+=", "-=", "<<=", ">>=", "&=", "^=", "|=",
    ",",
)  # fmt: skip
_UNARY = (
    "", "post++", "post--", "++", "--", "u&", "u*", "u+", "u-", "~", "!", "real", "imag",
    "extension", "await",
)  # fmt: skip
_WRAPPERS = frozenset({Kind.PAREN_EXPR, Kind.UNEXPOSED_EXPR})
_BINARIES = frozenset({Kind.BINARY_OPERATOR, Kind.COMPOUND_ASSIGNMENT_OPERATOR})
_INTEGERS = frozenset(
    {
        TypeKind.BOOL,
        TypeKind.CHAR_S,
        TypeKind.CHAR_U,
        TypeKind.SCHAR,
        TypeKind.UCHAR,
        TypeKind.SHORT,
        TypeKind.USHORT,
        TypeKind.INT,
        TypeKind.UINT,
        TypeKind.LONG,
        TypeKind.ULONG,
        TypeKind.LONGLONG,
        TypeKind.ULONGLONG,
    }
)
_UNSIGNED = frozenset(
    {
        TypeKind.BOOL,
        TypeKind.CHAR_U,
        TypeKind.UCHAR,
        TypeKind.USHORT,
        TypeKind.UINT,
        TypeKind.ULONG,
        TypeKind.ULONGLONG,
    }
)
_BYTES = frozenset({TypeKind.CHAR_S, TypeKind.CHAR_U, TypeKind.SCHAR, TypeKind.UCHAR})
#: The operators that change their operand, or their left one.
ASSIGNS = frozenset(_BINARY[22:33])
STEPS = frozenset(_UNARY[1:5])


def operator(cursor: cindex.Cursor) -> str:
    """The operator of an expression as it is spelled, empty where it has none: `post++` and
    `post--` behind their operand; with a `u`, those of one operand that are like those of two.
    """
    if cursor.kind in _BINARIES:
        return _BINARY[_opcode("clang_getCursorBinaryOperatorKind", cursor)]
    if cursor.kind == Kind.UNARY_OPERATOR:
        return _UNARY[_opcode("clang_getCursorUnaryOperatorKind", cursor)]
    return ""


def _opcode(asked: str, cursor: cindex.Cursor) -> int:
    """What the library tells since its version 17, and its binding only since 19."""
    function = getattr(cindex.conf.lib, asked)
    function.argtypes, function.restype = [cindex.Cursor], ctypes.c_int
    return int(function(cursor))


#: What an integer constant is written with.
_CONSTANT = frozenset(
    {
        Kind.BINARY_OPERATOR,
        Kind.CHARACTER_LITERAL,
        Kind.CONDITIONAL_OPERATOR,
        Kind.CSTYLE_CAST_EXPR,
        Kind.INTEGER_LITERAL,
        Kind.PAREN_EXPR,
        Kind.TYPE_REF,
        Kind.UNARY_OPERATOR,
        Kind.UNEXPOSED_EXPR,
    }
)


def constant(cursor: cindex.Cursor) -> int | None:
    """The value of an expression of integer literals, enumerators and sizes; None for others."""
    if not is_integer(cursor.type) or not _is_constant(cursor):
        return None
    library = cindex.conf.lib
    evaluate, kind, value, dispose = (
        library.clang_Cursor_Evaluate,
        library.clang_EvalResult_getKind,
        library.clang_EvalResult_getAsLongLong,
        library.clang_EvalResult_dispose,
    )
    evaluate.argtypes, evaluate.restype = [cindex.Cursor], ctypes.c_void_p
    kind.argtypes, kind.restype = [ctypes.c_void_p], ctypes.c_int
    value.argtypes, value.restype = [ctypes.c_void_p], ctypes.c_longlong
    dispose.argtypes, dispose.restype = [ctypes.c_void_p], None
    result = evaluate(cursor)
    if not result:
        return None
    try:
        found = int(value(result)) if kind(result) == 1 else None
    finally:
        dispose(result)
    if found is not None and found < 0 and is_unsigned(cursor.type):
        found += 1 << 64
    return found


def _is_constant(cursor: cindex.Cursor) -> bool:
    if cursor.kind == Kind.CXX_UNARY_EXPR:
        return True
    if cursor.kind == Kind.DECL_REF_EXPR:
        return bool(cursor.referenced and cursor.referenced.kind == Kind.ENUM_CONSTANT_DECL)
    if cursor.kind not in _CONSTANT or operator(cursor) in {*ASSIGNS, *STEPS, ",", "u*", "u&"}:
        return False
    return all(_is_constant(part) for part in cursor.get_children() if part.kind != Kind.TYPE_REF)


def parts(cursor: cindex.Cursor) -> list[cindex.Cursor]:
    """The statements and expressions inside, without what is said of types."""
    return [c for c in cursor.get_children() if c.kind not in {Kind.TYPE_REF, Kind.LABEL_REF}]


def bare(cursor: cindex.Cursor) -> cindex.Cursor:
    """An expression without the parentheses and implicit conversions around it."""
    while cursor.kind in _WRAPPERS and len(inner := parts(cursor)) == 1:
        cursor = inner[0]
    return cursor


def canonical(kind: cindex.Type) -> cindex.TypeKind:
    """The kind of a type behind its names; enumerations are the integers that hold them."""
    found = kind.get_canonical()
    if found.kind == TypeKind.ENUM:
        found = found.get_declaration().enum_type.get_canonical()
    return found.kind


def is_integer(kind: cindex.Type) -> bool:
    """Whether values of a type are integers."""
    return canonical(kind) in _INTEGERS


def is_unsigned(kind: cindex.Type) -> bool:
    """Whether values of a type are integers that wrap."""
    return canonical(kind) in _UNSIGNED


def is_byte(kind: cindex.Type) -> bool:
    """Whether a type is one of the three of `char`."""
    return canonical(kind) in _BYTES


def pointee(kind: cindex.Type) -> cindex.Type | None:
    """What a pointer, or an array, holds; None for other types."""
    found = kind.get_canonical()
    if found.kind == TypeKind.POINTER:
        return found.get_pointee()
    if found.kind in {TypeKind.CONSTANTARRAY, TypeKind.INCOMPLETEARRAY}:
        return found.element_type
    return None


def is_special(kind: cindex.Type) -> bool:
    """Whether an access to a type is more than reading and writing."""
    found = kind.get_canonical()
    element = pointee(found)
    return bool(
        found.is_volatile_qualified()
        or found.kind == TypeKind.ATOMIC
        or (element is not None and element.get_canonical().kind == TypeKind.ATOMIC)
        or (element is not None and element.is_volatile_qualified())
    )
