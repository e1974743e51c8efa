"""`llmopt-py reindex ROOT`: called by the launcher when llmopt.lock is new or changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from llmopt.cli.project import open_root
from llmopt.errors import LlmoptError
from llmopt.flow.resolve import reindex


def main(words: Sequence[str]) -> int:
    """Writes the index anew."""
    if len(words) != 1:
        return 2
    try:
        reindex(open_root(Path(words[0])))
    except LlmoptError:
        return 1  # the launcher passes; `doctor` tells
    return 0
