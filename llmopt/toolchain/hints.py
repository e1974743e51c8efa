"""Hints in IR texts: metadata that steers the optimizer, written where it is attached.

A module numbers its metadata, and another module's numbers mean other things. So a text spells out
that a branch or select cannot be predicted, and hints on the branch that closes a loop:

    %least = select i1 %less, i32 %a, i32 %b, !unpredictable !{}
    br i1 %more, label %body, label %end, !llvm.loop !{!{!"llvm.loop.unroll.count", i32 4}}

LLVM wants the node of a loop to be distinct and to begin with itself, which no line can say by
itself: `numbered` makes it so. (LLVM Language Reference, llvm.loop.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

#: What a hint takes: nothing, a truth, or a small number.
_NOTHING, _TRUTH, _NUMBER = "", "i1 (?:true|false)", "i32 (?:[1-9]|[1-5][0-9]|6[0-4])"
_KNOWN: Mapping[str, str] = {
    "unroll.count": _NUMBER,
    "unroll.enable": _NOTHING,
    "unroll.disable": _NOTHING,
    "unroll.full": _NOTHING,
    "unroll.runtime.disable": _NOTHING,
    "unroll_and_jam.count": _NUMBER,
    "unroll_and_jam.enable": _NOTHING,
    "unroll_and_jam.disable": _NOTHING,
    "vectorize.width": _NUMBER,
    "vectorize.enable": _TRUTH,
    "interleave.count": _NUMBER,
    "distribute.enable": _TRUTH,
}
#: These let the vectorizer add floating point numbers in another order.
_REORDERING = ("vectorize.width", "vectorize.enable")
_NODE = re.compile(r'!\{!"llvm\.loop\.([\w.]+)"(?:, ([^{}]*))?\}')
_ATTACHED = re.compile(r",? !llvm\.loop !\{((?:!\{[^{}]*\}(?:, )?)+)\}")
_UNPREDICTABLE = ", !unpredictable !{}"
_BY_NUMBER = re.compile(r",? !llvm\.loop !(\d+)\b")
_DEFINED = re.compile(r"^!(\d+) = ", re.MULTILINE)


def numbered(block: str, module: str) -> tuple[str, str]:
    """A block with numbers behind the module's own in place of its loops' hints, and their
    definitions.
    """
    free = max((int(number) for number in _DEFINED.findall(module)), default=-1) + 1
    lines: list[str] = []

    def define(found: re.Match[str]) -> str:
        own = free + len(lines)
        nodes = [node.group(0) for node in _NODE.finditer(found[1])]
        parts = [f"!{own + number}" for number in range(len(nodes) + 1)]
        lines.append(f"!{own} = distinct !{{{', '.join(parts)}}}")
        lines.extend(f"{part} = {node}" for part, node in zip(parts[1:], nodes, strict=True))
        return f", !llvm.loop !{own}"

    return _ATTACHED.sub(define, block), "".join(f"{line}\n" for line in lines)


def attached(line: str, module: str) -> str:
    """What a text has to have at the end of a line of a module to have its known hints."""
    found = _BY_NUMBER.search(line)
    nodes = [
        node.group(0)
        for number in re.findall(r"!(\d+)", _definition(module, found[1]) if found else "")
        if (node := _NODE.fullmatch(_definition(module, number))) and not _fault(node)
    ]
    loop = f", !llvm.loop !{{{', '.join(nodes)}}}" if nodes else ""
    return (_UNPREDICTABLE if re.search(r"!unpredictable !(?:\d|\{\})", line) else "") + loop


def without(text: str) -> str:
    """A text without its hints."""
    return _ATTACHED.sub("", text).replace(_UNPREDICTABLE, "")


def faults(text: str, *, floats: bool) -> Iterator[str]:
    """What is wrong with the hints of a text; `floats` says whether it may compute with floating
    point numbers.
    """
    for found in _ATTACHED.finditer(text):
        nodes = list(_NODE.finditer(found[1]))
        if ", ".join(node.group(0) for node in nodes) != found[1]:
            yield f"has a hint that is not understood: {found[1]}"
        for node in nodes:
            if said := _fault(node):
                yield said
            elif floats and node[1] in _REORDERING:
                yield f"may have floating point numbers added in another order: llvm.loop.{node[1]}"


def _fault(node: re.Match[str]) -> str:
    """What is wrong with one hint; empty where nothing is."""
    name, value = node[1], node[2] or ""
    if name not in _KNOWN:
        return f"has a hint that may promise something: llvm.loop.{name}"
    if not re.fullmatch(_KNOWN[name], value):
        return f"has a hint with a value that it does not take: llvm.loop.{name}, {value}"
    return ""


def _definition(module: str, number: str) -> str:
    found = re.search(rf"^!{number} = (?:distinct )?(.*)$", module, re.MULTILINE)
    return found[1] if found else ""
