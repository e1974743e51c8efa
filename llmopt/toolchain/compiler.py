"""The project's compiler: what it is, and the few things llmopt asks of it.

Every call keeps the unit's own working directory, environment and options, so that what is made is
what the build would have made. Tools (`opt`, `llc`) come from the compiler's own directory: an
unsuffixed `opt` on PATH may be another version's.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal, Protocol

from llmopt.errors import NotApplicable, ToolError
from llmopt.sandbox.run import Job, Sandbox
from llmopt.toolchain import mca, remarks
from llmopt.toolchain.commands import with_recorded
from llmopt.toolchain.elf import ObjectFile
from llmopt.values.command import (
    CODE,
    COMPILER,
    DEPENDENCIES,
    LANGUAGE,
    NEUTRAL,
    OUTPUT,
    PREPROCESSOR,
    Command,
)
from llmopt.values.digest import Field, digest

Family = Literal["clang", "gcc"]

#: Seconds for one compile. Polly was seen to take 10 where it ended, and for ever where it did not.
COMPILE_TIMEOUT = 20.0
#: Seconds for the unit's own compile, which the build waits for as well.
_WHOLE_TIMEOUT = 600.0
_LAUNCHERS = ("ccache", "sccache", "distcc", "icecc", "llmopt")
#: Seconds; a younger program may change again without another stamp.
_YOUNG = 2.0
#: What gcc calls the assembly text that it hands on.
_TEMPORARY = re.compile(rb"/cc[A-Za-z0-9]{6}\.s\b")
_KEPT = CODE + PREPROCESSOR + NEUTRAL + LANGUAGE
_MISSING = re.compile(r'^ignoring nonexistent directory "(.*)"$', re.MULTILINE)
_DUPLICATE = re.compile(r'^ignoring duplicate directory "(.*)"$', re.MULTILINE)


@dataclass(frozen=True)
class Identity:
    """What a compiler calls itself. `version` is the whole first line of `--version`."""

    family: Family
    version: str
    target: str
    path: str

    @property
    def major(self) -> int:
        """Its major version, 0 when it does not say."""
        found = re.search(r"(?:version |\) )(\d+)\.", self.version)
        return int(found.group(1)) if found else 0


@dataclass(frozen=True)
class Compiled:
    """What a compile leaves behind: object, dependency file, and what it said on stderr."""

    object: bytes = field(repr=False)
    dependencies: bytes | None
    diagnostics: bytes


@dataclass(frozen=True)
class Reading:
    """How a compiler read a unit: the text, and where it looked for `#include "x"` and `<x>`.

    `missing` are directories that are left out because they do not exist, `duplicates` because they
    are others' by another name, as long as they are.
    """

    text: bytes = field(repr=False)
    quoted: tuple[str, ...]
    angled: tuple[str, ...]
    missing: tuple[str, ...]
    duplicates: tuple[str, ...]


class Memory(Protocol):
    """Where a compiler keeps what it says of itself; the cache is one."""

    def outcome(self, key: str) -> dict[str, Any] | None:
        """What was kept under a key."""

    def add_outcome(self, key: str, outcome: Mapping[str, Any]) -> None:
        """Keeps it."""


class Compiler:
    """One compiler, as a unit's command calls it."""

    def __init__(self, sandbox: Sandbox, command: Command, memory: Memory | None = None) -> None:
        self._sandbox = sandbox
        self._memory = memory
        self.command = command
        # Launchers in front of the compiler are for the build, not for experiments.
        self._words = command.compiler[-1:]

    @cached_property
    def identity(self) -> Identity:
        """Family, version and target. Raises ToolError for a compiler of another kind."""
        facts = self._remembered("identity", lambda: asdict(self._identify()), self._targets)
        return Identity(**facts)

    def _remembered(self, kind: str, ask: Callable[[], dict[str, Any]], *of: Field) -> Any:
        """What a compiler says of itself, asked once while its program and variables stay."""
        try:
            status = os.stat(os.path.realpath(self._program))
        except OSError:
            return ask()
        newest = max(status.st_mtime, status.st_ctime)
        if self._memory is None or newest > time.time() - _YOUNG:
            return ask()
        stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        key = digest(
            f"compiler-{kind}", self._program, self._words, stamp, self.command.environment, *of
        )
        known = self._memory.outcome(key)
        if known is None:
            known = ask()
            self._memory.add_outcome(key, known)
        return known

    @cached_property
    def _program(self) -> str:
        name = self._words[0]
        if os.path.dirname(name):
            return os.path.join(self.command.cwd, name)
        return shutil.which(name, path=self._path) or name

    @property
    def _path(self) -> str | None:
        return dict(self.command.environment).get("PATH", os.environ.get("PATH"))

    def _identify(self) -> Identity:
        text = self._run([*self._words, "--version"]).decode("utf-8", "replace")
        first = text.splitlines()[0] if text else ""
        if "clang" in first:
            family: Family = "clang"
        elif "Free Software Foundation" in text:
            family = "gcc"
        else:
            raise ToolError(f"{self._words[0]} is neither clang nor gcc: it says {first!r}")
        target = self._run([*self._words, *self._targets, "-dumpmachine"]).decode().strip()
        return Identity(family, first, target, os.path.realpath(self._program))

    @property
    def _targets(self) -> list[str]:
        words = self.command.arguments(CODE)
        pairs = zip_longest(words, words[1:], fillvalue="")
        found = [[w, v] if w == "-target" else [w] for w, v in pairs if _is_target(w)]
        return [word for words in found for word in words]

    @property
    def is_clang(self) -> bool:
        """Whether the compiler is clang."""
        return self.identity.family == "clang"

    def options(self, extra: Sequence[str] = ()) -> list[str]:
        """The unit's own options, then `extra`."""
        return [*self.command.arguments(_KEPT), *extra]

    def read(self) -> Reading:
        """What the unit is read from: its text with the `#include` directives that were followed,
        and the search list. Raises ToolFailed, NotApplicable for a configuration file.
        """
        words = [*self._words, *self.options(), "-E", "-dI", "-v", self._source(None)]
        job = self._job(words)
        done = self._sandbox.check(job)
        said = _text(done.stderr)
        if "search starts here" not in said:
            # What is read here is translated under other locales.
            quiet = replace(job, environment={**(job.environment or {}), "LC_ALL": "C"})
            said = _text(self._sandbox.check(quiet).stderr)
        if configured := _CONFIGURED.search(said):
            raise NotApplicable(f"the compiler reads options from a file: {configured.group(1)}")
        return Reading(
            done.stdout,
            _search_list(said, '"..."'),
            _search_list(said, "<...>"),
            tuple(_MISSING.findall(said)),
            tuple(_DUPLICATE.findall(said)),
        )

    def preprocess(self, source: str | None = None, extra: Sequence[str] = ()) -> bytes:
        """The unit's text after `-E`, line markers included. Raises ToolFailed."""
        return self._run([*self._words, *self.options(extra), "-E", self._source(source)])

    def macros(self) -> dict[str, str]:
        """The macros that hold at the unit's end: names, and the rest of their definitions.

        Raises ToolFailed.
        """
        words = [*self._words, *self.options(()), "-E", "-dM", self._source(None)]
        said = self._run(words).decode("utf-8", "replace")
        found = re.findall(r"^#define (\w+)(.*)$", said, re.MULTILINE)
        return dict(found)

    def object(self, source: str | None = None, extra: Sequence[str] = ()) -> tuple[bytes, str]:
        """The object of a source text compiled as the unit is, and what the compiler said.

        Raises ToolFailed when the compiler refuses the text.
        """
        return self._output([*self.options(extra), "-c", self._source(source)], ".o")

    def compiled(self) -> Compiled:
        """What the unit's very command leaves behind, made somewhere else.

        Raises ToolFailed when the compiler refuses it, NotApplicable for a command that leaves
        more than an object, a dependency file and diagnostics, or that says where it worked.
        """
        if not self.command.plain:
            raise NotApplicable("the command leaves more behind than can be kept")
        with tempfile.TemporaryDirectory(prefix="llmopt-") as directory:
            output, dependencies = (os.path.join(directory, name) for name in ("out.o", "out.d"))
            words = [*self._words, *_without_outputs(self.command), "-o", output]
            if self.command.dependencies:
                words += [*_targets(self.command), "-MF", dependencies]
            job = _working_in(self._job(words), directory)
            done = self._sandbox.check(replace(job, timeout=_WHOLE_TIMEOUT))
            made = Path(dependencies).read_bytes() if self.command.dependencies else None
            said = done.stderr + (made or b"")
            if done.stdout or os.fsencode(directory) in said or _TEMPORARY.search(said):
                raise NotApplicable("what the compiler says is different each time")
            return Compiled(
                Path(output).read_bytes(),
                made,
                done.stderr,
            )

    def assembly(self, source: str | None = None, extra: Sequence[str] = ()) -> str:
        """The unit's assembly text. Raises ToolFailed."""
        return _text(self._output([*self.options(extra), "-S", self._source(source)], ".s")[0])

    def assemble(self, text: str) -> bytes:
        """The object of an assembly text, under the unit's own code options. Raises ToolFailed."""
        with _file(text, ".s") as path:
            # -g would make line entries for the assembly text itself.
            options = [o for o in self.command.arguments(CODE) if not o.startswith("-g")]
            return self._output([*options, *self._quiet(), "-c", path], ".o")[0]

    def module(
        self, source: str | None = None, extra: Sequence[str] = (), *, optimized: bool = False
    ) -> str:
        """The unit's LLVM IR, before any pass unless `optimized`.

        Raises NotApplicable under gcc.
        """
        self._need_clang("LLVM IR")
        before = [] if optimized else ["-Xclang", "-disable-llvm-passes"]
        arguments = [*self.options(extra), *before, "-S", "-emit-llvm", self._source(source)]
        return _text(self._output(arguments, ".ll")[0])

    def assembly_of_module(self, module: str, extra: Sequence[str] = ()) -> str:
        """The assembly that the unit's own pipeline makes of an IR module. Raises ToolFailed."""
        with _file(module, ".ll") as path:
            options = [*self.command.arguments(CODE), *extra, *self._quiet()]
            return _text(self._output([*options, "-S", path], ".s")[0])

    def after_passes(self, module: str, passes: str) -> str:
        """An unoptimized module after an `opt` pipeline. Raises ToolFailed, NotApplicable."""
        opt = self.tool("opt")
        with _file(module, ".ll") as path:
            return _text(self._run([opt, f"-passes={passes}", "-S", path, "-o", "-"]))

    def analysed(self, module: str, passes: str) -> str:
        """What `opt` passes that print say of a module. Raises ToolFailed, NotApplicable."""
        opt = self.tool("opt")
        with _file(module, ".ll") as path:
            argv = [opt, f"-passes={passes}", "-disable-output", path]
            return _text(self._sandbox.check(self._job(argv)).stderr)

    def remarks(self, source: str | None = None, extra: Sequence[str] = ()) -> str:
        """What the compiler records of its optimizations; `remarks` reads it. Raises ToolFailed."""
        words = remarks.CLANG if self.is_clang else remarks.GCC
        options = [*self.options(extra), *words, "-S", self._source(source), "-o", os.devnull]
        return _text(self._run([*self._words, *options]))

    def remarks_of_module(self, module: str) -> str:
        """The same, of what the unit's own pipeline does with an IR module. Raises ToolFailed."""
        with _file(module, ".ll") as path:
            options = [*self.command.arguments(CODE), *remarks.CLANG, *self._quiet()]
            return _text(self._run([*self._words, *options, "-S", path, "-o", os.devnull]))

    def machine_code(self, text: str) -> str:
        """What llvm-mca foresees of assembly text that runs again and again; `mca` reads it.

        Raises ToolFailed, NotApplicable where it is not installed.
        """
        tool = self.tool("llvm-mca") if self.is_clang else mca.program()
        processor = mca.processor(self.command.arguments(CODE))
        with _file(text, ".s") as path:
            return _text(self._run([tool, f"-mcpu={processor}", *mca.OPTIONS, path]))

    def library(self, name: str) -> str:
        """The path of a library of the compiler's. Raises NotApplicable where it is not there."""
        found = self._say(f"-print-file-name={name}")
        if not os.path.isabs(found):
            raise NotApplicable(f"{name} of {self.identity.version} is not installed")
        return found

    def linked_with(self, data: bytes, library: str, symbol: str) -> bytes:
        """One relocatable object of an object and what a static library has for it and for a
        symbol. All of that is its own: other objects may have theirs.

        Raises ToolFailed, and ToolError where a tool is missing.
        """
        if (objcopy := shutil.which("objcopy")) is None:
            raise ToolError("objcopy is not on PATH")
        with tempfile.TemporaryDirectory(prefix="llmopt-") as directory:
            both, path, known = (os.path.join(directory, n) for n in ("both.o", "in.o", "symbols"))
            Path(path).write_bytes(data)
            Path(known).write_text("".join(f"{name}\n" for name in ObjectFile(data).defined))
            words = ("-r", "-nostdlib", f"-Wl,-u,{symbol}", path, library, "-o", both)
            self._run([*self._words, *self._targets, *words])
            self._run([objcopy, f"--keep-global-symbols={known}", both])
            return Path(both).read_bytes()

    def profile_text(self, raw: Sequence[str]) -> str:
        """What processes have counted, added up, as text. Raises ToolFailed, NotApplicable."""
        return _text(self._run([self.tool("llvm-profdata"), "merge", "--text", *raw, "-o", "-"]))

    @contextmanager
    def profile(self, text: str) -> Iterator[str]:
        """The file that the compiler reads such a text from. Raises as `profile_text`."""
        with _file(text, ".proftext") as path:
            made = f"{path}.profdata"
            self._run([self.tool("llvm-profdata"), "merge", path, "-o", made])
            yield made

    def tool(self, name: str) -> str:
        """A tool of the compiler's own version. Raises NotApplicable when it is not installed."""
        self._need_clang(name)
        beside = Path(self.identity.path).parent / name
        for candidate in (str(beside), shutil.which(f"{name}-{self.identity.major}")):
            if candidate and os.access(candidate, os.X_OK):
                return candidate
        raise NotApplicable(f"{name} of LLVM {self.identity.major} is not installed")

    @cached_property
    def include_directory(self) -> str:
        """The directory of the compiler's own headers (`stddef.h`)."""
        if self.is_clang:
            return f"{self._say('-print-resource-dir')}/include"
        return self._say("-print-file-name=include")

    def check_program(self) -> None:
        """Raises NotApplicable for a script or another launcher under a compiler's name: what it
        runs depends on more than its words; and for tools that are looked for in more places.
        """
        if os.path.basename(self.identity.path) in _LAUNCHERS:
            raise NotApplicable(f"{self._words[0]} is {self.identity.path}")
        for name in ("COMPILER_PATH", "GCC_EXEC_PREFIX"):
            if dict(self.command.environment).get(name):
                raise NotApplicable(f"{name} is set")
        if self.is_clang and any("sysroot" in w for w in self.command.arguments(PREPROCESSOR)):
            # Directories of a sysroot that are not there are left out without a word.
            raise NotApplicable("clang does not say where it looks in a sysroot")
        try:
            with open(self.identity.path, "rb") as program:
                start = program.read(4)
        except OSError as error:
            raise NotApplicable(f"{self.identity.path} cannot be read") from error
        if start != b"\x7fELF":
            raise NotApplicable(f"{self.identity.path} is a script")

    def configurations(self) -> list[str]:
        """Where a configuration file would be read from beside clang; none is there now."""
        if not self.is_clang:
            return []
        beside = Path(self.identity.path).parent
        names = ("clang.cfg", f"{self.identity.target}.cfg", f"{self.identity.target}-clang.cfg")
        return [str(beside / name) for name in names]

    def programs(self) -> list[str]:
        """The files that are the compiler: driver, the programs it starts, clang's libraries.

        By the names that they were called by as well: a link may lead elsewhere tomorrow.
        """
        assembler = shutil.which("as", path=self._path) or ""
        known = self._remembered("programs", lambda: {"paths": self._programs()}, assembler)
        found = list(known["paths"])
        return found if all(map(os.path.exists, found)) else self._programs()

    def _programs(self) -> list[str]:
        files = {self.identity.path, self._program}
        for name in ("cc1", "as"):
            if found := shutil.which(self._say(f"-print-prog-name={name}")):
                files |= {found, os.path.realpath(found)}
        if self.is_clang:
            libraries = Path(self.identity.path).parent.parent / "lib"
            for pattern in ("libLLVM*.so*", "libclang-cpp.so*"):
                files.update(os.path.realpath(path) for path in libraries.glob(pattern))
        return sorted(files)

    def _say(self, question: str) -> str:
        return _text(self._run([*self._words, question])).strip()

    def _quiet(self) -> list[str]:
        """Options that do not matter for this kind of input are no reason to warn."""
        return ["-Wno-unused-command-line-argument"] if self.is_clang else []

    def _need_clang(self, what: str) -> None:
        if not self.is_clang:
            raise NotApplicable(f"{what} does not exist under {self.identity.version}")

    def _source(self, source: str | None) -> str:
        return self.command.source if source is None else source

    def _output(self, arguments: Sequence[str], suffix: str) -> tuple[bytes, str]:
        with tempfile.TemporaryDirectory(prefix="llmopt-") as directory:
            path = os.path.join(directory, "out" + suffix)
            job = self._job([*self._words, *arguments, "-o", path])
            done = self._sandbox.check(_working_in(job, directory))
            return Path(path).read_bytes(), done.stderr.decode("utf-8", "replace")

    def _run(self, argv: Sequence[str]) -> bytes:
        return self._sandbox.check(self._job(argv)).stdout

    def _job(self, argv: Sequence[str]) -> Job:
        environment = with_recorded(self.command.environment)
        environment["LLMOPT_DISABLE"] = "1"
        return Job(tuple(argv), self.command.cwd, COMPILE_TIMEOUT, environment)


def _working_in(job: Job, directory: str) -> Job:
    """The job with its temporary files in a directory: one that is killed leaves them behind."""
    return replace(job, environment={**(job.environment or {}), "TMPDIR": directory})


def _is_target(word: str) -> bool:
    return word.startswith(("--target", "-m32", "-m64", "-mx32", "-m16")) or word == "-target"


def _without_outputs(command: Command) -> Iterator[str]:
    """The command's words behind the compiler's, without `-o` and `-MF` and their values."""
    words = iter(zip(command.argv, command.classes, strict=True))
    for word, letter in words:
        if letter == OUTPUT or (letter == DEPENDENCIES and word.startswith("-MF")):
            if word in ("-o", "-MF"):
                next(words)
        elif letter != COMPILER or word.startswith("-"):
            yield word
            if letter == DEPENDENCIES and word in ("-MT", "-MQ"):
                yield next(words)[0]


def _targets(command: Command) -> list[str]:
    """What names the object in the dependency file, where the command itself does not."""
    words = iter(command.arguments(DEPENDENCIES))
    for word in words:
        if word.startswith(("-MT", "-MQ")):
            return []
        if word == "-MF":
            next(words, "")
    return ["-MQ", command.output]


_CONFIGURED = re.compile(r"^(?:Configuration file: |Reading specs from (?=/))(.*)$", re.MULTILINE)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _search_list(text: str, form: str) -> tuple[str, ...]:
    """The directories that `cc -v` lists after `#include FORM search starts here:`."""
    found = re.search(
        rf"^#include {re.escape(form)} search starts here:\n((?: .*\n)*)", text, re.MULTILINE
    )
    return tuple(line[1:] for line in found.group(1).split("\n")[:-1]) if found else ()


@contextmanager
def _file(text: str, suffix: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="llmopt-") as directory:
        path = os.path.join(directory, "in" + suffix)
        Path(path).write_bytes(text.encode("utf-8", "surrogateescape"))
        yield path
