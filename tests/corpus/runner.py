"""The corpus: functions with right and wrong candidates, and what the gates say of each.

Every candidate is a file that ends with its expected verdict. A function's directory is made into a
project of its own, with `main.c` as the workload.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from llmopt.config.load import load
from llmopt.errors import LlmoptError
from llmopt.flow.gates import Gatekeeper
from llmopt.flow.session import Session
from llmopt.flow.trial import Subject, open_subject
from llmopt.harness.mutants import mutants
from llmopt.profile.hot import HotFunction
from llmopt.rewrite.build import assembly_digest, ir_digest, source_step
from llmopt.rewrite.unit import UnitContext
from llmopt.values.step import AssemblyText, IrText, Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict, describe
from llmopt.verify import tests

CORPUS = Path(__file__).parent
_LEVELS = {".c": "source", ".ll": "ir", ".s": "asm"}
_VERDICT = re.compile(r"^(?:/\*|;|#) verdict: (passed|refuted: (.*?))(?: \*/)?$")
_HELPERS = re.compile(r"^/\* helpers: (.*?) \*/\n")
_PROJECT = """\
version: 1
build:
  build: >-
    {{launcher}} {compiler} -O2 $CFLAGS -c {{source}}/unit.c -o {{build}}/unit.o &&
    {{launcher}} {compiler} -O2 $CFLAGS -c {{source}}/main.c -o {{build}}/main.o &&
    {compiler} $LDFLAGS {{build}}/unit.o {{build}}/main.o -o {{build}}/program -lm -lpthread
workload:
  command: "{{build}}/program"
  timeout: 10
gates:
  required: [{gates}]
  consulted: []
"""


@dataclass(frozen=True)
class Candidate:
    """One file: other text for a function at a level, and whether it is right."""

    path: Path
    level: str
    right: bool
    why: str

    @property
    def name(self) -> str:
        """The function and the file."""
        return f"{self.path.parent.name}/{self.path.name}"

    @property
    def text(self) -> str:
        """The text without the lines about it."""
        lines = self.path.read_text().splitlines()
        return _HELPERS.sub("", "\n".join(lines[:-1]) + "\n")

    @property
    def helpers(self) -> tuple[str, ...]:
        """The functions that the text defines besides."""
        found = _HELPERS.match(self.path.read_text())
        return tuple(found.group(1).split(", ")) if found else ()

    def step(self, context: UnitContext) -> Step:
        """The step that puts it in place. Raises LlmoptError where it does not fit the unit."""
        function = self.path.parent.name
        if self.level == "source":
            return source_step(context, function, self.text.encode(), self.helpers)
        compiler = context.compiler
        if self.level == "ir":
            module, optimized = compiler.module(), compiler.module(optimized=True)
            return IrText(function, ir_digest(module, optimized, function), self.text)
        return AssemblyText(function, assembly_digest(compiler.assembly(), function), self.text)


@dataclass(frozen=True)
class Judged:
    """What each gate says of a candidate by itself, and how long it took, in seconds."""

    candidate: Candidate
    verdicts: dict[str, Verdict]
    seconds: float

    @property
    def together(self) -> str:
        """What comes of it where all gates have to pass."""
        said = self.verdicts.values()
        if any(isinstance(verdict, Refuted) for verdict in said):
            return "refuted"
        if any(isinstance(verdict, Inconclusive) for verdict in said):
            return "inconclusive"
        return "passed"


def functions() -> list[Path]:
    """The directories of the corpus."""
    return sorted(path.parent for path in CORPUS.glob("*/unit.c"))


def candidates(directory: Path) -> list[Candidate]:
    """A function's candidates. Raises ValueError for a file without a verdict at its end."""
    found = []
    for path in sorted(directory.iterdir()):
        if path.suffix not in _LEVELS or path.name in ("unit.c", "main.c"):
            continue
        last = path.read_text().rstrip("\n").rpartition("\n")[2]
        if not (verdict := _VERDICT.match(last)):
            raise ValueError(f"{path} does not end with its verdict: {last!r}")
        right = verdict.group(1) == "passed"
        if right != path.name.startswith("right-"):
            raise ValueError(f"{path} does not say what its name says")
        found.append(Candidate(path, _LEVELS[path.suffix], right, verdict.group(2) or ""))
    return found


def survivors(directory: Path, scratch: Path, compiler: str = "clang-19") -> list[Candidate]:
    """The mutants that the function's tests do not tell from it, written as wrong candidates.

    Some of them may be equal to the original: that is for a person to see.
    """
    session = project(directory, scratch / "mutants", ["identity"], compiler)
    subject = open_subject(session, directory.name, "unit.c")
    harness = Gatekeeper(session, Silent()).suites.of(subject).harness
    alive = {(s.line, s.what, s.diff) for s in tests.scored(harness).survivors}
    into = scratch / "survivors" / directory.name
    into.mkdir(parents=True)
    found = []
    for number, mutant in enumerate(mutants(harness.context, directory.name)):
        if (mutant.line, mutant.what, mutant.diff) in alive:
            path = into / f"wrong-mutant-{number}.c"
            verdict = f"\n/* verdict: refuted: {mutant.what}, line {mutant.line} */\n"
            path.write_text(mutant.text.decode() + verdict)
            found.append(Candidate(path, "source", right=False, why=mutant.diff))
    return found


def project(directory: Path, scratch: Path, gates: Sequence[str], compiler: str) -> Session:
    """The function's project, built twice."""
    root = scratch / directory.name
    root.mkdir(parents=True)
    for name in ("unit.c", "main.c"):
        shutil.copy(directory / name, root)
    text = _PROJECT.format(compiler=compiler, gates=", ".join(gates))
    contract = directory / "contract.yaml"
    (root / "llmopt.yaml").write_text(text + (contract.read_text() if contract.exists() else ""))
    session = Session(load(root, {"LLMOPT_CACHE_DIR": str(scratch / "cache")}))
    session.original.prepare()
    session.original.place({})
    session.candidate.prepare()
    return session


def judge(
    directory: Path,
    scratch: Path,
    gates: Sequence[str],
    compiler: str = "clang-19",
    only: Sequence[Candidate] | None = None,
    *,
    each: bool = True,
) -> Iterator[Judged]:
    """What the gates say of a function's candidates: each of them, or all up to the first that
    refutes.
    """
    session = project(directory, scratch, gates, compiler)
    gatekeeper = Gatekeeper(session, Silent())
    subject = open_subject(session, directory.name, "unit.c")
    for candidate in candidates(directory) if only is None else only:
        start = time.perf_counter()
        verdicts = _verdicts(gatekeeper, subject, candidate, each=each)
        yield Judged(candidate, verdicts, time.perf_counter() - start)


def _verdicts(
    gatekeeper: Gatekeeper, subject: Subject, candidate: Candidate, *, each: bool
) -> dict[str, Verdict]:
    try:
        step = candidate.step(subject.context)
        return gatekeeper.judge_each(subject, (step,), all_of_them=each)
    except LlmoptError as error:
        return {"build": Inconclusive("build", str(error))}


def shown(judged: Judged) -> str:
    """The candidate and every gate that did not pass it, for a person."""
    lines = [f"{judged.candidate.name}: {judged.together}; {judged.candidate.why}"]
    lines += [f"  {describe(v)}" for v in judged.verdicts.values() if not isinstance(v, Passed)]
    return "\n".join(lines)


class Silent:
    """Nobody watches."""

    def stage(self, text: str) -> None:
        """A new stage has begun."""

    def function(self, function: HotFunction, trials: int) -> None:
        """Work on a function has begun."""

    def trying(self, function: str, move: str) -> None:
        """A version is about to be tried."""

    def trial(self, trial: object) -> None:
        """A version was tried."""

    def gate(self, function: str, verdict: Verdict) -> None:
        """A gate has judged."""

    def rounds(self, done: int, total: int) -> None:
        """So many rounds of a measurement are done."""
