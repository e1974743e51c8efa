"""The unit with other text around a function: for gates that drive it, wrap it or instrument it.

What is made here is looked at and thrown away; it never stands in for the unit's own object.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from llmopt.errors import NotApplicable
from llmopt.rewrite.build import below_source
from llmopt.rewrite.unit import UnitContext
from llmopt.source import splice as splicing
from llmopt.values.step import SourceText, Step


def altered(
    context: UnitContext, text: bytes, steps: Sequence[Step] = (), options: Sequence[str] = ()
) -> bytes:
    """The object of `text` in the place of the unit's source file, under the unit's own command.

    `options` follow the unit's own. `steps` are those below the source; they are applied to `text`
    whatever they were derived from: that they fit the unit itself is for the caller to check.
    Raises NotApplicable when a step does not fit, ToolFailed when the compiler refuses the text.
    """
    if any(isinstance(step, SourceText) for step in steps):
        raise NotApplicable("source steps belong into the text itself")
    source = context.unit.command.source
    with tempfile.TemporaryDirectory(prefix="llmopt-altered-") as directory:
        path = Path(directory) / splicing.spliced_name(source)
        path.write_bytes(text)
        words = (*splicing.options(source, directory), *options)
        if not steps:
            return context.compiler.object(str(path), words)[0]
        return below_source(context, str(path), words, steps, checked=False)
