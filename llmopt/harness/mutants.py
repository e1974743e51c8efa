"""Mutants of a function: its text with one small mistake each, as people and programs make them.

Tests that cannot tell a mutant from the original would not have told a candidate with the same
mistake either: `score` counts them. libclang says what stands where; the edits are made in the text
as it is written, so that a mutant reads like the original and shows as a small diff. What no
compiler accepts is found out later, by the compiler.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from clang import cindex

from llmopt.rewrite.unit import UnitContext
from llmopt.source.functions import FunctionText

#: Mutants of one function: more say little more, and each costs a run of its tests.
LIMIT = 60

_Kind = cindex.CursorKind
_Cursors = Sequence[cindex.Cursor]
_Note = Callable[[cindex.Cursor, _Cursors], None]

#: What stands in the place of a binary operator, by the kind of mistake.
_BINARY: dict[str, dict[str, tuple[str, ...]]] = {
    "arithmetic": {"+": ("-", "*"), "-": ("+",), "*": ("+",), "/": ("*",), "%": ("/",)},
    "relational": {
        "<": ("<=", ">"), "<=": ("<", ">="), ">": (">=", "<"), ">=": (">", "<="),
        "==": ("!=", "<=", ">="), "!=": ("==", "<", ">"),
    },
    "logical": {"&&": ("||",), "||": ("&&",)},
    "bitwise": {"&": ("|", "^"), "|": ("&", "^"), "^": ("|", "&")},
    "shift": {"<<": (">>",), ">>": ("<<",)},
    "assignment": {
        "+=": ("-=", "="), "-=": ("+=", "="), "*=": ("+=", "="), "/=": ("*=", "="),
        "%=": ("/=", "="), "&=": ("|=", "="), "|=": ("&=", "=", "^="), "^=": ("|=", "="),
        "<<=": (">>=", "="), ">>=": ("<<=", "="),
    },
}  # fmt: skip
_ORDERED = frozenset(("-", "/", "%", "<<", ">>"))
_BOUNDS = frozenset(("<", "<=", ">", ">="))
_STEPS = {"++": "--", "--": "++"}
#: Types that people take for one another, by what libclang calls the type.
_WIDTHS = {
    "int": ("short", "unsigned"), "unsigned int": ("unsigned short", "int"),
    "long": ("int",), "unsigned long": ("unsigned",),
    "long long": ("int",), "unsigned long long": ("unsigned",),
    "short": ("signed char", "unsigned short"), "unsigned short": ("unsigned char", "short"),
    "char": ("unsigned char",), "unsigned char": ("signed char",),
    "signed char": ("unsigned char",),
    "float": ("double",), "double": ("float",), "long double": ("double",),
}  # fmt: skip
_CASTS = {
    "int": "short", "unsigned int": "unsigned short", "long": "int",
    "unsigned long": "unsigned",
    "long long": "int", "unsigned long long": "unsigned", "unsigned short": "signed char",
    "float": "int", "double": "float", "long double": "double",
}  # fmt: skip
#: A count or size has few values in tests: only a very narrow one runs over.
_COUNTERS = {"int": "signed char", "unsigned int": "unsigned char", "long": "signed char"}
_SIZES = re.compile(r"(?:const )?(?:size_t|ptrdiff_t|ssize_t|u?intptr_t)")
_TYPE_WORDS = re.compile(
    rb"(?:(?:const|static|register|volatile)\s+)*"
    rb"((?:(?:unsigned|signed|long|short|int|char|double|float)\b\s*)+|\w+_t\b|bool\b)"
)
_COMMENT = re.compile(rb"/\*.*?\*/|//[^\n]*", re.DOTALL)
_NUMBER = re.compile(rb"(?:0[xX][0-9a-fA-F]+|\d+)[uUlL]*|[A-Za-z_]\w*")
_FLOATING = re.compile(rb"[\d.]+(?:[eE][+-]?\d+)?[fFlL]?|0[xX][\w.+-]+|[A-Za-z_]\w*")
_CHARACTER = re.compile(rb"'[^']+'|[A-Za-z_]\w*")
_STATEMENTS = frozenset(
    (
        _Kind.BINARY_OPERATOR,
        _Kind.COMPOUND_ASSIGNMENT_OPERATOR,
        _Kind.UNARY_OPERATOR,
        _Kind.CALL_EXPR,
        _Kind.RETURN_STMT,
        _Kind.BREAK_STMT,
        _Kind.CONTINUE_STMT,
    )
)
_BODIES = frozenset(
    (_Kind.COMPOUND_STMT, _Kind.IF_STMT, _Kind.FOR_STMT, _Kind.WHILE_STMT, _Kind.DO_STMT)
)


@dataclass(frozen=True)
class Mutant:
    """One mistake in a function. `text` is the whole definition, `original` the right one.

    `line` and `column` say where the mistake stands in the source file, `kind` what family it is
    of, `what` is a line for a person.
    """

    kind: str
    what: str
    line: int
    column: int
    text: bytes = field(repr=False)
    original: bytes = field(repr=False)
    first_line: int = field(repr=False)

    @cached_property
    def diff(self) -> str:
        """A unified diff of the definition, in the lines of the source file."""
        old, new = (
            [b"\n"] * (self.first_line - 1) + text.splitlines(keepends=True)
            for text in (self.original, self.text)
        )
        lines = difflib.unified_diff(
            [line.decode("utf-8", "replace") for line in old],
            [line.decode("utf-8", "replace") for line in new],
            "original",
            f"mutant: {self.what}",
            n=1,
        )
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def mutants(context: UnitContext, function: str, limit: int = LIMIT) -> list[Mutant]:
    """At most `limit` mutants of a function, spread evenly over kinds of mistakes and lines.

    The same each time, in the order in which they stand in the text. Raises SourceError when the
    function has no text of its own.
    """
    located = context.locate(function)
    collector = _Collector(located)
    collector.walk(context.definition(function))
    return _spread(collector.found(), limit)


def _spread(found: Sequence[Mutant], limit: int) -> list[Mutant]:
    """Those that add most: each next one is of the kind, then on the line, chosen least so far."""
    left = list(found)
    chosen: list[Mutant] = []
    kinds: Counter[str] = Counter()
    lines: Counter[int] = Counter()
    places: Counter[tuple[str, int, int]] = Counter()
    while left and len(chosen) < limit:
        best = min(
            left,
            key=lambda m: (
                places[m.kind, m.line, m.column],
                kinds[m.kind],
                lines[m.line],
                m.line,
                m.column,
                m.what,
            ),
        )
        left.remove(best)
        chosen.append(best)
        kinds[best.kind] += 1
        lines[best.line] += 1
        places[best.kind, best.line, best.column] += 1
    return sorted(chosen, key=lambda m: (m.line, m.column, m.kind, m.what))


@dataclass(frozen=True)
class _Span:
    """A stretch of the function's text: byte offsets from its start, `end` exclusive."""

    start: int
    end: int


class _Collector:
    """Walks a definition and notes every edit that is a plausible mistake."""

    def __init__(self, function: FunctionText) -> None:
        self._function = function
        self._text = function.text
        self._edits: dict[tuple[int, int, bytes], tuple[str, str]] = {}
        self._notes: dict[cindex.CursorKind, _Note] = {
            _Kind.IF_STMT: self._if,
            _Kind.WHILE_STMT: self._while,
            _Kind.DO_STMT: self._while,
            _Kind.CONDITIONAL_OPERATOR: self._choice,
            _Kind.DECL_STMT: self._declaration,
            _Kind.BREAK_STMT: self._jump,
            _Kind.CONTINUE_STMT: self._jump,
            _Kind.BINARY_OPERATOR: self._binary,
            _Kind.COMPOUND_ASSIGNMENT_OPERATOR: self._binary,
            _Kind.UNARY_OPERATOR: self._unary,
            _Kind.CALL_EXPR: self._call,
            _Kind.ARRAY_SUBSCRIPT_EXPR: self._subscript,
            _Kind.CSTYLE_CAST_EXPR: self._cast,
            _Kind.RETURN_STMT: self._return,
            _Kind.INTEGER_LITERAL: self._constant,
            _Kind.CHARACTER_LITERAL: self._constant,
            _Kind.FLOATING_LITERAL: self._constant,
        }

    def found(self) -> list[Mutant]:
        """A mutant for each edit that was noted."""
        made = []
        for (start, end, new), (kind, what) in self._edits.items():
            before = self._text[:start]
            made.append(
                Mutant(
                    kind=kind,
                    what=what,
                    line=self._function.line + before.count(b"\n"),
                    column=start - before.rfind(b"\n"),
                    text=before + new + self._text[end:],
                    original=self._text,
                    first_line=self._function.line,
                )
            )
        return made

    def walk(self, cursor: cindex.Cursor) -> None:
        """Notes the edits in a definition."""
        for child in cursor.get_children():
            if child.kind == _Kind.COMPOUND_STMT:
                self._statement(child, last=True)

    def _statement(self, cursor: cindex.Cursor, *, last: bool = False) -> None:
        children = list(cursor.get_children())
        kind = cursor.kind
        if kind in _BODIES:
            # A return that ends the function anyway is not missed.
            kept = len(children) - 1 if last and children[-1:] and _returns(children[-1]) else -1
            for number, child in enumerate(children):
                if child.kind in _STATEMENTS and number != kept and self._is_body(cursor, child):
                    self._drop(child)
        if note := self._notes.get(kind):
            note(cursor, children)
        if kind == _Kind.CXX_UNARY_EXPR:
            return  # nothing is evaluated in a sizeof
        if kind == _Kind.VAR_DECL:
            children = self._initializers(cursor, children)
        for child in children:
            self._statement(child, last=False)

    def _is_body(self, cursor: cindex.Cursor, child: cindex.Cursor) -> bool:
        """Whether a child is a statement of its parent, and not its condition or step."""
        span = self._span(child)
        if span is None:
            return False
        if cursor.kind == _Kind.COMPOUND_STMT:
            return True
        if child.kind in {_Kind.RETURN_STMT, _Kind.BREAK_STMT, _Kind.CONTINUE_STMT}:
            return True
        before = self._text[: span.start].rstrip()
        return before.endswith((b")", b"else", b"do")) and self._behind(span.end).startswith(b";")

    def _drop(self, cursor: cindex.Cursor) -> None:
        if span := self._span(cursor):
            self._note(span, b"(void)0", "statement", f"without `{self._short(span)}`")

    def _if(self, cursor: cindex.Cursor, children: _Cursors) -> None:
        if len(children) < 2:
            return
        self._negate(children[0])
        whole, condition = self._span(cursor), self._span(children[0])
        if condition:
            self._note(condition, b"1", "condition", f"`{self._short(condition)}` taken as true")
        then = self._span(children[1])
        if len(children) == 3:
            other = self._span(children[2])
            if then and other:
                between = self._text[then.end : other.start]
                at = then.end + between.rfind(b"else")
                if b"else" in between:
                    self._note(_Span(at, other.end), b"", "else", "without the else")
        elif whole and then:
            what = f"without `{self._short(whole)}`"
            # The semicolon of a body that is no block stands behind the statement's extent.
            self._note(whole, b"{}", "statement", what)

    def _while(self, cursor: cindex.Cursor, children: _Cursors) -> None:
        if children:
            self._negate(children[0] if cursor.kind == _Kind.WHILE_STMT else children[-1])

    def _choice(self, _: cindex.Cursor, children: _Cursors) -> None:
        if len(children) == 3:
            self._negate(children[0])

    def _subscript(self, _: cindex.Cursor, children: _Cursors) -> None:
        if len(children) == 2:
            self._offsets(children[1], "index")

    def _return(self, _: cindex.Cursor, children: _Cursors) -> None:
        if children:
            self._narrow(children[0], children[0].type)

    def _negate(self, cursor: cindex.Cursor) -> None:
        if span := self._span(cursor):
            new = b"!(" + self._text[span.start : span.end] + b")"
            self._note(span, new, "condition", f"not `{self._short(span)}`")

    def _declaration(self, cursor: cindex.Cursor, children: _Cursors) -> None:
        variables = [child for child in children if child.kind == _Kind.VAR_DECL]
        span = self._span(cursor)
        if not variables or span is None:
            return
        names = {variable.type.get_canonical().spelling for variable in variables}
        plain = {name.replace("const ", "") for name in names}
        found = _TYPE_WORDS.match(self._text, span.start)
        if len(plain) == 1 and found and variables[0].storage_class != cindex.StorageClass.STATIC:
            (name,) = plain
            others = _WIDTHS.get(name, ())
            if _SIZES.fullmatch(variables[0].type.spelling):
                others = ("unsigned char",)
            elif self._text[: span.start].rstrip().endswith(b"(") and name in _COUNTERS:
                others = (_COUNTERS[name],)
            written = found.group(1)
            place = _Span(found.start(1), found.start(1) + len(written.rstrip()))
            for other in others:
                what = f"{variables[0].spelling} is {other}, not {written.decode().strip()}"
                self._note(place, other.encode(), "width", what)
        for variable in variables:
            self._initial(variable)

    def _initializers(self, variable: cindex.Cursor, children: _Cursors) -> list[cindex.Cursor]:
        """What is executed of a declaration: no plain run can show that an array is too short."""
        at = variable.location.offset - self._function.start
        spans = [(child, self._span(child)) for child in children]
        return [child for child, span in spans if span and b"=" in self._text[at : span.start]]

    def _initial(self, variable: cindex.Cursor) -> None:
        children = [c for c in variable.get_children() if c.kind.is_expression()]
        kind = variable.type.get_canonical().kind
        if not children or kind in {cindex.TypeKind.CONSTANTARRAY, cindex.TypeKind.RECORD}:
            return
        span = self._span(children[-1])
        if span is None or not self._text[: span.start].rstrip().endswith(b"="):
            return
        self._offsets(children[-1], "initial")
        self._narrow(children[-1], variable.type)

    def _jump(self, cursor: cindex.Cursor, _: _Cursors) -> None:
        span = self._span(cursor)
        written = self._text[span.start : span.end] if span else b""
        other = {b"break": b"continue", b"continue": b"break"}.get(written)
        if span and other:
            self._note(span, other, "jump", f"{other.decode()}, not {written.decode()}")

    def _binary(self, _: cindex.Cursor, children: _Cursors) -> None:
        if len(children) != 2:
            return
        left, right = self._span(children[0]), self._span(children[1])
        if left is None or right is None or left.end > right.start:
            return
        place, operator = self._between(left.end, right.start)
        for kind, table in _BINARY.items():
            for other in table.get(operator, ()):
                self._note(place, other.encode(), kind, f"`{other}`, not `{operator}`")
        if operator in {"&&", "||"}:
            for kept in (left, right):
                what = f"only `{self._short(kept)}` of `{operator}`"
                self._note(_Span(left.start, right.end), self._of(kept), "logical", what)
        if operator in _ORDERED:
            new = self._of(right) + b" " + operator.encode() + b" " + self._of(left)
            what = f"operands of `{operator}` swapped"
            self._note(_Span(left.start, right.end), new, "operand order", what)
        if operator in _BOUNDS and children[1].kind != _Kind.INTEGER_LITERAL:
            self._offsets(children[1], "bound")
        if operator == "=":
            self._narrow(children[1], children[0].type)

    def _unary(self, cursor: cindex.Cursor, children: _Cursors) -> None:
        span = self._span(cursor)
        operand = self._span(children[0]) if children else None
        if span is None or operand is None:
            return
        before = self._text[span.start : operand.start].strip().decode("ascii", "replace")
        behind = self._text[operand.end : span.end].strip().decode("ascii", "replace")
        if before in _STEPS or behind in _STEPS:
            old = before or behind
            other = _STEPS[old].encode()
            new = other + self._of(operand) if before else self._of(operand) + other
            self._note(span, new, "step", f"`{_STEPS[old]}`, not `{old}`")
            if self._is_alone(span):
                return
            moved = self._of(operand) + old.encode() if before else old.encode() + self._of(operand)
            self._note(span, moved, "step", f"`{moved.decode('ascii', 'replace')}`")
        elif before in {"-", "~", "!"}:
            self._note(span, self._of(operand), "sign", f"without `{before}`")

    def _is_alone(self, span: _Span) -> bool:
        """Whether an expression stands alone, as a statement or a step: nobody uses its value."""
        before, behind = self._text[: span.start].rstrip(), self._behind(span.end)
        return before.endswith((b";", b"{", b"}", b")", b"else")) and behind[:1] in b";)"

    def _call(self, cursor: cindex.Cursor, _: _Cursors) -> None:
        arguments = list(cursor.get_arguments())
        for first, second in zip(arguments, arguments[1:], strict=False):
            one, two = self._span(first), self._span(second)
            if one is None or two is None or one.end > two.start:
                continue
            if _family(first.type) != _family(second.type) or self._of(one) == self._of(two):
                continue
            new = self._of(two) + self._text[one.end : two.start] + self._of(one)
            what = f"`{self._short(one)}` and `{self._short(two)}` swapped"
            self._note(_Span(one.start, two.end), new, "argument order", what)

    def _cast(self, cursor: cindex.Cursor, children: _Cursors) -> None:
        span, inner = self._span(cursor), self._span(children[-1]) if children else None
        if span and inner and span.start < inner.start:
            what = f"without the cast of `{self._short(inner)}`"
            self._note(span, self._of(inner), "width", what)

    def _narrow(self, cursor: cindex.Cursor, kind: cindex.Type) -> None:
        name = kind.get_canonical().spelling.replace("const ", "")
        span = self._span(cursor)
        if name not in _CASTS or span is None or _written(cursor).kind in _LITERALS:
            return
        other = "unsigned char" if _SIZES.fullmatch(kind.spelling) else _CASTS[name]
        new = f"({other})(".encode() + self._of(span) + b")"
        self._note(span, new, "width", f"`{self._short(span)}` cut to {other}")

    def _offsets(self, cursor: cindex.Cursor, kind: str) -> None:
        """One more and one less; literals are changed as constants."""
        span, written = self._span(cursor), _written(cursor)
        if span is None or written.kind in _LITERALS or _family(cursor.type) == "other":
            return
        if _family(cursor.type) == "pointer" and written.kind != _Kind.BINARY_OPERATOR:
            return  # not an end that is reckoned: a step further only ever crashes
        for sign in ("+", "-"):
            new = b"(" + self._of(span) + f") {sign} 1".encode()
            self._note(span, new, kind, f"`{self._short(span)} {sign} 1`")

    def _constant(self, cursor: cindex.Cursor, _: _Cursors) -> None:
        span = self._span(cursor)
        if span is None:
            return
        written = self._of(span)
        form = {_Kind.INTEGER_LITERAL: _NUMBER, _Kind.CHARACTER_LITERAL: _CHARACTER}.get(
            cursor.kind, _FLOATING
        )
        if not form.fullmatch(written) or written == b"NULL":
            return  # a part of a macro, or no number
        name = written.decode("ascii", "replace")
        zero = written.strip(b"uUlLfF.0xX") == b""
        values = [f"({name} + 1)", f"({name} - 1)"]
        if not zero:
            values += ["0", f"(-{name})"] if name[0].isdigit() else ["0"]
        for value in values:
            self._note(span, value.encode(), "constant", f"`{value}`, not `{name}`")

    def _between(self, start: int, end: int) -> tuple[_Span, str]:
        """The one word between two places of the text, apart from comments and blanks."""
        text = _COMMENT.sub(lambda found: b" " * len(found.group(0)), self._text[start:end])
        word = text.strip()
        at = start + text.find(word)
        return _Span(at, at + len(word)), word.decode("ascii", "replace")

    def _behind(self, at: int) -> bytes:
        return self._text[at:].lstrip()

    def _of(self, span: _Span) -> bytes:
        return self._text[span.start : span.end]

    def _short(self, span: _Span) -> str:
        text = " ".join(self._of(span).decode("utf-8", "replace").split())
        return text if len(text) <= 40 else f"{text[:37]}..."

    def _span(self, cursor: cindex.Cursor) -> _Span | None:
        """Where a cursor's text stands in the function's; None for what a macro makes elsewhere."""
        start = cursor.extent.start.offset - self._function.start
        end = cursor.extent.end.offset - self._function.start
        return _Span(start, end) if 0 <= start < end <= len(self._text) else None

    def _note(self, span: _Span, new: bytes, kind: str, what: str) -> None:
        if self._of(span) != new:
            self._edits.setdefault((span.start, span.end, new), (kind, what))


_LITERALS = frozenset(
    (
        _Kind.INTEGER_LITERAL,
        _Kind.CHARACTER_LITERAL,
        _Kind.FLOATING_LITERAL,
        _Kind.STRING_LITERAL,
        _Kind.INIT_LIST_EXPR,
    )
)


def _written(cursor: cindex.Cursor) -> cindex.Cursor:
    """The expression below implicit conversions."""
    while cursor.kind == _Kind.UNEXPOSED_EXPR and len(children := list(cursor.get_children())) == 1:
        (cursor,) = children
    return cursor


def _returns(cursor: cindex.Cursor) -> bool:
    return bool(cursor.kind == _Kind.RETURN_STMT)


def _family(kind: cindex.Type) -> str:
    canonical = kind.get_canonical()
    if canonical.kind in {
        cindex.TypeKind.POINTER,
        cindex.TypeKind.CONSTANTARRAY,
        cindex.TypeKind.INCOMPLETEARRAY,
        cindex.TypeKind.VARIABLEARRAY,
    }:
        return "pointer"
    if cindex.TypeKind.BOOL.value <= canonical.kind.value <= cindex.TypeKind.LONGDOUBLE.value:
        return "number"
    return "number" if canonical.kind == cindex.TypeKind.ENUM else "other"
