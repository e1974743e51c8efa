"""Programs that call one function of a unit: the original, candidates, mutants.

The object is the unit's own text with the driver behind it, made by the unit's own command. It is
linked with the runtime, and with what the rest of the project gives where that is needed.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path

from llmopt.errors import NotApplicable, ToolError, ToolFailed
from llmopt.harness.constants import Constants, constants
from llmopt.harness.describe import describe
from llmopt.harness.description import Description
from llmopt.harness.divisions import divisions_told
from llmopt.harness.driver import driver_text, under
from llmopt.harness.records import Plan, Run, read_plan, read_runs
from llmopt.rewrite.altered import altered, altered_assembly, with_texts
from llmopt.rewrite.unit import UnitContext
from llmopt.sandbox.run import Job, Sandbox
from llmopt.toolchain.assembly import canonical
from llmopt.toolchain.compiler import COMPILE_TIMEOUT
from llmopt.toolchain.elf import ObjectFile
from llmopt.values.command import CODE
from llmopt.values.contract import Contract
from llmopt.values.step import AssemblyText, IrText, SourceText, Step

_RUNTIME_OPTIONS = ("-std=gnu11", "-O2", "-w")
#: The runtime's objects by compiler and machine: as long as the process lives they stay the same.
_RUNTIMES: dict[tuple[str, ...], tuple[tuple[str, bytes], ...]] = {}
_UNDEFINED = re.compile(r"undefined (?:reference to|symbol:?) [`'\"]?([\w.@]+)")
#: What changes the machine around the program by what it is given.
_HARMFUL = frozenset(
    """chmod chown creat execl execle execlp execv execve execvp fchmod fchown fopen fopen64 fork
    freopen ftruncate kill killpg link mkdir open open64 openat popen posix_spawn remove rename
    rmdir setuid socket symlink syscall system truncate unlink unlinkat vfork""".split()
)
#: What the runtime sees the calls of: as in runtime/locks.c.
_WRAPPED = (
    *(f"pthread_mutex_{what}" for what in ("lock", "trylock", "unlock")),
    *(f"pthread_cond_{what}" for what in ("signal", "broadcast")),
    *(f"pthread_rwlock_{what}" for what in ("rdlock", "wrlock", "unlock")),
    *("mtx_lock", "mtx_unlock", "cnd_signal", "cnd_broadcast"),
)
_WORD = re.compile(r"\b[A-Za-z_]\w*(?=\s*\()")
#: The build that says which inputs are inside the contract: undefined behaviour ends the program
#: there, with no runtime of its own.
_TRAPS = {
    "gcc": ("-fsanitize=undefined,float-cast-overflow", "-fsanitize-undefined-trap-on-error"),
    "clang": ("-fsanitize=undefined,float-cast-overflow", "-fsanitize-trap=all"),
}


#: Says to the runtime which edges a case runs over and what it compares (see runtime/reach.c and
#: runtime/nudge.c), and leaves conditions that stand one in the other apart: else there is one edge
#: behind all of them.
_EDGES = {
    "gcc": ("-fsanitize-coverage=trace-pc,trace-cmp", "--param=logical-op-non-short-circuit=0"),
    "clang": (
        "-fsanitize-coverage=trace-pc,trace-cmp",
        *("-mllvm", "-simplifycfg-branch-fold-threshold=0"),
    ),
}


@dataclass(frozen=True)
class Program:
    """A program that runs cases. `path` lives as long as the harness that made it.

    `writable` are directories that it may change. A `sanitized` one has a runtime of its own that
    needs more address space than there is memory.
    """

    path: Path
    sandbox: Sandbox = field(repr=False)
    environment: Mapping[str, str] = field(default_factory=dict)
    writable: tuple[str, ...] = ()
    sanitized: bool = False

    def plan(self, request: bytes, timeout: float = 60.0) -> Plan:
        """Asks for cases. Raises ToolError when the program does not end as it should."""
        return read_plan(self._asked(request, timeout))

    def runs(self, request: bytes, timeout: float = 60.0) -> list[Run]:
        """Runs cases. Raises ToolError when the program does not deliver them all."""
        return read_runs(self._asked(request, timeout))

    def _asked(self, request: bytes, timeout: float) -> bytes:
        with tempfile.NamedTemporaryFile(dir=self.path.parent, suffix=".request") as file:
            file.write(request)
            file.flush()
            done = self.sandbox.run(
                Job(
                    (str(self.path), file.name),
                    str(self.path.parent),
                    timeout,
                    environment={"PATH": "/usr/bin:/bin", **self.environment},
                    isolated=True,
                    writable=self.writable,
                    sanitized=self.sanitized,
                )
            )
        if done.timed_out:
            raise ToolError(f"the tests took more than {timeout:g} s")
        if done.status != 0:
            said = done.stderr[-1000:].decode("utf-8", "replace").strip()
            raise ToolError(f"the tests ended with status {done.status}: {said}")
        return done.stdout


class Harness:
    """Makes programs that call one function of a unit.

    `link` are objects and archives of the project that the unit may need; `observed` are values
    that the program was seen to call the function with; `compares_errno` says whether errno is
    part of what a call leaves. Raises NotApplicable, SourceError when the function cannot be
    called by made-up arguments.
    """

    def __init__(
        self,
        context: UnitContext,
        function: str,
        sandbox: Sandbox,
        *,
        link: Sequence[Path] = (),
        contract: Contract | None = None,
        compares_errno: bool = True,
        observed: Sequence[int] = (),
    ) -> None:
        self.context = context
        self.function = function
        self.contract = contract or Contract()
        self.compares_errno = compares_errno
        self._sandbox = sandbox
        self._link = tuple(link)
        self._observed = tuple(observed)
        self._whole: Harness | None = None
        self._count = 0
        self._directory = Path(tempfile.mkdtemp(prefix="llmopt-harness-"))
        weakref.finalize(self, shutil.rmtree, self._directory, ignore_errors=True)
        self.description: Description = under(describe(context, function), self.contract)

    def alone(self) -> Harness:
        """The same without the rest of the project, whose code is what its own build made it."""
        other = copy(self)
        # The programs stand in a directory that ends with this one.
        vars(other).update(_link=(), _whole=self)
        return other

    @cached_property
    def original(self) -> Program:
        """The program of the unit as it is."""
        return self.program(())

    @cached_property
    def strict(self) -> Program:
        """The original with traps where behaviour is undefined; as it is where none can be made.

        It tells the runtime what it does, as far as its compiler can make it tell.
        """
        family = self.context.compiler.identity.family
        edges = (*_TRAPS[family], *_EDGES[family])
        plain = self.context.content
        telling = divisions_told(self.context, self.description.closure)
        for text, options in ((telling, edges), (plain, edges), (plain, _TRAPS[family])):
            try:
                return self.program_of_text(text, options=options)
            except (NotApplicable, ToolFailed):
                continue  # an older compiler
        return self.original

    @property
    def is_strict(self) -> bool:
        """Whether undefined behaviour of the original is noticed."""
        return self.strict is not self.original

    def constants(self, steps: Sequence[Step] = ()) -> Constants:
        """The literals of the function, of what it calls, of the steps, and observed values."""
        found = self.description.constants + Constants(integers=self._observed)
        for step in steps:
            if isinstance(step, (SourceText, IrText, AssemblyText)):
                found += constants(step.text)
        return found

    def program(
        self,
        steps: Sequence[Step],
        *,
        options: Sequence[str] = (),
        link_options: Sequence[str] = (),
        lowering: Sequence[str] = (),
    ) -> Program:
        """The program with `steps` applied. Raises NotApplicable, SourceError, ToolFailed."""
        texts = [step for step in steps if isinstance(step, SourceText)]
        later = [step for step in steps if not isinstance(step, SourceText)]
        self._check_convention(texts, later)
        self._check_reach(texts)
        own = [option for step in texts for option in step.options]
        return self.program_of_text(
            with_texts(self.context, texts),
            later,
            options=[*own, *options],
            link_options=link_options,
            lowering=lowering,
        )

    def program_of_text(
        self,
        text: bytes,
        steps: Sequence[Step] = (),
        *,
        options: Sequence[str] = (),
        link_options: Sequence[str] = (),
        lowering: Sequence[str] = (),
    ) -> Program:
        """The program of another text of the whole unit, with steps below the source.

        Raises NotApplicable when symbols are missing, ToolFailed when the compiler refuses it.
        """
        return self.linked(self.object_of(text, steps, options, lowering), link_options)

    def object_of(
        self,
        text: bytes,
        steps: Sequence[Step] = (),
        options: Sequence[str] = (),
        lowering: Sequence[str] = (),
    ) -> bytes:
        """The object of a unit's text with the driver behind it."""
        whole = text + driver_text(self.description)
        return altered(self.context, whole, steps, (*options, "-w", "-Wno-error"), lowering)

    def linked(self, data: bytes, options: Sequence[str] = ()) -> Program:
        """The program of such an object."""
        self._count += 1
        made = self._directory / f"program{self._count}"
        unit = made.with_suffix(".o")
        unit.write_bytes(data)
        runtime = self._runtime()
        words = [
            *(self._compiler, "-no-pie", "-Wl,-z,now", "-Wl,-z,muldefs", "-o", str(made)),
            *self._machine,
            *(str(path) for path in (*runtime, unit)),
            *([str(self._rest)] if self._link else []),
            *(f"-Wl,--wrap={name}" for name in _WRAPPED),
            *options,
            *("-lm", "-lpthread"),
        ]
        try:
            self._sandbox.check(Job(tuple(words), str(self._directory), COMPILE_TIMEOUT))
        except ToolFailed as error:
            if missing := sorted(set(_UNDEFINED.findall(error.output))):
                names = ", ".join(missing[:5])
                raise NotApplicable(f"the unit needs {names}, which is not there") from error
            raise
        finally:
            unit.unlink()
        return Program(made, self._sandbox)

    def directory(self) -> Path:
        """A new directory that lives as long as the harness."""
        return Path(tempfile.mkdtemp(dir=self._directory))

    def _check_convention(self, texts: Sequence[SourceText], steps: Sequence[Step]) -> None:
        """Raises NotApplicable for assembly of a function that is called otherwise here.

        What only the unit calls, the compiler may give a convention of its own; the driver's call
        takes that away.
        """
        for step in steps:
            if not isinstance(step, AssemblyText) or not self.context.locate(step.function).static:
                continue
            content = with_texts(self.context, texts)
            whole = content + driver_text(self.description)
            options = [option for text in texts for option in text.options]
            here = altered_assembly(self.context, whole, (), (*options, "-w", "-Wno-error"))
            there = altered_assembly(self.context, content, (), options)
            if canonical(here, step.function) != canonical(there, step.function):
                raise NotApplicable(f"{step.function} is other code where a test can call it")

    def _check_reach(self, texts: Sequence[SourceText]) -> None:
        """Raises NotApplicable where made-up arguments could do harm: nothing holds them back."""
        if self._sandbox.isolates:
            return
        reached = set(self.description.reached)
        for path in self._link:
            made = ObjectFile(path.read_bytes()) if path.suffix == ".o" else None
            if made is not None and reached & made.defined.keys():
                reached |= made.undefined
        for step in texts:
            reached.update(_WORD.findall(step.text))
        if harmful := sorted(reached & _HARMFUL):
            raise NotApplicable(f"without isolation, nothing that calls {harmful[0]} is tried out")

    @property
    def _compiler(self) -> str:
        return self.context.compiler.identity.path

    @property
    def _machine(self) -> list[str]:
        """Options of the unit's command that say what machine it is for."""
        command = self.context.unit.command
        return [o for o in command.arguments(CODE) if o in ("-m32", "-m64", "-mx32", "-flto")]

    def _runtime(self) -> list[Path]:
        """The runtime's objects, in a directory of this harness."""
        key = (self._compiler, *self._machine)
        if key not in _RUNTIMES:
            _RUNTIMES[key] = self._compiled_runtime()
        directory = self._directory / "runtime"
        directory.mkdir(exist_ok=True)
        paths = [directory / name for name, _ in _RUNTIMES[key]]
        for path, (_, data) in zip(paths, _RUNTIMES[key], strict=True):
            if not path.exists():
                path.write_bytes(data)
        return paths

    def _compiled_runtime(self) -> tuple[tuple[str, bytes], ...]:
        with (
            tempfile.TemporaryDirectory(prefix="llmopt-harness-") as directory,
            as_file(files("llmopt.harness") / "runtime") as sources,
        ):
            names = sorted(str(path) for path in sources.glob("*.c"))
            words = (self._compiler, *_RUNTIME_OPTIONS, *self._machine, "-c", *names)
            self._sandbox.check(Job(words, directory, 120.0))
            made = sorted(Path(directory).glob("*.o"))
            return tuple((path.name, path.read_bytes()) for path in made)

    @cached_property
    def _rest(self) -> Path:
        """The project's other objects as an archive: only what is needed is taken from it."""
        path = self._directory / "rest.a"
        words = ("ar", "rcsL" if any(p.suffix == ".a" for p in self._link) else "rcs")
        job = Job((*words, str(path), *map(str, self._link)), str(self._directory), 60.0)
        self._sandbox.check(job)
        return path
