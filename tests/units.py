"""Units of C text for tests: recorded as a build would, taken apart by the launcher."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

from llmopt.rewrite.unit import UnitContext
from llmopt.sandbox.run import Sandbox
from llmopt.toolchain.commands import (
    CommandParser,
    LeftToCompiler,
    Recorded,
    launcher_path,
    recorded_environment,
)
from llmopt.values.command import Command, Unit

SANDBOX = Sandbox("off")


def parsed(cwd: Path, argv: Sequence[str]) -> Command | LeftToCompiler:
    """What the launcher's parser makes of a command."""
    parser = CommandParser(SANDBOX, launcher_path())
    return parser.parse(Recorded(str(cwd), tuple(argv), recorded_environment()))


def context(
    directory: Path,
    text: str | bytes,
    compiler: str = "gcc",
    options: str = "-O2",
    name: str = "unit.c",
) -> UnitContext:
    """The unit of a C text in a project of its own; an older text of the name is replaced."""
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    output = str(Path(name).with_suffix(".o"))
    command = parsed(directory, [compiler, *shlex.split(options), "-c", name, "-o", output])
    assert isinstance(command, Command), command
    return UnitContext(Unit(str(directory), command), SANDBOX)


def run(*argv: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """A program run to its end."""
    return subprocess.run(
        [str(word) for word in argv], cwd=cwd, capture_output=True, check=False, timeout=60
    )


def program(directory: Path, *parts: bytes | Path, name: str = "program") -> Path:
    """A program linked of objects, given by their content or their path."""
    directory.mkdir(parents=True, exist_ok=True)
    words: list[str | Path] = []
    for number, part in enumerate(parts):
        path = part if isinstance(part, Path) else directory / f"{name}.{number}.o"
        if isinstance(part, bytes):
            path.write_bytes(part)
        words.append(path)
    linked = run("gcc", "-o", directory / name, *words, "-lm")
    assert linked.returncode == 0, linked.stderr.decode()
    return directory / name


def printed(directory: Path, *parts: bytes | Path, arguments: Sequence[str] = ()) -> str:
    """What such a program prints; it must end well."""
    done = run(program(directory, *parts), *arguments)
    assert done.returncode == 0, (done.returncode, done.stderr)
    return done.stdout.decode()


def compiled(directory: Path, text: str, name: str = "main", options: str = "-O1") -> Path:
    """The object of a C text, for the rest of a program."""
    directory.mkdir(parents=True, exist_ok=True)
    source, path = directory / f"{name}.c", directory / f"{name}.o"
    source.write_text(text)
    done = run("gcc", *options.split(), "-c", source, "-o", path)
    assert done.returncode == 0, done.stderr.decode()
    return path
