"""Programs that attack: each is contained, and the verdict on it is never that it ended well."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from llmopt.errors import ToolError
from llmopt.sandbox.limits import Limits
from llmopt.sandbox.run import Completed, Job, Sandbox
from tests.conftest import need
from tests.units import run

from .test_isolation import REPOSITORY, running

#: Small ones, in MB, so that nothing has to be filled.
LIMITS = Limits(file=200, memory=200, processes=60, disk=60, output=3, tmp=20)
BOTH = pytest.mark.parametrize("mode", ["require", "off"])
SECRET = "sk-not-for-others"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need("gcc")
    path = tmp_path_factory.mktemp("attacks") / "attacks"
    source = Path(__file__).with_name("attacks.c")
    done = run("gcc", "-O1", "-Wall", "-Wextra", "-Werror", "-pthread", "-o", path, source)
    assert done.returncode == 0, done.stderr.decode()
    return path


class Cell:
    """A project whose build directory holds the attacks, and a sandbox to run them in."""

    def __init__(self, directory: Path, program: Path) -> None:
        self.project = directory / "project"
        self.build = self.project / "build"
        self.build.mkdir(parents=True)
        (self.build / "attacks").hardlink_to(program)

    def run(
        self,
        *words: object,
        mode: str = "require",
        timeout: float = 20,
        sanitized: bool = False,
    ) -> Completed:
        sandbox = Sandbox(mode, LIMITS)  # type: ignore[arg-type]
        return sandbox.run(
            Job(
                ("./attacks", *(str(word) for word in words)),
                str(self.build),
                timeout,
                isolated=True,
                visible=(str(self.project),),
                writable=(str(self.build),),
                sanitized=sanitized,
            )
        )

    def outside(self, *words: object) -> subprocess.CompletedProcess[bytes]:
        """Without any sandbox: the attack is one."""
        return run(self.build / "attacks", *(str(word) for word in words), cwd=self.build)


@pytest.fixture
def cell(tmp_path: Path, program: Path) -> Cell:
    need("bwrap", "prlimit", "setpriv")
    return Cell(tmp_path, program)


def refused(done: Completed) -> bool:
    return done.status != 0 and b"done" not in done.stdout


# What it can reach


def test_a_socket_reaches_nobody(cell: Cell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert cell.outside("connect-inet", port).returncode == 0
        assert refused(cell.run("connect-inet", port))


@pytest.mark.parametrize("kind", ["abstract", "path"])
def test_a_local_socket_reaches_nobody(cell: Cell, kind: str, tmp_path: Path) -> None:
    name = f"llmopt-{os.getpid()}" if kind == "abstract" else str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0{name}" if kind == "abstract" else name)
        server.listen()
        assert cell.outside(f"connect-{kind}", name).returncode == 0
        assert refused(cell.run(f"connect-{kind}", name))


@pytest.mark.parametrize("place", ["/home", "/root", "/run", pwd.getpwuid(os.getuid()).pw_dir])
def test_homes_and_sockets_of_services_are_not_there(cell: Cell, place: str) -> None:
    assert refused(cell.run("list", place))


def test_a_home_that_the_environment_names_is_not_there(
    program: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Outside of the places that are always hidden, with the project in it."""
    need("bwrap", "prlimit", "setpriv")
    home = REPOSITORY / f".home-{os.getpid()}"
    try:
        cell = Cell(home, program)
        (home / "key").write_text("secret")
        monkeypatch.setenv("HOME", str(home))
        assert cell.outside("read", home / "key").returncode == 0
        assert refused(cell.run("read", home / "key"))
        assert cell.run("list", home / "project").status == 0
    finally:
        run("rm", "-rf", home)


def test_what_other_users_may_not_read_is_not_there(cell: Cell) -> None:
    """For root as well, who owns it."""
    assert refused(cell.run("read", "/etc/shadow"))
    assert cell.run("read", "/etc/passwd").status == 0


def test_a_directory_that_the_configuration_shows_is_there(cell: Cell, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "file").write_text("data")
    job = Job(("./attacks", "read", f"{data}/file"), str(cell.build), 20, isolated=True)
    assert refused(Sandbox("require").run(job))
    assert Sandbox("require", visible=[str(data)]).run(job).status == 0
    with pytest.raises(ToolError, match="nowhere"):
        Sandbox("require", visible=[str(tmp_path / "nowhere")]).run(job)


def test_keys_in_the_environment_stay_outside(cell: Cell) -> None:
    """Neither its own environment nor that of any process has them: not even of llmopt."""
    code = (
        "import sys; from llmopt.sandbox.run import *\n"
        f"job = Job(('./attacks', sys.argv[1], {SECRET!r}), {str(cell.build)!r}, 20, isolated=True)"
        "\ndone = Sandbox('require', names=['GIVEN']).run(job)\n"
        "print(done.status, done.stdout.decode())"
    )
    environment = {
        "PYTHONPATH": str(REPOSITORY),
        "ANTHROPIC_API_KEY": SECRET,
        "SSH_AUTH_SOCK": "/run/agent",
        "LLMOPT_REPLACE": "/p/.llmopt/build/cand.objects",
        "GIVEN": "by name",
        "LC_ALL": "C.UTF-8",
        "PATH": os.environ["PATH"],
    }

    def inside(attack: str) -> list[str]:
        words = [sys.executable, "-c", code, attack]
        return subprocess.run(
            words, env=environment, capture_output=True, check=True, text=True
        ).stdout.splitlines()

    assert cell.outside("environments", "PATH=").returncode == 0
    assert inside("environments")[0].startswith("1 ")
    names = {line.partition("=")[0].split()[-1] for line in inside("print-environment") if line}
    assert names - {"PWD"} == {"GIVEN", "HOME", "LC_ALL", "PATH"}


def test_nothing_can_be_written_outside(cell: Cell, tmp_path: Path) -> None:
    (cell.project / "file").write_text("data")
    (tmp_path / "file").write_text("data")
    for path in (
        *(cell.project / "file", cell.project / "new"),
        *("/etc/passwd", "/usr/bin/new", "/new", "/dev/new", "/run/new", "/home/new"),
        *("/proc/sys/kernel/hostname", "/proc/sysrq-trigger", "/sys/power/state"),
    ):
        assert refused(cell.run("write", path)), path
    assert (cell.project / "file").read_text() == "data"
    # Among temporary files it is by itself.
    assert cell.run("write", tmp_path / "file").status == 0
    assert (tmp_path / "file").read_text() == "data"
    assert cell.run("write", cell.build / "new").status == 0


def test_what_hides_the_rest_cannot_be_taken_away(cell: Cell) -> None:
    """Root has the right to, unless it is taken from it."""
    for place in ("/home", "/root", "/etc"):
        assert refused(cell.run("uncover", place))


# What it can take


@BOTH
@pytest.mark.parametrize("attack", ["fork-bomb", "thread-bomb"])
def test_processes_are_counted(cell: Cell, mode: str, attack: str) -> None:
    done = cell.run(attack, mode=mode)
    assert refused(done)
    assert done.exceeded == "processes"
    assert not alive(cell)


def alive(cell: Cell) -> list[int]:
    """The processes, by their working directory, that are left."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(path / "cwd") == str(cell.build):
                found.append(int(path.name))
        except OSError:
            continue
    return found


@BOTH
@pytest.mark.parametrize("attack", ["fill-disk", "fill-disk-without-names"])
def test_the_disk_is_not_filled(cell: Cell, mode: str, attack: str) -> None:
    done = cell.run(attack, cell.build, mode=mode)
    assert refused(done)
    assert done.exceeded == "disk"


@pytest.mark.parametrize("place", ["/tmp", "/var/tmp", "/dev/shm"])
def test_temporary_directories_have_a_size(cell: Cell, place: str) -> None:
    done = cell.run("fill-disk", place)
    assert refused(done)
    assert b"No space left on device" in done.stdout


@BOTH
def test_memory_cannot_be_reserved_beyond_the_limit(cell: Cell, mode: str) -> None:
    done = cell.run("fill-memory", mode=mode)
    assert refused(done)
    assert b"Cannot allocate memory" in done.stdout


@BOTH
@pytest.mark.parametrize("attack", ["fill-memory", "fill-memory-files"])
def test_memory_that_is_taken_is_counted(cell: Cell, mode: str, attack: str) -> None:
    """Where address space says nothing: under sanitizers, and of what is not mapped."""
    done = cell.run(attack, mode=mode, sanitized=True)
    assert refused(done)
    assert done.exceeded == "memory"


@BOTH
def test_output_ends_somewhere(cell: Cell, mode: str) -> None:
    done = cell.run("print-without-end", mode=mode)
    assert refused(done)
    assert done.exceeded == "output"
    assert max(len(done.stdout), len(done.stderr)) == LIMITS.output_bytes


@BOTH
def test_sleep_ends(cell: Cell, mode: str) -> None:
    done = cell.run("sleep", mode=mode, timeout=0.3)
    assert done.timed_out
    assert done.exceeded == "time"
    assert refused(done)


# What it can disturb


@BOTH
def test_the_clock_of_the_machine_is_not_set(cell: Cell, mode: str) -> None:
    done = cell.run("set-clock", mode=mode)
    assert refused(done)
    assert b"Operation not permitted" in done.stdout


def test_the_time_that_counts_is_taken_outside(cell: Cell) -> None:
    """Its own clock is its own: it may say what it likes."""
    done = cell.run("stop-own-clock")
    assert b"took 0 s" in done.stdout
    assert done.seconds >= 0.3


def test_no_process_outside_is_killed(cell: Cell) -> None:
    with subprocess.Popen(["sleep", "100"]) as bystander:
        time.sleep(0.05)
        assert refused(cell.run("kill", os.getpid(), bystander.pid))
        assert bystander.poll() is None
        bystander.kill()


def test_no_process_outside_is_traced(cell: Cell) -> None:
    with subprocess.Popen(["sleep", "100"]) as bystander:
        assert refused(cell.run("trace", bystander.pid))
        assert refused(cell.run("trace", os.getpid()))
        bystander.kill()


@BOTH
@pytest.mark.parametrize("ends", ["by itself", "by the limit"])
def test_nothing_survives(cell: Cell, mode: str, ends: str) -> None:
    """Not even what left its parent and its session and ignores every signal."""
    name = f"86{os.getpid()}.{mode == 'off':d}{ends == 'by itself':d}"
    words = [] if ends == "by itself" else ["and wait"]
    done = cell.run("survive", name, *words, mode=mode, timeout=0.5)
    assert done.timed_out == (ends == "by the limit")
    assert not running("sleep", name)


def test_a_neighbour_is_not_taken_for_an_orphan(cell: Cell) -> None:
    """Without a process namespace, orphans are found among our children: others are not theirs."""
    neighbours = [
        subprocess.Popen(["sleep", "100"]),
        subprocess.Popen(["sleep", "100"]),
    ]
    try:
        assert cell.run("survive", f"87{os.getpid()}", mode="off").status == 0
        assert [process.poll() for process in neighbours] == [None, None]
    finally:
        for process in neighbours:
            process.send_signal(signal.SIGKILL)
            process.wait()
