"""Signals: what reaches the compiler, and how we end."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .support import Project, ends


def start(project: Project, *words: str) -> subprocess.Popen[bytes]:
    """The launcher, with no signal ignored: a test run in the background ignores some."""
    command = ["env", "--default-signal", str(project.launcher), *words]
    return subprocess.Popen(command, cwd=project.root, env=project.environment)


def wait_until_exists(path: Path) -> None:
    for _ in range(500):
        if path.exists():
            return
        time.sleep(0.01)
    raise AssertionError(f"{path} does not appear")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_to_us_reaches_the_compiler(hot: Project, number: signal.Signals) -> None:
    hot.script(
        "x-trapping-cc",
        f"trap 'echo got > got; exit 7' {number.name[3:]}; touch ready; "
        "while :; do sleep 0.01; done",
    )
    hot.put_manifest(hot.words("x-trapping-cc"))
    process = start(hot, *hot.words("x-trapping-cc"))
    wait_until_exists(hot.root / "ready")
    process.send_signal(number)
    assert process.wait(10) == 7
    assert (hot.root / "got").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGSEGV, signal.SIGKILL])
def test_a_compiler_that_dies_of_a_signal_makes_us_die_of_it(
    hot: Project, number: signal.Signals
) -> None:
    hot.script("x-dying-cc", f"kill -{number.name[3:]} $$; sleep 5")
    hot.put_manifest(hot.words("x-dying-cc"))
    assert start(hot, *hot.words("x-dying-cc")).wait(10) == -number


def test_a_signal_while_the_resolver_is_waited_for_ends_both(project: Project) -> None:
    project.make_hot(wait_ms=60000)
    project.resolver("echo $$ > pid; mv pid ready; exec sleep 60")
    process = start(project, *project.words())
    wait_until_exists(project.root / "ready")
    wait_until_exists(project.output)
    time.sleep(0.1)
    process.terminate()
    assert process.wait(10) == -signal.SIGTERM
    assert ends(int((project.root / "ready").read_text()))
    assert not project.swapped()


def test_a_parent_that_ignores_its_children_gets_the_status(hot: Project) -> None:
    """SIGCHLD ignored: the kernel would throw the compiler's status away."""
    hot.script("x-failing-cc", "exit 9")
    hot.put_manifest(hot.words("x-failing-cc"))
    command = ["env", "--ignore-signal=CHLD", str(hot.launcher), *hot.words("x-failing-cc")]
    assert hot.run(*command).returncode == 9


def test_what_is_ignored_stays_ignored(project: Project) -> None:
    """nohup: a hangup while the resolver is waited for ends nothing."""
    project.make_hot(wait_ms=60000)
    project.resolver("touch ready; while ! [ -e end ]; do sleep 0.01; done")
    command = ["env", "--ignore-signal=HUP", str(project.launcher), *project.words()]
    process = subprocess.Popen(command, cwd=project.root, env=project.environment)
    wait_until_exists(project.root / "ready")
    wait_until_exists(project.output)
    process.send_signal(signal.SIGHUP)
    (project.root / "end").touch()
    assert process.wait(10) == 0


def test_a_key_at_the_terminal_is_not_sent_twice(hot: Project) -> None:
    """The terminal's own signal has reached the compiler already; here both get one."""
    hot.script(
        "x-counting-cc", "trap 'echo x >> got' INT; touch ready; sleep 0.5; sleep 0.1; exit 0"
    )
    hot.put_manifest(hot.words("x-counting-cc"))
    script = (
        "import os, pty, sys, time, signal\n"
        "pid, fd = pty.fork()\n"
        "if pid == 0:\n"
        "    for number in (signal.SIGINT, signal.SIGQUIT):\n"
        "        signal.signal(number, signal.SIG_DFL)\n"
        "    os.execvp(sys.argv[1], sys.argv[1:])\n"
        "while not os.path.exists('ready'): time.sleep(0.01)\n"
        "os.write(fd, b'\\x03')\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
    )
    result = hot.run(sys.executable, "-c", script, hot.launcher, *hot.words("x-counting-cc"))
    assert result.returncode == 0
    assert (hot.root / "got").read_text() == "x\n"


@pytest.mark.parametrize("state", ["cold", "no recipe", "object"])
def test_the_compiler_takes_our_place_unless_there_is_an_object(
    project: Project, state: str
) -> None:
    """Exec, and not a child: nothing of us is left while it runs."""
    project.script("x-telling-cc", "echo $$")
    words = project.words("x-telling-cc")
    if state != "cold":
        project.make_hot()
        project.put_manifest(words, built=None if state == "no recipe" else b"object")
    command = [str(project.launcher), *words]
    with subprocess.Popen(
        command, cwd=project.root, env=project.environment, stdout=subprocess.PIPE
    ) as process:
        printed, _ = process.communicate()
    assert (int(printed) == process.pid) is (state != "object")


def test_the_compiler_inherits_the_default_signals(project: Project) -> None:
    """SIGPIPE ends it, as without us."""
    project.script("x-piping-cc", "yes")
    command = f"{project.launcher} x-piping-cc -c x.c | head -1 >/dev/null; echo ${{PIPESTATUS[0]}}"
    result = project.run("bash", "-c", command)
    assert int(result.stdout) == 128 + signal.SIGPIPE
