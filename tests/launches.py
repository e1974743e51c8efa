"""Launches, made up, as objects and as lines of the log."""

from __future__ import annotations

import json
from typing import Any

from llmopt.store.log import Launch, parse_line

NOON = 1_700_000_000
OBJECT = "0b" * 32
COMMAND = "c0" * 32


def line(**changes: Any) -> bytes:
    """A line as the launcher writes it; a change to None leaves the key out."""
    keys = {
        "time": NOON,
        "source": "src/a.c",
        "output": "a.o",
        "cwd": "/p/build",
        "action": "passed",
        "reason": "resolver still running",
        "object": OBJECT if changes.get("action", "passed") != "passed" else "null",
        "manifest": COMMAND,
        "ms": 300,
        "compile": 200,
        "parent": 77,
        **changes,
    }
    kept = {key: value for key, value in keys.items() if value is not None}
    return json.dumps(kept, separators=(",", ":")).replace('"null"', "null").encode()


def launch(**changes: Any) -> Launch:
    """The same, read."""
    parsed = parse_line(line(**changes))
    assert parsed is not None
    return parsed
