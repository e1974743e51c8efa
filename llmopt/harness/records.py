"""What goes to the runtime and comes back: numbers of eight bytes, as runtime/main.c has them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from llmopt.errors import ToolError
from llmopt.harness.constants import Constants

_BITS = (1 << 64) - 1


class Mode(IntEnum):
    """What the runtime is asked for."""

    PLAN = 1
    RUN = 2
    SHOW = 3
    PLAN_GENERATED = 4


class Ending(IntEnum):
    """How a case ended; as in runtime/guard.h."""

    NOTHING = 0
    RETURNED = 1
    FAULTED = 2
    TOO_LONG = 3
    REFUSED = 4
    OUT_OF_CONTRACT = 5


@dataclass(frozen=True)
class Planned:
    """A case: its number, how many calls, the size in bytes of each buffer by its place, and the
    words of what is added to its numbers, as runtime/nudge.h has them.
    """

    number: int
    calls: int
    sizes: tuple[tuple[int, int], ...]
    nudges: tuple[int, ...]

    @property
    def is_sweep(self) -> bool:
        """Whether its calls are one sweep, of which only a digest is kept; as in runtime/case.c."""
        return bool(self.number >> 31 & 1)

    @property
    def generator(self) -> int:
        """Which of the contract's generators makes its arguments, from 1; 0: none."""
        return 0 if self.is_sweep else self.number >> 24 & 127


@dataclass(frozen=True)
class Plan:
    """The cases that the original takes, and how many it does not, by how they ended."""

    cases: tuple[Planned, ...]
    left_out: int
    dropped: dict[Ending, int]


@dataclass(frozen=True)
class Run:
    """What one case left behind. `status` is the process's own, as `waitpid` gives it.

    `near` is the buffer that a fault was beside, and how many bytes from its start.
    """

    number: int
    fill: int
    status: int
    ending: Ending
    signal: int
    error: int
    near: tuple[int, int] | None
    overfull: bool
    output: bytes
    errors: bytes
    state: bytes
    heap: bytes

    @property
    def returned(self) -> bool:
        """Whether the calls returned and all that they left was seen."""
        return self.ending is Ending.RETURNED and self.status == 0 and not self.overfull


def request(
    mode: Mode,
    seed: int,
    constants: Constants,
    planned: Sequence[Planned] = (),
    *,
    cases: int = 0,
    fills: int = 1,
    seconds: float = 0.0,
    case_seconds: float = 0.5,
) -> bytes:
    """The runtime's request. `seconds` bounds a plan, `case_seconds` one case (processor time)."""
    words = [mode, seed & _BITS, cases, int(seconds * 1e6), int(case_seconds * 1e6), fills]
    words += [len(constants.integers), *(i & _BITS for i in constants.integers)]
    words += [len(constants.floats)]
    parts = [struct.pack(f"={len(words)}Q", *words)]
    parts.append(struct.pack(f"={len(constants.floats)}d", *constants.floats))
    parts.append(struct.pack("=Q", len(constants.texts)))
    for text in constants.texts:
        parts += [struct.pack("=Q", len(text)), text, bytes(-len(text) % 8)]
    more = [len(planned)]
    for case in planned:
        more += [case.number, case.calls, len(case.sizes)]
        more += [word for pair in case.sizes for word in pair]
        more += [len(case.nudges) // 4, *case.nudges]
    parts.append(struct.pack(f"={len(more)}Q", *more))
    return b"".join(parts)


class _Reader:
    """Numbers and byte strings from the start of the records on."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self) -> int:
        """The next number. Raises ToolError when there is none."""
        if self._at + 8 > len(self._data):
            raise ToolError("the tests ended before all cases were run")
        (value,) = struct.unpack_from("=Q", self._data, self._at)
        self._at += 8
        return int(value)

    def signed(self) -> int:
        """The next number, with a sign."""
        value = self.number()
        return value - (1 << 64) if value >> 63 else value

    def content(self) -> bytes:
        """The next byte string, with its length in front and filled up to eight bytes."""
        size = self.number()
        taken = self._data[self._at : self._at + size]
        if len(taken) < size:
            raise ToolError("the tests ended before all cases were run")
        self._at += size + -size % 8
        return taken

    @property
    def done(self) -> bool:
        """Whether all is read."""
        return self._at == len(self._data)


def read_plan(data: bytes) -> Plan:
    """The plan that the runtime made. Raises ToolError when it is not whole."""
    reader = _Reader(data)
    cases = []
    while (letter := reader.number()) == ord("P"):
        number, calls, slots = reader.number(), reader.number(), reader.number()
        sizes = tuple((reader.number(), reader.number()) for _ in range(slots))
        nudges = tuple(reader.number() for _ in range(4 * reader.number()))
        cases.append(Planned(number, calls, sizes, nudges))
    if letter != ord("D"):
        raise ToolError("the plan of the tests cannot be read")
    left_out = reader.number()
    counts = [reader.number() for _ in range(8)]
    _end(reader, reader.number())
    dropped = {ending: counts[ending] for ending in Ending if counts[ending]}
    return Plan(tuple(cases), left_out, dropped)


def read_runs(data: bytes) -> list[Run]:
    """The runs that the runtime made. Raises ToolError when the end is missing."""
    reader = _Reader(data)
    runs = []
    while (letter := reader.number()) == ord("R"):
        runs.append(_run(reader))
    _end(reader, letter)
    return runs


def _run(reader: _Reader) -> Run:
    number, fill, status = reader.number(), reader.number(), reader.signed()
    ending, signal, error = Ending(reader.number()), reader.number(), reader.number()
    near = (reader.number(), reader.number(), reader.signed())
    return Run(
        number,
        fill,
        status,
        ending,
        signal,
        error,
        near[1:] if near[0] else None,
        bool(reader.number()),
        reader.content(),
        reader.content(),
        reader.content(),
        reader.content(),
    )


def _end(reader: _Reader, letter: int) -> None:
    if letter != ord("E") or not reader.done:
        raise ToolError("the tests ended otherwise than they should")
