"""The types of a function's values, as libclang knows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from clang import cindex

from llmopt.errors import NotApplicable
from llmopt.harness.description import (
    CONSTANT,
    FLEXIBLE,
    ORDER,
    PURE,
    RESTRICT,
    SELF,
    SIGNED,
    TEXT,
    Callback,
    Field,
    Parameter,
    Shape,
    Type,
    is_plain,
    unqualified,
)
from llmopt.harness.roles import Uses, agreeing

Kind = cindex.TypeKind
Cursor = cindex.CursorKind

_SIGNED_KINDS = (Kind.CHAR_S, Kind.SCHAR, Kind.SHORT, Kind.INT, Kind.LONG, Kind.LONGLONG)
_UNSIGNED_KINDS = (Kind.CHAR_U, Kind.UCHAR, Kind.USHORT, Kind.UINT, Kind.ULONG, Kind.ULONGLONG)
_WIDE_KINDS = (Kind.INT128, Kind.UINT128)
_ARRAYS = (Kind.CONSTANTARRAY, Kind.INCOMPLETEARRAY, Kind.VARIABLEARRAY)
_FLOAT_KINDS = (Kind.FLOAT, Kind.DOUBLE, Kind.LONGDOUBLE)
STREAMS = re.compile(r"(?:struct )?(?:_IO_FILE|FILE)")
_ATOMIC = re.compile(r"_Atomic\((.*)\)")
#: By their names, whether they are signed.
_ATOMIC_INTEGERS = {
    **dict.fromkeys(("signed char", "short", "int", "long", "long long"), True),
    **dict.fromkeys(("unsigned char", "unsigned short", "unsigned int"), False),
    **dict.fromkeys(("unsigned long", "unsigned long long"), False),
}
#: What only its own functions may look into: a case leaves it zero, as static data is.
_UNTOUCHED = re.compile(r"pthread_\w+|jmp_buf|sem_t|mtx_t|cnd_t|va_list|__va_list_tag")


class Types:
    """The types met so far, each once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"void": 0}
        self._types: list[Type] = [Type(Shape.VOID, "void")]
        self.callbacks: list[Callback] = []
        self._signatures: dict[str, int] = {}

    def is_plain(self, number: int) -> bool:
        """Whether a value of the type is made of numbers alone."""
        return is_plain(self._types, number)

    def is_record_of_numbers(self, number: int) -> bool:
        """Whether a value of the type is a record of nothing but numbers."""
        kind = self._types[number]
        return kind.shape is Shape.RECORD and all(self.is_plain(f.type) for f in kind.fields)

    def all(self, uses: Uses) -> tuple[Type, ...]:
        """The types, with what is only known of all of them: records that lead to their own kind,
        and fields that by their names, or by their uses, agree with others.
        """
        selves = [
            replace(kind, flags=kind.flags | SELF)
            if kind.shape is Shape.RECORD and self._leads(number, number)
            else kind
            for number, kind in enumerate(self._types)
        ]
        return tuple(
            replace(kind, fields=tuple(agreeing(kind, selves, uses)))
            if kind.shape is Shape.RECORD
            else kind
            for kind in selves
        )

    def number(self, kind: cindex.Type) -> int:
        """The number of a type. Raises NotApplicable for types that cannot be made up."""
        canonical = kind.get_canonical()
        key = _key(canonical)
        if key not in self._numbers:
            self._numbers[key] = len(self._types)
            self._types.append(Type(Shape.OPAQUE, key))  # until its parts are known
            self._types[self._numbers[key]] = self._made(kind, canonical)
        return self._numbers[key]

    def passed(self, kind: cindex.Type, of: str) -> tuple[str, int]:
        """The spelling and number of a parameter's type: an array is passed as a pointer."""
        canonical = kind.get_canonical()
        if canonical.kind not in _ARRAYS:
            return spelling(kind, of), self.number(kind)
        element = canonical.element_type
        key = f"{_key(element)} * of an array{' of constants' if is_constant(element) else ''}"
        if key not in self._numbers:
            flags = CONSTANT if is_constant(element) else 0
            made = Type(Shape.POINTER, key, 8, flags, self.number(element))
            self._numbers[key] = len(self._types)
            self._types.append(made)
        return f"__typeof__({spelling(element, of)}) *", self._numbers[key]

    def _leads(self, start: int, goal: int) -> bool:
        seen: set[int] = set()
        waiting = [start]
        while waiting:
            kind = self._types[waiting.pop()]
            nexts = [field.type for field in kind.fields]
            if kind.shape in (Shape.POINTER, Shape.ARRAY):
                nexts.append(kind.element)
            if goal in nexts:
                return True
            waiting += [n for n in nexts if n not in seen]
            seen.update(nexts)
        return False

    def _made(self, kind: cindex.Type, canonical: cindex.Type) -> Type:
        what, size, name = canonical.kind, canonical.get_size(), canonical.spelling
        if what == Kind.VOID:
            return Type(Shape.VOID, name)
        if what == Kind.BOOL:
            return Type(Shape.BOOLEAN, name, size)
        if what == Kind.ENUM:
            return self._enumeration(canonical)
        if what in (*_SIGNED_KINDS, *_UNSIGNED_KINDS, *_WIDE_KINDS):
            signed = SIGNED if what in (*_SIGNED_KINDS, Kind.INT128) else 0
            text = TEXT if what in (Kind.CHAR_S, Kind.CHAR_U) else 0
            return Type(Shape.INTEGER, name, size, signed | text)
        if what in _FLOAT_KINDS:
            return Type(Shape.FLOAT, name, size)
        if what == Kind.POINTER:
            return self._pointer(canonical)
        if what in (Kind.CONSTANTARRAY, Kind.INCOMPLETEARRAY, Kind.VECTOR):
            count = max(0, canonical.element_count) if what != Kind.INCOMPLETEARRAY else 0
            element = self.number(canonical.element_type)
            return Type(Shape.ARRAY, name, max(0, size), 0, element, count)
        if what == Kind.COMPLEX:
            return Type(Shape.ARRAY, name, size, 0, self.number(canonical.element_type), 2)
        if what in (Kind.FUNCTIONPROTO, Kind.FUNCTIONNOPROTO):
            return Type(Shape.FUNCTION, name, 0, 0, self._callback(kind, canonical))
        if what == Kind.RECORD:
            return self._record(canonical)
        if what == Kind.ATOMIC:
            held = _ATOMIC.sub(r"\1", name)
            if held not in _ATOMIC_INTEGERS:
                return Type(Shape.OPAQUE, name, max(0, size))
            return Type(Shape.INTEGER, name, size, SIGNED if _ATOMIC_INTEGERS[held] else 0)
        raise NotApplicable(f"a value of type {name} cannot be made up")

    def _enumeration(self, canonical: cindex.Type) -> Type:
        declared = canonical.get_declaration()
        values = tuple(c.enum_value for c in declared.get_children())
        under = declared.enum_type.get_canonical().kind
        signed = SIGNED if under in _SIGNED_KINDS else 0
        return Type(
            Shape.INTEGER,
            canonical.spelling,
            canonical.get_size(),
            signed,
            count=len(values),
            values=values,
        )

    def _pointer(self, canonical: cindex.Type) -> Type:
        pointee = canonical.get_pointee()
        flags = CONSTANT if is_constant(pointee) else 0
        flags |= RESTRICT if canonical.is_restrict_qualified() else 0
        return Type(Shape.POINTER, canonical.spelling, 8, flags, self.number(pointee))

    def _record(self, canonical: cindex.Type) -> Type:
        name, size = canonical.spelling, canonical.get_size()
        declared = canonical.get_declaration()
        if STREAMS.fullmatch(unqualified(name)):
            return Type(Shape.STREAM, name)
        if size < 0 or _UNTOUCHED.search(name):
            return Type(Shape.OPAQUE, name, max(0, size))
        union = declared.kind == Cursor.UNION_DECL
        fields = tuple(self._fields(canonical))
        shape = Shape.UNION if union else Shape.RECORD
        last = self._types[fields[-1].type] if fields else None
        flexible = last is not None and last.shape is Shape.ARRAY and not last.count and not union
        return Type(shape, name, size, FLEXIBLE if flexible else 0, 0, len(fields), fields)

    def _fields(self, canonical: cindex.Type) -> Iterator[Field]:
        for field in canonical.get_fields():
            offset = field.get_field_offsetof()
            width = field.get_bitfield_width() if field.is_bitfield() else 0
            if field.is_bitfield() and not field.spelling:
                continue  # padding
            number = self.number(field.type)
            yield Field(field.spelling or "(unnamed)", number, 0, offset, max(0, width))

    def _callback(self, kind: cindex.Type, canonical: cindex.Type) -> int:
        key = canonical.spelling
        if key not in self._signatures:
            if canonical.kind != Kind.FUNCTIONPROTO or canonical.is_function_variadic():
                raise NotApplicable(f"a function of type {key} cannot be made up")
            self._signatures[key] = len(self.callbacks)
            self.callbacks.append(Callback("void", 0, (), 0))
            written = kind if kind.kind == Kind.FUNCTIONPROTO else canonical
            result = written.get_result()
            parameters = tuple(
                Parameter(f"a{at}", *self.passed(argument, key))
                for at, argument in enumerate(written.argument_types())
            )
            number = self.number(result)
            flags = ORDER | PURE if self._compares(number, parameters) else 0
            self.callbacks[self._signatures[key]] = Callback(
                spelling(result, key), number, parameters, flags
            )
        return self._signatures[key]

    def _compares(self, result: int, parameters: Sequence[Parameter]) -> bool:
        """Whether a function type is that of a comparison, as `qsort` takes one."""
        kinds = [self._types[p.type] for p in parameters]
        return (
            len(kinds) in (2, 3)
            and _orders(self._types[result])
            and kinds[0] == kinds[1]
            and kinds[0].shape is Shape.POINTER
            and bool(kinds[0].flags & CONSTANT)
        )


def _orders(result: Type) -> bool:
    """Whether a comparison may give this: less, equal or more; or whether it is less."""
    signed = result.shape is Shape.INTEGER and bool(result.flags & SIGNED)
    return signed or result.shape is Shape.BOOLEAN


def _key(canonical: cindex.Type) -> str:
    """What tells types apart: anonymous ones by where they stand."""
    return unqualified(canonical.spelling)


def is_constant(pointee: cindex.Type) -> bool:
    """Whether a value may not be written; of an array, whether its elements may not."""
    kind = pointee
    while True:
        if kind.is_const_qualified() or kind.get_canonical().is_const_qualified():
            return True
        if kind.get_canonical().kind not in (Kind.CONSTANTARRAY, Kind.INCOMPLETEARRAY):
            return False
        kind = kind.get_canonical().element_type


def spelling(kind: cindex.Type, of: str) -> str:
    """A type's name as the unit may write it. Raises NotApplicable where it has none."""
    text: str = kind.spelling
    if "(unnamed" in text or "(anonymous" in text:
        text = kind.get_canonical().spelling
    if "(unnamed" in text or "(anonymous" in text:
        raise NotApplicable(f"a type that {of} takes or gives has no name")
    if kind.is_const_qualified() and kind.get_canonical().kind != Kind.POINTER:
        text = re.sub(r"^const\s+", "", text)
    return re.sub(r"\b(?:__)?restrict\b", "", text)
