"""Moves that execute a function's loop nests in another order, in vectors of each x86-64 level.

What they take for granted of the caller's memory is asked at run time; where it does not hold, and
on processors without wider vectors, the function is as it was.
"""

from __future__ import annotations

import re
from functools import lru_cache

import islpy as isl

from llmopt.agents.moves.dispatch import WIDE, Versions, propose_dispatch
from llmopt.agents.subject import Move, Subject
from llmopt.errors import NotApplicable, SourceError
from llmopt.polyhedral import candidates, generate, guard
from llmopt.polyhedral.bodies import Vectors
from llmopt.polyhedral.candidates import Style, Tiling
from llmopt.polyhedral.extract import extract
from llmopt.polyhedral.model import Model
from llmopt.rewrite.unit import UnitContext
from llmopt.search.policy import Option
from llmopt.values.command import CODE, NEUTRAL
from llmopt.values.step import Step

#: Gains from 1 to 100 were seen: what one order has gained says little of another.
_SPREAD = 1.0
#: Where sums wrap, or constants and roundings are not what the text says.
_UNSAFE_OPTIONS = re.compile(
    r"-fwrapv|-ftrapv|-fno-strict-overflow|-fsingle-precision-constant|-mfpmath=|-mno-"
)


def nest_move(name: str, prior: float, summary: str, style: Style, tiling: Tiling) -> Move:
    """A move that distributes loops in a style and cuts them into tiles."""

    def propose(subject: Subject) -> tuple[Step, ...]:
        if subject.steps:
            raise NotApplicable("only for the function as written")
        model = _model(subject.context, subject.function)
        assumed = guard.assumed(model)
        condition = guard.condition(model, assumed)

        def body(bits: int) -> bytes:
            vectors = Vectors(bits // 8)
            order = candidates.distributed(model, style, tiling, vectors)
            if order is None:
                raise NotApplicable("no legal order of its loops has such tiles")
            return _body(order.model, generate.loops(order, assumed, vectors), vectors)

        options = WIDE if subject.context.compiler.is_clang else ()
        return propose_dispatch(subject, options, versions=Versions(body, condition))

    def understood(subject: Subject) -> tuple[Step, ...]:
        try:
            return propose(subject)
        except isl.Error as error:  # it gives up on some sets
            raise NotApplicable(f"isl: {error}") from error

    return Move(Option(name, "source", prior, "dispatch", _SPREAD), summary, understood)


def _model(context: UnitContext, function: str) -> Model:
    for option in context.unit.command.arguments(CODE + NEUTRAL):
        if _UNSAFE_OPTIONS.match(option):
            raise NotApplicable(f"the unit has an arithmetic of its own: {option}")
    try:
        text = context.preprocessed
        return _read(context, text, function)
    except SourceError as error:
        raise NotApplicable(str(error)) from error


@lru_cache(maxsize=4)  # every move asks for it
def _read(context: UnitContext, text: bytes, function: str) -> Model:
    definitions = context.definitions(text)
    if function not in definitions:
        raise NotApplicable(f"{function} is not defined in the unit")
    return extract(definitions[function], text)


def _body(model: Model, loops: str, vectors: Vectors) -> bytes:
    kinds = {statement.target.kind for statement in model.statements}
    unused = "".join(f"    (void){name};\n" for name in model.idle)
    storage = "".join(f"    {line}\n" for line in model.storage)
    types = vectors.declarations(kinds, loops)
    return f"{{\n{types}{model.head}\n{storage}{unused}{loops}{model.tail}\n}}".encode()
