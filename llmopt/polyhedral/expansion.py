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
from llmopt.polyhedral.model import Array, Model, Statement, same_outer, union


def with_room(model: Model, strips: Sequence[int]) -> Model:
    """The model with elements in the place of variables, for outer loops that go in strips."""
    levels = [n for n, size in enumerate(strips) if size]
    if not levels:
        return model
    for array in model.arrays:
        if array.rank == 0 and array.private and array.name not in model.used_behind:
            for users in _by_loops(model, array, len(strips)):
                if _is_of_one_round(model, array, users, len(strips)):
                    model = _expanded(model, array, users, levels, [strips[n] for n in levels])
    return model


def _by_loops(model: Model, variable: Array, depth: int) -> list[list[str]]:
    """The statements that use a variable, those of the same outer loops together."""
    found: dict[tuple[str, ...], list[str]] = {}
    for s in model.statements:
        if variable.name in s.arrays:
            found.setdefault(s.iterators[:depth], []).append(s.name)
    return list(found.values())


def _is_of_one_round(model: Model, variable: Array, names: Sequence[str], depth: int) -> bool:
    """Whether each round of the outer loops writes a variable before it reads it, and nothing
    outside reads what these have written.
    """
    users = [s for s in model.statements if s.name in names]
    if any(s.depth < depth or not _counts_up(s, depth) for s in users):
        return False
    everyone = [s for s in model.statements if variable.name in s.arrays]
    return _flows_within(model, variable, everyone, names, depth)


def _counts_up(statement: Statement, depth: int) -> bool:
    return all(
        statement.schedule[2 * n + 1] == Linear.of({statement.iterators[n]: 1})
        for n in range(depth)
    )


def _flows_within(
    model: Model, variable: Array, everyone: Sequence[Statement], names: Sequence[str], depth: int
) -> bool:
    element = Access(variable.name, (), variable.kind)
    writers = [s for s in everyone if s.target == element]
    readers = [s for s in everyone if element in s.reads]
    if not readers:
        return True
    if not writers:
        return False
    writes = union(model.access(s, element) for s in writers)
    asked = isl.UnionAccessInfo.from_sink(union(model.access(s, element) for s in readers))
    flow = asked.set_must_source(writes).set_schedule_map(model.order).compute_flow()
    ours = union(model.access(s, element) for s in everyone if s.name in names).domain()
    pairs = flow.get_must_dependence()
    within = pairs.intersect_domain(ours)
    if not within.is_equal(pairs.intersect_range(ours)):
        return False
    if not flow.get_may_no_source().intersect_domain(ours).is_empty():
        return False
    same = same_outer(model, everyone, range(depth))
    return bool(within.is_subset(same))


def _expanded(
    model: Model,
    variable: Array,
    users: Sequence[str],
    levels: Sequence[int],
    sizes: Sequence[int],
) -> Model:
    name = f"llmopt_{variable.name}_{users[0]}"
    array = Array(
        name,
        variable.kind,
        len(levels),
        distinct=True,
        private=True,
        room=tuple(sizes),
    )
    statements = []
    for s in model.statements:
        if s.name in users:
            subscripts = tuple(Linear.of({s.iterators[n]: 1}) for n in levels)
            element = Access(name, subscripts, array.kind)
            target = element if s.target.array == variable.name else s.target
            value = _replaced(s.value, {variable.name: element})
            statements.append(replace(s, target=target, value=value))
        else:
            statements.append(s)
    room = f"{variable.kind} {name}{''.join(f'[{size}]' for size in sizes)};"
    made = replace(
        model,
        statements=tuple(statements),
        arrays=(*model.arrays, array),
        storage=(*model.storage, room),
    )
    return made if any(variable.name in s.arrays for s in statements) else _without(made, variable)


def _without(model: Model, variable: Array) -> Model:
    """The model without a variable that is used no more."""
    own = f"{variable.kind} {variable.name};"
    return replace(
        model,
        arrays=tuple(a for a in model.arrays if a != variable),
        storage=tuple(line for line in model.storage if line != own),
        idle=model.idle if own in model.storage else (*model.idle, variable.name),
    )


def _replaced(made: Expression, elements: Mapping[str, Access]) -> Expression:
    if isinstance(made, Access):
        return elements.get(made.array, made)
    if isinstance(made, Operation):
        return replace(made, operands=tuple(_replaced(o, elements) for o in made.operands))
    return made
