"""Index and manifest: what makes a unit hot, verified, stale or not trusted."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from . import formats
from .formats import FileRecord, Stamp, blake2b
from .support import COMPILED, RECIPE, Project

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def test_a_verified_unit_is_swapped(hot: Project) -> None:
    hot.compile()
    assert hot.swapped()


def test_a_cold_unit_is_the_compiler_s_and_leaves_no_trace(project: Project) -> None:
    project.make_hot("src/b.c")
    project.put_manifest()
    project.compile()
    assert not project.swapped()
    assert project.log() == []


@pytest.mark.parametrize(
    "spelling", ["src/a.c", "./src/a.c", "src//a.c", "src/../src/./a.c", "{root}/src/a.c"]
)
def test_the_source_is_found_however_it_is_spelled(project: Project, spelling: str) -> None:
    source = spelling.format(root=project.root)
    words = ["cc", "-O2", "-c", source, "-o", "a.o"]
    project.make_hot()
    project.put_manifest(words)
    assert project.launch(*words).returncode == 0
    assert project.swapped()


def test_the_project_is_found_from_outside(project: Project) -> None:
    build = project.root.parent / "build"
    build.mkdir()
    words = ["cc", "-O2", "-c", "../project/src/a.c", "-o", str(project.output)]
    digest = formats.command_digest(
        os.fsencode(build),
        os.fsencode(project.bin / "cc"),
        [os.fsencode(word) for word in words],
        project.environment,
    )
    project.make_hot()
    project.write(project.state / "manifests" / digest, project.manifest())
    assert project.launch(*words, cwd=build).returncode == 0
    assert project.swapped()


def test_the_nearest_project_counts(hot: Project) -> None:
    (hot.root / "src/llmopt.yaml").touch()
    hot.compile()
    assert not hot.swapped()


@pytest.mark.parametrize("slots", [1, 2, 4, 128])
def test_collisions_and_a_full_table(project: Project, slots: int) -> None:
    others = [f"src/{number}.c" for number in range(slots - 1)]
    project.put_manifest()
    for sources, swapped in (([*others, "src/a.c"], True), ([*others, "src/other.c"], False)):
        project.make_hot(*sources, slots=slots)
        project.compile()
        assert project.swapped() is swapped


def test_every_source_of_a_large_index_is_found(project: Project) -> None:
    project.put_manifest()
    project.make_hot(*[f"src/{number}.c" for number in range(5000)], "src/a.c", slots=8192)
    project.compile()
    assert project.swapped()


# What the manifest says about files


def test_a_touched_file_is_hashed_and_still_fits(hot: Project) -> None:
    os.utime(hot.source, ns=(1, 1))
    hot.compile()
    assert hot.swapped()


def test_a_copied_file_is_hashed_and_still_fits(hot: Project) -> None:
    content = hot.source.read_bytes()
    hot.source.unlink()
    hot.source.write_bytes(content)
    hot.compile()
    assert hot.swapped()


def test_an_edited_file_is_stale(hot: Project) -> None:
    hot.source.write_text("int answer(void) { return 2; }\n")
    hot.compile()
    assert not hot.swapped()


def test_an_edit_with_its_times_put_back_is_stale(hot: Project) -> None:
    before = hot.source.stat()
    hot.source.write_text("int answer(void) { return 2; }\n")
    os.utime(hot.source, ns=(before.st_atime_ns, before.st_mtime_ns))
    hot.compile()
    assert not hot.swapped()


def test_a_removed_header_is_stale(hot: Project) -> None:
    header = hot.root / "a.h"
    header.touch()
    hot.put_manifest(records=[FileRecord.of(hot.source), FileRecord.of(header)])
    hot.compile()
    assert hot.swapped()
    header.unlink()
    hot.compile()
    assert not hot.swapped()


def test_stat_data_is_trusted_where_the_manifest_says_so(project: Project) -> None:
    """The digest is wrong on purpose: it is read only where the stat data cannot be trusted."""
    project.make_hot()
    for trusted in (True, False):
        wrong = FileRecord(
            os.fsencode(project.source), Stamp.of(project.source), bytes(32), trusted=trusted
        )
        project.put_manifest(records=[wrong])
        project.compile()
        assert project.swapped() is trusted


def test_new_stat_data_of_an_old_content_is_written_down(project: Project) -> None:
    """In a fresh clone each file is hashed once."""
    project.make_hot()
    shell = Path("/bin/sh").resolve()  # old enough to be trusted
    stamp = Stamp(**{**Stamp.of(shell).__dict__, "inode": 1})
    record = FileRecord(os.fsencode(shell), stamp, blake2b(shell.read_bytes()))
    left = (None, b"")
    path = project.put_manifest(records=[record], left=left)
    project.compile()
    assert project.swapped()
    # A young manifest may be about to be completed by its resolver: it stays.
    assert path.read_bytes() == project.manifest(records=[record], left=left)
    os.utime(path, ns=(1, 1))
    project.compile()
    assert path.read_bytes() == project.manifest(records=[FileRecord.of(shell)], left=left)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    project.compile()
    assert project.swapped()


def test_an_index_of_an_older_llmopt_is_made_anew(project: Project) -> None:
    project.make_hot()
    project.put_manifest()
    index = project.state / "index"
    current = index.read_bytes()
    project.write(project.root / "kept", current)
    project.resolver(reindex=f"cp -p {project.root}/kept {index}")
    project.write(index, current[:8] + (1).to_bytes(4, "little") + current[12:])
    project.compile()
    assert project.swapped()
    assert index.read_bytes() == current


def test_an_index_of_a_newer_llmopt_is_left_to_that(project: Project) -> None:
    """Two versions at once must not make the index anew in turn."""
    project.make_hot()
    project.put_manifest()
    index = project.state / "index"
    newer = index.read_bytes()[:8] + (1000).to_bytes(4, "little") + index.read_bytes()[12:]
    project.write(index, newer)
    project.resolver(reindex="touch called")
    project.compile()
    assert not project.swapped()
    assert index.read_bytes() == newer
    assert not (project.root / "called").exists()


@pytest.mark.parametrize("when", [1, 4_000_000_000])
def test_files_and_state_from_any_time_are_used(hot: Project, when: int) -> None:
    """Clocks jump: what counts is whether something is as it was, not when."""
    for path in (hot.source, hot.state / "index", hot.object_path(), hot.manifest_path()):
        os.utime(path, (when, when))
    hot.compile()
    assert hot.swapped()
    hot.source.write_text("int answer(void) { return 3; }\n")
    os.utime(hot.source, (when, when))
    hot.compile()
    assert not hot.swapped()


def test_a_young_file_is_hashed_again_each_time(project: Project) -> None:
    project.make_hot()
    path = project.put_manifest(records=[FileRecord.of(project.source, trusted=False)])
    before = path.read_bytes()
    project.compile()
    assert project.swapped()
    assert path.read_bytes() == before


@pytest.mark.parametrize("field", ["size", "mtime_ns", "ctime_ns", "inode", "device"])
def test_every_part_of_a_stamp_counts(project: Project, field: str) -> None:
    project.make_hot()
    compiler = project.bin / "cc"
    stamp = Stamp.of(compiler)
    stamp = Stamp(**{**stamp.__dict__, field: getattr(stamp, field) + 1})
    record = FileRecord(os.fsencode(compiler), stamp, bytes(32))
    project.put_manifest(records=[record])
    project.compile()
    assert not project.swapped()


def test_a_file_that_appears_is_stale(project: Project) -> None:
    project.make_hot()
    absents = [project.root / "stdio.h", project.source / "below-a-file.h"]
    project.put_manifest(absents=[os.fsencode(path) for path in absents])
    project.compile()
    assert project.swapped()
    absents[0].touch()
    project.compile()
    assert not project.swapped()


@pytest.mark.parametrize("kind", ["directory", "pipe", "relative"])
def test_what_is_not_a_plain_file_is_stale(project: Project, kind: str) -> None:
    path = project.root / "odd"
    if kind == "directory":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    name = b"src/a.c" if kind == "relative" else os.fsencode(path)
    stamp = Stamp.of(project.source if kind == "relative" else path)
    project.make_hot()
    project.put_manifest(records=[FileRecord(name, stamp, bytes(32))])
    project.compile()
    assert not project.swapped()


def test_another_generation_is_stale(hot: Project) -> None:
    hot.make_hot(generation=2)
    hot.compile()
    assert not hot.swapped()


def test_a_manifest_of_another_command_does_not_count(hot: Project) -> None:
    hot.launch("cc", "-O3", "-c", "src/a.c", "-o", "a.o")
    assert not hot.swapped()
    hot.environment["CPATH"] = "/somewhere"
    hot.compile()
    assert not hot.swapped()


def test_a_manifest_without_an_object_is_a_plain_compile(project: Project) -> None:
    project.make_hot()
    project.put_manifest(built=None)
    project.resolver("touch resolved")
    project.compile()
    assert not project.swapped()
    assert not (project.root / "resolved").exists()
    assert "no recipe applies" in project.log()[0]


# llmopt.lock


def test_a_lock_newer_than_the_index_makes_it_anew(hot: Project) -> None:
    (hot.root / "llmopt.lock").write_text("new\n")
    hot.compile()
    assert not hot.swapped()
    (hot.root / "fresh").write_bytes(
        formats.encode_index([b"src/a.c"], slots=2, lock=hot.lock_stamp())
    )
    hot.resolver(
        reindex=f'test "$2" = {hot.root} && cp fresh .llmopt/index && chmod 644 .llmopt/index; '
        "echo x >> reindexed"
    )
    hot.compile()
    assert hot.swapped()
    hot.compile()
    assert (hot.root / "reindexed").read_text() == "x\n"


def test_a_lock_without_an_index_makes_one(project: Project) -> None:
    (project.root / "llmopt.lock").touch()
    project.resolver(reindex="touch reindexed")
    project.compile()
    assert (project.root / "reindexed").exists()
    assert not project.swapped()


def test_no_lock_and_no_index_starts_nothing(project: Project) -> None:
    project.resolver("touch started", "touch started")
    project.compile()
    assert not (project.root / "started").exists()


def test_an_index_that_stays_stale_is_passed(hot: Project) -> None:
    (hot.root / "llmopt.lock").touch()
    hot.resolver(reindex="exit 0")
    hot.compile()
    assert not hot.swapped()


# Trust

Spoil = Callable[[Path], None]


def group_writable(path: Path) -> None:
    path.chmod(0o664)


def world_writable(path: Path) -> None:
    path.chmod(0o646)


def foreign(path: Path) -> None:
    os.chown(path, 12345, 12345)


def linked(path: Path) -> None:
    path.symlink_to(path.rename(path.with_name("elsewhere")))


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "spoil",
    [group_writable, world_writable, pytest.param(foreign, marks=root_only), linked, pipe, folder],
    ids=lambda spoil: spoil.__name__,
)
@pytest.mark.parametrize("victim", ["index", "manifest", "object"])
def test_state_that_others_can_write_is_not_trusted(
    hot: Project, victim: str, spoil: Spoil
) -> None:
    paths = {
        "index": hot.state / "index",
        "manifest": hot.manifest_path(),
        "object": hot.object_path(),
    }
    spoil(paths[victim])
    hot.compile()
    assert not hot.swapped()


# Damage: every truncation and every flipped byte


def damage(content: bytes) -> dict[str, bytes]:
    """A file cut off at every length, longer by a byte, and with each of its bytes changed."""
    made = {f"cut to {size}": content[:size] for size in range(len(content))}
    made["a byte more"] = content + b"\0"
    for at in range(len(content)):
        flipped = bytearray(content)
        flipped[at] ^= 0xFF if at % 2 else 0x01
        made[f"byte {at} flipped"] = bytes(flipped)
    return made


def outcomes(
    directory: Path, launcher: Path, fake_cc: Path, damaged: str, count: int = 4
) -> dict[str, bytes]:
    """The object that each damage leads to; the compile must succeed and be silent."""
    projects = []
    for number in range(count):
        project = Project(directory / str(number), launcher)
        (project.bin / "cc").hardlink_to(fake_cc)
        project.make_hot(slots=2)
        project.put_manifest(absents=[b"/no/such/file"])
        project.compile()
        assert project.swapped()
        projects.append(project)

    def run(number: int) -> dict[str, bytes]:
        project = projects[number]
        path = project.manifest_path() if damaged == "manifest" else project.state / "index"
        found = {}
        for name, content in sorted(damage(path.read_bytes()).items())[number::count]:
            project.write(path, content)
            project.compile()
            found[name] = project.output.read_bytes()
        return found

    with ThreadPoolExecutor(count) as pool:
        return {k: v for found in pool.map(run, range(count)) for k, v in found.items()}


def test_a_damaged_manifest_is_never_used(
    directory: Path, sanitized_launcher: Path, fake_cc: Path
) -> None:
    found = outcomes(directory, sanitized_launcher, fake_cc, "manifest")
    assert len(found) > 400
    assert {name for name, content in found.items() if content != COMPILED} == set()


def test_a_damaged_index_never_leads_to_a_wrong_object(
    directory: Path, sanitized_launcher: Path, fake_cc: Path
) -> None:
    """The index only says where to look: a flipped count, wait or empty slot is harmless."""
    found = outcomes(directory, sanitized_launcher, fake_cc, "index")
    assert set(found.values()) <= {COMPILED, RECIPE}
    harmless = {f"byte {at} flipped" for at in (*range(16, 20), *range(72, 128))}
    assert {name for name, content in found.items() if content != COMPILED} <= harmless


@pytest.mark.parametrize("counts", [(2**32 - 1, 0), (1, 2**32 - 1), (2, 0), (0, 0)])
def test_counts_that_do_not_fit(sanitized_project: Project, counts: tuple[int, int]) -> None:
    """The digest is right, and yet the records are not those that the header announces."""
    sanitized_project.make_hot()
    body = bytearray(sanitized_project.manifest()[:-32])
    body[64:68] = counts[0].to_bytes(4, "little")
    body[68:72] = counts[1].to_bytes(4, "little")
    content = bytes(body) + formats.blake2b(bytes(body))
    sanitized_project.write(sanitized_project.manifest_path(), content)
    sanitized_project.compile()
    assert not sanitized_project.swapped()


@pytest.mark.parametrize("size", [0, 1, 2**32 - 1, 5000])
def test_path_lengths_that_do_not_fit(sanitized_project: Project, size: int) -> None:
    sanitized_project.make_hot()
    body = bytearray(sanitized_project.manifest()[:-32])
    at = len(body) - len(os.fsencode(sanitized_project.source)) - 4
    body[at : at + 4] = size.to_bytes(4, "little")
    content = bytes(body) + formats.blake2b(bytes(body))
    sanitized_project.write(sanitized_project.manifest_path(), content)
    sanitized_project.compile()
    assert not sanitized_project.swapped()
