"""alive-tv of Alive2: does one function's LLVM IR refine another's, up to a bound on loops?

N. Lopes, J. Lee, C.-K. Hur, Z. Liu and J. Regehr, Alive2: Bounded Translation Validation for LLVM,
PLDI 2021. It prints for people; what is read here is the few forms that are known to mean
something, and everything else is no answer.
"""

from __future__ import annotations

import re
import shutil
import struct
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from llmopt.sandbox.run import Job, Sandbox

PROGRAM = "alive-tv"

#: Seconds for one question to the solver, and for all of one call; MB for the solver, and for all.
_QUERY, _CALL = 10, 40
_SOLVER_MEMORY, _MEMORY = 1024, 4096

_SUMMARY = re.compile(
    r"^Summary:\n  (\d+) correct transformations\n  (\d+) incorrect transformations\n"
    r"  (\d+) failed-to-prove transformations\n  (\d+) Alive2 errors\n\Z",
    re.MULTILINE,
)
_CORRECT = "Transformation seems to be correct!"
_WRONG = "Transformation doesn't verify!"
#: What it says where the target does something that the source does not.
_UNDEFINED = (
    "Source is more defined than target",
    "Target is more poisonous than source",
    "Target's return value is more undefined",
)
_DIFFERENCES = (
    *_UNDEFINED,
    "Value mismatch",
    "Mismatch in memory",
    "Source and target don't have the same return domain",
)
_ARGUMENT = re.compile(r"(?P<type>.+?) (?:[\w().]+ )*%(?P<name>\S+) = (?P<value>.+)")
_BITS = re.compile(r"#(?:x([0-9a-f]+)|b([01]+))\b")
_FLOATS = {"half": "e", "float": "f", "double": "d"}


@dataclass(frozen=True)
class Argument:
    """One argument of a counterexample: its name and type in the IR, and what was printed."""

    name: str
    type: str
    text: str

    @property
    def value(self) -> int | float | None:
        """The number: integers as signed ones. None for what is no number, such as a pointer."""
        found = _BITS.match(self.text)
        if found is None:
            return None
        bits = int(found[1], 16) if found[1] else int(found[2], 2)
        if form := _FLOATS.get(self.type):
            size = struct.calcsize(form)
            number: float = struct.unpack(f"<{form}", bits.to_bytes(size, "little"))[0]
            return number
        if integer := re.fullmatch(r"i(\d+)", self.type):
            width = int(integer[1])
            return bits - (1 << width) if width > 1 and bits >> (width - 1) else bits
        return None


@dataclass(frozen=True)
class Counterexample:
    """Arguments on which the two functions differ, and how. `memory`: whether it says what stood in
    memory as well, which the arguments alone do not repeat.
    """

    reason: str
    arguments: tuple[Argument, ...]
    outcome: tuple[str, ...]
    memory: bool

    @property
    def is_undefined(self) -> bool:
        """Whether the target does something undefined there, rather than something else."""
        return self.reason in _UNDEFINED

    def values(self) -> dict[str, int | float]:
        """The numbers among the arguments, by name in the IR."""
        return {a.name: a.value for a in self.arguments if a.value is not None}

    def __str__(self) -> str:
        given = ", ".join(f"{a.name} = {_short(a)}" for a in self.arguments)
        return "; ".join([f"{self.reason}, with {given or 'no arguments'}", *self.outcome])


@dataclass(frozen=True)
class Equal:
    """The target refines the source; `bounded`: for executions within the bound."""

    bounded: bool


@dataclass(frozen=True)
class Differs:
    """The target does not."""

    example: Counterexample


@dataclass(frozen=True)
class Unknown:
    """No answer. `hopeless`: another bound will not give one either."""

    reason: str
    hopeless: bool = field(default=False, compare=False)


Answer = Equal | Differs | Unknown


def installed() -> bool:
    """Whether the program is on PATH."""
    return shutil.which(PROGRAM) is not None


def refines(sandbox: Sandbox, source: str, target: str, function: str, bound: int) -> Answer:
    """Whether `function` of the module `target` does what that of `source` does, where no loop runs
    more than `bound` times. Raises ToolError when the program is not there.
    """
    with tempfile.TemporaryDirectory(prefix="llmopt-alive-") as directory:
        for name, module in (("source.ll", source), ("target.ll", target)):
            Path(directory, name).write_text(module, encoding="utf-8", errors="surrogateescape")
        done = sandbox.run(Job(command(function, bound), directory, _CALL))
    if done.timed_out:
        return Unknown(f"{PROGRAM} took more than {_CALL} s", hopeless=True)
    if done.status < 0:
        return Unknown(f"{PROGRAM} was ended by signal {-done.status}", hopeless=True)
    return read(done.stdout.decode("utf-8", "replace"), done.status)


def command(function: str, bound: int) -> tuple[str, ...]:
    """The call that compares `source.ll` with `target.ll`, where they stand.

    Memory that nobody wrote, and arguments that nobody gave, are outside of what C promises.
    """
    return (
        *("prlimit", f"--as={_MEMORY * 1_000_000}", "--", PROGRAM),
        *("--disable-undef-input", "--disable-poison-input"),
        *(f"--src-unroll={bound}", f"--tgt-unroll={bound}"),
        *(f"--smt-to={_QUERY * 1000}", f"--smt-max-mem={_SOLVER_MEMORY}"),
        *(f"--func={function}", "source.ll", "target.ll"),
    )


def read(text: str, status: int = 0) -> Answer:
    """The answer in what it printed about one function."""
    found = _SUMMARY.search(text)
    lines = text.splitlines()
    said = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    if found is None or status != 0:
        return Unknown(
            said[0] if said else f"exit status {status} without a summary", hopeless=True
        )
    counts = tuple(int(count) for count in found.groups())
    verdicts = [line for line in lines if line.startswith("Transformation ")]
    if warned := [line for line in lines if line.startswith("WARNING: ")]:
        return Unknown((said or warned)[0].removeprefix("WARNING: "))
    if counts == (1, 0, 0, 0) and not said:
        if verdicts == [_CORRECT]:
            # An edge to the sink stands for all that goes on beyond the bound.
            return Equal(bounded="#sink" in text or _searches(text))
        if verdicts == [f"{_CORRECT} (syntactically equal)"]:
            return Equal(bounded=False)
    if counts == (0, 1, 0, 0) and verdicts == [_WRONG] and len(said) == 1:
        example = _example(lines, said[0])
        if example is not None:
            return Differs(example)
    return Unknown(said[0] if said else f"not understood: {verdicts}", hopeless=_is_slow(said))


def _searches(text: str) -> bool:
    """Whether it had to unroll what libc does: it looks at the first bytes only."""
    return re.search(r"= (strlen|memcmp|bcmp) ", text) is not None


def _is_slow(said: list[str]) -> bool:
    return any("Timeout" in line or "emory" in line for line in said)


def _example(lines: list[str], reason: str) -> Counterexample | None:
    """The counterexample; None where one of its arguments is not of a known form."""
    kind = next((known for known in _DIFFERENCES if reason == known), None)
    if kind is None or "Example:" not in lines:
        return None
    arguments = []
    for line in lines[lines.index("Example:") + 1 :]:
        if not line:
            break
        found = _ARGUMENT.fullmatch(line)
        if found is None:
            return None
        arguments.append(Argument(found["name"], found["type"], found["value"]))
    outcome = tuple(
        line
        for line in lines
        if re.match(r"(Source value|Target value|Mismatch in|Mismatch is)\b", line)
    )
    memory = any(line.endswith("MEMORY STATE") for line in lines)
    return Counterexample(kind, tuple(arguments), outcome, memory)


def _short(argument: Argument) -> str:
    return argument.text if argument.value is None else repr(argument.value)
