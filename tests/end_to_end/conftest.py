"""The sample project, optimized once in a session by the real tools."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import need

from .support import SAMPLE, Project, copy


@dataclass(frozen=True)
class Optimized:
    """The project after its first `llmopt optimize`, and what that printed."""

    project: Project
    profile: Any
    run: Any


@pytest.fixture(scope="session")
def tools() -> None:
    """All programs that the sample needs."""
    need("llmopt", "clang-19", "cmake", "ninja", "perf")


@pytest.fixture(scope="session")
def optimized(tools, tmp_path_factory) -> Optimized:
    """The sample, profiled and optimized. Tests leave it as it is; those that do not, copy it."""
    directory = tmp_path_factory.mktemp("optimized")
    fresh = copy(Project(SAMPLE, directory / "none"), directory)
    findings = {f["name"]: f for f in fresh.json("doctor")}
    if not findings["perf"]["ok"]:
        pytest.skip(f"perf does not sample here: {findings['perf']['said']}")
    profile = fresh.json("profile")
    done = fresh.run("llmopt", "optimize", "--json")
    return Optimized(fresh, profile, json.loads(done.stdout))


@pytest.fixture
def fresh(tools, tmp_path: Path) -> Project:
    """The sample as a user has it who has never run llmopt."""
    return copy(Project(SAMPLE, tmp_path / "none"), tmp_path)


@pytest.fixture
def project(optimized: Optimized, tmp_path: Path) -> Project:
    """A copy of the optimized sample that a test may break."""
    return copy(optimized.project, tmp_path)
