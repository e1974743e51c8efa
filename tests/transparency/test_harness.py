"""The comparison notices what a launcher may do wrong, and what a project does by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from .cases import Row
from .commands import Case, Place, observed_differences
from .harness import Setting, Words, Workshop, builder_of, excluded
from .trees import compare, differing, snapshot

WARNS = Case(Row.WARNINGS, "warns", "cc -O2 -Wall -MMD -c warn.c -o w.o")
FAILS = Case(Row.FAILED, "fails", "cc -O2 -MMD -c error.c -o w.o")

#: What a launcher must not do, and the part of the outcome where it shows.
FAULTS = {
    "loses the status": (FAILS, '"$@"; exit 0', "status"),
    "changes the status": (FAILS, '"$@" || exit 2', "status"),
    "swallows stderr": (WARNS, '"$@" 2> /dev/null', "stderr"),
    "moves stderr to stdout": (WARNS, '"$@" 2>&1', "stdout"),
    "speaks": (WARNS, 'echo; exec "$@"', "stdout"),
    "adds an option": (WARNS, 'exec "$@" -O1', "w.o"),
    "leaves the dependency file out": (WARNS, '"$@"; rm -f w.d', "w.d"),
    "writes another dependency file": (WARNS, '"$@"; echo >> w.d', "w.d"),
    "leaves a file": (WARNS, ': > left; exec "$@"', "left"),
    "leaves a file among temporary ones": (WARNS, ': > "$TMPDIR/left"; exec "$@"', "left"),
    "changes a mode": (WARNS, '"$@"; chmod +x w.o', "w.o: mode"),
    "puts a link": (WARNS, '"$@"; mv w.o $TMPDIR/../o; ln -s $TMPDIR/../o w.o', "w.o: kind"),
    "links the object to another": (WARNS, '"$@"; ln w.o $TMPDIR/../o2', "w.o: links"),
    "cuts the object off": (WARNS, '"$@"; truncate -s -1 w.o', "w.o"),
    "keeps an object after an error": (FAILS, '"$@"; s=$?; : > w.o; exit $s', "w.o"),
}


def faulty(directory: Path, body: str) -> Path:
    path = directory / "launcher"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_launcher_is_noticed(tmp_path: Path, fault: str):
    case, body, where = FAULTS[fault]
    place = Place(tmp_path / "place", faulty(tmp_path, body))
    plain = place.run(case, "gcc", "plain", launched=False)
    found = observed_differences(plain, place.run(case, "gcc", "launched", launched=True))
    assert any(where in str(difference) for difference in found), found


def test_a_launcher_that_only_starts_the_compiler_is_no_different(tmp_path: Path):
    place = Place(tmp_path / "place", faulty(tmp_path, 'exec "$@"'))
    for case in (WARNS, FAILS):
        plain = place.run(case, "gcc", f"plain {case.name}", launched=False)
        launched = place.run(case, "gcc", f"launched {case.name}", launched=True)
        assert observed_differences(plain, launched) == []
        assert plain.status == int(case is FAILS)


# Builds

MAKEFILE = """
all: program clock
program: a.o main.o
	$(CC) a.o main.o -o $@
%.o: %.c
	$(CC) -O2 -Wall -c $< -o $@
clock:
	date +%s.%N > $@
"""


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A project with a file that is another one in each build."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "Makefile").write_text(MAKEFILE)
    (project / "a.c").write_text("int a(void) { int unused; return 1; }\n")
    (project / "main.c").write_text("int a(void);\nint main(void) { return a(); }\n")
    return project


def test_a_fault_of_a_launcher_is_noticed_in_a_build(made: Path, tmp_path: Path):
    launcher = faulty(tmp_path, 'exec "$@" -g')
    report = Workshop(tmp_path / "work", launcher).examine(
        Setting(made, "make", "gcc"), jobs=(1,), modes=("pass",)
    )
    assert {found.path for _, all_ in report.launched for found in all_} == {
        "a.o",
        "main.o",
        "program",
    }


def test_what_is_not_reproducible_by_itself_is_named_and_nothing_else(made: Path, tmp_path: Path):
    launcher = faulty(tmp_path, 'exec "$@"')
    workshop = Workshop(tmp_path / "work", launcher, count=True)
    report = workshop.examine(Setting(made, "make", "gcc"), jobs=(1, 2), modes=("pass",))
    assert report.differences == 0
    assert excluded(report) == {"clock": "not reproducible by itself (content)"}
    assert report.control.varying_steps == frozenset()
    assert not report.failed
    assert [build.compiles for build in report.plain] == [2] * 4
    assert [build.compiles for build, _ in report.launched] == [2, 2]
    assert b"unused" in report.plain[0].steps[0].stderr


def test_a_build_that_fails_is_told(made: Path, tmp_path: Path):
    (made / "a.c").write_text("int a( {\n")
    launcher = faulty(tmp_path, 'exec "$@"')
    report = Workshop(tmp_path / "work", launcher).examine(
        Setting(made, "make", "gcc"), jobs=(1,), modes=("pass",)
    )
    assert report.failed == ["build"]
    assert report.differences == 0


def test_a_build_that_fails_with_the_launcher_alone_is_a_difference(made: Path, tmp_path: Path):
    launcher = faulty(tmp_path, "exit 1")
    report = Workshop(tmp_path / "work", launcher).examine(
        Setting(made, "make", "gcc"), jobs=(1,), modes=("pass",)
    )
    found = {str(difference).partition("|")[0] for difference in report.launched[0][1]}
    assert "build: status: 0 " in found


# Parts


def test_a_launcher_s_word_is_taken_out_of_text_alone():
    usual = Words(b"/bin/llmopt")
    assert usual(b"CC = /bin/llmopt gcc -c\n") == b"CC = gcc -c\n"
    assert usual(b'["/bin/llmopt", "gcc"]') == b'["gcc"]'
    assert usual(b"LAUNCHER=/bin/llmopt\nX=/bin/llmopt2\n") == b"LAUNCHER=\nX=/bin/llmopt2\n"
    assert usual(b"\0/bin/llmopt gcc") == b"\0/bin/llmopt gcc"
    assert Words(b"")(b"/bin/llmopt gcc") == b"/bin/llmopt gcc"


def test_the_first_bytes_that_differ_are_shown():
    found = differing("f", b"0123456789abc", b"0123456789xbc")
    assert found.what == "content from byte 10"
    assert (found.plain, found.launched) == ("b'23456789abc' of 13", "b'23456789xbc' of 13")
    assert differing("f", b"ab", b"abc").what == "content from byte 2"


def test_of_what_varies_only_the_content_is_left_out(tmp_path: Path):
    for name, mode in (("one", 0o644), ("two", 0o600)):
        (tmp_path / name).mkdir()
        path = tmp_path / name / "\udce4"
        path.write_text(name)
        path.chmod(mode)
        (tmp_path / name / ".llmopt").mkdir()
        (tmp_path / name / ".llmopt" / name).touch()
    trees = [snapshot(tmp_path / name) for name in ("one", "two")]
    assert [found.what for found in compare(*trees)] == ["mode", "content from byte 0"]
    assert [found.what for found in compare(*trees, {"\udce4": ""})] == ["mode"]
    assert r"\udce4: mode: 0o644 | 0o600" in map(str, compare(*trees))


def test_a_project_s_builder_is_seen_from_its_files(tmp_path: Path):
    with pytest.raises(ValueError, match="no CMakeLists"):
        builder_of(tmp_path)
    for name, builder in (
        ("Makefile", "make"),
        ("configure", "autotools"),
        ("meson.build", "meson"),
        ("CMakeLists.txt", "cmake"),
    ):
        (tmp_path / name).touch()
        assert builder_of(tmp_path) == builder
