"""BLAKE2b and the name of a command's manifest, against Python."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
from pathlib import Path

import pytest

from . import formats
from .support import Project

LENGTHS = [*range(20), 63, 64, 65, *range(126, 131), *range(255, 258), 999, 1000, 1001, 65537]


@pytest.mark.parametrize("size", [1, 16, 32, 64])
def test_blake2b_is_hashlib_s(size: int, either_launcher: Path, tmp_path: Path) -> None:
    noise = random.Random(7)
    file = tmp_path / "data"
    for length in LENGTHS:
        file.write_bytes(noise.randbytes(length))
        command = [str(either_launcher), "--blake2b", str(file), str(size)]
        printed = subprocess.run(command, capture_output=True, check=True).stdout
        expected = hashlib.blake2b(file.read_bytes(), digest_size=size).hexdigest()
        assert printed.decode() == expected + "\n", length


def test_example_files_are_what_the_encoders_make() -> None:
    on_disk = {path.name: path.read_bytes() for path in formats.EXAMPLES.iterdir()}
    assert on_disk == formats.examples()


def printed_digest(project: Project, *words: str | bytes) -> str:
    result = subprocess.run(
        [project.launcher, "--command-digest", *words],
        cwd=project.root,
        env=project.environment,
        capture_output=True,
        check=True,
    )
    return result.stdout.decode().strip()


@pytest.mark.parametrize(
    "words",
    [
        ["cc", "-O2", "-c", "a.c"],
        ["gcc", "", "-I", "-O2"],
        ["gcc", "-I-O2"],
        ["/usr/bin/gcc", "-c", "\udce4.c"],
    ],
)
def test_command_digest_is_the_documented_one(project: Project, words: list[str]) -> None:
    assert printed_digest(project, *map(os.fsencode, words)) == project.digest(words)


@pytest.mark.parametrize("name", formats.VARIABLES)
def test_every_variable_of_the_list_counts(project: Project, name: str) -> None:
    seen = set()
    words = [str(project.bin / "cc"), "-c", "a.c"]  # found without PATH
    project.environment.pop(name, None)
    for value in (None, "", "a", "ab"):
        if value is not None:
            project.environment[name] = value
        digest = printed_digest(project, *words)
        assert digest == project.digest(words)
        seen.add(digest)
    assert len(seen) == 4


def test_other_variables_do_not_count(project: Project) -> None:
    before = printed_digest(project, "cc", "-c", "a.c")
    project.environment["TERM"] = "dumb"
    assert printed_digest(project, "cc", "-c", "a.c") == before


def test_no_compiler_has_no_digest(project: Project) -> None:
    result = project.launch("--command-digest", "no-such-cc", "-c", "a.c")
    assert (result.returncode, result.stdout) == (1, b"")
