"""Whether a build of ours still runs on every x86-64 processor."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.suites.case import Case
from llmopt.sandbox.run import Job, Sandbox

_EMULATOR = "qemu-x86_64"
#: A processor with what every x86-64 has.
_CPU = "qemu64"
_SECONDS = 120.0
#: Options that ask for a processor that not everybody has. Widths alone do not.
_MACHINE = re.compile(r"-m(arch|cpu|avx|fma|f16c|sse[34]|ssse3|bmi|lzcnt|popcnt|adx|aes)")


def machine_options(words: Iterable[str]) -> list[str]:
    """The words that ask for a certain processor."""
    return [word for word in words if _MACHINE.match(word) and word != "-march=x86-64"]


def portable(
    case: Case, build: Path, recipes: Sequence[Mapping[str, Any]], words: Iterable[str]
) -> dict[str, Any]:
    """What was found: options for a processor in compile commands and steps, and what became of
    the program on an emulated one.
    """
    options = [option for r in recipes for s in r["steps"] for option in s.get("options") or ()]
    found = machine_options([*words, *options])
    emulated = _emulated(case, build)
    return {
        "ok": not found and emulated.startswith(("runs", "not ")),
        "machine_options": found,
        "emulated": emulated,
    }


def _emulated(case: Case, build: Path) -> str:
    """`runs`, why it was not asked (`not ...`), or how the program failed."""
    if not shutil.which(_EMULATOR):
        return f"not asked: {_EMULATOR} is not installed"
    if not case.program:
        return "not asked: the workload is a shell command"
    program, *arguments = case.program
    words = (_EMULATOR, "-cpu", _CPU, f"{build}/{program}", *arguments)
    done = Sandbox("off").run(Job(words, str(build), _SECONDS))
    if done.timed_out:
        return f"not told: ran for {_SECONDS:g} s without a fault"
    return "runs" if done.status == 0 else f"{shlex.join(words)} ended with {done.status}"
