"""Processes: limits always, and nothing that a job started outlives it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from llmopt.errors import ToolError, ToolFailed
from llmopt.sandbox.limits import Limits
from llmopt.sandbox.run import Completed, Job, Sandbox, shell
from tests.conftest import need

LIMITED = Sandbox("off")


def run(command: str, directory: Path, timeout: float = 20, **more: object) -> Completed:
    """A shell command with limits only."""
    return LIMITED.run(Job(shell(command), str(directory), timeout, **more))  # type: ignore[arg-type]


def gone(pid: int) -> bool:
    """Whether a process ends, or has ended, within some seconds."""
    for _ in range(500):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


def pids(directory: Path) -> list[int]:
    """The processes that a script noted in `pids`."""
    return [int(word) for word in (directory / "pids").read_text().split()]


def test_a_job_gives_status_output_and_time(tmp_path: Path) -> None:
    done = run("echo out; echo err >&2; exit 3", tmp_path)
    assert (done.status, done.stdout, done.stderr) == (3, b"out\n", b"err\n")
    assert not done.timed_out
    assert done.seconds > 0
    assert done.tail == "out\nerr"


def test_a_job_runs_where_it_should_and_with_its_environment_only(tmp_path: Path) -> None:
    done = run("pwd; echo $ONE $HOME", tmp_path, environment={"ONE": "1", "PATH": "/usr/bin:/bin"})
    assert done.stdout.decode() == f"{tmp_path}\n1\n"


def test_a_job_inherits_the_environment_when_none_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONE", "one")
    assert run("echo $ONE", tmp_path).stdout == b"one\n"


# Limits


def test_the_time_limit_kills_the_whole_group(tmp_path: Path) -> None:
    """Children in the background and their children too."""
    script = "echo $$ > pids; (sleep 100 & echo $! >> pids; wait) & echo $! >> pids; wait"
    done = run(script, tmp_path, timeout=0.5)
    assert done.timed_out
    assert done.status == -signal.SIGKILL
    assert len(pids(tmp_path)) == 3
    assert all(gone(pid) for pid in pids(tmp_path))


def test_a_process_that_ignores_signals_is_killed_as_well(tmp_path: Path) -> None:
    deaf = "trap '' TERM INT HUP; while :; do sleep 0.1; done"
    script = f"({deaf}) & echo $! > pids; echo $$ >> pids; {deaf}"
    done = run(script, tmp_path, timeout=0.5)
    assert done.timed_out
    assert len(pids(tmp_path)) == 2
    assert all(gone(pid) for pid in pids(tmp_path))


def test_what_a_job_leaves_behind_is_killed_when_it_ends(tmp_path: Path) -> None:
    done = run("sleep 100 & echo $! > pids", tmp_path)
    assert (done.status, done.timed_out) == (0, False)
    assert all(gone(pid) for pid in pids(tmp_path))


def test_output_before_the_time_limit_is_kept(tmp_path: Path) -> None:
    assert run("echo early; sleep 100", tmp_path, timeout=0.5).stdout == b"early\n"


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGTERM])
def test_a_signal_is_a_negative_status(tmp_path: Path, number: signal.Signals) -> None:
    assert run(f"kill -{int(number)} $$", tmp_path).status == -number


def test_a_file_may_only_grow_to_its_limit(tmp_path: Path) -> None:
    need("prlimit")
    job = Job(shell("head -c 3000000 /dev/zero > big"), str(tmp_path), 20)
    assert Sandbox("off", Limits(file=4)).run(job).status == 0
    assert Sandbox("off", Limits(file=1)).run(job).status != 0
    assert (tmp_path / "big").stat().st_size == 1_000_000


def test_a_crash_leaves_no_core(tmp_path: Path) -> None:
    need("prlimit")
    assert run("ulimit -c", tmp_path).stdout == b"0\n"


# Input and output


def test_a_job_reads_its_input(tmp_path: Path) -> None:
    data = os.urandom(3_000_000)
    assert run("cat", tmp_path, stdin=data).stdout == data


def test_a_job_without_input_reads_nothing(tmp_path: Path) -> None:
    assert run("cat", tmp_path, timeout=20).stdout == b""


def test_input_that_nobody_reads_is_no_error(tmp_path: Path) -> None:
    done = run("exec true", tmp_path, stdin=b"x" * 5_000_000)
    assert (done.status, done.timed_out) == (0, False)


def test_large_outputs_on_both_streams_come_whole(tmp_path: Path) -> None:
    done = run("head -c 8000000 /dev/zero >&2; head -c 9000000 /dev/zero", tmp_path)
    assert (len(done.stdout), len(done.stderr)) == (9_000_000, 8_000_000)
    assert len(done.tail) <= 4000


# Failures


@pytest.mark.parametrize("program", ["no-such-program-here", "./no-such", "/no/such/program"])
def test_a_missing_program_is_a_tool_error(tmp_path: Path, program: str) -> None:
    with pytest.raises(ToolError, match="cannot be started") as raised:
        LIMITED.run(Job((program, "--version"), str(tmp_path), 5))
    assert program in str(raised.value)


def test_a_program_is_looked_for_in_the_jobs_own_path(tmp_path: Path) -> None:
    tool = tmp_path / "tool"
    tool.write_text("#!/bin/sh\necho mine\n")
    path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    with pytest.raises(ToolError):
        LIMITED.run(Job(("tool",), "/", 5, environment=path))  # not executable
    tool.chmod(0o755)
    assert LIMITED.run(Job(("tool",), "/", 5, environment=path)).stdout == b"mine\n"
    assert LIMITED.run(Job(("./tool",), str(tmp_path), 5)).stdout == b"mine\n"
    with pytest.raises(ToolError):
        LIMITED.run(Job(("tool",), "/", 5))


def test_a_missing_directory_is_a_tool_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="cannot be started"):
        LIMITED.run(Job(("true",), str(tmp_path / "nowhere"), 5))


def test_a_checked_job_that_fails_carries_its_output(tmp_path: Path) -> None:
    job = Job(shell("echo to stdout; echo the reason >&2; exit 7"), str(tmp_path), 20)
    with pytest.raises(ToolFailed, match="the reason") as raised:
        LIMITED.check(job)
    assert raised.value.status == 7
    assert raised.value.output == "to stdout\nthe reason"
    assert f"failed in {tmp_path} (status 7)" in str(raised.value)


def test_a_checked_job_that_takes_too_long_says_so(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed, match=r"took more than 0\.2 s"):
        LIMITED.check(Job(("sleep", "100"), str(tmp_path), 0.2))


def test_a_checked_job_that_succeeds_is_given_back(tmp_path: Path) -> None:
    assert LIMITED.check(Job(("echo", "fine"), str(tmp_path), 20)).stdout == b"fine\n"


# Beside the caller


def test_a_job_beside_its_caller_ends_with_all_that_it_started(tmp_path: Path) -> None:
    script = "setsid sleep 99 & echo $! > pids; echo $$ >> pids; read -r _; touch closed; sleep 99"
    job = Job(shell(script), str(tmp_path), 60, isolated=True, writable=(str(tmp_path),))
    with LIMITED.started(job) as beside:
        wait_for(tmp_path / "pids")
        assert beside.runs()
        assert not (tmp_path / "closed").exists()
    assert not beside.runs()
    assert all(gone(pid) for pid in pids(tmp_path))


def test_a_job_beside_its_caller_has_a_time_limit(tmp_path: Path) -> None:
    job = Job(shell("read -r _"), str(tmp_path), 0.2, isolated=True)
    with LIMITED.started(job) as beside:
        deadline = time.monotonic() + 10
        while beside.runs() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not beside.runs()


def wait_for(path: Path) -> None:
    """Until a file has two lines."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if path.exists() and path.read_text().count("\n") == 2:
            return
        time.sleep(0.01)
