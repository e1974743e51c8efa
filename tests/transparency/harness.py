"""Whole builds of a project with and without the launcher, at the same path, and what differs.

Paths get into debug info, dependency files and `__FILE__`: each build runs at the same place, in a
fresh copy of the sources, and what it left is then moved aside. Plain builds are compared with each
other first; what differs among them is not reproducible by itself. It is named in the report, and
only its kind and mode are compared.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from .commands import CONFIGURATION, forget_log, read_log
from .trees import STATE, Difference, Tree, compare, differing, snapshot

BUILDERS = ("cmake", "cmake-make", "meson", "autotools", "make")
MODES = ("pass", "identity")
SPY = Path(__file__).parent / "spy.c"
TIMEOUT = 3600

#: Names that hold the launcher's words in a form that no replacement of text undoes, and why.
NAMES_LAUNCHER = (
    (re.compile(r"(^|/)\.ninja_log$"), "a hash of each command, times"),
    (re.compile(r"(^|/)\.ninja_deps$"), "times; `ninja -t deps` is compared instead"),
    (re.compile(r"(^|/)meson-private/.*\.dat$"), "pickled, with the compiler's words"),
    (re.compile(r"(^|/)meson-logs/"), "a log with the compiler's words and times"),
    (re.compile(r"(^|/)config\.log$"), "a log with the compiler's words and times"),
)
#: What differs between two builds in what they say.
CLOCK = re.compile(rb"\b\d+(\.\d+)? ?(s|sec|seconds|ms)\b")
PROGRESS = re.compile(rb"^\[ *\d+(/\d+|%)\] ", re.MULTILINE)


@dataclass(frozen=True)
class Setting:
    """How a project is built."""

    project: Path
    builder: str
    compiler: str
    configure: tuple[str, ...] = ()
    source: str = "."
    targets: tuple[str, ...] = ()

    @property
    def out_of_tree(self) -> bool:
        """Is all that is built in a directory of its own?"""
        return self.builder in {"cmake", "cmake-make", "meson"}


@dataclass(frozen=True)
class Step:
    """One command of a build and what came of it."""

    name: str
    status: int
    stdout: bytes
    stderr: bytes


@dataclass(frozen=True)
class Build:
    """One build: its steps, what it left, what the launcher says, who called the compiler."""

    label: str
    jobs: int
    steps: tuple[Step, ...]
    tree: Tree
    temporary: Tree
    deps: Mapping[str, bytes]
    log: tuple[dict[str, Any], ...]
    compiles: int
    compiles_behind: int
    has_state: bool

    @property
    def reasons(self) -> Counter[str]:
        """Why units were left to the compiler."""
        return Counter(line["reason"] for line in self.log if line["action"] == "passed")

    def actions(self, action: str) -> int:
        """How many units the launcher says it did this with."""
        return sum(line["action"] == action for line in self.log)


@dataclass(frozen=True)
class Control:
    """What differs among plain builds: files with the reason, and steps."""

    varying: Mapping[str, str]
    varying_steps: frozenset[str]
    changed: tuple[str, ...] = ()


@dataclass
class Report:
    """All builds of one setting, and the differences of each launched one."""

    setting: Setting
    control: Control
    plain: list[Build] = field(default_factory=list)
    launched: list[tuple[Build, list[Difference]]] = field(default_factory=list)

    @property
    def differences(self) -> int:
        return sum(len(found) for _, found in self.launched)

    @property
    def failed(self) -> list[str]:
        """Steps of the first plain build that did not succeed: then little is compared."""
        return [step.name for step in self.plain[0].steps if step.status != 0]

    @property
    def normalised(self) -> frozenset[str]:
        """Files in which the launcher's words were taken out."""
        return frozenset().union(*(build.tree.normalised for build, _ in self.launched))


class Workshop:
    """A directory where builds take place, one after the other."""

    def __init__(self, directory: Path, launcher: Path, *, count: bool = False) -> None:
        self.directory = directory
        self.place = directory / "place"
        self.launcher = launcher
        (directory / "home").mkdir(parents=True)
        self.calls = directory / "calls"
        self.spy = directory / "spy.so" if count else None
        if self.spy:
            words = ["gcc", "-O2", "-shared", "-fPIC", SPY, "-o", self.spy]
            subprocess.run(words, check=True)

    def examine(
        self,
        setting: Setting,
        jobs: Sequence[int] = (1, 8),
        modes: Sequence[str] = MODES,
        controls: int = 2,
    ) -> Report:
        """Builds plain, then with the launcher, and compares. Leaves nothing behind."""
        kept = self.directory / "kept"
        kept.mkdir()
        try:
            return self._examine(setting, jobs, modes, controls)
        finally:
            for path in (kept, self.place, self.directory / "tmp"):
                shutil.rmtree(path, ignore_errors=True)

    def _examine(
        self, setting: Setting, jobs: Sequence[int], modes: Sequence[str], controls: int
    ) -> Report:
        plain = [
            self.build(setting, f"plain -j{count} {number}", count)
            for count in jobs
            for number in range(controls)
        ]
        report = Report(setting, control(plain), plain)
        for count in jobs:
            reference = next(build for build in plain if build.jobs == count)
            for mode in modes:
                for build in self._launched(setting, mode, count):
                    found = differences(report.control, reference, build)
                    report.launched.append((build, found))
        return report

    def _launched(self, setting: Setting, mode: str, jobs: int) -> Iterable[Build]:
        if mode == "pass":
            yield self.build(setting, f"pass -j{jobs}", jobs, launched=True)
            return
        first = self.build(setting, f"first -j{jobs}", jobs, identity=True)
        yield first
        yield self.build(setting, f"second -j{jobs}", jobs, identity=True, after=first)

    def build(
        self,
        setting: Setting,
        label: str,
        jobs: int,
        *,
        launched: bool = False,
        identity: bool = False,
        after: Build | None = None,
    ) -> Build:
        """One build from clean. `after` gives the launcher's state of an earlier one."""
        self._fill(setting, after)
        temporary = self.directory / "tmp"
        temporary.mkdir()
        self.calls.write_bytes(b"")
        launcher = str(self.launcher) if launched or identity else ""
        environment = self._environment(identity=identity)
        steps = []
        for name, words, variables in commands(setting, self.place, launcher, jobs):
            if name == "build":
                self.calls.write_bytes(b"")
            done = subprocess.run(
                words,
                cwd=self.place / setting.source,
                env={**environment, **variables},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=TIMEOUT,
            )
            steps.append(self._step(name, jobs, done))
            if done.returncode != 0:
                break
        calls = self.calls.read_bytes()
        deps = {name: _ninja_deps(self.place, name) for name in _ninja_logs(self.place)}
        kept = self.directory / "kept" / label
        kept.mkdir()
        os.rename(self.place, kept / "place")
        os.rename(temporary, kept / "tmp")
        normaliser = Words(bytes(self.launcher))
        return Build(
            label,
            jobs,
            tuple(steps),
            snapshot(kept / "place", normaliser),
            snapshot(kept / "tmp", normaliser),
            deps,
            tuple(read_log(kept / "place")),
            calls.count(b"c"),
            calls.count(b"b"),
            (kept / "place" / STATE).exists(),
        )

    def _fill(self, setting: Setting, after: Build | None) -> None:
        """Fresh sources, with the launcher's state; or the very same sources, but nothing built."""
        if after and setting.out_of_tree and self._sources_stand(setting, after):
            os.rename(after.tree.root, self.place)
            # The earlier build is compared already, and is not needed any more.
            shutil.rmtree(self.place / "build")
        else:
            shutil.copytree(
                setting.project,
                self.place,
                symlinks=True,
                ignore=shutil.ignore_patterns(".git", STATE),
            )
            (self.place / "llmopt.yaml").write_text(CONFIGURATION)
            if after and after.has_state:
                shutil.move(after.tree.root / STATE, self.place / STATE)
        if after:
            forget_log(self.place)

    def _sources_stand(self, setting: Setting, after: Build) -> bool:
        """Did a build leave the sources as they were? Configuring may rename some."""
        fresh = snapshot(setting.project, skip=(".git",)).entries
        left = snapshot(after.tree.root, skip=("build", "llmopt.yaml")).entries
        return dict(fresh) == dict(left)

    def _environment(self, *, identity: bool) -> dict[str, str]:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.directory / "home"),
            "TMPDIR": str(self.directory / "tmp"),
            "LANG": "C.UTF-8",
            "LLMOPT_CACHE_DIR": str(self.directory / "cache"),
        }
        if self.spy:
            environment |= {"LD_PRELOAD": str(self.spy), "TRANSPARENCY_CALLS": str(self.calls)}
        if identity:
            environment["LLMOPT_IDENTITY"] = "1"
        return environment

    def _step(self, name: str, jobs: int, done: subprocess.CompletedProcess[bytes]) -> Step:
        usual = Words(bytes(self.launcher))

        def said(text: bytes) -> bytes:
            text = CLOCK.sub(b"N s", usual(text))
            if name == "build" and jobs > 1:
                # Whoever is ready first speaks first.
                return b"\n".join(sorted(PROGRESS.sub(b"", text).split(b"\n")))
            return text

        return Step(name, done.returncode, said(done.stdout), said(done.stderr))


@dataclass(frozen=True)
class Words:
    """Takes the launcher's word out of text: a build tool that was told of it says so.

    Out of that of plain builds as well: a project may look for the program itself.
    """

    launcher: bytes

    def __call__(self, data: bytes) -> bytes:
        if not self.launcher or self.launcher not in data or b"\0" in data:
            return data
        word = re.escape(self.launcher)
        # As a word of a command, in a list of JSON or Python, and as the value of a variable.
        data = re.sub(rb"([\"'])" + word + rb"\1,\s+", b"", data)
        data = re.sub(word + rb" ", b"", data)
        return re.sub(rb"=" + word + rb"$", b"=", data, flags=re.MULTILINE)


def commands(
    setting: Setting, place: Path, launcher: str, jobs: int
) -> list[tuple[str, list[str], dict[str, str]]]:
    """Name, words and own variables of each step; the last must find all up to date."""
    source, out = place / setting.source, place / "build"
    more = list(setting.configure)
    compiler = f"{launcher} {setting.compiler}".strip()
    targets = list(setting.targets)
    if setting.builder in {"cmake", "cmake-make"}:
        generator = "Ninja" if setting.builder == "cmake" else "Unix Makefiles"
        words = ["cmake", "-S", str(source), "-B", str(out), "-G", generator]
        words += [f"-DCMAKE_C_COMPILER={setting.compiler}"]
        words += [f"-DCMAKE_C_COMPILER_LAUNCHER={launcher}"]
        if not any("CMAKE_BUILD_TYPE" in word for word in more):
            words += ["-DCMAKE_BUILD_TYPE=Release"]
        build = ["cmake", "--build", str(out), "--parallel", str(jobs)]
        build += ["--target", *targets] if targets else []
        return [("configure", [*words, *more], {}), ("build", build, {}), ("again", build, {})]
    if setting.builder == "meson":
        words = ["meson", "setup", str(out), str(source)]
        if not any("buildtype" in word for word in more):
            words += ["--buildtype=release"]
        build = ["ninja", "-C", str(out), f"-j{jobs}", *targets]
        changes = {"CC": compiler}
        return [
            ("configure", [*words, *more], changes),
            ("build", build, {}),
            ("again", build, {}),
        ]
    if setting.builder == "autotools":
        build = ["make", f"-j{jobs}", *targets]
        words = ["./configure", f"CC={compiler}", *more]
        return [("configure", words, {}), ("build", build, {}), ("again", build, {})]
    build = ["make", f"-j{jobs}", f"CC={compiler}", *more, *targets]
    return [("build", build, {}), ("again", build, {})]


def builder_of(source: Path) -> str:
    """The builder that a project's files speak of. Raises ValueError."""
    for name, builder in (
        ("CMakeLists.txt", "cmake"),
        ("meson.build", "meson"),
        ("configure", "autotools"),
        ("Makefile", "make"),
        ("makefile", "make"),
        ("GNUmakefile", "make"),
    ):
        if (source / name).exists():
            return builder
    raise ValueError(f"{source}: no CMakeLists.txt, meson.build, configure or Makefile")


def control(plain: Sequence[Build]) -> Control:
    """Compares plain builds with each other."""
    varying: dict[str, str] = {}
    steps = set()
    changed = []
    for one, other in combinations(plain, 2):
        for found in compare(one.tree, other.tree):
            if found.what == "exists" or found.what.startswith(("content", "target")):
                varying.setdefault(found.path, found.what.split()[0])
            else:
                # No build tool should do this: the harness cannot judge such a project.
                changed.append(str(found))
        for a, b in zip(one.steps, other.steps, strict=False):
            both_parallel = (one.jobs > 1) == (other.jobs > 1)
            if (a.stdout, a.stderr) != (b.stdout, b.stderr) and (
                both_parallel or a.name != "build"
            ):
                steps.add(a.name)
    return Control(varying, frozenset(steps), tuple(changed))


def differences(control: Control, plain: Build, launched: Build) -> list[Difference]:
    """Where a launched build is not the plain one."""
    found = []
    if len(plain.steps) != len(launched.steps):
        found.append(Difference("", "steps", str(len(plain.steps)), str(len(launched.steps))))
    for mine, theirs in zip(plain.steps, launched.steps, strict=False):
        if mine.status != theirs.status:
            found.append(Difference(mine.name, "status", str(mine.status), str(theirs.status)))
        for name in ("stdout", "stderr"):
            a, b = getattr(mine, name), getattr(theirs, name)
            if a != b and mine.name not in control.varying_steps:
                found.append(differing(f"{name} of {mine.name}", a, b))
    varying = {**control.varying, **_named(plain.tree, launched.tree)}
    found += compare(plain.tree, launched.tree, varying)
    found += compare(plain.temporary, launched.temporary)
    for name in sorted(plain.deps.keys() | launched.deps.keys()):
        a, b = plain.deps.get(name, b""), launched.deps.get(name, b"")
        if a != b:
            found.append(differing(f"ninja -t deps of {name}", a, b))
    if launched.has_state and not launched.log:
        found.append(Difference(STATE, "exists", "no", "yes"))
    return found


def excluded(report: Report) -> dict[str, str]:
    """Files of which only kind and mode were compared, and why."""
    named = {
        path: why
        for build, _ in report.launched
        for path, why in _named(report.plain[0].tree, build.tree).items()
    }
    varying = {
        path: f"not reproducible by itself ({what})"
        for path, what in report.control.varying.items()
    }
    return {**named, **varying}


def _named(*trees: Tree) -> dict[str, str]:
    return {
        path: why
        for tree in trees
        for path in tree.entries
        for pattern, why in NAMES_LAUNCHER
        if pattern.search(path)
    }


def _ninja_logs(place: Path) -> list[str]:
    return [str(path.parent.relative_to(place)) for path in sorted(place.rglob(".ninja_deps"))]


def _ninja_deps(place: Path, directory: str) -> bytes:
    """What ninja read from dependency files, which it deletes: sorted, without times."""
    words = ["ninja", "-C", str(place / directory), "-t", "deps"]
    done = subprocess.run(words, capture_output=True, check=False)
    entries = re.sub(rb", deps mtime \d+", b"", done.stdout).split(b"\n\n")
    return b"\n\n".join(sorted(entry.strip() for entry in entries))


def split_arguments(text: str) -> tuple[str, ...]:
    """Options that were given as one text."""
    return tuple(shlex.split(text))
