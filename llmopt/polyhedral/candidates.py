"""Orders worth a trial for a model, each legal.

Loops are distributed over statements as far as dependences let them (Allen and Kennedy, TOPLAS 9(4),
1987); each statement that stands alone then gets the loop order and the tile that use most of what
was loaded, of those that are legal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import islpy as isl

from llmopt.polyhedral.bodies import Vectors
from llmopt.polyhedral.expressions import SIZES, Access, Linear
from llmopt.polyhedral.model import Model, Statement
from llmopt.polyhedral.order import Block, Order, Plan, Shape, Sum, Time, Turn, at, padded


@dataclass(frozen=True)
class Tiling:
    """How large tiles are: rows that are jammed, vectors in a row, rows of a tile without vectors;
    whether columns of tiles come before rows.
    """

    rows: int = 4
    vectors: int = 2
    jammed: int = 8
    by_column: bool = True


@dataclass(frozen=True)
class Style:
    """How loops are distributed: `shared` outer loops stay around all statements; the last of them
    goes in `strip`s whose points become the statements' own, where that is more than 0.
    """

    shared: int = 0
    strip: int = 0


def distributed(model: Model, style: Style, tiling: Tiling, vectors: Vectors) -> Order | None:
    """The order of a style; None where it is not legal."""
    maker = _Maker(model, style, tiling, vectors)
    maker.group(model.statements, 0, {s.name: () for s in model.statements})
    return maker.chosen()


def original(model: Model) -> Order:
    """The order of the text."""
    return Order(model, padded([_as_written(s, (), 0) for s in model.statements]))


def _as_written(statement: Statement, prefix: tuple[Time, ...], level: int) -> Plan:
    return Plan(statement, (*prefix, *[Sum(v) for v in statement.schedule[2 * level :]]))


@dataclass
class _Maker:
    model: Model
    style: Style
    tiling: Tiling
    vectors: Vectors

    def __post_init__(self) -> None:
        #: For each statement: plans from best to as it is written.
        self.choices: dict[str, list[Plan]] = {}

    def group(
        self, statements: Sequence[Statement], level: int, times: Mapping[str, tuple[Time, ...]]
    ) -> None:
        """Plans for statements that share `level` loops, behind the times that they have there."""
        shared = level < self.style.shared
        for place, part in enumerate(self.parts(statements, level, shared=shared)):
            own = {s.name: (*times[s.name], at(place)) for s in part}
            if len(part) == 1 and level >= min(self.style.shared, part[0].depth):
                self.choices[part[0].name] = self.alone(part[0], level, own[part[0].name])
            elif not _in_one_loop(part, level):
                for s in part:
                    self.choices[s.name] = [_as_written(s, own[s.name], level)]
            elif self.style.strip and level + 1 == self.style.shared and _counts_up(part, level):
                self.in_strips(part, level, own)
            else:
                loop = {s.name: (*own[s.name], Sum(s.schedule[2 * level + 1])) for s in part}
                self.group(part, level + 1, loop)

    def in_strips(
        self, part: Sequence[Statement], level: int, times: Mapping[str, tuple[Time, ...]]
    ) -> None:
        """Plans for statements of a loop that goes in strips: its points are the statements' own."""
        for place, sub in enumerate(self.parts(part, level, shared=False)):
            for s in sub:
                block = Block(Linear.of({s.iterators[level]: 1}), self.style.strip)
                own = (*times[s.name], block, at(place))
                alone = len(sub) == 1
                plans = self.alone(s, level, own) if alone else [_as_written(s, own, level)]
                self.choices[s.name] = plans

    def parts(
        self, statements: Sequence[Statement], level: int, *, shared: bool
    ) -> list[list[Statement]]:
        """Statements that hang on each other within `level` common loops, each part before those
        that hang on it; all of one loop where that is to be shared.
        """
        names = {s.name: s for s in statements}
        edges = {name: set[str]() for name in names}
        same = _same_outer(self.model, statements, level)
        for source, sink in _ends(self.model.dependences.intersect(same)):
            edges[source].add(sink)
        for one, other in pairwise(statements):
            if shared and _in_one_loop((one, other), level):
                edges[one.name].add(other.name)
                edges[other.name].add(one.name)
        return [[names[n] for n in part] for part in _components(edges, list(names))]

    def alone(self, statement: Statement, level: int, times: tuple[Time, ...]) -> list[Plan]:
        """Plans for a statement that stands alone within its first loops."""
        inner = statement.iterators[level:]
        found = []
        for lanes, rows in self._roles(statement, inner):
            found += list(self._tiled(statement, inner, times, lanes, rows))
        return [*found, _as_written(statement, times, level)]

    def _roles(self, statement: Statement, inner: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Which iterator is for lanes and which for rows, the best first."""
        target = statement.target
        lanes = [i for i in inner if _stride(target, i) == 1 and self._vectorizable(statement, i)]
        lanes.sort(key=lambda i: sum(_stride(a, i) not in (0, 1) for a in statement.reads))
        rows = [i for i in inner if _stride(target, i) != 0]
        for lane in lanes:
            others = sorted(
                (r for r in rows if r != lane),
                key=lambda r: -sum(_stride(a, r) == 0 for a in statement.reads),
            )
            if len(inner) > 2 or any(_stride(a, r) == 0 for r in others for a in statement.reads):
                yield from ((lane, row) for row in others)
            yield lane, ""
        if len(inner) > 1:
            yield from (("", row) for row in rows)

    def _vectorizable(self, statement: Statement, lanes: str) -> bool:
        if statement.target.kind not in SIZES:
            return False
        far = [a for a in statement.reads if _stride(a, lanes) not in (0, 1)]
        return all(a.kind == statement.target.kind for a in far) and len(far) <= 2

    def _tiled(
        self,
        statement: Statement,
        inner: Sequence[str],
        times: tuple[Time, ...],
        lanes: str,
        rows: str,
    ) -> Iterator[Plan]:
        rest = [Sum(_time(statement, i)) for i in inner if i not in (lanes, rows)]
        shapes, blocks, points = self._shapes(statement, lanes, rows)
        if not rest:
            yield Plan(statement, (*times, *blocks, Turn(), *points), shapes)
            return
        for turn in (Turn(), Turn(reverse=True)):
            yield Plan(statement, (*times, *blocks, turn, *points, *rest), shapes)
        yield Plan(statement, (*times, *blocks, *rest, Turn(), *points), shapes)

    def _shapes(
        self, statement: Statement, lanes: str, rows: str
    ) -> tuple[tuple[Shape, ...], list[Time], list[Time]]:
        tiling = self.tiling
        blocks: list[Time] = []
        if not lanes:
            shapes = (Shape(((rows, tiling.jammed),)), Shape())
            return shapes, [Block(Linear.of({rows: 1}), tiling.jammed)], [Sum(Linear.of({rows: 1}))]
        one = self.vectors.lanes(statement.target.kind)
        wide = one * tiling.vectors
        columns = Block(Linear.of({lanes: 1}), wide)
        if not rows:
            found = tuple(Shape(((lanes, w),), lanes) for w in dict.fromkeys((wide, one)))
            return (*found, Shape()), [columns], [Sum(Linear.of({lanes: 1}))]
        found = (
            *(Shape(((rows, tiling.rows), (lanes, w)), lanes) for w in dict.fromkeys((wide, one))),
            Shape(((lanes, one),), lanes),
            Shape(),
        )
        row = Block(Linear.of({rows: 1}), tiling.rows)
        blocks = [columns, row] if tiling.by_column else [row, columns]
        return found, blocks, [Sum(Linear.of({rows: 1})), Sum(Linear.of({lanes: 1}))]

    def chosen(self) -> Order | None:
        """The best plan of each statement with which the whole is legal."""
        chosen = {name: plans[-1] for name, plans in self.choices.items()}
        if not self._legal(chosen):
            return None
        for name, plans in self.choices.items():
            for plan in plans[:-1]:
                tried = {**chosen, name: plan}
                if self._legal(tried):
                    chosen = tried
                    break
        return self._order(chosen)

    def _legal(self, chosen: Mapping[str, Plan]) -> bool:
        return self._order(chosen).is_legal

    def _order(self, chosen: Mapping[str, Plan]) -> Order:
        return Order(self.model, padded([chosen[s.name] for s in self.model.statements]))


def _in_one_loop(statements: Sequence[Statement], level: int) -> bool:
    """Whether statements share `level` loops and stand in one more."""
    return (
        all(s.depth > level for s in statements)
        and len({s.schedule[: 2 * level + 1][-1] for s in statements}) == 1
        and len({s.iterators[level] for s in statements}) == 1
    )


def _counts_up(statements: Sequence[Statement], level: int) -> bool:
    return all(s.schedule[2 * level + 1] == Linear.of({s.iterators[level]: 1}) for s in statements)


def _ends(pairs: isl.UnionMap) -> set[tuple[str, str]]:
    """The names of the statements between which there are pairs."""
    maps = pairs.get_map_list()
    found = (maps.get_at(n) for n in range(maps.n_map()))
    return {(m.get_tuple_name(isl.dim_type.in_), m.get_tuple_name(isl.dim_type.out)) for m in found}


def _time(statement: Statement, iterator: str) -> Linear:
    """The time of an iterator: it may count down."""
    for value in statement.schedule[1::2]:
        if iterator in value.factors:
            return value
    return Linear.of({iterator: 1})


def _stride(access: Access, iterator: str) -> int | None:
    """Elements between what neighbours along an iterator use; None: far."""
    factors = [s.factors.get(iterator, 0) for s in access.subscripts]
    if not any(factors):
        return 0
    return factors[-1] if not any(factors[:-1]) else None


def _same_outer(model: Model, statements: Sequence[Statement], level: int) -> isl.UnionMap:
    """Pairs of points with the same outer loops."""
    found: isl.UnionMap | None = None
    for one in statements:
        for other in statements:
            if min(one.depth, other.depth) < level:
                continue
            left = [f"a{n}" for n in range(one.depth)]
            right = [f"a{n}" if n < level else f"b{n}" for n in range(other.depth)]
            made = isl.UnionMap(
                f"{model.prefix} -> {{ {one.name}[{', '.join(left)}] -> "
                f"{other.name}[{', '.join(right)}] }}"
            )
            found = made if found is None else found.union(made)
    assert found is not None
    return found


def _components(edges: Mapping[str, set[str]], order: Sequence[str]) -> list[list[str]]:
    """Strongly connected components, each before those that it leads to, else in a given order."""
    reach = {n: _reached(edges, n) for n in order}
    left = list(order)
    found = []
    while left:
        ready = next(
            n
            for n in left
            if all(n in reach[m] and m in reach[n] for m in left if m != n and n in reach[m])
        )
        part = [m for m in left if m == ready or (m in reach[ready] and ready in reach[m])]
        found.append(part)
        left = [m for m in left if m not in part]
    return found


def _reached(edges: Mapping[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    todo = [start]
    while todo:
        for following in edges[todo.pop()]:
            if following not in seen:
                seen.add(following)
                todo.append(following)
    return seen
