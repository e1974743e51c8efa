"""A function's text at a level, of any version of it: what is shown, and the step that other text
makes. Source texts have `source_step` in build.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from llmopt.errors import NotApplicable
from llmopt.rewrite.build import assembly_digest, assembly_with, ir_digest, level, module_with
from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain import assembly, ir
from llmopt.values.step import AssemblyText, Donor, IrText, Level, SourceText, Step


def text_of(context: UnitContext, function: str, at: Level, steps: Sequence[Step] = ()) -> str:
    """The text of a version at a level, as a candidate has to be.

    Raises NotApplicable where the version is made below that level, SourceError, ToolFailed.
    """
    if at == "source":
        if any(not isinstance(step, SourceText) for step in steps):
            raise NotApplicable("the version was changed below its source")
        for step in steps:
            if isinstance(step, SourceText) and step.function == function:
                return f"{step.text.strip()}\n"
        return f"{context.locate(function).text.decode('utf-8', 'surrogateescape')}\n"
    if at == "ir":
        return ir.excerpt(module_with(context, steps), function)
    return assembly.excerpt(assembly_with(context, steps), function)


def kept_steps(function: str, at: Level, steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps of a version that stay when its function gets other text at a level: all but the
    text that it has there already. Raises NotApplicable where the version is made below.
    """
    kept = tuple(step for step in steps if not _is_text(step, function, at))
    if at != "asm" and any(not isinstance(step, SourceText) for step in kept):
        raise NotApplicable(f"the version was changed below the level {at}")
    return kept


def _is_text(step: Step, function: str, at: Level) -> bool:
    return not isinstance(step, Donor) and (step.level, step.function) == (at, function)


def lower_step(
    context: UnitContext, function: str, at: Level, text: str, kept: Sequence[Step] = ()
) -> IrText | AssemblyText:
    """The step that puts text at the level of IR or assembly on top of others.

    Raises NotApplicable, SourceError, ToolFailed.
    """
    if at == "ir":
        with level(context, kept) as reads:
            derived = ir_digest(reads("module"), reads("optimized module"), function)
        return IrText(function, derived, text)
    return AssemblyText(function, assembly_digest(assembly_with(context, kept), function), text)
