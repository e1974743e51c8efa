"""Runs programs: with limits always, isolated by bubblewrap where asked and possible.

Every child is the leader of its own session and is killed as a group, so that nothing it started
outlives its time limit. Isolated children have no network, see a read-only file system except for
the directories named writable, and die with their parent.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import IO, Literal

from llmopt.errors import ToolError, ToolFailed

Mode = Literal["require", "prefer", "off"]

#: How much of a child's output an error message carries, in bytes.
_TAIL = 4000


@dataclass(frozen=True)
class Job:
    """One program to run.

    `timeout` is wall seconds. `environment` replaces the whole environment when given.
    An isolated child has a /tmp of its own; of what is below the real one it sees `visible` only,
    and `writable`, which is all that it can change. `outside` are words in front
    of the isolation: a profiler that must see the machine as it is.
    """

    argv: tuple[str, ...]
    cwd: str
    timeout: float
    environment: Mapping[str, str] | None = None
    isolated: bool = False
    visible: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    stdin: bytes = b""


@dataclass(frozen=True)
class Completed:
    """What became of a job. `status` is the exit status, or minus the signal that ended it.

    `seconds` is wall time.
    """

    status: int
    stdout: bytes = field(repr=False)
    stderr: bytes = field(repr=False)
    seconds: float
    timed_out: bool

    @property
    def tail(self) -> str:
        """The end of what it printed, for a person."""
        text = (self.stdout + self.stderr)[-_TAIL:]
        return text.decode("utf-8", "replace").strip()


class Sandbox:
    """Starts processes under one policy."""

    def __init__(self, mode: Mode = "prefer", max_file_mb: int = 4096) -> None:
        self._mode = mode
        self._max_file_bytes = max_file_mb * 1_000_000

    @property
    def isolates(self) -> bool:
        """Whether isolated jobs are; asked of bubblewrap only where a job is one.

        Raises ToolError when the mode is `require` and bubblewrap does not work here.
        """
        if self._mode == "off":
            return False
        works = bubblewrap_works()
        if self._mode == "require" and not works:
            raise ToolError(
                "sandbox.mode is `require`, but bubblewrap does not work here: install `bwrap` "
                "and allow user namespaces, or set sandbox.mode to `prefer`"
            )
        return works

    def run(self, job: Job) -> Completed:
        """Runs a job to its end. Raises ToolError when the program cannot be started."""
        _check_program(job)
        argv = self._wrapped(job)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            start = time.perf_counter()
            process = _spawn(argv, job, out, err)
            status, timed_out = _wait(process, job.timeout)
            seconds = time.perf_counter() - start
            out.seek(0)
            err.seek(0)
            return Completed(status, out.read(), err.read(), seconds, timed_out)

    def check(self, job: Job) -> Completed:
        """Runs a job that must succeed. Raises ToolFailed with its output when it does not."""
        completed = self.run(job)
        if completed.status == 0:
            return completed
        how = f"took more than {job.timeout:g} s" if completed.timed_out else "failed"
        raise ToolFailed(
            f"{' '.join(job.argv)} {how} in {job.cwd} (status {completed.status}):\n"
            f"{completed.tail}",
            status=completed.status,
            output=completed.tail,
        )

    def _wrapped(self, job: Job) -> list[str]:
        # A parent that is killed cannot end its children: the kernel does, for the first of them,
        # and bubblewrap for all that are isolated.
        follow = ["setpriv", "--pdeathsig", "KILL", "--"]
        limits = ["prlimit", "--core=0", f"--fsize={self._max_file_bytes}", "--"]
        prefix = [word for tool in (follow, limits) if shutil.which(tool[0]) for word in tool]
        prefix += job.outside
        if job.isolated and self.isolates:
            prefix = [*prefix, *_bubblewrap(job)]
        return [*prefix, *job.argv]


def shell(command: str) -> tuple[str, ...]:
    """The argv of a shell command from the configuration."""
    return ("/bin/sh", "-c", command)


@cache
def bubblewrap_works() -> bool:
    """Whether bubblewrap is installed and may make namespaces here."""
    if not shutil.which("bwrap"):
        return False
    # Exactly what isolated jobs get: where one part is refused, none of it can be relied on.
    probe = [*_bubblewrap(Job(("true",), "/", 20.0)), "true"]
    try:
        done = subprocess.run(probe, capture_output=True, check=False, timeout=20)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _bubblewrap(job: Job) -> Sequence[str]:
    # The root is there already; bound once more it would cover the child's own /dev and /tmp.
    visible = [path for path in (job.cwd, *job.visible) if path != "/"]
    shown = [word for path in visible for word in ("--ro-bind", path, path)]
    binds = [word for path in job.writable for word in ("--bind", path, path)]
    return [
        "bwrap",
        *("--ro-bind", "/", "/"),
        *("--dev", "/dev"),
        *("--proc", "/proc"),
        *("--tmpfs", "/tmp"),  # noqa: S108 - the child's own, gone with it
        *shown,
        *binds,
        *("--chdir", job.cwd),
        "--unshare-all",
        "--die-with-parent",
        "--",
    ]


def _check_program(job: Job) -> None:
    """The words in front would start in its place, and fail with a status like any other."""
    environment = os.environ if job.environment is None else job.environment
    program = job.argv[0]
    if os.path.dirname(program):
        found = shutil.which(os.path.join(job.cwd, program))
    else:
        found = shutil.which(program, path=environment.get("PATH", os.defpath))
    if found is None:
        raise ToolError(f"{program} cannot be started: no such program")


def _spawn(argv: list[str], job: Job, out: IO[bytes], err: IO[bytes]) -> subprocess.Popen[bytes]:
    try:
        process = subprocess.Popen(
            argv,
            cwd=job.cwd,
            env=dict(job.environment) if job.environment is not None else None,
            stdin=subprocess.PIPE if job.stdin else subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
    except OSError as error:
        raise ToolError(f"{job.argv[0]} cannot be started: {error}") from error
    if process.stdin is not None:
        threading.Thread(target=_feed, args=(process.stdin, job.stdin), daemon=True).start()
    return process


def _feed(pipe: IO[bytes], data: bytes) -> None:
    try:
        with pipe:
            pipe.write(data)
    except BrokenPipeError:
        pass  # the child did not want all of its input: its business


def _wait(process: subprocess.Popen[bytes], timeout: float) -> tuple[int, bool]:
    """Waits with a limit. Returns the status and whether the limit was hit."""
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        _kill_group(process.pid)

    timer = threading.Timer(timeout, expire)
    timer.start()
    try:
        status = process.wait()
    except BaseException:
        _kill_group(process.pid)
        process.wait()
        raise
    finally:
        timer.cancel()
    # Whatever it left in its session has no business any more.
    _kill_group(process.pid)
    return status, expired.is_set()


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass  # already gone
