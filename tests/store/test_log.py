"""launcher.log: its lines, whole and damaged, and its two files."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmopt.errors import StoreError
from llmopt.store import log
from llmopt.store.log import Launch, Log, parse_line, read_log
from tests.launches import COMMAND, NOON, OBJECT, launch, line

#: A line as the launcher writes it, byte for byte.
SWAPPED = (
    b'{"time":1795350505,"source":"src/gr\\u00fcn.c","output":"obj/gr\\u00fcn.o",'
    b'"cwd":"/home/me/p","action":"swapped","reason":"resolved during the build",'
    b'"object":"' + OBJECT.encode() + b'","manifest":"' + COMMAND.encode() + b'",'
    b'"ms":2080,"compile":136,"parent":16602}'
)


def test_a_line_has_all_that_the_launcher_says() -> None:
    assert parse_line(SWAPPED) == Launch(
        time=1795350505,
        source=os.fsdecode(b"src/gr\xfcn.c"),
        output=os.fsdecode(b"obj/gr\xfcn.o"),
        cwd="/home/me/p",
        action="swapped",
        reason="resolved during the build",
        object=OBJECT,
        manifest=COMMAND,
        ms=2080,
        compile=136,
        parent=16602,
    )


def test_the_keys_go_out_as_they_came_in() -> None:
    plain = SWAPPED.replace(b"\\u00fc", b"u")
    parsed = parse_line(plain)
    assert parsed
    assert parsed.to_json() == json.loads(plain)


def test_a_line_of_an_older_launcher_has_no_directory_and_no_compile() -> None:
    parsed = launch(cwd=None, compile=None, parent=None)
    assert (parsed.cwd, parsed.compile, parsed.parent) == (None, None, None)
    assert parsed.unit == "a.o"
    assert parsed.own is None


def test_a_key_of_a_newer_launcher_does_no_harm() -> None:
    assert parse_line(line(processor="x86")) == launch()


@pytest.mark.parametrize(
    ("cwd", "output", "unit"),
    [
        ("/p/build", "a.o", "/p/build/a.o"),
        ("/p/build", "../out/./a.o", "/p/out/a.o"),
        ("/p/build", "/q/a.o", "/q/a.o"),
    ],
)
def test_a_unit_is_its_output_whatever_it_is_called(cwd: str, output: str, unit: str) -> None:
    assert launch(cwd=cwd, output=output).unit == unit


@pytest.mark.parametrize(
    ("keys", "own"),
    [
        ({"action": "swapped", "ms": 300, "compile": 200}, 100),
        ({"action": "passed", "ms": 4, "compile": 0}, 4),
        ({"action": "direct", "ms": 7, "compile": 0}, 7),
        ({"action": "direct", "ms": 7, "compile": None}, 7),
        ({"action": "swapped", "ms": 5, "compile": 6}, 0),
    ],
)
def test_the_launchers_own_part_is_what_the_compiler_did_not_take(
    keys: dict[str, object], own: int
) -> None:
    assert launch(**keys).own == own


@pytest.mark.parametrize(
    "damaged",
    [
        b"x",
        b"[]",
        b"17",
        b"null",
        b'"time"',
        b"[" * 100_000,
        b"{" + b'"a":{' * 100_000,
        b"\xff\xfe" + line(),
        line()[:-1],
        line() + line()[:30],
        line(time=-1),
        line(time=True),
        line(time=1e3),
        line(time=10**15),
        line(time="1"),
        line(ms=-1),
        line(ms=None),
        line(compile="1"),
        line(parent=1.5),
        line(source=7),
        line(source=""),
        line(source="a\0.c"),
        line(output="\u20ac.o"),
        line(cwd=[]),
        line(action="danced"),
        line(action=["passed"]),
        line(reason=None),
        line(object=7),
        line(manifest={}),
        line().replace(b"300", b"9" * 5000),
    ],
    ids=lambda data: repr(data[:40]),
)
def test_a_damaged_line_is_none(damaged: bytes) -> None:
    assert parse_line(damaged) is None


def test_texts_that_mean_something_are_the_launchers() -> None:
    table = Path(__file__).parents[2] / "llmopt/launcher/reasons.def"
    texts = set(re.findall(r'^REASON\(\w+, "(.*)"\)$', table.read_text(), re.MULTILINE))
    ours = {value for name, value in vars(log).items() if name.isupper() and name[0] != "_"}
    assert len(ours) >= 9
    assert ours <= texts


# The file


def test_no_log_is_no_launches(tmp_path: Path) -> None:
    nothing = Log((), 0)
    assert read_log(tmp_path / "none") == nothing
    assert read_log(tmp_path) == nothing
    (tmp_path / "launcher.log").touch()
    assert read_log(tmp_path) == nothing
    assert read_log(tmp_path / "launcher.log") == nothing


def test_the_file_that_was_laid_aside_comes_first(tmp_path: Path) -> None:
    (tmp_path / "launcher.log").write_bytes(line(output="new.o") + b"\n")
    (tmp_path / "launcher.log.1").write_bytes(line(output="old.o") + b"\n")
    assert [one.output for one in read_log(tmp_path).launches] == ["old.o", "new.o"]


def test_the_file_that_was_laid_aside_may_be_all_there_is(tmp_path: Path) -> None:
    (tmp_path / "launcher.log.1").write_bytes(line() + b"\n")
    assert read_log(tmp_path) == Log((launch(),), 0)


def test_a_file_with_both_names_is_read_once(tmp_path: Path) -> None:
    """So it looks to a reader in whose midst the log is laid aside."""
    (tmp_path / "launcher.log").write_bytes(line() + b"\n")
    os.link(tmp_path / "launcher.log", tmp_path / "launcher.log.1")
    assert read_log(tmp_path) == Log((launch(),), 0)


def test_damaged_lines_are_counted_and_the_others_stay(tmp_path: Path) -> None:
    cut = line(output="cut.o")[:40]
    lines = [line(output="1.o"), cut, line(output="2.o"), b"\0" * 50, b"", b"[]"]
    # Where a line was cut off by a kill, the next launch goes on in it.
    content = b"\n".join(lines) + b"\n" + cut + line(output="3.o") + b"\n" + cut
    (tmp_path / "launcher.log").write_bytes(content)
    read = read_log(tmp_path)
    assert [one.output for one in read.launches] == ["1.o", "2.o", "3.o"]
    assert read.unreadable == 5


def test_a_last_line_without_its_end_counts(tmp_path: Path) -> None:
    (tmp_path / "launcher.log").write_bytes(line())
    assert read_log(tmp_path) == Log((launch(),), 0)


@given(st.lists(st.integers(0, 400), max_size=6), st.binary(max_size=20))
def test_no_damage_costs_more_than_the_lines_it_touches(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], noise: bytes
) -> None:
    directory = tmp_path_factory.getbasetemp() / "damage"
    directory.mkdir(exist_ok=True)
    parts = [line(output=f"{number}.o")[:cut] + noise for number, cut in enumerate(cuts)]
    whole = [line(output=f"whole{number}.o") for number in range(len(parts) + 1)]
    content = whole[0] + b"\n"
    for part, after in zip(parts, whole[1:], strict=True):
        content += part + b"\n" + after + b"\n"
    (directory / "launcher.log").write_bytes(content)
    outputs = [one.output for one in read_log(directory).launches]
    assert [name for name in outputs if name.startswith("whole")] == [
        f"whole{number}.o" for number in range(len(whole))
    ]


def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "launcher.log.1").mkdir()
    os.mkfifo(tmp_path / "launcher.log")
    assert read_log(tmp_path) == Log((), 0)


def test_a_log_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "launcher.log").symlink_to("launcher.log")
    with pytest.raises(StoreError, match=r"launcher\.log cannot be read: Too many levels"):
        read_log(tmp_path)


def test_reading_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "launcher.log"
    path.write_bytes(line(time=NOON) + b"\nx")
    before = (path.stat(), path.read_bytes())
    read_log(tmp_path)
    assert (path.stat().st_mtime_ns, path.read_bytes()) == (before[0].st_mtime_ns, before[1])
    assert os.listdir(tmp_path) == ["launcher.log"]
