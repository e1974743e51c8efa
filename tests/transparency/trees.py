"""What a build left on the disk, and where two of them differ."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

#: State of the launcher: all that it may add to a tree.
STATE = ".llmopt"
SHOWN = 24
Normalise = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same."""

    path: str
    what: str
    plain: str
    launched: str

    def __str__(self) -> str:
        return f"{printable(self.path)}: {self.what}: {self.plain} | {self.launched}"


@dataclass(frozen=True)
class Entry:
    """One name in a tree. `content` is a digest, of a link its target; `links` of a file only."""

    kind: str
    mode: int
    links: int
    content: bytes


@dataclass(frozen=True)
class Tree:
    """All names below a directory that stays where it is. Paths keep bytes that are no UTF-8."""

    root: Path
    entries: Mapping[str, Entry]
    normalised: frozenset[str] = frozenset()
    normalise: Normalise = field(default=bytes)

    def read(self, path: str) -> bytes:
        """The content of a file as it is compared."""
        return self.normalise((self.root / path).read_bytes())


def snapshot(root: Path, normalise: Normalise = bytes, skip: Sequence[str] = ()) -> Tree:
    """Everything below a directory but for the launcher's state, and names at its top in `skip`."""
    entries, normalised = {}, set()
    for path in _walk(root, "", skip):
        status = os.lstat(root / path)
        content = b""
        if stat.S_ISLNK(status.st_mode):
            content = os.fsencode(os.readlink(root / path))
        elif stat.S_ISREG(status.st_mode):
            data = (root / path).read_bytes()
            usual = normalise(data)
            if usual != data:
                normalised.add(path)
            content = hashlib.blake2b(usual, digest_size=32).digest()
        links = status.st_nlink if stat.S_ISREG(status.st_mode) else 0
        mode = stat.S_IMODE(status.st_mode)
        entries[path] = Entry(kind(status.st_mode), mode, links, content)
    return Tree(root, entries, frozenset(normalised), normalise)


def kind(mode: int) -> str:
    """What a name stands for."""
    for test, name in (
        (stat.S_ISREG, "file"),
        (stat.S_ISDIR, "directory"),
        (stat.S_ISLNK, "link"),
        (stat.S_ISFIFO, "fifo"),
    ):
        if test(mode):
            return name
    return "other"


def compare(
    plain: Tree, launched: Tree, varying: Mapping[str, str] | None = None
) -> list[Difference]:
    """Differences of two trees. Of what varies by itself only kind and mode are looked at, and of
    a name that comes and goes by itself nothing.
    """
    found = []
    varying = varying or {}
    for path in sorted(plain.entries.keys() | launched.entries.keys()):
        one, other = plain.entries.get(path), launched.entries.get(path)
        if one is None or other is None:
            if path not in varying:
                found.append(
                    Difference(path, "exists", _existing(one), _existing(other)),
                )
            continue
        for what in ("kind", "mode", "links"):
            mine, theirs = getattr(one, what), getattr(other, what)
            if mine != theirs:
                show = oct if what == "mode" else str
                found.append(Difference(path, what, show(mine), show(theirs)))
        if one.kind == other.kind and one.content != other.content and path not in varying:
            if one.kind == "link":
                found.append(Difference(path, "target", repr(one.content), repr(other.content)))
            else:
                found.append(differing(path, plain.read(path), launched.read(path)))
    return found


def differing(path: str, plain: bytes, launched: bytes) -> Difference:
    """The first bytes that differ, with a few before them."""
    at = next(
        (i for i, (a, b) in enumerate(zip(plain, launched, strict=False)) if a != b),
        min(len(plain), len(launched)),
    )
    start = max(0, at - 8)
    return Difference(
        path,
        f"content from byte {at}",
        f"{plain[start : at + SHOWN]!r} of {len(plain)}",
        f"{launched[start : at + SHOWN]!r} of {len(launched)}",
    )


def printable(path: str) -> str:
    """A path in ASCII, whatever its bytes."""
    return ascii(path)[1:-1]


def _existing(entry: Entry | None) -> str:
    return "no" if entry is None else entry.kind


def _walk(root: Path, below: str, skip: Sequence[str] = ()) -> Iterator[str]:
    with os.scandir(root / below) as names:
        listed = sorted(names, key=lambda entry: entry.name)
    for entry in listed:
        path = os.path.join(below, entry.name)
        if entry.name == STATE or entry.name in skip:
            continue
        yield path
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(root, path)
