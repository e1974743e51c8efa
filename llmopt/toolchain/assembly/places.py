"""Where the instructions of a function lie, by bytes and by source lines.

Every instruction gets a label, which changes no byte, and the object that is assembled of the text
tells where the labels are. Where the text has `.loc`, an instruction knows its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from llmopt.toolchain.assembly.closure import function
from llmopt.toolchain.assembly.parse import parse
from llmopt.toolchain.assembly.syntax import Statement
from llmopt.toolchain.elf import ObjectFile

_LABEL: Final = "llmopt_place_"
_LOC: Final = re.compile(r"\.loc\s+(\d+)\s+(\d+)")
_FILE: Final = re.compile(r'\.file\s+(\d+)\s+(?:"[^"]*"\s+)?"(?:[^"]*/)?([^"/]+)"')


@dataclass(frozen=True)
class Instruction:
    """An instruction as the text has it. `symbol` is the function or its cold part; `file` is the
    last part of its source file's name, and empty where nothing is known of its line.
    """

    symbol: str
    code: str
    file: str
    line: int


def instructions(text: str, name: str) -> tuple[Instruction, ...]:
    """The instructions of a function, in order. Raises SourceError for text that is not understood,
    or without the function.
    """
    return tuple(placed for placed, _ in _placed(text, name))


def labelled(text: str, name: str) -> str:
    """The unit's text with a label for each instruction of a function. Raises as above."""
    lines = list(parse(text).lines)
    for number, (_, statement) in enumerate(_placed(text, name)):
        lines[statement.line] = f"{_LABEL}{number}:\n{lines[statement.line]}"
    return "\n".join(lines)


def offsets(assembled: ObjectFile, name: str) -> dict[tuple[str, int], int]:
    """The number of each instruction by symbol and distance, from the object of a labelled text."""
    symbols: Mapping[str, str] = {
        assembled.defined[symbol].section: symbol
        for symbol in (f"{name}.cold", name)
        if symbol in assembled.defined
    }
    found = {}
    for label in assembled.symbols:
        if label.name.startswith(_LABEL) and label.section in symbols:
            symbol = symbols[label.section]
            distance = label.value - assembled.defined[symbol].value
            found[symbol, distance] = int(label.name.removeprefix(_LABEL))
    return found


def _placed(text: str, name: str) -> Iterator[tuple[Instruction, Statement]]:
    unit = parse(text)
    files = {f.group(1): f.group(2) for s in unit.neutral if (f := _FILE.match(s.text))}
    for part in function(unit, name).parts:
        symbol = next((s.name for s in part.statements if s.kind == "label"), name)
        file, line = "", 0
        for statement in part.statements:
            if statement.kind == "loc" and (found := _LOC.match(statement.text)):
                file, line = files.get(found.group(1), ""), int(found.group(2))
            elif statement.kind == "insn":
                code = " ".join(statement.text.split())
                yield Instruction(symbol, code, file, line), statement
