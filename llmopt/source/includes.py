"""Which files a unit was read from, and where a new header could be found first.

A manifest holds while every file is unchanged *and* every look-up that failed still fails: a header
that appears earlier on the search path would be read instead.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from llmopt.errors import SourceError

_ENTERED = re.compile(rb'^# \d+ "((?:[^"\\\n]|\\.)*)" 1(?: .*)?$', re.MULTILINE)
_DIRECTIVE = re.compile(
    rb"^[ \t]*(?:#|\?\?=|%:)[ \t]*(include|include_next|import|embed)\b(.*)$", re.MULTILINE
)
_HAS = re.compile(rb"__has_(?:include|include_next|embed)\s*\((.*?)\)")
_SPELLED = re.compile(rb'\s*(?:"([^"\n]+)"|<([^>\n]+)>)')
_CONTINUED = re.compile(rb"\\\r?\n")


@dataclass(frozen=True)
class Inputs:
    """The files that a unit's text came from, and the paths at which nothing may appear."""

    files: tuple[str, ...]
    absent: tuple[str, ...]


def inputs(
    preprocessed: bytes,
    source: str,
    cwd: str,
    quoted: Sequence[str],
    angled: Sequence[str],
    forced: Sequence[str],
) -> Inputs:
    """The inputs of a unit, from its line markers and the directives in its files.

    `quoted` and `angled` are the compiler's search directories, `forced` the names given by
    `-include` and `-imacros`. Raises SourceError when a directive cannot be followed (a name made
    by a macro): then nothing can be said of what a new file would change.
    """
    files = dict.fromkeys([_absolute(source, cwd)])
    for found in _ENTERED.finditer(preprocessed):
        files[_absolute(os.fsdecode(_unescape(found.group(1))), cwd)] = None
    directories = [_absolute(d, cwd) for d in (*quoted, *angled)]
    angled = [_absolute(d, cwd) for d in angled]
    absent: dict[str, None] = {}
    for name in forced:
        _note_absent(name, [cwd, *directories], absent)
    for path in files:
        for name, is_quoted in _names(path):
            own = [posixpath.dirname(path)] if is_quoted else []
            _note_absent(name, [*own, *directories] if is_quoted else angled, absent)
    return Inputs(tuple(files), tuple(absent))


def _names(path: str) -> Iterable[tuple[str, bool]]:
    try:
        text = _CONTINUED.sub(b"", Path(path).read_bytes())
    except OSError as error:
        raise SourceError(f"{path} cannot be read again: {error.strerror}") from error
    for found in _DIRECTIVE.finditer(text):
        if found.group(1) == b"embed":
            raise SourceError(f"{path} embeds a file")
        spelled = _SPELLED.match(found.group(2))
        if not spelled:
            raise SourceError(f"{path} includes a name that a macro makes")
        yield _name(spelled)
    for found in _HAS.finditer(text):
        spelled = _SPELLED.match(found.group(1))
        if spelled:
            yield _name(spelled)
        # A parameter of a macro that wraps __has_include is spelled where the macro is used; the
        # wrappers in system headers never are.
        elif not path.startswith("/usr/"):
            raise SourceError(f"{path} asks for a header by a name that a macro makes")


def _name(spelled: re.Match[bytes]) -> tuple[str, bool]:
    quoted = spelled.group(1)
    return os.fsdecode(quoted or spelled.group(2)), quoted is not None


def _note_absent(name: str, directories: Sequence[str], absent: dict[str, None]) -> None:
    """Adds the places that are searched before the first at which the name exists."""
    for directory in directories:
        path = posixpath.join(directory, name)
        if os.path.lexists(path):
            return
        absent[path] = None


def _absolute(path: str, cwd: str) -> str:
    # Not normalised: `a/../b` is another file than `b` where `a` is a symlink.
    return posixpath.join(cwd, path)


def _unescape(text: bytes) -> bytes:
    return re.sub(
        rb"\\([0-7]{3}|.)",
        lambda m: bytes([int(m.group(1), 8)]) if len(m.group(1)) == 3 else m.group(1),
        text,
    )
