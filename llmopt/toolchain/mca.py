"""llvm-mca: how many cycles a loop's instructions take on a modelled processor, and why."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from llmopt.errors import NotApplicable

OPTIONS: Final = ("-bottleneck-analysis", "-instruction-info=0", "-resource-pressure=0")
#: Its versions, for units of gcc, which has none of its own.
_VERSIONS: Final = range(22, 13, -1)
_FIGURE: Final = re.compile(r"^(Iterations|Instructions|Total Cycles):\s+(\d+)$", re.MULTILINE)
_BOTTLENECK: Final = re.compile(r"^  (?:- )?(\w[\w ]*?):?\s+\[ +(\d+\.\d+)% \]", re.MULTILINE)
#: Less than this share of the cycles is no bottleneck.
_WORTH: Final = 5.0


@dataclass(frozen=True)
class Foreseen:
    """What one iteration takes, and what holds it up: shares of the cycles, in percent."""

    cycles: float
    instructions: int
    bottlenecks: tuple[tuple[str, float], ...]


def program() -> str:
    """Any llvm-mca. Raises NotApplicable where there is none."""
    for name in ("llvm-mca", *(f"llvm-mca-{version}" for version in _VERSIONS)):
        if found := shutil.which(name):
            return found
    raise NotApplicable("llvm-mca is not installed")


def processor(options: Sequence[str]) -> str:
    """The processor that code is made for: what it is tuned to, else what it needs."""
    for name in ("-mtune=", "-march="):
        if found := [o.removeprefix(name) for o in options if o.startswith(name)]:
            return found[-1]
    return "x86-64"


def read(said: str) -> Foreseen | None:
    """The figures of one region; None where there are none."""
    figures = {name: int(value) for name, value in _FIGURE.findall(said)}
    if not figures.get("Iterations"):
        return None
    many = figures["Iterations"]
    head = said.partition("Critical sequence")[0]
    found = [(name, float(share)) for name, share in _BOTTLENECK.findall(head)]
    return Foreseen(
        figures["Total Cycles"] / many,
        figures["Instructions"] // many,
        tuple((name, share) for name, share in found if share >= _WORTH),
    )
