"""One function's definition as libclang reads it, for rewrites that edit its text.

What is asked here is answered conservatively: what is not understood raises NotApplicable. Text is
taken and edited only where it stands as written: a part that a macro makes is none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from clang import cindex

from llmopt.errors import NotApplicable, SourceError
from llmopt.source.cursors import (
    ASSIGNS,
    STEPS,
    Kind,
    TypeKind,
    bare,
    is_integer,
    is_special,
    operator,
    parts,
)
from llmopt.source.functions import is_in, parse

_CLOSED = frozenset({Kind.COMPOUND_STMT, Kind.NULL_STMT, Kind.DECL_STMT})
#: Statements that end where their last part does.
_NESTING = frozenset(
    {
        Kind.IF_STMT,
        Kind.FOR_STMT,
        Kind.WHILE_STMT,
        Kind.SWITCH_STMT,
        Kind.LABEL_STMT,
        Kind.CASE_STMT,
        Kind.DEFAULT_STMT,
    }
)
#: What is read as C, every part of it. All else is not understood.
_UNDERSTOOD = frozenset(
    {
        *(Kind.ARRAY_SUBSCRIPT_EXPR, Kind.BINARY_OPERATOR, Kind.CALL_EXPR, Kind.CHARACTER_LITERAL),
        *(Kind.COMPOUND_ASSIGNMENT_OPERATOR, Kind.CONDITIONAL_OPERATOR, Kind.CSTYLE_CAST_EXPR),
        *(Kind.CXX_UNARY_EXPR, Kind.DECL_REF_EXPR, Kind.FLOATING_LITERAL, Kind.INIT_LIST_EXPR),
        *(Kind.INTEGER_LITERAL, Kind.MEMBER_REF_EXPR, Kind.PAREN_EXPR, Kind.STRING_LITERAL),
        *(Kind.UNARY_OPERATOR, Kind.UNEXPOSED_EXPR, Kind.COMPOUND_LITERAL_EXPR),
        *(Kind.BREAK_STMT, Kind.CASE_STMT, Kind.COMPOUND_STMT, Kind.CONTINUE_STMT, Kind.DECL_STMT),
        *(Kind.DEFAULT_STMT, Kind.DO_STMT, Kind.FOR_STMT, Kind.GOTO_STMT, Kind.IF_STMT),
        *(Kind.LABEL_STMT, Kind.NULL_STMT, Kind.RETURN_STMT, Kind.SWITCH_STMT, Kind.WHILE_STMT),
        *(Kind.VAR_DECL, Kind.TYPE_REF, Kind.LABEL_REF, Kind.MEMBER_REF, Kind.PARM_DECL),
    }
)
_WORD = re.compile(rb"[A-Za-z_]\w*")
_DIRECTIVE = re.compile(rb"^[ \t]*(#|%:)", re.MULTILINE)
_BLANK = re.compile(rb"(?:\s|/\*.*?\*/|//[^\n]*)*", re.DOTALL)
_QUOTED = re.compile(rb"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'", re.DOTALL)
#: Macros that say where they stand: no line may move around them.
_PLACED = frozenset({"__LINE__", "__COUNTER__"})


@dataclass(frozen=True)
class Variable:
    """A variable, by its name and where it is declared."""

    name: str
    at: int


@dataclass(frozen=True)
class Effects:
    """What a part of a function may do.

    `written` are the variables that it assigns to, `stores` the other places, `calls` the calls,
    `jumps` the statements that leave it or the order of its statements, `declared` its variables.
    """

    written: frozenset[Variable]
    stores: tuple[cindex.Cursor, ...]
    calls: tuple[cindex.Cursor, ...]
    jumps: tuple[cindex.Cursor, ...]
    declared: frozenset[Variable]

    @property
    def is_pure(self) -> bool:
        """Whether it only reads."""
        return not (self.written or self.stores or self.calls or self.jumps)


@dataclass(frozen=True)
class Loop:
    """A `for` or `while` statement; `start` and `end` are where its text stands."""

    cursor: cindex.Cursor
    start: int
    end: int
    first: cindex.Cursor | None
    condition: cindex.Cursor | None
    step: cindex.Cursor | None
    body: cindex.Cursor


class Syntax:
    """A definition in a file's content. Raises NotApplicable where it cannot be read in full."""

    def __init__(
        self, content: bytes, cursor: cindex.Cursor, macros: Sequence[tuple[int, int]]
    ) -> None:
        self.content = content
        self.cursor = cursor
        self.name = str(cursor.spelling)
        self.start = int(cursor.extent.start.offset)
        self.end = int(cursor.extent.end.offset)
        self.body = next(c for c in cursor.get_children() if c.kind == Kind.COMPOUND_STMT)
        self._macros = [(s, e) for s, e in macros if s < self.end and e > self.start]
        if b"\\\n" in content[self.start : self.end]:
            raise NotApplicable(f"{self.name} has lines that go on in the next")

    # Text

    def text(self, cursor: cindex.Cursor) -> str:
        """An expression as written. Raises NotApplicable where a macro makes a part of it."""
        start, end = self.place(cursor)
        return self.content[start:end].decode("utf-8", "surrogateescape")

    def place(self, cursor: cindex.Cursor) -> tuple[int, int]:
        """Where an expression stands. Raises NotApplicable where that is nowhere by itself."""
        start, end = cursor.extent.start.offset, cursor.extent.end.offset
        self.check(start, end)
        return start, end

    def check(self, start: int, end: int) -> None:
        """Raises NotApplicable where a part of the function cannot be taken as text."""
        if not self.start <= start < end <= self.end:
            raise NotApplicable("a part of the text stands elsewhere")
        for first, last in self._macros:
            if not (first < end and last > start):
                continue
            inside = start <= first and last <= end
            if not inside or ((first == start or last == end) and not self._is_one(first, last)):
                raise NotApplicable("a macro makes what would be changed")
        if _DIRECTIVE.search(self.content, start, end):
            raise NotApplicable("directives stand in what would be changed")

    def _is_one(self, first: int, last: int) -> bool:
        """Whether what a macro makes is one part of the syntax by itself."""
        found = 0
        left = [self.body]
        while left:
            cursor = left.pop()
            begin, end = cursor.extent.start.offset, cursor.extent.end.offset
            if first <= begin and end <= last:
                found += 1
            elif begin < last and end > first:
                left += cursor.get_children()
        return found == 1

    def statement(self, cursor: cindex.Cursor) -> tuple[int, int]:
        """Where a statement stands, with its semicolon. Raises NotApplicable as `place` does."""
        start = cursor.extent.start.offset
        end = self._statement_end(cursor)
        self.check(start, end)
        return start, end

    def _statement_end(self, cursor: cindex.Cursor) -> int:
        while cursor.kind in _NESTING:
            cursor = list(cursor.get_children())[-1]
        end = int(cursor.extent.end.offset)
        if cursor.kind in _CLOSED:
            return end
        blank = _BLANK.match(self.content, end)
        end = blank.end() if blank else end
        if self.content[end : end + 1] != b";":
            raise NotApplicable("a macro makes the end of a statement")
        return end + 1

    # What the text does

    @cached_property
    def _taken(self) -> frozenset[Variable]:
        """The variables whose address is taken, arrays and structures among them."""
        found = set()
        for cursor in self.body.walk_preorder():
            if operator(cursor) == "u&":
                inner = bare(parts(cursor)[0])
                while inner.kind in {Kind.MEMBER_REF_EXPR, Kind.ARRAY_SUBSCRIPT_EXPR}:
                    inner = bare(parts(inner)[0]) if parts(inner) else inner
                    if inner.kind == Kind.DECL_REF_EXPR:
                        break
                if variable := self.variable(inner):
                    found.add(variable)
        return frozenset(found)

    def variable(self, cursor: cindex.Cursor) -> Variable | None:
        """The variable that an expression is, parentheses and conversions left out."""
        cursor = bare(cursor)
        declared = cursor.referenced if cursor.kind == Kind.DECL_REF_EXPR else None
        if declared is None or declared.kind not in {Kind.VAR_DECL, Kind.PARM_DECL}:
            return None
        return _declared(declared)

    def private(self, cursor: cindex.Cursor) -> Variable | None:
        """The scalar local variable that an expression is, which only its own name can change."""
        cursor = bare(cursor)
        found = self.variable(cursor)
        if found is None or found in self._taken:
            return None
        declared = cursor.referenced
        scalar = is_integer(declared.type) or declared.type.get_canonical().kind in {
            TypeKind.POINTER,
            TypeKind.FLOAT,
            TypeKind.DOUBLE,
        }
        if not scalar or is_special(declared.type):
            return None
        if declared.kind == Kind.VAR_DECL:
            automatic = declared.storage_class in {
                cindex.StorageClass.NONE,
                cindex.StorageClass.AUTO,
                cindex.StorageClass.REGISTER,
            }
            if not automatic or declared.semantic_parent.kind == Kind.TRANSLATION_UNIT:
                return None
        return found

    def is_set(self, cursor: cindex.Cursor) -> bool:
        """Whether a local variable has a value wherever it can be named."""
        return self.is_initialized(bare(cursor).referenced)

    def is_initialized(self, declared: cindex.Cursor) -> bool:
        """The same of a variable's declaration."""
        if declared.kind == Kind.PARM_DECL:
            return True
        if self._skips is None or _declared(declared) in self._skips:
            return False
        return any(part.kind.is_expression() for part in parts(declared))

    @cached_property
    def _skips(self) -> frozenset[Variable] | None:
        """The variables whose declarations a `switch` may jump over; None for all of them."""
        found = set()
        for cursor in self.body.walk_preorder():
            if cursor.kind in {Kind.GOTO_STMT, Kind.LABEL_STMT}:
                return None
            if cursor.kind == Kind.SWITCH_STMT:
                inner = (c for part in cursor.get_children() for c in part.walk_preorder())
                found |= {_declared(c) for c in inner if c.kind == Kind.VAR_DECL}
        return frozenset(found)

    def is_local(self, cursor: cindex.Cursor) -> bool:
        """Whether an expression is a parameter, or a variable that the function declares."""
        declared = bare(cursor).referenced
        if declared is None or declared.kind not in {Kind.VAR_DECL, Kind.PARM_DECL}:
            return False
        return bool(declared.semantic_parent.kind != Kind.TRANSLATION_UNIT)

    def effects(self, *regions: cindex.Cursor | None) -> Effects:
        """What parts of the function may do. Raises NotApplicable for what is not understood."""
        written: set[Variable] = set()
        stores: list[cindex.Cursor] = []
        calls: list[cindex.Cursor] = []
        jumps: list[cindex.Cursor] = []
        declared: set[Variable] = set()
        for cursor in (c for region in regions if region for c in region.walk_preorder()):
            self._understood(cursor)
            if operator(cursor) in ASSIGNS or operator(cursor) in STEPS:
                target = parts(cursor)[0]
                if variable := self.private(target):
                    written.add(variable)
                else:
                    stores.append(bare(target))
            elif cursor.kind == Kind.CALL_EXPR:
                calls.append(cursor)
            elif cursor.kind == Kind.VAR_DECL:
                declared.add(_declared(cursor))
            elif cursor.kind in {
                Kind.RETURN_STMT,
                Kind.GOTO_STMT,
                Kind.LABEL_STMT,
                Kind.BREAK_STMT,
                Kind.CONTINUE_STMT,
            }:
                jumps.append(cursor)
        return Effects(
            frozenset(written), tuple(stores), tuple(calls), tuple(jumps), frozenset(declared)
        )

    def check_closed(self, cursor: cindex.Cursor) -> None:
        """Raises NotApplicable where control may come into the middle of a statement."""

        def is_open(part: cindex.Cursor, *, chosen: bool) -> bool:
            if part.kind == Kind.LABEL_STMT:
                return True
            if part.kind in {Kind.CASE_STMT, Kind.DEFAULT_STMT} and not chosen:
                return True
            inner = chosen or part.kind == Kind.SWITCH_STMT
            return any(is_open(child, chosen=inner) for child in part.get_children())

        if is_open(cursor, chosen=False):
            raise NotApplicable("a statement is jumped into")

    def _understood(self, cursor: cindex.Cursor) -> None:
        if cursor.kind not in _UNDERSTOOD:
            what = cursor.kind.name.lower().replace("_", " ")
            raise NotApplicable(f"{self.name} holds what is not understood: {what}")
        if cursor.kind == Kind.UNEXPOSED_EXPR and len(parts(cursor)) != 1:
            raise NotApplicable(f"{self.name} holds what is not understood: a builtin")
        if cursor.kind.is_expression() and is_special(cursor.type):
            raise NotApplicable(f"{self.name} has volatile or atomic accesses there")
        if cursor.kind == Kind.VAR_DECL:
            if cursor.storage_class == cindex.StorageClass.STATIC:
                raise NotApplicable(f"{self.name} has a static variable there")
            if cursor.type.get_canonical().kind == TypeKind.VARIABLEARRAY:
                raise NotApplicable(f"{self.name} has an array of variable length there")
            if is_special(cursor.type):
                raise NotApplicable(f"{self.name} has volatile or atomic accesses there")

    def uses(self, cursor: cindex.Cursor) -> frozenset[Variable]:
        """The variables that a part of the function names."""
        found = (self.variable(c) for c in cursor.walk_preorder() if c.kind == Kind.DECL_REF_EXPR)
        return frozenset(variable for variable in found if variable)

    def reads_memory(self, cursor: cindex.Cursor) -> bool:
        """Whether an expression reads anything but private variables."""
        for inner in cursor.walk_preorder():
            if inner.kind in {Kind.ARRAY_SUBSCRIPT_EXPR, Kind.MEMBER_REF_EXPR, Kind.CALL_EXPR}:
                return True
            if operator(inner) == "u*":
                return True
            constant = inner.kind == Kind.DECL_REF_EXPR and inner.referenced is not None
            if constant and inner.referenced.kind == Kind.ENUM_CONSTANT_DECL:
                continue
            if inner.kind == Kind.DECL_REF_EXPR and self.private(inner) is None:
                return True
        return False

    # Loops

    def loops(self) -> Iterator[Loop]:
        """The `for` and `while` statements that stand as written, outer ones first."""
        for cursor in self.body.walk_preorder():
            if cursor.kind in {Kind.FOR_STMT, Kind.WHILE_STMT}:
                try:
                    yield self._loop(cursor)
                except NotApplicable:
                    continue

    def _loop(self, cursor: cindex.Cursor) -> Loop:
        start, end = self.statement(cursor)
        inside = parts(cursor)
        body = inside[-1]
        if cursor.kind == Kind.WHILE_STMT:
            if len(inside) != 2:
                raise NotApplicable("a loop declares what it asks")
            return Loop(cursor, start, end, None, inside[0], None, body)
        semicolons = self._semicolons(start, body.extent.start.offset)
        first = condition = step = None
        for part in inside[:-1]:
            at = part.extent.start.offset
            if at < semicolons[0]:
                first = part
            elif at < semicolons[1]:
                condition = part
            else:
                step = part
        return Loop(cursor, start, end, first, condition, step, body)

    def _semicolons(self, start: int, end: int) -> tuple[int, int]:
        """The semicolons in the head of a `for`."""

        def blanked(found: re.Match[bytes]) -> bytes:
            return b" " * len(found.group(0))

        head = _QUOTED.sub(blanked, self.content[start:end])
        found = [at for at, byte in enumerate(head) if byte == ord(";")]
        if len(found) != 2:
            raise NotApplicable("the head of a loop is not understood")
        return start + found[0], start + found[1]


def _declared(cursor: cindex.Cursor) -> Variable:
    return Variable(str(cursor.spelling), int(cursor.location.offset))


def syntax(
    path: str, content: bytes, function: str, options: Sequence[str], include: str, cwd: str
) -> Syntax:
    """The definition of a function in a file's text, parameters as for `functions.locate`.

    Raises SourceError when it cannot be found, NotApplicable when it cannot be read in full.
    """
    read = _read(path, content, tuple(options), include, cwd)
    if function not in read.functions:
        raise SourceError(f"{path} holds no definition of {function} that can be found")
    found = Syntax(content, read.functions[function], read.macros)
    if read.is_placed(content[found.start : found.end]):
        raise NotApplicable(f"{function} asks for its own line")
    return found


@dataclass(frozen=True)
class _Read:
    """The functions that a file defines, where it uses macros, and what these are."""

    functions: Mapping[str, cindex.Cursor]
    macros: tuple[tuple[int, int], ...]
    definitions: Mapping[str, cindex.Cursor]

    def is_placed(self, text: bytes) -> bool:
        """Whether a text asks where it stands, by a macro or by itself."""
        left = {word.decode() for word in _WORD.findall(text)}
        seen: set[str] = set()
        while left:
            word = left.pop()
            if word in _PLACED:
                return True
            seen.add(word)
            if word in self.definitions:
                tokens = self.definitions[word].get_tokens()
                left |= {str(token.spelling) for token in tokens} - seen
        return False


@lru_cache(maxsize=4)  # many rewrites ask for one version
def _read(path: str, content: bytes, options: tuple[str, ...], include: str, cwd: str) -> _Read:
    unit = parse(path, content, options, include, cwd, macros=True)
    for said in unit.diagnostics:
        if said.severity >= cindex.Diagnostic.Error:
            raise NotApplicable(f"libclang does not understand the unit: {said.spelling}")
    cursors = {}
    macros = []
    definitions = {}
    for cursor in unit.cursor.get_children():
        if cursor.kind == Kind.MACRO_INSTANTIATION:
            begin, end = cursor.extent.start, cursor.extent.end
            if is_in(begin, path):
                macros.append((int(begin.offset), int(end.offset)))
        elif cursor.kind == Kind.MACRO_DEFINITION:
            definitions[str(cursor.spelling)] = cursor
        elif cursor.kind == Kind.FUNCTION_DECL and cursor.is_definition():
            if is_in(cursor.extent.start, path) and is_in(cursor.extent.end, path):
                cursors[str(cursor.spelling)] = cursor
    return _Read(cursors, tuple(macros), definitions)
