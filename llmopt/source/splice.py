"""Puts other text in place of a function, and compiles it where the original would have been.

The spliced file stands in a directory of its own; `-iquote` lets it include what the original
includes, and a prefix map gives it the original's name in messages, `__FILE__` and debug info. It
is the one way that was seen to reproduce every object of the unit, with gcc and with clang.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass

from llmopt.source.functions import FunctionText


@dataclass(frozen=True)
class Replacement:
    """Other text for one function."""

    function: FunctionText
    text: bytes


def splice(content: bytes, replacements: Sequence[Replacement]) -> bytes:
    """The file's content with every replacement in place.

    `#line` keeps the lines before and after as they were, so that what follows, and `__LINE__` in
    it, means what it meant.
    """
    result = content
    for replacement in sorted(replacements, key=lambda r: r.function.start, reverse=True):
        function = replacement.function
        before = b"\n#line %d\n" % function.line
        after = b"\n#line %d\n" % function.end_line
        result = (
            result[: function.start] + before + replacement.text + after + result[function.end :]
        )
    return result


def spliced_name(source: str) -> str:
    """The spliced file's name: the same as the original's."""
    return posixpath.basename(source)


def options(source: str, directory: str) -> tuple[str, ...]:
    """The options that make a file in `directory` stand for `source`, as the command spells it.

    They follow the unit's own: where a `-iquote` of the unit finds another file of the same name
    first, the identity splice notices and the unit is left as it is.
    """
    original = posixpath.dirname(source)
    prefix = f"{original}/" if original else ""
    return (
        "-iquote",
        original or ".",
        f"-ffile-prefix-map={directory}/={prefix}",
    )
