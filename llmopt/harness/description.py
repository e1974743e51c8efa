"""What a function takes and gives, down to the last bit: types, globals, callbacks, constants.

Sizes and offsets are numbers here, so that the driver needs no name of a type but those in the
function's own prototype.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from llmopt.harness.constants import Constants


class Shape(IntEnum):
    """What a value is made of; as in runtime/driver.h."""

    VOID = 0
    INTEGER = 1
    BOOLEAN = 2
    FLOAT = 3
    POINTER = 4
    RECORD = 5
    UNION = 6
    ARRAY = 7
    FUNCTION = 8
    STREAM = 9
    OPAQUE = 10


#: Flags, as in runtime/driver.h.
SIGNED, TEXT, CONSTANT, RESTRICT, SELF, BACK, ROOM, COUNT = (1 << bit for bit in range(8))
VARIED, NONNULL, STRING, DISTINCT, RANGED, MEASURED, PURE, ORDER = (
    1 << bit for bit in range(8, 16)
)
PLACE, FLEXIBLE, KEY, LAST, AMONG, TRUTH, SINGLE = (1 << bit for bit in range(16, 23))


@dataclass(frozen=True)
class Field:
    """A member of a record or union. `bit_width` is 0 unless it is a bit-field."""

    name: str
    type: int
    flags: int
    bit_offset: int
    bit_width: int = 0


@dataclass(frozen=True)
class Type:
    """A type. `element` is the number of the pointee, element or function type; `size` in bytes."""

    shape: Shape
    name: str
    size: int = 0
    flags: int = 0
    element: int = 0
    count: int = 0
    fields: tuple[Field, ...] = ()
    values: tuple[int, ...] = ()


@dataclass(frozen=True)
class Parameter:
    """A parameter: `spelling` names its type in the unit's own words."""

    name: str
    spelling: str
    type: int
    flags: int = 0
    low: int = 0
    high: int = 0
    length: str = ""


@dataclass(frozen=True)
class Callback:
    """A function type that something given to the function points to."""

    result: str
    result_type: int
    parameters: tuple[Parameter, ...]
    flags: int


@dataclass(frozen=True)
class Global:
    """A variable of the unit that the function, or what it calls there, uses."""

    name: str
    type: int
    flags: int


@dataclass(frozen=True)
class Description:
    """A function, as its tests need it. Type 0 is void.

    `functions` are those that the unit's file defines, `closure` those of them that a call may run,
    `reached` those outside of the unit that these name.
    """

    function: str
    result: str
    result_type: int
    parameters: tuple[Parameter, ...]
    types: tuple[Type, ...]
    globals: tuple[Global, ...]
    callbacks: tuple[Callback, ...]
    functions: tuple[str, ...]
    closure: tuple[str, ...]
    reached: tuple[str, ...]
    constants: Constants
    require: tuple[str, ...] = ()
    prepare: str = ""
    generate: tuple[str, ...] = ()


def is_plain(types: Sequence[Type], number: int) -> bool:
    """Whether a value of a type is made of numbers alone."""
    kind = types[number]
    if kind.shape is Shape.ARRAY:
        return is_plain(types, kind.element)
    return kind.shape in (Shape.INTEGER, Shape.BOOLEAN, Shape.FLOAT)


def unqualified(spelling: str) -> str:
    """A type's name without qualifiers of the value itself; those of what it points to stay."""
    if "*" in spelling or "(" in spelling or "[" in spelling:
        return spelling
    return re.sub(r"\b(?:const|volatile)\b\s*", "", spelling).strip()
