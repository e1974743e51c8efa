"""What of a function some runs have executed: its blocks, and both ways out of every branch.

A unit is compiled with marks in the assembly of its function (see `toolchain.assembly.marks`). The
marks lie in a file that every process of the runs maps, so that they outlive a crash, a fork and
`_exit`, and can be read while other runs add to them.

Source is compiled without optimization for this: its blocks are then those of the text. What was
written as IR or assembly is looked at as what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from llmopt.harness.lines import Lines
from llmopt.rewrite.altered import altered_assembly
from llmopt.rewrite.dispatcher import branches_on_processor
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
    options: Sequence[str] = (),
) -> Covered:
    """The object of `text` in the place of the unit's source, with marks in `functions`.

    `steps` are those below the source; `options` follow the unit's own. Raises NotApplicable,
    SourceError, ToolFailed.
    """
    below = bool(steps)
    words = ("-w",) if below else (*options, *_PLAIN)
    lowering = ("-O0",) if any(isinstance(step, IrText) for step in steps) else ()
    assembly = altered_assembly(context, text + _mapping(path), steps, words, lowering)
    made = marked(assembly, functions, _SYMBOL)
    size = -(-max(1, len(made.marks)) // _PAGE) * _PAGE
    path.write_bytes(bytes(size))
    return Covered(context.compiler.assemble(made.text + _bytes(size)), made.marks, path)


@dataclass(frozen=True)
class Gap:
    """A place that no run has reached, or left in one way only. `line` counts from 1 in the text
    that `code` is a line of, and is 0 for an instruction; of several lines that the compiler calls
    the same it is the first, and `code` has them all. `number` is what the compiler calls it.
    """

    line: int
    code: str
    never: bool
    function: str = ""
    number: int = 0

    def __str__(self) -> str:
        place = f"line {self.line} (`{self.code}`)" if self.line else f"`{self.code}`"
        return f"{place} {'never ran' if self.never else 'went only one way'}"


def gaps(left: Iterable[Mark], lines: Lines) -> list[Gap]:
    """Marks that were left out, as places of a text. Of a line that never ran it is not said which
    way it did not go.
    """
    found: dict[Gap, None] = {}
    asks = branches_on_processor(lines.text)
    for mark in left:
        never = mark.way == "block"
        if asks and mark.asks and not never:
            continue  # no run can change the processor's answer
        meant = lines.meant(mark.function, mark.line)
        line, code = (meant[0], lines.code(meant)) if meant else (0, mark.code)
        found[Gap(line, code, never, mark.function, mark.line)] = None
    return [gap for gap in found if gap.never or replace(gap, never=True) not in found]


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
