"""The innermost loops of a function's assembly, as stretches of its text."""

from __future__ import annotations

from dataclasses import dataclass

from llmopt.toolchain.assembly.closure import function
from llmopt.toolchain.assembly.parse import parse


@dataclass(frozen=True)
class Loop:
    """A stretch from a label to the last jump back to it. `first` and `end` number the function's
    instructions; the blocks of it that stand elsewhere are not seen.
    """

    label: str
    first: int
    end: int
    text: str


def innermost(text: str, name: str) -> list[Loop]:
    """The loops of a function that hold no other, in order. Raises SourceError."""
    labels: dict[str, int] = {}
    loops: dict[str, tuple[int, int]] = {}
    codes: list[str] = []
    for statement in function(parse(text), name).statements:
        if statement.kind == "label":
            labels[statement.name] = len(codes)
        elif statement.kind == "insn":
            codes.append(" ".join(statement.text.split()))
            if statement.name.startswith("j"):
                for target in labels.keys() & set(statement.refs):
                    loops[target] = labels[target], len(codes)
    return [
        Loop(label, first, end, "\n".join([f"{label}:", *codes[first:end], ""]))
        for label, (first, end) in sorted(loops.items(), key=lambda item: item[1])
        if not any(
            (first, end) != other and first <= other[0] and other[1] <= end
            for other in loops.values()
        )
    ]
