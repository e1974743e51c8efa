"""Reads expressions of a loop nest, and what they are made of.

Read in the preprocessed text, where nothing hides behind a macro. Bounds and subscripts are sums of
whole numbers: signed integers do not overflow, as C promises; where unsigned ones, and conversions,
keep their values is noted, and asked at run time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

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
from llmopt.polyhedral.model import Array, Range
from llmopt.source.cursors import bare, is_special, is_unsigned, operator, parts

Kind = cindex.CursorKind
Type = cindex.TypeKind

#: Integers whose sums do not wrap (those that are narrow are added up as `int`), those whose sums
#: do, and types that are read but stand in no vector.
SIGNED = frozenset(
    {"int", "long", "short", "signed char", "char", "long long", "unsigned short", "unsigned char"}
)
UNSIGNED = frozenset({"unsigned int", "unsigned long", "unsigned long long"})
_NARROW = frozenset({"char", "signed char", "unsigned char", "short", "unsigned short"})
#: What may be called: a result that hangs on the arguments alone.
_PURE = frozenset(
    "sqrt sqrtf fabs fabsf exp expf pow powf log logf sin sinf cos cosf fmin fmax".split()
)
#: The largest constant and factor of a sum: times an `int`, and added up, these stay in `long`.
_CONSTANT, _FACTOR = 1 << 40, 1 << 24
#: Bytes of the integers that hold every sum.
_WORD = 8
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
    #: With the type of each.
    parameters: dict[str, cindex.Type] = field(default_factory=dict)
    ranges: list[Range] = field(default_factory=list)

    def expression(self, cursor: cindex.Cursor, loops: Sequence[Loop]) -> Expression:
        """An expression inside loops. Raises NotApplicable for one of another kind."""
        if is_special(cursor.type):
            raise NotApplicable("it reads what is volatile or atomic")
        kind = type_name(cursor)
        # What it is converted to at last is written down with it.
        linear = self.linear(bare(cursor), loops)
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

    def keeps(self, value: Linear, type_: cindex.Type, loops: Sequence[Loop]) -> None:
        """Notes that a type has to hold a value for what the model says of it."""
        bits = 8 * type_.get_size()
        least, most = (0, (1 << bits) - 1) if is_unsigned(type_) else (-1 << (bits - 1), None)
        most = None if type_.get_size() == _WORD else most or -least - 1
        if value.terms or not least <= value.constant <= (most or value.constant):
            iterators = tuple(loop.unique for loop in loops)
            domain = tuple(held for loop in loops for held in loop.domain)
            self.ranges.append(Range(iterators, domain, value, least, most))

    def _sum(self, cursor: cindex.Cursor, loops: Sequence[Loop]) -> Linear | None:
        if type_name(cursor) not in SIGNED | UNSIGNED:
            return None
        if cursor.kind in (Kind.PAREN_EXPR, Kind.UNEXPOSED_EXPR, Kind.CSTYLE_CAST_EXPR):
            inside = parts(cursor)
            found = self._sum(inside[0], loops) if len(inside) == 1 else None
            if found is not None and _may_change(inside[0], cursor):
                self.keeps(found, cursor.type, loops)
            return found
        if cursor.kind == Kind.INTEGER_LITERAL:
            text = self._whole(cursor).rstrip("lLuU")
            decimal = text.isdigit() and (text == "0" or text[0] != "0")
            return Linear((), int(text)) if decimal else None
        if cursor.kind == Kind.DECL_REF_EXPR:
            return self._counted(cursor, loops)
        operands = [self.linear(part, loops) for part in parts(cursor)]
        known = [operand for operand in operands if operand is not None]
        if len(known) != len(operands):
            return None
        if operator(cursor) == "u-":
            found = Linear().plus(known[0], -1)
        elif cursor.kind == Kind.BINARY_OPERATOR:
            found = _combined(operator(cursor), *known)
        else:
            return None
        if found is not None and type_name(cursor) in UNSIGNED:
            self.keeps(found, cursor.type, loops)
        return found

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
        self.parameters[name] = declared.type
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
        written: list[cindex.Cursor] = []
        base = cursor
        while base.kind == Kind.ARRAY_SUBSCRIPT_EXPR:
            inner, subscript = parts(base)
            written.insert(0, subscript)
            base = bare(inner)
        subscripts, sizes = self._places(written, loops)
        declared = base.referenced if base.kind == Kind.DECL_REF_EXPR else None
        if declared is None or declared.kind not in (Kind.PARM_DECL, Kind.VAR_DECL):
            raise NotApplicable(f"an array that has no name: {self.shown(base)}")
        name = base.spelling
        if name in self.written:
            raise NotApplicable(f"{name} is moved")
        if kind not in SIZES and kind not in _NARROW:
            raise NotApplicable(f"an array of another type: {kind}")
        if name not in self.arrays:
            array = self._declared(declared, kind, len(written))
            if sizes:
                array = replace(array, rank=len(subscripts), dimensions=sizes, flat=True)
            self.arrays[name] = array
        array = self.arrays[name]
        if (array.rank, array.kind) != (len(subscripts), kind) or (
            sizes != array.dimensions if array.flat else sizes
        ):
            raise NotApplicable(f"{name} is used in several ways")
        return Access(name, subscripts, kind)

    def _places(
        self, written: Sequence[cindex.Cursor], loops: Sequence[Loop]
    ) -> tuple[tuple[Linear, ...], tuple[Linear, ...]]:
        """Subscripts as sums; and where the only one counts rows of parameters' sizes, these."""
        sums = [self.linear(subscript, loops) for subscript in written]
        known = tuple(found for found in sums if found is not None)
        if len(known) == len(sums):
            return known, ()
        if len(written) > 1:
            raise self._no_sum(written[0])
        return self._rows(written[0], loops)

    def _rows(
        self, written: cindex.Cursor, loops: Sequence[Loop]
    ) -> tuple[tuple[Linear, ...], tuple[Linear, ...]]:
        """The subscripts and sizes that `(i * m + j) * n + k` is made of."""
        column = Linear()
        rows: list[cindex.Cursor] = []
        size: Linear | None = None
        for sign, term in self._terms(written, 1):
            if (found := self.linear(term, loops)) is not None:
                column = column.plus(found, sign)
                continue
            row, of = self._row(term, loops)
            if sign < 0 or size not in (None, of):
                raise self._no_sum(written)
            rows.append(row)
            size = of
        sums = [self.linear(row, loops) for row in rows]
        known = [found for found in sums if found is not None]
        if size is None or (len(rows) > 1 and len(known) != len(rows)):
            raise self._no_sum(written)
        if not known:
            above, sizes = self._rows(rows[0], loops)
            return (*above, column), (*sizes, size)
        total = Linear()
        for found in known:
            total = total.plus(found)
        return (total, column), (size,)

    def _terms(self, cursor: cindex.Cursor, sign: int) -> Iterator[tuple[int, cindex.Cursor]]:
        """What is added up, with 1 or -1."""
        cursor = bare(cursor)
        # Of 64 bits no product of two parameters wraps, and what is between two sums may.
        if type_name(cursor) not in SIGNED and cursor.type.get_size() < _WORD:
            raise self._no_sum(cursor)
        if operator(cursor) in ("+", "-"):
            left, right = parts(cursor)
            yield from self._terms(left, sign)
            yield from self._terms(right, sign if operator(cursor) == "+" else -sign)
        else:
            yield sign, cursor

    def _row(self, term: cindex.Cursor, loops: Sequence[Loop]) -> tuple[cindex.Cursor, Linear]:
        """The number of a row, and the parameter that is the size of one."""
        if operator(term) == "*":
            for row, size in (parts(term), parts(term)[::-1]):
                found = self.linear(size, loops)
                alone = found is not None and found.constant == 0 and len(found.terms) == 1
                if found is not None and alone and found.terms[0][0] in self.parameters:
                    if found.terms[0][1] == 1:
                        return row, found
        raise self._no_sum(term)

    def _no_sum(self, subscript: cindex.Cursor) -> NotApplicable:
        return NotApplicable(f"a subscript is no sum: {self.shown(subscript)}")

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
        self.parameters[name] = given[name].type
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


def _may_change(inner: cindex.Cursor, outer: cindex.Cursor) -> bool:
    """Whether a conversion may make another value of an integer."""
    if type_name(inner) == type_name(outer):
        return False
    return type_name(outer) in UNSIGNED or (
        inner.type.get_size() > outer.type.get_size()
        or (inner.type.get_size() == outer.type.get_size() and type_name(inner) in UNSIGNED)
    )


def _combined(sign: str, one: Linear, other: Linear) -> Linear | None:
    if sign in ("+", "-"):
        return one.plus(other, 1 if sign == "+" else -1)
    if sign == "*" and not (one.terms and other.terms):
        factor, total = (one, other) if not one.terms else (other, one)
        return Linear().plus(total, factor.constant)
    return None
