"""Which move next: best-first by expected gain, as measured on this function so far."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from llmopt.search.tree import Version, VersionTree
from llmopt.values.step import Level

_RANK = {"source": 0, "ir": 1, "asm": 2}

#: An expected gain over the best version that is worth a trial.
LEAST = 1.01

#: A chain of more moves than this was never seen to pay.
MAX_DEPTH = 3


@dataclass(frozen=True)
class Option:
    """A move as the policy sees it. `prior` is its usual gain where it applies; `family` groups
    moves of which a version can have only one.
    """

    name: str
    level: Level
    prior: float
    family: str


@dataclass(frozen=True)
class Choice:
    """Try `move` on `version`; `expected` is the gain over the root that is hoped for."""

    version: Version
    move: str
    expected: float


def choose(
    tree: VersionTree, options: Sequence[Option], tried: frozenset[tuple[int, str]], seed: int
) -> Choice | None:
    """The untried pair of version and move with the highest expected gain; None to stop.

    `tried` holds pairs of version id and move, inapplicable ones included. A move's gain on a
    deeper version is expected to be what it was on the root, else its prior. Stops when nothing
    untried is expected to beat the best version. The same arguments give the same choice.
    """
    generator = random.Random(f"{seed}:{tree.trials}:{len(tried)}")  # noqa: S311 - not secrets
    families = {option.name: option.family for option in options}
    best = tree.best().gain
    choices = []
    for version in tree.versions:
        if not version.usable or len(tree.moves(version)) >= MAX_DEPTH:
            continue
        used = {families.get(move) for move in tree.moves(version)}
        for option in options:
            if (version.id, option.name) in tried or option.family in used:
                continue
            if _RANK[option.level] < version.rank:
                continue
            expected = version.gain * _estimate(tree, option)
            if expected < best * LEAST:
                continue
            if version.parent is not None and _belongs_on_root_first(tree, option, tried):
                continue
            choices.append((expected, generator.random(), Choice(version, option.name, expected)))
    if not choices:
        return None
    return max(choices, key=lambda entry: entry[:2])[2]


def _belongs_on_root_first(
    tree: VersionTree, option: Option, tried: frozenset[tuple[int, str]]
) -> bool:
    """What does nothing for the function as written is hardly worth a trial deeper.

    Unless the best version is so far ahead that a trial on the root could only teach.
    """
    return (tree.root.id, option.name) not in tried and option.prior >= tree.best().gain * LEAST


def _estimate(tree: VersionTree, option: Option) -> float:
    for version in tree.children(tree.root):
        if version.move == option.name:
            return version.gain if version.usable else 0.0
    return option.prior
