"""What must hold at run time for a model to say what the function does.

The model takes it that different names are different memory and that subscripts lie within the
sizes of their dimensions. Where the text does not say so, a condition asks when the function is
called; where it does not hold, the function does what it did.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import islpy as isl

from llmopt.errors import NotApplicable
from llmopt.polyhedral.generate import expression
from llmopt.polyhedral.model import Array, Model, Range

#: Pairs of arrays beyond which the condition costs more than it is worth.
_PAIRS = 40
#: One more than the largest `int`.
_HALF = 1 << 31


def assumed(model: Model) -> isl.Set:
    """The parameters for which all subscripts lie within their dimensions, and every statement is
    executed: what runs over nothing gains nothing. Raises NotApplicable where there are none.
    """
    held = model.set_of("")
    limits = model.set_of(" and ".join(_limits(model)))
    for wraps in dict.fromkeys(model.ranges):
        held = held.subtract(_outside(model, wraps).intersect(limits))
    for statement in model.statements:
        held = held.intersect(model.domain(statement).params())
        for access in (statement.target, *statement.reads):
            array = model.array(access.array)
            if array.room:
                continue
            for subscript, size in zip(access.subscripts[1:], array.dimensions, strict=True):
                for outside in (
                    f"{subscript.shown()} < 0",
                    f"{subscript.shown()} >= {size.shown()}",
                ):
                    text = f"{model.prefix} -> {{ {model.tuple_of(statement)} : {outside} }}"
                    bad = isl.Set(text).intersect(model.domain(statement)).params()
                    held = held.subtract(bad)
    if held.intersect(limits).is_empty():
        raise NotApplicable("not all of its statements can be executed in one call")
    return held.gist(limits).coalesce()


def _limits(model: Model) -> Iterator[str]:
    """What the values of parameters are between: of wide ones, the condition asks for that."""
    for name in model.parameters:
        least = 0 if name in model.unsigned else -_HALF
        most = 2 * _HALF if name in model.unsigned and name not in model.wide else _HALF
        yield f"{least} <= {name} < {most}"


def _outside(model: Model, wraps: Range) -> isl.Set:
    """The parameters for which a value leaves its range somewhere."""
    held = [f"{c.shown()} >= 0" for c in wraps.domain]
    value = wraps.value.shown()
    outside = f"{value} < {wraps.least}"
    if wraps.most is not None:
        outside = f"({outside} or {value} > {wraps.most})"
    point = f"[{', '.join(wraps.iterators)}]"
    text = f"{model.prefix} -> {{ {point} : {' and '.join([*held, outside])} }}"
    return isl.Set(text).params()


def condition(model: Model, context: isl.Set) -> str:
    """The condition as C; empty where nothing has to hold. Raises NotApplicable for many arrays.

    It does not branch: a test in which it does not hold has then seen all of it.
    """
    build = isl.AstBuild.from_context(model.set_of(""))
    found = []
    if not context.is_equal(model.set_of("")):
        found.append(_without_branches(expression(build.expr_from_set(context))))
    ranges = {}
    pairs = [
        (one, other)
        for one, other in combinations(model.arrays, 2)
        if {one.name, other.name} & model.written
        and not (one.private or other.private)
        and not (one.distinct and other.distinct)
    ]
    if len(pairs) > _PAIRS:
        raise NotApplicable("it uses too many arrays that may overlap")
    for pair in pairs:
        for array in pair:
            if array.name not in ranges:
                ranges[array.name] = _range(model, array, context)
    for one, other in pairs:
        (low, high), (first, last) = ranges[one.name], ranges[other.name]
        found.append(f"(({high} <= {first}) | ({last} <= {low}))")
    text = " & ".join(found)
    # Sums of large values could overflow: they are asked of the lower halves, and these to be all.
    for name in model.wide:
        text = re.sub(rf"\(long\){name}\b", f"(long)(int){name}", text)
        wraps = name in model.unsigned
        whole = f"({name} < {_HALF})" if wraps else f"((long){name} == (int){name})"
        text = f"{whole} & {text}" if text else whole
    return text


def _range(model: Model, array: Array, context: isl.Set) -> tuple[str, str]:
    """The addresses from which and up to which an array is used, as C."""
    used: isl.Set | None = None
    for statement in model.statements:
        for access in (statement.target, *statement.reads):
            if access.array == array.name:
                rows = model.access(statement, access).range()
                rows = rows.project_out(isl.dim_type.set, 1, array.rank - 1)
                rows = rows.reset_tuple_id()
                used = rows if used is None else used.union(rows)
    assert used is not None
    used = used.intersect_params(context).coalesce()
    build = isl.AstBuild.from_context(context.intersect(used.params()))
    context = used.params()
    least = expression(build.expr_from_pw_aff(used.dim_min(0).gist(context)))
    most = expression(build.expr_from_pw_aff(used.dim_max(0).gist(context)))
    return _address(array, least), _address(array, f"{most} + 1")


def _address(array: Array, row: str) -> str:
    start = f"(unsigned long){array.name}"
    if row == "0":
        return start
    sizes = [f"sizeof *{array.name}"]
    if array.flat:
        # No row is so far away that these could wrap: all of its elements are in use.
        shown = (size.shown(lambda name: f"(long){name}") for size in array.dimensions)
        sizes += [f"(unsigned long)({size})" for size in shown]
    return f"{start} + (unsigned long)({row}) * {' * '.join(sizes)}"


def _without_branches(condition: str) -> str:
    """The same where all operands are comparisons."""
    return condition.replace("&&", "&").replace("||", "|")
