"""What of a text leaves the machine: neither comments nor the contents of strings.

A string is sent as "@1@" and put back in the answer. What is not of the language passes as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from llmopt.values.step import Level

_SOURCE = re.compile(
    r'//(?:[^\n\\]|\\.|\\\n)*|/\*.*?\*/|(?P<string>"(?:[^"\\\n]|\\.)*")|\'(?:[^\'\\\n]|\\.)*\'',
    re.DOTALL,
)
#: Below the source comments are the compiler's own, and most strings are words of the format.
_TOKENS: Mapping[Level, re.Pattern[str]] = {
    "source": _SOURCE,
    "ir": re.compile(r'(?<=[\s\[(,]c)(?P<string>"[^"\n]*")'),
    "asm": re.compile(
        r'(?:(?<=\.ascii\s)|(?<=\.asciz\s)|(?<=\.string\s))(?P<string>"(?:[^"\\\n]|\\.)*")'
    ),
}
_HIDDEN = re.compile(r'"@(\d+)@"')
#: Strings that say nothing: formats and separators.
_PLAIN = re.compile(r'"(?:%[-+ #0-9.*]*(?:hh|h|ll|l|z|j|t)?[a-zA-Z%]|\\.|[\s\W\d])*"')

#: In front of the names of files, in what compilers say, and behind the letters of their options.
_DIRECTORIES = re.compile(r"(?:(?<![\w./])|(?<=-[ILBF]))(?:/[\w.+@~-]+)+/(?=[\w.+-])")
#: The command at the head of what a program said when it failed.
_COMMAND = re.compile(r"((?:refuted|inconclusive): )[^\n]* in \S+ \(status -?\d+\):\n")
#: Characters of what is told of a candidate.
_LONGEST = 4_000


class Veil:
    """Hides what stands in comments and strings of some texts; with `is_open`, nothing."""

    def __init__(self, *, is_open: bool = False) -> None:
        self._is_open = is_open
        self._strings: list[str] = []

    def hide(self, text: str, level: Level = "source") -> str:
        """A text of a level as it may be sent."""
        return text if self._is_open else _TOKENS[level].sub(self._hidden, text)

    def hide_again(self, text: str) -> str:
        """Words of ours with the names of the strings that are hidden: others, such as made-up
        inputs, stay.
        """
        for number, token in enumerate(self._strings, 1):
            text = text.replace(token, f'"@{number}@"')
        return text

    def told(self, text: str, most: int = _LONGEST) -> str:
        """Words of ours as they may be sent: without commands, directories and hidden strings, at
        most so many characters.
        """
        return self.hide_again(_DIRECTORIES.sub("", _COMMAND.sub(r"\1", text)))[:most]

    def restore(self, text: str) -> str:
        """An answer with the strings that were hidden. Names of no string stay."""
        return _HIDDEN.sub(self._shown, text)

    def _hidden(self, found: re.Match[str]) -> str:
        token = found.group(0)
        if token.startswith("/"):
            return "\n" * token.count("\n") or " "
        if found["string"] is None:
            return token
        if _PLAIN.fullmatch(token) and not _HIDDEN.fullmatch(token):
            return token
        if token not in self._strings:
            self._strings.append(token)
        return f'"@{self._strings.index(token) + 1}@"'

    def _shown(self, found: re.Match[str]) -> str:
        number = int(found[1]) - 1
        return self._strings[number] if 0 <= number < len(self._strings) else found.group(0)
