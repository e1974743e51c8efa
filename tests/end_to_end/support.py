"""A copy of the sample project, with a cache of its own, and what is done with it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from elftools.elf.elffile import ELFFile

from tests.resolvers import settled

SAMPLE = Path(__file__).parent / "sample"
WORKLOAD = ("400", "1")
TIMEOUT = 600
Result = subprocess.CompletedProcess[str]


def environment(cache: Path, changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """The tests' environment: no setting of the caller's shell, a cache of its own."""
    names = {k: v for k, v in os.environ.items() if not k.startswith("LLMOPT_") and k != "PWD"}
    wanted: dict[str, str | None] = {
        **names,
        "LLMOPT_CACHE_DIR": str(cache),
        "LC_ALL": "C",
        "COLUMNS": "200",
        **(changes or {}),
    }
    return {name: value for name, value in wanted.items() if value is not None}


@dataclass(frozen=True)
class Project:
    """A project at `root`; its users' cache is `cache`."""

    root: Path
    cache: Path
    compiler: str = "clang-19"

    # Processes

    def run(
        self,
        *command: object,
        cwd: Path | None = None,
        status: int | None = 0,
        changes: Mapping[str, str | None] | None = None,
        timeout: float = TIMEOUT,
    ) -> Result:
        """Runs a program to its end and checks its exit status."""
        done = subprocess.run(
            [str(word) for word in command],
            cwd=cwd or self.root,
            env=environment(self.cache, changes),
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout,
        )
        if status is not None:
            assert done.returncode == status, f"{command}\n{done.stdout}{done.stderr}"
        return done

    def start(self, *command: object) -> subprocess.Popen[str]:
        """Starts a program in a session of its own; both its outputs come through one pipe."""
        return subprocess.Popen(
            [str(word) for word in command],
            cwd=self.root,
            env=environment(self.cache),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # A shell ignores SIGINT for what it starts in the background, and that is inherited.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )

    def settle(self) -> None:
        """Waits for what resolvers do behind a build."""
        settled(self.root)

    def json(self, *words: str) -> Any:
        """What a verb prints with `--json`."""
        return json.loads(self.run("llmopt", *words, "--json").stdout)

    # Files

    def edit(self, name: str, old: str, new: str) -> Callable[[], None]:
        """Replaces a text that occurs once; the result puts it back."""
        path = self.root / name
        before = path.read_text()
        assert before.count(old) == 1, (name, old)
        path.write_text(before.replace(old, new))
        return lambda: void(path.write_text(before))

    @property
    def state(self) -> Path:
        return self.root / ".llmopt"

    @property
    def log(self) -> list[dict[str, Any]]:
        """The launcher's words, oldest first."""
        path = self.state / "launcher.log"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    @property
    def recipe(self) -> str:
        """The digest of the one recipe of the last run."""
        (digest,) = json.loads((self.state / "run.json").read_text())["recipes"]
        return str(digest)

    # One compile, as a build would do it

    def compile(
        self,
        source: str = "src/hot.c",
        *options: str,
        launched: bool = True,
        changes: Mapping[str, str | None] | None = None,
    ) -> bytes:
        """The object that stands after a compile command: always the same command."""
        output = self.root / "one.o"
        output.unlink(missing_ok=True)
        words = [self.compiler, "-O3", *options, "-Ioverride", "-Iinclude", "-c", source]
        launcher = ["llmopt"] if launched else []
        done = self.run(*launcher, *words, "-o", "one.o", changes=changes)
        assert done.stdout + done.stderr == ""
        return output.read_bytes()

    def plain_answer(self, *options: str, arguments: Sequence[str] = WORKLOAD) -> str:
        """What today's sources print when they are built without llmopt."""
        sources = sorted((self.root / "src").glob("*.c"))
        words = [self.compiler, "-O3", *options, "-Ioverride", "-Iinclude", *sources]
        self.run(*words, "-o", "plain")
        return self.run("./plain", *arguments).stdout


def without_python_half(directory: Path) -> dict[str, str]:
    """A PATH with a launcher on it that has no `llmopt-py` beside it."""
    programs = directory / "alone"
    programs.mkdir(exist_ok=True)
    shutil.copy2(str(shutil.which("llmopt")), programs)
    return {"PATH": f"{programs}:/usr/bin:/bin"}


def void(_: object) -> None:
    """Forgets a value."""


def note(data: bytes) -> list[str]:
    """The recipes that an object says it is made by."""
    section = ELFFile(BytesIO(data)).get_section_by_name(".note.llmopt")
    return [] if section is None else section.data().decode().split()


@dataclass(frozen=True)
class Build:
    """A user's build directory, made by one of the build tools."""

    project: Project
    directory: Path
    tool: str
    launched: bool = True
    compiler: str = "clang-19"

    def configure(self, *options: str) -> Build:
        """Configures the directory."""
        root, compiler = self.project.root, self.compiler
        if self.tool in ("Ninja", "Unix Makefiles"):
            launcher = ["-DCMAKE_C_COMPILER_LAUNCHER=llmopt"] if self.launched else []
            words = ["cmake", "-S", root, "-B", self.directory, "-G", self.tool, *launcher]
            words += [f"-DCMAKE_C_COMPILER={compiler}", "-DCMAKE_BUILD_TYPE=Release", *options]
            self.project.run(*words)
        elif self.tool == "Meson":
            changes = {"CC": f"llmopt {compiler}" if self.launched else compiler}
            words = ["meson", "setup", self.directory, root, *options]
            self.project.run(*words, changes=changes)
        return self

    def build(self, *, jobs: int = 2, status: int | None = 0, **changes: str | None) -> Result:
        """Builds what is not up to date."""
        return self.project.run(*self.command(jobs), status=status, changes=changes)

    def command(self, jobs: int = 2) -> list[object]:
        """The command that builds."""
        if self.tool == "Meson":
            return ["ninja", "-C", self.directory, "-j", jobs]
        if self.tool == "make":
            compiler = f"llmopt {self.compiler}" if self.launched else self.compiler
            return ["make", f"CC={compiler}", f"OUT={self.directory}", f"-j{jobs}"]
        return ["cmake", "--build", self.directory, "--parallel", jobs]

    def clean(self) -> None:
        """Removes what was built."""
        if self.tool == "make":
            self.project.run("make", f"OUT={self.directory}", "clean")
        else:
            words = ["ninja", "-C"] if self.tool == "Meson" else ["cmake", "--build"]
            target = ["-t", "clean"] if self.tool == "Meson" else ["--target", "clean"]
            self.project.run(*words, self.directory, *target)

    def path(self, name: str) -> Path:
        """Where the object of a source stands."""
        if self.tool == "Meson":
            return self.directory / "sample.p" / f"src_{name}.c.o"
        if self.tool == "make":
            return self.directory / f"{name}.o"
        return self.directory / "CMakeFiles" / "sample.dir" / "src" / f"{name}.c.o"

    def object(self, name: str) -> bytes:
        """The object of a source."""
        return self.path(name).read_bytes()

    def answer(self, *arguments: str) -> str:
        """What the program prints."""
        return self.project.run(self.directory / "sample", *(arguments or WORKLOAD)).stdout


def copy(project: Project, directory: Path, *, trees: bool = False) -> Project:
    """The project and its cache in another place, without what was built."""
    left_out = () if trees else ("build", "launcher.log")
    made = Project(directory / "project", directory / "cache", project.compiler)
    shutil.copytree(project.root, made.root, ignore=shutil.ignore_patterns(*left_out, "busy.lock"))
    if project.cache.exists():
        shutil.copytree(project.cache, made.cache)
    return made
