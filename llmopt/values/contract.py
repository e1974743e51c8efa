"""What callers of a function promise, where its author says so; tests then keep to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Contract:
    """The promises about one function's arguments. Expressions are C, over its parameters' names.

    `require` are conditions that hold at every call. `prepare` are C statements that put made-up
    arguments right before a call: the links of a list, what a field says of another one. `length`
    is the number of elements behind a pointer. `range` is the least and the greatest value of a
    number. The memory behind parameters named in `apart` does not overlap; those in `nonnull` are
    not null; those in `string` end with a zero byte. What callbacks are called with, how often and
    in which order, is compared where they are `observed`; where they are `pure`, only what comes of
    it. By themselves (`auto`) those that compare two things are pure.
    """

    require: tuple[str, ...] = ()
    prepare: str = ""
    generate: tuple[str, ...] = ()
    length: Mapping[str, str] = field(default_factory=dict)
    range: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    apart: tuple[str, ...] = ()
    nonnull: tuple[str, ...] = ()
    string: tuple[str, ...] = ()
    callbacks: Literal["auto", "observed", "pure"] = "auto"
