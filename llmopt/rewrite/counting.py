"""How often the branches of a unit's functions are taken: counted in a private build, told as text.

The counts are the compiler's own profile, by `-fprofile-generate`. Of clang's they are kept in the
text form of `llvm-profdata`, for the functions that are asked for: a name, a digest of the control
flow, counters. The name of a function that only its unit can call begins with the path of the
source there; here it begins with a semicolon. Of gcc's the unit's `.gcda` file is kept whole. Where
a function's digest is not that of today's code, both compilers leave its counts out of account.
"""

from __future__ import annotations

import base64
import re
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from llmopt.errors import NotApplicable
from llmopt.rewrite.unit import UnitContext
from llmopt.values.digest import content_digest

#: More is not kept in a recipe, in characters.
_MOST = 1 << 18

#: Every function has counters of its own, whatever it is inlined in afterwards. Targets of calls
#: and sizes of copies are not asked for: they would name what is elsewhere. A body that is hot
#: stays in its section: only there it can take the place of the other one.
_CLANG = ("-mllvm", "-disable-preinline")
_CLANG_COUNTS = ("-mllvm", "-disable-vp", "-Xclang", "-fprofile-instrument=llvm")
_CLANG_USE = ("-mllvm", "-profile-guided-section-prefix=false")
_GCC = ("-fno-profile-values",)
_GCC_USE = (
    *("-fprofile-use", "-Wno-error=coverage-mismatch"),
    *("-fno-reorder-functions", "-fno-reorder-blocks-and-partition"),
)

_CLANG_HEAD = ":ir\n"
_GCC_HEAD = "gcda\n"
_COMMENT = re.compile(r"^#.*\n", re.MULTILINE)


def instrumented(context: UnitContext, directory: Path) -> bytes:
    """The unit's object with counters, which are written to `directory`. A process writes clang's
    once for each such unit that it has: all are as many times too high, which changes nothing.

    Raises ToolFailed, ToolError, and NotApplicable where something is not installed.
    """
    compiler = context.compiler
    if not compiler.is_clang:
        there = ("-dumpdir", f"{directory}/", "-dumpbase", _name(context))
        library = compiler.library("libgcov.a")
        made, _ = compiler.object(None, ("-fprofile-generate", *_GCC, *there, "-w"))
        return compiler.linked_with(made, library, "__gcov_exit")
    compiler.tool("llvm-profdata")  # without it the counts could not be read
    machine = compiler.identity.target.partition("-")[0]
    library = compiler.library(f"libclang_rt.profile-{machine}.a")
    path = f"-fprofile-instrument-path={directory}/%p.profraw"
    made, _ = compiler.object(None, (*_CLANG, *_CLANG_COUNTS, "-Xclang", path, "-w"))
    return compiler.linked_with(made, library, "__llvm_profile_runtime")


def counts(context: UnitContext, directory: Path, function: str, reached: Collection[str]) -> str:
    """What was counted there of a function and of those that it reaches; empty where it has not
    run. Raises ToolFailed, and NotApplicable where that is too long to be kept.
    """
    if context.compiler.is_clang:
        found = _of_clang(context, directory, function, reached)
    else:
        found = _of_gcc(context, directory)
    if len(found) > _MOST:
        raise NotApplicable(f"the counts of {function} are too long to be kept")
    return found


@contextmanager
def guided(context: UnitContext, text: str, source: str | None) -> Iterator[tuple[str, ...]]:
    """The options of a build of the unit, or of other source for it, that is guided by counts; none
    where there are no counts. Raises ToolFailed, and NotApplicable for another compiler's counts.
    """
    if not text:
        yield ()
    elif text.startswith(_CLANG_HEAD) and context.compiler.is_clang:
        place = context.unit.command.source if source is None else source
        placed = re.sub(r"^;", lambda _: f"{place};", text, flags=re.MULTILINE)
        with context.compiler.profile(placed) as path:
            yield (f"-fprofile-use={path}", *_CLANG, *_CLANG_USE, "-w")
    elif text.startswith(_GCC_HEAD) and not context.compiler.is_clang:
        with tempfile.TemporaryDirectory(prefix="llmopt-counts-") as directory:
            Path(directory, "unit.gcda").write_bytes(_decoded(text))
            there = ("-dumpdir", f"{directory}/", "-dumpbase", "unit")
            yield (*_GCC_USE, *_GCC, *there, "-w")
    else:
        raise NotApplicable("the counts are another compiler's")


def _of_clang(
    context: UnitContext, directory: Path, function: str, reached: Collection[str]
) -> str:
    raw = sorted(str(path) for path in directory.glob("*.profraw"))
    text = context.compiler.profile_text(raw) if raw else ""
    parts = dict(_parts(text, context.unit.command.source))
    if function not in parts:
        return ""
    kept = sorted(part for name, part in parts.items() if name in reached)
    return _CLANG_HEAD + "".join(f"{part}\n" for part in kept)


def _of_gcc(context: UnitContext, directory: Path) -> str:
    try:
        data = (directory / f"{_name(context)}.gcda").read_bytes()
    except FileNotFoundError:
        return ""
    return _GCC_HEAD + base64.encodebytes(data).decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.removeprefix(_GCC_HEAD))
    except ValueError as error:
        raise NotApplicable("the counts are damaged") from error


def _name(context: UnitContext) -> str:
    """What names the unit's counts among those of others."""
    return content_digest(context.unit.command.output_path.encode("utf-8", "surrogateescape"))


def _parts(text: str, source: str) -> Iterator[tuple[str, str]]:
    """The functions that have run, with their part of the text."""
    for part in _COMMENT.sub("", text).split("\n\n"):
        lines = part.removeprefix(_CLANG_HEAD).strip("\n").split("\n")
        name = lines[0].removeprefix(source) if lines[0].startswith(f"{source};") else lines[0]
        if len(lines) > 1 and any(line.strip("0") for line in lines[3:]):
            yield name.lstrip(";"), "\n".join([name, *lines[1:]]) + "\n"
