"""compile_commands.json, which CMake, Meson, ninja and bear write: how each file is compiled."""

from __future__ import annotations

import json
import posixpath
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmopt.errors import ToolError
from llmopt.toolchain.commands import Recorded


@dataclass(frozen=True)
class Entry:
    """One file and its command. The environment of the build is not kept."""

    file: str
    recorded: Recorded

    @property
    def path(self) -> str:
        """The file, absolute and normalised as text."""
        return posixpath.normpath(posixpath.join(self.recorded.cwd, self.file))


def read_database(path: Path) -> list[Entry]:
    """All entries, in order. Raises ToolError when the file is missing or no such database."""
    try:
        data = json.loads(path.read_bytes().decode("utf-8", "surrogateescape"))
        if not isinstance(data, list):
            raise TypeError("not a list of commands")
        return [_entry(path, item) for item in data]
    except OSError as error:
        raise ToolError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ToolError(
            f"{path} is no database of compile commands ({error!r}): configure the build anew"
        ) from error


def _entry(path: Path, item: Any) -> Entry:
    words = item["arguments"] if "arguments" in item else shlex.split(item["command"])
    texts = [item["directory"], item["file"], *words]
    if not words or not all(isinstance(text, str) and "\0" not in text for text in texts):
        raise TypeError(item)
    # Relative ones are written by hand, if at all.
    directory = posixpath.normpath(posixpath.join(path.absolute().parent, item["directory"]))
    return Entry(item["file"], Recorded(directory, tuple(words), ()))
