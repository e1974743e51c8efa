"""From a function's definition to the model of its loop nests, or the reason why there is none.

Read in the preprocessed text, where nothing hides behind a macro. Integers are signed here: that
they do not overflow is what C promises, so that bounds and subscripts are sums of whole numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
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
from llmopt.polyhedral.model import Array, Model, Statement

Kind = cindex.CursorKind
_SIGNED = ("int", "long", "short", "signed char", "char", "long long")
#: What may be called: a result that hangs on the arguments alone.
_PURE = frozenset("sqrt sqrtf fabs fabsf exp expf pow powf log logf sin cos fmin fmax".split())
_ARITHMETIC = frozenset("+ - * / % & | ^ << >> < <= > >= == != && ||".split())
_ASSIGNING = frozenset("= += -= *= /= &= |= ^=".split())
_BEFORE = frozenset("- + ! ~".split())
#: Above this, sets take longer than they are worth.
_STATEMENTS, _DEPTH = 64, 6


@dataclass
class _Loop:
    iterator: str
    unique: str
    domain: tuple[Linear, ...]
    #: The iterator in the order of execution: it may count down.
    time: Linear


@dataclass
class _Reader:
    text: bytes
    statements: list[Statement] = field(default_factory=list)
    arrays: dict[str, Array] = field(default_factory=dict)
    parameters: dict[str, None] = field(default_factory=dict)
    written: frozenset[str] = frozenset()
    locals_: frozenset[str] = frozenset()
    iterators: frozenset[str] = frozenset()
    count: itertools.count[int] = field(default_factory=itertools.count)

    # ---- statements

    def block(self, cursors: Sequence[cindex.Cursor], loops: list[_Loop], at: list[int]) -> None:
        for cursor in cursors:
            self.statement(cursor, loops, at)
            at[-1] += 1

    def statement(self, cursor: cindex.Cursor, loops: list[_Loop], at: list[int]) -> None:
        kind = cursor.kind
        if kind == Kind.COMPOUND_STMT:
            for child in cursor.get_children():
                self.statement(child, loops, at)
                at[-1] += 1
        elif kind == Kind.NULL_STMT:
            pass
        elif kind == Kind.FOR_STMT:
            loop, body = self.loop(cursor, loops)
            if len(loops) >= _DEPTH:
                raise NotApplicable("its loops are nested too deeply")
            self.block([body], [*loops, loop], [*at, 0])
        elif kind == Kind.IF_STMT:
            self.choice(cursor, loops, at)
        elif kind in (Kind.BINARY_OPERATOR, Kind.COMPOUND_ASSIGNMENT_OPERATOR):
            self.assignment(cursor, loops, at)
        else:
            raise NotApplicable(f"its loops hold a statement of another kind: {self.shown(cursor)}")

    def loop(self, cursor: cindex.Cursor, loops: list[_Loop]) -> tuple[_Loop, cindex.Cursor]:
        children = list(cursor.get_children())
        if len(children) != 4:
            raise NotApplicable("a loop lacks its beginning, condition or step")
        init, condition, step, body = children
        name, lower = self.beginning(init, loops)
        direction = self.direction(step, name)
        unique = f"{name}_{next(self.count)}"
        iterator = Linear.of({unique: 1})
        left, operator, right = self.binary(condition)
        if self.name_of(left) != name:
            raise NotApplicable(f"a loop's condition is of another kind: {self.shown(condition)}")
        bound = self.linear(right, loops)
        if bound is None or unique in bound.factors:
            raise NotApplicable(f"a loop's bound is not a sum: {self.shown(right)}")
        if name in self.used_names(right):
            raise NotApplicable("a loop's bound hangs on its iterator")
        if direction > 0 and operator in ("<", "<="):
            last = bound.plus(Linear((), -1 if operator == "<" else 0))
            domain = (iterator.plus(lower, -1), last.plus(iterator, -1))
            return _Loop(name, unique, domain, iterator), body
        if direction < 0 and operator in (">", ">="):
            last = bound.plus(Linear((), 1 if operator == ">" else 0))
            domain = (lower.plus(iterator, -1), iterator.plus(last, -1))
            return _Loop(name, unique, domain, Linear.of({unique: -1})), body
        raise NotApplicable(f"a loop's condition is of another kind: {self.shown(condition)}")

    def beginning(self, init: cindex.Cursor, loops: list[_Loop]) -> tuple[str, Linear]:
        if init.kind == Kind.DECL_STMT:
            (declared,) = list(init.get_children())[:1]
            values = [c for c in declared.get_children() if c.kind.is_expression()]
            if len(list(init.get_children())) != 1 or len(values) != 1:
                raise NotApplicable("a loop declares more than its iterator")
            name, kind, value = declared.spelling, declared.type, values[0]
        else:
            left, operator, value = self.binary(init)
            if operator != "=" or left.kind != Kind.DECL_REF_EXPR:
                raise NotApplicable(f"a loop begins otherwise: {self.shown(init)}")
            name, kind = left.spelling, left.type
            if name not in self.locals_:
                raise NotApplicable(f"the iterator {name} is not the function's own")
        if kind.get_canonical().spelling not in ("int", "long", "long long"):
            raise NotApplicable(f"the iterator {name} is not a signed int or long")
        lower = self.linear(value, loops)
        narrowed = self.bare(value).type.get_size() > kind.get_size()
        if lower is None or narrowed:
            raise NotApplicable(f"a loop does not begin at a sum: {self.shown(value)}")
        return name, lower

    def direction(self, step: cindex.Cursor, name: str) -> int:
        text = "".join(self.shown(step).split())
        if text in (f"{name}++", f"++{name}", f"{name}+=1", f"{name}={name}+1"):
            return 1
        if text in (f"{name}--", f"--{name}", f"{name}-=1", f"{name}={name}-1"):
            return -1
        raise NotApplicable(f"a loop takes other steps than one: {self.shown(step)}")

    def choice(self, cursor: cindex.Cursor, loops: list[_Loop], at: list[int]) -> None:
        condition, *branches = list(cursor.get_children())
        held = self.conditions(condition, loops)
        self.guarded(branches[0], held, loops, at)
        if len(branches) > 1:
            if len(held) != 1:
                raise NotApplicable("an else behind several conditions")
            at[-1] += 1
            negated = Linear((), -1).plus(held[0], -1)
            self.guarded(branches[1], (negated,), loops, at)

    def guarded(
        self, body: cindex.Cursor, held: tuple[Linear, ...], loops: list[_Loop], at: list[int]
    ) -> None:
        first = len(self.statements)
        self.statement(body, loops, at)
        for number in range(first, len(self.statements)):
            inside = self.statements[number]
            self.statements[number] = replace(inside, domain=inside.domain + held)

    def conditions(self, cursor: cindex.Cursor, loops: list[_Loop]) -> tuple[Linear, ...]:
        cursor = self.bare(cursor)
        if cursor.kind != Kind.BINARY_OPERATOR:
            raise NotApplicable(f"a condition on data: {self.shown(cursor)}")
        left, operator, right = self.binary(cursor)
        if operator == "&&":
            return self.conditions(left, loops) + self.conditions(right, loops)
        one, other = self.linear(left, loops), self.linear(right, loops)
        if one is None or other is None or operator not in ("<", "<=", ">", ">=", "=="):
            raise NotApplicable(f"a condition on data: {self.shown(cursor)}")
        less = other.plus(one, -1)
        more = one.plus(other, -1)
        strict = Linear((), -1)
        return {
            "<": (less.plus(strict),),
            "<=": (less,),
            ">": (more.plus(strict),),
            ">=": (more,),
            "==": (less, more),
        }[operator]

    def assignment(self, cursor: cindex.Cursor, loops: list[_Loop], at: list[int]) -> None:
        left, operator, right = self.binary(cursor)
        if operator not in _ASSIGNING:
            raise NotApplicable(f"a statement that assigns nothing: {self.shown(cursor)}")
        target = self.expression(left, loops)
        if not isinstance(target, Access):
            raise NotApplicable(f"it writes what is no element: {self.shown(left)}")
        if target.kind not in SIZES and operator != "=":
            raise NotApplicable(f"arithmetic on {target.kind}")
        value = self.expression(right, loops)
        if operator != "=" and value.kind != target.kind:
            # `float += double` computes in double: an operator of its own.
            raise NotApplicable("it adds what has another type")
        times = [Linear((), at[0])]
        for loop, place in zip(loops, at[1:], strict=True):
            times += [loop.time, Linear((), place)]
        self.statements.append(
            Statement(
                name=f"S{len(self.statements)}",
                iterators=tuple(loop.unique for loop in loops),
                domain=tuple(itertools.chain(*(loop.domain for loop in loops))),
                schedule=tuple(times),
                target=target,
                operator=operator,
                value=value,
            )
        )
        if len(self.statements) > _STATEMENTS:
            raise NotApplicable("it has too many statements")

    # ---- expressions

    def expression(self, cursor: cindex.Cursor, loops: list[_Loop]) -> Expression:
        kind = cursor.type.get_canonical().spelling.replace("const ", "")
        if cursor.type.get_canonical().is_volatile_qualified():
            raise NotApplicable("it reads what is volatile")
        linear = self.linear(cursor, loops) if kind in _SIGNED else None
        if linear is not None and any(l.unique in linear.factors for l in loops):
            return Index(linear, kind)
        if cursor.kind == Kind.PAREN_EXPR:
            return self.expression(self.only(cursor), loops)
        if cursor.kind in (Kind.INTEGER_LITERAL, Kind.FLOATING_LITERAL):
            return Number(self.shown(cursor), kind)
        if cursor.kind == Kind.UNEXPOSED_EXPR:
            inner = self.expression(self.only(cursor), loops)
            return inner if inner.kind == kind else Operation(f"({kind})", (inner,), kind)
        if cursor.kind == Kind.CSTYLE_CAST_EXPR:
            children = [c for c in cursor.get_children() if c.kind != Kind.TYPE_REF]
            inner = self.expression(children[-1], loops)
            return inner if inner.kind == kind else Operation(f"({kind})", (inner,), kind)
        if cursor.kind == Kind.DECL_REF_EXPR:
            return self.variable(cursor, kind)
        if cursor.kind == Kind.ARRAY_SUBSCRIPT_EXPR:
            return self.element(cursor, loops, kind)
        if cursor.kind == Kind.BINARY_OPERATOR:
            left, operator, right = self.binary(cursor)
            if operator not in _ARITHMETIC:
                raise NotApplicable(f"an operator of another kind: {self.shown(cursor)}")
            operands = (self.expression(left, loops), self.expression(right, loops))
            return Operation(operator, operands, kind)
        if cursor.kind == Kind.UNARY_OPERATOR:
            (operand,) = list(cursor.get_children())
            operator = self.between(cursor.extent.start.offset, operand.extent.start.offset)
            if operator not in _BEFORE:
                raise NotApplicable(f"an operator of another kind: {self.shown(cursor)}")
            return Operation(f"{operator} ", (self.expression(operand, loops),), kind)
        if cursor.kind == Kind.CONDITIONAL_OPERATOR:
            operands = tuple(self.expression(c, loops) for c in cursor.get_children())
            return Operation("?:", operands, kind)
        if cursor.kind == Kind.CALL_EXPR and cursor.spelling in _PURE:
            operands = tuple(self.expression(c, loops) for c in cursor.get_arguments())
            return Operation(cursor.spelling, operands, kind)
        raise NotApplicable(f"an expression of another kind: {self.shown(cursor)}")

    def variable(self, cursor: cindex.Cursor, kind: str) -> Expression:
        name = cursor.spelling
        declared = cursor.referenced
        if declared is None or declared.kind not in (Kind.PARM_DECL, Kind.VAR_DECL):
            raise NotApplicable(f"{name} is no variable")
        if kind not in SIZES and kind not in _SIGNED and kind != "unsigned char":
            raise NotApplicable(f"{name} has another type: {kind}")
        if name in self.iterators:
            raise NotApplicable(f"it uses the iterator {name} behind its loop")
        if name not in self.written:
            return Scalar(name, kind)
        if name not in self.locals_:
            raise NotApplicable(f"it writes {name}, which others see")
        self.arrays.setdefault(name, Array(name, kind, 0, distinct=True))
        return Access(name, (), kind)

    def element(self, cursor: cindex.Cursor, loops: list[_Loop], kind: str) -> Access:
        subscripts: list[Linear] = []
        base = cursor
        while base.kind == Kind.ARRAY_SUBSCRIPT_EXPR:
            inner, subscript = list(base.get_children())
            linear = self.linear(subscript, loops)
            if linear is None:
                raise NotApplicable(f"a subscript is not a sum: {self.shown(subscript)}")
            subscripts.insert(0, linear)
            base = self.bare(inner)
        declared = base.referenced if base.kind == Kind.DECL_REF_EXPR else None
        if declared is None or declared.kind not in (Kind.PARM_DECL, Kind.VAR_DECL):
            raise NotApplicable(f"an array that has no name: {self.shown(base)}")
        name = base.spelling
        if name in self.written:
            raise NotApplicable(f"{name} is moved")
        if kind not in SIZES and kind not in ("char", "signed char", "unsigned char", "short"):
            raise NotApplicable(f"an array of another type: {kind}")
        self.arrays.setdefault(name, self.declared(declared, name, kind, len(subscripts)))
        return Access(name, tuple(subscripts), kind)

    def declared(self, declared: cindex.Cursor, name: str, kind: str, rank: int) -> Array:
        type_ = declared.type
        own = declared.kind == Kind.VAR_DECL and type_.get_array_size() > 0
        sizes: list[Linear] = []
        current = type_
        first = True
        while True:
            current = _array_or_pointer(current)
            if current is None:
                break
            if not first:
                sizes.append(self.size(current, declared))
            first = False
            current = (
                current.get_pointee()
                if current.kind == cindex.TypeKind.POINTER
                else current.element_type
            )
        if len(sizes) + 1 != rank:
            raise NotApplicable(f"{name} is used with fewer subscripts than it has")
        return Array(name, kind, rank, tuple(sizes), own)

    def size(self, type_: cindex.Type, declared: cindex.Cursor) -> Linear:
        if type_.kind == cindex.TypeKind.CONSTANTARRAY:
            return Linear((), type_.element_count)
        if type_.kind == cindex.TypeKind.VARIABLEARRAY:
            # The size of dimension k of a parameter stands in its own text.
            return self.variable_size(type_, declared)
        raise NotApplicable(f"{declared.spelling} is a table of pointers")

    def variable_size(self, type_: cindex.Type, declared: cindex.Cursor) -> Linear:
        spelled = type_.spelling
        inside = spelled[spelled.index("[") + 1 : spelled.index("]")].strip()
        if inside.isidentifier():
            self.parameters.setdefault(inside)
            return Linear.of({inside: 1})
        raise NotApplicable(f"{declared.spelling} has a size that is no variable: {inside}")

    def linear(self, cursor: cindex.Cursor, loops: list[_Loop]) -> Linear | None:
        """The sum that an expression is, if it is one."""
        cursor = self.bare(cursor)
        if cursor.type.get_canonical().spelling.replace("const ", "") not in _SIGNED:
            return None
        if cursor.kind == Kind.INTEGER_LITERAL:
            text = self.shown(cursor).rstrip("lL")
            return Linear((), int(text, 0)) if text.isdigit() else None
        if cursor.kind == Kind.DECL_REF_EXPR:
            return self.counted(cursor, loops)
        if cursor.kind == Kind.UNARY_OPERATOR:
            (operand,) = list(cursor.get_children())
            operator = self.between(cursor.extent.start.offset, operand.extent.start.offset)
            inner = self.linear(operand, loops)
            return Linear().plus(inner, -1) if operator == "-" and inner is not None else None
        if cursor.kind != Kind.BINARY_OPERATOR:
            return None
        left, operator, right = self.binary(cursor)
        if operator not in ("+", "-", "*"):
            return None
        one, other = self.linear(left, loops), self.linear(right, loops)
        if one is None or other is None:
            return None
        if operator == "*":
            if one.terms and other.terms:
                return None
            factor, sum_ = (one, other) if not one.terms else (other, one)
            return Linear().plus(sum_, factor.constant)
        return one.plus(other, 1 if operator == "+" else -1)

    def counted(self, cursor: cindex.Cursor, loops: list[_Loop]) -> Linear | None:
        name = cursor.spelling
        for loop in reversed(loops):
            if loop.iterator == name:
                return Linear.of({loop.unique: 1})
        declared = cursor.referenced
        fixed = declared is not None and declared.kind == Kind.PARM_DECL
        if not fixed or name in self.written or name in self.iterators:
            return None
        self.parameters.setdefault(name)
        return Linear.of({name: 1})

    # ---- libclang does not tell operators apart: they are read in the text

    def binary(self, cursor: cindex.Cursor) -> tuple[cindex.Cursor, str, cindex.Cursor]:
        cursor = self.bare(cursor)
        operands = list(cursor.get_children())
        if len(operands) != 2:
            raise NotApplicable(f"an expression of another kind: {self.shown(cursor)}")
        left, right = operands
        between = self.between(left.extent.end.offset, right.extent.start.offset)
        return left, between, right

    def between(self, start: int, end: int) -> str:
        return self.text[start:end].decode("ascii", "replace").strip()

    def bare(self, cursor: cindex.Cursor) -> cindex.Cursor:
        """Without parentheses and implicit conversions that keep a value: of integers."""
        while cursor.kind in (Kind.PAREN_EXPR, Kind.UNEXPOSED_EXPR):
            children = list(cursor.get_children())
            if len(children) != 1:
                return cursor
            cursor = children[0]
        return cursor

    def only(self, cursor: cindex.Cursor) -> cindex.Cursor:
        children = list(cursor.get_children())
        if len(children) != 1:
            raise NotApplicable(f"an expression of another kind: {self.shown(cursor)}")
        return children[0]

    def name_of(self, cursor: cindex.Cursor) -> str:
        cursor = self.bare(cursor)
        return cursor.spelling if cursor.kind == Kind.DECL_REF_EXPR else ""

    def used_names(self, cursor: cindex.Cursor) -> set[str]:
        return {c.spelling for c in cursor.walk_preorder() if c.kind == Kind.DECL_REF_EXPR}

    def shown(self, cursor: cindex.Cursor) -> str:
        text = self.text[cursor.extent.start.offset : cursor.extent.end.offset]
        return " ".join(text.decode("utf-8", "replace").split())[:80]


def _array_or_pointer(type_: cindex.Type) -> cindex.Type | None:
    """A type that can be subscripted, behind names and qualifiers."""
    arrays = (
        cindex.TypeKind.POINTER,
        cindex.TypeKind.CONSTANTARRAY,
        cindex.TypeKind.VARIABLEARRAY,
        cindex.TypeKind.INCOMPLETEARRAY,
    )
    if type_.kind in arrays:
        return type_
    canonical = type_.get_canonical()
    return canonical if canonical.kind in arrays else None


def extract(definition: cindex.Cursor, text: bytes) -> Model:
    """The model of a function's loop nests, from libclang's cursor into the preprocessed `text`.

    Raises NotApplicable, with the reason, where the function is of another kind.
    """
    body = next(c for c in definition.get_children() if c.kind == Kind.COMPOUND_STMT)
    statements = list(body.get_children())
    loops = [n for n, s in enumerate(statements) if s.kind == Kind.FOR_STMT]
    if not loops:
        raise NotApplicable("it has no loop at its top")
    first, last = loops[0], loops[-1]
    reader = _Reader(text, locals_=_declared(body))
    head, tail = statements[:first], statements[last + 1 :]
    for statement in (*head, *tail):
        _plain(reader, statement)
    nests = statements[first : last + 1]
    reader.written = _written(reader, statements)
    in_nests = _written(reader, nests)
    reader.iterators = frozenset(
        reader.name_of(next(iter(c.get_children()))) or _first_declared(c)
        for nest in nests
        for c in nest.walk_preorder()
        if c.kind == Kind.FOR_STMT
        for c in list(c.get_children())[:1]
    )
    behind = {name for statement in tail for name in reader.used_names(statement)}
    if used := behind & reader.iterators:
        raise NotApplicable(f"it uses the iterator {', '.join(sorted(used))} behind its loop")
    in_head = _written(reader, head)
    reader.written = in_nests
    _refuse(reader, definition, in_head)
    reader.block(nests, [], [0])
    if not reader.statements:
        raise NotApplicable("its loops hold no statement")
    if bad := in_head & set(reader.parameters):
        raise NotApplicable(f"it changes {', '.join(sorted(bad))}, which loops hang on")
    return Model(
        statements=tuple(reader.statements),
        parameters=tuple(sorted(reader.parameters)),
        arrays=tuple(reader.arrays.values()),
        head=_joined(reader, head),
        tail=_joined(reader, tail),
    )


def _refuse(reader: _Reader, definition: cindex.Cursor, in_head: frozenset[str]) -> None:
    """What would make sums of names mean something else."""
    addressed = {
        next(iter(c.get_children())).spelling
        for c in definition.walk_preorder()
        if c.kind == Kind.UNARY_OPERATOR
        and reader.text[c.extent.start.offset : c.extent.start.offset + 1] == b"&"
    }
    if addressed & (reader.locals_ | in_head):
        raise NotApplicable("it takes the address of a variable of its own")


def _plain(reader: _Reader, statement: cindex.Cursor) -> None:
    """What may stand around the nests: declarations and expressions."""
    kinds = {c.kind for c in statement.walk_preorder()}
    jumps = {Kind.GOTO_STMT, Kind.LABEL_STMT, Kind.INDIRECT_GOTO_STMT, Kind.ASM_STMT}
    if kinds & jumps or any(kind.name == "StmtExpr" for kind in kinds):
        raise NotApplicable("it jumps")
    allowed = (Kind.DECL_STMT, Kind.RETURN_STMT, Kind.NULL_STMT)
    if statement.kind not in allowed and not (statement.kind.is_expression()):
        raise NotApplicable(
            f"a statement of another kind beside its loops: {reader.shown(statement)}"
        )


def _first_declared(init: cindex.Cursor) -> str:
    return next((c.spelling for c in init.get_children() if c.kind == Kind.VAR_DECL), "")


def _declared(body: cindex.Cursor) -> frozenset[str]:
    return frozenset(c.spelling for c in body.walk_preorder() if c.kind == Kind.VAR_DECL)


def _written(reader: _Reader, statements: Sequence[cindex.Cursor]) -> frozenset[str]:
    """The variables that are assigned to, but for iterators in the head of their own loop."""
    found: set[str] = set()
    for statement in statements:
        heads: set[int] = set()
        for cursor in statement.walk_preorder():
            if cursor.kind == Kind.FOR_STMT:
                for part in list(cursor.get_children())[:3]:
                    heads |= {c.hash for c in part.walk_preorder()}
            if cursor.hash in heads:
                continue
            if cursor.kind in (Kind.BINARY_OPERATOR, Kind.COMPOUND_ASSIGNMENT_OPERATOR):
                left, operator, _ = reader.binary(cursor)
                if operator in _ASSIGNING or cursor.kind == Kind.COMPOUND_ASSIGNMENT_OPERATOR:
                    found |= {reader.name_of(left)} - {""}
            elif cursor.kind == Kind.UNARY_OPERATOR:
                text = reader.shown(cursor)
                if "++" in text or "--" in text:
                    found |= {reader.name_of(c) for c in cursor.get_children()} - {""}
    return frozenset(found)


def _joined(reader: _Reader, statements: Sequence[cindex.Cursor]) -> str:
    parts = []
    for statement in statements:
        extent = statement.extent
        text = reader.text[extent.start.offset : extent.end.offset].decode("utf-8", "replace")
        semicolon = "" if statement.kind == Kind.DECL_STMT or text.endswith(";") else ";"
        parts.append(_without_markers(text) + semicolon)
    return "\n".join(parts)


def _without_markers(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("#"))
