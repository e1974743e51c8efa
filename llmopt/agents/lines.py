"""How lines of a unit's source are named to a model: relative to the function, with their text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass

from llmopt.agents.veil import Veil
from llmopt.rewrite.unit import UnitContext
from llmopt.values.step import SourceText, Step

#: Characters of a line that are shown.
_WIDTH = 80
#: What a veil leaves of a string; it has no name here, where no text is shown as a whole.
_STRING = re.compile(r'"@\d+@"')


@dataclass(frozen=True)
class Lines:
    """The lines of a version's source file. `own` are those of the function, `others` those of the
    whole file as written, all without comments and strings' contents.
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
            return f"inlined: `{_short(self.others[line - 1])}`"
        return ""


def lines_of(context: UnitContext, function: str, steps: Sequence[Step]) -> Lines:
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
        _plain(text),
        _plain(file),
    )


def _plain(text: str) -> list[str]:
    return _STRING.sub('"..."', Veil().hide(text)).split("\n")


def _short(line: str) -> str:
    text = " ".join(line.split())
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}..."
