"""Sanitizer gate for assembly, which no compiler can instrument: the program's own runs under
valgrind's memcheck.

It sees reads of what nobody wrote, and accesses outside of blocks of the heap; not those outside of
an array on the stack or among the variables. Those of arguments show at the guards of the tests.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from llmopt.config.model import WorkloadSection
from llmopt.errors import ToolError
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from llmopt.verify.outputs import Outcome, difference, forget, outcome
from llmopt.workspace.tree import Tree

GATE = "sanitizers"

#: Runs under it were seen to take up to fifty times as long. What takes more seconds than the most
#: is not waited for.
_SLOWER = 50
_MOST = 1800.0
_LOGS = ".memcheck"
_WORDS = (
    "valgrind",
    "--quiet",
    "--trace-children=yes",
    "--vgdb=no",
    "--leak-check=full",
    "--show-leak-kinds=definite",
    "--errors-for-leak-kinds=definite",
)
_HEAD = re.compile(r"^==\d+== ?", re.MULTILINE)
_UNKNOWN = "valgrind does not know an instruction of the program"


@dataclass(frozen=True)
class _Watched:
    """A run and what memcheck said in it."""

    run: Outcome
    said: str


def installed() -> bool:
    """Whether valgrind is there."""
    return shutil.which("valgrind") is not None


class Memcheck:
    """Memcheck on the checks of the configuration, on the workload where there are none."""

    def __init__(self, section: WorkloadSection) -> None:
        self._section = section
        self._expected: list[_Watched] | None = None

    def judge(self, original: Tree, candidate: Tree) -> Verdict:
        """Judges the program that stands in the candidate's tree."""
        if not installed():
            return Inconclusive(GATE, "assembly cannot be instrumented; valgrind is not installed")
        try:
            if self._expected is None:
                self._expected = [self._watched(original, command) for command in self._commands()]
            for old in self._expected:
                if old.said or old.run.timed_out or old.run.exceeded:
                    return Inconclusive(
                        GATE, f"the original itself under valgrind: {_why(old)} ({old.run.command})"
                    )
                new = self._watched(candidate, old.run.command)
                if _UNKNOWN in new.said or new.run.timed_out:
                    return Inconclusive(GATE, f"the candidate under valgrind: {_why(new)}")
                if new.said:
                    return Refuted(GATE, f"memcheck, in `{old.run.command}`: {new.said}")
                if found := difference(old.run, new.run):
                    return Refuted(GATE, f"under valgrind {found}")
        except ToolError as error:
            return Inconclusive(GATE, str(error))
        return Passed(
            GATE,
            {"with": "memcheck", "runs": len(self._expected), "on": "the candidate's assembly"},
        )

    def _commands(self) -> Sequence[str]:
        return self._section.checks or (self._section.command,)

    def _watched(self, tree: Tree, command: str) -> _Watched:
        logs = tree.path / _LOGS
        shutil.rmtree(logs, ignore_errors=True)
        logs.mkdir()
        forget(tree.path, self._section.files)
        words = (*_WORDS, f"--log-file={logs}/%p")
        done = tree.run(command, min(_MOST, self._section.timeout * _SLOWER), under=words)
        said = "\n".join(_report(path) for path in sorted(logs.iterdir()))
        shutil.rmtree(logs, ignore_errors=True)
        return _Watched(outcome(command, done, tree.path, self._section), said.strip())


def _why(watched: _Watched) -> str:
    if watched.run.timed_out:
        return "it did not end in time"
    return watched.said or f"it went beyond the limit of {watched.run.exceeded}"


def _report(log: Path) -> str:
    """The first lines of what a process was told, without its number."""
    text = _HEAD.sub("", log.read_text("utf-8", "replace")).strip()
    if "(SIGILL)" in text:
        return _UNKNOWN
    return "\n".join(text.splitlines()[:8])
