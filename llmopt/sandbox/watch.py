"""Looks after a job while it runs, and ends it where it goes beyond a limit.

The kernel's own limits are of one process or one file. What all processes of a run take together
is looked at many times a second: processes, memory, output, and how much fuller the disk gets.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO

from llmopt.sandbox.limits import Limits
from llmopt.sandbox.processes import Processes, memory, unnamed_files

#: Seconds between two looks, and how many times as long as a look takes; seconds between two
#: looks at the files of a directory.
_INTERVAL = 0.1
_REST = 10
_AT_FILES = 1.0
#: Of the machine's memory and of a disk, what has to stay free for others.
_RESERVE = 0.02


class Watch:
    """The limits of one run that the kernel does not keep."""

    def __init__(
        self,
        limits: Limits,
        outputs: Sequence[IO[bytes]],
        writable: Sequence[str],
        processes: Callable[[], Processes | None],
    ) -> None:
        self._limits = limits
        self._outputs = outputs
        self._started = time.time()
        self._find = processes
        self._disks = {path: _Disk(path) for path in writable}
        self._available, self._memory = _machine_memory()
        self._looked_at_files = 0.0

    def until(self, ended: threading.Event, timeout: float, kill: Callable[[], None]) -> str:
        """Watches until the job has ended, and kills it when it has to be.

        Returns the limit that it went beyond, or nothing.
        """
        deadline = time.monotonic() + timeout
        rest = _INTERVAL
        while not ended.wait(max(0.0, min(rest, deadline - time.monotonic()))):
            start = time.monotonic()
            if exceeded := "time" if start >= deadline else self._look():
                kill()
                return exceeded
            rest = max(_INTERVAL, _REST * (time.monotonic() - start))
        return self._printed()

    def _look(self) -> str:
        return self._printed() or self._taken() or self._filled()

    def _printed(self) -> str:
        sizes = [os.fstat(output.fileno()).st_size for output in self._outputs]
        return "output" if max(sizes) > self._limits.output_bytes else ""

    def _taken(self) -> str:
        processes = self._find()
        alive = processes.alive() if processes else []
        if sum(process.threads for process in alive) > self._limits.processes:
            return "processes"
        available, _ = _machine_memory()
        limit = self._limits.memory_bytes
        # Forked processes share, and others take memory as well: only where this may be the job is
        # it worth to ask what its processes really take.
        suspect = max(sum(p.resident for p in alive), self._available - available) > limit
        if processes and suspect and memory(processes, alive) > limit:
            return "memory"
        reserve = self._memory * _RESERVE
        return "memory" if available < reserve < self._available else ""

    def _filled(self) -> str:
        if any(disk.is_full for disk in self._disks.values()):
            return "disk"
        if max((disk.lost for disk in self._disks.values()), default=0) <= self._limits.disk_bytes:
            return ""
        # Somebody fills the disk: is it this job?
        if time.monotonic() - self._looked_at_files < _AT_FILES:
            return ""
        written = sum(_written(path, self._started) for path in self._disks)
        if processes := self._find():
            written += unnamed_files(processes, processes.alive(), in_memory=False)
        self._looked_at_files = time.monotonic()
        return "disk" if written > self._limits.disk_bytes else ""


class _Disk:
    """The file system of a directory, compared with how it was."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._before = os.statvfs(path)

    @property
    def lost(self) -> int:
        """Bytes of it that were free."""
        return (self._before.f_bfree - os.statvfs(self._path).f_bfree) * self._before.f_frsize

    @property
    def is_full(self) -> bool:
        """Whether nearly nothing is left of what was there, in blocks or in files."""
        now, before = os.statvfs(self._path), self._before
        return any(
            left < share < had
            for left, had, share in (
                (now.f_bavail, before.f_bavail, now.f_blocks * _RESERVE),
                (now.f_favail, before.f_favail, now.f_files * _RESERVE),
            )
        )


def _written(directory: str, since: float) -> int:
    """Bytes on disk of the files that have changed."""
    total, left = 0, [directory]
    while left:
        # What goes away under one's feet takes no place.
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(left.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    left.append(entry.path)
                with suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    # The kernel's clock for files is a tick behind.
                    if status.st_ctime >= since - 0.1:
                        total += status.st_blocks * 512
    return total


def _machine_memory() -> tuple[int, int]:
    """Bytes of the machine's memory that can still be had, and all of them."""
    with open("/proc/meminfo", "rb") as file:
        sizes = {words[0]: int(words[1]) * 1024 for words in map(bytes.split, file)}
    return sizes[b"MemAvailable:"], sizes[b"MemTotal:"]
