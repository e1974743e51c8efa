"""Literals of a text: what a program compares its input with."""

from __future__ import annotations

import ast
import math
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from clang import cindex

Cursor = cindex.CursorKind

_LITERAL = re.compile(
    r'"(?:[^"\\\n]|\\.)*"'
    r"|'(?:[^'\\\n]|\\.)+'"
    r"|(?:\b0[xX][0-9a-fA-F]+(?:\.[0-9a-fA-F]*)?(?:[pP][-+]?\d+)?"
    r"|(?:\b\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)[uUlLfF]*"
)
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_MOST_CONSTANTS = 200


_LARGEST_FLOAT = 3.4e38
_SINGLE_BITS = 0x7FFFFFFF
_IR_DOUBLE = re.compile(r"0x[0-9A-F]{16}")


@dataclass(frozen=True)
class Constants:
    """Literals of a text: what a program compares its input with."""

    integers: tuple[int, ...] = ()
    floats: tuple[float, ...] = ()
    texts: tuple[bytes, ...] = ()

    def __add__(self, other: Constants) -> Constants:
        return Constants(
            tuple(dict.fromkeys(self.integers + other.integers)),
            tuple(dict.fromkeys(self.floats + other.floats)),
            tuple(dict.fromkeys(self.texts + other.texts)),
        )


def constants(text: str) -> Constants:
    """The literals of a C, IR or assembly text."""
    integers: list[int] = []
    floats: list[float] = []
    texts: list[bytes] = []
    for found in _LITERAL.finditer(_COMMENT.sub(" ", text)):
        word = found.group(0)
        if word[0] in "\"'":
            value = _unescaped(word)
            if word[0] == "'" and len(value) == 1:
                integers.append(value[0])
            texts.append(value)
            continue
        if _IR_DOUBLE.fullmatch(word):
            # LLVM writes floating-point numbers by their bits where they are no short decimals.
            floats.append(struct.unpack(">d", bytes.fromhex(word[2:]))[0])
        number = word.rstrip("uUlL") if word[:2].lower() == "0x" else word.rstrip("uUlLfF")
        try:
            integers.append(int(number, 8 if re.fullmatch(r"0[0-7]+", number) else 0))
        except ValueError:
            try:
                floats.append(float.fromhex(number) if "x" in number.lower() else float(number))
            except (ValueError, OverflowError):
                continue
    held = [i for i in dict.fromkeys(integers) if -(1 << 63) <= i < 1 << 64]
    return Constants(
        tuple(held[:_MOST_CONSTANTS]),
        tuple(dict.fromkeys(near for value in floats for near in _beside(value)))[:_MOST_CONSTANTS],
        tuple(t for t in dict.fromkeys(texts) if t)[:_MOST_CONSTANTS],
    )


def _beside(value: float) -> list[float]:
    """A number and those next to it, as a double and as a float."""
    found = [value, math.nextafter(value, math.inf), math.nextafter(value, -math.inf)]
    if abs(value) < _LARGEST_FLOAT:
        (bits,) = struct.unpack("<i", struct.pack("<f", value))
        found += [_single(bits + step) for step in (-1, 0, 1) if (bits + step) & _SINGLE_BITS]
    return [number for number in found if math.isfinite(number)]


def _single(bits: int) -> float:
    return float(struct.unpack("<f", struct.pack("<I", bits & 0xFFFFFFFF))[0])


def _unescaped(word: str) -> bytes:
    try:
        value = ast.literal_eval("b" + word.encode("ascii", "replace").decode())
    except (ValueError, SyntaxError):
        return word[1:-1].encode("utf-8", "surrogateescape")
    return bytes(value)


def constants_of(closure: Sequence[cindex.Cursor]) -> Constants:
    """The literals of some functions, and what their macros and enumerators stand for."""
    found = Constants()
    for function in closure:
        text = " ".join(token.spelling for token in function.get_tokens())
        found += constants(text)
        # What macros and enumerators stand for shows in the tree only.
        for inner in function.walk_preorder():
            if inner.kind == Cursor.DECL_REF_EXPR and inner.referenced is not None:
                if inner.referenced.kind == Cursor.ENUM_CONSTANT_DECL:
                    found += Constants(integers=(inner.referenced.enum_value,))
    return found
