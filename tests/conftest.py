"""What all tests share: real tools, or a skip that says which is missing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from llmopt.sandbox.isolation import bubblewrap_works

#: In CI a skip is a loss that nobody would see.
NO_SKIPS = os.environ.get("LLMOPT_NO_SKIPS") == "1"

#: What no package of Debian's has: only tests that run these may be skipped in CI.
NOT_PACKAGED = ("alive-tv",)


def need(*programs: str) -> None:
    """Skips the test, with the reason, where a program is missing, or cannot do its work."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    if "bwrap" in programs and not bubblewrap_works():
        pytest.skip("bubblewrap may not make namespaces here")


@pytest.fixture(params=["gcc", "clang-19"])
def compiler(request: pytest.FixtureRequest) -> str:
    """Each C compiler in turn."""
    need(request.param)
    return str(request.param)


@pytest.fixture
def clang() -> str:
    """clang-19."""
    need("clang-19")
    return "clang-19"


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the user's cache, and no launcher sees what the caller's shell set."""
    for name in [name for name in os.environ if name.startswith("LLMOPT_")]:
        if name not in ("LLMOPT_NO_SKIPS", "LLMOPT_LAUNCHER"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LLMOPT_CACHE_DIR", str(tmp_path / "llmopt-cache"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Says which tests stay together where several processes run them: those of a file, and all
    that share the project that took long to optimize.
    """
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        shares = "optimized" in getattr(item, "fixturenames", ())
        group = item.path.parent if shares else item.path
        item.add_marker(pytest.mark.xdist_group(str(group)))


def _losses(reporter: pytest.TerminalReporter) -> list[object]:
    """The skips that are not allowed."""
    allowed = tuple(f"Skipped: {program} is not installed" for program in NOT_PACKAGED)
    skipped = reporter.stats.get("skipped", [])
    return [
        report
        for report in skipped
        if not (isinstance(report.longrepr, tuple) and report.longrepr[2] in allowed)
    ]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Says so where skips are not allowed."""
    if NO_SKIPS and _losses(terminalreporter):
        terminalreporter.write_line("LLMOPT_NO_SKIPS=1: skipped tests count as failed", red=True)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fails the run when something was skipped and that is not allowed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if NO_SKIPS and reporter and _losses(reporter) and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
