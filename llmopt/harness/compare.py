"""The original against a candidate on generated cases, each in a process of its own.

A plan comes first: the original, built so that undefined behaviour ends it, says which cases it
takes and how long their buffers must be. Then the original as it is runs them twice, with other
content in all memory that nobody wrote: a case in which it is not the same both times says
nothing. What is left is what the candidate is held to.
"""

from __future__ import annotations

import re
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from llmopt.errors import ToolError
from llmopt.harness.constants import Constants
from llmopt.harness.program import Harness, Program
from llmopt.harness.records import Ending, Mode, Planned, Run, request

#: Seconds: for making a plan, for one case of it, and for one case of a candidate.
PLAN_SECONDS = 10.0
_TRY_SECONDS = 0.06
_CASE_SECONDS = 0.1
_CANDIDATE_SECONDS = 1.0
#: More calls of a case are not all shown.
_MANY = 3
_RETURN = re.compile(r"return of call (\d+)")
#: Cases by which most mistakes show.
_AT_FIRST = (10, 100)
#: Cases after which it is looked whether a candidate differs: most that do show it early.
_PARTS = (200, 1000)
#: Differing ones after which it is looked whether one of them counts.
_ASKED = (3, 20)
_T = TypeVar("_T")


@dataclass(frozen=True)
class Expected:
    """A case as the original leaves it. `unwritten`: bytes of the heap that nobody wrote."""

    planned: Planned
    run: Run
    unwritten: bytes


@dataclass(frozen=True)
class Oracle:
    """What the original does with the cases of one seed. `dropped` says why cases are not here."""

    seed: int
    constants: Constants
    cases: tuple[Expected, ...]
    dropped: Mapping[str, int]


@dataclass(frozen=True)
class Comparison:
    """What came of it. `difference` shows the first one; `incomplete` says why there is no word."""

    seed: int
    run: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    difference: str | None = None
    incomplete: str | None = None

    @property
    def agrees(self) -> bool:
        """Whether all cases were run, and none shows a difference."""
        return self.difference is None and self.incomplete is None

    def and_then(self, further: Comparison) -> Comparison:
        """With what further cases of the same candidate say."""
        dropped = dict(Counter(self.dropped) + Counter(further.dropped))
        return replace(further, seed=self.seed, run=self.run + further.run, dropped=dropped)


def oracle(
    harness: Harness,
    original: Program,
    seed: int,
    cases: int,
    constants: Constants,
    seconds: float = PLAN_SECONDS,
    *,
    generated_only: bool = False,
) -> Oracle:
    """What the original does with cases that are planned in so many seconds of processor time: all
    kinds, or those of the contract's generators alone.

    Raises ToolError when its program does not run to its end.
    """
    plan = harness.strict.plan(
        request(
            Mode.PLAN_GENERATED if generated_only else Mode.PLAN,
            seed,
            constants,
            cases=cases,
            seconds=seconds,
            case_seconds=_TRY_SECONDS,
        )
    )
    dropped: Counter[str] = Counter()
    for ending, count in plan.dropped.items():
        dropped[ending.name.lower().replace("_", " ")] += count
    return _run(original, seed, constants, plan.cases, dropped)


def replayed(known: Oracle, original: Program) -> Oracle:
    """What another program of the original does with the same cases. Raises ToolError."""
    planned = [expected.planned for expected in known.cases]
    return _run(original, known.seed, known.constants, planned, Counter(known.dropped))


def _run(
    original: Program,
    seed: int,
    constants: Constants,
    cases: Sequence[Planned],
    dropped: Counter[str],
) -> Oracle:
    """What a program of the original does with cases; dropped are those that say nothing."""
    runs = original.runs(
        request(Mode.RUN, seed, constants, cases, fills=2, case_seconds=_CASE_SECONDS)
    )
    kept = []
    for planned, first, second in zip(cases, runs[::2], runs[1::2], strict=True):
        if reason := _unfit(first, second):
            dropped[reason] += 1
        else:
            kept.append(Expected(planned, first, _unwritten(first.heap, second.heap)))
    return Oracle(seed, constants, tuple(kept), dict(dropped))


def compare(
    harness: Harness,
    original: Program,
    candidate: Program,
    seed: int,
    cases: int,
    constants: Constants | None = None,
) -> Comparison:
    """Compares a candidate with the original on fresh cases."""
    try:
        known = oracle(harness, original, seed, cases, constants or harness.constants())
    except ToolError as error:
        return Comparison(seed, 0, incomplete=f"the original: {error}")
    return against(harness, known, original, candidate)


def against(
    harness: Harness,
    known: Oracle,
    original: Program,
    candidate: Program,
    fit: Callable[[Sequence[Expected]], Sequence[Expected]] = tuple,
) -> Comparison:
    """Compares a candidate with what is known of the original. Of the cases that show a difference
    those count that `fit` keeps.
    """
    done = 0
    try:
        for part in _parts(known.cases, _PARTS):
            planned = [expected.planned for expected in part]
            runs = candidate.runs(
                request(
                    Mode.RUN,
                    known.seed,
                    known.constants,
                    planned,
                    case_seconds=_CANDIDATE_SECONDS,
                )
            )
            done += len(runs)
            found = [
                (expected, what)
                for expected, run in zip(part, runs, strict=False)
                if (what := _difference(harness, expected, run)) is not None
            ]
            for some in _parts(found, _ASKED):
                kept = fit([expected for expected, _ in some])
                for first, what in some if kept else ():
                    if first is kept[0]:
                        shown = _shown(harness, known, first, original, candidate, what)
                        return Comparison(known.seed, done, known.dropped, difference=shown)
            if len(runs) < len(planned):
                return Comparison(known.seed, done, known.dropped, incomplete="not all were run")
    except ToolError as error:
        return Comparison(known.seed, 0, known.dropped, incomplete=str(error))
    return Comparison(known.seed, done, known.dropped)


def _parts(cases: Sequence[_T], ends: Sequence[int]) -> Iterator[Sequence[_T]]:
    """The cases up to each of the ends, and the rest."""
    start = 0
    for end in (*ends, len(cases)):
        if cases[start:end]:
            yield cases[start:end]
        start = max(start, end)


def tells_apart(harness: Harness, known: Oracle, program: Program, seconds: float) -> bool:
    """Whether a case tells a program from the original; `seconds` (of processor time) bound one.

    A few cases come first: most mistakes show at once. Raises ToolError when the program does not
    run to its end.
    """
    for part in _parts(known.cases, _AT_FIRST):
        planned = [expected.planned for expected in part]
        asked = request(Mode.RUN, known.seed, known.constants, planned, case_seconds=seconds)
        runs = program.runs(asked)
        for expected, run in zip(part, runs, strict=False):
            if _difference(harness, expected, run) is not None:
                return True
        if len(runs) < len(part):
            return True  # it ends at a case that takes too long
    return False


def telling(harness: Harness, known: Oracle, program: Program) -> int:
    """How many cases tell a program from the original; those behind one that takes too long are not
    run. Raises ToolError when the program does not run to its end.
    """
    planned = [expected.planned for expected in known.cases]
    asked = request(Mode.RUN, known.seed, known.constants, planned, case_seconds=_CANDIDATE_SECONDS)
    runs = program.runs(asked)
    pairs = zip(known.cases, runs, strict=False)
    return sum(_difference(harness, expected, run) is not None for expected, run in pairs)


# --- one case -----------------------------------------------------------------------------------


def _unfit(first: Run, second: Run) -> str | None:
    """Why a case says nothing, if it does not."""
    for run in (first, second):
        if run.overfull:
            return "too much to compare"
        if not run.returned:
            return run.ending.name.lower().replace("_", " ")
    same = (
        first.state == second.state
        and first.output == second.output
        and first.errors == second.errors
        and first.error == second.error
        and len(first.heap) == len(second.heap)
    )
    return None if same else "differs from itself"


def _unwritten(first: bytes, second: bytes) -> bytes:
    """A mask: 0xff for the bytes of the heap that are the same in both runs; empty if all are."""
    if first == second:
        return b""
    return bytes(0xFF if a == b else 0 for a, b in zip(first, second, strict=True))


def _masked(data: bytes, mask: bytes) -> bytes:
    if not mask or len(data) != len(mask):
        return data
    value = int.from_bytes(data, "little") & int.from_bytes(mask, "little")
    return value.to_bytes(len(data), "little")


def _difference(harness: Harness, expected: Expected, new: Run) -> str | None:
    old = expected.run
    if not new.returned:
        return _ended(harness, new)
    for name, before, after in (
        ("what it prints", old.output, new.output),
        ("what it says on stderr", old.errors, new.errors),
    ):
        if before != after:
            return f"{name}: {_text(before)} in the original, {_text(after)} in the candidate"
    if old.state != new.state:
        return "what it leaves behind"
    if _masked(old.heap, expected.unwritten) != _masked(new.heap, expected.unwritten):
        return "what it leaves on the heap"
    if old.error != new.error and harness.compares_errno:
        return f"errno: {old.error} in the original, {new.error} in the candidate"
    return None


def _ended(harness: Harness, run: Run) -> str:
    if run.ending is Ending.TOO_LONG:
        return "the candidate does not end in time"
    if run.ending is Ending.REFUSED:
        return "the candidate frees what it may not, or writes beyond a block"
    if run.ending is Ending.FAULTED:
        try:
            name = signal.Signals(run.signal).name
        except ValueError:
            name = f"signal {run.signal}"
        if run.near is not None:
            return f"the candidate ends by {name} at buf{run.near[0]}{run.near[1]:+d} bytes"
        return f"the candidate ends by {name}"
    if run.overfull:
        return "the candidate leaves more behind than the original"
    del harness
    return f"the candidate ends its process (status {run.status:#x})"


def _text(data: bytes) -> str:
    shown = data[:60].decode("utf-8", "backslashreplace")
    return repr(shown + ("..." if len(data) > 60 else ""))


# --- for a person ---------------------------------------------------------------------------------


def _shown(
    harness: Harness,
    known: Oracle,
    expected: Expected,
    original: Program,
    candidate: Program,
    what: str,
) -> str:
    """The first difference, with the call and both values, from a second run of the one case."""
    if expected.planned.is_sweep:
        expected = _cut(known, expected, original, candidate)
    asked = request(
        Mode.SHOW,
        known.seed,
        known.constants,
        [expected.planned],
        fills=2,
        case_seconds=_CANDIDATE_SECONDS,
    )
    place = f"case {expected.planned.number} of seed {known.seed}"
    try:
        old, new = _lines(original, asked), _lines(candidate, asked)
    except ToolError as error:
        return f"{what}; {place} cannot be shown: {error}"
    calls = [line for line in old[0] if line.startswith(f"{harness.function}(")]
    if what.startswith("what it leaves"):
        what = _first(old, new) or f"{what}, at another time"
    return f"{_called(calls, what) or harness.function}: {what} ({place})"


def _cut(known: Oracle, sweep: Expected, original: Program, candidate: Program) -> Expected:
    """A sweep up to the first call that shows the difference; as it is where none is found."""

    def differs(calls: int) -> bool:
        part = replace(sweep.planned, calls=calls)
        asked = request(
            Mode.RUN, known.seed, known.constants, [part], case_seconds=_CANDIDATE_SECONDS
        )
        (old,), (new,) = original.runs(asked), candidate.runs(asked)
        return not new.returned or (old.state, old.heap) != (new.state, new.heap)

    same, most = 0, sweep.planned.calls
    try:
        while most - same > 1:
            middle = (same + most) // 2
            same, most = (same, middle) if differs(middle) else (middle, most)
    except ToolError:
        return sweep
    return replace(sweep, planned=replace(sweep.planned, calls=most))


def _called(calls: Sequence[str], what: str) -> str:
    """The calls; of many the one that shows the difference."""
    if len(calls) <= _MANY:
        return " then ".join(calls)
    found = _RETURN.match(what)
    number = int(found.group(1)) if found else len(calls)
    return f"call {number} of {len(calls)}, {calls[number - 1]}"


def _lines(program: Program, asked: bytes) -> list[list[str]]:
    """The lines of the case in both of its runs."""
    return [
        (run.state + run.heap).decode("utf-8", "backslashreplace").splitlines()
        for run in program.runs(asked)
    ]


def _first(old: Sequence[Sequence[str]], new: Sequence[Sequence[str]]) -> str | None:
    """The first line that differs, but for lines in which the original differs from itself."""
    for at, line in enumerate(old[0]):
        if at < len(old[-1]) and old[-1][at] != line:
            continue
        other = new[0][at] if at < len(new[0]) else "nothing"
        if other != line:
            name, _, value = line.partition(" = ")
            same, _, found = other.partition(" = ")
            if name == same:
                return f"{name} is {value} in the original, {found} in the candidate"
            return f"{line} in the original, {other} in the candidate"
    if len(new[0]) > len(old[0]):
        return f"{new[0][len(old[0])]} in the candidate alone"
    return None
