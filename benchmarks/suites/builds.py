"""Builds of a project as its user makes them: plain, through llmopt, and as the peers would.

Plain builds go through the launcher too, which only records their commands then: so it is known
which compiler was called, and whether it has seen the flags that a peer is about.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from llmopt.config.load import load
from llmopt.errors import ToolFailed
from llmopt.sandbox.run import Completed, Job, Sandbox, shell
from llmopt.toolchain.commands import launcher_path, read_records
from llmopt.workspace.tree import expand

_SANDBOX = Sandbox("off")
_TIMEOUT = 1800.0


def execute(
    command: str,
    build: Path,
    project: Path,
    environment: Mapping[str, str],
    *,
    fails: bool = False,
) -> Completed:
    """Runs a shell command of a project in one of its build directories.

    Raises ToolFailed when it fails, unless it may.
    """
    words = shell(expand(command, str(project), str(build), launcher_path()))
    job = Job(words, str(build), _TIMEOUT, environment)
    return _SANDBOX.run(job) if fails else _SANDBOX.check(job)


@dataclass(frozen=True)
class Builds:
    """Makes builds of the project at a directory, which has an llmopt.yaml."""

    project: Path
    environment: Mapping[str, str]

    def build(self, directory: Path, flags: str = "", *, launched: bool = False) -> Path:
        """Builds in a directory; it may hold files of an earlier build. Raises ToolFailed, also
        where the build does not hand the flags on to the compiler.
        """
        directory.mkdir(parents=True, exist_ok=True)
        section = load(self.project, self.environment).build
        more = {} if launched else {"LLMOPT_RECORD": str(_records(directory))}
        _records(directory).unlink(missing_ok=True)
        both = " ".join(filter(None, (self.environment.get("CFLAGS"), flags)))
        environment = {**self.environment, **more, **({"CFLAGS": both} if both else {})}
        for command in filter(None, (section.configure, section.build)):
            words = shell(expand(command, str(self.project), str(directory), launcher_path()))
            _SANDBOX.check(Job(words, str(self.project), section.timeout, environment))
        if not launched:
            _check_seen(directory, flags)
        return directory

    def profiled(self, directory: Path, train: str, compiler: str) -> Path:
        """A profile-guided build, trained by a command in it."""
        clang = is_clang(compiler)
        data = directory.with_suffix(".profile")
        self.build(directory, "-fprofile-generate")
        environment = {**self.environment, "LLVM_PROFILE_FILE": f"{data}/%p.raw"}
        execute(train, directory, self.project, environment)
        if clang:
            name = os.path.basename(compiler).replace("clang", "llvm-profdata")
            merged = f"{name} merge -o {data}/profile {data}/*.raw"
            execute(merged, directory, self.project, self.environment)
            shutil.rmtree(directory)
            return self.build(directory, f"-fprofile-use={data}/profile")
        # gcc looks for the counts of an object beside it.
        counts = {path.relative_to(directory): path.read_bytes() for path in _counts(directory)}
        shutil.rmtree(directory)
        for path, content in counts.items():
            (directory / path).parent.mkdir(parents=True, exist_ok=True)
            (directory / path).write_bytes(content)
        return self.build(directory, "-fprofile-use -Wno-missing-profile")


def place(work: Path, name: str) -> Path:
    """Where a build stands. All paths are equally long: the length of a path moves the stack."""
    return work / f"{name[:4]:_<4}"


def peers(builds: Builds, work: Path, compiler: str, train: str) -> dict[str, Callable[[], Path]]:
    """What makes the builds that llmopt is compared with, by the peer's name."""
    made = {
        "native": lambda: builds.build(place(work, "native"), "-march=native"),
        "pgo": lambda: builds.profiled(place(work, "pgo"), train, compiler),
    }
    if is_clang(compiler):
        made["polly"] = lambda: builds.build(place(work, "polly"), "-mllvm -polly")
    return made


def compiler_of(directory: Path) -> str:
    """The compiler that a plain build has called. Raises ValueError where it called none."""
    records = read_records(_records(directory))
    if not records:
        raise ValueError("the build compiles nothing through {launcher}")
    return records[-1].argv[0]


def is_clang(compiler: str) -> bool:
    """Whether a compiler is clang, by its own word."""
    said = _SANDBOX.check(Job((compiler, "--version"), "/", 60.0)).stdout
    return b"clang version" in said


def swapped(directory: Path) -> int:
    """How many objects of a build carry a recipe."""
    return sum(b".note.llmopt" in path.read_bytes() for path in directory.rglob("*.o"))


def commands(directory: Path) -> list[tuple[str, ...]]:
    """The compile commands of a plain build."""
    return [record.argv for record in read_records(_records(directory))]


def _records(directory: Path) -> Path:
    return directory.with_suffix(".commands")


def _counts(directory: Path) -> list[Path]:
    return list(directory.rglob("*.gcda"))


def _check_seen(directory: Path, flags: str) -> None:
    """Raises ToolFailed when no command of a build has the flags."""
    wanted = set(flags.split())
    if not any(wanted <= set(words) for words in commands(directory)):
        raise ToolFailed(
            f"the build does not hand CFLAGS on to the compiler: {flags}", status=0, output=""
        )
