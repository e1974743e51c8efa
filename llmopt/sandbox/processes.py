"""The processes of one job: which they are, what they take, and their end.

Isolated ones stand in a process namespace, whose own /proc lists them and which dies as a whole.
Without one, they are the descendants of the process that was started, those that are orphans by now
among them: this process adopts them.
"""

from __future__ import annotations

import ctypes
import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Protocol

_PAGE = os.sysconf("SC_PAGE_SIZE")
_SET_CHILD_SUBREAPER = 36  # prctl(2)
#: Seconds that killed processes may take to be gone.
_END = 10.0

_GONE = (FileNotFoundError, ProcessLookupError)


@dataclass(frozen=True)
class Process:
    """One process, as /proc has it. `resident` is bytes, `started` ticks since the boot."""

    pid: int
    state: str
    parent: int
    session: int
    threads: int
    started: int
    resident: int


class Processes(Protocol):
    """The processes of one job."""

    @property
    def proc(self) -> str:
        """Where the /proc is that their numbers belong to."""
        ...

    def alive(self) -> list[Process]:
        """Those that run now."""
        ...

    def end(self) -> None:
        """Returns when all are gone. Raises TimeoutError when one does not go."""
        ...


class Namespace:
    """All processes of a namespace, by the number of its first one."""

    def __init__(self, first: int) -> None:
        self._first = first

    @property
    def proc(self) -> str:
        """The namespace's own, through the root directory of its first process."""
        return f"/proc/{self._first}/root/proc"

    def alive(self) -> list[Process]:
        """Those that run now."""
        return list(_listed(self.proc))

    def end(self) -> None:
        """Ends the first one; the kernel ends the others before that one is gone."""
        with suppress(ProcessLookupError):
            os.kill(self._first, signal.SIGKILL)
        deadline = time.monotonic() + _END
        while (process := _read("/proc", self._first)) and process.state != "Z":
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(0.001)


class Descendants:
    """What descends from a process that was started, orphans included."""

    def __init__(self, leader: int) -> None:
        self._leader = leader
        first = _read("/proc", leader)
        self._since = first.started if first else 0
        self._known: dict[int, int] = {}

    @property
    def proc(self) -> str:
        """The machine's."""
        return "/proc"

    def alive(self) -> list[Process]:
        """Those that run now: it reads of every process of the machine."""
        with _CHILDREN.lock:
            everything = {process.pid: process for process in _listed("/proc")}
            roots = {self._leader, *_CHILDREN.adopted(everything.values(), self._since)}
        roots |= {
            pid
            for pid, started in self._known.items()
            if pid in everything and everything[pid].started == started
        }
        found = _below(everything, roots)
        self._known = {process.pid: process.started for process in found}
        return [process for process in found if process.state != "Z"]

    def end(self) -> None:
        """Stops them until none is new, so that none can get away, and then kills them."""
        deadline = time.monotonic() + _END
        stopped: set[int] = set()
        while found := self.alive():
            if time.monotonic() > deadline:
                raise TimeoutError
            new = {process.pid for process in found} - stopped
            for pid in new or stopped:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP if new else signal.SIGKILL)
            stopped |= new
            _CHILDREN.reap(process.pid for process in found)


class _Children:
    """The children of this process, and which of them it adopted."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._own: set[int] = set()

    def adopt(self) -> None:
        """From now on, orphans among this process's descendants become its children."""
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def add(self, pid: int) -> None:
        self._own.add(pid)

    def remove(self, pid: int) -> None:
        self._own.discard(pid)

    def adopted(self, everything: Iterable[Process], since: int) -> set[int]:
        """Children that nobody here started, of a session that is not ours: a job's orphans."""
        here, session = os.getpid(), os.getsid(0)
        return {
            process.pid
            for process in everything
            if process.parent == here
            and process.pid not in self._own
            and process.session != session
            and process.started >= since
        }

    def reap(self, pids: Iterable[int]) -> None:
        for pid in pids:
            if pid not in self._own:
                with suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)


_CHILDREN = _Children()


@contextmanager
def starting() -> Iterator[_Children]:
    """Held while a process is started, until it is known as one that was."""
    with _CHILDREN.lock:
        yield _CHILDREN


def adopt_orphans() -> None:
    """From now on, orphans among this process's descendants become its children."""
    _CHILDREN.adopt()


def _below(everything: dict[int, Process], roots: set[int]) -> list[Process]:
    children: dict[int, list[int]] = {}
    for process in everything.values():
        children.setdefault(process.parent, []).append(process.pid)
    found, left = {}, [pid for pid in roots if pid in everything]
    while left:
        pid = left.pop()
        if pid not in found:
            found[pid] = everything[pid]
            left += children.get(pid, ())
    return list(found.values())


def _listed(proc: str) -> Iterator[Process]:
    try:
        names = os.listdir(proc)
    except _GONE:
        return
    for name in names:
        if name.isdigit() and (process := _read(proc, int(name))):
            yield process


def _read(proc: str, pid: int) -> Process | None:
    """A process; None when there is none of that number."""
    try:
        with open(f"{proc}/{pid}/stat", "rb") as file:
            # The name may hold anything, blanks and brackets included.
            fields = file.read().rpartition(b")")[2].split()
    except _GONE:
        return None
    return Process(
        pid=pid,
        state=fields[0].decode(),
        parent=int(fields[1]),
        session=int(fields[3]),
        threads=int(fields[17]),
        started=int(fields[19]),
        resident=int(fields[21]) * _PAGE,
    )


def memory(processes: Processes, alive: Sequence[Process]) -> int:
    """Bytes that they take together and that only their end gives back: no pages of files.

    What several share counts once. Files in memory count whether they are mapped or only held.
    """
    shares = [_proportional(processes.proc, process) for process in alive]
    held = unnamed_files(processes, alive, in_memory=True)
    return sum(own for own, _ in shares) + max(sum(shared for _, shared in shares), held)


def _proportional(proc: str, process: Process) -> tuple[int, int]:
    """Bytes that are its own, and its part of what is shared."""
    try:
        with open(f"{proc}/{process.pid}/smaps_rollup", "rb") as file:
            next(file, None)  # which addresses it is about
            sizes = {words[0]: int(words[1]) * 1024 for words in map(bytes.split, file)}
    except _GONE:
        return 0, 0
    except PermissionError:
        return process.resident, 0  # it hides: what it shares counts as its own
    # One that is about to end has nothing any more.
    own = sizes.get(b"Pss_Anon:", 0) + sizes.get(b"SwapPss:", 0)
    return own, sizes.get(b"Pss_Shmem:", 0)


def unnamed_files(processes: Processes, alive: Iterable[Process], *, in_memory: bool) -> int:
    """Bytes of files that have no name any more, or never had, and that they hold open."""
    found = {}
    for process in alive:
        directory = f"{processes.proc}/{process.pid}/fd"
        with suppress(*_GONE, PermissionError):
            for name in os.listdir(directory):
                with suppress(*_GONE):
                    held = os.stat(f"{directory}/{name}")
                    memory_file = os.readlink(f"{directory}/{name}").startswith("/memfd:")
                    if held.st_nlink == 0 and memory_file == in_memory:
                        found[held.st_dev, held.st_ino] = held.st_blocks * 512
    return sum(found.values())
