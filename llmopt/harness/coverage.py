"""What of a function some runs have executed: its blocks, and both ways out of every branch.

A unit is compiled with marks in the assembly of its function (see `toolchain.assembly.marks`). The
marks lie in a file that every process of the runs maps, so that they outlive a crash, a fork and
`_exit`, and can be read while other runs add to them.

Source is compiled without optimization for this: its blocks are then those of the text. What was
written as IR or assembly is looked at as what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from llmopt.rewrite.altered import altered_assembly
from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain.assembly import Mark, marked, unmarked
from llmopt.values.step import IrText, Step

#: The marks' file is mapped over whole pages, in bytes.
_PAGE = 4096
_SYMBOL = "llmopt_marks"
#: What the runtime of the tests does not put back between two tries (runtime/state.h).
_APART = "llmopt_state"
_PLAIN = ("-O0", "-g", "-fno-lto", "-fno-jump-tables", "-w")


@dataclass(frozen=True)
class Covered:
    """A unit's object whose runs leave marks in `path`, which must be writable for them."""

    object: bytes
    marks: tuple[Mark, ...]
    path: Path

    def left_out(self) -> list[Mark]:
        """The marks that no run has set so far."""
        return unmarked(self.marks, self.path.read_bytes())


def covered(
    context: UnitContext,
    text: bytes,
    functions: Sequence[str],
    path: Path,
    steps: Sequence[Step] = (),
) -> Covered:
    """The object of `text` in the place of the unit's source, with marks in `functions`.

    `steps` are those below the source. Raises NotApplicable, SourceError, ToolFailed.
    """
    below = bool(steps)
    options = () if below else _PLAIN
    lowering = ("-O0",) if any(isinstance(step, IrText) for step in steps) else ()
    assembly = altered_assembly(context, text + _mapping(path), steps, options, lowering)
    made = marked(assembly, functions, _SYMBOL)
    size = -(-max(1, len(made.marks)) // _PAGE) * _PAGE
    path.write_bytes(bytes(size))
    return Covered(context.compiler.assemble(made.text + _bytes(size)), made.marks, path)


def describe(left: Iterable[Mark], text: str, first_line: int) -> list[str]:
    """For a person: each line of a source text that never ran, or went only one way.

    `first_line` is the line that the text's first one has for the compiler. Code without lines is
    described by its instructions.
    """
    lines = text.splitlines()
    found: dict[str, None] = {}
    for mark in left:
        number = mark.line - first_line
        if 0 <= number < len(lines) and mark.line:
            place = f"line {number + 1} (`{lines[number].strip()}`)"
        else:
            place = f"`{mark.code}` of {mark.function}"
        found[f"{place} {'never ran' if mark.way == 'block' else 'went only one way'}"] = None
    never = {what.removesuffix(" never ran") for what in found if what.endswith(" never ran")}
    return [what for what in found if what.removesuffix(" went only one way") not in never]


def _bytes(size: int) -> str:
    return f"""
\t.section\t{_APART},"aw",@progbits
\t.p2align\t12
{_SYMBOL}:
\t.zero\t{size}
\t.section\t.rodata.{_SYMBOL}_size,"a",@progbits
\t.p2align\t3
{_SYMBOL}_size:
\t.quad\t{size}
"""


def _mapping(path: Path) -> bytes:
    """The end of the unit: what maps the file over the marks before the program begins."""
    return f"""
#line 1 "llmopt-coverage"
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
extern unsigned char {_SYMBOL}[] __attribute__((visibility("hidden")));
extern const unsigned long {_SYMBOL}_size __attribute__((visibility("hidden")));
__attribute__((constructor)) static void {_SYMBOL}_map(void)
{{
    int file = open("{path}", O_RDWR);
    if (file < 0)
        return;
    mmap({_SYMBOL}, {_SYMBOL}_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0);
    close(file);
}}
""".encode()
