"""The runtime as an object, and a unit's object with the runtime in it."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path

from llmopt.errors import ToolError
from llmopt.sandbox.run import Job, Sandbox

_TIMEOUT = 120.0
_OPTIONS = (
    *("-std=gnu11", "-O2", "-fPIC", "-fvisibility=hidden", "-fno-stack-protector"),
    # An allocator must not be made of calls of itself.
    *("-fno-builtin-malloc", "-fno-builtin-calloc", "-fno-lto", "-Werror=implicit", "-c"),
)


@dataclass
class Runtime:
    """Compiled when it is first asked for."""

    sandbox: Sandbox
    _object: bytes | None = field(default=None, repr=False)

    def merged(self, unit: bytes) -> bytes:
        """One relocatable object of the unit's and the runtime: the project's own build links it as
        it would link the unit's. Raises ToolFailed, and ToolError where a tool is missing.
        """
        if self._object is None:
            self._object = self._compile()
        with tempfile.TemporaryDirectory(prefix="llmopt-shadow-") as directory:
            Path(directory, "unit.o").write_bytes(unit)
            Path(directory, "runtime.o").write_bytes(self._object)
            self._run(directory, tool("ld"), "-r", "-o", "both.o", "unit.o", "runtime.o")
            return Path(directory, "both.o").read_bytes()

    def _compile(self) -> bytes:
        with (
            tempfile.TemporaryDirectory(prefix="llmopt-shadow-") as directory,
            as_file(files("llmopt.shadow").joinpath("runtime")) as sources,
        ):
            texts = sorted(str(path) for path in Path(sources).glob("*.c"))
            self._run(directory, tool("cc"), *_OPTIONS, *texts)
            parts = sorted(path.name for path in Path(directory).glob("*.o"))
            self._run(directory, tool("ld"), "-r", "-o", "all", *parts)
            # What its files share is nobody else's: the program may use the same names.
            self._run(directory, tool("objcopy"), "--localize-hidden", "all", "runtime")
            return Path(directory, "runtime").read_bytes()

    def _run(self, directory: str, *argv: str) -> None:
        self.sandbox.check(Job(argv, directory, _TIMEOUT))


def tool(name: str) -> str:
    """The path of a program. Raises ToolError where it is missing."""
    found = shutil.which(name)
    if found is None:
        raise ToolError(f"shadow execution needs `{name}`, which is not installed")
    return found
