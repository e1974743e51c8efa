"""The cases of a function under sanitizers: AddressSanitizer with UndefinedBehaviorSanitizer, and
MemorySanitizer where the compiler is clang.

Each case has a process of its own, so a report ends it and nothing else. A case in which the
original trips is outside of its contract and says nothing of a candidate.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from llmopt.errors import NotApplicable, ToolError, ToolFailed
from llmopt.harness.compare import Expected, Oracle
from llmopt.harness.program import Harness, Program
from llmopt.harness.records import Ending, Mode, Run, request
from llmopt.toolchain import ir
from llmopt.values.step import Donor, IrText, Step

#: Seconds of processor time for one case.
_SECONDS = 2.0
#: Cases of a candidate that may take longer.
_SLOW = 3
_TRIPPED = 99
_ALWAYS = ("-g", "-fno-omit-frame-pointer", "-fno-sanitize-recover=all")
_REPORT = re.compile(
    r"^.*(?:runtime error: |ERROR: \w+Sanitizer: |WARNING: \w+Sanitizer: ).*$", re.MULTILINE
)


@dataclass(frozen=True)
class Kind:
    """A way to instrument. `flag` goes to the compiler and to the linker, `attributes` to functions
    that are given as IR.
    """

    name: str
    flag: str
    attributes: str
    clang_only: bool = False


ADDRESS = Kind(
    "address, undefined",
    "-fsanitize=address,undefined,float-cast-overflow",
    "sanitize_address",
)
MEMORY = Kind("memory", "-fsanitize=memory", "sanitize_memory", clang_only=True)
KINDS = (ADDRESS, MEMORY)
_ORIGINALS: WeakKeyDictionary[Harness, dict[Kind, Program]] = WeakKeyDictionary()
_ENVIRONMENT = {
    # Blocks that are left behind are compared with the original's.
    "ASAN_OPTIONS": f"detect_leaks=0:exitcode={_TRIPPED}:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": f"halt_on_error=1:exitcode={_TRIPPED}",
    "MSAN_OPTIONS": f"exit_code={_TRIPPED}",
}


def instrumented(harness: Harness, steps: Sequence[Step], kind: Kind) -> Program:
    """The program with `steps` applied, instrumented: source and IR, but not what is assembly.

    Raises NotApplicable, SourceError, ToolFailed.
    """
    compiler = harness.context.compiler
    if kind.clang_only and not compiler.is_clang:
        raise NotApplicable(f"{compiler.identity.family} has no {kind.flag}")
    try:
        # To MemorySanitizer all that other code has written is as if nobody had.
        made = (harness.alone() if kind is MEMORY else harness).program(
            [marked(step, kind) for step in steps if not isinstance(step, Donor)],
            options=(kind.flag, *_ALWAYS),
            link_options=(kind.flag,),
            lowering=(kind.flag,),
        )
    except ToolFailed as error:
        if re.search(r"cannot find .*(?:san|clang_rt)", error.output):
            raise NotApplicable(f"no runtime for {kind.flag} is installed") from error
        raise
    return replace(made, environment=_ENVIRONMENT, sanitized=True)


def originals(harness: Harness) -> dict[Kind, Program]:
    """The original, instrumented in all the ways that there are here; made once."""
    if harness not in _ORIGINALS:
        made = {}
        for kind in KINDS:
            try:
                made[kind] = instrumented(harness, (), kind)
            except (NotApplicable, ToolFailed):
                continue  # the unit, or the machine, has not what it takes
        _ORIGINALS[harness] = made
    return _ORIGINALS[harness]


def inside(harness: Harness, known: Oracle) -> Oracle:
    """The cases in which the original trips over nothing. Raises ToolError."""
    for kind, original in originals(harness).items():
        known = clean(known, original, kind)
    return known


def marked(step: Step, kind: Kind) -> Step:
    """A step whose code the instrumentation finds: IR says function by function."""
    if isinstance(step, IrText):
        return replace(step, text=ir.with_attributes(step.text, kind.attributes))
    return step


def clean(known: Oracle, original: Program, kind: Kind) -> Oracle:
    """The cases in which an instrumented original does not trip. Raises ToolError."""
    kept: list[Expected] = []
    left = list(known.cases)
    while left:
        runs = _runs(replace(known, cases=tuple(left)), original)
        kept += [expected for expected, run in zip(left, runs, strict=False) if run.returned]
        if not runs:
            raise ToolError(f"the original does not run with {kind.flag}")
        # A case that takes too long ends the run: the others come in another one.
        left = left[len(runs) :]
    tripped = len(known.cases) - len(kept)
    dropped = {**known.dropped, f"trips {kind.name}": tripped} if tripped else known.dropped
    return replace(known, cases=tuple(kept), dropped=dropped)


def trips(known: Oracle, candidate: Program) -> str | None:
    """What an instrumented candidate trips over first, for a person. Raises ToolError.

    A case that takes too long says nothing: what is instrumented is slow. A few may.
    """
    left = known.cases
    for _ in range(_SLOW + 1):
        runs = _runs(replace(known, cases=left), candidate)
        for run in runs:
            if not run.returned and run.ending is not Ending.TOO_LONG:
                return f"{report(run)} (case {run.number} of seed {known.seed})"
        left = left[len(runs) :]
        if not left:
            return None
    raise ToolError(f"more than {_SLOW} cases take too long instrumented")


def report(run: Run) -> str:
    """The sanitizer's line about a case that it ended."""
    said = run.errors.decode("utf-8", "replace")
    found = _REPORT.search(said)
    if found:
        return re.sub(r"^==\d+==", "", found.group(0)).strip()[:300]
    return f"it ends by {run.ending.name.lower().replace('_', ' ')} (status {run.status:#x})"


def _runs(known: Oracle, program: Program) -> list[Run]:
    planned = [expected.planned for expected in known.cases]
    return program.runs(
        request(Mode.RUN, known.seed, known.constants, planned, case_seconds=_SECONDS)
    )
