"""bubblewrap: what a program under test cannot do."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmopt.errors import ToolError
from llmopt.sandbox import isolation
from llmopt.sandbox.run import Completed, Job, Sandbox, shell
from tests.conftest import need

from .test_run import gone, pids

REPOSITORY = Path(__file__).parents[2]

#: A time to sleep that no other run of these tests uses: processes are found by it.
FOREVER = f"86399.{os.getpid()}"


@pytest.fixture
def sandbox() -> Sandbox:
    """One that isolates."""
    need("bwrap")
    return Sandbox("require")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a build directory, which is the working directory of jobs."""
    (tmp_path / "project" / "build").mkdir(parents=True)
    (tmp_path / "project" / "input").write_text("data\n")
    return tmp_path / "project"


def isolated(command: str, project: Path, timeout: float = 20) -> Job:
    """A job as a build tree makes it."""
    return Job(
        shell(command),
        cwd=str(project / "build"),
        timeout=timeout,
        isolated=True,
        visible=(str(project),),
        writable=(str(project / "build"),),
    )


def connected(done: Completed) -> bool:
    return b"connected" in done.stdout


def test_no_network(sandbox: Sandbox, project: Path) -> None:
    """A port that listens outside is not there inside."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = (
            f"import socket; socket.create_connection(('127.0.0.1', {port}), 5); print('connected')"
        )
        # The system's own: a virtual environment below /tmp is not there inside.
        command = f'/usr/bin/python3 -S -c "{code}"'
        outside = sandbox.run(Job(shell(command), str(project), 20))
        assert connected(outside), outside.tail
        inside = sandbox.run(isolated(command, project))
    assert inside.status == 1
    assert b"Connection refused" in inside.stderr or b"unreachable" in inside.stderr
    assert not connected(inside)


def test_only_what_is_writable_can_be_written(sandbox: Sandbox, project: Path) -> None:
    done = sandbox.run(
        isolated(
            "echo in > made; echo out > ../made; echo changed > ../input; rm ../input", project
        )
    )
    assert done.status != 0
    assert (project / "build" / "made").read_text() == "in\n"
    assert not (project / "made").exists()
    assert (project / "input").read_text() == "data\n"


@pytest.mark.parametrize("place", ["/etc", "/usr", "/dev", "/run", "/home"])
def test_the_machine_is_read_only(sandbox: Sandbox, project: Path, place: str) -> None:
    name = f"{place}/llmopt-test-{os.getpid()}"
    assert sandbox.run(isolated(f"touch {name}", project)).status != 0
    assert not os.path.exists(name)


def test_nothing_is_left_in_the_home_directory(sandbox: Sandbox, project: Path) -> None:
    name = f"{os.path.expanduser('~')}/llmopt-test-{os.getpid()}"
    sandbox.run(isolated(f"touch {name}; mkdir -p $HOME; touch $HOME/x", project))
    assert not os.path.exists(name)


@pytest.mark.parametrize("place", ["/tmp", "/var/tmp", "/dev/shm"])
def test_it_has_a_temporary_directory_of_its_own(
    sandbox: Sandbox, project: Path, place: str
) -> None:
    name = f"llmopt-test-{os.getpid()}"
    outside = Path(place) / f"{name}-outside"
    outside.write_text("secret")
    try:
        done = sandbox.run(isolated(f"touch {place}/{name} && ls {place}", project))
    finally:
        outside.unlink()
    assert done.status == 0
    assert name in done.stdout.decode().split()
    assert outside.name not in done.stdout.decode()
    assert not (Path(place) / name).exists()
    again = sandbox.run(isolated(f"ls {place}", project))
    assert name not in again.stdout.decode().split()


def test_a_project_below_tmp_is_seen_when_it_is_visible(sandbox: Sandbox, tmp_path: Path) -> None:
    if not str(tmp_path).startswith("/tmp/"):
        pytest.skip("pytest's directories are not below /tmp here")
    project, other = tmp_path / "project", tmp_path / "other"
    for directory in (project / "build", other):
        directory.mkdir(parents=True)
        (directory / "file").write_text("seen\n")
    done = sandbox.run(isolated(f"cat {project}/build/file; cat {other}/file", project))
    assert done.stdout == b"seen\n"
    shown = Job(shell(f"cat {other}/file"), str(project), 20, isolated=True, visible=(str(other),))
    assert sandbox.run(shown).stdout == b"seen\n"


def test_a_job_in_the_root_directory_is_shut_in_as_well(sandbox: Sandbox, project: Path) -> None:
    job = Job(shell(f"test ! -e {project}/input && ls /dev"), "/", 20, isolated=True)
    done = sandbox.run(job)
    assert done.status == 0
    assert not {"kmsg", "mem", "kvm", "loop0"} & set(done.stdout.decode().split())


def test_it_sees_no_other_process(sandbox: Sandbox, project: Path) -> None:
    done = sandbox.run(
        isolated(f"test ! -e /proc/{os.getpid()}/environ; kill -0 {os.getpid()}", project)
    )
    assert done.status != 0
    assert b"No such process" in done.stderr


def test_input_output_and_status_pass_through(sandbox: Sandbox, project: Path) -> None:
    job = Job(
        shell("cat; echo err >&2; exit 5"), str(project), 20, isolated=True, stdin=b"in\n" * 100_000
    )
    done = sandbox.run(job)
    assert (done.status, done.stdout, done.stderr) == (5, b"in\n" * 100_000, b"err\n")
    assert sandbox.run(isolated("kill -SEGV $$", project)).status != 0


def test_the_time_limit_holds_even_for_what_leaves_its_session(
    sandbox: Sandbox, project: Path
) -> None:
    """Its process namespace ends with it: there is nowhere to go."""
    need("setsid")
    job = isolated(f"setsid -f sleep {FOREVER}; sleep 100", project, timeout=0.7)
    assert sandbox.run(job).timed_out
    assert not running("sleep", FOREVER)


def running(*argv: str) -> bool:
    """Whether a process with these arguments is still there after some time to end."""
    wanted = "\0".join(argv).encode() + b"\0"
    for _ in range(500):
        found = False
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                found = found or path.read_bytes() == wanted
            except OSError:
                continue
        if not found:
            return False
        time.sleep(0.01)
    return True


def another(job: str) -> list[str]:
    """Another Python that runs a job, which notes when it has begun."""
    code = f"from llmopt.sandbox.run import *\nSandbox('require').run({job})"
    return [sys.executable, "-c", code]


@pytest.mark.usefixtures("sandbox")
@pytest.mark.parametrize("kind", ["isolated", "contained"])
def test_it_dies_with_its_parent(project: Path, kind: str) -> None:
    """With all that it started: a build as well, though it is not shut in."""
    build = str(project / "build")
    script = f"setsid -f sleep {FOREVER}; echo > begun; exec sleep {FOREVER}"
    job = f"Job(shell({script!r}), {build!r}, 60, {kind}=True, writable=({build!r},))"
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(another(job), env=environment) as parent:
        for _ in range(1000):
            if (project / "build" / "begun").exists():
                break
            time.sleep(0.01)
        os.kill(parent.pid, signal.SIGKILL)
    assert (project / "build" / "begun").exists()
    assert not running("sleep", FOREVER)


def test_a_contained_job_may_do_what_we_may(sandbox: Sandbox, project: Path) -> None:
    """It sees our files and our environment, and writes where it likes; only other processes are
    not there.
    """
    script = f"echo $HOME; touch ../made; test ! -e /proc/{os.getpid()}; cat /proc/self/comm"
    done = sandbox.run(Job(shell(script), str(project / "build"), 20, contained=True))
    assert done.stdout.decode() == f"{os.environ['HOME']}\ncat\n"
    assert (project / "made").exists()
    # Without bubblewrap it is a job like any other.
    assert Sandbox("off").run(Job(("true",), "/", 20, contained=True)).status == 0


# Modes


@pytest.fixture
def without_bubblewrap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A PATH on which there is all but bwrap."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "touch", "prlimit"):
        (tools / name).symlink_to(f"/usr/bin/{name}")
    monkeypatch.setenv("PATH", str(tools))
    isolation._options.cache_clear()
    yield
    isolation._options.cache_clear()


@pytest.mark.usefixtures("without_bubblewrap")
def test_require_raises_without_bubblewrap() -> None:
    with pytest.raises(ToolError, match=r"sandbox\.mode is `require`.*install `bwrap`"):
        _ = Sandbox("require").isolates


@pytest.mark.usefixtures("without_bubblewrap")
def test_prefer_runs_without_bubblewrap(project: Path) -> None:
    sandbox = Sandbox("prefer")
    assert not sandbox.isolates
    assert sandbox.run(isolated("touch ../made", project)).status == 0
    assert (project / "made").exists()


@pytest.mark.usefixtures("sandbox")
def test_off_runs_without_bubblewrap_though_it_is_there(project: Path) -> None:
    off = Sandbox("off")
    assert not off.isolates
    done = off.run(isolated("touch ../made; sleep 100 & echo $! > pids", project))
    assert done.status == 0
    assert (project / "made").exists()
    assert all(gone(pid) for pid in pids(project / "build"))


def test_words_outside_stand_in_front_of_the_isolation(sandbox: Sandbox, project: Path) -> None:
    """A profiler runs outside: it sees the machine and may write where it likes."""
    watcher = ("/bin/sh", "-c", 'touch ../outside; "$@"', "sh")
    job = Job(
        shell("touch ../inside"),
        str(project / "build"),
        20,
        isolated=True,
        visible=(str(project),),
        outside=watcher,
    )
    assert sandbox.run(job).status != 0
    assert (project / "outside").exists()
    assert not (project / "inside").exists()
