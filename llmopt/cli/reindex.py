"""`llmopt-py reindex ROOT`: called by the launcher when llmopt.lock is new or changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock

from llmopt.cli.project import open_root
from llmopt.errors import LlmoptError
from llmopt.flow.reindex import reindex


def main(words: Sequence[str]) -> int:
    """Writes the index anew."""
    if len(words) != 1:
        return 2
    try:
        session = open_root(Path(words[0]))
        # A parallel build asks once for each compile that found the index stale.
        with FileLock(session.state.path / "reindex.lock"):
            if not session.state.index_is_current():
                reindex(session)
    except (LlmoptError, OSError):
        return 1  # the launcher passes; `doctor` tells
    return 0
