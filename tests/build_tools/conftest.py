"""llmopt as pip installs it, and the sample project."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import need

pytest.register_assert_rewrite("tests.build_tools.support")

from .support import HERE, REPOSITORY, Checker, Installation, Sample  # noqa: E402


@pytest.fixture(scope="session")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Away with what is large, when all is done."""
    path = tmp_path_factory.mktemp("build-tools")
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def wheel(directory: Path) -> Path:
    """The wheel of this tree, built without a network."""
    need("cmake")
    words = ["wheel", "--no-build-isolation", "-C", f"build-dir={directory}/wheel/build"]
    _pip(*words, "--wheel-dir", directory / "wheel", REPOSITORY)
    (path,) = (directory / "wheel").glob("*.whl")
    return path


@pytest.fixture(scope="session")
def installation(wheel: Path, directory: Path) -> Installation:
    """That wheel in an environment of its own, which sees this one's packages behind it."""
    prefix = directory / "installed"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", prefix], check=True)
    made = Installation(prefix)
    _pip("--python", made.python, "install", wheel)
    # After that: pip would see that an llmopt is there already.
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(prefix)}))
    (packages / "outer.pth").write_text(sysconfig.get_path("purelib") + "\n")
    made.replace_resolver()
    # Meson puts sccache in front where it finds it, and that leaves a server behind.
    other = made.bin / "sccache"
    other.write_text("#!/bin/sh\nexit 1\n")
    other.chmod(0o755)
    return made


@pytest.fixture(scope="session")
def place(directory: Path) -> Path:
    """Where every build of the sample is made."""
    return directory / "sample" / "project"


@pytest.fixture(scope="session")
def checker() -> Checker:
    """Remembers the builds without llmopt."""
    return Checker()


@pytest.fixture
def sample(place: Path, installation: Installation) -> Iterator[Sample]:
    """The sample project, with nothing built."""
    made = Sample(place, installation)
    made.fresh(HERE / "sample")
    return made


def _pip(*words: object) -> None:
    command = [sys.executable, "-m", "pip", *map(str, words), "--no-deps", "--no-index", "-q"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
