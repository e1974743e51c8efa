"""What a user says of a function's arguments, where its text does not say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from llmopt.values.contract import Contract as Promises


@dataclass(frozen=True)
class Contract:
    """The contract of one function, by its parameters' names.

    `require`: C conditions over the parameters that hold at every call. `prepare`: C statements
    that put made-up arguments right before a call, such as the links of a list.
    `lengths`: how many elements a buffer has, as a C expression over the parameters ("n * m").
    `ranges`: the least and the most that an integer may be, both included.
    `distinct`: buffers that overlap no other; `nonnull`: pointers that are never NULL; `strings`:
    buffers that end with a NUL. `callbacks`: whether calls of the functions handed in are compared
    (`observed`), are not (`pure`), or are unless they compare two things (None).
    `errno`: whether it is compared.
    """

    require: tuple[str, ...] = ()
    prepare: str = ""
    lengths: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    distinct: frozenset[str] = frozenset()
    nonnull: frozenset[str] = frozenset()
    strings: frozenset[str] = frozenset()
    callbacks: Literal["pure", "observed"] | None = None
    errno: Literal["compare", "ignore"] = "compare"


def agreed(promised: Promises, errno: Literal["compare", "ignore"]) -> Contract:
    """The contract that stands in the configuration."""
    return Contract(
        require=promised.require,
        prepare=promised.prepare,
        lengths=promised.length,
        ranges={name: (int(low), int(high)) for name, (low, high) in promised.range.items()},
        distinct=frozenset(promised.apart),
        nonnull=frozenset(promised.nonnull),
        strings=frozenset(promised.string),
        callbacks=None if promised.callbacks == "auto" else promised.callbacks,
        errno=errno,
    )
