"""What `llmopt stats` counts, from literal lines of the log."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from llmopt.cli.project import open_root
from llmopt.errors import ToolError
from llmopt.flow.stats import Stats, stats
from llmopt.store.lock import write_lock
from tests.conftest import need
from tests.launches import NOON, line


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project without anything."""
    made = tmp_path / "project"
    (made / ".llmopt").mkdir(parents=True)
    (made / "llmopt.yaml").write_text("version: 1\n")
    return made


def counted(root: Path, *lines: bytes, database: Path | None = None) -> Stats:
    """The statistics of a log with these lines."""
    (root / ".llmopt/launcher.log").write_bytes(b"".join(one + b"\n" for one in lines))
    return stats(open_root(root), database)


def swapped(**changes: Any) -> bytes:
    return line(**{"action": "swapped", "reason": "resolved during the build", **changes})


def direct(**changes: Any) -> bytes:
    keys = {"action": "direct", "reason": "verified manifest", "ms": 10, "compile": 0}
    return line(**{**keys, **changes})


def test_launches_are_counted_by_what_became_of_them(root: Path) -> None:
    found = counted(
        root,
        swapped(output="1.o", parent=1),
        swapped(output="2.o", parent=1, reason="verified manifest"),
        line(output="3.o", parent=1, reason="compile failed"),
        line(output="4.o", parent=1, reason="no recipe applies"),
        line(output="5.o", parent=1, reason="no recipe applies"),
        b"damaged",
        direct(output="1.o", parent=2),
    )
    overall = found.overall
    assert (overall.launches, overall.units) == (6, 5)
    assert (overall.swapped, overall.direct, overall.passed) == (2, 1, 3)
    assert list(overall.reasons.items()) == [("no recipe applies", 2), ("compile failed", 1)]
    assert overall.resolved == 1
    assert found.unreadable == 1
    first, second = found.builds
    assert (first.tally.launches, second.tally.launches) == (5, 1)
    assert (second.tally.direct, second.tally.reasons) == (1, {})


def test_a_build_spans_its_first_begin_to_its_last_end(root: Path) -> None:
    found = counted(
        root,
        line(time=NOON + 60, output="a.o", ms=5_000, parent=1),
        line(time=NOON + 70, output="b.o", ms=30_000, parent=1),
    )
    assert [(build.begin, build.end) for build in found.builds] == [(NOON + 40, NOON + 70)]


def test_a_unit_is_pending_until_it_has_the_resolvers_answer(root: Path) -> None:
    late = "resolver still running"
    found = counted(
        root,
        *[line(time=NOON, output=f"{n}.o", reason=late, parent=1) for n in range(6)],
        *[line(time=NOON, output=f"{n}.o", reason=late, parent=2) for n in range(1)],
        swapped(output="1.o", parent=3),
        direct(output="2.o", parent=3),
        line(output="3.o", reason="no recipe applies", parent=3),
        line(output="4.o", reason="compile failed", parent=3),
        swapped(output="5.o", cwd="/other", parent=3),
    )
    still = tuple(f"/p/build/{n}.o" for n in (0, 4, 5))
    assert found.overall.pending == still
    # Of a unit that was late in two builds, and has no answer yet, both say it.
    assert [build.tally.pending for build in found.builds] == [still, still[:1]]


def test_time_spent_is_the_launchers_own_part(root: Path) -> None:
    spent = counted(
        root,
        swapped(ms=300, compile=200),
        line(ms=50, compile=0),
        direct(ms=7),
        line(ms=1000, compile=None),
    ).overall
    assert (spent.spent_ms, spent.spent_unknown) == (157, 1)


def test_a_direct_hit_saves_the_median_compile_of_before(root: Path) -> None:
    compiles = [line(ms=1, compile=ms) for ms in (100, 900, 300)]
    saved = counted(root, *compiles, direct(ms=10)).overall
    assert (saved.saved_ms, saved.saved_unknown) == (290, 0)
    assert counted(root, *compiles, line(compile=500), direct(ms=10)).overall.saved_ms == 390
    assert counted(root, *compiles, direct(ms=10), direct(ms=20)).overall.saved_ms == 290 + 280
    assert counted(root, line(compile=5), direct(ms=10)).overall.saved_ms == -5


def test_what_says_nothing_of_a_compile_is_not_compared_with(root: Path) -> None:
    """Later ones, none at all, failed ones, and those of other units."""
    saved = counted(
        root,
        line(compile=0, reason="no recipe applies"),
        line(compile=None),
        line(compile=70, reason="compile failed"),
        line(compile=70, output="b.o", manifest="dd" * 32),
        direct(ms=10),
        line(compile=70),
    ).overall
    assert (saved.saved_ms, saved.saved_unknown) == (0, 1)


def test_the_same_command_or_else_the_same_output_is_compared_with(root: Path) -> None:
    lines = [
        line(compile=100, output="a.o", manifest="aa" * 32),
        line(compile=500, output="a.o", manifest="bb" * 32),
    ]
    for manifest, saved in (("aa", 90), ("bb", 490), ("cc", 290)):
        assert counted(root, *lines, direct(manifest=manifest * 32)).overall.saved_ms == saved
    moved = direct(manifest="aa" * 32, output="moved.o")
    assert counted(root, *lines, moved).overall.saved_ms == 90


def test_each_source_has_its_slowest_launch(root: Path) -> None:
    found = counted(
        root,
        line(source="a.c", ms=10, compile=4),
        line(source="b.c", ms=70, compile=None, output="b.o"),
        line(source="a.c", ms=90, compile=20, output="a2.o"),
        line(source="a.c", ms=30, compile=1),
    )
    assert [(one.source, one.launches, one.ms, one.own, one.output) for one in found.slowest] == [
        ("a.c", 3, 90, 70, "/p/build/a2.o"),
        ("b.c", 1, 70, None, "/p/build/b.o"),
    ]


# Compile commands


def entry(root: Path, source: str, *options: str, **changes: Any) -> dict[str, Any]:
    words = ["gcc", "-O2", *options, "-c", source, "-o", "out.o"]
    return {"directory": str(root), "file": source, "arguments": words, **changes}


@pytest.fixture
def database(root: Path, tmp_path: Path) -> Path:
    """Commands of every kind."""
    need("llmopt")
    (root / "inner").mkdir()
    (root / "inner/llmopt.yaml").touch()
    path = tmp_path / "commands.json"
    entries = [
        entry(root, "src/hot.c"),
        entry(root, "./src/../src/hot.c", command="gcc -O2 '-DX=a b' -c src/hot.c", arguments=None),
        entry(root, str(root / "src/cold.c")),
        entry(root, "src/hot.c", "-flto"),
        entry(root, "src/hot.c", "-funheard-of"),
        entry(root, "inner/a.c"),
        entry(root, str(tmp_path / "outside.c")),
        entry(root, "src/hot.c", directory=str(root / "gone")),
        entry(root, "src/a.cpp"),
        entry(root, "src/a.S"),
    ]
    for one in entries:
        if one["arguments"] is None:
            del one["arguments"]
    path.write_text(json.dumps(entries))
    return path


def test_commands_are_told_what_the_launcher_would_do(root: Path, database: Path) -> None:
    open_root(root).state.write_index(["src/hot.c"], 5)
    commands = counted(root, database=database).commands
    assert commands
    assert [(source, reason) for source, _, reason in commands.entries] == [
        ("src/hot.c", "hot"),
        ("src/hot.c", "hot"),
        ("src/cold.c", "not hot"),
        ("src/hot.c", "link-time optimization"),
        ("src/hot.c", "unknown option"),
        ("inner/a.c", f"belongs to the project in {root / 'inner'}"),
        ("../outside.c", "no llmopt.yaml"),
        ("gone/src/hot.c", "no working directory"),
    ]
    assert commands.others == 2
    assert commands.reasons["hot"] == 2
    assert next(iter(commands.reasons)) == "hot"
    assert commands.entries[0][1] == str(root / "out.o")
    assert commands.entries[1][1] == str(root / "hot.o")


def test_without_an_index_nothing_is_hot(root: Path, database: Path) -> None:
    commands = counted(root, database=database).commands
    assert commands
    assert commands.reasons["no index"] == 3
    assert "hot" not in commands.reasons


@pytest.mark.parametrize("place", ["compile_commands.json", "build/compile_commands.json"])
def test_a_database_is_found_in_its_usual_places(root: Path, place: str) -> None:
    need("llmopt")
    (root / "build").mkdir()
    (root / place).write_text(json.dumps([entry(root, "src/a.c")]))
    commands = counted(root).commands
    assert commands
    assert commands.file == str(root / place)
    assert commands.reasons == {"no index": 1}


BROKEN = [
    "",
    "{}",
    "[7]",
    '[{"directory": "/", "file": "a.c"}]',
    '[{"directory": "/", "file": "a.c", "command": "gcc \'-DX"}]',
    '[{"directory": "/", "file": "a.c", "arguments": []}]',
    '[{"directory": "/", "file": "a.c", "arguments": [1]}]',
    '[{"directory": "/", "file": 1, "arguments": ["cc"]}]',
    "[" * 100_000,
]


@pytest.mark.parametrize("text", BROKEN, ids=lambda text: text[:60])
def test_a_broken_database_is_an_error_only_where_it_was_asked_for(root: Path, text: str) -> None:
    path = root / "compile_commands.json"
    path.write_text(text)
    with pytest.raises(ToolError, match="is no database of compile commands"):
        counted(root, database=path)
    found = counted(root, line())
    assert found.commands is None
    assert str(path) in found.note
    assert found.overall.launches == 1


def test_a_database_that_is_not_there_is_an_error(root: Path) -> None:
    with pytest.raises(ToolError, match=r"none\.json cannot be read: No such file"):
        counted(root, database=root / "none.json")


def test_odd_bytes_in_a_database_survive(root: Path) -> None:
    need("llmopt")
    text = json.dumps([entry(root, "src/gr@n.c")]).encode().replace(b"@", b"\xfc")
    (root / "compile_commands.json").write_bytes(text)
    commands = counted(root).commands
    assert commands
    assert os.fsencode(commands.entries[0][0]) == b"src/gr\xfcn.c"


def test_a_lock_alone_makes_nothing_hot_yet(root: Path) -> None:
    need("llmopt")
    write_lock(root, [])
    (root / "compile_commands.json").write_text(json.dumps([entry(root, "src/a.c")]))
    commands = counted(root).commands
    assert commands
    assert commands.reasons == {"no index": 1}
