"""Functions with a mark for every block and every way out of a branch, to see what has run.

The marks are made in assembly text, so that code from any compiler, level and candidate can carry
them. A mark is one `movb` to a byte of its own: no register and no flag changes. Where the text has
`.loc`, a mark knows its line.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from llmopt.errors import NotApplicable
from llmopt.toolchain.assembly.parse import AssemblyUnit, Atom, parse
from llmopt.toolchain.assembly.syntax import Statement

Way = Literal["block", "taken", "not taken"]

_OPPOSITES: Final = (
    ("ja", "jna"), ("jae", "jnae"), ("jb", "jnb"), ("jbe", "jnbe"), ("jc", "jnc"), ("je", "jne"),
    ("jg", "jng"), ("jge", "jnge"), ("jl", "jnl"), ("jle", "jnle"), ("jo", "jno"), ("jp", "jnp"),
    ("js", "jns"), ("jz", "jnz"), ("jpe", "jpo"),
)  # fmt: skip
_INVERSE: Final = {one: other for pair in _OPPOSITES for one, other in (pair, pair[::-1])}
_LOC: Final = re.compile(r"\.loc\s+(\d+)\s+(\d+)(?:\s+(\d+))?")
#: A jump on unordered floats belongs to the comparison before it: it is no branch of the source.
_UNORDERED: Final = frozenset(("jp", "jnp", "jpe", "jpo"))

#: Where the compilers' own library keeps what it has found out about the processor.
_PROCESSOR: Final = frozenset(("__cpu_model", "__cpu_features2"))


@dataclass(frozen=True)
class Mark:
    """A place in a function. `line` and `column` are 0 where the text does not know them.

    `way` is the block itself, or how the jump at the end of it went; `code` is the instruction.
    `asks` is said of a jump whose block asked what the processor has.
    """

    function: str
    way: Way
    line: int
    column: int
    code: str
    asks: bool = False


@dataclass(frozen=True)
class Marked:
    """A unit's assembly with marks: the byte at `symbol` + n is set once `marks[n]` has run."""

    text: str
    marks: tuple[Mark, ...]


def marked(text: str, functions: Iterable[str], symbol: str) -> Marked:
    """The unit with marks in those of the functions that it defines.

    `symbol` is for the caller to define, with a byte for each mark. Raises SourceError for text
    that is not understood, NotApplicable for lines that hold several statements.
    """
    unit = parse(text)
    marker = _Marker(unit, symbol)
    for name in functions:
        if name in unit.functions:
            marker.function(unit.functions[name])
    return Marked(marker.text(), tuple(marker.marks))


class _Marker:
    def __init__(self, unit: AssemblyUnit, symbol: str) -> None:
        self._unit = unit
        self._symbol = symbol
        self._replaced: dict[int, list[str]] = {}
        self.marks: list[Mark] = []
        self._asks = False

    def text(self) -> str:
        """The text with all marks so far."""
        lines: list[str] = []
        for number, line in enumerate(self._unit.lines):
            lines += self._replaced.get(number, [line])
        return "\n".join(lines)

    def function(self, atom: Atom) -> None:
        """Marks one function, its cold part too."""
        targets = self._targets(atom)
        for part in atom.parts:
            place = (0, 0)
            # The entry of a function is one that its callers name.
            due = True
            self._asks = False
            file = _file(part.statements)
            for statement in part.statements:
                if statement.kind == "loc":
                    place = _place(statement, file) or place
                elif statement.kind == "label":
                    met = statement.name in targets
                    due = due or met
                    self._asks = self._asks and not met
                elif statement.kind == "insn":
                    self._asks = self._asks or bool(_PROCESSOR & set(statement.refs))
                    if due:
                        due = self._enter(atom, statement, place)
                    if statement.name in _INVERSE:
                        self._branch(atom, statement, place)

    def _targets(self, atom: Atom) -> Collection[str]:
        """The labels of a function that code or tables name: debug information names others."""
        code = {ref for s in atom.statements if s.kind == "insn" for ref in s.refs}
        tables = (other for other in self._unit.atoms if other.kind == "data")
        return code | {ref for table in tables for ref in table.refs}

    def _enter(self, atom: Atom, statement: Statement, place: tuple[int, int]) -> bool:
        """A mark before an instruction, or behind one that must be the first of its block."""
        line = self._whole(statement)
        if statement.name.startswith("endbr"):
            return True
        self._replaced[statement.line] = [self._mark(atom, "block", place, statement), line]
        return False

    def _branch(self, atom: Atom, statement: Statement, place: tuple[int, int]) -> None:
        if statement.name in _UNORDERED and place != (0, 0):
            return
        line = self._whole(statement)
        target = statement.text.split(None, 1)[1]
        before = self._replaced.get(statement.line, [line])[:-1]
        label = f".Lllmopt_past_{len(self.marks)}"
        self._replaced[statement.line] = [
            *before,
            f"\t{_INVERSE[statement.name]}\t{label}",
            self._mark(atom, "taken", place, statement),
            f"\tjmp\t{target}",
            f"{label}:",
            self._mark(atom, "not taken", place, statement),
        ]
        self._asks = False

    def _mark(self, atom: Atom, way: Way, place: tuple[int, int], statement: Statement) -> str:
        code = " ".join(statement.text.split())
        asks = self._asks and way != "block"
        self.marks.append(Mark(atom.name, way, *place, code, asks))
        return f"\tmovb\t$1, {self._symbol}+{len(self.marks) - 1}(%rip)"

    def _whole(self, statement: Statement) -> str:
        """The line of a statement that stands alone on it."""
        line = self._unit.lines[statement.line]
        if not line.strip().startswith(statement.text):
            raise NotApplicable(f"line {statement.line + 1} holds several statements")
        return line


def _file(statements: Iterable[Statement]) -> str:
    """The number of the file that a function stands in: that of its first line."""
    found = (_LOC.match(s.text) for s in statements if s.kind == "loc")
    return next((match.group(1) for match in found if match), "")


def _place(statement: Statement, file: str) -> tuple[int, int] | None:
    """Where a `.loc` of the function's own file is; None for text from elsewhere and line 0."""
    found = _LOC.match(statement.text)
    if not found or found.group(1) != file or found.group(2) == "0":
        return None
    return int(found.group(2)), int(found.group(3) or 0)


def unmarked(marks: Iterable[Mark], bytes_set: bytes) -> list[Mark]:
    """The marks that never ran, by the content of the symbol's bytes."""
    return [mark for mark, byte in zip(marks, bytes_set, strict=False) if not byte]
