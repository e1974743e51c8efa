"""The body of a tile in C: its points one beside the other, in vectors where lanes are asked for.

Vectors are those of GNU C, which gcc and clang lower to what the target has. Each lane computes
what C says of the one point, in the same order and with the same roundings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import islpy as isl

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
    accesses,
    parts,
)
from llmopt.polyhedral.model import Model, Statement
from llmopt.polyhedral.order import Tiles, offsets

#: Names of new values, and of elements that are kept in variables.
_NEW, _KEPT = "llmopt_new", "llmopt_kept"
_FLOATING = ("double", "float")
_VECTOR = {"+", "-", "*", "&", "|", "^"}
#: Operators on integers that have no value for all operands.
_PARTIAL = ("+", "-", "*", "/", "%", "<<", ">>", "- ")
_COMPARING = ("<", "<=", ">", ">=", "==", "!=")


@dataclass(frozen=True)
class Vectors:
    """The bytes of a vector."""

    bytes: int

    def lanes(self, kind: str) -> int:
        """How many values of a type a vector has."""
        return self.bytes // SIZES[kind]

    def name(self, kind: str) -> str:
        """The type of a vector."""
        return f"llmopt_{kind.replace(' ', '_')}"

    def mask(self, kind: str) -> str:
        """The type that comparisons of vectors have."""
        return {8: "long", 4: "int"}[SIZES[kind]]

    def declarations(self, kinds: set[str], text: str) -> str:
        """The types of vectors that a text uses."""
        found = []
        kinds = kinds & SIZES.keys()
        for kind in sorted(kinds | {self.mask(kind) for kind in kinds}):
            name, loose = self.name(kind), self.loose(kind)
            if re.search(rf"\b{name}(_loose)?\b", text):
                found.append(f"typedef {kind} {name} __attribute__((vector_size({self.bytes})));")
            if re.search(rf"\b{loose}\b", text):
                packed = "__attribute__((packed, may_alias))"
                found.append(f"typedef struct {{ {name} all; }} {packed} {loose};")
        return "".join(f"    {line}\n" for line in found)

    def loose(self, kind: str) -> str:
        """The type of a vector in memory, wherever it lies."""
        return f"{self.name(kind)}_loose"


@dataclass(frozen=True)
class Body:
    """A tile's body where the first point is at some expressions of C, by iterator."""

    model: Model
    tiles: Tiles
    at: Mapping[str, str]
    vectors: Vectors

    # ---- what the writer of loops asks

    def at_once(self) -> list[str]:
        """All points, from memory to memory."""
        points = self._points
        if len(points) == 1:
            return [self._store(points[0], self._value(points[0], ""))]
        lines = [
            f"const {self._type} {_NEW}{number} = {self._value(point, '')};"
            for number, point in enumerate(points)
        ]
        lines += [self._store(point, f"{_NEW}{number}") for number, point in enumerate(points)]
        return ["{", *(f"    {line}" for line in lines), "}"]

    def keeps(self, loop: str) -> bool:
        """Whether the tile writes the same elements in every iteration of a loop, and reads them
        nowhere else.
        """
        statement = self.tiles.plan.statement
        moved = {n for n, text in self.at.items() if re.search(rf"\b{loop}\b", text)}
        fixed = not any(moved & set(s.factors) for s in statement.target.subscripts)
        return fixed and self._target_alone(frozenset(moved))

    def before(self) -> list[str]:
        """What loads the elements that are kept."""
        return [
            f"{self._type} {_KEPT}{number} = {self._load(self.tiles.plan.statement.target, point)};"
            for number, point in enumerate(self._points)
        ]

    def within(self) -> list[str]:
        """What an iteration does with them."""
        return [
            f"{_KEPT}{number} = {self._value(point, f'{_KEPT}{number}')};"
            for number, point in enumerate(self._points)
        ]

    def behind(self) -> list[str]:
        """What stores them."""
        return [self._store(point, f"{_KEPT}{number}") for number, point in enumerate(self._points)]

    # ---- parts

    @cached_property
    def _points(self) -> list[dict[str, int]]:
        """The beginnings of vectors, or the points where there are none."""
        shape = self.tiles.shape
        found = offsets(shape)
        if not shape.lanes:
            return found
        size = shape.extent[shape.lanes]
        return [
            {**point, shape.lanes: start}
            for point in found
            for start in range(0, size, self._lanes)
        ]

    @property
    def _kind(self) -> str:
        return self.tiles.plan.statement.target.kind

    @property
    def _lanes(self) -> int:
        return self.vectors.lanes(self._kind)

    @property
    def _type(self) -> str:
        return self.vectors.name(self._kind) if self.tiles.shape.lanes else self._kind

    def _target_alone(self, moved: frozenset[str]) -> bool:
        """Whether what else the statement reads of the target's array are other elements, as long
        as only some iterators move.
        """
        statement = self.tiles.plan.statement
        others = [
            a
            for a in accesses(statement.value)
            if a.array == statement.target.array and a.subscripts != statement.target.subscripts
        ]
        if not others:
            return True
        return not any(self._meets(other, moved) for other in others)

    def _meets(self, other: Access, moved: frozenset[str]) -> bool:
        """Whether an element that is read is one that a tile of the same loop writes."""
        model, statement = self.model, self.tiles.plan.statement
        writes = model.access(statement, statement.target)
        reads = model.access(statement, other)
        pairs = writes.apply_range(reads.reverse())
        held = []
        extent = self.tiles.shape.extent
        names = statement.iterators
        # The points of a slanted tile differ along those iterators as well.
        free = moved | {name for name, _ in self.tiles.shape.slant}
        for name in names:
            if name not in free:
                size = extent.get(name, 1)
                held.append(f"floor({name}/{size}) = floor({name}_p/{size})")
        text = f"{model.prefix} -> {{ {model.tuple_of(statement)} -> {statement.name}[" + ", ".join(
            f"{name}_p" for name in names
        )
        near = isl.Map(f"{text}] : {' and '.join(held) or 'true'} }}")
        points = self.tiles.times_of_points.domain()
        pairs = pairs.intersect_domain(points).intersect_range(points)
        return not pairs.intersect(near).is_empty()

    def _value(self, point: Mapping[str, int], kept: str) -> str:
        """The new value of the element, with the old one in `kept` where that is a name."""
        statement = self.tiles.plan.statement
        if self.tiles.shape.lanes:
            made = self._vector(statement.value, point, kept)
        else:
            made = self._scalar(statement.value, point, kept)
        if statement.operator == "=":
            return made
        old = kept or self._load(statement.target, point)
        return f"{old} {statement.operator[:-1]} ({made})"

    def _load(self, access: Access, point: Mapping[str, int]) -> str:
        lanes = self.tiles.shape.lanes
        element = self._element(access, point)
        if not lanes:
            return element
        stride = self._stride(access)
        if stride == 1:
            return f"((const {self.vectors.loose(access.kind)} *)&{element})->all"
        if stride == 0:
            return element
        each = [
            self._element(access, {**point, lanes: point[lanes] + n}) for n in range(self._lanes)
        ]
        return f"(({self.vectors.name(access.kind)}){{{', '.join(each)}}})"

    def _store(self, point: Mapping[str, int], value: str) -> str:
        target = self.tiles.plan.statement.target
        element = self._element(target, point)
        lanes = self.tiles.shape.lanes
        if not lanes:
            return f"{element} = {value};"
        if self._stride(target) == 1:
            return f"(({self.vectors.loose(self._kind)} *)&{element})->all = {value};"
        raise NotApplicable("its lanes do not lie one beside the other")

    def _stride(self, access: Access) -> int | None:
        """Elements from one lane to the next; None where that is not known here."""
        return stride(access, self.tiles.shape.lanes)

    def _element(self, access: Access, point: Mapping[str, int]) -> str:
        sums = [self._sum(subscript, point) for subscript in access.subscripts]
        array = self.model.array(access.array)
        if array.room:
            sums = [f"({s}) & {size - 1}" for s, size in zip(sums, array.room, strict=True)]
        return array.element(sums, lambda size: self._sum(size, {}))

    def _sum(self, value: Linear, point: Mapping[str, int]) -> str:
        moved = sum(factor * point.get(name, 0) for name, factor in value.terms)
        whole = Linear(value.terms, value.constant + moved)
        return whole.shown(lambda name: self.at.get(name, f"(long){name}"))

    def _scalar(self, made: Expression, point: Mapping[str, int], kept: str) -> str:
        if isinstance(made, Number):
            return made.text
        if isinstance(made, Scalar):
            return made.name
        if isinstance(made, Index):
            return f"(({made.kind})({self._sum(made.value, point)}))"
        if isinstance(made, Access):
            if kept and made == self.tiles.plan.statement.target:
                return kept
            return self._element(made, point)
        operands = [self._scalar(operand, point, kept) for operand in made.operands]
        return _written(made.name, operands)

    def _vector(self, made: Expression, point: Mapping[str, int], kept: str) -> str:
        found = self._lanewise(made, point, kept)
        if found is not None:
            return found
        scalar = self._scalar(made, point, "")
        return f"(({self._type}){{{', '.join([scalar] * self._lanes)}}})"

    def _lanewise(self, made: Expression, point: Mapping[str, int], kept: str) -> str | None:
        """A vector; None where all lanes have the same value."""
        if isinstance(made, Access):
            if kept and made == self.tiles.plan.statement.target:
                return kept
            return None if self._stride(made) == 0 else self._load(made, point)
        if not isinstance(made, Operation):
            return None
        inside = [self._lanewise(operand, point, kept) for operand in made.operands]
        if all(operand is None for operand in inside):
            return None
        operands = [
            self._scalar(whole, point, "") if vector is None else vector
            for whole, vector in zip(made.operands, inside, strict=True)
        ]
        if made.name == "?:":
            return self._selected(made, point, kept)
        return _written(made.name, operands)

    def _selected(self, made: Operation, point: Mapping[str, int], kept: str) -> str:
        condition, one, other = made.operands
        mask = self.vectors.name(self.vectors.mask(self._kind))
        assert isinstance(condition, Operation)
        left, right = (self._vector(o, point, kept) for o in condition.operands)
        compared = f"(({mask})({left} {condition.name} {right}))"
        chosen = f"({mask}){self._vector(one, point, kept)}"
        rest = f"({mask}){self._vector(other, point, kept)}"
        return f"(({self._type})(({compared} & {chosen}) | (~{compared} & {rest})))"


def _written(name: str, operands: list[str]) -> str:
    if name == "?:":
        return f"({operands[0]} ? {operands[1]} : {operands[2]})"
    if name.startswith("(") or name.endswith(" "):
        return f"({name.strip()}({operands[0]}))"
    if name[0].isalpha():
        return f"{name}({', '.join(operands)})"
    return f"({operands[0]} {name} {operands[1]})"


def _always(made: Expression) -> set[Expression]:
    """The parts that are evaluated whatever conditions say."""
    if not isinstance(made, Operation):
        return {made}
    always = made.operands[:1] if made.name in ("?:", "&&", "||") else made.operands
    return {made}.union(*(_always(operand) for operand in always))


def stride(access: Access, iterator: str) -> int | None:
    """Elements between what neighbours along an iterator use; None: far."""
    factors = [s.factors.get(iterator, 0) for s in access.subscripts]
    if not any(factors):
        return 0
    return factors[-1] if not any(factors[:-1]) else None


def vectorizable(statement: Statement, lanes: str) -> bool:
    """Whether lanes along an iterator compute what C says of the points."""
    kind = statement.target.kind
    if kind not in SIZES or stride(statement.target, lanes) != 1:
        return False
    for part in parts(statement.value):
        if isinstance(part, Index) and lanes in part.value.factors:
            return False
        if isinstance(part, Access) and stride(part, lanes) != 0 and part.kind != kind:
            return False
    return _Lanes(lanes, kind, _always(statement.value)).compute(statement.value, chosen=False)


@dataclass(frozen=True)
class _Lanes:
    """Whether vectors along an iterator do what C says of each lane. What is `always` evaluated may
    be evaluated in any case.
    """

    along: str
    kind: str
    always: set[Expression]

    def compute(self, made: Expression, *, chosen: bool) -> bool:
        """Whether an expression means the same of vectors: operators that they have, in one type.

        One that is `chosen` is evaluated in lanes whose condition does not ask for it as well.
        """
        if all(stride(a, self.along) == 0 for a in accesses(made)):
            return made.kind == self.kind and not (chosen and self._harms(made))
        if not isinstance(made, Operation):
            return not (chosen and self._harms(made))
        if made.name == "?:":
            condition, *others = made.operands
            if not isinstance(condition, Operation) or condition.name not in _COMPARING:
                return False
            return all(self.compute(o, chosen=chosen) for o in condition.operands) and all(
                self.compute(o, chosen=True) for o in others
            )
        known = made.name in _VECTOR or made.name == "- "
        divides = made.name == "/" and self.kind in _FLOATING
        return (
            made.kind == self.kind
            and (known or divides)
            and not (chosen and self._overflows(made))
            and all(self.compute(operand, chosen=chosen) for operand in made.operands)
        )

    def _harms(self, made: Expression) -> bool:
        """Whether to evaluate an expression where C does not could fault, or mean nothing."""
        if made in self.always or not isinstance(made, Access | Operation):
            return False
        if isinstance(made, Access):
            return bool(made.subscripts)
        return self._overflows(made) or any(self._harms(operand) for operand in made.operands)

    def _overflows(self, made: Operation) -> bool:
        """Whether there are operands of which an operation has no value, traps or sets `errno`."""
        if made in self.always:
            return False
        if made.name == "/" or made.name[0].isalpha():
            return True
        return made.kind not in _FLOATING and (made.name in _PARTIAL or made.name.startswith("("))
