"""The console script `llmopt-py`: what the launcher calls, or a verb."""

from __future__ import annotations

import gc
import importlib
import sys

#: The launcher waits for these, so they load nothing that they do not need.
_PLUMBING = ("resolve", "reindex")


def main() -> int:
    """Runs what the command line names; returns the exit status."""
    words = sys.argv[1:]
    if words and words[0] in _PLUMBING:
        gc.disable()  # they end soon, and what they load is not garbage
        plumbing = importlib.import_module(f"llmopt.cli.{words[0]}")
        status: int = plumbing.main(words[1:])
    else:
        status = importlib.import_module("llmopt.cli.main").main(words)
    return status


if __name__ == "__main__":
    raise SystemExit(main())
