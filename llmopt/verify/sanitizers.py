"""Sanitizer gate: no undefined behaviour, no memory error, no leak, in original and candidate.

Twice: on the project's own runs, and on generated cases of the function (see `harness.sanitized`).

A whole build under AddressSanitizer and UndefinedBehaviorSanitizer runs the checks of the
configuration (the workload, where there are none). An original that trips is refused: what other
code is made of it may behave in any way. Of the generated cases those in which it trips are left
out. IR is instrumented like source; of a donor the clean original is the evidence, since the
compiler derives it from that; what is assembly runs under valgrind besides (see `verify.memcheck`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from llmopt.config.model import WorkloadSection
from llmopt.errors import NotApplicable, SourceError, ToolError, ToolFailed
from llmopt.harness import sanitized
from llmopt.harness.suite import Suite
from llmopt.rewrite.altered import altered, with_texts
from llmopt.rewrite.build import build, source_step
from llmopt.rewrite.dispatcher import variants
from llmopt.rewrite.unit import UnitContext
from llmopt.sandbox.run import Sandbox
from llmopt.toolchain.elf import ObjectFile
from llmopt.values.command import Unit
from llmopt.values.step import AssemblyText, IrText, SourceText, Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from llmopt.verify.outputs import Outcome, difference, forget, outcome
from llmopt.workspace.tree import Tree, read

GATE = "sanitizers"

#: The launcher leaves instrumented compiles alone: they are read without these words.
_INSTRUMENTATION = r"-f(no-)?sanitize.*"
_SANITIZERS = "-fsanitize=address,undefined,float-cast-overflow"
_FLAGS = f"{_SANITIZERS} -fno-sanitize-recover=all -fno-omit-frame-pointer -g"
_TRIPPED = 99
#: The fewest cases that say anything.
FEWEST = 30
ENVIRONMENT = {
    "CFLAGS": _FLAGS,
    "CXXFLAGS": _FLAGS,
    "LDFLAGS": _SANITIZERS,
    "ASAN_OPTIONS": f"detect_leaks=1:exitcode={_TRIPPED}:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": f"print_stacktrace=1:halt_on_error=1:exitcode={_TRIPPED}",
}


@dataclass
class SanitizedBuild:
    """The instrumented build, made when it is first asked for."""

    tree: Tree
    section: WorkloadSection
    sandbox: Sandbox
    _original: list[Outcome] | None = None
    _fault: Verdict | None = None

    def judge(self, unit: Unit, steps: Sequence[Step]) -> Verdict:
        """Judges a candidate's source and IR in the instrumented build; of one whose assembly is
        another it says that the original is clean.
        """
        expected = self._expected()
        if self._fault is not None:
            return self._fault
        if not self._is_instrumented(unit):
            return Inconclusive(
                GATE,
                f"{unit.source} is not compiled with CFLAGS of the environment: no instrumentation",
            )
        texts = [step for step in steps if isinstance(step, SourceText)]
        modules = [step for step in steps if isinstance(step, IrText)]
        if any(isinstance(step, AssemblyText) for step in steps):
            texts, modules = [], []  # what they say is not what runs
        evidence: dict[str, str | int] = {"with": "address, undefined, leak"}
        if not texts and not modules:
            return Passed(GATE, {**evidence, "runs": len(expected), "on": "the original"})
        return self._candidate(unit, texts, modules, expected, evidence)

    def _candidate(
        self,
        unit: Unit,
        texts: Sequence[SourceText],
        modules: Sequence[IrText],
        expected: Sequence[Outcome],
        evidence: dict[str, str | int],
    ) -> Verdict:
        try:
            outputs = {}
            for twin in self.tree.units(_INSTRUMENTATION):
                if twin.source == unit.source:
                    context = UnitContext(twin, self.sandbox)
                    outputs[twin.command.output_path] = _object(context, texts, modules)
            self.tree.place(outputs)
        except (NotApplicable, SourceError, ToolError) as error:
            return Inconclusive(GATE, f"the instrumented candidate cannot be built: {error}")
        for old in expected:
            new = self._run(old.command)
            if found := difference(old, new):
                return Refuted(GATE, f"{found}{_report(new)}")
        return Passed(GATE, {**evidence, "runs": len(expected), "on": "the candidate"})

    def _is_instrumented(self, unit: Unit) -> bool:
        twins = [t for t in self.tree.units(_INSTRUMENTATION) if t.source == unit.source]
        return bool(twins) and all(
            any(s.startswith("__asan_") for s in ObjectFile(read(t.command.output_path)).undefined)
            for t in twins
        )

    def _expected(self) -> list[Outcome]:
        if self._original is None and self._fault is None:
            self._original = self._run_original()
        return self._original or []

    def _run_original(self) -> list[Outcome]:
        try:
            self.tree.prepare()
            self.tree.place({})
        except ToolFailed as error:
            self._fault = Inconclusive(GATE, f"the project cannot be built instrumented: {error}")
            return []
        found = [self._run(command) for command in self._commands()]
        for run in found:
            if run.timed_out or run.status < 0:
                self._fault = Inconclusive(
                    GATE,
                    f"`{run.command}` does not end by itself in the instrumented original "
                    f"(status {run.status})",
                )
            said = run.stdout + run.stderr
            if b"Sanitizer" in said or b"runtime error:" in said or run.status == _TRIPPED:
                self._fault = Refuted(
                    GATE,
                    f"the original itself trips a sanitizer in `{run.command}`: {_report(run)}",
                )
        if not self.tree.units(_INSTRUMENTATION):
            self._fault = Inconclusive(GATE, "the instrumented build compiled no unit")
        return found

    def _commands(self) -> Sequence[str]:
        return self.section.checks or (self.section.command,)

    def _run(self, command: str) -> Outcome:
        # Instrumented programs were seen to take up to ten times as long.
        forget(self.tree.path, self.section.files)
        done = self.tree.run(command, self.section.timeout * 10)
        return outcome(command, done, self.tree.path, self.section)


def _object(context: UnitContext, texts: Sequence[SourceText], modules: Sequence[IrText]) -> bytes:
    """The candidate's object in the instrumented build."""
    if not modules:
        return build(context, _rebase(context, texts)).object
    steps = [sanitized.marked(step, sanitized.ADDRESS) for step in modules]
    own = [option for step in texts for option in step.options]
    return altered(context, with_texts(context, texts), steps, own, _FLAGS.split())


def judge_cases(suite: Suite, steps: Sequence[Step]) -> Verdict:
    """Judges a candidate on generated cases: original and candidate instrumented."""
    harness = suite.harness
    try:
        kinds = sanitized.originals(harness)
        if not kinds:
            return Inconclusive(GATE, "no instrumented program of the function can be made here")
        known = suite.instrumented(steps)
        cases = sum(len(one.cases) for one in known)
        if cases < FEWEST:
            return Inconclusive(GATE, f"the original is clean in only {cases} cases")
        for kind in kinds:
            for copy in (steps, *variants(harness.context, steps)):
                candidate = sanitized.instrumented(harness, copy, kind)
                for one in known:
                    if (tripped := sanitized.trips(one, candidate)) is not None:
                        return Refuted(GATE, tripped)
    except (NotApplicable, SourceError, ToolError) as error:
        return Inconclusive(GATE, str(error))
    names = ", ".join(kind.name for kind in kinds)
    return Passed(GATE, {"cases": cases, "cases_with": names})


def together(runs: Verdict, cases: Verdict) -> Verdict:
    """What the project's own runs say, unless a generated case refutes."""
    if isinstance(runs, Refuted) or isinstance(cases, Refuted):
        return runs if isinstance(runs, Refuted) else cases
    if not isinstance(runs, Passed):
        return runs
    if isinstance(cases, Passed):
        return Passed(GATE, {**runs.evidence, **cases.evidence})
    return Passed(GATE, {**runs.evidence, "cases": f"none: {cases.reason}"})


def _rebase(context: UnitContext, texts: Sequence[SourceText]) -> list[SourceText]:
    """The same texts as rewrites of the instrumented unit.

    Its closures differ (the sanitizers define macros of their own), so the digests are made anew:
    what is judged here is the text, where it fits is judged elsewhere.
    """
    return [
        source_step(
            context,
            step.function,
            step.text.encode("utf-8", "surrogateescape"),
            step.helpers,
            (*step.options, *_FLAGS.split()),
        )
        for step in texts
    ]


def _report(run: Outcome) -> str:
    text = run.stderr.decode("utf-8", "replace")
    lines = [line for line in text.splitlines() if "rror" in line or "Sanitizer" in line]
    return f"\n{lines[0][:300]}" if lines else ""
