"""Transcripts: the newest runs' are kept, the others' go."""

from __future__ import annotations

import os
from pathlib import Path

from llmopt.store.transcripts import KEPT, begin_run


def said(path: Path, moment: float) -> None:
    """Somebody says something in a run; its directory is older."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "001-source.md").write_text("# source")
    (path / "calls.jsonl").write_text("{}")
    os.utime(path / "calls.jsonl", (moment, moment))
    for old in (path, path / "001-source.md"):
        os.utime(old, (1, 1))


def names(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.iterdir())


def test_the_newest_runs_are_kept_with_the_one_that_begins(tmp_path: Path) -> None:
    for number in range(KEPT + 10):
        said(begin_run(tmp_path, f"{number:02}"), 1000 + number)
    assert names(tmp_path) == [f"{number:02}" for number in range(10, KEPT + 10)]


def test_the_run_that_begins_stays_whatever_the_clock_says(tmp_path: Path) -> None:
    for number in range(KEPT + 10):
        said(tmp_path / f"{number:02}", 2e9)
    said(begin_run(tmp_path, "own"), 5)
    assert "own" in names(tmp_path)
    assert len(names(tmp_path)) == KEPT


def test_what_is_no_run_stays_and_a_first_run_needs_nothing(tmp_path: Path) -> None:
    assert begin_run(tmp_path / "none", "a") == tmp_path / "none" / "a"
    assert not (tmp_path / "none").exists()
    (tmp_path / "notes").write_text("mine")
    for number in range(KEPT + 10):
        said(begin_run(tmp_path, f"{number:02}"), 1000 + number)
    assert (tmp_path / "notes").exists()
