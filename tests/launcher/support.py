"""A project with state for the launcher, and processes in it."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import formats

SOURCE = "int answer(void) { return 1; }\n"
RECIPE = b"the recipe's object\n"
COMPILED = b"the compiler's object\n"  # what fake_cc.c writes
Result = subprocess.CompletedProcess[bytes]


class Project:
    """A directory with an llmopt.yaml, `src/a.c`, and a `bin/` of its own with the launcher.

    No `llmopt-py` is beside the launcher unless `resolver` puts one there.
    """

    def __init__(self, directory: Path, launcher: Path) -> None:
        self.root = directory / "project"
        self.bin = directory / "bin"
        self.state = self.root / ".llmopt"
        for folder in (
            self.bin,
            self.root / "src",
            self.state / "manifests",
            self.state / "objects",
        ):
            folder.mkdir(parents=True)
        self.launcher = self.bin / "llmopt"
        shutil.copy2(launcher, self.launcher)
        (self.root / "llmopt.yaml").touch()
        self.source = self.root / "src/a.c"
        self.source.write_text(SOURCE)
        self.output = self.root / "a.o"
        self.environment = {
            "PATH": f"{self.bin}:/usr/bin:/bin",
            "LANG": "C",
            "PWD": str(self.root),  # a shell in between would set it
            "ASAN_OPTIONS": "detect_leaks=0:exitcode=99",
            "UBSAN_OPTIONS": "print_stacktrace=1",
        }

    # Programs

    def script(self, name: str, body: str) -> Path:
        """A shell script in `bin/`."""
        path = self.bin / name
        path.write_text("#!/bin/sh\n" + body + "\n")
        path.chmod(0o755)
        return path

    def resolver(self, resolve: str = "", reindex: str = "exit 1") -> None:
        """A stand-in for the Python half: shell code for its two internal verbs."""
        self.script(
            "llmopt-py",
            f'case "$1" in resolve) {resolve or ":"};; reindex) {reindex};; *) exit 64;; esac',
        )

    def run(self, *words: str | Path, **options: Any) -> Result:
        """A command in the project's root, as it is."""
        settings: dict[str, Any] = {"cwd": self.root, "env": self.environment, "timeout": 30}
        settings |= options
        if "stdin" not in settings and "input" not in settings:
            settings["stdin"] = subprocess.DEVNULL
        result: Result = subprocess.run(
            list(map(str, words)), capture_output=True, check=False, **settings
        )
        return result

    def launch(self, *words: str | Path, **options: Any) -> Result:
        """A command through the launcher."""
        return self.run(self.launcher, *words, **options)

    # State

    def words(self, compiler: str = "cc") -> list[str]:
        """The command that most tests compile with."""
        return [compiler, "-O2", "-c", "src/a.c", "-o", "a.o"]

    def compile(self, **options: Any) -> Result:
        """That command through the launcher; it must succeed and say nothing."""
        result = self.launch(*self.words(), **options)
        assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
        return result

    def lock_stamp(self) -> formats.Stamp:
        """What an index has to say about llmopt.lock."""
        lock = self.root / "llmopt.lock"
        return formats.Stamp.of(lock, follow=False) if lock.exists() else formats.Stamp()

    def write(self, path: Path, content: bytes) -> None:
        """A file of the state: nobody else may write it."""
        path.write_bytes(content)
        path.chmod(0o644)

    def make_hot(self, *sources: str, slots: int = 8, **options: Any) -> None:
        """An index with these sources (`src/a.c`)."""
        names = [os.fsencode(source) for source in sources or ("src/a.c",)]
        options = {"lock": self.lock_stamp(), **options}
        self.write(self.state / "index", formats.encode_index(names, slots=slots, **options))

    def digest(self, words: Sequence[str] | None = None) -> str:
        """The digest of a command in the project's root."""
        words = words or self.words()
        compiler = shutil.which(words[0], path=self.environment.get("PATH", ""))
        assert compiler
        return formats.command_digest(
            os.fsencode(self.root),
            os.fsencode(compiler),
            [os.fsencode(word) for word in words],
            self.environment,
        )

    def manifest_path(self, words: Sequence[str] | None = None) -> Path:
        """Where a command's manifest lies."""
        return self.state / "manifests" / self.digest(words)

    def manifest(self, *, built: bytes | None = RECIPE, **options: Any) -> bytes:
        """A manifest that depends on the source and stores its object."""
        records = options.pop("records", None) or [formats.FileRecord.of(self.source)]
        if built is not None:
            self.write(self.object_path(built), built)
        return formats.encode_manifest(records, built=built, **options)

    def object_path(self, built: bytes = RECIPE) -> Path:
        """Where an object lies."""
        return self.state / "objects" / formats.blake2b(built).hex()

    def put_manifest(self, words: Sequence[str] | None = None, **options: Any) -> Path:
        """The manifest in its place."""
        path = self.manifest_path(words)
        self.write(path, self.manifest(**options))
        return path

    def log(self) -> list[str]:
        """The lines of launcher.log."""
        path = self.state / "launcher.log"
        return path.read_text().splitlines() if path.exists() else []

    def swapped(self) -> bool:
        """Is the output the recipe's object? It must be that one or the compiler's."""
        content = self.output.read_bytes()
        assert content in (RECIPE, COMPILED)
        return content == RECIPE


def tree(directory: Path) -> dict[str, tuple[int, bytes]]:
    """Mode and content of every file below a directory, but for the launcher's state."""
    found = {}
    for path in sorted(directory.rglob("*")):
        name = str(path.relative_to(directory))
        if not name.startswith(".llmopt"):
            content = path.read_bytes() if path.is_file() else b""
            found[name] = (stat.S_IMODE(path.lstat().st_mode), content)
    return found


def ends(pid: int) -> bool:
    """Does the process end, or has it ended, within two seconds?"""
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False
