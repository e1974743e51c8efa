"""The log as the launcher writes it and the Python half reads it; `llmopt apply` between builds."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from llmopt.cli.main import main
from llmopt.flow.builds import builds
from llmopt.store.log import read_log
from tests.conftest import need

from .support import Project

INDEX = (int(time.time()) - 1000) * 10**9


def test_the_reader_finds_what_the_launcher_wrote(hot: Project) -> None:
    hot.compile()
    hot.source.write_text("int answer(void) { return 2; }\n")
    hot.compile()
    read = read_log(hot.state)
    assert read.unreadable == 0
    swapped, passed = read.launches
    assert abs(swapped.time - time.time()) < 60
    assert (swapped.source, swapped.unit) == ("src/a.c", str(hot.output))
    assert (swapped.action, swapped.reason) == ("swapped", "verified manifest")
    assert swapped.object == hot.object_path().name
    assert swapped.manifest == hot.digest()
    assert swapped.parent == os.getpid()
    assert swapped.compile is not None
    assert 0 <= swapped.compile <= swapped.ms < 30_000
    assert (passed.action, passed.reason, passed.object) == ("passed", "no resolver", None)


@pytest.mark.parametrize("name", [b"gr\xfcn.c", "grün.c".encode(), b'q"uote\\.c', b"new\nline.c"])
def test_odd_names_are_read_as_they_are(project: Project, name: bytes) -> None:
    path = project.root / os.fsdecode(name)
    path.write_text("int x;\n")
    project.make_hot(os.fsdecode(name))
    words = ["cc", "-O2", "-c", os.fsdecode(name), "-o", os.fsdecode(name[:-1] + b"o")]
    assert project.launch(*words).returncode == 0
    (launch,) = read_log(project.state).launches
    assert os.fsencode(launch.source) == name
    assert os.path.exists(launch.unit)


def test_no_line_is_lost_where_the_log_is_laid_aside(hot: Project) -> None:
    hot.compile()
    (one,) = hot.log()
    full = (1 << 20) // (len(one) + 1) + 1
    (hot.state / "launcher.log").write_text((one + "\n") * full)
    for _ in range(3):
        hot.compile()
    read = read_log(hot.state)
    assert (len(read.launches), read.unreadable) == (full + 3, 0)
    assert read.launches[-1].time >= read.launches[0].time
    assert len(hot.log()) < 4


# Real build tools

MAKEFILE = """
all: a.o b.o
a.o: src/a.c
\tllmopt cc -O2 -c src/a.c -o a.o
b.o: src/b.c
\tcd . && llmopt cc -O2 -c src/b.c -o b.o
"""
NINJA = """
rule cc
  command = llmopt cc -O2 -c $in -o $out
build a.o: cc src/a.c
build b.o: cc src/b.c
"""


@pytest.fixture(params=["make", "ninja"])
def build(request: pytest.FixtureRequest, project: Project) -> Callable[[], str]:
    """Builds `a.o` and `b.o`, both hot; the result is what the build tool said."""
    tool = str(request.param)
    need(tool)
    name, text = {"make": ("Makefile", MAKEFILE), "ninja": ("build.ninja", NINJA)}[tool]
    (project.root / name).write_text(text)
    (project.root / "llmopt.yaml").write_text("version: 1\n")
    (project.root / "src/b.c").write_text("int b;\n")
    for source in ("src/a.c", "src/b.c"):
        os.utime(project.root / source, ns=(INDEX - 10**10, INDEX - 10**10))
    project.make_hot("src/a.c", "src/b.c", generation=INDEX, wait_ms=1)
    program = str(shutil.which(tool))

    def call() -> str:
        done = project.run(program, "-j2")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.decode()

    return call


def stage(project: Project, built: bytes | None) -> None:
    """A resolver that is late: the build does not wait for it."""
    staged = project.root / "staged"
    project.write(staged, project.manifest(built=built, generation=INDEX))
    project.resolver(
        f"sleep 0.3; mkdir -p {project.state}/manifests; cp {staged} {staged}.$LLMOPT_COMMAND; "
        f"mv {staged}.$LLMOPT_COMMAND {project.state}/manifests/$LLMOPT_COMMAND"
    )


def wait_for_manifests(project: Project, number: int) -> None:
    for _ in range(200):
        if len(list((project.state / "manifests").iterdir())) == number:
            return
        time.sleep(0.05)
    pytest.fail("the resolvers did not end")


def verb(project: Project, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main([*words, "--json", "--project", str(project.root)]) == 0
    return json.loads(capsys.readouterr().out)


def facts(project: Project) -> list[tuple[str, str]]:
    return sorted((one.output, one.reason) for one in read_log(project.state).launches[-2:])


def test_apply_has_the_next_build_take_what_was_late(
    project: Project, build, capsys: pytest.CaptureFixture[str]
) -> None:
    stage(project, b"the recipe's object\n")
    build()
    assert facts(project) == [("a.o", "resolver still running"), ("b.o", "resolver still running")]
    assert verb(project, capsys, "stats")["overall"]["pending"] == [
        str(project.root / name) for name in ("a.o", "b.o")
    ]
    wait_for_manifests(project, 2)
    build()
    assert len(project.log()) == 2, "for the build tool everything is up to date"

    due = verb(project, capsys, "apply")["due"]
    assert [(one["source"], one["why"]) for one in due] == [
        (source, "resolver still running at its last build; its object is ready now")
        for source in ("src/a.c", "src/b.c")
    ]
    build()
    assert facts(project) == [("a.o", "verified manifest"), ("b.o", "verified manifest")]
    assert project.swapped()

    assert verb(project, capsys, "apply") == {"dry_run": False, "due": [], "left": []}
    build()
    assert len(project.log()) == 4
    overall, *each = counts(verb(project, capsys, "stats"))
    assert (overall, each) == ((4, 2, 2, 0), [(2, 0, 2, 0), (2, 2, 0, 0)])
    assert len(builds(read_log(project.state).launches)) == 2


def counts(stats: Any) -> Sequence[tuple[int, ...]]:
    """Launches, swapped, passed and pending: overall and of each build."""
    return [
        (one["launches"], one["swapped"], one["passed"], len(one["pending"]))
        for one in (stats["overall"], *stats["builds"])
    ]


def test_apply_does_not_ask_again_where_nothing_applies(
    project: Project, build, capsys: pytest.CaptureFixture[str]
) -> None:
    stage(project, None)
    build()
    wait_for_manifests(project, 2)
    assert verb(project, capsys, "apply")["due"] == []
    build()
    assert len(project.log()) == 2


def test_apply_and_build_come_to_an_end_without_a_resolver(
    project: Project, build, capsys: pytest.CaptureFixture[str]
) -> None:
    build()
    # In the second in which a source was compiled, its time says nothing.
    due = verb(project, capsys, "apply")["due"]
    assert {one["why"] for one in due} == {"no resolver at its last build"}
    build()
    assert len(project.log()) == 4
    facts = verb(project, capsys, "apply")
    assert facts["due"] == []
    assert {one["why"] for one in facts["left"]} == {
        "no resolver at its last build, and nothing is resolved"
    }
    build()
    assert len(project.log()) == 4
