"""Which lines of a text the compiler's line numbers mean.

Copies of a function keep its numbers by `#line`, so that one number stands for a line in each of
them. The function in which the compiler has met the number tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

_DIRECTIVE = re.compile(r"\s*#\s*(?:line\s+)?(\d+)\b")


class Lines:
    """A text whose first line the compiler has as number `first`.

    `functions` says of functions from which line to which they stand, the first line being 1. Where
    it knows nothing of a function, its numbers may mean lines anywhere in the text.
    """

    def __init__(
        self, text: str, first: int, functions: Mapping[str, tuple[int, int]] | None = None
    ) -> None:
        self.text = text
        self._lines = text.split("\n")
        self._functions = functions or {}
        self._numbered: dict[int, list[int]] = {}
        number = first
        for line, code in enumerate(self._lines, 1):
            if directive := _DIRECTIVE.match(code):
                number = int(directive.group(1))
            else:
                self._numbered.setdefault(number, []).append(line)
                number += 1

    def code(self, lines: Sequence[int]) -> str:
        """What stands in lines, one of which is meant."""
        return " or ".join(dict.fromkeys(self._lines[line - 1].strip() for line in lines))

    def meant(self, function: str, number: int) -> Sequence[int]:
        """The lines that a number can mean in a function: none for one from elsewhere, or for 0."""
        if not number:
            return []
        parts = self._inlined
        if function in self._functions:
            parts = [self._functions[function], *parts]
        else:
            parts = [(1, len(self._lines))]
        return [
            line
            for line in self._numbered.get(number, ())
            if any(first <= line <= last for first, last in parts)
        ]

    @cached_property
    def _inlined(self) -> list[tuple[int, int]]:
        """Where the functions stand whose lines may be met in others, even without optimization."""
        if "always_inline" not in self.text:
            return []
        parts = self._functions.values()
        return [(first, last) for first, last in parts if "noinline" not in self._lines[first - 1]]


NOWHERE = Lines("", 0)
