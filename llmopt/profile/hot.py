"""From samples to hot functions and the units they come from."""

from __future__ import annotations

import json
import posixpath
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from llmopt.config.model import HotSection
from llmopt.errors import ProfileError
from llmopt.profile.perf import Place, Samples
from llmopt.toolchain.elf import ObjectFile
from llmopt.values.command import Unit

#: Instructions of one function that are kept with their samples, and the least share of the
#: program's samples that is worth it: the profile is read at each run.
_SPOTS, _WORTH = 64, 0.0005

_SUFFIX = re.compile(r"\.(constprop|part|isra|cold|lto_priv|llvm|warm)\b.*$")


class Spot(NamedTuple):
    """An instruction: bytes from a symbol's start, and its share of the function's samples."""

    symbol: str
    offset: int
    share: float


@dataclass(frozen=True)
class HotFunction:
    """A function with its measured share of the program's samples.

    `symbols` are its raw symbols (clones of it have suffixes), `source` is relative to the
    project's root and empty when the function is of no unit of the project; `reason` says why it
    cannot be worked on, if so. `spots` are its hottest instructions, by falling share.
    """

    name: str
    source: str
    share: float
    symbols: tuple[str, ...]
    reason: str = ""
    spots: tuple[Spot, ...] = ()


@dataclass(frozen=True)
class Profile:
    """The functions of a run by falling share. `event` is what was sampled, `program` a digest of
    the objects that ran.
    """

    command: str
    program: str
    event: str
    samples: int
    functions: tuple[HotFunction, ...]

    def hot(self, section: HotSection) -> tuple[HotFunction, ...]:
        """The functions worth work: of the project, above the least share, up to the sum."""
        chosen: list[HotFunction] = []
        covered = 0.0
        for function in self.functions:
            if function.share < section.min_share or len(chosen) >= section.max_functions:
                break
            if covered >= section.cumulative:
                break
            covered += function.share
            if function.source and not function.reason:
                chosen.append(function)
        return tuple(chosen)

    def to_json(self) -> dict[str, Any]:
        """The profile as plain data."""
        return asdict(self)


def profile_from_bytes(data: bytes) -> Profile:
    """The profile that was written as JSON. Raises ProfileError."""
    try:
        fields = json.loads(data)
        functions = tuple(_function_from_json(function) for function in fields.pop("functions"))
        return Profile(functions=functions, **fields)
    except (AttributeError, ValueError, KeyError, TypeError) as error:
        raise ProfileError(f"the stored profile is damaged ({error!r}): profile again") from error


def _function_from_json(data: Mapping[str, Any]) -> HotFunction:
    spots = tuple(Spot(*spot) for spot in data.get("spots", ()))
    return HotFunction(**{**data, "symbols": tuple(data["symbols"]), "spots": spots})


def plain_name(symbol: str) -> str:
    """A symbol without the suffix that a compiler gives its clones."""
    return _SUFFIX.sub("", symbol)


class Definitions:
    """Which unit defines which symbol."""

    def __init__(self, objects: Sequence[tuple[Unit, bytes]]) -> None:
        self._global: dict[str, set[str]] = defaultdict(set)
        self._local: dict[tuple[str, str], set[str]] = defaultdict(set)
        for unit, data in objects:
            for symbol in ObjectFile(data).functions:
                if symbol.binding == "STB_LOCAL":
                    file = symbol.file or posixpath.basename(unit.source)
                    self._local[symbol.name, posixpath.basename(file)].add(unit.source)
                else:
                    self._global[symbol.name].add(unit.source)

    def source(self, place: Place) -> tuple[str, str]:
        """The source that a place comes from and, where it cannot be told, the reason."""
        if place.file:
            sources = self._local.get((place.symbol, posixpath.basename(place.file)), set())
        else:
            sources = self._global.get(place.symbol, set())
        if len(sources) == 1:
            return next(iter(sources)), ""
        if sources:
            return min(sources), f"also defined in {', '.join(sorted(sources)[1:])}"
        return "", "not compiled by this build"


def summarize(command: str, program: str, samples: Samples, definitions: Definitions) -> Profile:
    """The functions of a run, clones counted with their function.

    Raises ProfileError when there are no samples.
    """
    if not samples.count:
        raise ProfileError("the profile holds no samples: did the program run, and long enough?")
    weights: dict[tuple[str, str, str], float] = defaultdict(float)
    symbols: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    spots: dict[tuple[str, str, str], dict[tuple[str, int], float]] = defaultdict(
        lambda: defaultdict(float)
    )
    for place, weight in samples.weights.items():
        source, reason = definitions.source(place)
        home = source or posixpath.basename(place.program)
        key = (plain_name(place.symbol), home if source else f"[{home}]", reason)
        weights[key] += weight
        symbols[key].add(place.symbol)
        for offset, of_it in samples.offsets.get(place, {}).items() if source else ():
            if of_it >= _WORTH * samples.total:
                spots[key][place.symbol, offset] += of_it
    functions = [
        HotFunction(
            name=name,
            source="" if home.startswith("[") else home,
            share=weight / samples.total,
            symbols=tuple(sorted(symbols[name, home, reason])),
            reason=f"{home}: {reason}" if home.startswith("[") else reason,
            spots=_hottest(spots[name, home, reason], weight),
        )
        for (name, home, reason), weight in weights.items()
    ]
    functions.sort(key=lambda f: (-f.share, f.name, f.source))
    return Profile(command, program, samples.event, samples.count, tuple(functions))


def _hottest(weights: Mapping[tuple[str, int], float], total: float) -> tuple[Spot, ...]:
    ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Spot(*place, round(weight / total, 4)) for place, weight in ranked[:_SPOTS])
