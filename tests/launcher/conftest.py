"""Builds the launcher, once as it is installed and once with sanitizers."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .support import Project

HERE = Path(__file__).parent
SOURCES = HERE.parents[1] / "llmopt" / "launcher"


def _build(directory: Path, *options: str) -> Path:
    configure = ["cmake", "-S", SOURCES, "-B", directory, "-DLLMOPT_WERROR=ON", *options]
    for command in (configure, ["cmake", "--build", directory, "--parallel"]):
        result = subprocess.run(
            list(map(str, command)), capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stdout + result.stderr
    return directory / "llmopt"


@pytest.fixture(scope="session")
def launcher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The launcher that LLMOPT_LAUNCHER names, or one built here."""
    given = os.environ.get("LLMOPT_LAUNCHER")
    return Path(given) if given else _build(tmp_path_factory.mktemp("launcher"))


@pytest.fixture(scope="session")
def sanitized_launcher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The launcher with ASan and UBSan, where a violation ends it with status 99."""
    return _build(tmp_path_factory.mktemp("sanitized"), "-DLLMOPT_SANITIZE=ON")


@pytest.fixture(scope="session", params=["plain", "sanitized"])
def either_launcher(request: pytest.FixtureRequest) -> Path:
    """Each of the two in turn."""
    name = "launcher" if request.param == "plain" else "sanitized_launcher"
    path: Path = request.getfixturevalue(name)
    return path


@pytest.fixture(scope="session")
def fake_cc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A compiler that takes a millisecond."""
    path = tmp_path_factory.mktemp("fake") / "cc"
    command = ["gcc", "-O1", "-static", HERE / "fake_cc.c", "-o", path]
    subprocess.run(list(map(str, command)), check=True)
    return path


@pytest.fixture
def directory() -> Iterator[Path]:
    """A directory that other users may enter; pytest's own are closed to them."""
    path = Path(tempfile.mkdtemp(prefix="llmopt-launcher-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def project(directory: Path, launcher: Path, fake_cc: Path) -> Project:
    """A project whose `cc` is the quick one; `gcc` and `clang-19` are the real ones."""
    made = Project(directory, launcher)
    shutil.copy2(fake_cc, made.bin / "cc")
    return made


@pytest.fixture
def hot(project: Project) -> Project:
    """A project whose unit has a verified manifest."""
    project.make_hot()
    project.put_manifest()
    return project


@pytest.fixture
def sanitized_project(directory: Path, sanitized_launcher: Path, fake_cc: Path) -> Project:
    """The same with the sanitized launcher."""
    made = Project(directory, sanitized_launcher)
    shutil.copy2(fake_cc, made.bin / "cc")
    return made
