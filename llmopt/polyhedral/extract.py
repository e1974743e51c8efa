"""From a function's definition to the model of its loop nests, or the reason why there is none."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from clang import cindex

from llmopt.errors import NotApplicable
from llmopt.polyhedral.expressions import SIZES, Access, Linear
from llmopt.polyhedral.model import KEYWORDS, OWN, Model, Statement
from llmopt.polyhedral.reading import UNSIGNED, Loop, Reader, is_automatic, type_name
from llmopt.source.cursors import bare, is_unsigned, operator, parts

Kind = cindex.CursorKind
_ASSIGNING = frozenset("= += -= *= /= &= |= ^=".split())
_CHANGING = frozenset("++ -- post++ post--".split())
_WRITING = _ASSIGNING | _CHANGING | frozenset("%= <<= >>=".split())
_ASSIGNMENTS = frozenset({Kind.BINARY_OPERATOR, Kind.COMPOUND_ASSIGNMENT_OPERATOR})
_COUNTING = frozenset({"int", "long", "long long"}) | UNSIGNED
_JUMPS = frozenset(
    {Kind.GOTO_STMT, Kind.LABEL_STMT, Kind.INDIRECT_GOTO_STMT, Kind.ASM_STMT, Kind.StmtExpr}
)
#: Above this, sets take longer than they are worth.
_STATEMENTS, _DEPTH = 64, 6
_ONE = Linear((), 1)


def extract(definition: cindex.Cursor, text: bytes) -> Model:
    """The model of a function's loop nests, from libclang's cursor into the preprocessed `text`.

    Raises NotApplicable, with the reason, where the function is of another kind.
    """
    body = next(c for c in definition.get_children() if c.kind == Kind.COMPOUND_STMT)
    statements = list(body.get_children())
    places = [n for n, s in enumerate(statements) if s.kind == Kind.FOR_STMT]
    if not places:
        raise NotApplicable("it has no loop at its top")
    head, tail = statements[: places[0]], statements[places[-1] + 1 :]
    nests = statements[places[0] : places[-1] + 1]
    iterators = _iterators(nests)
    reader = Reader(text, _declared([body]), iterators, _written(nests))
    storage = _storage(definition, nests, iterators)
    for statement in (*head, *tail):
        _check_plain(reader, statement)
    _check_addresses(definition, reader)
    if used := iterators & _named(tail):
        raise NotApplicable(f"it uses the iterator {', '.join(sorted(used))} behind its loop")
    found = _Nests(reader)
    found.block(nests, (), (0,))
    if not found.statements:
        raise NotApplicable("its loops hold no statement")
    steering = reader.parameters.keys() | {a.name for a in reader.arrays.values() if a.rank}
    if changed := (_written(head) - _declared(head)) & steering:
        raise NotApplicable(f"it changes {', '.join(sorted(changed))}, which loops hang on")
    if odd := {n for n in steering | reader.arrays.keys() if n.lower() in KEYWORDS}:
        raise NotApplicable(f"{', '.join(sorted(odd))} means something else in sets")
    return Model(
        statements=tuple(found.statements),
        parameters=tuple(sorted(reader.parameters)),
        arrays=tuple(reader.arrays.values()),
        head=_joined(reader, head),
        tail=_joined(reader, tail),
        idle=tuple(sorted(iterators & _declared(head))),
        used_behind=_named(tail),
        wide=tuple(sorted(n for n, t in reader.parameters.items() if t.get_size() > SIZES["int"])),
        unsigned=tuple(sorted(n for n, t in reader.parameters.items() if is_unsigned(t))),
        ranges=tuple(reader.ranges),
        storage=storage,
    )


@dataclass
class _Nests:
    reader: Reader
    statements: list[Statement] = field(default_factory=list)
    count: itertools.count[int] = field(default_factory=itertools.count)

    def block(
        self, cursors: Sequence[cindex.Cursor], loops: tuple[Loop, ...], at: tuple[int, ...]
    ) -> int:
        """Statements one after the other, from a place in the text; the place behind them."""
        place = at[-1]
        for cursor in cursors:
            place = self.statement(cursor, loops, (*at[:-1], place))
        return place

    def statement(self, cursor: cindex.Cursor, loops: tuple[Loop, ...], at: tuple[int, ...]) -> int:
        """A statement at a place in the text; the place behind it."""
        if cursor.kind == Kind.COMPOUND_STMT:
            return self.block(list(cursor.get_children()), loops, at)
        if cursor.kind == Kind.IF_STMT:
            return self.choice(cursor, loops, at)
        if cursor.kind == Kind.FOR_STMT:
            loop, body = self.loop(cursor, loops)
            if len(loops) >= _DEPTH:
                raise NotApplicable("its loops are nested too deeply")
            self.block([body], (*loops, loop), (*at, 0))
        elif cursor.kind in _ASSIGNMENTS:
            left, right = parts(cursor)
            self.assignment(left, operator(cursor), right, loops, at)
        elif cursor.kind == Kind.DECL_STMT:
            return self.declaration(cursor, loops, at)
        elif cursor.kind != Kind.NULL_STMT:
            raise self.reader.another(cursor)
        return at[-1] + 1

    def loop(self, cursor: cindex.Cursor, loops: tuple[Loop, ...]) -> tuple[Loop, cindex.Cursor]:
        """What a loop runs over, and its body."""
        children = list(cursor.get_children())
        if len(children) != 4:
            raise NotApplicable("a loop lacks its beginning, condition or step")
        init, condition, step, body = children
        name, first = self.beginning(init, loops)
        unique = f"{OWN}{name}_{next(self.count)}"
        iterator = Linear.of({unique: 1})
        condition = bare(condition)
        inside = parts(condition)
        bound = self.reader.linear(inside[1], loops) if len(inside) == 2 else None
        if bound is None or _name(inside[0]) != name or name in _named([inside[1]]):
            raise self.reader.another(condition)
        direction = self.direction(step, name)
        sign = operator(condition)
        if sign not in ({"<", "<="} if direction > 0 else {">", ">="}):
            raise self.reader.another(condition)
        last = bound if "=" in sign else bound.plus(_ONE, -direction)
        for counted in (inside[0], bare(inside[0])):
            if type_name(counted) in UNSIGNED:
                self.reader.keeps(first, counted.type, loops)
                self.reader.keeps(last.plus(_ONE, direction), counted.type, loops)
        begun, ended = iterator.plus(first, -1), last.plus(iterator, -1)
        zero = Linear()
        domain = (zero.plus(begun, direction), zero.plus(ended, direction))
        return Loop(name, unique, domain, zero.plus(iterator, direction)), body

    def beginning(self, init: cindex.Cursor, loops: tuple[Loop, ...]) -> tuple[str, Linear]:
        """The iterator that a loop begins with, and its first value."""
        if init.kind == Kind.DECL_STMT:
            declared = list(init.get_children())
            values = [c for c in declared[0].get_children() if c.kind.is_expression()]
            if len(declared) != 1 or len(values) != 1:
                raise NotApplicable("a loop declares more than its iterator")
            name, counted, value = declared[0].spelling, declared[0], values[0]
        else:
            if operator(init) != "=" or not _name(parts(init)[0]):
                raise self.reader.another(init)
            counted, value = parts(init)
            name = _name(counted)
            declared = bare(counted).referenced
            if declared.kind != Kind.VAR_DECL or not is_automatic(declared):
                raise NotApplicable(f"the iterator {name} is not the function's own")
            if any(loop.iterator == name for loop in loops):
                raise NotApplicable(f"a loop inside another counts with {name} as well")
        first = self.reader.linear(value, loops)
        if first is not None and is_unsigned(counted.type):
            self.reader.keeps(first, counted.type, loops)
        narrows = bare(value).type.get_size() > counted.type.get_size()
        if type_name(counted) not in _COUNTING or first is None or narrows:
            raise self.reader.another(init)
        return name, first

    def direction(self, step: cindex.Cursor, name: str) -> int:
        """1 where the loop counts up, -1 where it counts down."""
        if any(_name(part) != name for part in parts(step)[:1]):
            raise self.reader.another(step)
        sign = operator(step)
        if sign in _CHANGING:
            return 1 if "+" in sign else -1
        added = self.reader.linear(parts(step)[1], ()) if sign in ("+=", "-=") else None
        if added == _ONE:
            return 1 if sign == "+=" else -1
        raise NotApplicable(f"a loop takes other steps than one: {self.reader.shown(step)}")

    def choice(self, cursor: cindex.Cursor, loops: tuple[Loop, ...], at: tuple[int, ...]) -> int:
        condition, *branches = list(cursor.get_children())
        held = self.conditions(condition, loops)
        place = self.guarded(branches[0], held, loops, at)
        if len(branches) == 1:
            return place
        if len(held) != 1:
            raise NotApplicable("an else behind several conditions")
        negated = Linear((), -1).plus(held[0], -1)
        return self.guarded(branches[1], (negated,), loops, (*at[:-1], place))

    def guarded(
        self,
        body: cindex.Cursor,
        held: tuple[Linear, ...],
        loops: tuple[Loop, ...],
        at: tuple[int, ...],
    ) -> int:
        """Statements that are executed where some sums are at least 0."""
        first, noted = len(self.statements), len(self.reader.ranges)
        place = self.statement(body, loops, at)
        for number in range(noted, len(self.reader.ranges)):
            inside = self.reader.ranges[number]
            self.reader.ranges[number] = replace(inside, domain=inside.domain + held)
        for number in range(first, len(self.statements)):
            made = self.statements[number]
            self.statements[number] = replace(made, domain=made.domain + held)
        return place

    def conditions(self, cursor: cindex.Cursor, loops: tuple[Loop, ...]) -> tuple[Linear, ...]:
        """The sums that are at least 0 where a condition holds."""
        cursor = bare(cursor)
        if operator(cursor) == "&&":
            left, right = parts(cursor)
            return self.conditions(left, loops) + self.conditions(right, loops)
        if cursor.kind != Kind.BINARY_OPERATOR:
            raise self.reader.another(cursor)
        one, other = (self.reader.linear(part, loops) for part in parts(cursor))
        if one is None or other is None:
            raise NotApplicable(f"a condition on data: {self.reader.shown(cursor)}")
        less, more = other.plus(one, -1), one.plus(other, -1)
        known = {
            "<": (less.plus(_ONE, -1),),
            "<=": (less,),
            ">": (more.plus(_ONE, -1),),
            ">=": (more,),
            "==": (less, more),
        }
        if operator(cursor) not in known:
            raise self.reader.another(cursor)
        return known[operator(cursor)]

    def declaration(
        self, cursor: cindex.Cursor, loops: tuple[Loop, ...], at: tuple[int, ...]
    ) -> int:
        """Variables of a loop's body: what they begin with is assigned to them."""
        place = at[-1]
        for declared in cursor.get_children():
            value = next((c for c in declared.get_children() if c.kind.is_expression()), None)
            if value is not None:
                self.store(self.reader.variable(declared), "=", value, loops, (*at[:-1], place))
                place += 1
        return place

    def assignment(
        self,
        left: cindex.Cursor,
        sign: str,
        right: cindex.Cursor,
        loops: tuple[Loop, ...],
        at: tuple[int, ...],
    ) -> None:
        target = self.reader.expression(left, loops)
        if not isinstance(target, Access) or sign not in _ASSIGNING:
            raise self.reader.another(left)
        self.store(target, sign, right, loops, at)

    def store(
        self,
        target: Access,
        sign: str,
        right: cindex.Cursor,
        loops: tuple[Loop, ...],
        at: tuple[int, ...],
    ) -> None:
        value = self.reader.expression(right, loops)
        # `float += double` computes in double, `char += char` in int.
        if sign != "=" and (value.kind != target.kind or target.kind not in SIZES):
            raise NotApplicable(f"it computes in another type: {self.reader.shown(right)}")
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
                operator=sign,
                value=value,
            )
        )
        if len(self.statements) > _STATEMENTS:
            raise NotApplicable("it has too many statements")


def _check_plain(reader: Reader, statement: cindex.Cursor) -> None:
    """What may stand around the nests: declarations and expressions."""
    if any(c.kind in _JUMPS for c in statement.walk_preorder()):
        raise NotApplicable("it jumps")
    plain = (Kind.DECL_STMT, Kind.RETURN_STMT, Kind.NULL_STMT)
    if statement.kind not in plain and not statement.kind.is_expression():
        raise reader.another(statement)


def _check_addresses(definition: cindex.Cursor, reader: Reader) -> None:
    """What has its address taken may be written where no name says so."""
    for cursor in definition.walk_preorder():
        if operator(cursor) == "u&":
            raise NotApplicable(f"it takes an address: {reader.shown(cursor)}")


def _storage(
    definition: cindex.Cursor, nests: Sequence[cindex.Cursor], iterators: frozenset[str]
) -> tuple[str, ...]:
    """Declarations of the variables that the nests declare, which have one meaning in the function.

    Raises NotApplicable for other variables.
    """
    found: dict[str, str] = {}
    everywhere = [
        c for c in definition.walk_preorder() if c.kind in (Kind.VAR_DECL, Kind.PARM_DECL)
    ]
    foreign = {
        c.spelling
        for c in definition.walk_preorder()
        if c.kind == Kind.DECL_REF_EXPR and not _is_variable(c.referenced)
    }
    for cursor in _all(nests):
        if cursor.kind != Kind.VAR_DECL or cursor.spelling in iterators:
            continue
        name, kind = cursor.spelling, type_name(cursor)
        others = {type_name(other) for other in everywhere if other.spelling == name}
        outside = sum(other.spelling == name for other in everywhere)
        inside = sum(c.kind == Kind.VAR_DECL and c.spelling == name for c in _all(nests))
        plain = kind in SIZES and is_automatic(cursor)
        plain = plain and not any(c.kind.is_attribute() for c in cursor.get_children())
        if others != {kind} or outside != inside or not plain or name in foreign:
            raise NotApplicable(f"its loops declare {name}")
        found[name] = f"{kind} {name};"
    return tuple(found.values())


def _is_variable(declared: cindex.Cursor | None) -> bool:
    """Whether a name is a variable of the function."""
    known = declared is not None and declared.kind in (Kind.VAR_DECL, Kind.PARM_DECL)
    return known and is_automatic(declared)


def _iterators(nests: Sequence[cindex.Cursor]) -> frozenset[str]:
    """The variables that loops begin with."""
    found: set[str] = set()
    for cursor in _all(nests):
        if cursor.kind == Kind.FOR_STMT:
            init = next(iter(cursor.get_children()))
            found |= _declared([init]) | {_name(part) for part in parts(init)[:1]}
    return frozenset(found - {""})


def _all(cursors: Sequence[cindex.Cursor]) -> itertools.chain[cindex.Cursor]:
    return itertools.chain.from_iterable(cursor.walk_preorder() for cursor in cursors)


def _name(cursor: cindex.Cursor) -> str:
    """The variable that an expression is; empty where it is none."""
    cursor = bare(cursor)
    return cursor.spelling if cursor.kind == Kind.DECL_REF_EXPR else ""


def _named(cursors: Sequence[cindex.Cursor]) -> frozenset[str]:
    return frozenset(c.spelling for c in _all(cursors) if c.kind == Kind.DECL_REF_EXPR)


def _declared(cursors: Sequence[cindex.Cursor]) -> frozenset[str]:
    return frozenset(c.spelling for c in _all(cursors) if c.kind == Kind.VAR_DECL)


def _written(cursors: Sequence[cindex.Cursor]) -> frozenset[str]:
    """The variables that are assigned to, but for iterators in the head of their own loop."""
    heads: set[int] = set()
    found: set[str] = set()
    for cursor in _all(cursors):
        if cursor.kind == Kind.FOR_STMT:
            heads |= {c.hash for c in _all(list(cursor.get_children())[:3])}
        elif cursor.kind == Kind.VAR_DECL and cursor.hash not in heads:
            found.add(cursor.spelling)
        elif cursor.hash not in heads and operator(cursor) in _WRITING:
            found.add(_name(parts(cursor)[0]))
    return frozenset(found - {""})


def _joined(reader: Reader, statements: Sequence[cindex.Cursor]) -> str:
    """The text of statements, without the preprocessor's marks."""
    found = []
    for statement in statements:
        extent = statement.extent
        text = reader.text[extent.start.offset : extent.end.offset].decode("utf-8", "replace")
        lines = [line for line in text.split("\n") if not line.lstrip().startswith("#")]
        closed = statement.kind == Kind.DECL_STMT or text.endswith(";")
        found.append("\n".join(lines) + ("" if closed else ";"))
    return "\n".join(found)
