"""Another order for the points of a model: tiles of a few shapes, and when each is executed.

A tile is executed at once: all its points read before any writes. So an order is legal where every
dependence leads to a strictly later tile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

import islpy as isl

from llmopt.polyhedral.expressions import Linear
from llmopt.polyhedral.model import Model, Statement, by_ends, union


@dataclass(frozen=True)
class Sum:
    """A time: a sum of iterators."""

    value: Linear


@dataclass(frozen=True)
class Block:
    """A time: which block of `size` the sum is in."""

    value: Linear
    size: int


@dataclass(frozen=True)
class Turn:
    """A time: whether it is the turn of the large tiles, or of the points that they leave."""

    reverse: bool = False


Time = Sum | Block | Turn

#: The turn of what no tile takes, behind that of all tiles.
_LAST = 9


def at(place: int) -> Sum:
    """A time that is the same for all points."""
    return Sum(Linear((), place))


@dataclass(frozen=True)
class Shape:
    """How many points a tile has along some iterators; vectors lie along the one of `lanes`.

    `slant` is how far other iterators move from one point to the next along the first: a wavefront.
    """

    sizes: tuple[tuple[str, int], ...] = ()
    lanes: str = ""
    slant: tuple[tuple[str, int], ...] = ()

    @property
    def extent(self) -> dict[str, int]:
        """The sizes by iterator."""
        return dict(self.sizes)


@dataclass(frozen=True)
class Plan:
    """The order of one statement: its times, and the shapes of its tiles from large to small."""

    statement: Statement
    times: tuple[Time, ...]
    shapes: tuple[Shape, ...] = (Shape(),)

    def tiles(self, model: Model) -> list[Tiles]:
        """The tiles of each shape."""
        return [Tiles(model, self, number) for number in range(len(self.shapes))]

    def padded(self, length: int) -> Plan:
        """The same with so many times."""
        return replace(self, times=(*self.times, *[at(0)] * (length - len(self.times))))


@dataclass(frozen=True)
class Order:
    """Plans for all statements of a model, with as many times each."""

    model: Model
    plans: tuple[Plan, ...]

    @property
    def length(self) -> int:
        """How many times a point has."""
        return len(self.plans[0].times)

    @cached_property
    def tiles(self) -> Mapping[str, Tiles]:
        """The tiles by the name that isl knows them by."""
        return {tiles.name: tiles for plan in self.plans for tiles in plan.tiles(self.model)}

    @cached_property
    def schedule(self) -> isl.UnionMap:
        """The times of all tiles."""
        return union(tiles.schedule for tiles in self.tiles.values())


class Legality:
    """Whether plans keep the dependences of a model: each must lead to a later tile."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._times: dict[Plan, isl.UnionMap] = {}
        self._kept: dict[tuple[Plan, Plan], bool] = {}
        self._pairs = {
            ends: isl.UnionMap.from_map(pairs) for ends, pairs in by_ends(model.dependences).items()
        }

    def __call__(self, plans: Mapping[str, Plan]) -> bool:
        """Of plans by their statements' names."""
        return all(
            self._keep(plans[one], plans[other], pairs)
            for (one, other), pairs in self._pairs.items()
        )

    def _keep(self, one: Plan, other: Plan, pairs: isl.UnionMap) -> bool:
        if (one, other) not in self._kept:
            late = self._of(one).lex_ge_union_map(self._of(other))
            self._kept[one, other] = bool(pairs.intersect(late).is_empty())
        return self._kept[one, other]

    def _of(self, plan: Plan) -> isl.UnionMap:
        if plan not in self._times:
            self._times[plan] = union(t.times_of_points for t in plan.tiles(self._model))
        return self._times[plan]


@dataclass(frozen=True)
class Tiles:
    """The tiles of one shape of a statement: those that are full and in no larger one."""

    model: Model
    plan: Plan
    number: int

    @property
    def shape(self) -> Shape:
        """What each looks like."""
        return self.plan.shapes[self.number]

    @property
    def name(self) -> str:
        """What isl knows them by."""
        return f"{self.plan.statement.name}_{self.number}"

    @cached_property
    def beginnings(self) -> isl.Set:
        """The first points of these tiles."""
        found = _full(self.model, self.plan.statement, self.shape)
        for larger in self.plan.shapes[: self.number]:
            full = _full(self.model, self.plan.statement, larger)
            found = found.subtract(full.apply(_spread(self.model, self.plan, larger)))
        return found.coalesce().compute_divs()

    @cached_property
    def schedule(self) -> isl.Map:
        """From the first point, under these tiles' name, to the times."""
        statement = self.plan.statement
        times = [self._shown(time) for time in self.plan.times]
        inside = ", ".join(statement.iterators)
        text = f"{self.model.prefix} -> {{ {statement.name}[{inside}] -> [{', '.join(times)}] }}"
        return (
            isl.Map(text)
            .intersect_domain(self.beginnings)
            .set_tuple_name(isl.dim_type.in_, self.name)
        )

    @cached_property
    def times_of_points(self) -> isl.Map:
        """From every point of these tiles to the times of its tile."""
        spread = _spread(self.model, self.plan, self.shape).intersect_domain(self.beginnings)
        named = self.schedule.set_tuple_name(isl.dim_type.in_, self.plan.statement.name)
        return spread.reverse().apply_range(named)

    def _shown(self, time: Time) -> str:
        if isinstance(time, Sum):
            return time.value.shown()
        if isinstance(time, Block):
            return f"floor(({time.value.shown()})/{time.size})"
        if self.number + 1 == len(self.plan.shapes):
            return "0" if time.reverse else str(_LAST)
        return str(_LAST - self.number if time.reverse else self.number)


def _full(model: Model, statement: Statement, shape: Shape) -> isl.Set:
    """The first points of all tiles of a shape that lie within the statement's points."""
    extent = shape.extent
    held = [f"({name}) mod {size} = 0" for name, size in shape.sizes if size > 1]
    for constraint in statement.domain:
        steps = _steps(constraint, shape)
        least = sum(min(0, steps[n] * (size - 1)) for n, size in extent.items())
        held.append(f"{constraint.plus(Linear((), least)).shown()} >= 0")
    text = " and ".join(held) or "true"
    return isl.Set(f"{model.prefix} -> {{ {model.tuple_of(statement)} : {text} }}")


def _steps(constraint: Linear, shape: Shape) -> dict[str, int]:
    """What a sum gains from one point of a tile to the next, by iterator."""
    factors = constraint.factors
    steps = {name: factors.get(name, 0) for name, _ in shape.sizes}
    for name, shift in shape.slant:
        steps[shape.sizes[0][0]] += shift * factors.get(name, 0)
    return steps


def _spread(model: Model, plan: Plan, shape: Shape) -> isl.Map:
    """From the first point of a tile to all its points."""
    statement = plan.statement
    moved = {*shape.extent, *(name for name, _ in shape.slant)}
    others = [f"{name}_p" if name in moved else name for name in statement.iterators]
    held = [f"{n} <= {n}_p < {n} + {size}" for n, size in shape.sizes] or ["true"]
    for name, shift in shape.slant:
        first = shape.sizes[0][0]
        held.append(f"{name}_p = {name} + {shift} * ({first}_p - {first})")
    return isl.Map(
        f"{model.prefix} -> {{ {model.tuple_of(statement)} -> "
        f"{statement.name}[{', '.join(others)}] : {' and '.join(held)} }}"
    )


def offsets(shape: Shape) -> list[dict[str, int]]:
    """Where the points of a tile lie that are no lanes of one vector, by iterator."""
    names = [name for name, _ in shape.sizes if name != shape.lanes]
    sizes = [range(size) for name, size in shape.sizes if name != shape.lanes]
    found = [dict(zip(names, values, strict=True)) for values in product(*sizes)]
    for point in found:
        for name, shift in shape.slant:
            point[name] = shift * point[shape.sizes[0][0]]
    return found
