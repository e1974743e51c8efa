"""A unit's object for shadow execution: wrapper, original, candidate and runtime."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from llmopt.errors import NotApplicable, SourceError, ToolFailed
from llmopt.rewrite.altered import altered, altered_assembly
from llmopt.rewrite.unit import UnitContext
from llmopt.shadow.runtime import Runtime
from llmopt.shadow.splice import CANDIDATE, splice
from llmopt.values.step import HELPER, AssemblyText, Donor, IrText, SourceText, Step

#: What the compiler has to say was said when the candidate itself was built.
_QUIET = ("-w",)


def instrumented(
    context: UnitContext, function: str, steps: Sequence[Step], runtime: Runtime
) -> bytes:
    """The object. No step makes the candidate the original's own text: a control.

    Raises NotApplicable, SourceError or ToolFailed where it cannot be made.
    """
    text, below, options = _threefold(context, function, steps)
    return runtime.merged(altered(context, text, below, options))


def objects(
    contexts: Sequence[UnitContext], function: str, steps: Sequence[Step], runtime: Runtime
) -> dict[str, bytes]:
    """By output, the objects of all units that the steps fit; the first has to be one of them."""
    made = {}
    for context in contexts:
        try:
            made[context.unit.command.output_path] = instrumented(context, function, steps, runtime)
        except (NotApplicable, SourceError, ToolFailed):
            if context is contexts[0]:
                raise
    return made


def candidate_assembly(context: UnitContext, function: str, steps: Sequence[Step]) -> str:
    """The same unit as assembly text, without the runtime. Raises as `instrumented`."""
    text, below, options = _threefold(context, function, steps)
    return altered_assembly(context, text, below, options)


def _threefold(
    context: UnitContext, function: str, steps: Sequence[Step]
) -> tuple[bytes, list[Step], tuple[str, ...]]:
    """The source with wrapper, original and candidate, the steps below it, and more options."""
    texts = [step for step in steps if isinstance(step, SourceText)]
    below = [_for_candidate(s, function) for s in steps if not isinstance(s, SourceText)]
    if any(step.function != function for step in texts) or len(texts) > 1:
        raise NotApplicable("steps of several functions cannot be told apart in one run")
    text = texts[0].text.encode("utf-8", "surrogateescape") if texts else None
    if text is None and not below:
        text = context.locate(function).text
    spliced = splice(context.content, context.locate(function), text)
    options = [option for step in texts for option in step.options]
    return spliced, below, (*_QUIET, *options)


def _for_candidate(step: Step, function: str) -> Step:
    """A step below the source, for the copy of the function that is the candidate."""
    name = function + CANDIDATE
    if isinstance(step, Donor):
        # Its helpers only the candidate calls; the rest would stand in the original's place too.
        if any(f != function and not f.startswith(function + HELPER) for f in step.functions):
            raise NotApplicable("the other functions that it takes cannot be told apart in one run")
        functions = tuple(name if f == function else f for f in step.functions)
        # An option that means the function alone, by a list or a pattern, means the candidate here.
        meant = rf"(?<=[=,^|]){re.escape(function)}(?=[,$|]|$)"
        options = tuple(re.sub(meant, name, option) for option in step.options)
        return replace(step, functions=functions, options=options)
    if isinstance(step, SourceText) or step.function != function:
        raise NotApplicable("steps of several functions cannot be told apart in one run")
    renamed = _in_ir if isinstance(step, IrText) else _in_assembly
    assert isinstance(step, (IrText, AssemblyText))
    return replace(step, function=name, text=renamed(step.text, function, name))


def _in_ir(text: str, name: str, new: str) -> str:
    """The function itself, and the data that clang names after it: `@f.table`, `@__const.f.x`."""
    word = re.escape(name)
    text = re.sub(rf"@{word}(?![\w$])", f"@{new}", text)
    return re.sub(
        rf"@(__const|__func__|__PRETTY_FUNCTION__|switch\.table)\.{word}(?![\w$])",
        rf"@\1.{new}",
        text,
    )


def _in_assembly(text: str, name: str, new: str) -> str:
    return re.sub(rf"(?<![\w$.@]){re.escape(name)}(?![\w$])", new, text)
