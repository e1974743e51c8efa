"""`.llmopt/launcher.log`: what the launcher did with each unit that it handled.

The format stands in docs/formats/log.md. Builds append to it while we read, and a kill or a full
disk cuts lines off: what cannot be read is counted and left out.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from llmopt.errors import StoreError

Action = Literal["swapped", "direct", "passed"]

#: Texts of llmopt/launcher/reasons.def that mean something to the Python half.
RESOLVED: Final = "resolved during the build"
NO_RECIPE: Final = "no recipe applies"
RESOLVER_RUNNING: Final = "resolver still running"
NO_RESOLVER: Final = "no resolver"
UNRESOLVED: Final = "not resolved"
CHANGED: Final = "changed during the compile"
COMPILE_FAILED: Final = "compile failed"
OBJECT_MISSING: Final = "object missing"
OBJECT_DAMAGED: Final = "object damaged"

#: The newer file first. When it is full it takes the older one's name.
_FILES = ("launcher.log", "launcher.log.1")
_START = re.compile(rb'(?=\{"time":)')
#: The last second that every date library knows: year 9999.
_LATEST = 253_402_300_799
_TRIES = 5


@dataclass(frozen=True)
class Launch:
    """One compile of one unit, as the launcher logged it at its end.

    `time` is Unix seconds; `ms` the whole launch, `compile` the compiler's part, 0 where it did not
    run. `cwd`, `compile` and `parent` are None in lines of launchers that did not log them.
    """

    time: int
    source: str
    output: str
    cwd: str | None
    action: Action
    reason: str
    object: str | None
    manifest: str
    ms: int
    compile: int | None
    parent: int | None

    @property
    def unit(self) -> str:
        """The output's path, absolute where the working directory is known."""
        return posixpath.normpath(posixpath.join(self.cwd or "", self.output))

    @property
    def own(self) -> int | None:
        """Milliseconds that the launcher itself took, where they are known."""
        if self.action == "direct":
            return self.ms
        return None if self.compile is None else max(0, self.ms - self.compile)

    def to_json(self) -> dict[str, Any]:
        """The line's keys, with its paths as text."""
        return dict(vars(self))


@dataclass(frozen=True)
class Log:
    """All lines that are left, in the order in which they were written."""

    launches: tuple[Launch, ...]
    unreadable: int


def read_log(state: Path) -> Log:
    """The log in a `.llmopt` directory; without one, no launches. Raises StoreError.

    Takes no lock: builds go on.
    """
    launches = []
    unreadable = 0
    for content in _contents(state):
        for line in _lines(content):
            launch = parse_line(line)
            if launch is None:
                unreadable += 1
            else:
                launches.append(launch)
    return Log(tuple(launches), unreadable)


def parse_line(line: bytes) -> Launch | None:
    """One line; None where it is damaged, or of a launcher that says something else."""
    try:
        data = json.loads(line.decode("ascii"))
        if not isinstance(data, dict) or data["action"] not in ("swapped", "direct", "passed"):
            return None
        return Launch(
            time=_number(data["time"], _LATEST),
            source=_path(data["source"]),
            output=_path(data["output"]),
            cwd=_path(data["cwd"]) if "cwd" in data else None,
            action=data["action"],
            reason=_text(data["reason"]),
            object=None if data["object"] is None else _text(data["object"]),
            manifest=_text(data["manifest"]),
            ms=_number(data["ms"]),
            compile=_number(data["compile"]) if "compile" in data else None,
            parent=_number(data["parent"]) if "parent" in data else None,
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _lines(content: bytes) -> Iterator[bytes]:
    for line in content.split(b"\n"):
        # After a line that was cut off the next one begins in its midst.
        yield from filter(None, _START.split(line))


def _contents(state: Path) -> tuple[bytes, bytes]:
    """The older file and the newer one."""
    for _ in range(_TRIES):
        newer, name = _content(state / _FILES[0])
        older, older_name = _content(state / _FILES[1])
        if name is None or name != older_name:
            return older, newer
        # Renamed between the two: there is a newer one by now.
    return older, b""


def _content(path: Path) -> tuple[bytes, tuple[int, int] | None]:
    """A file's content, and which file it is; None: no file."""
    try:
        # Not to wait for a pipe: the launcher writes to regular files alone.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                return b"", None
            return file.read(), (status.st_dev, status.st_ino)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return b"", None
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from error


def _number(value: object, most: int = 2**53) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _path(value: object) -> str:
    """The launcher writes bytes as latin-1 text."""
    data = _text(value).encode("latin-1")
    if not data or b"\0" in data:
        raise ValueError(value)
    return os.fsdecode(data)
