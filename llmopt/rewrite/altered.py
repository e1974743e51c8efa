"""The unit with other text around a function: for gates that drive it, wrap it or instrument it.

What is made here is looked at and thrown away; it never stands in for the unit's own object.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from llmopt.errors import NotApplicable
from llmopt.rewrite.build import below_source
from llmopt.rewrite.unit import UnitContext
from llmopt.source import splice as splicing
from llmopt.values.step import SourceText, Step


def with_texts(context: UnitContext, texts: Sequence[SourceText]) -> bytes:
    """The unit's text with other definitions of functions in it. Raises SourceError."""
    replacements = [
        splicing.Replacement(
            context.locate(step.function), step.text.encode("utf-8", "surrogateescape")
        )
        for step in texts
    ]
    return splicing.splice(context.content, replacements)


def altered(
    context: UnitContext,
    text: bytes,
    steps: Sequence[Step] = (),
    options: Sequence[str] = (),
    lowering: Sequence[str] = (),
) -> bytes:
    """The object of `text` in the place of the unit's source file, under the unit's own command.

    `options` follow the unit's own; `lowering` are more of them on the way from a module with IR
    texts in it to assembly. `steps` are those below the source; they are applied to `text`
    whatever they were derived from: that they fit the unit itself is for the caller to check.
    Raises NotApplicable when a step does not fit, ToolFailed when the compiler refuses the text.
    """
    if not steps:
        with _written(context, text, steps, options) as (path, words):
            return context.compiler.object(path, words)[0]
    return context.compiler.assemble(altered_assembly(context, text, steps, options, lowering))


def altered_assembly(
    context: UnitContext,
    text: bytes,
    steps: Sequence[Step] = (),
    options: Sequence[str] = (),
    lowering: Sequence[str] = (),
) -> str:
    """The same as assembly text. Raises as `altered`."""
    with _written(context, text, steps, options) as (path, words):
        return below_source(context, path, words, steps, checked=False, lowering=lowering)


@contextmanager
def _written(
    context: UnitContext, text: bytes, steps: Sequence[Step], options: Sequence[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The text as a file that stands for the unit's source, and the options that it needs."""
    if any(isinstance(step, SourceText) for step in steps):
        raise NotApplicable("source steps belong into the text itself")
    source = context.unit.command.source
    with tempfile.TemporaryDirectory(prefix="llmopt-altered-") as directory:
        path = Path(directory) / splicing.spliced_name(source)
        path.write_bytes(text)
        yield str(path), (*splicing.options(source, directory), *options)
