"""`llmopt VERB`: the Python half, and what is no compile."""

from __future__ import annotations

import re

import pytest

from .conftest import SOURCES
from .support import Project

VERBS = re.findall(r'VERB\("(.*)"\)', (SOURCES / "verbs.def").read_text())


@pytest.fixture
def both_halves(project: Project) -> Project:
    """A Python half that prints what it was called with."""
    project.script("llmopt-py", 'for word; do echo "<$word>"; done; exit 5')
    return project


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_goes_to_the_python_half(both_halves: Project, verb: str) -> None:
    result = both_halves.launch(verb, "a b", "", "--", "-x")
    assert result.returncode == 5
    assert result.stdout.decode() == f"<{verb}>\n<a b>\n<>\n<-->\n<-x>\n"


def test_there_are_all_verbs() -> None:
    assert len(VERBS) == 22


def test_no_words_are_help(both_halves: Project) -> None:
    assert both_halves.launch().stdout == b"<--help>\n"


def test_a_path_is_no_verb(both_halves: Project) -> None:
    both_halves.script("report", "echo compiler")
    assert both_halves.launch(both_halves.bin / "report").stdout == b"compiler\n"


def test_the_python_half_beside_us_comes_first(both_halves: Project) -> None:
    other = both_halves.root / "other"
    other.mkdir()
    (other / "llmopt-py").write_text("#!/bin/sh\necho wrong\n")
    (other / "llmopt-py").chmod(0o755)
    both_halves.environment["PATH"] = f"{other}:/usr/bin:/bin"
    assert both_halves.launch("stats").stdout == b"<stats>\n"
    (both_halves.bin / "llmopt-py").unlink()
    assert both_halves.launch("stats").stdout == b"wrong\n"


def test_without_the_python_half_a_verb_says_so(project: Project) -> None:
    result = project.launch("report")
    assert (result.returncode, result.stdout) == (127, b"")
    assert b"llmopt-py" in result.stderr


@pytest.mark.parametrize("option", ["-print-sysroot", "-c", "--no-such-option", "-"])
def test_an_unknown_leading_option_prints_nothing_on_stdout(
    both_halves: Project, option: str
) -> None:
    result = both_halves.launch(option)
    assert (result.returncode, result.stdout) == (2, b"")
    assert option.encode() in result.stderr


@pytest.mark.parametrize("option", ["--analyse", "--command-digest", "--blake2b"])
def test_plumbing_without_its_argument(project: Project, option: str) -> None:
    result = project.launch(option)
    assert (result.returncode, result.stdout) == (2, b"")
