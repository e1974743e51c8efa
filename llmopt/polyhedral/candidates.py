"""Orders worth a trial for a model, each legal.

Loops are distributed over statements as far as dependences let them (Allen and Kennedy, TOPLAS
9(4), 1987). A statement that then stands alone gets the loop order and the tile that use most of
what was loaded, of those that are legal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import islpy as isl

from llmopt.polyhedral.bodies import Vectors, stride, vectorizable
from llmopt.polyhedral.expansion import with_room
from llmopt.polyhedral.expressions import Linear
from llmopt.polyhedral.model import OWN, Model, Statement
from llmopt.polyhedral.order import Block, Order, Plan, Shape, Sum, Time, Turn, at, padded

#: Operands of a vector that may come element by element.
_GATHERED = 2


@dataclass(frozen=True)
class Tiling:
    """How large tiles are: rows and vectors of a tile, rows of one without vectors; 0: there are no
    such. Tiles of one column come one after the other, or those of one row. With a `skew`, rows
    begin so many steps of the inner loops after the one before: a wavefront.
    """

    rows: int = 4
    vectors: int = 2
    jammed: int = 8
    by_column: bool = True
    skew: int = 0


@dataclass(frozen=True)
class Style:
    """Which outer loops stay around all statements: one number for each, from outside. 0: as it is;
    another: it goes in strips of so many, whose points become the statements' own.
    """

    strips: tuple[int, ...] = ()


def distributed(model: Model, style: Style, tiling: Tiling, vectors: Vectors) -> Order | None:
    """The order of a style; None where it is not legal, or has no tiles."""
    model = with_room(model, style.strips)
    maker = _Maker(model, style, tiling, vectors)
    maker.group(model.statements, _Place({s.name: () for s in model.statements}))
    return maker.chosen()


@dataclass(frozen=True)
class _Place:
    """Where statements stand: behind which times, within how many common loops, and which of those
    go in strips.
    """

    times: Mapping[str, tuple[Time, ...]]
    level: int = 0
    stripped: tuple[int, ...] = ()

    def inside(self, times: Mapping[str, Time], *, stripped: bool = False) -> _Place:
        """One loop further inside."""
        longer = {name: (*self.times[name], time) for name, time in times.items()}
        more = (self.level,) if stripped else ()
        return _Place(longer, self.level + 1, (*self.stripped, *more))

    def part(self, statements: Sequence[Statement], place: int) -> _Place:
        """Where some of the statements stand, among the others."""
        longer = {s.name: (*self.times[s.name], at(place)) for s in statements}
        return _Place(longer, self.level, self.stripped)

    def inner(self, statement: Statement) -> tuple[str, ...]:
        """The iterators that are a statement's own here."""
        stripped = tuple(statement.iterators[level] for level in self.stripped)
        return (*stripped, *statement.iterators[self.level :])

    def as_written(self, statement: Statement) -> Plan:
        """The order of the text, from here on."""
        stripped = [Sum(statement.schedule[2 * level + 1]) for level in self.stripped]
        rest = [Sum(value) for value in statement.schedule[2 * self.level :]]
        return Plan(statement, (*self.times[statement.name], *stripped, *rest))


@dataclass
class _Maker:
    model: Model
    style: Style
    tiling: Tiling
    vectors: Vectors
    #: For each statement: plans from best to as it is written.
    choices: dict[str, list[Plan]] = field(default_factory=dict)

    def group(self, statements: Sequence[Statement], place: _Place) -> None:
        """Plans for statements that stand in common loops."""
        level = place.level
        for number, part in enumerate(self.parts(statements, place)):
            own = place.part(part, number)
            strip = self.style.strips[level] if level < len(self.style.strips) else 0
            if len(part) == 1 and level >= min(len(self.style.strips), part[0].depth):
                self.choices[part[0].name] = [*self.alone(part[0], own), own.as_written(part[0])]
            elif not _in_one_loop(part, level):
                self.choices |= {s.name: [own.as_written(s)] for s in part}
            elif strip and _counts_up(part, level):
                blocks = {s.name: Block(_iterator(s, level), strip) for s in part}
                self.group(part, own.inside(blocks, stripped=True))
            else:
                self.group(part, own.inside({s.name: self.skewed(s, own) for s in part}))

    def skewed(self, statement: Statement, place: _Place) -> Sum:
        """The time of the next loop, later for rows of a strip that are further down."""
        time = statement.schedule[2 * place.level + 1]
        for level in place.stripped:
            time = time.plus(_iterator(statement, level), self.tiling.skew)
        return Sum(time)

    def parts(self, statements: Sequence[Statement], place: _Place) -> list[list[Statement]]:
        """Statements that hang on each other where common loops are at one point, each part before
        those that hang on it; all of one loop where that is to be shared.
        """
        names = {s.name: s for s in statements}
        edges = {name: set[str]() for name in names}
        fixed = [n for n in range(place.level) if n not in place.stripped]
        same = _same_outer(self.model, statements, fixed)
        for source, sink in _ends(self.model.dependences.intersect(same)):
            edges[source].add(sink)
        for one, other in pairwise(statements):
            shared = place.level < len(self.style.strips)
            if shared and _in_one_loop((one, other), place.level):
                edges[one.name].add(other.name)
                edges[other.name].add(one.name)
        return [[names[n] for n in part] for part in _components(edges, list(names))]

    def alone(self, statement: Statement, place: _Place) -> Iterator[Plan]:
        """Plans for a statement that stands alone, the best first."""
        inner = place.inner(statement)
        times = place.times[statement.name]
        target = statement.target
        tiling = self.tiling
        lanes = [i for i in inner if tiling.vectors and self._vectorizable(statement, i)]
        lanes.sort(key=lambda i: sum(stride(a, i) not in (0, 1) for a in statement.reads))
        rows = [i for i in inner if stride(target, i) != 0]
        roles = []
        for lane in lanes:
            again = [r for r in rows if r != lane and _uses_again(statement, r)]
            roles += [(lane, row) for row in again if tiling.rows]
            roles.append((lane, ""))
        if tiling.jammed and (len(inner) > 1 or place.stripped):
            roles += [("", row) for row in rows]
        strips = {statement.iterators[n]: self.style.strips[n] for n in place.stripped}
        for lane, row in roles:
            for plan in self.tiled(statement, inner, times, lane, row):
                # A tile across two strips would need the room of both.
                if all(strips.get(n, size) % size == 0 for n, size in plan.shapes[0].sizes):
                    yield plan

    def _vectorizable(self, statement: Statement, lanes: str) -> bool:
        far = [a for a in statement.reads if stride(a, lanes) not in (0, 1)]
        return len(far) <= _GATHERED and vectorizable(statement, lanes)

    def tiled(
        self,
        statement: Statement,
        inner: Sequence[str],
        times: tuple[Time, ...],
        lanes: str,
        rows: str,
    ) -> Iterator[Plan]:
        """Plans with tiles along some iterators; points that they leave come behind or before, or
        at once in the same step of the inner loops.
        """
        others = [i for i in inner if i not in (lanes, rows)]
        if self.tiling.skew and others:
            if rows and not lanes:
                yield self.wavefront(statement, times, rows, others)
            return
        shapes, blocks, points = self.shapes(statement, lanes, rows)
        rest = [Sum(_time(statement, iterator)) for iterator in others]
        for turn in (Turn(), Turn(reverse=True)) if rest else (Turn(),):
            yield Plan(statement, (*times, *blocks, turn, *points, *rest), shapes)
        if rest:
            yield Plan(statement, (*times, *blocks, *rest, Turn(), *points), shapes)

    def wavefront(
        self, statement: Statement, times: tuple[Time, ...], rows: str, others: Sequence[str]
    ) -> Plan:
        """Rows side by side, each some steps of the inner loops behind the one before."""
        jammed, skew = self.tiling.jammed, self.tiling.skew
        row = Linear.of({rows: 1})
        inner = {iterator: _time(statement, iterator) for iterator in others}
        slant = tuple((i, -skew * time.factors[i]) for i, time in inner.items())
        waves = [Sum(time.plus(row, skew)) for time in inner.values()]
        shapes = (Shape(((rows, jammed),), slant=slant), Shape())
        return Plan(statement, (*times, Block(row, jammed), *waves, Turn(), Sum(row)), shapes)

    def shapes(
        self, statement: Statement, lanes: str, rows: str
    ) -> tuple[tuple[Shape, ...], list[Time], list[Time]]:
        """Shapes from large to small, the times of their tiles, and those of points within."""
        tiling = self.tiling
        row, column = Linear.of({rows: 1}), Linear.of({lanes: 1})
        if not lanes:
            jammed = Shape(((rows, tiling.jammed),))
            return (jammed, Shape()), [Block(row, tiling.jammed)], [Sum(row)]
        one = self.vectors.lanes(statement.target.kind)
        widths = tuple(dict.fromkeys((one * tiling.vectors, one)))
        in_row = tuple(Shape(((lanes, width),), lanes) for width in widths)
        if not rows:
            return (*in_row, Shape()), [Block(column, widths[0])], [Sum(column)]
        tiles = tuple(Shape(((rows, tiling.rows), (lanes, width)), lanes) for width in widths)
        blocks: list[Time] = [Block(column, widths[0]), Block(row, tiling.rows)]
        ordered = blocks if tiling.by_column else blocks[::-1]
        return (*tiles, in_row[-1], Shape()), ordered, [Sum(row), Sum(column)]

    def chosen(self) -> Order | None:
        """The best plan of each statement with which the whole is legal, if any has tiles."""
        chosen = {name: plans[-1] for name, plans in self.choices.items()}
        if not self._order(chosen).is_legal:
            return None
        for name, plans in self.choices.items():
            for plan in plans[:-1]:
                tried = {**chosen, name: plan}
                if self._order(tried).is_legal:
                    chosen = tried
                    break
        tiled = any(plan.shapes[0].sizes for plan in chosen.values())
        return self._order(chosen) if tiled else None

    def _order(self, chosen: Mapping[str, Plan]) -> Order:
        return Order(self.model, padded([chosen[s.name] for s in self.model.statements]))


def _uses_again(statement: Statement, rows: str) -> bool:
    """Whether neighbours along an iterator read the same elements."""
    return any(stride(access, rows) == 0 for access in statement.reads)


def _iterator(statement: Statement, level: int) -> Linear:
    return Linear.of({statement.iterators[level]: 1})


def _in_one_loop(statements: Sequence[Statement], level: int) -> bool:
    """Whether statements stand in one more loop."""
    return (
        all(s.depth > level for s in statements)
        and len({s.iterators[level] for s in statements}) == 1
    )


def _counts_up(statements: Sequence[Statement], level: int) -> bool:
    return all(s.schedule[2 * level + 1] == _iterator(s, level) for s in statements)


def _ends(pairs: isl.UnionMap) -> set[tuple[str, str]]:
    """The names of the statements between which there are pairs."""
    maps = pairs.get_map_list()
    found = (maps.get_at(n) for n in range(maps.n_map()))
    return {(m.get_tuple_name(isl.dim_type.in_), m.get_tuple_name(isl.dim_type.out)) for m in found}


def _time(statement: Statement, iterator: str) -> Linear:
    """The time of an iterator: it may count down."""
    times = statement.schedule[1::2]
    return next((t for t in times if iterator in t.factors), Linear.of({iterator: 1}))


def _same_outer(
    model: Model, statements: Sequence[Statement], levels: Sequence[int]
) -> isl.UnionMap:
    """Pairs of points at which the loops of some levels are at one point."""
    found = isl.UnionMap(f"{model.prefix} -> {{ }}")
    for one in statements:
        for other in statements:
            left = [f"{OWN}a{n}" for n in range(one.depth)]
            right = [f"{OWN}{'a' if n in levels else 'b'}{n}" for n in range(other.depth)]
            pair = f"{one.name}[{', '.join(left)}] -> {other.name}[{', '.join(right)}]"
            found = found.union(isl.UnionMap(f"{model.prefix} -> {{ {pair} }}"))
    return found


def _components(edges: Mapping[str, set[str]], order: Sequence[str]) -> list[list[str]]:
    """Strongly connected components, each before those that it leads to, else in a given order."""
    reach = {name: _reached(edges, name) for name in order}
    left = list(order)
    found = []
    while left:
        first = next(
            name
            for name in left
            if all(other in reach[name] for other in left if name in reach[other])
        )
        part = [n for n in left if n == first or (n in reach[first] and first in reach[n])]
        found.append(part)
        left = [name for name in left if name not in part]
    return found


def _reached(edges: Mapping[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    todo = [start]
    while todo:
        for following in edges[todo.pop()] - seen:
            seen.add(following)
            todo.append(following)
    return seen
