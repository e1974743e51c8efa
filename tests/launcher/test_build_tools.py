"""Whole builds by CMake and Meson, in each of the ways that they call a launcher."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import need

from .support import Project

CMAKE = """
cmake_minimum_required(VERSION 3.15)
project(built LANGUAGES C)
add_library(part SHARED src/a.c)
add_executable(program main.c)
target_link_libraries(program part)
"""
MESON = """
project('built', 'c', default_options: ['buildtype=release'])
part = shared_library('part', 'src/a.c')
executable('program', 'main.c', link_with: part)
"""
WAYS = {
    "CMake, a launcher variable": (
        {},
        ["cmake", "-S", ".", "-B", "build", "-DCMAKE_C_COMPILER_LAUNCHER=llmopt"],
        ["cmake", "--build", "build"],
    ),
    "CMake, a list of launchers": (
        {},
        ["cmake", "-S", ".", "-B", "build", "-DCMAKE_C_COMPILER_LAUNCHER=llmopt;ccache"],
        ["cmake", "--build", "build"],
    ),
    "CMake, a launcher from the environment": (
        {"CMAKE_C_COMPILER_LAUNCHER": "llmopt"},
        ["cmake", "-S", ".", "-B", "build"],
        ["cmake", "--build", "build"],
    ),
    "CMake, words in CC": (
        {"CC": "llmopt gcc"},
        ["cmake", "-S", ".", "-B", "build"],
        ["cmake", "--build", "build"],
    ),
    "Meson, words in CC": (
        {"CC": "llmopt gcc"},
        ["meson", "setup", "build"],
        ["ninja", "-C", "build"],
    ),
}


@pytest.fixture
def sources(project: Project) -> Project:
    """A program whose status says which object it was linked with."""
    for name, text in (("CMakeLists.txt", CMAKE), ("meson.build", MESON)):
        (project.root / name).write_text(text)
    main = "int answer(void); int main(void) { return answer(); }\n"
    (project.root / "main.c").write_text(main)
    (project.bin / "cc").unlink()
    project.environment["CCACHE_DIR"] = str(project.root / "cache")
    # Optimized, or the unit is passed.
    project.environment["CFLAGS"] = "-O2"
    return project


@pytest.mark.parametrize("way", WAYS)
def test_a_build_links_the_recipe_s_object(sources: Project, way: str) -> None:
    """The resolver makes the better object for whatever command the build tool has."""
    variables, configure, build = WAYS[way]
    # Beside us on PATH is not enough: the build sees the system's tools only.
    for words in (configure, build):
        if shutil.which(words[0], path="/usr/bin:/bin") is None:
            pytest.skip(f"{words[0]} is not installed")
    if any("ccache" in word for word in configure):
        need("ccache")
    sources.environment |= variables
    for hot, status in ((False, 1), (True, 2)):
        if hot:
            sources.make_hot(wait_ms=20000)
            python_half(sources)
        shutil.rmtree(sources.root / "build", ignore_errors=True)
        for command in (configure, build):
            result = sources.run(*command)
            assert result.returncode == 0, result.stdout + result.stderr
        assert sources.run("build/program").returncode == status
    assert [line for line in sources.log() if "resolved during the build" in line]


def python_half(project: Project) -> None:
    """A resolver that compiles a better source with the same words, then writes a manifest."""
    package = Path(__file__).parents[2]
    program = project.bin / "llmopt-py"
    program.write_text(
        f"""#!/usr/bin/env python3
import os, subprocess, sys
from pathlib import Path
sys.path.insert(0, {str(package)!r})
from tests.launcher import formats
_, _, root, _, *words = sys.argv
source = Path(root, "src/a.c")
def run(*command):
    return subprocess.run(command, capture_output=True, check=True).stdout.decode().strip()
digest = run({str(project.launcher)!r}, "--command-digest", *words)
assert digest == os.environ["LLMOPT_COMMAND"]
better = Path(root, "better.c")
better.write_text(source.read_text().replace("1", "2"))
built = Path(root, "better.o")
words = [str(better) if word.endswith("src/a.c") else word for word in words]
words[words.index("-o") + 1] = str(built)
if "-MF" in words:
    words[words.index("-MF") + 1] = str(Path(root, "better.d"))
run(*words)
content = built.read_bytes()
state = Path(root, ".llmopt")
for path, data in (
    (state / "objects" / formats.blake2b(content).hex(), content),
    (
        state / "manifests" / digest,
        formats.encode_manifest([formats.FileRecord.of(source)], built=content),
    ),
):
    path.write_bytes(data)
    path.chmod(0o644)
"""
    )
    program.chmod(0o755)
