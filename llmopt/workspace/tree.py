"""A private build tree of the project, below `.llmopt/build/`.

The project's own commands configure and build it, through the launcher, which records each compile
command and, where an object was given for an output, puts that in place of the compiler's. So the
build tool itself relinks what depends on it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path

from llmopt.config.model import Config
from llmopt.errors import ToolError
from llmopt.sandbox.run import Beside, Completed, Job, Sandbox, shell
from llmopt.toolchain.commands import CommandParser, LeftToCompiler, read_records
from llmopt.values.command import Unit
from llmopt.values.digest import content_digest, digest

#: Times that a directory is moved away before a build that outlived its llmopt is given up on.
_ATTEMPTS = 100


class Tree:
    """One private build tree. Names of trees that are timed against each other are equally long,
    since the length of a path moves the stack.
    """

    def __init__(
        self,
        config: Config,
        sandbox: Sandbox,
        launcher: str,
        name: str,
        environment: Mapping[str, str] | None = None,
        *,
        sanitized: bool = False,
    ) -> None:
        self._config = config
        self._sandbox = sandbox
        self._launcher = launcher
        self._extra = dict(environment or {})
        self._sanitized = sanitized
        self.path = Path(config.state) / "build" / name
        # Beside the tree, not in it: a build may clean its directory.
        self._records = self.path.with_suffix(".commands")
        self._objects = self.path.with_suffix(".objects")
        self._stamp = self.path.with_suffix(".stamp")

    def prepare(self) -> None:
        """Configures where needed and builds. Raises ToolFailed with the build's own words."""
        wanted = self._configuration()
        if not self._stamp.exists() or self._stamp.read_text() != wanted:
            self._make_anew()
            if self._config.build.configure:
                self._do(self._config.build.configure)
            self._stamp.write_text(wanted)
        self.build()

    def build(self) -> None:
        """Builds what is not up to date. Raises ToolFailed."""
        self._do(self._config.build.build)

    def units(self, ignoring: str = "(?!)") -> list[Unit]:
        """The units of the project that the build compiled, each output once.

        Words that the pattern `ignoring` matches are left out of the commands: those that this
        tree's environment brought in. Raises ToolError when the build writes outside of the tree.
        """
        parser = CommandParser(self._sandbox, self._launcher)
        latest = {}
        for recorded in read_records(self._records):
            words = tuple(w for w in recorded.argv if not re.fullmatch(ignoring, w))
            command = parser.parse(replace(recorded, argv=words))
            if not isinstance(command, LeftToCompiler):
                latest[command.output_path] = Unit(self._config.root, command)
        for output in latest:
            # What stands there may be the user's own: nothing is ever put in its place.
            if not self._is_below(output, self.path.parent):
                raise ToolError(
                    f"the build writes {output}, outside of {self.path}: build.build has to put "
                    "everything into {build}"
                )
        return [
            unit
            for output, unit in sorted(latest.items())
            if os.path.exists(output)
            and self._is_below(output, self.path)
            and not unit.source.startswith("..")
        ]

    def place(self, outputs: Mapping[str, bytes]) -> None:
        """Makes the next build use these objects for these outputs, and the compiler's own for
        all others. Raises ToolFailed when the build then fails.
        """
        wanted = {self._slot(output): data for output, data in outputs.items()}
        # Killed at any point in between, the next call finds by its `.output` what is to be undone.
        for slot, output in self._placed().items():
            if slot not in wanted:
                (self._objects / slot).unlink(missing_ok=True)
                Path(output).unlink(missing_ok=True)
                (self._objects / f"{slot}.output").unlink()
        for output, data in outputs.items():
            path = self._objects / self._slot(output)
            if not _holds(path, data):
                path.with_name(f"{path.name}.output").write_text(output, "utf-8", "surrogateescape")
                path.write_bytes(data)
            if not _holds(Path(output), data):
                Path(output).unlink(missing_ok=True)
        self.build()
        for output, data in outputs.items():
            if Path(output).read_bytes() != data:
                raise ToolError(
                    f"the build did not take the object placed for {output}: does build.build go "
                    "through the launcher ({launcher})?"
                )

    def run(
        self,
        command: str,
        timeout: float,
        outside: Sequence[str] = (),
        *,
        builds: bool = False,
        shadow: Mapping[str, str] | None = None,
        writable: Sequence[str] = (),
        under: Sequence[str] = (),
    ) -> Completed:
        """Runs a command of the configuration in the tree, isolated. Only one that `builds` is
        told of this tree by variables: no other program has to know that it is under test.

        `shadow` is what a runtime in the program is told, `under` are the words of a program that
        runs the command, such as valgrind; both take more address space than there is memory. The
        command may write to the directories `writable` besides the tree.
        """
        variables = {**(self._variables() if builds else {}), **(shadow or {})}
        words = (*under, *shell(self.expand(command)))
        job = self._under_test(words, timeout, variables, writable)
        reserves = self._sanitized or shadow is not None or bool(under)
        return self._sandbox.run(replace(job, outside=tuple(outside), sanitized=reserves))

    def started(
        self,
        words: Sequence[str],
        command: str,
        timeout: float,
        shadow: Mapping[str, str],
        writable: Sequence[str] = (),
    ) -> AbstractContextManager[Beside]:
        """Starts `words` with a command of the configuration as the last of them, isolated, beside
        the caller. `shadow` and `writable` as in `run`.
        """
        argv = (*words, self.expand(command))
        job = self._under_test(argv, timeout, shadow, writable)
        return self._sandbox.started(replace(job, sanitized=True))

    def _under_test(
        self,
        argv: tuple[str, ...],
        timeout: float,
        variables: Mapping[str, str],
        writable: Sequence[str],
    ) -> Job:
        """A program under test in this tree."""
        return Job(
            argv=argv,
            cwd=str(self.path),
            timeout=timeout,
            environment={**self._sandbox.environment(), **self._extra, **variables},
            isolated=True,
            visible=(self._config.root, os.path.dirname(self._launcher)),
            writable=(str(self.path), *writable),
        )

    def expand(self, command: str) -> str:
        """A command of the configuration with its placeholders filled in."""
        command = self._config.workload.seeded(command)
        return expand(command, self._config.root, str(self.path), self._launcher)

    def content(self) -> str:
        """A digest of the objects in the tree: which program is measured here."""
        return digest(
            "tree",
            [
                (unit.source, unit.command.output, content_digest(read(unit.command.output_path)))
                for unit in self.units()
            ],
        )

    def _do(self, command: str) -> None:
        self._sandbox.check(
            Job(
                argv=shell(self.expand(command)),
                cwd=self._config.root,
                timeout=self._config.build.timeout,
                environment=self._environment(),
                contained=True,
            )
        )

    def _environment(self) -> dict[str, str]:
        # Within a build: its make's job slots are not ours.
        mine = {
            k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")
        }
        return {**mine, **self._extra, **self._variables()}

    def _variables(self) -> dict[str, str]:
        """What the launcher has to know of this tree."""
        return {
            "LLMOPT_RECORD": str(self._records),
            "LLMOPT_REPLACE": str(self._objects),
            # A candidate must not be kept as what the compiler makes of the source.
            "CCACHE_DISABLE": "1",
        }

    def _configuration(self) -> str:
        build = self._config.build
        return digest(
            "configuration",
            build.configure,
            build.build,
            self._launcher,
            sorted(f"{name}={value}" for name, value in self._extra.items()),
        )

    def _placed(self) -> dict[str, str]:
        return {
            path.name.removesuffix(".output"): path.read_text("utf-8", "surrogateescape")
            for path in self._objects.glob("*.output")
        }

    @staticmethod
    def _is_below(path: str, directory: Path) -> bool:
        return os.path.realpath(path).startswith(f"{os.path.realpath(directory)}/")

    @staticmethod
    def _slot(output: str) -> str:
        """The name under which the launcher looks for a replacement of an output."""
        return hashlib.blake2b(os.fsencode(output), digest_size=32).hexdigest()

    def _make_anew(self) -> None:
        """Empty directories. Raises ToolError while something else makes them again and again."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        for path in (self._records, self._stamp):
            path.unlink(missing_ok=True)
        for path in (self.path, self._objects):
            _make_empty(path)
        for old in self.path.parent.glob(".*.old"):
            shutil.rmtree(old, ignore_errors=True)


def _make_empty(path: Path) -> None:
    """An empty directory.

    A build that outlived its killed llmopt may still write: it keeps its tree under another name,
    and what it makes here after that goes as well, until it has ended.
    """
    for number in range(_ATTEMPTS):
        try:
            path.mkdir()
            return
        except FileExistsError:
            with suppress(FileNotFoundError):
                path.rename(path.with_name(f".{path.name}.{os.getpid()}.{number}.old"))
            time.sleep(0.1 * (number > 0))
    raise ToolError(f"something else writes into {path}: is a build of llmopt's still running?")


def _holds(path: Path, data: bytes) -> bool:
    return path.exists() and path.read_bytes() == data


def read(path: str) -> bytes:
    """An object in a tree. Raises ToolError when it is not there."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ToolError(f"{path} cannot be read: {error.strerror}; build again") from error


def expand(command: str, source: str, build: str, launcher: str) -> str:
    """Fills in `{source}`, `{build}` and `{launcher}`; other braces stay."""
    names = {"{source}": source, "{build}": build, "{launcher}": launcher}
    for name, value in names.items():
        command = command.replace(name, value)
    return command
