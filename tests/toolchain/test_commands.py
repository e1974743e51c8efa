"""Commands as the launcher recorded them, and as its parser takes them apart."""

from __future__ import annotations

import os
import struct
import subprocess
from pathlib import Path

import pytest

from llmopt.errors import ToolError
from llmopt.toolchain.commands import LeftToCompiler, launcher_path, read_records
from llmopt.values.command import CODE, PREPROCESSOR, Command
from tests.conftest import need
from tests.units import parsed

ODD_NAMES = [
    b"two words.c",
    b'quo"te.c',
    b"apo'strophe.c",
    b"back\\slash.c",
    b"new\nline.c",
    "grün.c".encode(),
    b"latin-\xfc.c",
    b"tab\there.c",
]


def record(directory: Path, *commands: list[bytes | str]) -> Path:
    """The file that the launcher writes while it runs commands under LLMOPT_RECORD."""
    path = directory / "records"
    environment = {**os.environ, "LLMOPT_RECORD": str(path)}
    for command in commands:
        subprocess.run([launcher_path(), *command], cwd=directory, env=environment, check=True)
    return path


@pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
def test_odd_names_survive_the_record_and_the_parser(name: bytes, tmp_path: Path) -> None:
    need("gcc")
    (Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name)))).write_text("int x;\n")
    output = name[:-1] + b"o"
    path = record(tmp_path, [b"gcc", b"-O2", b"-DN=\xff " + name, b"-c", name, b"-o", output])
    (recorded,) = read_records(path)
    assert os.fsencode(recorded.cwd) == os.fsencode(tmp_path)
    command = parsed(tmp_path, recorded.argv)
    assert isinstance(command, Command)
    assert os.fsencode(command.source) == name
    assert os.fsencode(command.output) == output
    assert os.path.exists(command.output_path)
    assert os.fsencode(command.arguments(PREPROCESSOR)[0]) == b"-DN=\xff " + name


def test_records_are_in_order_and_carry_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("gcc")
    for name in ("a", "b"):
        (tmp_path / f"{name}.c").write_text("int x;\n")
    monkeypatch.setenv("CPATH", "/some/where")
    monkeypatch.setenv("UNRELATED", "1")
    path = record(tmp_path, ["gcc", "-c", "a.c"], ["gcc", "-O3", "-c", "b.c", "-o", "b2.o"])
    first, second = read_records(path)
    assert first.argv == ("gcc", "-c", "a.c")
    assert second.argv == ("gcc", "-O3", "-c", "b.c", "-o", "b2.o")
    assert dict(first.environment)["CPATH"] == "/some/where"
    assert "UNRELATED" not in dict(first.environment)


def test_no_record_is_no_commands(tmp_path: Path) -> None:
    assert read_records(tmp_path / "missing") == []
    (tmp_path / "empty").touch()
    assert read_records(tmp_path / "empty") == []


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    need("gcc")
    directory = tmp_path_factory.mktemp("records")
    (directory / "a.c").write_text("int x;\n")
    return record(directory, ["gcc", "-c", "a.c"], ["gcc", "-c", "a.c"]).read_bytes()


def test_a_record_cut_short_anywhere_is_damaged(good: bytes, tmp_path: Path) -> None:
    whole = tmp_path / "records"
    whole.write_bytes(good)
    assert len(read_records(whole)) == 2
    between = 4 + struct.unpack_from("<I", good)[0]
    for length in range(1, len(good)):
        whole.write_bytes(good[:length])
        if length == between:
            assert len(read_records(whole)) == 1
            continue
        with pytest.raises(ToolError, match="damaged record"):
            read_records(whole)


@pytest.mark.parametrize("place", ["length", "field", "count"])
def test_a_record_with_a_wrong_number_is_damaged(good: bytes, place: str, tmp_path: Path) -> None:
    data = bytearray(good)
    length = struct.unpack_from("<I", good)[0]
    cwd = struct.unpack_from("<Q", good, 4)[0]
    if place == "length":  # the next record would be taken for a part of this one
        struct.pack_into("<I", data, 0, len(good) - 4)
    elif place == "field":
        struct.pack_into("<Q", data, 4, 1 << 60)
    else:
        struct.pack_into("<Q", data, 12 + cwd, 1 << 62)
    assert length < len(good)
    path = tmp_path / "records"
    path.write_bytes(data)
    with pytest.raises(ToolError, match="damaged record"):
        read_records(path)


def test_what_is_no_single_compile_is_left_with_its_reason(tmp_path: Path) -> None:
    for argv in (["gcc", "a.c", "-o", "a"], ["gcc", "-c", "a.c", "b.c"], ["ld", "a.o"]):
        left = parsed(tmp_path, argv)
        assert isinstance(left, LeftToCompiler)
        assert left.reason


def test_the_classes_of_a_command_cover_its_words(tmp_path: Path) -> None:
    (tmp_path / "a.c").touch()
    argv = ["gcc", "-O2", "-I", "inc", "-DX", "-mavx2", "-Wall", "-MD", "-c", "a.c", "-o", "a.o"]
    command = parsed(tmp_path, argv)
    assert isinstance(command, Command)
    assert len(command.classes) == len(argv)
    assert command.arguments(CODE) == ("-O2", "-mavx2")
    assert command.arguments(PREPROCESSOR) == ("-I", "inc", "-DX")


def test_a_launcher_that_answers_nonsense_is_named(tmp_path: Path) -> None:
    from llmopt.toolchain.commands import CommandParser, Recorded
    from tests.units import SANDBOX

    fake = tmp_path / "llmopt"
    fake.write_text("#!/bin/sh\necho nonsense\n")
    fake.chmod(0o755)
    with pytest.raises(ToolError, match=r"says b.nonsense"):
        CommandParser(SANDBOX, str(fake)).parse(Recorded(str(tmp_path), ("gcc",), ()))
