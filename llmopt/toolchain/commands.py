"""Compile commands: taken apart by the launcher's own parser, read back from its records."""

from __future__ import annotations

import json
import os
import shutil
import struct
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from llmopt.errors import ToolError
from llmopt.sandbox.run import Job, Sandbox
from llmopt.values.command import Command

_TIMEOUT = 20.0

#: What the launcher's digest and records hold of the environment; docs/formats/manifest.md.
RECORDED_VARIABLES = (
    "CPATH",
    "C_INCLUDE_PATH",
    "OBJC_INCLUDE_PATH",
    "COMPILER_PATH",
    "GCC_EXEC_PREFIX",
    "LIBRARY_PATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LC_MESSAGES",
    "SOURCE_DATE_EPOCH",
    "PWD",
    "GCC_COMPARE_DEBUG",
    "CCC_OVERRIDE_OPTIONS",
    "SDKROOT",
    "MACOSX_DEPLOYMENT_TARGET",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "LANGUAGE",
    "GCC_COLORS",
    "GCC_URLS",
    "TERM_URLS",
    "GCC_EXTRA_DIAGNOSTIC_OUTPUT",
)


@dataclass(frozen=True)
class LeftToCompiler:
    """A command that llmopt does not handle, and why."""

    reason: str


@dataclass(frozen=True)
class Recorded:
    """A command as the build gave it, before anything is made of it."""

    cwd: str
    argv: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]


def launcher_path() -> str:
    """The launcher that belongs to this installation. Raises ToolError when there is none."""
    beside = Path(sysconfig.get_path("scripts")) / "llmopt"
    found = str(beside) if beside.is_file() else shutil.which("llmopt")
    if not found:
        raise ToolError(f"the launcher `llmopt` is missing: expected {beside}; install llmopt anew")
    return found


class CommandParser:
    """Asks the launcher what a command is."""

    def __init__(self, sandbox: Sandbox, launcher: str) -> None:
        self._sandbox = sandbox
        self._launcher = launcher

    def parse(self, recorded: Recorded) -> Command | LeftToCompiler:
        """One compile command, taken apart. Raises ToolError when the launcher misbehaves."""
        return command_of(recorded, self._ask("--analyse", recorded))

    def _ask(self, verb: str, recorded: Recorded) -> bytes:
        job = Job(
            argv=(self._launcher, verb, *recorded.argv),
            cwd=recorded.cwd,
            timeout=_TIMEOUT,
            environment=with_recorded(recorded.environment),
        )
        return self._sandbox.check(job).stdout


def command_of(recorded: Recorded, analysis: bytes | str) -> Command | LeftToCompiler:
    """A command from what the launcher says of it. Raises ToolError when that makes no sense."""
    try:
        answer = json.loads(analysis)
        if answer["kind"] != "unit":
            return LeftToCompiler(answer["reason"])
        return Command(
            cwd=recorded.cwd,
            argv=recorded.argv,
            classes=answer["classes"],
            source=_path(answer["source"]),
            output=_path(answer["output"]),
            environment=recorded.environment,
            dependencies=_path(answer["dependencies"]) if answer["dependencies"] else None,
            plain=answer["plain"],
        )
    except (ValueError, KeyError) as error:
        raise ToolError(f"the launcher says {analysis!r} of a command") from error


def _path(text: str) -> str:
    """The launcher writes bytes as latin-1 text."""
    return os.fsdecode(text.encode("latin-1"))


def with_recorded(pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Today's environment, with the variables that matter as they were recorded."""
    environment = {k: v for k, v in os.environ.items() if k not in RECORDED_VARIABLES}
    environment.update(pairs)
    return environment


def recorded_environment() -> tuple[tuple[str, str], ...]:
    """The variables that matter, as they are now."""
    return tuple((name, os.environ[name]) for name in RECORDED_VARIABLES if name in os.environ)


def read_records(path: Path) -> list[Recorded]:
    """The commands in a file written under LLMOPT_RECORD, in order.

    Raises ToolError when the file is damaged; a missing file is no commands.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return []
    records = []
    position = 0
    try:
        while position < len(data):
            (length,) = struct.unpack_from("<I", data, position)
            if position + 4 + length > len(data):
                raise IndexError(position)
            records.append(_record(data[position + 4 : position + 4 + length]))
            position += 4 + length
    except (struct.error, IndexError) as error:
        raise ToolError(f"{path}: damaged record of compile commands: build again") from error
    return records


def _record(data: bytes) -> Recorded:
    fields = _Fields(data)
    cwd = fields.text()
    argv = tuple(fields.text() for _ in range(fields.number()))
    pairs = tuple((fields.text(), fields.text()) for _ in range(fields.number()))
    fields.end()
    return Recorded(cwd, argv, pairs)


class _Fields:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def number(self) -> int:
        (value,) = struct.unpack_from("<Q", self._data, self._position)
        self._position += 8
        return int(value)

    def text(self) -> str:
        length = self.number()
        end = self._position + length
        if end > len(self._data):
            raise IndexError(end)
        value = self._data[self._position : end]
        self._position = end
        return os.fsdecode(value)

    def end(self) -> None:
        """Raises IndexError where more follows: then a length was wrong."""
        if self._position != len(self._data):
            raise IndexError(self._position)
