"""Which lines and instructions of a function the samples fell on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from llmopt.errors import NotApplicable, SourceError, ToolFailed
from llmopt.profile.hot import Spot
from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain.assembly.places import Instruction, instructions, labelled, offsets
from llmopt.toolchain.elf import ObjectFile

#: The least share of the samples that falls on instructions where they are of this code: some fall
#: on what assemblers pad with. Another unit of the same source has its instructions elsewhere.
_MOST = 0.9


@dataclass(frozen=True)
class Sampled:
    """Instructions in order, and the share of the function's samples by their numbers."""

    instructions: Sequence[Instruction]
    shares: Mapping[int, float]


def by_line(
    context: UnitContext, function: str, spots: Sequence[Spot]
) -> dict[tuple[str, int], float]:
    """Shares of the samples by name of file and line; empty where the code with line tables is not
    the code that was sampled, or where samples fell between its instructions.
    """
    if not spots:
        return {}
    tables = "-gline-tables-only" if context.compiler.is_clang else "-g1"
    try:
        sampled = placed(context, context.text("assembly", None, (tables,)), function, spots)
    except (NotApplicable, SourceError, ToolFailed):
        return {}
    if sum(sampled.shares.values()) < _MOST * sum(spot.share for spot in spots):
        return {}
    shares: defaultdict[tuple[str, int], float] = defaultdict(float)
    for number, share in sampled.shares.items():
        at = sampled.instructions[number]
        if at.file:
            shares[at.file, at.line] += share
    return shares


def placed(context: UnitContext, text: str, function: str, spots: Sequence[Spot]) -> Sampled:
    """The function's instructions in assembly of the unit, with shares; without where that is not
    the code that was sampled. Raises SourceError for text that is not understood, ToolFailed.
    """
    found = instructions(text, function)
    if not spots:
        return Sampled(found, {})
    made = ObjectFile(context.compiler.assemble(labelled(text, function)))
    shares: defaultdict[int, float] = defaultdict(float)
    if _code(made, function) == _own_code(context, function):
        places = offsets(made, function)
        for spot in spots:
            if (spot.symbol, spot.offset) in places:
                shares[places[spot.symbol, spot.offset]] += spot.share
    return Sampled(found, shares)


def _own_code(context: UnitContext, function: str) -> list[bytes]:
    """The bytes of the unit's own code, from its assembly: assemblers pad with other bytes than the
    compiler does for itself. Nothing where they do not have the length of those that have run.
    """
    own = _code(ObjectFile(context.compiler.assemble(context.text("assembly", None, ()))), function)
    ran = _code(ObjectFile(context.object), function)
    return own if [*map(len, own)] == [*map(len, ran)] else []


def _code(built: ObjectFile, function: str) -> list[bytes]:
    return [built.code(name) for name in (function, f"{function}.cold") if name in built.defined]
