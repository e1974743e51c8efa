"""What was said in runs: a directory for each, of which the newest are kept."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

#: Runs that are kept, with the one that begins.
KEPT = 20


def begin_run(directory: Path, run: str) -> Path:
    """Where the transcripts of a run that begins now are to stand; drops those of the oldest runs.

    Only the one run that may go on in a project calls this, so that none that goes on is dropped.
    """
    with suppress(OSError):  # what cannot be dropped stays
        runs = sorted((path for path in directory.iterdir() if path.is_dir()), key=_written)
        for old in runs[: 1 - KEPT]:
            shutil.rmtree(old, ignore_errors=True)
    return directory / run


def _written(directory: Path) -> float:
    """When something in a directory was last written, in seconds of the clock."""
    return max(path.stat().st_mtime for path in (directory, *directory.iterdir()))
