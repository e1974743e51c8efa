"""The model of a function's loop nests: statements, the points at which they are executed, and what
each reads and writes there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import islpy as isl

from llmopt.polyhedral.expressions import Access, Expression, Linear, accesses

#: What names in sets begin with that are none of the function's.
OWN = "llmopt_"
#: Words of isl's own, in capitals or not.
KEYWORDS = frozenset(
    "exists and or implies not infty infinity nan min max true false ceil floor ceild floord mod"
    " rat".split()
)


@dataclass(frozen=True)
class Array:
    """Memory that the nests use. `dimensions` are the sizes of all but the first dimension; in a
    `flat` one the text computes places by them (`a[i * n + j]`). A `distinct` one overlaps no other
    such, a `private` one nothing that the caller can name. A variable has `rank` 0. Of one with a
    `room`, only so many elements along each dimension are in use at once: powers of two.
    """

    name: str
    kind: str
    rank: int
    dimensions: tuple[Linear, ...] = ()
    distinct: bool = False
    private: bool = False
    room: tuple[int, ...] = ()
    flat: bool = False

    def element(self, subscripts: Sequence[str], size: Callable[[Linear], str]) -> str:
        """An element in C, by the text of its subscripts and of the sizes of dimensions."""
        if not self.flat:
            return self.name + "".join(f"[{subscript}]" for subscript in subscripts)
        place = subscripts[0]
        for subscript, dimension in zip(subscripts[1:], self.dimensions, strict=True):
            place = f"({place}) * ({size(dimension)}) + {subscript}"
        return f"{self.name}[{place}]"


@dataclass(frozen=True)
class Statement:
    """An assignment in loops. It is executed at all points where every one of `domain` is at least
    0, in the order of `schedule`, which takes turns between places in the text and loops.
    """

    name: str
    iterators: tuple[str, ...]
    domain: tuple[Linear, ...]
    schedule: tuple[Linear, ...]
    target: Access
    operator: str
    value: Expression

    @cached_property
    def reads(self) -> tuple[Access, ...]:
        """The elements that it reads."""
        own = () if self.operator == "=" else (self.target,)
        return (*own, *accesses(self.value))

    @property
    def arrays(self) -> frozenset[str]:
        """The names of the arrays that it uses."""
        return frozenset(access.array for access in (self.target, *self.reads))

    @property
    def depth(self) -> int:
        """How many loops it stands in."""
        return len(self.iterators)


@dataclass(frozen=True)
class Range:
    """A value that the model takes for a whole number, at the points of some loops: in C it is one
    as long as it lies from `least` to `most` (None: it always lies below that).
    """

    iterators: tuple[str, ...]
    domain: tuple[Linear, ...]
    value: Linear
    least: int
    most: int | None


@dataclass(frozen=True)
class Model:
    """Loop nests: statements in the order of the text, what steers them, and what they use.

    `head` is the text of the declarations and statements before the first loop, `tail` of those
    behind the last one, which names what is `used_behind`; `storage` declares the variables of the
    nests. Variables of the head that are `idle` were used by what the model replaces. Parameters
    that are `wide` have more values than `int`; `unsigned` ones wrap, and so do others on the way
    into them: `ranges` says what must not.
    """

    statements: tuple[Statement, ...]
    parameters: tuple[str, ...]
    arrays: tuple[Array, ...]
    head: str
    tail: str
    idle: tuple[str, ...] = ()
    storage: tuple[str, ...] = ()
    used_behind: frozenset[str] = frozenset()
    wide: tuple[str, ...] = ()
    unsigned: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()

    def array(self, name: str) -> Array:
        """The array of a name."""
        return next(array for array in self.arrays if array.name == name)

    @property
    def written(self) -> frozenset[str]:
        """The names of the arrays that are written."""
        return frozenset(s.target.array for s in self.statements)

    def set_of(self, constraints: str) -> isl.Set:
        """The parameters for which constraints hold."""
        return isl.Set(f"[{', '.join(self.parameters)}] -> {{ : {constraints or 'true'} }}")

    def domain(self, statement: Statement) -> isl.Set:
        """The points of a statement."""
        held = " and ".join(f"{c.shown()} >= 0" for c in statement.domain) or "true"
        return isl.Set(f"{self.prefix} -> {{ {self.tuple_of(statement)} : {held} }}")

    @property
    def prefix(self) -> str:
        """The parameters as isl writes them before a set."""
        return f"[{', '.join(self.parameters)}]"

    def tuple_of(self, statement: Statement) -> str:
        """A point of a statement as isl writes it."""
        return f"{statement.name}[{', '.join(statement.iterators)}]"

    def access(self, statement: Statement, access: Access) -> isl.Map:
        """From a statement's points to the element of one access."""
        element = ", ".join(subscript.shown() for subscript in access.subscripts)
        text = f"{self.prefix} -> {{ {self.tuple_of(statement)} -> {access.array}[{element}] }}"
        return isl.Map(text).intersect_domain(self.domain(statement))

    @cached_property
    def dependences(self) -> isl.UnionMap:
        """All pairs of points that touch the same memory, at least one writing, in their order."""
        writes = union(self.access(s, s.target) for s in self.statements)
        both = union(self.access(s, a) for s in self.statements for a in (s.target, *s.reads))
        pairs = writes.apply_range(both.reverse()).union(both.apply_range(writes.reverse()))
        return pairs.intersect(self.order.lex_lt_union_map(self.order)).coalesce()

    @cached_property
    def order(self) -> isl.UnionMap:
        """The order of the text, as times."""
        longest = max(len(s.schedule) for s in self.statements)
        made = []
        for s in self.statements:
            times = [e.shown() for e in s.schedule] + ["0"] * (longest - len(s.schedule))
            text = f"{self.prefix} -> {{ {self.tuple_of(s)} -> [{', '.join(times)}] }}"
            made.append(isl.Map(text).intersect_domain(self.domain(s)))
        return union(made)


def union(maps: Iterable[isl.Map]) -> isl.UnionMap:
    """All of some maps, at least one."""
    found: isl.UnionMap | None = None
    for one in maps:
        made = isl.UnionMap.from_map(one)
        found = made if found is None else found.union(made)
    assert found is not None
    return found


def same_outer(
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


def by_ends(pairs: isl.UnionMap) -> dict[tuple[str, str], isl.Map]:
    """Pairs of points by the names of the statements between which they are."""
    maps = pairs.get_map_list()
    found = (maps.get_at(n) for n in range(maps.n_map()))
    return {
        (m.get_tuple_name(isl.dim_type.in_), m.get_tuple_name(isl.dim_type.out)): m for m in found
    }
