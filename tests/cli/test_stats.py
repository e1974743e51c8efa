"""`llmopt stats` and `llmopt explain` as they are printed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from llmopt.cli.main import main
from llmopt.cli.project import open_root
from tests.conftest import need
from tests.launches import NOON, line

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project; the current directory."""
    made = tmp_path / "project"
    (made / ".llmopt").mkdir(parents=True)
    (made / "llmopt.yaml").write_text("version: 1\n")
    monkeypatch.chdir(made)
    return made


def keep(root: Path, *lines: bytes) -> None:
    (root / ".llmopt/launcher.log").write_bytes(b"".join(one + b"\n" for one in lines))


LOG = [
    line(output="a.o", parent=1, reason="resolver still running"),
    line(output="b.o", parent=1, reason="no recipe applies", source="src/b.c", ms=4, compile=0),
    line(
        output="a.o",
        parent=2,
        time=NOON + 99,
        action="swapped",
        reason="resolved during the build",
        ms=2500,
    ),
    line(
        output="a.o", parent=3, time=NOON + 200, action="direct", reason="verified manifest", ms=7
    ),
    line(output="c.o", parent=3, time=NOON + 200, source="src/c.c"),
]


def test_the_page_has_builds_reasons_and_the_slowest(root: Path, capsys: Capture) -> None:
    keep(root, *LOG)
    assert main(["stats"]) == 0
    rows = [row.split() for row in capsys.readouterr().out.splitlines()]
    assert rows[0] == "build launches swapped direct passed pending launcher saved".split()
    assert rows[1][2:] == ["2", "0", "0", "2", "0", "0.10", "s", "-"]
    assert rows[2][2:] == ["1", "1", "0", "0", "0", "2.30", "s", "-"]
    assert rows[3][2:] == ["2", "0", "1", "1", "1", "0.11", "s", "0.19", "s"]
    assert rows[4] == ["3", "builds", "5", "1", "1", "3", "1", "2.51", "s", "0.19", "s"]
    assert ["2", "resolver", "still", "running", "#" * 24] in rows
    assert ["1", "no", "recipe", "applies", "#" * 12] in rows
    assert ["2.50", "s", "2.30", "s", "3", "src/a.c"] in rows
    assert "pending: /p/build/c.o: `llmopt apply`, then build".split() in rows


def test_only_the_newest_builds_are_shown_and_the_newest_is_last(
    root: Path, capsys: Capture
) -> None:
    keep(root, *LOG)
    for number, ends in (("2", [99, 200]), ("0", []), ("9", [0, 99, 200])):
        assert main(["stats", "--json", "--builds", number]) == 0
        facts = json.loads(capsys.readouterr().out)
        assert [build["end"] - NOON for build in facts["builds"]] == ends
        assert facts["build_count"] == 3
        assert facts["overall"]["launches"] == 5
        assert main(["stats", "--builds", number]) == 0
        assert len(capsys.readouterr().out.split("\n\n")[0].splitlines()) == 2 + len(ends)


@pytest.mark.parametrize("number", ["-1", "x", ""])
def test_a_number_of_builds_that_is_none_is_wrong_usage(
    root: Path, capsys: Capture, number: str
) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["stats", f"--builds={number}"])
    assert raised.value.code == 2
    assert "not a number of builds" in capsys.readouterr().err


@pytest.mark.parametrize("lines", [None, []])
def test_an_empty_log_is_zeros_and_one_clear_sentence(
    root: Path, capsys: Capture, lines: list[bytes] | None
) -> None:
    if lines is not None:
        keep(root, *lines)
    assert main(["stats"]) == 0
    assert "the log is empty: no hot source was built" in capsys.readouterr().out
    assert main(["stats", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["overall"] == {
        "launches": 0,
        "units": 0,
        "swapped": 0,
        "direct": 0,
        "passed": 0,
        "reasons": {},
        "resolved": 0,
        "pending": [],
        "spent_ms": 0,
        "spent_unknown": 0,
        "saved_ms": 0,
        "saved_unknown": 0,
    }
    assert (facts["builds"], facts["slowest"], facts["commands"]) == ([], [], None)


def test_damage_and_what_is_not_known_are_said(root: Path, capsys: Capture) -> None:
    keep(root, line(compile=None), line(action="direct", manifest="dd" * 32, output="z.o"), b"{")
    assert main(["stats"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("1 lines of the log are damaged and not counted\n")
    assert "1 launches do not tell the launcher's part" in page
    assert "1 direct hits without a compile to compare with" in page


def test_stats_writes_nothing(root: Path, capsys: Capture) -> None:
    keep(root, *LOG)
    before = sorted((path, path.stat().st_mtime_ns) for path in root.rglob("*"))
    assert main(["stats"]) == 0
    assert sorted((path, path.stat().st_mtime_ns) for path in root.rglob("*")) == before


def test_the_commands_of_a_project_are_a_table(root: Path, capsys: Capture) -> None:
    need("llmopt")
    open_root(root).state.write_index(["src/a.c"], 5)
    words = {"a.c": "-O2", "b.c": "-O2", "c.c": "-O0", "d.c": "-O2", "e.cpp": "-O2"}
    entries = [
        {"directory": str(root), "file": f"src/{name}", "command": f"gcc {level} -c src/{name}"}
        for name, level in words.items()
    ]
    (root / "db.json").write_text(json.dumps(entries))
    assert main(["stats", "--commands", "db.json"]) == 0
    page = capsys.readouterr().out
    assert "db.json: 4 C commands, and 1 of other languages;" in page
    rows = [row.split() for row in page.splitlines()]
    assert ["2", "not", "hot", "#" * 24, "(src/b.c,", "...)"] in rows
    assert ["1", "hot", "#" * 12, "(src/a.c)"] in rows
    assert ["1", "not", "optimized", "#" * 12, "(src/c.c)"] in rows
    (root / "db.json").write_text("[]")
    assert main(["stats", "--commands", "db.json"]) == 0
    assert capsys.readouterr().out.rstrip().endswith("db.json: 0 C commands")
    assert main(["stats", "--commands", "none.json"]) == 1
    assert "none.json cannot be read" in capsys.readouterr().err


# Names


def test_names_that_are_not_utf8_are_found_and_printed(root: Path, capsys: Capture) -> None:
    name = os.fsdecode(b"src/gr\xfcn.c")
    (root / "src").mkdir()
    (root / name).touch()
    open_root(root).state.write_index([name], 5)
    keep(root, line(source="src/gr\xfcn.c", output="gr\xfcn.o"))
    assert main(["explain", name]) == 0
    assert "last passed: resolver still running" in capsys.readouterr().out
    assert main(["stats"]) == 0
    assert "src/gr" in capsys.readouterr().out


def test_explain_tells_each_output_in_the_order_of_the_log(root: Path, capsys: Capture) -> None:
    (root / "src").mkdir()
    (root / "src/a.c").touch()
    open_root(root).state.write_index(["src/a.c"], 5)
    keep(
        root,
        line(output="a.o", time=NOON + 9),
        line(output="b.o", time=NOON + 8),
        # A clock put back.
        line(output="a.o", time=NOON - 9, reason="no recipe applies"),
        line(output="a.o", time=NOON - 8, reason="compile failed", cwd="/other"),
        line(output="a.o", source="src/b.c"),
    )
    assert main(["explain", "src/a.c", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["summary"] == "last passed: compile failed"
    assert [(event["cwd"], event["output"], event["reason"]) for event in facts["events"]] == [
        ("/p/build", "b.o", "resolver still running"),
        ("/p/build", "a.o", "no recipe applies"),
        ("/other", "a.o", "compile failed"),
    ]
