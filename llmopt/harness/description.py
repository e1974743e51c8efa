"""What a function takes and gives, down to the last bit: types, globals, callbacks, constants.

libclang reads it from the unit's text. Sizes and offsets are numbers here, so that the driver needs
no name of a type but those in the function's own prototype.
"""

from __future__ import annotations

import ast
import math
import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from clang import cindex

from llmopt.errors import NotApplicable, SourceError
from llmopt.rewrite.unit import UnitContext
from llmopt.source.functions import definitions, is_in
from llmopt.values.command import CODE, PREPROCESSOR

Kind = cindex.TypeKind
Cursor = cindex.CursorKind
StorageClass = cindex.StorageClass


class Shape(IntEnum):
    """What a value is made of; as in runtime/driver.h."""

    VOID = 0
    INTEGER = 1
    BOOLEAN = 2
    FLOAT = 3
    POINTER = 4
    RECORD = 5
    UNION = 6
    ARRAY = 7
    FUNCTION = 8
    STREAM = 9
    OPAQUE = 10


#: Flags, as in runtime/driver.h.
SIGNED, TEXT, CONSTANT, RESTRICT, SELF, BACK, ROOM, COUNT = (1 << bit for bit in range(8))
VARIED, NONNULL, STRING, DISTINCT, RANGED, MEASURED, PURE, ORDER = (
    1 << bit for bit in range(8, 16)
)
PLACE, FLEXIBLE, KEY, LAST, AMONG, TRUTH, SINGLE = (1 << bit for bit in range(16, 23))


@dataclass(frozen=True)
class Field:
    """A member of a record or union. `bit_width` is 0 unless it is a bit-field."""

    name: str
    type: int
    flags: int
    bit_offset: int
    bit_width: int = 0


@dataclass(frozen=True)
class Type:
    """A type. `element` is the number of the pointee, element or function type; `size` in bytes."""

    shape: Shape
    name: str
    size: int = 0
    flags: int = 0
    element: int = 0
    count: int = 0
    fields: tuple[Field, ...] = ()
    values: tuple[int, ...] = ()


@dataclass(frozen=True)
class Parameter:
    """A parameter: `spelling` names its type in the unit's own words."""

    name: str
    spelling: str
    type: int
    flags: int = 0
    low: int = 0
    high: int = 0
    length: str = ""


@dataclass(frozen=True)
class Callback:
    """A function type that something given to the function points to."""

    result: str
    result_type: int
    parameters: tuple[Parameter, ...]
    flags: int


@dataclass(frozen=True)
class Global:
    """A variable of the unit that the function, or what it calls there, uses."""

    name: str
    type: int
    flags: int


@dataclass(frozen=True)
class Constants:
    """Literals of a text: what a program compares its input with."""

    integers: tuple[int, ...] = ()
    floats: tuple[float, ...] = ()
    texts: tuple[bytes, ...] = ()

    def __add__(self, other: Constants) -> Constants:
        return Constants(
            tuple(dict.fromkeys(self.integers + other.integers)),
            tuple(dict.fromkeys(self.floats + other.floats)),
            tuple(dict.fromkeys(self.texts + other.texts)),
        )


@dataclass(frozen=True)
class Description:
    """A function, as its tests need it. Type 0 is void.

    `functions` are those that the unit's file defines, `reached` those outside of the unit that the
    function, or what it calls there, names.
    """

    function: str
    result: str
    result_type: int
    parameters: tuple[Parameter, ...]
    types: tuple[Type, ...]
    globals: tuple[Global, ...]
    callbacks: tuple[Callback, ...]
    functions: tuple[str, ...]
    reached: tuple[str, ...]
    constants: Constants
    require: tuple[str, ...] = ()
    prepare: str = ""


def describe(context: UnitContext, function: str) -> Description:
    """The description of a function of the unit. Raises NotApplicable, SourceError."""
    command = context.unit.command
    found = definitions(
        command.source,
        context.content,
        tuple(command.arguments(CODE + PREPROCESSOR)),
        context.compiler.include_directory,
        command.cwd,
    )
    if function not in found:
        raise SourceError(f"{command.source} holds no definition of {function}")
    cursor = found[function]
    text = context.locate(function)
    if not text.prototyped or text.variadic:
        raise NotApplicable(f"{function} has no prototype that says what it takes")
    types = _Types()
    closure = _closure(cursor, found)
    parameters = tuple(
        _parameter(types, argument, kind, number, cursor)
        for number, (argument, kind) in enumerate(
            # Arrays are pointers only in the function's own type.
            zip(cursor.get_arguments(), cursor.type.argument_types(), strict=True)
        )
    )
    used = _globals(types, closure)
    return Description(
        function,
        _spelling(cursor.result_type, function),
        types.number(cursor.result_type),
        parameters,
        types.all(_Uses(_keys(closure), _truths(found.values()))),
        used,
        tuple(types.callbacks),
        tuple(sorted(n for n, c in found.items() if is_in(c.location, command.source))),
        tuple(sorted(_reached(closure) - found.keys())),
        _constants_of(closure),
    )


def is_plain(types: Sequence[Type], number: int) -> bool:
    """Whether a value of a type is made of numbers alone."""
    kind = types[number]
    if kind.shape is Shape.ARRAY:
        return is_plain(types, kind.element)
    return kind.shape in (Shape.INTEGER, Shape.BOOLEAN, Shape.FLOAT)


# --- types ------------------------------------------------------------------------------------

_SIGNED_KINDS = (Kind.CHAR_S, Kind.SCHAR, Kind.SHORT, Kind.INT, Kind.LONG, Kind.LONGLONG)
_UNSIGNED_KINDS = (Kind.CHAR_U, Kind.UCHAR, Kind.USHORT, Kind.UINT, Kind.ULONG, Kind.ULONGLONG)
_WIDE_KINDS = (Kind.INT128, Kind.UINT128)
_ARRAYS = (Kind.CONSTANTARRAY, Kind.INCOMPLETEARRAY, Kind.VARIABLEARRAY)
_FLOAT_KINDS = (Kind.FLOAT, Kind.DOUBLE, Kind.LONGDOUBLE)
_STREAMS = re.compile(r"(?:struct )?(?:_IO_FILE|FILE)")
_ATOMIC = re.compile(r"_Atomic\((.*)\)")
#: By their names, whether they are signed.
_ATOMIC_INTEGERS = {
    **dict.fromkeys(("signed char", "short", "int", "long", "long long"), True),
    **dict.fromkeys(("unsigned char", "unsigned short", "unsigned int"), False),
    **dict.fromkeys(("unsigned long", "unsigned long long"), False),
}
#: What only its own functions may look into: a case leaves it zero, as static data is.
_UNTOUCHED = re.compile(r"pthread_\w+|jmp_buf|sem_t|mtx_t|cnd_t|va_list|__va_list_tag")

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
class _Uses:
    """How the unit uses fields: which records are ordered by, and which say yes or no."""

    keys: frozenset[_Named]
    truths: frozenset[_Named]


class _Types:
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

    def all(self, uses: _Uses) -> tuple[Type, ...]:
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
            replace(kind, fields=tuple(_agreeing(kind, selves, uses)))
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
            return _spelling(kind, of), self.number(kind)
        element = canonical.element_type
        key = f"{_key(element)} * of an array{' of constants' if _is_constant(element) else ''}"
        if key not in self._numbers:
            flags = CONSTANT if _is_constant(element) else 0
            made = Type(Shape.POINTER, key, 8, flags, self.number(element))
            self._numbers[key] = len(self._types)
            self._types.append(made)
        return f"__typeof__({_spelling(element, of)}) *", self._numbers[key]

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
        flags = CONSTANT if _is_constant(pointee) else 0
        flags |= RESTRICT if canonical.is_restrict_qualified() else 0
        return Type(Shape.POINTER, canonical.spelling, 8, flags, self.number(pointee))

    def _record(self, canonical: cindex.Type) -> Type:
        name, size = canonical.spelling, canonical.get_size()
        declared = canonical.get_declaration()
        if _STREAMS.fullmatch(_unqualified(name)):
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
                _spelling(result, key), number, parameters, flags
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


def _agreeing(record: Type, types: Sequence[Type], uses: _Uses) -> Iterator[Field]:
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


def _key(canonical: cindex.Type) -> str:
    """What tells types apart: anonymous ones by where they stand."""
    return _unqualified(canonical.spelling)


def _unqualified(spelling: str) -> str:
    """Without qualifiers of the value itself; those of what it points to stay."""
    if "*" in spelling or "(" in spelling or "[" in spelling:
        return spelling
    return re.sub(r"\b(?:const|volatile)\b\s*", "", spelling).strip()


def _is_constant(pointee: cindex.Type) -> bool:
    """Whether a value may not be written; of an array, whether its elements may not."""
    kind = pointee
    while True:
        if kind.is_const_qualified() or kind.get_canonical().is_const_qualified():
            return True
        if kind.get_canonical().kind not in (Kind.CONSTANTARRAY, Kind.INCOMPLETEARRAY):
            return False
        kind = kind.get_canonical().element_type


def _spelling(kind: cindex.Type, of: str) -> str:
    """A type's name as the unit may write it. Raises NotApplicable where it has none."""
    text: str = kind.spelling
    if "(unnamed" in text or "(anonymous" in text:
        text = kind.get_canonical().spelling
    if "(unnamed" in text or "(anonymous" in text:
        raise NotApplicable(f"a type that {of} takes or gives has no name")
    if kind.is_const_qualified() and kind.get_canonical().kind != Kind.POINTER:
        text = re.sub(r"^const\s+", "", text)
    return re.sub(r"\b(?:__)?restrict\b", "", text)


# --- the function -------------------------------------------------------------------------------


def _parameter(
    types: _Types,
    argument: cindex.Cursor,
    kind: cindex.Type,
    number: int,
    function: cindex.Cursor,
) -> Parameter:
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
            if not _STREAMS.fullmatch(_unqualified(pointee.spelling)):
                raise NotApplicable(f"what {name} points to has no known content")
        if meant is not None:
            constant = CONSTANT if _is_constant(canonical.get_pointee()) else 0
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
        if inner.kind in (Cursor.ARRAY_SUBSCRIPT_EXPR, *_CHANGING):
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


def _closure(
    cursor: cindex.Cursor, found: Mapping[str, cindex.Cursor]
) -> tuple[cindex.Cursor, ...]:
    """The function and the functions of the unit that it may call."""
    reached = {cursor.spelling: cursor}
    waiting = [cursor]
    while waiting:
        for inner in waiting.pop().walk_preorder():
            if inner.kind == Cursor.DECL_REF_EXPR and inner.spelling in found:
                if inner.spelling not in reached:
                    reached[inner.spelling] = found[inner.spelling]
                    waiting.append(found[inner.spelling])
    return tuple(reached.values())


def _reached(closure: Sequence[cindex.Cursor]) -> set[str]:
    return {
        inner.spelling
        for function in closure
        for inner in function.walk_preorder()
        if inner.kind == Cursor.DECL_REF_EXPR
        and inner.referenced is not None
        and inner.referenced.kind == Cursor.FUNCTION_DECL
    }


_WRITING = re.compile(r"^(?:\+\+|--|(?:[-+*/%&|^]|<<|>>)?=(?!=))")


def _globals(types: _Types, closure: Sequence[cindex.Cursor]) -> tuple[Global, ...]:
    """The variables of the file that the closure uses, and small static ones besides.

    Those that it only reads may vary. So may those that say nothing to it: that it does not use,
    or only sets and adds to. What a candidate makes of their values is its own.
    """
    used: dict[str, cindex.Cursor] = {}
    written: set[str] = set()
    asked: set[str] = set()
    for function in closure:
        tokens = [(token.extent.start.offset, token.spelling) for token in function.get_tokens()]
        places = {offset: at for at, (offset, _) in enumerate(tokens)}
        words = [word for _, word in tokens]
        for inner in function.walk_preorder():
            if inner.kind != Cursor.DECL_REF_EXPR or inner.referenced is None:
                continue
            declared = inner.referenced
            if declared.kind != Cursor.VAR_DECL:
                continue
            if declared.semantic_parent.kind != Cursor.TRANSLATION_UNIT:
                continue
            used[inner.spelling] = declared
            at = places.get(inner.extent.start.offset)
            if not _only_reads(inner, words, at):
                written.add(inner.spelling)
            if at is None or not _only_writes(words, at):
                asked.add(inner.spelling)
    found = []
    for name, declared in sorted({**_static_variables(closure[0]), **used}.items()):
        kind = declared.type.get_canonical()
        if _is_constant(kind) or name in ("stdin", "stdout", "stderr"):
            continue
        try:
            number = types.number(declared.type)
        except NotApplicable:
            continue  # not compared: what it does shows in later calls
        numbers = types.is_plain(number) or types.is_record_of_numbers(number)
        varied = name not in asked and numbers
        varied = varied or (name not in written and types.is_plain(number))
        if name not in used and not varied:
            continue
        found.append(Global(name, number, VARIED if varied else 0))
    return tuple(found)


def _static_variables(function: cindex.Cursor) -> dict[str, cindex.Cursor]:
    """Those that nothing outside of the unit can see, as long as there is little to compare."""
    return {
        declared.spelling: declared
        for declared in function.translation_unit.cursor.get_children()
        if declared.kind == Cursor.VAR_DECL
        and declared.storage_class == StorageClass.STATIC
        and not declared.type.is_volatile_qualified()
        and 0 < declared.type.get_size() <= _LITTLE
    }


#: Bytes of a variable that is compared although the function does not use it.
_LITTLE = 256
_BEGINS = frozenset((";", "{", "}", ")", "else", ":"))
_ADDS = frozenset(("=", "+=", "-=", "|=", "^=", "&=", "*=", "<<=", ">>=", "/=", "%="))


def _only_writes(words: Sequence[str], at: int) -> bool:
    """Whether a use of a variable is a statement that sets or adds to it, or to a part of it: no
    other value comes of its value. `at` is the token that is its name.
    """
    stepped = words[at - 1] in ("++", "--") if at else False
    before = words[at - 1 - stepped] if at > stepped else ""
    end = _end(words, at + 1)
    behind = words[end] if end < len(words) else ""
    after = words[end + 1] if end + 1 < len(words) else ""
    if before not in _BEGINS:
        return False
    if stepped:
        return behind == ";"
    return behind in _ADDS or (behind in ("++", "--") and after == ";")


def _only_reads(reference: cindex.Cursor, words: Sequence[str], at: int | None) -> bool:
    """Whether a use of a variable is seen to be no write; what is not seen may be one.

    `words` are the function's tokens, `at` is the one that is the variable's name.
    """
    if at is None:
        return False
    behind, whole = _behind(words, at + 1)
    array = reference.type.get_canonical().kind in (Kind.CONSTANTARRAY, Kind.INCOMPLETEARRAY)
    if (at and words[at - 1] in ("++", "--", "&")) or _WRITING.match(behind):
        return False
    return not (array and whole)


def _behind(words: Sequence[str], at: int) -> tuple[str, bool]:
    """The token behind the subscripts and members after a name, and whether there are none."""
    end = _end(words, at)
    return (words[end] if end < len(words) else ""), end == at


def _end(words: Sequence[str], at: int) -> int:
    """Where the subscripts and members after a name end."""
    while at < len(words) and words[at] in ("[", ".", "->"):
        if words[at] == "[":
            depth = 1
            while depth and at + 1 < len(words):
                at += 1
                depth += {"[": 1, "]": -1}.get(words[at], 0)
            at += 1
        else:
            at += 2
    return at


_COMPARED = frozenset(("<", ">", "<=", ">="))


def _keys(closure: Sequence[cindex.Cursor]) -> frozenset[_Named]:
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


def _truths(functions: Iterable[cindex.Cursor]) -> frozenset[_Named]:
    """Fields that the unit sets to the literals 0 and 1, and to nothing else."""
    plain: set[_Named] = set()
    other: set[_Named] = set()
    for function in functions:
        for inner in function.walk_preorder():
            if inner.kind not in _CHANGING:
                continue
            sides = list(inner.get_children())
            member = _member(sides[0])
            if member is None:
                continue
            words = [token.spelling for token in inner.get_tokens()]
            if inner.kind == Cursor.BINARY_OPERATOR and words[-2:-1] == ["="]:
                (plain if words[-1] in ("0", "1") else other).add(member)
            elif inner.kind != Cursor.BINARY_OPERATOR or "=" in words:
                other |= {member} if _changes(inner, words) else set()
    return frozenset(plain - other)


_CHANGING = frozenset(
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
    return _unqualified(record.spelling), side.spelling


# --- constants ----------------------------------------------------------------------------------

_LITERAL = re.compile(
    r'"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)+'"
    r"|(?:\b0[xX][0-9a-fA-F]+(?:\.[0-9a-fA-F]*)?(?:[pP][-+]?\d+)?"
    r"|(?:\b\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)[uUlLfF]*"
)
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_MOST_CONSTANTS = 200


_LARGEST_FLOAT = 3.4e38
_SINGLE_BITS = 0x7FFFFFFF
_IR_DOUBLE = re.compile(r"0x[0-9A-F]{16}")


def constants(text: str) -> Constants:
    """The literals of a C, IR or assembly text."""
    integers: list[int] = []
    floats: list[float] = []
    texts: list[bytes] = []
    for found in _LITERAL.finditer(_COMMENT.sub(" ", text)):
        word = found.group(0)
        if word[0] in "\"'":
            value = _unescaped(word)
            if word[0] == "'" and len(value) == 1:
                integers.append(value[0])
            texts.append(value)
            continue
        if _IR_DOUBLE.fullmatch(word):
            # LLVM writes floating-point numbers by their bits where they are no short decimals.
            floats.append(struct.unpack(">d", bytes.fromhex(word[2:]))[0])
        number = word.rstrip("uUlL") if word[:2].lower() == "0x" else word.rstrip("uUlLfF")
        try:
            integers.append(int(number, 8 if re.fullmatch(r"0[0-7]+", number) else 0))
        except ValueError:
            try:
                floats.append(float.fromhex(number) if "x" in number.lower() else float(number))
            except (ValueError, OverflowError):
                continue
    held = [i for i in dict.fromkeys(integers) if -(1 << 63) <= i < 1 << 64]
    return Constants(
        tuple(held[:_MOST_CONSTANTS]),
        tuple(dict.fromkeys(near for value in floats for near in _beside(value)))[:_MOST_CONSTANTS],
        tuple(t for t in dict.fromkeys(texts) if t)[:_MOST_CONSTANTS],
    )


def _beside(value: float) -> list[float]:
    """A number and those next to it, as a double and as a float."""
    found = [value, math.nextafter(value, math.inf), math.nextafter(value, -math.inf)]
    if abs(value) < _LARGEST_FLOAT:
        (bits,) = struct.unpack("<i", struct.pack("<f", value))
        found += [_single(bits + step) for step in (-1, 0, 1) if (bits + step) & _SINGLE_BITS]
    return [number for number in found if math.isfinite(number)]


def _single(bits: int) -> float:
    return float(struct.unpack("<f", struct.pack("<I", bits & 0xFFFFFFFF))[0])


def _unescaped(word: str) -> bytes:
    try:
        value = ast.literal_eval("b" + word.encode("ascii", "replace").decode())
    except (ValueError, SyntaxError):
        return word[1:-1].encode("utf-8", "surrogateescape")
    return bytes(value)


def _constants_of(closure: Sequence[cindex.Cursor]) -> Constants:
    found = Constants()
    for function in closure:
        text = " ".join(token.spelling for token in function.get_tokens())
        found += constants(text)
        # What macros and enumerators stand for shows in the tree only.
        for inner in function.walk_preorder():
            if inner.kind == Cursor.DECL_REF_EXPR and inner.referenced is not None:
                if inner.referenced.kind == Cursor.ENUM_CONSTANT_DECL:
                    found += Constants(integers=(inner.referenced.enum_value,))
    return found
