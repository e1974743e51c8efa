"""How often the branches of a unit's functions are taken: counted in a private build, told as text.

The counts are clang's own profile (that of `-fprofile-generate`), in the text form of
`llvm-profdata`: for each function its name, a digest of its control flow, and its counters. Where
the digest is not that of today's code, the compiler leaves the counts out of account. The name of a
function that only its unit can call begins with the path of the source there; here it begins with a
semicolon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from llmopt.rewrite.unit import UnitContext

#: Every function has counters of its own, whatever it is inlined in afterwards.
_ALONE = ("-mllvm", "-disable-preinline")
#: Targets of calls and sizes of copies are not asked for: they would name what is elsewhere.
_GENERATE = (*_ALONE, "-mllvm", "-disable-vp", "-w", "-Xclang", "-fprofile-instrument=llvm")
#: A body that is hot stays in its section: only there it can take the place of the other one.
_USE = (*_ALONE, "-mllvm", "-profile-guided-section-prefix=false")
_HEAD = ":ir\n"
_COMMENT = re.compile(r"^#.*\n", re.MULTILINE)


def instrumented(context: UnitContext, directory: Path) -> bytes:
    """The unit's object with counters, which each process writes to a file in `directory`, once for
    each such unit that it has: all counts are as many times too high, which changes nothing.

    Raises ToolFailed, and NotApplicable under gcc and where the runtime is not installed.
    """
    context.compiler.tool("llvm-profdata")  # without it the counts could not be read
    path = f"-fprofile-instrument-path={directory}/%p.profraw"
    made, _ = context.compiler.object(None, (*_GENERATE, "-Xclang", path))
    return context.compiler.with_profile_runtime(made)


def counts(context: UnitContext, directory: Path) -> dict[str, str]:
    """What was counted there, by function: its part of the text. Raises ToolFailed."""
    raw = sorted(str(path) for path in directory.glob("*.profraw"))
    text = context.compiler.profile_text(raw) if raw else _HEAD
    return dict(_parts(text, context.unit.command.source))


def together(parts: Sequence[str]) -> str:
    """The counts of several functions as one text; empty where there are none."""
    return _HEAD + "".join(f"{part}\n" for part in sorted(set(parts))) if parts else ""


@contextmanager
def guided(context: UnitContext, text: str, source: str | None) -> Iterator[tuple[str, ...]]:
    """The options of a build of the unit, or of other source for it, that is guided by counts; none
    where there are no counts. Raises ToolFailed, NotApplicable under gcc.
    """
    if not text:
        yield ()
        return
    place = context.unit.command.source if source is None else source
    placed = re.sub(r"^;", lambda _: f"{place};", text, flags=re.MULTILINE)
    with context.compiler.profile(placed) as path:
        yield (f"-fprofile-use={path}", *_USE, "-w")


def _parts(text: str, source: str) -> Iterator[tuple[str, str]]:
    for part in _COMMENT.sub("", text).split("\n\n"):
        lines = part.removeprefix(_HEAD).strip("\n").split("\n")
        name = lines[0].removeprefix(source) if lines[0].startswith(f"{source};") else lines[0]
        if len(lines) > 1 and any(line.strip("0") for line in lines[3:]):
            yield name.lstrip(";"), "\n".join([name, *lines[1:]]) + "\n"
