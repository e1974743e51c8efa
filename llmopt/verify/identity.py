"""Gate before all gates: putting a function's own text in its place must change nothing.

Where it does, the splice itself cannot be trusted for this unit, and the unit is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from llmopt.errors import NotApplicable, SourceError, ToolFailed
from llmopt.rewrite.build import identity_assembly, identity_source
from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain.elf import difference
from llmopt.values.step import SourceText, Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict

GATE = "identity"


def judge(context: UnitContext, function: str, steps: Sequence[Step]) -> Verdict:
    """Judges the splices that the steps need."""
    shown: dict[str, str] = {}
    try:
        if any(isinstance(step, SourceText) for step in steps):
            spliced = identity_source(context, function)
            if found := difference(context.object, spliced):
                return Refuted(GATE, f"splicing {function} unchanged: {found}")
            shown["source"] = "object reproduced"
        if any(step.level != "source" for step in steps):
            plain, taken = identity_assembly(context, function)
            if found := difference(plain, taken):
                return Refuted(GATE, f"taking {function}'s own assembly: {found}")
            shown["assembly"] = "object reproduced"
    except (NotApplicable, SourceError, ToolFailed) as error:
        return Inconclusive(GATE, str(error))
    return Passed(GATE, shown)
