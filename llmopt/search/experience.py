"""What is expected of a move on a function, by what it has gained on others like it: pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from llmopt.search.policy import Option

#: How many functions just like this one outweigh what is usual.
_USUAL = 3.0
#: No single function counts for more than such a gain.
_MOST = 4.0

#: What can be seen of a function: kinds, and what each is.
Features = Mapping[str, str]


@dataclass(frozen=True)
class Experience:
    """What a move gained on a function as written, in screening; 0 where it was refused."""

    move: str
    features: Features
    gain: float


def learned(option: Option, features: Features, known: Sequence[Experience]) -> Option:
    """The option with the gain to expect on a function with such features.

    A loss counts as no gain: a version that loses is not used.
    """
    weight, total = _USUAL, _USUAL * math.log(option.prior)
    for experience in known:
        if experience.move == option.name:
            alike = likeness(features, experience.features) ** 2
            weight += alike
            total += alike * math.log(min(max(experience.gain, 1.0), _MOST))
    spread = option.spread * math.sqrt(_USUAL / weight)
    return replace(option, prior=math.exp(total / weight), spread=spread)


def likeness(one: Features, other: Features) -> float:
    """The share of what is to be seen that is the same, from 0 to 1."""
    kinds = one.keys() | other.keys()
    if not kinds:
        return 0.0
    return sum(one.get(kind) == other.get(kind) for kind in kinds) / len(kinds)
