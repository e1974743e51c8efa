"""What a rewrite does and what it leaves alone, as text: documentation that is tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from llmopt.values.contract import Contract


@dataclass(frozen=True)
class Example:
    """The function `f` before and after a move under gcc; by default the first of the file's.

    `around` stands before it in the unit. `usual` is as for a Subject; `contract` is what callers
    promise the tests.
    """

    before: str
    after: str
    around: str = ""
    move: str = ""
    usual: Mapping[str, Sequence[int]] = field(default_factory=dict)
    contract: Contract = field(default_factory=Contract)


@dataclass(frozen=True)
class Refused:
    """A unit with a function `f` that the move leaves alone, and a part of the reason."""

    unit: str
    reason: str
    move: str = ""
