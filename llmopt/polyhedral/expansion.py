"""Room for a variable at every point of a strip, so that points need not wait for each other.

A variable that every round of some loops writes before it reads it could as well be another one in
each round (array expansion: Feautrier, ICS 1988). Of an array over a strip of rounds, only the
strip's elements are in use at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import islpy as isl

from llmopt.polyhedral.expressions import Access, Expression, Linear, Operation
from llmopt.polyhedral.model import OWN, Array, Model, Statement, union


def with_room(model: Model, strips: Sequence[int]) -> Model:
    """The model with elements in the place of variables, for outer loops that go in strips."""
    levels = [n for n, size in enumerate(strips) if size]
    if not levels:
        return model
    for array in model.arrays:
        if array.rank == 0 and array.private and _is_of_one_round(model, array, len(strips)):
            model = _expanded(model, array, levels, [strips[n] for n in levels])
    return model


def _is_of_one_round(model: Model, variable: Array, depth: int) -> bool:
    """Whether each round of the outer loops writes a variable before it reads it."""
    if variable.name in model.used_behind:
        return False
    users = [s for s in model.statements if variable.name in _used(s)]
    outer = {s.iterators[:depth] for s in users}
    if len(outer) != 1 or any(s.depth < depth for s in users):
        return False
    if any(
        s.schedule[2 * n + 1] != Linear.of({s.iterators[n]: 1}) for s in users for n in range(depth)
    ):
        return False
    return _flows_within(model, variable, users, depth)


def _flows_within(model: Model, variable: Array, users: Sequence[Statement], depth: int) -> bool:
    element = Access(variable.name, (), variable.kind)
    writers = [s for s in users if s.target == element]
    readers = [s for s in users if element in s.reads]
    if not readers:
        return True
    writes = union(model.access(s, element) for s in writers)
    asked = isl.UnionAccessInfo.from_sink(union(model.access(s, element) for s in readers))
    asked = asked.set_must_source(writes).set_schedule_map(model.order)
    flow = asked.compute_flow()
    if not flow.get_may_no_source().is_empty():
        return False
    pairs = flow.get_must_dependence()
    return all(
        pairs.intersect(isl.UnionMap(_same_round(model, w, r, depth))).is_equal(
            pairs.intersect(isl.UnionMap(_same_round(model, w, r, 0)))
        )
        for w in writers
        for r in readers
    )


def _same_round(model: Model, one: Statement, other: Statement, depth: int) -> str:
    left = [f"{OWN}a{n}" for n in range(one.depth)]
    right = [f"{OWN}{'a' if n < depth else 'b'}{n}" for n in range(other.depth)]
    return (
        f"{model.prefix} -> {{ {one.name}[{', '.join(left)}] -> {other.name}[{', '.join(right)}] }}"
    )


def _expanded(model: Model, variable: Array, levels: Sequence[int], sizes: Sequence[int]) -> Model:
    name = f"llmopt_{variable.name}"
    array = Array(
        name,
        variable.kind,
        len(levels),
        # Sizes of dimensions are not asked of what has a room.
        distinct=True,
        private=True,
        room=tuple(sizes),
    )
    statements = []
    for s in model.statements:
        element = Access(
            name, tuple(Linear.of({s.iterators[n]: 1}) for n in levels if n < s.depth), array.kind
        )
        if variable.name in _used(s):
            target = element if s.target.array == variable.name else s.target
            value = _replaced(s.value, {variable.name: element})
            s = replace(s, target=target, value=value)  # noqa: PLW2901 - the same statement
        statements.append(s)
    own = f"{variable.kind} {variable.name};"
    room = f"{variable.kind} {name}{''.join(f'[{size}]' for size in sizes)};"
    return replace(
        model,
        statements=tuple(statements),
        arrays=(*(a for a in model.arrays if a != variable), array),
        storage=(*(line for line in model.storage if line != own), room),
        idle=model.idle if own in model.storage else (*model.idle, variable.name),
    )


def _used(statement: Statement) -> set[str]:
    return {access.array for access in (statement.target, *statement.reads)}


def _replaced(made: Expression, elements: Mapping[str, Access]) -> Expression:
    if isinstance(made, Access):
        return elements.get(made.array, made)
    if isinstance(made, Operation):
        return replace(made, operands=tuple(_replaced(o, elements) for o in made.operands))
    return made
