"""`.llmopt`: the bytes are those of docs/formats, and old state never counts as new."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmopt.errors import StoreError
from llmopt.store.files import write_atomically
from llmopt.store.state import (
    FileRecord,
    Left,
    Manifest,
    State,
    encode_index,
    record_file,
)
from llmopt.values.digest import content_digest
from tests.launcher import formats

NS = formats.NS


@pytest.fixture
def state(tmp_path: Path) -> State:
    """The state of an empty project."""
    return State(str(tmp_path))


def example(name: str) -> bytes:
    return (formats.EXAMPLES / name).read_bytes()


# Bytes

SOURCES = ["src/sort.c", "src/hash.c", "main.c", os.fsdecode(b"lib/\xe4.c")]
LOCK = (120, 1_700_000_000 * NS + 1, 1_700_000_001 * NS + 2, 42, 64768)


def test_an_index_is_that_of_the_example_file() -> None:
    assert encode_index(SOURCES, 7, LOCK, 2500, formats.blake2b(b"lock", 16)) == example(
        "index-four"
    )
    assert encode_index([], 1, (0,) * 5, 0) == example("index-empty")


def manifest(built: bytes | None) -> Manifest:
    """The manifest of the example files."""
    source = FileRecord(
        "/project/src/sort.c",
        (11, NS, 2 * NS, 7, 8),
        True,
        content_digest(b"int sort;\n\n"),
    )
    if built is None:
        return Manifest(7, None, 0, (source,), ())
    path = os.fsdecode(b"/project/src/\xe4.h")
    fresh = FileRecord(path, (0, 3, 4, 5, 6), False, content_digest(b""))
    compiler = FileRecord("/usr/bin/cc", (9, 1, 2, 3, 4), True, content_digest(b"\x7fELF"))
    return Manifest(
        generation=7,
        object=content_digest(built),
        object_size=len(built),
        files=(source, fresh, compiler),
        absent=("/project/src/stdio.h",),
    )


def test_a_manifest_is_that_of_the_example_file() -> None:
    assert manifest(b"an object\n").to_bytes() == example("manifest-object")
    assert manifest(None).to_bytes() == example("manifest-no-object")
    left = Left(b"sort.o: src/sort.c\n", b"warning\n")
    first = manifest(b"an object\n")
    complete = replace(first, files=first.files[:1], absent=(), left=left)
    assert complete.to_bytes() == example("manifest-complete")


numbers = st.integers(0, 2**64 - 1)
times = st.integers(-(2**63), 2**63 - 1)
stamps = st.builds(formats.Stamp, numbers, times, times, numbers, numbers)
paths = st.binary(min_size=1, max_size=20).map(lambda path: b"/" + path.replace(b"\0", b"x"))


@given(st.sets(paths, max_size=20), numbers, stamps, st.integers(0, 600_000))
def test_every_index_is_that_of_the_reference(
    sources: set[bytes], generation: int, lock: formats.Stamp, wait: int
) -> None:
    names = sorted(os.fsdecode(source) for source in sources)
    stamp = (lock.size, lock.mtime_ns, lock.ctime_ns, lock.inode, lock.device)
    made = encode_index(names, generation, stamp, wait)
    slots = (len(made) - 96) // 16
    assert slots & (slots - 1) == 0
    assert slots >= max(1, 2 * len(sources))
    expected = formats.encode_index(
        [os.fsencode(name) for name in names],
        slots=slots,
        generation=generation,
        lock=lock,
        wait_ms=wait,
    )
    assert made == expected


records = st.builds(formats.FileRecord, paths, stamps, st.binary(min_size=32, max_size=32))


@given(
    st.lists(records, max_size=4),
    st.lists(paths, max_size=4),
    st.none() | st.binary(max_size=9),
    numbers,
    st.none() | st.tuples(st.none() | st.binary(max_size=9), st.binary(max_size=9)),
)
def test_every_manifest_is_that_of_the_reference(
    files: list[formats.FileRecord],
    absents: list[bytes],
    built: bytes | None,
    generation: int,
    left: tuple[bytes | None, bytes] | None,
) -> None:
    made = Manifest(
        generation=generation,
        object=None if built is None else content_digest(built),
        object_size=len(built or b""),
        files=tuple(
            FileRecord(
                os.fsdecode(f.path),
                (f.stamp.size, f.stamp.mtime_ns, f.stamp.ctime_ns, f.stamp.inode, f.stamp.device),
                True,
                f.content.hex(),
            )
            for f in files
        ),
        absent=tuple(os.fsdecode(path) for path in absents),
        left=None if left is None else Left(*left),
    )
    expected = formats.encode_manifest(
        files, absents=absents, built=built, generation=generation, left=left
    )
    assert made.to_bytes() == expected


# Files as they are


def test_a_file_is_recorded_as_the_launcher_sees_it(tmp_path: Path) -> None:
    path = tmp_path / "a.h"
    path.write_bytes(b"int a;\n")
    made = record_file(str(path))
    assert formats.Stamp(*made.stat) == formats.Stamp.of(path)
    assert made.digest == content_digest(b"int a;\n")


def test_a_file_that_was_just_written_is_not_trusted(tmp_path: Path) -> None:
    path = tmp_path / "a.h"
    path.touch()
    assert not record_file(str(path)).trusted
    os.utime(path, (1, 1))
    assert not record_file(str(path)).trusted, "its ctime is new"
    assert record_file("/bin/sh").trusted


def test_a_file_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        record_file(str(tmp_path / "none"))


# The index of a project


def test_an_index_names_the_sources_it_was_written_for(state: State) -> None:
    assert state.hot_sources(["src/a.c"]) == set()
    state.write_index(["src/a.c", "b.c", "src/a.c"], 5)
    assert state.hot_sources(["src/a.c", "b.c", "a.c", ""]) == {"src/a.c", "b.c"}
    state.write_index([], 5)
    assert state.hot_sources(["src/a.c"]) == set()


def test_an_index_is_current_while_the_lock_is_the_same(state: State, tmp_path: Path) -> None:
    lock = tmp_path / "llmopt.lock"
    assert not state.index_is_current()
    state.write_index([], 5)
    assert state.index_is_current()
    lock.write_text("1\n")
    assert not state.index_is_current()
    state.write_index([], 5)
    assert state.index_is_current()
    # In a fresh clone it is the same text with other stat data.
    os.utime(lock, (1, 1))
    assert state.index_is_current()
    lock.write_text("2\n")
    assert not state.index_is_current()
    lock.unlink()
    assert not state.index_is_current()


@pytest.mark.parametrize("content", [b"", b"short", bytes(95)])
def test_a_damaged_index_is_none(state: State, content: bytes) -> None:
    state.path.mkdir()
    state.index_path.write_bytes(content)
    assert state.generation == 0
    assert not state.index_is_current()
    assert state.hot_sources(["a.c"]) == set()


def test_each_index_is_a_new_generation(state: State) -> None:
    generations = [state.generation]
    for _ in range(5):
        state.write_index([], 5)
        generations.append(state.generation)
    assert generations[0] == 0
    assert sorted(set(generations)) == generations


def test_the_generation_grows_though_the_clock_jumps_back(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.write_index([], 5)
    before = state.generation
    monkeypatch.setattr(time, "time_ns", lambda: 1_000)
    state.write_index([], 5)
    assert state.generation == before + 1


def test_a_project_made_anew_does_not_bring_back_an_old_generation(state: State) -> None:
    """Its manifests may still lie in a build that somebody restored."""
    state.write_index([], 5)
    before = state.generation
    state.index_path.unlink()
    state.write_index([], 5)
    assert state.generation > before


# Manifests and objects


def put(state: State, name: str, built: bytes | None, generation: int | None = None) -> Path:
    """A manifest of today's generation, or another."""
    digest = None if built is None else state.write_object(built)
    size = len(built or b"")
    at = state.generation if generation is None else generation
    state.write_manifest(name, Manifest(at, digest, size, (), ()))
    return state.path / "manifests" / name


def test_an_object_stands_under_its_digest(state: State) -> None:
    name = state.write_object(b"object")
    path = state.path / "objects" / name
    assert name == formats.blake2b(b"object").hex()
    assert path.read_bytes() == b"object"
    inode = path.stat().st_ino
    state.write_object(b"object")
    assert path.stat().st_ino == inode
    path.write_bytes(b"damaged")
    state.write_object(b"object")
    assert path.read_bytes() == b"object"


def test_prune_keeps_what_is_used_and_drops_the_rest(state: State) -> None:
    state.write_index(["a.c"], 5)
    used = put(state, "a" * 64, b"used")
    none = put(state, "b" * 64, None)
    old = put(state, "c" * 64, b"old", generation=state.generation - 1)
    damaged = state.path / "manifests" / ("d" * 64)
    damaged.write_bytes(b"damaged")
    unused = state.write_object(b"unused")
    state.prune()
    assert used.exists()
    assert none.exists()
    assert not old.exists()
    assert not damaged.exists()
    objects = {path.name for path in (state.path / "objects").iterdir()}
    assert objects == {content_digest(b"used")}
    assert unused not in objects


def test_prune_of_an_empty_project_does_nothing(state: State) -> None:
    state.prune()
    assert not state.path.exists()


def test_a_new_generation_makes_all_manifests_go(state: State) -> None:
    state.write_index(["a.c"], 5)
    path = put(state, "a" * 64, b"used")
    state.write_index(["a.c"], 5)
    state.prune()
    assert not path.exists()
    assert list((state.path / "objects").iterdir()) == []


# Small files


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_nobody_else_can_write_the_state_whatever_the_umask(state: State, umask: int) -> None:
    before = os.umask(umask)
    try:
        state.write_index(["a.c"], 5)
        put(state, "a" * 64, b"object")
    finally:
        os.umask(before)
    files = [path for path in state.path.rglob("*") if path.is_file()]
    assert len(files) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o644}


def test_a_file_is_replaced_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"
    write_atomically(path, b"one")
    before = path.stat().st_ino
    write_atomically(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_ino != before
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]


def test_a_file_that_cannot_be_written_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"cannot be written: (Not a directory|File exists)"):
        write_atomically(tmp_path / "file" / "below", b"")
    (tmp_path / "directory").mkdir()
    with pytest.raises(StoreError, match="cannot be written: Is a directory"):
        write_atomically(tmp_path / "directory", b"")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["directory", "file"]
