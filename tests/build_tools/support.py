"""The sample project in one place, and what builds of it leave behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.launcher import formats

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
VERBS = ("profile", "optimize", "report", "apply")
Result = subprocess.CompletedProcess[str]

#: A Python half whose recipe is the same command with one more macro. What is no verb of the
#: launcher is written down, or left to the real one.
_RESOLVER = """#!{python} -I
import json, os, subprocess, sys
from pathlib import Path
verb = sys.argv[1]
if calls := os.environ.get("TEST_CALLS"):
    made = [os.environ.get("MAKEFLAGS", ""), os.environ.get("MAKELEVEL", "")]
    with open(calls, "a") as file:
        file.write(json.dumps([os.getcwd(), sys.argv[1:], made]) + chr(10))
    raise SystemExit(0)
if verb != "resolve" or os.environ.get("LLMOPT_IDENTITY"):
    os.execv({real!r}, sys.argv)
sys.path.insert(0, {repository!r})
from tests.launcher import formats
root, words = Path(sys.argv[2]), sys.argv[4:]
command = os.environ["LLMOPT_COMMAND"]
built = root / ".llmopt" / (command + ".o")
words[words.index("-o") + 1] = str(built)
for option in ("-MF", "-MQ", "-MT"):
    if option in words:
        words[words.index(option) + 1] = str(built.with_suffix(".d"))
subprocess.run([*words, "-DBETTER"], check=True)
content = built.read_bytes()
records = [formats.FileRecord.of(root / "llmopt.yaml")]
for path, data in (
    (root / ".llmopt/objects" / formats.blake2b(content).hex(), content),
    (root / ".llmopt/manifests" / command, formats.encode_manifest(records, built=content)),
):
    path.write_bytes(data)
    path.chmod(0o644)
"""


@dataclass(frozen=True)
class Installation:
    """llmopt as pip installs it, in a virtual environment of its own."""

    prefix: Path

    @property
    def bin(self) -> Path:
        return self.prefix / "bin"

    @property
    def launcher(self) -> Path:
        return self.bin / "llmopt"

    @property
    def python(self) -> Path:
        return self.bin / "python"

    def says(self, option: str) -> str:
        """What `llmopt OPTION` prints."""
        words = [self.launcher, option]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.rstrip("\n")

    def replace_resolver(self) -> None:
        """Puts the tests' Python half in front of the real one."""
        half = self.bin / "llmopt-py"
        real = half.rename(self.bin / "llmopt-py.real")
        python = self.python.resolve()
        half.write_text(_RESOLVER.format(python=python, real=str(real), repository=str(REPOSITORY)))
        half.chmod(0o755)


class Sample:
    """A project at `root`, built in `build`; the launcher is on PATH.

    Builds that are compared are made at the same place: objects hold paths.
    """

    def __init__(self, root: Path, installation: Installation) -> None:
        self.root = root
        self.build = root / "build"
        self.installation = installation
        self.environment = {
            "PATH": f"{installation.bin}:/usr/bin:/bin",
            # Where this is not said, Meson puts ccache in front.
            "CXX": "c++",
            "LANG": "C",
            "HOME": str(root.parent),
            "CCACHE_DIR": str(root.parent / "ccache"),
            "LLMOPT_CACHE_DIR": str(root.parent / "cache"),
        }

    def fresh(self, source: Path) -> None:
        """The project anew, with nothing built."""
        shutil.rmtree(self.root, ignore_errors=True)
        shutil.copytree(source, self.root, ignore=shutil.ignore_patterns("__pycache__"))
        (self.root / "llmopt.yaml").write_text("version: 1\n")

    # Processes

    def run(
        self,
        *words: object,
        status: int | None = 0,
        cwd: Path | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Result:
        """A command in the project, to its end; it must leave with `status`."""
        done = subprocess.run(
            [str(word) for word in words],
            cwd=cwd or self.root,
            env=self.environment | dict(variables or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        if status is not None:
            assert done.returncode == status, f"{words}\n{done.stdout}{done.stderr}"
        return done

    def answer(self, name: str = "program") -> int:
        """The program's status: 1 with the compiler's object, 2 with the recipe's."""
        return self.run(self.build / name, status=None).returncode

    # Files

    def insert(self, marker: str, text: str, name: str = "CMakeLists.txt") -> None:
        """Puts a text where a comment of the build description says its place is."""
        path = self.root / name
        before = path.read_text()
        assert before.count(f"# {marker}\n") == 1
        path.write_text(before.replace(f"# {marker}\n", f"{text}\n"))

    def outputs(self) -> dict[str, bytes]:
        """Everything that the build made of the sources, and what configuring found out."""
        found = {}
        for path in sorted(self.build.rglob("*")):
            name = str(path.relative_to(self.build))
            if path.is_file() and _MADE.search(name) and not _NOT_MADE.search(name):
                found[name] = path.read_bytes()
        return found

    def clean(self) -> None:
        """Away with the objects, so that the build tool makes them anew."""
        for path in self.build.rglob("*.o"):
            path.unlink()

    # The launcher's state

    def make_hot(self, sources: Iterable[str]) -> None:
        """These sources are hot from now on; the tests' Python half has a recipe for each."""
        state = self.root / ".llmopt"
        for folder in ("manifests", "objects"):
            (state / folder).mkdir(parents=True, exist_ok=True)
        names = [os.fsencode(source) for source in sources]
        index = state / "index"
        index.write_bytes(formats.encode_index(names, slots=16, wait_ms=60000))
        index.chmod(0o644)

    def log(self) -> list[dict[str, Any]]:
        """What the launcher says of hot units, oldest first."""
        path = self.root / ".llmopt" / "launcher.log"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def swapped(self) -> set[str]:
        """The outputs that have a recipe's object; no other line may be in the log."""
        lines = self.log()
        assert {(line["action"], line["reason"]) for line in lines} <= {
            ("swapped", "resolved during the build")
        }, lines
        return {Path(line["output"]).name for line in lines}


class Calls:
    """What calls `llmopt`, from now on: a program of that name in front of the launcher."""

    def __init__(self, sample: Sample, directory: Path) -> None:
        self._file = directory / "calls"
        shim = directory / "shim" / "llmopt"
        shim.parent.mkdir()
        shim.write_text(
            f"#!/bin/sh\necho \"$*\" >>'{self._file}'\n"
            f"exec '{sample.installation.launcher}' \"$@\"\n"
        )
        shim.chmod(0o755)
        sample.environment["PATH"] = f"{shim.parent}:{sample.environment['PATH']}"

    def taken(self) -> list[str]:
        """The words of each call since the last look."""
        lines = self._file.read_text().splitlines() if self._file.exists() else []
        self._file.unlink(missing_ok=True)
        return lines


_MADE = re.compile(
    r"\.(o|a|so)$|(^|/)(program|config\.h|compile_commands\.json|CMakeC(XX)?Compiler\.cmake)$"
)
_NOT_MADE = re.compile(r"CompilerId|CMakeTmp|meson-private|^third/|^_deps/")


@dataclass(frozen=True)
class Way:
    """One way to build the sample, as commands. What it is compared with is configured by `plain`
    and built by `plain_build`, and has no llmopt in it.
    """

    configure: Sequence[str]
    build: Sequence[str]
    plain: Sequence[str]
    variables: Mapping[str, str]
    plain_build: Sequence[str] = ()
    hot: Sequence[str] = ("src/hot.c",)
    #: Names of objects that are swapped, and all outputs that hold them.
    swapped: Sequence[str] = ("hot.c.o",)
    changed: str = r"hot\.c\.o$|libpart\.so$"
    program: str = "program"
    #: CMake's and Meson's own files tell the words of the compiler.
    names_compiler: bool = False


class Checker:
    """Builds the sample in a way, and holds it against the same build without llmopt."""

    def __init__(self) -> None:
        self._plain: dict[tuple[str, ...], dict[str, bytes]] = {}

    def plain(self, sample: Sample, way: Way) -> dict[str, bytes]:
        """The outputs of a build without llmopt, made once for each way of building."""
        build = way.plain_build or way.build
        name = (*way.plain, *build)
        if name not in self._plain:
            sample.run(*way.plain)
            sample.run(*build)
            assert sample.answer(way.program) == 1
            self._plain[name] = sample.outputs()
            shutil.rmtree(sample.build)
        assert not sample.log()
        return self._plain[name]

    def check(self, sample: Sample, way: Way) -> None:
        """A cold build is the compiler's to the byte; in a hot one what is hot is the recipe's."""
        plain = self.plain(sample, way)
        sample.environment |= way.variables
        sample.run(*way.configure)
        sample.run(*way.build)
        cold = sample.outputs()
        assert cold.keys() == plain.keys()
        different = {name for name in plain if cold[name] != plain[name]}
        if way.names_compiler:
            different -= {n for n in plain if n.endswith(("CCompiler.cmake", "commands.json"))}
        assert different == set()
        assert sample.answer(way.program) == 1
        # Cold commands write nothing anywhere.
        assert not (sample.root / ".llmopt").exists()

        sample.make_hot(way.hot)
        sample.clean()
        sample.run(*way.build)
        hot = sample.outputs()
        assert sample.swapped() == set(way.swapped)
        assert sample.answer(way.program) == 2
        assert hot.keys() == cold.keys()
        changed = {name for name in cold if hot[name] != cold[name]}
        assert changed == {name for name in cold if re.search(way.changed, name)}
        assert changed

    def check_identity(
        self, sample: Sample, build: Sequence[str], plain: dict[str, bytes], sources: Iterable[str]
    ) -> None:
        """With every unit handled, beside the compiler and then in its place, nothing differs."""
        sample.environment["LLMOPT_IDENTITY"] = "1"
        for action in ("swapped", "direct"):
            (sample.root / ".llmopt" / "launcher.log").unlink(missing_ok=True)
            sample.clean()
            sample.run(*build)
            handled = {(Path(line["source"]).name, line["action"]) for line in sample.log()}
            assert handled == {(source, action) for source in sources}
            made = sample.outputs()
            assert {name: made[name] for name in plain} == plain
