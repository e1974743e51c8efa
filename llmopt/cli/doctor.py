"""`llmopt doctor`: checks what llmopt needs here and says what to do about what is missing."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from llmopt.cli.project import common, open_root, print_json
from llmopt.config.load import cache_directory, find_root
from llmopt.errors import ConfigError, LlmoptError, StoreError
from llmopt.profile.perf import Profiler
from llmopt.sandbox.isolation import bubblewrap_works
from llmopt.sandbox.run import Job, Sandbox
from llmopt.store.cache import Cache
from llmopt.toolchain.commands import launcher_path

_TIMEOUT = 20.0
_TOOLS = ("opt-19", "cmake", "ninja", "meson", "valgrind")


@dataclass(frozen=True)
class Finding:
    """One check. `needed` says whether llmopt cannot work without it."""

    name: str
    ok: bool
    needed: bool
    said: str


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Checks everything. Exit status 1 when something needed is missing."""
    sandbox = Sandbox("off")
    findings = [
        Finding(
            "llmopt",
            ok=True,
            needed=True,
            said=f"{version('llmopt')}, Python {sys.version.split()[0]}",
        ),
        _launcher(sandbox),
        *(_program(sandbox, name, needed=False) for name in ("clang-19", "clang", "gcc")),
        *(_program(sandbox, name, needed=False) for name in _TOOLS),
        _perf(sandbox),
        _bubblewrap(),
        _cache(),
        _project(options),
    ]
    if options.json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            mark = "ok     " if finding.ok else ("MISSING" if finding.needed else "without")
            print(f"{mark}  {finding.name:11s} {finding.said}")
    return 0 if all(finding.ok or not finding.needed for finding in findings) else 1


def _checked(name: str, *, needed: bool, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, ok=True, needed=needed, said=check())
    except (LlmoptError, OSError) as error:
        return Finding(name, ok=False, needed=needed, said=str(error).splitlines()[0])


def _launcher(sandbox: Sandbox) -> Finding:
    def check() -> str:
        path = launcher_path()
        sandbox.check(Job((path, "--analyse", "cc", "-O2", "-c", "a.c"), "/", _TIMEOUT))
        return path

    return _checked("launcher", needed=True, check=check)


def _program(sandbox: Sandbox, name: str, *, needed: bool) -> Finding:
    path = shutil.which(name)
    if path is None:
        return Finding(name, ok=False, needed=needed, said="not on PATH")
    done = sandbox.run(Job((path, "--version"), "/", _TIMEOUT))
    text = done.stdout.decode("utf-8", "replace").strip()
    lines = [line.strip() for line in text.splitlines() if "version" in line or "gcc" in line]
    first = (lines or text.splitlines() or ["?"])[0]
    return Finding(name, ok=True, needed=needed, said=f"{path}: {first}")


def _perf(sandbox: Sandbox) -> Finding:
    def check() -> str:
        return f"samples {Profiler(sandbox).event}"

    finding = _checked("perf", needed=False, check=check)
    paranoid = Path("/proc/sys/kernel/perf_event_paranoid")
    if not finding.ok and paranoid.exists():
        level = paranoid.read_text().strip()
        said = f"{finding.said} (perf_event_paranoid is {level}; 2 or less is needed)"
        return Finding("perf", ok=False, needed=False, said=said)
    return finding


def _bubblewrap() -> Finding:
    if bubblewrap_works():
        return Finding("bubblewrap", ok=True, needed=False, said="isolates programs under test")
    why = "does not work here (user namespaces?)" if shutil.which("bwrap") else "is not installed"
    return Finding("bubblewrap", ok=False, needed=False, said=f"{why}: limits only")


def _cache() -> Finding:
    def check() -> str:
        directory = cache_directory(os.environ)
        cache = Cache(directory)
        cache.add_outcome("doctor", {"written": True})
        cache.close()
        return directory

    return _checked("cache", needed=True, check=check)


def _project(options: argparse.Namespace) -> Finding:
    start = Path(options.project or ".").absolute()
    try:
        root = find_root(start)
    except ConfigError as error:
        return Finding("project", ok=False, needed=False, said=str(error))

    def check() -> str:
        session = open_root(root)
        session.state.path.mkdir(exist_ok=True)
        if not os.access(session.state.path, os.W_OK):
            raise StoreError(f"{session.state.path} cannot be written")
        hot = "no index yet" if not session.state.index_path.exists() else "index written"
        return f"{root}: llmopt.yaml is right, {hot}"

    return _checked("project", needed=True, check=check)
