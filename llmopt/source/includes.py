"""Which files a unit was read from, and where a new header could be found first.

A manifest holds while every file is unchanged *and* every look-up that failed still fails: a header
that appears earlier on the search path would be read instead.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from llmopt.errors import SourceError

_ENTERED = re.compile(rb'^# \d+ "((?:[^"\\\n]|\\.)*)" 1(?: .*)?$', re.MULTILINE)
_DIRECTIVE = re.compile(
    rb"^[ \t]*(?:#|\?\?=|%:)[ \t]*(include|include_next|import|embed)\b(.*)$", re.MULTILINE
)
_FOLLOWED = re.compile(
    rb'^# \d+ "(?P<file>(?:[^"\\\n]|\\.)*)"'
    rb"|^#[ \t]*(?P<kind>include|include_next|import)\b(?P<name>.*)$",
    re.MULTILINE,
)
_HAS = re.compile(rb"(__has_(?:include_next|include|embed))\s*\((.*?)\)")
_SPELLED = re.compile(rb'\s*(?:"([^"\n]+)"|<([^>\n]+)>)')
#: A comment, or a literal, in which none begins. Directives may stand behind comments.
_COMMENT = re.compile(
    rb""""(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|(?P<comment>//[^\n]*|/\*.*?\*/)""", re.DOTALL
)
_ASSEMBLER_FILE = re.compile(rb"\bincbin\b|\.\s*include\b")
_CONTINUED = re.compile(rb"\\\r?\n")
#: What is another text in each compile.
CLOCK = re.compile(rb"__(?:TIME|DATE|TIMESTAMP)__")
#: Entered like files, but the compiler's own: predefined macros and those of the command line.
_NO_FILES = (b"<built-in>", b"<command line>", b"<command-line>")


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
    followed: Callable[[], bytes],
) -> Inputs:
    """The inputs of a unit, from its line markers and the directives in its files.

    `quoted` and `angled` are the compiler's search directories, `forced` the names given by
    `-include` and `-imacros`. `followed` gives the text with the directives that were followed, as
    `-dI` adds them: asked where a macro makes a name. Raises SourceError when nothing can be said
    of what a new file would change, or when the text depends on the clock.
    """
    # Strings that stand side by side are one; in assembly they name files that nobody lists.
    if _ASSEMBLER_FILE.search(re.sub(rb'"\s*"', b"", preprocessed)):
        raise SourceError("its assembly reads a file, which no directive names")
    files = dict.fromkeys([_absolute(source, cwd)])
    for found in _ENTERED.finditer(preprocessed):
        if found.group(1) not in _NO_FILES:
            files[_absolute(os.fsdecode(_unescape(found.group(1))), cwd)] = None
    directories = [_absolute(d, cwd) for d in (*quoted, *angled)]
    angled = [_absolute(d, cwd) for d in angled]
    absent: dict[str, None] = {}
    for name in forced:
        _look_up(name, [cwd, *directories], absent)
    asked: dict[str, None] = {}
    made_by_macros = _FollowedNames(followed, cwd)
    for path in files:
        for kind, name, is_quoted in _names(path, made_by_macros):
            places = [posixpath.dirname(path), *directories] if is_quoted else angled
            found_at = _look_up(name, places, absent, from_any=kind.endswith("_next"))
            # What was only asked for has to stay as well: the answer is part of the text.
            if kind.startswith("__has"):
                asked.update(dict.fromkeys(found_at))
    _no_precompiled(list(files)[1:], absent)
    return Inputs((*files, *(path for path in asked if path not in files)), tuple(absent))


def _no_precompiled(files: Iterable[str], absent: dict[str, None]) -> None:
    """A precompiled header would be read in place of its header, and no line marker would say so.

    Raises SourceError where there is one.
    """
    for path in files:
        for suffix in (".gch", ".pch"):
            if os.path.lexists(path + suffix):
                raise SourceError(f"{path}{suffix} stands beside the header")
            absent[path + suffix] = None


class _FollowedNames:
    """What each file was seen to include, by names as macros made them."""

    def __init__(self, followed: Callable[[], bytes], cwd: str) -> None:
        self._followed = followed
        self._cwd = cwd

    def of(self, path: str) -> Sequence[tuple[str, str, bool]]:
        """The directive, the name, whether it is in quotes."""
        return self._by_file.get(path, [])

    @cached_property
    def _by_file(self) -> dict[str, list[tuple[str, str, bool]]]:
        found: dict[str, list[tuple[str, str, bool]]] = {}
        current = ""
        for line in _FOLLOWED.finditer(self._followed()):
            if line.group("file") is not None:
                current = _absolute(os.fsdecode(_unescape(line.group("file"))), self._cwd)
            elif spelled := _SPELLED.match(line.group("name")):
                kind = line.group("kind").decode()
                found.setdefault(current, []).append((kind, *_name(spelled)))
        return found


def _names(path: str, made_by_macros: _FollowedNames) -> Iterable[tuple[str, str, bool]]:
    """Each look-up in a file: the directive or operator, the name, whether it is in quotes."""
    try:
        text = _COMMENT.sub(_blank, _CONTINUED.sub(b"", Path(path).read_bytes()))
    except OSError as error:
        raise SourceError(f"{path} cannot be read again: {error.strerror}") from error
    if clock := CLOCK.search(text):
        raise SourceError(f"{path} has {clock.group().decode()}, which no other compile gives")
    for found in _DIRECTIVE.finditer(text):
        if found.group(1) == b"embed":
            raise SourceError(f"{path} embeds a file")
        spelled = _SPELLED.match(found.group(2))
        if not spelled:
            # All that the file was seen to include: what was skipped depends on known files alone.
            yield from made_by_macros.of(path)
            continue
        yield found.group(1).decode(), *_name(spelled)
    for found in _HAS.finditer(text):
        spelled = _SPELLED.match(found.group(2))
        if spelled:
            yield found.group(1).decode(), *_name(spelled)
        # A parameter of a macro that wraps __has_include is spelled where the macro is used; the
        # wrappers in system headers never are.
        elif not path.startswith("/usr/"):
            raise SourceError(f"{path} asks for a header by a name that a macro makes")


def _blank(found: re.Match[bytes]) -> bytes:
    return b" " if found.group("comment") else found.group(0)


def _name(spelled: re.Match[bytes]) -> tuple[str, bool]:
    quoted = spelled.group(1)
    return os.fsdecode(quoted or spelled.group(2)), quoted is not None


def _look_up(
    name: str, directories: Sequence[str], absent: dict[str, None], *, from_any: bool = False
) -> list[str]:
    """Where a name is found, at most once; `from_any`: everywhere, since the search may begin in
    any of the directories. Adds the places at which it was looked for in vain.
    """
    found = []
    for directory in directories:
        path = posixpath.join(directory, name)
        if os.path.isfile(path):
            found.append(path)
            if not from_any:
                break
        elif not os.path.exists(path):
            absent[path] = None
    return found


def _absolute(path: str, cwd: str) -> str:
    # Not normalised: `a/../b` is another file than `b` where `a` is a symlink.
    return posixpath.join(cwd, path)


def _unescape(text: bytes) -> bytes:
    return re.sub(
        rb"\\([0-7]{3}|.)",
        lambda m: bytes([int(m.group(1), 8)]) if len(m.group(1)) == 3 else m.group(1),
        text,
    )
