"""Which move next: best-first by expected gain, as measured on this function so far."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from llmopt.search.tree import Version, VersionTree
from llmopt.values.step import Level

_RANK = {"source": 0, "ir": 1, "asm": 2}

#: A gain over the best version that is worth a trial, where there is less noise.
LEAST = 1.01
#: Noise above this ends no search by itself: several runs see through it.
_MOST_NOISE = 0.1

#: A chain of more moves than this was never seen to pay: source, vectors, passes, assembly.
MAX_DEPTH = 4

#: How far, in logarithms, a move's gain is from its usual one where nothing else is known.
SPREAD = 0.1


@dataclass(frozen=True)
class Option:
    """A move as the policy sees it. `prior` is its usual gain where it applies, `spread` how far
    off that may be, in logarithms; `family` groups moves of which a version can have only one.
    """

    name: str
    level: Level
    prior: float
    family: str
    spread: float = SPREAD


@dataclass(frozen=True)
class Choice:
    """Try `move` on `version`; `expected` is the gain over the root that is hoped for, `upper` what
    it may be if things go well.
    """

    version: Version
    move: str
    expected: float
    upper: float = 0.0


@dataclass(frozen=True)
class _Estimate:
    gain: float
    spread: float


def choose(
    tree: VersionTree, options: Sequence[Option], tried: frozenset[tuple[int, str]], seed: int
) -> Choice | None:
    """The untried pair of version and move with the highest expected gain; None to stop.

    `tried` holds pairs of version id and move, inapplicable ones included. A move's gain on a
    deeper version is expected to be what it was on the root, else its prior. Versions outside of
    the tree's beam are left alone. Stops when nothing untried could beat the best version by more
    than the noise. The same arguments give the same choice.
    """
    families = {option.name: option.family for option in options}
    least = tree.best().gain * (1 + max(LEAST - 1, min(tree.noise, _MOST_NOISE)))
    choices = []
    for version in tree.beam():
        if len(tree.moves(version)) >= MAX_DEPTH:
            continue
        used = {families.get(move) for move in tree.moves(version)}
        for option in options:
            if (version.id, option.name) in tried or option.family in used:
                continue
            if _RANK[option.level] < version.rank:
                continue
            estimate = _estimate(tree, option)
            expected = version.gain * estimate.gain
            upper = expected * math.exp(estimate.spread)
            if upper < least:
                continue
            if version.parent is not None and _belongs_on_root_first(tree, option, tried):
                continue
            choice = Choice(version, option.name, expected, upper)
            choices.append((expected, _lot(seed, choice), choice))
    if not choices:
        return None
    return max(choices, key=lambda entry: entry[:2])[2]


def _lot(seed: int, choice: Choice) -> float:
    """What decides between choices that are expected to gain the same, whatever else is tried."""
    return random.Random(f"{seed}:{choice.version.id}:{choice.move}").random()  # noqa: S311 - no secret


def _belongs_on_root_first(
    tree: VersionTree, option: Option, tried: frozenset[tuple[int, str]]
) -> bool:
    """What does nothing for the function as written is hardly worth a trial deeper.

    Unless the best version is so far ahead that a trial on the root could only teach.
    """
    return (tree.root.id, option.name) not in tried and option.prior >= tree.best().gain * LEAST


def _estimate(tree: VersionTree, option: Option) -> _Estimate:
    for version in tree.children(tree.root):
        if version.move != option.name:
            continue
        if version.usable:
            return _Estimate(version.gain, tree.noise / 2)
        if version.was_run:
            return _Estimate(0.0, 0.0)
        # It was no other code there, or could not be built: elsewhere it may be.
        return _Estimate(math.sqrt(option.prior), option.spread / 2)
    return _Estimate(option.prior, option.spread)
