"""Runs programs: with limits always, isolated by bubblewrap where asked and possible.

Every child is the leader of its own session and is killed as a group, so that nothing it started
outlives its time limit. Isolated children have no network, see a read-only file system except for
the directories named writable, and die with their parent.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import IO, Literal

from llmopt.errors import ToolError, ToolFailed
from llmopt.sandbox import isolation
from llmopt.sandbox.isolation import View
from llmopt.sandbox.limits import Limits
from llmopt.sandbox.processes import (
    Descendants,
    Namespace,
    Processes,
    adopt_orphans,
    starting,
)
from llmopt.sandbox.watch import Watch

Mode = Literal["require", "prefer", "off"]

#: How much of a child's output an error message carries, in bytes.
_TAIL = 4000
_CAP_SETPCAP = 8


@dataclass(frozen=True)
class Job:
    """One program to run.

    `timeout` is wall seconds. `environment` is the whole environment when given; else an isolated
    child gets `isolation.environment` of ours, and any other one all of it.
    An isolated child sees nothing of what is below homes and temporary directories but `visible`
    and `writable`, which is all that it can change. `limits` are its own in place of the sandbox's;
    `sanitized` programs take more address space than there is memory. `outside` are words in front
    of the isolation: a profiler that must see the machine as it is.
    The processes of a `contained` child may do what ours may, but end with it.
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
    limits: Limits | None = None
    sanitized: bool = False
    contained: bool = False


@dataclass(frozen=True)
class Completed:
    """What became of a job. `status` is the exit status, or minus the signal that ended it.

    `seconds` is wall time. `exceeded` is the limit for which it was ended: time, output, processes,
    memory or disk; empty when it ended by itself. Of too much output there is the beginning.
    """

    status: int
    stdout: bytes = field(repr=False)
    stderr: bytes = field(repr=False)
    seconds: float
    timed_out: bool
    exceeded: str = ""

    @property
    def tail(self) -> str:
        """The end of what it printed, for a person."""
        text = (self.stdout + self.stderr)[-_TAIL:]
        return text.decode("utf-8", "replace").strip()


@dataclass(frozen=True)
class Beside:
    """A job that runs beside its caller; `runs` says whether it still does."""

    runs: Callable[[], bool]


class Sandbox:
    """Starts processes under one policy.

    Isolated jobs see the directories `visible` besides their own, and the variables `names`.
    """

    def __init__(
        self,
        mode: Mode = "prefer",
        limits: Limits | None = None,
        visible: Sequence[str] = (),
        names: Sequence[str] = (),
    ) -> None:
        self._mode = mode
        self.limits = limits or Limits()
        self._visible = tuple(visible)
        self._names = tuple(names)

    @property
    def isolates(self) -> bool:
        """Whether isolated jobs are; asked of bubblewrap only where a job is one.

        Raises ToolError when the mode is `require` and bubblewrap does not work here.
        """
        if self._mode == "off":
            return False
        works = isolation.bubblewrap_works()
        if self._mode == "require" and not works:
            raise ToolError(
                "sandbox.mode is `require`, but bubblewrap does not work here: install `bwrap` "
                "and allow user namespaces, or set sandbox.mode to `prefer`"
            )
        return works

    def environment(self) -> dict[str, str]:
        """What an isolated job sees of our environment."""
        return isolation.environment(os.environ, self._names)

    def run(self, job: Job) -> Completed:
        """Runs a job to its end. Raises ToolError when the program cannot be started."""
        job = self._prepared(job)
        with (
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
            _spawned(job, self._words(job), out, err) as process,
        ):
            limits = job.limits or self.limits
            if job.isolated:
                watch = Watch(limits, (out, err), job.writable, process.others)
                watching = partial(watch.until, timeout=job.timeout, kill=process.kill)
            else:
                watching = partial(_until, timeout=job.timeout, kill=process.kill)
            status, seconds, exceeded = process.wait(watching)
            if status > 0 and not exceeded and not process.was_shut_in:
                raise ToolError(f"{job.argv[0]} cannot be shut in: {_beginning(err, _TAIL)!r}")
            return Completed(
                status,
                _beginning(out, limits.output_bytes if job.isolated else -1),
                _beginning(err, limits.output_bytes if job.isolated else -1),
                seconds,
                exceeded == "time",
                exceeded,
            )

    @contextmanager
    def started(self, job: Job) -> Iterator[Beside]:
        """A job that runs beside its caller, and is ended with all that it started when the caller
        has done with it. Its standard input is a pipe that stays open as long as that, and as long
        as this process lives. Raises ToolError when the program cannot be started.
        """
        job = self._prepared(job)
        with (
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
            _spawned(job, self._words(job), out, err, held=True) as process,
            ThreadPoolExecutor(1) as pool,
        ):
            limits = job.limits or self.limits
            watch = Watch(limits, (out, err), job.writable, process.others)
            watching = partial(watch.until, timeout=job.timeout, kill=process.kill)
            end = pool.submit(process.wait, watching)
            try:
                yield Beside(lambda: not end.done())
            finally:
                process.kill()
                end.result()

    def check(self, job: Job) -> Completed:
        """Runs a job that must succeed. Raises ToolFailed with its output when it does not."""
        completed = self.run(job)
        if completed.status == 0 and not completed.exceeded:
            return completed
        how = f"took more than {job.timeout:g} s" if completed.timed_out else "failed"
        raise ToolFailed(
            f"{' '.join(job.argv)} {how} in {job.cwd} (status {completed.status}):\n"
            f"{completed.tail}",
            status=completed.status,
            output=completed.tail,
        )

    def _prepared(self, job: Job) -> Job:
        """The job with the environment that it will have. Raises ToolError for no program."""
        if job.isolated and job.environment is None:
            job = replace(job, environment=self.environment())
        _check_program(job)
        return job

    def _words(self, job: Job) -> _Words:
        """What stands in front of the program, around the words of its isolation."""
        limits = job.limits or self.limits
        isolates = job.isolated and self.isolates
        # A parent that is killed cannot end its children: the kernel does, for the first of them,
        # and bubblewrap for all that are isolated.
        follow = ["setpriv", "--pdeathsig", "KILL"]
        if job.isolated and not isolates:
            follow += _without_privileges()
        outer = [
            *_where_there([*follow, "--"]),
            *_where_there(limits.of_everything()),
            *job.outside,
        ]
        if job.contained and self._mode != "off" and isolation.bubblewrap_works():
            outer += isolation.contained()
        if not job.isolated:
            return _Words(outer)
        inner = limits.of_a_program_under_test(
            job.timeout, address_space=not job.sanitized, own_users=isolates
        )
        view = None
        if isolates:
            visible = (*self._visible, *job.visible)
            view = View(job.cwd, visible, job.writable, limits.tmp_bytes)
        return _Words(outer, view, _where_there(inner))


@dataclass(frozen=True)
class _Words:
    """The words in front of a program: outside of its isolation, where it has one, and inside."""

    outer: Sequence[str]
    view: View | None = None
    inner: Sequence[str] = ()


def shell(command: str) -> tuple[str, ...]:
    """The argv of a shell command from the configuration."""
    return ("/bin/sh", "-c", command)


def _where_there(words: list[str]) -> list[str]:
    return words if shutil.which(words[0]) else []


def _without_privileges() -> list[str]:
    """For programs under test that nothing isolates: less than what root may, if we are root."""
    words = ["--no-new-privs"]
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        status = dict(line.split(":", 1) for line in file if ":" in line)
    if os.geteuid() == 0 and int(status["CapEff"], 16) >> _CAP_SETPCAP & 1:
        words += ["--inh-caps=-all", "--bounding-set=-all"]
    return words


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


class _Running:
    """A job that runs, with all that it started."""

    def __init__(
        self, job: Job, process: subprocess.Popen[bytes], status: int | None, started: float
    ) -> None:
        self._job = job
        self._process = process
        self._status = status
        self._started = started
        self._said = b""
        self._others: Processes | None = None
        if job.isolated and status is None:
            self._others = Descendants(process.pid)

    def others(self) -> Processes | None:
        """Its processes; None while the first of them is being made."""
        if self._others is None and self._status is not None:
            self._listen(self._status)
            if b"}" in self._said:
                first, _ = json.JSONDecoder().raw_decode(self._said.decode())
                self._others = Namespace(first["child-pid"])
        return self._others

    def _listen(self, status: int) -> None:
        """Takes what bubblewrap has said."""
        with suppress(BlockingIOError):
            while said := os.read(status, 4096):
                self._said += said

    @property
    def was_shut_in(self) -> bool:
        """Whether bubblewrap, where it had to, came as far as to start the program."""
        if self._status is None:
            return True
        self._listen(self._status)
        return b'"exit-code"' in self._said

    def kill(self) -> None:
        """Kills the group that it started as."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass  # already gone

    def wait(self, watch: Callable[[threading.Event], str]) -> tuple[int, float, str]:
        """Waits for its end. Returns status, wall seconds, and the limit that it went beyond."""
        ended = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            exceeded = pool.submit(self._guarded, watch, ended)
            try:
                status = self._process.wait()
                seconds = time.perf_counter() - self._started
            except BaseException:
                self.kill()
                self._process.wait()
                raise
            finally:
                ended.set()
        # Whatever it left has no business any more.
        self.kill()
        if others := self.others():
            try:
                others.end()
            except TimeoutError:
                raise ToolError(f"what {self._job.argv[0]} started cannot be ended") from None
        return status, seconds, exceeded.result()

    def _guarded(self, watch: Callable[[threading.Event], str], ended: threading.Event) -> str:
        try:
            return watch(ended)
        except BaseException:
            self.kill()  # nobody looks after it
            raise


@contextmanager
def _spawned(
    job: Job, words: _Words, out: IO[bytes], err: IO[bytes], *, held: bool = False
) -> Iterator[_Running]:
    """Starts a job; one that is `held` with a standard input that stays open. Raises ToolError."""
    with ExitStack() as stack:
        status = given = None
        prefix = [*words.outer, *words.inner]
        if words.view is not None:
            status, given = os.pipe()
            os.set_blocking(status, False)
            stack.callback(os.close, status)
            prefix = [*words.outer, *isolation.isolated(words.view, given), *words.inner]
        elif job.isolated:
            adopt_orphans()
        started = time.perf_counter()
        with starting() as children:
            try:
                process = subprocess.Popen(
                    [*prefix, *job.argv],
                    cwd=job.cwd,
                    env=dict(job.environment) if job.environment is not None else None,
                    stdin=subprocess.PIPE if job.stdin or held else subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    start_new_session=True,
                    pass_fds=() if given is None else (given,),
                )
            except OSError as error:
                raise ToolError(f"{job.argv[0]} cannot be started: {error}") from error
            finally:
                if given is not None:
                    os.close(given)
            children.add(process.pid)
        stack.callback(children.remove, process.pid)
        if process.stdin is not None and held:
            stack.callback(process.stdin.close)
        elif process.stdin is not None:
            threading.Thread(target=_feed, args=(process.stdin, job.stdin), daemon=True).start()
        yield _Running(job, process, status, started)


def _feed(pipe: IO[bytes], data: bytes) -> None:
    try:
        with pipe:
            pipe.write(data)
    except BrokenPipeError:
        pass  # the child did not want all of its input: its business


def _until(ended: threading.Event, timeout: float, kill: Callable[[], None]) -> str:
    if ended.wait(timeout):
        return ""
    kill()
    return "time"


def _beginning(file: IO[bytes], most: int) -> bytes:
    file.seek(0)
    return file.read(most)
