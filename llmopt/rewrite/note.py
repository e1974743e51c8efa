"""The note in a swapped object that names its recipes: readable with `readelf -p .note.llmopt`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from llmopt.sandbox.run import Job, Sandbox

SECTION = ".note.llmopt"
_TIMEOUT = 30.0


def with_note(sandbox: Sandbox, data: bytes, recipes: Sequence[str]) -> bytes:
    """The object with a section, not loaded by any program, that names its recipes.

    Without an `objcopy` the object stays as it is: the note is for people. Raises ToolFailed.
    """
    objcopy = shutil.which("objcopy")
    if objcopy is None:
        return data
    with tempfile.TemporaryDirectory(prefix="llmopt-note-") as directory:
        source, note = Path(directory, "in.o"), Path(directory, "note")
        source.write_bytes(data)
        note.write_text("".join(f"{recipe}\n" for recipe in recipes))
        sandbox.check(
            Job(
                (objcopy, f"--add-section={SECTION}={note}", str(source), f"{directory}/out.o"),
                directory,
                _TIMEOUT,
            )
        )
        return Path(directory, "out.o").read_bytes()
