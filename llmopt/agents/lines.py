"""How lines of a unit's source are named to a model: relative to the function, with their text."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass

from llmopt.agents.veil import Veil
from llmopt.rewrite.unit import UnitContext
from llmopt.values.step import SourceText, Step

#: Characters of a line that are shown.
_WIDTH = 80
#: What is left of a string whose content is hidden.
_HIDDEN = '"@'


@dataclass(frozen=True)
class Lines:
    """The lines of a version's source file. `own` are those of the function, as they are shown;
    `others` those of the whole file as written, without comments.
    """

    file: str
    first: int
    own: Sequence[str]
    others: Sequence[str]

    def relative(self, file: str, line: int) -> int | None:
        """The line's number in the function, from 1; None for lines elsewhere."""
        if file == self.file and self.first <= line < self.first + len(self.own):
            return line - self.first + 1
        return None

    def named(self, file: str, line: int) -> str:
        """Number and text of a line; of what was inlined from elsewhere in the file, the text; or
        nothing.
        """
        if (number := self.relative(file, line)) is not None:
            return f"{number}: `{_short(self.own[number - 1])}`"
        if file == self.file and 0 < line <= len(self.others):
            text = _short(self.others[line - 1])
            # Strings have no names here: they are numbered in what is shown as a whole.
            if text and _HIDDEN not in text:
                return f"inlined: `{text}`"
        return ""


def lines_of(context: UnitContext, function: str, steps: Sequence[Step], veil: Veil) -> Lines:
    """The lines of a version. Raises SourceError."""
    located = context.locate(function)
    text = located.text.decode("utf-8", "surrogateescape")
    for step in steps:
        if isinstance(step, SourceText) and step.function == function:
            text = step.text
    file = context.content.decode("utf-8", "surrogateescape")
    return Lines(
        posixpath.basename(context.unit.source),
        located.line,
        veil.hide(text).split("\n"),
        Veil().hide(file).split("\n"),
    )


def _short(line: str) -> str:
    text = " ".join(line.split())
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}..."
