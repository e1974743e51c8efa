"""Finds the offline moves: every file in `moves/`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection
from functools import cache

from llmopt.agents import moves
from llmopt.agents.subject import Move


@cache
def catalogue() -> tuple[Move, ...]:
    """All moves, in a fixed order."""
    found: list[Move] = []
    for module in sorted(pkgutil.iter_modules(moves.__path__), key=lambda m: m.name):
        found += importlib.import_module(f"{moves.__name__}.{module.name}").MOVES
    return tuple(found)


def at_levels(levels: Collection[str], family: str = "") -> tuple[Move, ...]:
    """The moves at the given levels, for compilers of a family or for all."""
    found = [move for move in catalogue() if move.option.level in levels]
    return tuple(m for m in found if not family or m.family in ("", family))
