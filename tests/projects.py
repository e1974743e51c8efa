"""Small projects of C texts for tests, with a cache of their own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from llmopt.config.load import load
from llmopt.flow.session import Session


def opened(root: Path, settings: str, sources: Mapping[str, str]) -> Session:
    """A project with these settings and source files, not built yet."""
    root.mkdir(exist_ok=True)
    for name, text in sources.items():
        (root / name).write_text(text)
    (root / "llmopt.yaml").write_text(settings)
    return Session(load(root, {"LLMOPT_CACHE_DIR": str(root / "cache")}))


def built(root: Path, settings: str, sources: Mapping[str, str]) -> Session:
    """The same with both of its trees built."""
    session = opened(root, settings, sources)
    for tree in (session.original, session.candidate):
        tree.prepare()
    return session
