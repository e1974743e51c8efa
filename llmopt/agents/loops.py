"""What llvm-mca foresees of a function's innermost loops, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from llmopt.errors import NotApplicable, ToolFailed
from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain import mca
from llmopt.toolchain.assembly.loops import Loop, innermost
from llmopt.values.command import CODE

#: Loops and bottlenecks that are named, and the least share of the samples that is worth a loop.
_LOOPS, _BOTTLENECKS, _WORTH = 5, 4, 0.05
#: What labels of a text that was put in get in front.
_PUT_IN = re.compile(r"^\.Llmopt\d+_(?:excerpt_)?")


def loop_figures(
    context: UnitContext, function: str, text: str, shares: Mapping[int, float]
) -> str:
    """Figures of the hottest loops of a function in a unit's assembly, by the shares of the samples
    of its instructions; of the first ones without. Empty where nothing can be foreseen.

    Raises SourceError for text that is not understood.
    """
    loops = innermost(text, function)
    if shares:
        loops = [loop for loop in loops if _share(loop, shares) >= _WORTH]
        loops.sort(key=lambda loop: -_share(loop, shares))
    found = [told for loop in loops[:_LOOPS] if (told := _told(context, loop, shares))]
    processor = mca.processor(context.unit.command.arguments(CODE))
    head = f"llvm-mca on the innermost loops, assuming {processor} and no cache misses:"
    return "\n".join([head, *found]) if found else ""


def _share(loop: Loop, shares: Mapping[int, float]) -> float:
    return sum(shares.get(number, 0.0) for number in range(loop.first, loop.end))


def _told(context: UnitContext, loop: Loop, shares: Mapping[int, float]) -> str:
    try:
        foreseen = mca.read(context.compiler.machine_code(loop.text))
    except (NotApplicable, ToolFailed):
        return ""
    if foreseen is None:
        return ""
    of_samples = f", {_share(loop, shares):.0%} of the samples" if shares else ""
    held_up = ", ".join(
        f"{name} {share:.0f}%" for name, share in foreseen.bottlenecks[:_BOTTLENECKS]
    )
    return (
        f"- `{_PUT_IN.sub('.L', loop.label)}`{of_samples}: {foreseen.cycles:.1f} cycles for "
        f"{foreseen.instructions} instructions an iteration"
        + (f"; held up by {held_up}" if held_up else "")
    )
