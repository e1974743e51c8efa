"""What a run of the program left behind, and whether two runs left the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from llmopt.config.model import WorkloadSection
from llmopt.sandbox.run import Completed
from llmopt.values.digest import content_digest


@dataclass(frozen=True)
class Outcome:
    """Exit status, output and files of one run. Paths of the tree are taken out of the output."""

    command: str
    status: int
    timed_out: bool
    stdout: bytes
    stderr: bytes
    files: tuple[tuple[str, str], ...]
    exceeded: str = ""

    @property
    def size(self) -> int:
        """Bytes that were compared."""
        return len(self.stdout) + len(self.stderr)


def forget(tree: Path, files: Sequence[str]) -> None:
    """Removes what earlier runs wrote: a run that writes nothing must not pass with it."""
    for name in files:
        path = tree / name
        if path.is_file() or path.is_symlink():
            path.unlink()


def outcome(command: str, done: Completed, tree: Path, section: WorkloadSection) -> Outcome:
    """The outcome of a run in a tree, without what is known to vary.

    A file that is not there has an outcome as well.
    """

    def settled(data: bytes) -> bytes:
        return section.settled(data.replace(str(tree).encode(), b"{build}"))

    def file(path: Path) -> str:
        try:
            return content_digest(settled(path.read_bytes()))
        except OSError as error:
            return f"unreadable: {error.strerror}"

    return Outcome(
        command,
        done.status,
        done.timed_out,
        settled(done.stdout),
        settled(done.stderr),
        tuple((name, file(tree / name)) for name in section.files),
        done.exceeded,
    )


def difference(old: Outcome, new: Outcome) -> str | None:
    """How a run differs from the original's; None when it does not."""
    if new.timed_out:
        return f"`{new.command}` did not end in time"
    # Two runs that were cut off at the same place are not two runs that do the same.
    for run in (old, new):
        if run.exceeded:
            return f"`{run.command}` went beyond the sandbox's limit of {run.exceeded}"
    if old.status != new.status:
        return f"`{new.command}` exits with {new.status}, the original with {old.status}"
    for name, before, after in (
        ("prints", old.stdout, new.stdout),
        ("says on stderr", old.stderr, new.stderr),
    ):
        if before != after:
            return f"`{new.command}` {name} something else: {_first(before, after)}"
    for (name, before_digest), (_, after_digest) in zip(old.files, new.files, strict=True):
        if before_digest != after_digest:
            return f"`{new.command}` writes another {name}"
    return None


def _first(before: bytes, after: bytes) -> str:
    old_lines, new_lines = before.splitlines(), after.splitlines()
    for number, (old, new) in enumerate(zip(old_lines, new_lines, strict=False), 1):
        if old != new:
            return f"line {number} was {_show(old)}, is {_show(new)}"
    return f"{len(old_lines)} lines became {len(new_lines)}"


def _show(line: bytes) -> str:
    text = line.decode("utf-8", "replace")
    return repr(text if len(text) <= 80 else text[:80] + "...")
