"""State and cache damaged in every way: a build gets the compiler's object or the verified one."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Optimized
from .support import Project, copy, note, without_python_half


def flip_start(path: Path) -> None:
    flip(path, 0)


def flip_middle(path: Path) -> None:
    flip(path, path.stat().st_size // 2)


def flip_end(path: Path) -> None:
    flip(path, path.stat().st_size - 1)


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    if data:
        data[at] ^= 0x10
        path.write_bytes(data)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def delete(path: Path) -> None:
    path.unlink()


def directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def writable_by_all(path: Path) -> None:
    path.chmod(0o666)


DAMAGE = (flip_start, flip_middle, flip_end, truncate, empty, delete, directory, writable_by_all)


class Known:
    """A project that was built, with the only two objects that a build of it may make."""

    def __init__(self, project: Project, backup: Path) -> None:
        self.project = project
        self.swapped = project.compile()
        self.plain = project.compile(launched=False)
        project.settle()
        assert note(self.swapped) == [project.recipe]
        assert note(self.plain) == []
        self._backup = backup
        shutil.copytree(project.state, backup / "state", symlinks=True)
        shutil.copytree(project.cache, backup / "cache")

    def restore(self) -> None:
        self.project.settle()
        for path, name in ((self.project.state, "state"), (self.project.cache, "cache")):
            shutil.rmtree(path, ignore_errors=True)
            shutil.copytree(self._backup / name, path)

    def check(self, *, swapped: bool | None = None) -> None:
        """One compile gives one of the two; which one, where that is known."""
        found = self.project.compile()
        assert found in (self.swapped, self.plain)
        if swapped is not None:
            assert (found == self.swapped) is swapped, self.project.log[-1:]


@pytest.fixture(scope="module")
def everything(optimized: Optimized, tmp_path_factory) -> Known:
    path = tmp_path_factory.mktemp("damage")
    return Known(copy(optimized.project, path), path / "backup")


@pytest.fixture
def known(everything: Known) -> Known:
    everything.restore()
    return everything


def files(path: Path) -> list[Path]:
    return sorted(p for p in path.rglob("*") if p.is_file())


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda d: d.__name__)
def test_a_damaged_file_of_the_state_never_gives_another_object(
    known: Known, damage: Callable[[Path], None]
):
    state = known.project.state
    names = [p.relative_to(state) for p in files(state)]
    assert {p.parts[0] for p in names} >= {"index", "manifests", "objects", "resolved"}
    for name in names:
        known.restore()
        damage(state / name)
        known.check()
        known.check()


def test_every_byte_of_index_and_manifest_counts(known: Known, tmp_path: Path):
    state = known.project.state
    (manifest,) = (state / "manifests").iterdir()
    # Without the Python half nothing is repaired: what is damaged is not used.
    alone = without_python_half(tmp_path)
    chosen = random.Random(0)
    for path in (state / "index", manifest):
        good = path.read_bytes()
        for at in chosen.sample(range(len(good)), 40):
            bad = bytearray(good)
            bad[at] ^= 1 << chosen.randrange(8)
            path.write_bytes(bad)
            found = known.project.compile(changes=alone)
            if path == manifest:
                assert found == known.plain, at
            assert found in (known.swapped, known.plain)
        path.write_bytes(good)
    assert known.project.compile(changes=alone) == known.swapped


def test_an_object_under_the_name_of_another_is_made_again(known: Known):
    (path,) = (known.project.state / "objects").iterdir()
    # Of another size, and of the same.
    for content in (known.plain, known.swapped[:-1] + b"?"):
        path.write_bytes(content)
        known.check(swapped=True)
        assert known.project.log[-1]["reason"] == "resolved during the build"
        assert path.read_bytes() == known.swapped


def test_an_object_under_the_name_of_another_is_not_used(known: Known, tmp_path: Path):
    (path,) = (known.project.state / "objects").iterdir()
    for content in (known.plain, known.swapped[:-1] + b"?"):
        path.write_bytes(content)
        made = known.project.compile(changes=without_python_half(tmp_path))
        assert made == known.plain
        assert known.project.log[-1]["reason"] == "object damaged"


def test_the_state_directory_removed_is_no_project_state(known: Known):
    shutil.rmtree(known.project.state)
    known.check(swapped=False)
    assert not known.project.state.exists()


@pytest.mark.parametrize("kind", ["file", "dangling link", "read-only"])
def test_a_state_directory_that_cannot_be_used_does_not_stop_a_build(known: Known, kind: str):
    state = known.project.state
    if kind == "read-only":
        shutil.rmtree(state / "manifests")
        state.chmod(0o500)
    else:
        shutil.rmtree(state)
    if kind == "file":
        state.write_text("")
    if kind == "dangling link":
        state.symlink_to("/nonexistent/llmopt")
    try:
        known.check()
    finally:
        if kind == "read-only":
            state.chmod(0o700)
        else:
            state.unlink()


# The cache


def forget_the_manifest(known: Known) -> None:
    """Only the cache knows now."""
    shutil.rmtree(known.project.state / "manifests")
    shutil.rmtree(known.project.state / "objects")


def test_the_cache_alone_gives_the_same_object(known: Known):
    forget_the_manifest(known)
    known.check(swapped=True)


@pytest.mark.parametrize("kind", ["garbage", "empty", "half", "gone", "a directory"])
def test_a_cache_that_is_no_database_gives_the_compilers_object(known: Known, kind: str):
    database = known.project.cache / "cache.db"
    for path in known.project.cache.iterdir():
        if path.name.startswith("cache.db-"):
            path.unlink()
    forget_the_manifest(known)
    good = database.read_bytes()
    if kind == "gone":
        shutil.rmtree(known.project.cache)
    elif kind == "a directory":
        database.unlink()
        database.mkdir()
    else:
        database.write_bytes(
            {"garbage": b"x" * 5000, "empty": b"", "half": good[: len(good) // 2]}[kind]
        )
    known.check(swapped=False if kind != "half" else None)
    if kind in ("garbage", "a directory"):
        done = known.project.run("llmopt", "doctor", status=1)
        (line,) = [line for line in done.stdout.splitlines() if "  cache " in line]
        assert line.startswith("MISSING")
        assert str(known.project.cache) in line
        done = known.project.run("llmopt", "report", status=1)
        assert done.stderr.startswith("llmopt: the cache in ")
        assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("kind", ["object", "recipe"])
def test_a_value_in_the_cache_that_changed_is_not_used(known: Known, kind: str):
    forget_the_manifest(known)
    with sqlite3.connect(known.project.cache / "cache.db") as database:
        rows = database.execute(
            "SELECT rowid, value FROM Cache WHERE key LIKE ?", (f"{kind}:%",)
        ).fetchall()
        assert rows
        for row, value in rows:
            bad = bytearray(value)
            # In a recipe: a word that is still JSON, and another option of the compiler.
            at = bad.find(b"stripmine") if kind == "recipe" else len(bad) // 2
            bad[at] ^= 1
            database.execute("UPDATE Cache SET value = ? WHERE rowid = ?", (bytes(bad), row))
    database.close()
    known.check(swapped=kind == "object")


def test_a_pickled_value_in_the_cache_is_not_loaded(known: Known, tmp_path: Path):
    forget_the_manifest(known)
    code = f"cos\nsystem\n(S'touch {tmp_path}/ran'\ntR.".encode()
    with sqlite3.connect(known.project.cache / "cache.db") as database:
        database.execute("UPDATE Cache SET value = ?, mode = 4", (code,))
    database.close()
    known.check(swapped=False)
    assert not (tmp_path / "ran").exists()
