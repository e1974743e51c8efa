"""The installed launcher, with its Python half beside it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import need


@pytest.fixture(scope="session")
def launcher() -> Path:
    """The `llmopt` on PATH."""
    need("llmopt")
    return Path(str(shutil.which("llmopt")))


@pytest.fixture(scope="session")
def directory() -> Iterator[Path]:
    """A directory that other users may enter, with a short path."""
    path = Path(tempfile.mkdtemp(prefix="llmopt-transparency-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)
