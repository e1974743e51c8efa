"""Where a function stands in its source file, by libclang.

libclang locates and describes text; keys never come from it (see `lexical`). It parses the original
file with the compiler's own headers, and is content with a parse that has errors elsewhere: what
it says of the text is checked by the identity splice.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from clang import cindex

from llmopt.errors import SourceError


@dataclass(frozen=True)
class FunctionText:
    """A function definition as written. Offsets are bytes into the file; `end` is exclusive.

    `body` is where its compound statement begins, `name_at` where its name stands.
    `returns` is its return type as written by libclang, `parameters` its parameters' names,
    `parameter_types` their types.
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
    text: bytes

    def named(self, name: str) -> bytes:
        """The definition under another name."""
        at = self.name_at - self.start
        return self.text[:at] + name.encode() + self.text[at + len(self.name) :]

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
    unit = _parse(path, content, options, include, cwd)
    for cursor in unit.cursor.get_children():
        if (
            cursor.kind == cindex.CursorKind.FUNCTION_DECL
            and cursor.spelling == function
            and cursor.is_definition()
        ):
            return _describe(cursor, path, content)
    raise SourceError(f"{path} holds no definition of {function} that can be found")


def _parse(
    path: str, content: bytes, options: Sequence[str], include: str, cwd: str
) -> cindex.TranslationUnit:
    # libclang looks for relative paths in the process's own directory.
    arguments = [*_known(options), f"-working-directory={cwd}", "-isystem", include]
    text = content.decode("utf-8", "surrogateescape")
    if not text.isascii():
        # The binding encodes as UTF-8: text in another encoding would shift every offset.
        text = content.decode("ascii", "replace").replace("\ufffd", "?")
    try:
        return cindex.Index.create().parse(path, arguments, unsaved_files=[(path, text)])
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
    if not _same_file(start, path) or not _same_file(end, path):
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
    prototyped = cursor.type.kind == cindex.TypeKind.FUNCTIONPROTO
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
        text=text,
    )


def _same_file(location: cindex.SourceLocation, path: str) -> bool:
    return location.file is not None and os.path.normpath(location.file.name) == os.path.normpath(
        path
    )
