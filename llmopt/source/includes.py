"""Which files a unit was read from, and where a new header could be found first.

A manifest holds while every file is unchanged *and* every look-up that failed still fails: a header
that appears earlier on the search path would be read instead.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from llmopt.errors import SourceError

_ENTERED = re.compile(rb'^# \d+ "((?:[^"\\\n]|\\.)*)" 1(?: .*)?$', re.MULTILINE)
_DIRECTIVE = re.compile(
    rb"^[ \t\f\v]*(?:#|\?\?=|%:)[ \t\f\v]*(include|include_next|import|embed)\b(.*)$", re.MULTILINE
)
#: As `-dI` prints what was followed.
_FOLLOWED = re.compile(
    rb"^#[ \t]*(?P<kind>include|include_next|import|__include_macros)\b(?P<name>.*)$", re.MULTILINE
)
_FOLLOWED_LINE = re.compile(_FOLLOWED.pattern + rb"\n", re.MULTILINE)
_MARKER_LINE = re.compile(rb"^#.*\n", re.MULTILINE)
_PRECOMPILED = (".gch", ".pch")
_HAS = re.compile(rb"(__has_(?:include_next|include|embed))\s*\((.*?)\)")
_SPELLED = re.compile(rb'\s*(?:"([^"\n]+)"|<([^>\n]+)>)')
#: A comment, or a literal, in which none begins. Directives may stand behind comments.
_COMMENT = re.compile(
    rb""""(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|(?P<comment>//[^\n]*|/\*.*?\*/)""", re.DOTALL
)
_ASSEMBLER_FILE = re.compile(rb"\bincbin\b|\.\s*include\b")
_ASKS_MORE = re.compile(rb"GCC\s+dependency\b|\binclude_alias\b")
_CONTINUED = re.compile(rb"\\[ \t\f\v]*\r?\n")
#: What is another text in each compile.
CLOCK = re.compile(rb"__(?:TIME|DATE|TIMESTAMP)__")
#: Entered like files, but the compiler's own: predefined macros and those of the command line.
_NO_FILES = (b"<built-in>", b"<command line>", b"<command-line>")


@dataclass(frozen=True)
class Inputs:
    """The files that a unit's text came from, and the paths at which nothing may appear."""

    files: tuple[str, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True)
class Places:
    """Where a compile looks for headers: the directories for names in quotes and in angle brackets,
    in their order; more that may take part one day (missing, or others by another name); and the
    names given by `-include` and `-imacros`.
    """

    quoted: Sequence[str]
    angled: Sequence[str]
    candidates: Sequence[str] = ()
    forced: Sequence[str] = ()


def without_directives(followed: bytes) -> bytes | None:
    """What `-E` gives, of what `-E -dI` gave; None where raw strings could hold such lines."""
    return None if b'R"' in followed else _FOLLOWED_LINE.sub(b"", followed)


def entered(followed: bytes, source: str, cwd: str) -> list[str]:
    """The files that a preprocessed text came from, by its line markers, the source first."""
    files = dict.fromkeys([_absolute(source, cwd)])
    for found in _ENTERED.finditer(followed):
        if found.group(1) not in _NO_FILES:
            files[_absolute(os.fsdecode(_unescape(found.group(1))), cwd)] = None
    return list(files)


def inputs(followed: bytes, source: str, cwd: str, places: Places) -> Inputs:
    """The inputs of a unit, from its text with the directives that were followed (`-E -dI`).

    Raises SourceError when nothing can be said of what a new file would change, or when the text
    depends on the clock.
    """
    # Strings that stand side by side are one; in assembly they name files that nobody lists.
    joined = re.sub(rb'"\s*"', b"", _MARKER_LINE.sub(b"", followed))
    if _ASSEMBLER_FILE.search(joined):
        raise SourceError("its assembly reads a file, which no directive names")
    files = entered(followed, source, cwd)
    angled = [_absolute(d, cwd) for d in places.angled]
    directories = [*(_absolute(d, cwd) for d in places.quoted), *angled]
    candidates = [_absolute(d, cwd) for d in places.candidates]
    looked = _LookUps()
    for name in places.forced:
        looked.up(name, [cwd, *directories])
        looked.maybe(name, candidates)
        for suffix in _PRECOMPILED:
            looked.maybe(name + suffix, [cwd])
    # gcc includes it by itself.
    looked.up("stdc-predef.h", angled)
    beside = list(dict.fromkeys(posixpath.dirname(path) for path in files))
    for kind, name, is_quoted in _followed_names(followed):
        # Which file a directive stood in cannot be told behind `#line`: it may be any.
        for directory in beside if is_quoted else [None]:
            where = [directory, *directories] if directory is not None else angled
            looked.up(name, where, from_any=kind.endswith("_next"))
        looked.maybe(name, candidates)
    for path in files:
        for kind, name, is_quoted in _names(path):
            where = [posixpath.dirname(path), *directories] if is_quoted else angled
            looked.up(name, where, from_any=kind.endswith("_next"))
            looked.maybe(name, candidates)
    looked.precompiled(files[1:])
    return Inputs(tuple(dict.fromkeys([*files, *looked.found])), tuple(looked.absent))


class _LookUps:
    """Where names were looked for: what was found, and what was not there."""

    def __init__(self) -> None:
        self.found: dict[str, None] = {}
        self.absent: dict[str, None] = {}

    def up(self, name: str, directories: Sequence[str], *, from_any: bool = False) -> None:
        """Looks as the compiler does, at most once; `from_any`: everywhere, since the search may
        begin in any of the directories.
        """
        for directory in directories:
            if self._at(posixpath.join(directory, name)) and not from_any:
                break

    def maybe(self, name: str, directories: Sequence[str]) -> None:
        """Looks in directories of which each may take part, or not."""
        for directory in directories:
            self._at(posixpath.join(directory, name))

    def _at(self, path: str) -> bool:
        if path in self.found:
            return True
        if path in self.absent:
            return False
        if os.path.isfile(path):
            self.found[path] = None
            return True
        if os.path.lexists(path):
            raise SourceError(f"{path} is no file")
        self.absent[path] = None
        # gcc takes a precompiled header where no header is.
        if not path.startswith("/usr/") and not path.endswith(_PRECOMPILED):
            self.absent[path + ".gch"] = None
        return False

    def precompiled(self, files: Iterable[str]) -> None:
        """A precompiled header would be read in place of its header, and no line marker would say
        so. Raises SourceError where there is one.
        """
        for path in (*files, *self.found):
            for suffix in _PRECOMPILED:
                if os.path.lexists(path + suffix):
                    raise SourceError(f"{path}{suffix} stands beside the header")
                self.absent[path + suffix] = None
        for path in self.absent:
            if os.path.lexists(path):
                raise SourceError(f"{path} is there")


def _followed_names(followed: bytes) -> Iterator[tuple[str, str, bool]]:
    """Each `#include` that was followed, once: the directive, the name, whether in quotes."""
    seen = set()
    for line in _FOLLOWED.finditer(followed):
        if spelled := _SPELLED.match(line.group("name")):
            directive = (line.group("kind").decode(), *_name(spelled))
            if directive not in seen:
                seen.add(directive)
                yield directive


def _names(path: str) -> Iterable[tuple[str, str, bool]]:
    """Each look-up in a file: the directive or operator, the name, whether it is in quotes."""
    try:
        text = _COMMENT.sub(_blank, _CONTINUED.sub(b"", _read(path)))
    except OSError as error:
        raise SourceError(f"{path} cannot be read again: {error.strerror}") from error
    if clock := CLOCK.search(text):
        raise SourceError(f"{path} has {clock.group().decode()}, which no other compile gives")
    if asks := _ASKS_MORE.search(text):
        raise SourceError(f"{path} has {asks.group().decode()}, which asks for more than it reads")
    for found in _DIRECTIVE.finditer(text):
        if found.group(1) == b"embed":
            raise SourceError(f"{path} embeds a file")
        spelled = _SPELLED.match(found.group(2))
        if not spelled:
            continue  # made by a macro: among those that were followed, or skipped
        yield found.group(1).decode(), *_name(spelled)
    for found in _HAS.finditer(text):
        spelled = _SPELLED.match(found.group(2))
        if spelled:
            yield found.group(1).decode(), *_name(spelled)
        # A parameter of a macro that wraps __has_include is spelled where the macro is used; the
        # wrappers in system headers never are.
        elif not path.startswith("/usr/"):
            raise SourceError(f"{path} asks for a header by a name that a macro makes")


def _read(path: str) -> bytes:
    """A file's text, in lines as compilers see them."""
    text = Path(path).read_bytes().removeprefix(b"\xef\xbb\xbf")
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _blank(found: re.Match[bytes]) -> bytes:
    return b" " if found.group("comment") else found.group(0)


def _name(spelled: re.Match[bytes]) -> tuple[str, bool]:
    quoted = spelled.group(1)
    return os.fsdecode(quoted or spelled.group(2)), quoted is not None


def _absolute(path: str, cwd: str) -> str:
    # Not normalised: `a/../b` is another file than `b` where `a` is a symlink.
    return posixpath.join(cwd, path)


def _unescape(text: bytes) -> bytes:
    return re.sub(
        rb"\\([0-7]{3}|.)",
        lambda m: bytes([int(m.group(1), 8)]) if len(m.group(1)) == 3 else m.group(1),
        text,
    )
