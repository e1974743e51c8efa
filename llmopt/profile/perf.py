"""Samples of a running program, by perf, attributed to out-of-line symbols.

Addresses are resolved here, through the mappings that perf recorded and the symbol tables of the
programs, because perf's own report merges functions of the same name in different units.
"""

from __future__ import annotations

import bisect
import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from llmopt.errors import ProfileError, SourceError
from llmopt.sandbox.run import Completed, Job, Sandbox
from llmopt.toolchain.elf import ObjectFile

#: Samples a second: high enough for a two-second workload, low enough not to be felt.
FREQUENCY = 1999
_EVENTS = ("cycles:u", "cpu-clock:u")
_TIMEOUT = 120.0


class Place(NamedTuple):
    """Where samples fell: program or library, symbol, and the source file that the symbol table
    names for a local symbol (empty for a global one).
    """

    program: str
    symbol: str
    file: str


@dataclass(frozen=True)
class Samples:
    """Weights by place: seconds for clock events, else cycles. `offsets` has them by the distance
    from the symbol's start, in bytes: that is the same wherever the program was loaded.
    """

    weights: Mapping[Place, float]
    event: str
    count: int = field(default=0)
    offsets: Mapping[Place, Mapping[int, float]] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """The weight of all samples."""
        return sum(self.weights.values())


class Runs(Protocol):
    """What can run a command with words in front of it: a build tree."""

    def run(self, command: str, timeout: float, outside: tuple[str, ...] = ()) -> Completed:
        """Runs a command."""


class Profiler:
    """perf on this machine. Raises ProfileError when it cannot sample here."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        if not shutil.which("perf"):
            raise ProfileError("perf is not installed: install linux-perf")
        self.event = self._find_event()

    def _find_event(self) -> str:
        said = ""
        for event in _EVENTS:
            with tempfile.TemporaryDirectory(prefix="llmopt-perf-") as directory:
                argv = (*_record(event, f"{directory}/perf.data"), "true")
                done = self._sandbox.run(Job(argv, directory, _TIMEOUT))
                if done.status == 0:
                    return event
                said = done.tail
        raise ProfileError(
            f"perf cannot sample here: {said}\n"
            "perhaps kernel.perf_event_paranoid is above 2; run `llmopt doctor`"
        )

    def sample(self, tree: Runs, command: str, timeout: float) -> tuple[Completed, Samples]:
        """Runs a command under perf; of one that was stopped there are no samples. Raises
        ProfileError when they cannot be read.
        """
        with tempfile.TemporaryDirectory(prefix="llmopt-perf-") as directory:
            data = f"{directory}/perf.data"
            done = tree.run(command, timeout, _record(self.event, data))
            if done.timed_out:
                # perf was ended with it, and what it wrote is not whole.
                return done, Samples({}, self.event)
            return done, self.read(data)

    def read(self, path: str) -> Samples:
        """The samples in a perf.data file. Raises ProfileError."""
        fields = "pid,event,period,ip"
        job = Job(
            (
                "perf",
                "script",
                "-f",
                "-i",
                path,
                "-F",
                fields,
                "--show-mmap-events",
                "--show-task-events",
            ),
            str(Path(path).resolve().parent),
            _TIMEOUT,
        )
        done = self._sandbox.run(job)
        if done.status != 0:
            raise ProfileError(f"{path} cannot be read by perf: {done.tail}")
        return parse(done.stdout.decode("utf-8", "surrogateescape"))


def _record(event: str, data: str) -> tuple[str, ...]:
    return (
        "perf",
        "record",
        "--no-bpf-event",
        "-q",
        "-e",
        event,
        "-F",
        str(FREQUENCY),
        "-o",
        data,
        "--",
    )


_MAPPED = re.compile(
    r"PERF_RECORD_MMAP2? (?P<pid>-?\d+)/-?\d+: \[(?P<start>0x[0-9a-f]+)\((?P<size>0x[0-9a-f]+)\) @ "
    r"(?P<offset>0x[0-9a-f]+|0) .*?\]: (?P<flags>\S+) (?P<path>.*)$"
)
_FORK = re.compile(r"PERF_RECORD_FORK\((?P<child>\d+):\d+\):\((?P<parent>\d+):\d+\)")
_EXEC = re.compile(r"PERF_RECORD_COMM exec: .*:(?P<pid>\d+)/\d+$")
_SAMPLE = re.compile(
    r"^\s*(?P<pid>\d+)\s+(?P<period>\d+)\s+(?P<event>\S+):\s+(?P<ip>[0-9a-f]+)\s*$"
)


def parse(text: str) -> Samples:
    """Samples from `perf script` output; none of a program that was over before the first."""
    mappings: dict[int, list[tuple[int, int, int, str]]] = {}
    weights: defaultdict[Place, float] = defaultdict(float)
    offsets: defaultdict[Place, defaultdict[int, float]] = defaultdict(lambda: defaultdict(float))
    event = ""
    count = 0
    for line in text.splitlines():
        if mapped := _MAPPED.search(line):
            if "x" in mapped["flags"]:
                start = int(mapped["start"], 16)
                entry = (start, start + int(mapped["size"], 16), int(mapped["offset"], 16))
                mappings.setdefault(int(mapped["pid"]), []).append((*entry, mapped["path"]))
        elif fork := _FORK.search(line):
            inherited = mappings.get(int(fork["parent"]), [])
            mappings.setdefault(int(fork["child"]), list(inherited))
        elif exec_ := _EXEC.search(line):
            mappings.pop(int(exec_["pid"]), None)
        elif sample := _SAMPLE.match(line):
            event = sample["event"]
            weight = int(sample["period"]) * (1e-9 if "clock" in event else 1.0)
            place, offset = _place(mappings.get(int(sample["pid"]), []), int(sample["ip"], 16))
            weights[place] += weight
            if offset is not None:
                offsets[place][offset] += weight
            count += 1
    return Samples(dict(weights), event, count, {p: dict(found) for p, found in offsets.items()})


def _place(mappings: list[tuple[int, int, int, str]], address: int) -> tuple[Place, int | None]:
    # The latest mapping of an address is the one that holds.
    for start, end, offset, path in reversed(mappings):
        if start <= address < end:
            return _symbols(path).at(path, address - start + offset)
    return Place("[unknown]", "[unknown]", ""), None


class _SymbolTable:
    """Functions of a program by file offset."""

    def __init__(self, path: str) -> None:
        self._starts: list[int] = []
        self._entries: list[tuple[int, str, str]] = []
        try:
            program = ObjectFile(Path(path).read_bytes())
        except (OSError, SourceError):
            return  # vdso, deleted files: samples there have no symbol
        entries = []
        for symbol in program.functions:
            for offset, start, size in program.segments():
                if start <= symbol.value < start + size:
                    at = symbol.value - start + offset
                    file = symbol.file if symbol.binding == "STB_LOCAL" else ""
                    entries.append((at, at + max(symbol.size, 1), symbol.name, file))
        for at, end, name, file in sorted(entries):
            self._starts.append(at)
            self._entries.append((end, name, file))

    def at(self, path: str, offset: int) -> tuple[Place, int | None]:
        """The place of a file offset, and how far it is from the symbol's start."""
        index = bisect.bisect_right(self._starts, offset) - 1
        if index >= 0 and offset < self._entries[index][0]:
            _, name, file = self._entries[index]
            return Place(path, name, file), offset - self._starts[index]
        return Place(path, "[unknown]", ""), None


_TABLES: dict[tuple[str, int, int], _SymbolTable] = {}


def _symbols(path: str) -> _SymbolTable:
    try:
        stat = Path(path).stat()
        key = (path, stat.st_mtime_ns, stat.st_ino)
    except OSError:
        key = (path, 0, 0)
    if key not in _TABLES:
        _TABLES[key] = _SymbolTable(path)
    return _TABLES[key]
