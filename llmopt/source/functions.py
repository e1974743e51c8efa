"""Where a function stands in its source file, by libclang.

libclang locates and describes text; keys never come from it (see `lexical`). It parses the original
file with the compiler's own headers, and is content with a parse that has errors elsewhere: what
it says of the text is checked by the identity splice.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from clang import cindex

from llmopt.errors import SourceError

_INTEGERS = frozenset(
    {
        cindex.TypeKind.CHAR_S,
        cindex.TypeKind.SCHAR,
        cindex.TypeKind.UCHAR,
        cindex.TypeKind.SHORT,
        cindex.TypeKind.USHORT,
        cindex.TypeKind.INT,
        cindex.TypeKind.UINT,
        cindex.TypeKind.LONG,
        cindex.TypeKind.ULONG,
        cindex.TypeKind.LONGLONG,
        cindex.TypeKind.ULONGLONG,
        cindex.TypeKind.ENUM,
    }
)


@dataclass(frozen=True)
class Steering:
    """An integer that is known at a function's entry: a parameter, or what the function reads from
    a parameter's target before anything else. `reads` are the byte ranges, in the function's text,
    of those first reads; empty for a parameter.
    """

    expression: str
    reads: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class FunctionText:
    """A function definition as written. Offsets are bytes into the file; `end` is exclusive.

    `body` is where its compound statement begins, `name_at` where its name stands.
    `returns` is its return type as written by libclang, `parameters` its parameters' names,
    `parameter_types` their types. `mutable_statics` are the static variables in its body that it
    may write. `return_padding` is where the returned value holds bytes of no field: offset and
    count.
    """

    name: str
    start: int
    end: int
    body: int
    name_at: int
    line: int
    end_line: int
    returns: str
    returns_void: bool
    parameters: tuple[str, ...]
    parameter_types: tuple[str, ...]
    variadic: bool
    prototyped: bool
    static: bool
    static_locals: bool
    mutable_statics: tuple[str, ...]
    return_padding: tuple[tuple[int, int], ...]
    steering: tuple[Steering, ...]
    text: bytes

    def named(self, name: str, reads: Mapping[tuple[int, int], bytes] | None = None) -> bytes:
        """The definition under another name, with other text for some of its first reads."""
        at = self.name_at - self.start
        edits = {(at, at + len(self.name)): name.encode(), **(reads or {})}
        text = self.text
        for (start, end), new in sorted(edits.items(), reverse=True):
            text = text[:start] + new + text[end:]
        return text

    @property
    def declarator(self) -> bytes:
        """The text from the start to the body."""
        return self.text[: self.body - self.start]


def locate(
    path: str, content: bytes, function: str, options: Sequence[str], include: str, cwd: str
) -> FunctionText:
    """The definition of `function` in the file at `path` with the given content.

    `options` are the unit's own, `include` is the compiler's own header directory. Raises
    SourceError, with the reason, when the function has no text of its own in this file.
    """
    return _describe(definition(path, content, function, options, include, cwd), path, content)


def definition(
    path: str, content: bytes, function: str, options: Sequence[str], include: str, cwd: str
) -> cindex.Cursor:
    """What libclang knows of the definition; see `locate`. Raises SourceError."""
    found = definitions(path, content, tuple(options), include, cwd).get(function)
    if found is None:
        raise SourceError(f"{path} holds no definition of {function} that can be found")
    return found


@lru_cache(maxsize=2)  # what stands in a file is asked for in several ways
def definitions(
    path: str, content: bytes, options: tuple[str, ...], include: str, cwd: str
) -> Mapping[str, cindex.Cursor]:
    """The function definitions in the file's text, by name, as `locate` reads it.

    Raises SourceError when libclang cannot read it.
    """
    unit = parse(path, content, options, include, cwd)
    return {
        cursor.spelling: cursor
        for cursor in unit.cursor.get_children()
        if cursor.kind == cindex.CursorKind.FUNCTION_DECL and cursor.is_definition()
    }


def parse(
    path: str,
    content: bytes,
    options: Sequence[str],
    include: str,
    cwd: str,
    *,
    macros: bool = False,
) -> cindex.TranslationUnit:
    """The unit as libclang reads it, with the places of its macros where asked for.

    Raises SourceError when it cannot be read at all.
    """
    # libclang looks for relative paths in the process's own directory.
    arguments = [*_known(options), f"-working-directory={cwd}", "-isystem", include]
    text = content.decode("utf-8", "surrogateescape")
    if not text.isascii():
        # The binding encodes as UTF-8: text in another encoding would shift every offset.
        text = content.decode("ascii", "replace").replace("\ufffd", "?")
    record = cindex.TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD if macros else 0
    try:
        return cindex.Index.create().parse(path, arguments, [(path, text)], record)
    except cindex.TranslationUnitLoadError as error:
        raise SourceError(f"{path} cannot be parsed: {error}") from error


def _known(options: Sequence[str]) -> list[str]:
    """Without the options that only steer code generation and that libclang may not know."""
    kept = []
    words = iter(options)
    for word in words:
        if word == "-mllvm":
            next(words, None)
        elif not word.startswith(("-O", "-g", "-march", "-mtune", "-W")):
            kept.append(word)
    return kept


def _describe(cursor: cindex.Cursor, path: str, content: bytes) -> FunctionText:
    name = cursor.spelling
    start, end = cursor.extent.start, cursor.extent.end
    if not is_in(start, path) or not is_in(end, path):
        raise SourceError(f"the text of {name} does not stand in {path}")
    body = next(
        (c for c in cursor.get_children() if c.kind == cindex.CursorKind.COMPOUND_STMT), None
    )
    text = content[start.offset : end.offset]
    at = cursor.location.offset
    if body is None or content[at : at + len(name)] != name.encode() or text[-1:] != b"}":
        raise SourceError(f"{name} has no text of its own in {path}: a macro makes it")
    if not (start.offset <= at < body.extent.start.offset < end.offset):
        raise SourceError(f"{name} has no text of its own in {path}: a macro makes it")
    # libclang makes up a prototype for declarations between the parameters and the body.
    prototyped = cursor.type.kind == cindex.TypeKind.FUNCTIONPROTO and (
        b";" not in content[at : body.extent.start.offset]
    )
    parameters = tuple(argument.spelling for argument in cursor.get_arguments())
    types = tuple(argument.type.spelling for argument in cursor.get_arguments())
    return FunctionText(
        name=name,
        start=start.offset,
        end=end.offset,
        body=body.extent.start.offset,
        name_at=at,
        line=start.line,
        end_line=end.line,
        returns=cursor.result_type.spelling,
        returns_void=cursor.result_type.get_canonical().kind == cindex.TypeKind.VOID,
        parameters=parameters,
        parameter_types=types,
        variadic=prototyped and cursor.type.is_function_variadic(),
        prototyped=prototyped,
        static=cursor.storage_class == cindex.StorageClass.STATIC,
        static_locals=any(
            inner.kind == cindex.CursorKind.VAR_DECL
            and inner.storage_class == cindex.StorageClass.STATIC
            for inner in body.walk_preorder()
        ),
        mutable_statics=tuple(
            inner.spelling
            for inner in body.walk_preorder()
            if inner.kind == cindex.CursorKind.VAR_DECL
            and inner.storage_class == cindex.StorageClass.STATIC
            and not inner.type.get_canonical().is_const_qualified()
        ),
        return_padding=tuple(_padding(cursor.result_type.get_canonical())),
        steering=_steering(cursor, body, path, content),
        text=text,
    )


def _steering(
    cursor: cindex.Cursor, body: cindex.Cursor, path: str, content: bytes
) -> tuple[Steering, ...]:
    """Integer parameters, then integers read by the declarations that begin the body.

    Such a declaration is executed whenever the function is, so what it reads may be read at the
    entry as well; and nothing was written before it, so it reads what stands there then.
    """
    names = [a.spelling for a in cursor.get_arguments() if _is_integer(a.type)]
    found = [Steering(name) for name in names if name]
    reads: dict[str, list[tuple[int, int]]] = {}
    start = cursor.extent.start.offset
    for statement in body.get_children():
        if statement.kind != cindex.CursorKind.DECL_STMT or not _is_plain(statement, content):
            break
        for inner in _evaluated(statement):
            if inner.kind == cindex.CursorKind.MEMBER_REF_EXPR and _is_integer(inner.type):
                begin, end = inner.extent.start, inner.extent.end
                expression = content[begin.offset : end.offset].decode("ascii", "replace")
                if is_in(begin, path) and _MEMBER.fullmatch(expression):
                    reads.setdefault(expression, []).append(
                        (begin.offset - start, end.offset - start)
                    )
    parameters = {a.spelling for a in cursor.get_arguments()}
    found += [
        Steering(expression, tuple(places))
        for expression, places in reads.items()
        if expression.split("->")[0].strip() in parameters
    ]
    return tuple(found)


_MEMBER = re.compile(r"[A-Za-z_]\w*\s*->\s*[A-Za-z_]\w*")


#: What a plain initializer is made of: no call, condition or assignment, and all of it evaluated.
_PLAIN = frozenset(
    {
        cindex.CursorKind.ARRAY_SUBSCRIPT_EXPR,
        cindex.CursorKind.BINARY_OPERATOR,
        cindex.CursorKind.CHARACTER_LITERAL,
        cindex.CursorKind.CSTYLE_CAST_EXPR,
        cindex.CursorKind.DECL_REF_EXPR,
        cindex.CursorKind.FLOATING_LITERAL,
        cindex.CursorKind.INIT_LIST_EXPR,
        cindex.CursorKind.INTEGER_LITERAL,
        cindex.CursorKind.MEMBER_REF_EXPR,
        cindex.CursorKind.PAREN_EXPR,
        cindex.CursorKind.STRING_LITERAL,
        cindex.CursorKind.TYPE_REF,
        cindex.CursorKind.UNARY_OPERATOR,
        cindex.CursorKind.UNEXPOSED_EXPR,
    }
)
_BINARY = frozenset(b"+ - * / % << >> & | ^ == != < > <= >=".split())
_UNARY = frozenset(b"+ - ~ ! *".split())


def _evaluated(statement: cindex.Cursor) -> Iterator[cindex.Cursor]:
    """The parts of a declaration that are executed: what stands behind the declared names."""
    for declared in statement.get_children():
        if declared.kind == cindex.CursorKind.VAR_DECL:
            for child in declared.get_children():
                if child.extent.start.offset > declared.location.offset:
                    yield from child.walk_preorder()


def _is_plain(statement: cindex.Cursor, content: bytes) -> bool:
    """Whether a declaration only reads, every part of it, and calls nothing.

    libclang's binding does not tell operators apart, so they are read in the text. One that is not
    there, since a macro makes it, is not known to evaluate both of its sides.
    """
    for inner in statement.walk_preorder():
        spelling = inner.type.get_canonical().spelling
        if inner.type.is_volatile_qualified() or "volatile" in spelling or "_Atomic" in spelling:
            return False
    for inner in _evaluated(statement):
        if inner.kind not in _PLAIN:
            return False
        operands = list(inner.get_children())
        # Implicit conversions are unexposed, and so are atomic and choosing builtins.
        if inner.kind == cindex.CursorKind.UNEXPOSED_EXPR and len(operands) != 1:
            return False
        if inner.kind == cindex.CursorKind.BINARY_OPERATOR:
            between = content[operands[0].extent.end.offset : operands[1].extent.start.offset]
            if between.strip() not in _BINARY:
                return False
        if inner.kind == cindex.CursorKind.UNARY_OPERATOR:
            before = content[inner.extent.start.offset : operands[0].extent.start.offset]
            if before.strip() not in _UNARY:
                return False
    return True


def _padding(kind: cindex.Type) -> list[tuple[int, int]]:
    """The byte ranges of a type in which no field of it stands; what a union holds is not known."""
    used = bytearray(max(kind.get_size(), 0))
    _mark(kind.get_canonical(), 0, used)
    found: list[tuple[int, int]] = []
    for at, mark in enumerate(used):
        if not mark:
            if found and sum(found[-1]) == at:
                found[-1] = (found[-1][0], found[-1][1] + 1)
            else:
                found.append((at, 1))
    return found


#: Of the 16 bytes that a long double takes, the arithmetic of the x87 fills so many.
_LONG_DOUBLE_BYTES = 10


def _mark(kind: cindex.Type, start: int, used: bytearray) -> None:
    """Marks the bytes of `used` that a value of a type, beginning at `start`, gives a meaning."""
    size = kind.get_size()
    if kind.kind == cindex.TypeKind.RECORD and not _is_union(kind):
        for field in kind.get_fields():
            bits = field.get_bitfield_width() if field.is_bitfield() else 0
            at = field.get_field_offsetof()
            if bits:
                first, last = at // 8, (at + bits - 1) // 8
                used[start + first : start + last + 1] = b"\1" * (last - first + 1)
            else:
                _mark(field.type.get_canonical(), start + at // 8, used)
    elif kind.kind == cindex.TypeKind.CONSTANTARRAY:
        element = kind.element_type.get_canonical()
        for number in range(kind.element_count):
            _mark(element, start + number * element.get_size(), used)
    elif size > 0:
        if kind.kind == cindex.TypeKind.LONGDOUBLE:
            size = min(size, _LONG_DOUBLE_BYTES)
        used[start : start + size] = b"\1" * size


def _is_union(kind: cindex.Type) -> bool:
    return bool(kind.get_declaration().kind == cindex.CursorKind.UNION_DECL)


def _is_integer(kind: cindex.Type) -> bool:
    canonical = kind.get_canonical()
    return canonical.kind in _INTEGERS and not canonical.is_volatile_qualified()


def is_in(location: cindex.SourceLocation, path: str) -> bool:
    """Whether a place is in the file at `path`."""
    return location.file is not None and os.path.normpath(location.file.name) == os.path.normpath(
        path
    )
