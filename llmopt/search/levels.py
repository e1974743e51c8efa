"""At which level a model is asked first, and for how long, by what that has paid so far: pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from llmopt.values.cost import Paid
from llmopt.values.step import Level

#: What each level is taken to have brought before it was ever asked at: so many tokens for so much.
_TOKENS = 100_000
_SUPPOSED: Mapping[Level, float] = {
    "source": math.log(1.3),
    "asm": math.log(1.2),
    "ir": math.log(1.1),
}
#: Conversations in which something should have been accepted.
PATIENCE = 4


def in_order(levels: Sequence[Level], paid: Mapping[Level, Paid]) -> tuple[Level, ...]:
    """The levels with the most gain for a token first, and those that are barren last."""

    def rank(level: Level) -> tuple[bool, float]:
        known = paid.get(level, Paid())
        return is_barren(known), -(known.gain + _SUPPOSED[level]) / (known.tokens + _TOKENS)

    return tuple(sorted(levels, key=rank))


def turns(most: int, paid: Paid) -> int:
    """How many answers a conversation may have: half as many where others brought nothing."""
    return max(1, most // 2) if is_barren(paid) else most


def is_barren(paid: Paid) -> bool:
    """Whether so much was asked without anything accepted that little is to be hoped for."""
    return paid.conversations >= PATIENCE and paid.gain <= 0
