"""Reads expressions of a loop nest, and what they are made of.

Read in the preprocessed text, where nothing hides behind a macro. Integers are signed here: that
they do not overflow is what C promises, so that bounds and subscripts are sums of whole numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from clang import cindex

from llmopt.errors import NotApplicable
from llmopt.polyhedral.expressions import (
    SIZES,
    Access,
    Expression,
    Index,
    Linear,
    Number,
    Operation,
    Scalar,
)
from llmopt.polyhedral.model import Array
from llmopt.source.cursors import bare, is_special, operator, parts

Kind = cindex.CursorKind
Type = cindex.TypeKind

#: Integers whose sums do not wrap, and types that are read but stand in no vector.
SIGNED = frozenset({"int", "long", "short", "signed char", "char", "long long"})
_NARROW = frozenset({"char", "signed char", "unsigned char", "short", "unsigned short"})
#: What may be called: a result that hangs on the arguments alone.
_PURE = frozenset(
    "sqrt sqrtf fabs fabsf exp expf pow powf log logf sin sinf cos cosf fmin fmax".split()
)
#: The largest constant and factor of a sum: times an `int`, and added up, these stay in `long`.
_CONSTANT, _FACTOR = 1 << 40, 1 << 24
_ARITHMETIC = frozenset("+ - * / % & | ^ << >> < <= > >= == != && ||".split())
_SIGNS = {"u-": "- ", "u+": "+ ", "!": "! ", "~": "~ "}
_AUTOMATIC = frozenset(
    {cindex.StorageClass.NONE, cindex.StorageClass.AUTO, cindex.StorageClass.REGISTER}
)
#: The size of a row as libclang writes it.
_SUM = re.compile(r"\s*\w+(\s*[-+]\s*\w+)*\s*", re.ASCII)
_TERM = re.compile(r"([-+]?)\s*(?:\b(\d+)\b|([A-Za-z_]\w*))", re.ASCII)
_SUBSCRIPTED = frozenset(
    {Type.POINTER, Type.CONSTANTARRAY, Type.VARIABLEARRAY, Type.INCOMPLETEARRAY}
)


@dataclass(frozen=True)
class Loop:
    """A loop around a statement: its iterator as written, the name that only it has, the sums that
    are at least 0 inside, and the iterator in the order of execution, since it may count down.
    """

    iterator: str
    unique: str
    domain: tuple[Linear, ...]
    time: Linear


@dataclass
class Reader:
    """Reads one function's expressions. `own` are the variables that it declares, `iterators` those
    that count, `written` those that its nests assign to. What is met is noted in `arrays` and
    `parameters`.
    """

    text: bytes
    own: frozenset[str]
    iterators: frozenset[str]
    written: frozenset[str]
    arrays: dict[str, Array] = field(default_factory=dict)
    #: With the bytes of each.
    parameters: dict[str, int] = field(default_factory=dict)

    def expression(self, cursor: cindex.Cursor, loops: Sequence[Loop]) -> Expression:
        """An expression inside loops. Raises NotApplicable for one of another kind."""
        if is_special(cursor.type):
            raise NotApplicable("it reads what is volatile or atomic")
        kind = type_name(cursor)
        linear = self.linear(cursor, loops)
        if linear is not None and any(loop.unique in linear.factors for loop in loops):
            return Index(linear, kind)
        read = self._readers.get(cursor.kind)
        if read is None:
            raise self.another(cursor)
        return read(cursor, loops, kind)

    @property
    def _readers(
        self,
    ) -> dict[cindex.CursorKind, Callable[[cindex.Cursor, Sequence[Loop], str], Expression]]:
        return {
            Kind.PAREN_EXPR: self._converted,
            Kind.UNEXPOSED_EXPR: self._converted,
            Kind.CSTYLE_CAST_EXPR: self._converted,
            Kind.INTEGER_LITERAL: self._literal,
            Kind.FLOATING_LITERAL: self._literal,
            Kind.DECL_REF_EXPR: self._variable,
            Kind.ARRAY_SUBSCRIPT_EXPR: self._element,
            Kind.BINARY_OPERATOR: self._binary,
            Kind.UNARY_OPERATOR: self._unary,
            Kind.CONDITIONAL_OPERATOR: self._choice,
            Kind.CALL_EXPR: self._call,
        }

    def linear(self, cursor: cindex.Cursor, loops: Sequence[Loop]) -> Linear | None:
        """The sum of iterators and parameters that an expression is; None where it is none, or one
        whose numbers are so large that what is computed with it could overflow.
        """
        found = self._sum(cursor, loops)
        large = found is not None and (
            abs(found.constant) > _CONSTANT or any(abs(f) > _FACTOR for _, f in found.terms)
        )
        return None if large else found

    def _sum(self, cursor: cindex.Cursor, loops: Sequence[Loop]) -> Linear | None:
        cursor = bare(cursor)
        if type_name(cursor) not in SIGNED:
            return None
        if cursor.kind == Kind.INTEGER_LITERAL:
            text = self._whole(cursor).rstrip("lL")
            decimal = text.isdigit() and (text == "0" or text[0] != "0")
            return Linear((), int(text)) if decimal else None
        if cursor.kind == Kind.DECL_REF_EXPR:
            return self._counted(cursor, loops)
        operands = [self.linear(part, loops) for part in parts(cursor)]
        known = [operand for operand in operands if operand is not None]
        if len(known) != len(operands):
            return None
        if operator(cursor) == "u-":
            return Linear().plus(known[0], -1)
        if cursor.kind != Kind.BINARY_OPERATOR:
            return None
        return _combined(operator(cursor), *known)

    def another(self, cursor: cindex.Cursor) -> NotApplicable:
        """The error that an expression is of another kind."""
        return NotApplicable(f"its loops hold something of another kind: {self.shown(cursor)}")

    def shown(self, cursor: cindex.Cursor) -> str:
        """The beginning of its text."""
        return " ".join(self._whole(cursor).split())[:80]

    def _whole(self, cursor: cindex.Cursor) -> str:
        text = self.text[cursor.extent.start.offset : cursor.extent.end.offset]
        return text.decode("utf-8", "replace")

    def _counted(self, cursor: cindex.Cursor, loops: Sequence[Loop]) -> Linear | None:
        name = cursor.spelling
        for loop in reversed(loops):
            if loop.iterator == name:
                return Linear.of({loop.unique: 1})
        declared = cursor.referenced
        given = declared is not None and declared.kind == Kind.PARM_DECL
        if not given or name in self.written | self.iterators:
            return None
        self.parameters[name] = declared.type.get_size()
        return Linear.of({name: 1})

    def _converted(self, cursor: cindex.Cursor, loops: Sequence[Loop], kind: str) -> Expression:
        inside = parts(cursor)
        # What libclang has no kind for is a conversion where it has no text of its own.
        hidden = cursor.kind == Kind.UNEXPOSED_EXPR
        if len(inside) != 1 or (hidden and self._whole(cursor) != self._whole(inside[0])):
            raise self.another(cursor)
        inner = self.expression(inside[0], loops)
        return inner if inner.kind == kind else Operation(f"({kind})", (inner,), kind)

    def _literal(self, cursor: cindex.Cursor, _: Sequence[Loop], kind: str) -> Expression:
        return Number(self._whole(cursor), kind)

    def _variable(self, cursor: cindex.Cursor, _: Sequence[Loop], kind: str) -> Expression:
        name = cursor.spelling
        declared = cursor.referenced
        if declared is None or declared.kind not in (Kind.PARM_DECL, Kind.VAR_DECL):
            raise NotApplicable(f"{name} is no variable")
        if kind not in SIZES and kind not in _NARROW:
            raise NotApplicable(f"{name} has another type: {kind}")
        if name in self.iterators:
            raise NotApplicable(f"it uses the iterator {name} behind its loop")
        if name not in self.written:
            self._check_seen_by_none(cursor)
            return Scalar(name, kind)
        if declared.kind == Kind.PARM_DECL or not is_automatic(declared):
            raise NotApplicable(f"it writes {name}, which others see")
        return self._assigned(name, kind)

    def variable(self, declared: cindex.Cursor) -> Access:
        """The variable that a declaration in a loop makes."""
        return self._assigned(declared.spelling, type_name(declared))

    def _assigned(self, name: str, kind: str) -> Access:
        self.arrays.setdefault(name, Array(name, kind, 0, distinct=True, private=True))
        return Access(name, (), kind)

    def _check_seen_by_none(self, cursor: cindex.Cursor) -> None:
        """A variable that a store through a pointer may change is not fixed."""
        declared = cursor.referenced
        if not is_automatic(declared) and not declared.type.is_const_qualified():
            raise NotApplicable(f"{cursor.spelling} may be changed by others")

    def _element(self, cursor: cindex.Cursor, loops: Sequence[Loop], kind: str) -> Access:
        subscripts: list[Linear] = []
        base = cursor
        while base.kind == Kind.ARRAY_SUBSCRIPT_EXPR:
            inner, subscript = parts(base)
            linear = self.linear(subscript, loops)
            if linear is None:
                raise NotApplicable(f"a subscript is no sum: {self.shown(subscript)}")
            subscripts.insert(0, linear)
            base = bare(inner)
        declared = base.referenced if base.kind == Kind.DECL_REF_EXPR else None
        if declared is None or declared.kind not in (Kind.PARM_DECL, Kind.VAR_DECL):
            raise NotApplicable(f"an array that has no name: {self.shown(base)}")
        name = base.spelling
        if name in self.written:
            raise NotApplicable(f"{name} is moved")
        if kind not in SIZES and kind not in _NARROW:
            raise NotApplicable(f"an array of another type: {kind}")
        if name not in self.arrays:
            self.arrays[name] = self._declared(declared, kind, len(subscripts))
        if self.arrays[name].rank != len(subscripts) or self.arrays[name].kind != kind:
            raise NotApplicable(f"{name} is used in several ways")
        return Access(name, tuple(subscripts), kind)

    def _declared(self, declared: cindex.Cursor, kind: str, rank: int) -> Array:
        name = declared.spelling
        variable = declared.kind == Kind.VAR_DECL
        # What it points at is known neither to the condition, which the caller's values answer, nor
        # to be other memory than the function's own arrays.
        if declared.type.get_canonical().kind == Type.POINTER and variable:
            raise NotApplicable(f"{name} is a pointer that the function is not given")
        outside = declared.lexical_parent.kind == Kind.TRANSLATION_UNIT
        if not outside and not is_automatic(declared):
            raise NotApplicable(f"{name} is declared inside, but not the function's own")
        sizes: list[Linear] = []
        current = declared.type.get_canonical()
        own = variable and current.kind in (Type.CONSTANTARRAY, Type.VARIABLEARRAY)
        while current.kind in _SUBSCRIPTED:
            pointer = current.kind == Type.POINTER
            current = current.get_pointee() if pointer else current.element_type
            if current.kind in _SUBSCRIPTED:
                sizes.append(self._size(current, declared))
        if len(sizes) + 1 != rank:
            raise NotApplicable(f"{name} is used with fewer subscripts than it has")
        # An attribute may say that it is another array's second name.
        distinct = own and not any(c.kind == Kind.UNEXPOSED_ATTR for c in declared.get_children())
        return Array(name, kind, rank, tuple(sizes), distinct, own and is_automatic(declared))

    def _size(self, type_: cindex.Type, declared: cindex.Cursor) -> Linear:
        """How many elements a row has."""
        if type_.kind == Type.CONSTANTARRAY:
            return Linear((), type_.element_count)
        spelled = type_.spelling
        inside = spelled[spelled.find("[") + 1 : spelled.find("]")]
        if type_.kind != Type.VARIABLEARRAY or not _SUM.fullmatch(inside):
            raise NotApplicable(f"{declared.spelling} has rows of another kind: {spelled}")
        size = Linear()
        for sign, number, name in _TERM.findall(inside):
            term = Linear((), int(number)) if number else self._given(name, declared)
            size = size.plus(term, -1 if sign == "-" else 1)
        return size

    def _given(self, name: str, declared: cindex.Cursor) -> Linear:
        """A parameter in the size of a row. Of what changes, the size is what it was at the
        declaration; parameters further behind are not what it names.
        """
        given = {
            argument.spelling: argument
            for argument in declared.semantic_parent.get_arguments()
            if argument.location.offset < declared.location.offset
        }
        changed = self.written | self.iterators | self.own
        if name not in given or name in changed or type_name(given[name]) not in SIGNED:
            raise NotApplicable(f"rows of {declared.spelling} have a size that hangs on {name}")
        self.parameters[name] = given[name].type.get_size()
        return Linear.of({name: 1})

    def _binary(self, cursor: cindex.Cursor, loops: Sequence[Loop], kind: str) -> Expression:
        if operator(cursor) not in _ARITHMETIC:
            raise self.another(cursor)
        left, right = (self.expression(part, loops) for part in parts(cursor))
        return Operation(operator(cursor), (left, right), kind)

    def _unary(self, cursor: cindex.Cursor, loops: Sequence[Loop], kind: str) -> Expression:
        if operator(cursor) not in _SIGNS:
            raise self.another(cursor)
        (operand,) = parts(cursor)
        return Operation(_SIGNS[operator(cursor)], (self.expression(operand, loops),), kind)

    def _choice(self, cursor: cindex.Cursor, loops: Sequence[Loop], kind: str) -> Expression:
        inside = parts(cursor)
        if len(inside) != 3:
            raise self.another(cursor)
        return Operation("?:", tuple(self.expression(part, loops) for part in inside), kind)

    def _call(self, cursor: cindex.Cursor, loops: Sequence[Loop], kind: str) -> Expression:
        called = cursor.referenced
        # The library's own, which no header of the program replaces.
        known = called is not None and called.kind == Kind.FUNCTION_DECL
        if cursor.spelling not in _PURE or not known or called.get_definition() is not None:
            raise self.another(cursor)
        operands = tuple(self.expression(part, loops) for part in cursor.get_arguments())
        return Operation(cursor.spelling, operands, kind)


def is_automatic(declared: cindex.Cursor) -> bool:
    """Whether a variable is a parameter, or one that every call of the function makes anew."""
    return declared.kind == Kind.PARM_DECL or (
        declared.semantic_parent.kind != Kind.TRANSLATION_UNIT
        and declared.storage_class in _AUTOMATIC
    )


def type_name(cursor: cindex.Cursor) -> str:
    """The type of an expression behind its names, without `const`."""
    return str(cursor.type.get_canonical().spelling).replace("const ", "")


def _combined(sign: str, one: Linear, other: Linear) -> Linear | None:
    if sign in ("+", "-"):
        return one.plus(other, 1 if sign == "+" else -1)
    if sign == "*" and not (one.terms and other.terms):
        factor, total = (one, other) if not one.terms else (other, one)
        return Linear().plus(total, factor.constant)
    return None
