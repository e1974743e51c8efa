"""What works behind builds, seen from outside."""

from __future__ import annotations

import os
import time
from pathlib import Path

#: Seconds.
_PATIENCE = 300


def settled(root: Path) -> None:
    """Returns when no resolver of a project works any more: they write to its state, and one that
    was ended with its compile takes a moment to clean up.
    """
    words = [b"resolve", os.fsencode(root)]
    deadline = time.monotonic() + _PATIENCE
    while any(all(word in line for word in words) for line in command_lines()):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def command_lines() -> list[list[bytes]]:
    """The words of every process."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().split(b"\0"))
        except OSError:
            continue  # ended meanwhile
    return lines
