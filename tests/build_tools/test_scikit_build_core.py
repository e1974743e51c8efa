"""The wheel of llmopt, and an extension module in C that scikit-build-core builds through it."""

from __future__ import annotations

import configparser
import shutil
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.conftest import need

from .support import HERE, Sample


def members(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# The wheel of llmopt


def test_the_wheel_puts_the_program_into_bin_and_declares_no_script_of_its_name(
    wheel: Path,
) -> None:
    assert wheel.name.split("-")[2:4] == ["py3", "none"]
    assert "linux" in wheel.name.split("-")[4]
    content = members(wheel)
    (program,) = [name for name in content if name.endswith(".data/scripts/llmopt")]
    assert content[program].startswith(b"\x7fELF")
    (file,) = [name for name in content if name.endswith("/entry_points.txt")]
    entries = configparser.ConfigParser()
    entries.read_string(content[file].decode())
    assert set(entries["console_scripts"]) == {"llmopt-py"}
    assert dict(entries["cmake.root"]) == {"llmopt": "llmopt"}
    assert dict(entries["cmake.module"]) == {"llmopt": "llmopt.cmake"}


def test_the_wheel_has_the_files_of_build_tools_where_they_are_looked_for(wheel: Path) -> None:
    names = {name.partition(".data/data/")[2] or name for name in members(wheel)}
    for folder in ("llmopt/cmake", "share/cmake/LLMOpt"):
        for file in ("LLMOptConfig", "LLMOptConfigVersion", "LLMOptInject", "LLMOpt"):
            assert f"{folder}/{file}.cmake" in names
    assert "llmopt/meson/llmopt-native.ini" in names
    assert not [name for name in names if "launcher/" in name or "Vendored" in name]


# An extension


@pytest.fixture
def extension(sample: Sample) -> Sample:
    """Its sources, where the sample would be."""
    need("cmake", "ninja")
    if not Path(sysconfig.get_path("include"), "Python.h").is_file():
        pytest.skip("Python.h is not installed")
    sample.fresh(HERE / "extension")
    return sample


def pip(extension: Sample, verb: str, *words: object) -> None:
    """pip without a network, in the environment that llmopt is installed in."""
    directory = extension.root.parent / "pip"
    shutil.rmtree(directory, ignore_errors=True)
    extension.run(
        *(extension.installation.python, "-m", "pip", verb, "--no-build-isolation", "--no-deps"),
        *("--no-index", "--quiet", "--disable-pip-version-check"),
        *("-C", f"build-dir={directory}/build"),
        # CMake would look there too: the entry points have to do.
        *("-C", "search.site-packages=false"),
        *("--target" if verb == "install" else "--wheel-dir", directory / "made"),
        *words,
        extension.root,
    )


def module(extension: Sample) -> bytes:
    """The built module in the wheel, without the time at which it was packed."""
    (wheel,) = (extension.root.parent / "pip" / "made").glob("*.whl")
    (content,) = [data for name, data in members(wheel).items() if name.endswith(".so")]
    return content


def ask(extension: Sample) -> str:
    """Imports the module and uses it."""
    made = extension.root.parent / "pip" / "made"
    path = next(made.glob("*.whl"), None)
    if path:
        shutil.unpack_archive(path, made, "zip")
    code = "import tally; print(tally.count(b'banana', ord('a')), tally.origin())"
    done = extension.run(extension.installation.python, "-c", code, cwd=made)
    return done.stdout.strip()


def test_pip_wheel_of_an_extension_is_the_compilers_own_where_nothing_is_hot(
    extension: Sample,
) -> None:
    pip(extension, "wheel", "-C", "cmake.define.CMAKE_DISABLE_FIND_PACKAGE_LLMOpt=ON")
    plain = module(extension)
    # Without llmopt on PATH: the entry point cmake.root is what finds it.
    extension.environment["PATH"] = "/usr/bin:/bin"
    pip(extension, "wheel", "-C", "logging.level=WARNING")
    assert module(extension) == plain
    assert not (extension.root / ".llmopt").exists()
    assert ask(extension) == "3 compiler"
    commands = extension.run(
        "ninja", "-C", extension.root.parent / "pip" / "build", "-t", "commands"
    )
    assert str(extension.installation.launcher) in commands.stdout


WAYS = {
    "cmake.root-pip_wheel": ("wheel", ()),
    "cmake.module-pip_install": ("install", ("-C", "cmake.define.TALLY_BY_MODULE=ON")),
}


@pytest.mark.parametrize("name", WAYS)
def test_the_hot_object_of_an_extension_is_swapped_by(extension: Sample, name: str) -> None:
    extension.environment["PATH"] = "/usr/bin:/bin"
    extension.make_hot(["src/tally.c"])
    verb, words = WAYS[name]
    pip(extension, verb, *words)
    assert extension.swapped() == {"tally.c.o"}
    assert ask(extension) == "3 recipe"
