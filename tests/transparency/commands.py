"""One command line, run with and without the launcher in the same directory."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from tests.resolvers import settled

from .trees import STATE, Difference, Tree, compare, differing, snapshot

BOTH = ("gcc", "clang-19")
TIMEOUT = 60
CONFIGURATION = "version: 1\n"
#: `cc` is the compiler of the case, with the launcher before it or not. `$MASQUERADE` is a
#: directory for the front of PATH where links with compilers' names lead to the launcher.
PRELUDE = """
cc() { ${LAUNCHER:+"$LAUNCHER"} "$COMPILER" "$@"; }
"""
SOURCES = {
    "a.c": '#include <stddef.h>\n#include "h.h"\n'
    "int scale(int x) { return x * FACTOR; }\n"
    "const char *file(void) { return __FILE__; }\n",
    "h.h": "#define FACTOR 3\n",
    "sub/b.c": "int twice(int x) { return 2 * x; }\n",
    "main.c": "int scale(int); int main(void) { return scale(2); }\n",
    "warn.c": "int f(int x) { int unused; return x == 1 ? 1.5 : 'ab'; }\n",
    "error.c": "int g(int y) { int unused; return y }\n",
    "llmopt.yaml": CONFIGURATION,
}


@dataclass(frozen=True)
class Case:
    """A row of the checklist in a form that can be run.

    `units` counts the compiles that identity mode has to take: swapped for the compiler's own
    object in the first run, without the compiler in the second, but for `compiled` of them. None:
    either will do.
    `usual` names what differs from run to run, as pairs of a pattern and what replaces it.
    """

    row: Enum
    name: str
    script: str
    units: int | None = 0
    files: Mapping[str, str] = field(default_factory=dict)
    compiled: int = 0
    compilers: tuple[str, ...] = BOTH
    terminal: bool = False
    usual: tuple[tuple[str, str], ...] = ()
    needs: tuple[str, ...] = ()
    #: Compiles of the first run that take their object from one before.
    repeats: int = 0
    #: One command on different files in turn: a second run would be like the first.
    alternates: bool = False

    def __str__(self) -> str:
        return f"{self.row.value}: {self.name}"


@dataclass(frozen=True)
class Observed:
    """What one run did."""

    status: int
    stdout: bytes
    stderr: bytes
    tree: Tree
    temporary: Tree
    log: tuple[dict[str, Any], ...]
    has_state: bool

    def actions(self, action: str) -> int:
        """How many units the launcher says it did this with."""
        return sum(line["action"] == action for line in self.log)


class Place:
    """One path where a case runs again and again; what each run left is moved aside."""

    def __init__(self, directory: Path, launcher: Path) -> None:
        self.directory = directory
        self.project = directory / "project"
        self.launcher = launcher
        self.masquerade = directory / "masquerade"
        self.masquerade.mkdir(parents=True)
        for name in (*BOTH, "cc", "g++"):
            (self.masquerade / name).symlink_to(launcher)
        (directory / "home").mkdir()

    def run(
        self,
        case: Case,
        compiler: str,
        label: str,
        *,
        launched: bool,
        identity: bool = False,
        state: Path | None = None,
    ) -> Observed:
        """Runs a case in a fresh directory, with the launcher's state of an earlier run."""
        self._fill(case)
        if state:
            shutil.move(state / STATE, self.project / STATE)
            forget_log(self.project)
        temporary = self.directory / "tmp"
        temporary.mkdir()
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.directory / "home"),
            "TMPDIR": str(temporary),
            "LANG": "C",
            "TERM": "xterm-256color",
            "CCACHE_DIR": str(self.directory / "ccache"),
            "LLMOPT_CACHE_DIR": str(self.directory / "cache"),
            "COMPILER": compiler,
            "LAUNCHER": str(self.launcher) if launched else "",
            "MASQUERADE": f"{self.masquerade}:" if launched else "",
        }
        if identity:
            environment["LLMOPT_IDENTITY"] = "1"
        start = _at_terminal if case.terminal else _through_pipes
        status, stdout, stderr = start(PRELUDE + case.script, self.project, environment)
        if launched:
            settled(self.project)
        kept = self.directory / label
        kept.mkdir()
        for part in ("project", "tmp"):
            os.rename(self.directory / part, kept / part)
        usual = usual_of(case)
        tree = snapshot(kept / "project", usual)
        return Observed(
            status,
            usual(stdout),
            usual(stderr),
            tree,
            snapshot(kept / "tmp"),
            tuple(read_log(kept / "project")),
            (kept / "project" / STATE).exists(),
        )

    def _fill(self, case: Case) -> None:
        for name, text in {**SOURCES, **case.files}.items():
            path = self.project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


def usual_of(case: Case) -> Any:
    """What makes two runs of a case the same text."""
    patterns = [(re.compile(old.encode()), new.encode()) for old, new in case.usual]

    def usual(data: bytes) -> bytes:
        for pattern, new in patterns:
            data = pattern.sub(new, data)
        return data

    return usual


def read_log(project: Path) -> Iterator[dict[str, Any]]:
    """What the launcher says it did in a project, oldest first."""
    for name in ("launcher.log.1", "launcher.log"):
        path = project / STATE / name
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            yield from map(json.loads, path.read_text().splitlines())


def forget_log(project: Path) -> None:
    """So that the log tells of the next run alone."""
    for name in ("launcher.log.1", "launcher.log"):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            (project / STATE / name).unlink()


def observed_differences(plain: Observed, launched: Observed) -> list[Difference]:
    """Where two runs of one case are not the same."""
    found = []
    if plain.status != launched.status:
        found.append(Difference("", "status", str(plain.status), str(launched.status)))
    for name in ("stdout", "stderr"):
        mine, theirs = getattr(plain, name), getattr(launched, name)
        if mine != theirs:
            found.append(differing(name, mine, theirs))
    found += compare(plain.tree, launched.tree)
    found += compare(plain.temporary, launched.temporary)
    return found


def _through_pipes(
    script: str, directory: Path, environment: Mapping[str, str]
) -> tuple[int, bytes, bytes]:
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=TIMEOUT,
    )
    return done.returncode, done.stdout, done.stderr


def _at_terminal(
    script: str, directory: Path, environment: Mapping[str, str]
) -> tuple[int, bytes, bytes]:
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        process = subprocess.Popen(
            ["/bin/sh", "-c", script],
            cwd=directory,
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        shown = b""
        # The last writer's end is an error on Linux.
        with contextlib.suppress(OSError):
            while part := screen.read(65536):
                shown += part
    return process.wait(TIMEOUT), shown, b""
