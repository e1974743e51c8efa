"""`llmopt apply`: what is due, by literal lines of the log and a state written here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from llmopt.cli.main import main
from llmopt.store.files import write_atomically
from llmopt.store.lock import write_lock
from llmopt.store.state import Manifest, State, encode_index
from tests.conftest import need
from tests.launches import COMMAND, NOON, line
from tests.recipes import recipe

REPOSITORY = Path(__file__).parents[2]
Capture = pytest.CaptureFixture[str]
#: Times of the index, and of launches before and after it.
INDEX, BEFORE, AFTER = NOON, NOON - 1000, NOON + 1000
LATE = ["resolver still running", "no resolver", "not resolved"]


class Project:
    """A project whose `src/a.c` is hot and was compiled to `build/a.o`."""

    def __init__(self, directory: Path) -> None:
        self.root = directory / "project"
        self.source = self.root / "src/a.c"
        self.object = self.root / "build/a.o"
        for path in (self.source, self.object, self.root / ".llmopt/launcher.log"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        (self.root / "llmopt.yaml").write_text("version: 1\n")
        self.state = State(str(self.root))
        os.utime(self.source, (BEFORE - 10, BEFORE - 10))
        os.utime(self.object, (AFTER, AFTER))
        self.index()

    def index(self, *sources: str, generation: int = INDEX * 10**9) -> None:
        names = sources or ("src/a.c",)
        data = encode_index(sorted(names), generation, (0,) * 5, 5000)
        write_atomically(self.state.index_path, data)

    def ran(self, *sources: str) -> None:
        """As if `llmopt optimize` had found these."""
        run = {"functions": [{"source": source} for source in sources], "recipes": []}
        (self.state.path / "run.json").write_text(json.dumps(run))

    def log(self, *lines: bytes) -> None:
        path = self.state.path / "launcher.log"
        path.write_bytes(b"".join(one + b"\n" for one in lines))

    def line(self, **changes: Any) -> bytes:
        keys = {"time": AFTER, "cwd": str(self.root / "build"), "output": "a.o"}
        return line(**{**keys, **changes})

    def resolved(self, data: bytes | None, generation: int = INDEX * 10**9) -> str | None:
        """A manifest with this object, or none."""
        name = self.state.write_object(data) if data is not None else None
        manifest = Manifest(generation, name, len(data or b""), (), ())
        self.state.write_manifest(COMMAND, manifest)
        return name

    def changed(self) -> float:
        return self.source.stat().st_mtime


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = Project(tmp_path)
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def applied(capsys: Capture) -> Callable[..., Any]:
    def call(*words: str, status: int = 0) -> Any:
        assert main(["apply", "--json", *words]) == status
        return json.loads(capsys.readouterr().out)

    return call


@pytest.fixture
def touched(project: Project, applied: Callable[..., Any]) -> Callable[[], str]:
    """The reason for which the source was touched; with `left: ` in front, it was not."""

    def call() -> str:
        before = project.changed()
        facts = applied()
        assert (project.changed() != before) == bool(facts["due"])
        if facts["due"]:
            (one,) = facts["due"]
            assert abs(time.time() - project.changed()) < 60
            return str(one["why"])
        return "".join(f"left: {one['why']}" for one in facts["left"])

    return call


# Due


@pytest.mark.parametrize("reason", [*LATE, "changed during the compile", "no recipe applies"])
def test_what_came_after_the_build_is_due(project: Project, touched, reason: str) -> None:
    project.log(project.line(reason=reason), project.line(reason=reason))
    project.resolved(b"object")
    assert touched() == f"{reason} at its last build; its object is ready now"


def test_another_object_than_was_swapped_is_due(project: Project, touched) -> None:
    project.log(project.line(action="swapped", reason="verified manifest"))
    project.resolved(b"object")
    assert touched() == "another object is resolved for it by now"


def test_what_was_not_built_since_the_index_was_made_is_due(project: Project, touched) -> None:
    name = project.resolved(b"object", generation=1)
    project.log(project.line(time=BEFORE, action="direct", object=name))
    assert touched() == (
        "not built through the launcher since the last `llmopt optimize` or `llmopt lock`"
    )


def test_what_was_never_built_is_due(project: Project, touched) -> None:
    project.ran("src/a.c")
    assert touched() == "not built through the launcher yet"


def test_what_the_index_does_not_name_is_not(project: Project, touched) -> None:
    project.index("src/other.c")
    project.ran("src/a.c")
    project.resolved(b"object")
    project.log(project.line())
    assert touched() == ""


def test_one_object_that_is_due_is_enough(project: Project, touched) -> None:
    (project.root / "build/b.o").touch()
    failed = project.line(manifest="aa" * 32, reason="compile failed")
    project.log(failed, project.line(output="b.o"))
    project.resolved(b"object")
    assert touched().startswith("resolver still running")


def test_the_last_line_of_an_object_counts_and_not_the_latest_time(
    project: Project, touched
) -> None:
    name = project.resolved(b"object")
    project.log(
        project.line(time=AFTER + 99),
        project.line(action="swapped", reason="verified manifest", object=name),
    )
    assert touched() == ""


# Not due


def test_what_is_in_place_is_not_touched(project: Project, touched) -> None:
    name = project.resolved(b"object")
    for action in ("swapped", "direct"):
        project.log(project.line(), project.line(action=action, object=name))
        assert touched() == ""


@pytest.mark.parametrize("reason", [*LATE, "no recipe applies"])
def test_where_nothing_applies_nothing_is_touched(project: Project, touched, reason: str) -> None:
    project.log(project.line(reason=reason))
    project.resolved(None)
    assert touched() == ""


@pytest.mark.parametrize("reason", LATE)
def test_what_stays_unresolved_is_tried_once_more_and_no_further(
    project: Project, touched, reason: str
) -> None:
    project.log(project.line(reason=reason))
    assert touched() == f"{reason} at its last build"
    project.log(project.line(reason=reason), project.line(reason=reason, time=int(time.time())))
    assert touched() == f"left: {reason} at its last build, and nothing is resolved"


@pytest.mark.parametrize(
    "reason", ["output is not a regular file", "compile failed", "manifest not trusted"]
)
def test_what_another_build_does_not_mend_is_left(project: Project, touched, reason: str) -> None:
    project.log(project.line(reason=reason))
    assert touched().startswith(f"left: {reason} at its last build")
    project.resolved(b"object")
    assert touched() == f"left: {reason} at its last build"


def test_what_the_next_build_compiles_anyway_is_left(project: Project, touched) -> None:
    project.log(project.line())
    project.resolved(b"object")
    os.utime(project.source, (AFTER + 5, AFTER + 5))
    assert touched() == "left: newer than its last build: the next one compiles it"
    os.utime(project.object, (AFTER + 9, AFTER + 9))
    assert touched().startswith("left: compiled since, but the launcher passed that command")


def test_applying_twice_touches_once(project: Project, touched) -> None:
    project.log(project.line())
    project.resolved(b"object")
    assert touched().endswith("its object is ready now")
    assert touched().startswith("left: newer than its last build")


def test_what_was_never_built_is_touched_once(project: Project, touched) -> None:
    project.ran("src/a.c")
    assert touched() == "not built through the launcher yet"
    assert touched().startswith("left: newer than the last `llmopt optimize`")


def test_an_object_that_is_gone_is_made_without_help(project: Project, touched) -> None:
    project.log(project.line())
    project.resolved(b"object")
    project.object.unlink()
    assert touched() == ""


def test_a_source_that_is_gone_is_no_error(project: Project, applied) -> None:
    project.log(project.line())
    project.resolved(b"object")
    project.source.unlink()
    assert applied() == {"dry_run": False, "due": [], "left": []}


@pytest.mark.parametrize("damage", ["flip", "cut", "object", "name"])
def test_a_damaged_result_is_none(project: Project, touched, damage: str) -> None:
    name = project.resolved(b"object")
    path = project.state.path / "manifests" / COMMAND
    data = path.read_bytes()
    command = COMMAND
    if damage == "flip":
        # The bit that says that there is an object.
        path.write_bytes(data[:12] + bytes([data[12] ^ 1]) + data[13:])
    elif damage == "cut":
        path.write_bytes(data[:50])
    elif damage == "object":
        (project.state.path / "objects" / str(name)).write_bytes(b"other")
    else:
        command = "../manifests/" + COMMAND
    twice = [project.line(manifest=command)] * 2
    project.log(*twice)
    assert touched() == "left: resolver still running at its last build, and nothing is resolved"


def test_without_an_index_there_is_nothing_to_do(project: Project, touched) -> None:
    project.state.index_path.unlink()
    project.ran("src/a.c")
    project.log(project.line())
    project.resolved(b"object")
    assert touched() == ""


def test_an_index_of_the_future_does_not_repeat_for_ever(project: Project, touched) -> None:
    """The clock was put back since."""
    future = (int(time.time()) + 10**6) * 10**9
    project.index(generation=future)
    project.log(project.line(), project.line())
    assert touched() == "left: resolver still running at its last build, and nothing is resolved"
    project.resolved(b"object", generation=future)
    assert touched().endswith("its object is ready now")


# The lock


def test_a_lock_that_changed_makes_what_it_pins_due(project: Project, touched) -> None:
    name = project.resolved(b"object")
    made = recipe(source="src/a.c")
    write_lock(project.root, [made])
    assert not project.state.index_is_current()
    project.log(project.line(action="swapped", object=name))
    assert touched() == "not built through the launcher since llmopt.lock changed"
    assert touched().startswith("left: newer than its last build")
    assert not project.state.index_is_current(), "the next build makes the index anew"


def test_a_lock_without_an_index_is_enough(project: Project, touched) -> None:
    project.state.index_path.unlink()
    write_lock(project.root, [recipe(source="src/a.c")])
    assert touched() == "not built through the launcher yet"


def test_a_lock_that_cannot_be_read_is_an_error(project: Project, capsys: Capture) -> None:
    (project.root / "llmopt.lock").write_text("version: 99\n")
    before = project.changed()
    assert main(["apply"]) == 1
    assert "llmopt.lock: version 99" in capsys.readouterr().err
    assert project.changed() == before


# Printing


def test_a_dry_run_says_the_same_and_touches_nothing(project: Project, capsys: Capture) -> None:
    project.log(project.line())
    project.resolved(b"object")
    before = project.changed()
    assert main(["apply", "--dry-run"]) == 0
    why = "src/a.c: resolver still running at its last build; its object is ready now"
    assert capsys.readouterr().out == f"would touch  {why}\n"
    assert project.changed() == before
    assert main(["apply"]) == 0
    told = f"touched  {why}\nbuild again through the launcher to use what is pending\n"
    assert capsys.readouterr().out == told
    assert main(["apply"]) == 0
    assert capsys.readouterr().out == (
        "left     src/a.c: newer than its last build: the next one compiles it\nnothing to do\n"
    )


def test_the_content_stays(project: Project, touched) -> None:
    project.source.write_bytes(b"int a;\n")
    os.utime(project.source, (BEFORE, BEFORE))
    mode = project.source.stat().st_mode
    project.log(project.line())
    project.resolved(b"object")
    assert touched()
    assert project.source.read_bytes() == b"int a;\n"
    assert project.source.stat().st_mode == mode


def test_a_touched_source_is_newer_than_its_object_by_the_clock_of_files(
    project: Project, touched
) -> None:
    """Of two times in one tick neither is newer: a build tool would do nothing."""
    project.log(project.line())
    project.resolved(b"object")
    soon = time.time_ns() + 100_000_000
    os.utime(project.object, ns=(soon, soon))
    assert touched()
    assert project.source.stat().st_mtime_ns > soon


def test_an_object_of_the_future_is_named(project: Project, capsys: Capture) -> None:
    project.log(project.line())
    project.resolved(b"object")
    later = time.time() + 10**6
    os.utime(project.object, (later, later))
    assert main(["apply"]) == 1
    assert capsys.readouterr().err == (
        "llmopt: src/a.c cannot be touched (its object is dated in the future): to have it "
        f"compiled again, remove {project.object}\n"
    )


def test_a_source_that_cannot_be_touched_is_named_with_what_to_do(project: Project) -> None:
    need("bwrap")
    project.log(project.line())
    project.resolved(b"object")
    for words in (["apply"], ["apply", "--json"]):
        done = subprocess.run(
            [
                *(str(shutil.which("bwrap")), "--ro-bind", "/", "/", "--dev", "/dev"),
                *(sys.executable, "-m", "llmopt.cli.entry", *words),
            ],
            cwd=project.root,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert done.stderr == (
            "llmopt: src/a.c cannot be touched (Read-only file system): to have it compiled again, "
            f"remove {project.object}\n"
        )
        if "--json" in words:
            (one,) = json.loads(done.stdout)["due"]
            assert one["error"] == "Read-only file system"
        else:
            assert done.stdout == ""
    assert main(["apply", "--dry-run"]) == 0
