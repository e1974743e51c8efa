"""How soon a run of llmopt had what it found: the best so far against seconds."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

#: Seconds and speedup of the program: from then on it was that much.
Point = tuple[float, float]


def curve(run: Mapping[str, Any]) -> list[Point]:
    """The best so far of a run, as `llmopt optimize --json` tells of it, from 1 at the beginning.

    Counted are the versions that passed their trial, of functions that have a recipe in the end,
    and that were no faster than what the recipe is: a faster one was refused later. Gains of
    functions come together by their shares of the time. All are of the few runs that a search
    makes: what is sure is only known at the end.
    """
    events: list[tuple[float, int, float]] = []
    shares: list[float] = []
    for recipe in run["recipes"]:
        function = _function(run, recipe)
        if function is None:
            continue
        final = _version_of(function, recipe["provenance"]["move"])
        events += [
            (version["at_seconds"], len(shares), version["gain"])
            for version in function["versions"]
            if version["verdict"].startswith("screening: passed")
            and (final is None or version["gain"] <= final["gain"])
        ]
        shares.append(function["share"])
    best = [1.0] * len(shares)
    points = [(0.0, 1.0)]
    for at, number, gain in sorted(events):
        best[number] = max(best[number], gain)
        left = 1 - sum(share * (1 - 1 / gain) for share, gain in zip(shares, best, strict=True))
        if 1 / left > points[-1][1]:
            points.append((at, 1 / left))
    return points


def half(points: Sequence[Point]) -> float | None:
    """When half of the final gain was there; None where nothing was gained."""
    final = points[-1][1]
    if final <= 1:
        return None
    return next(at for at, gain in points if gain - 1 >= (final - 1) / 2)


def normalised(points: Sequence[Point], at: float) -> float:
    """The share of the final gain that was there at a time; of a curve that gains."""
    return (_at(points, at) - 1) / (points[-1][1] - 1)


def median_share(curves: Sequence[Sequence[Point]], times: Sequence[float]) -> list[float]:
    """The median over the curves that gain, at some times."""
    gaining = [points for points in curves if points[-1][1] > 1]
    return [statistics.median(normalised(points, at) for points in gaining) for at in times]


def plot(kernels: Sequence[Mapping[str, Any]], path: str) -> None:
    """Draws the curves of kernels, each up to its verified result, and below them their shares of
    the final gain.
    """
    import matplotlib as mpl  # noqa: PLC0415 - only where it is asked for

    mpl.use("svg" if path.endswith(".svg") else "agg")
    mpl.rcParams["svg.hashsalt"] = "llmopt"
    from matplotlib import pyplot as plt  # noqa: PLC0415

    rows = [kernel for kernel in kernels if "curve" in kernel]
    lines = [(kernel["curve"], kernel["seconds"]) for kernel in rows]
    curves = [points for points, _ in lines]
    end = max((kernel["seconds"] for kernel in rows), default=1.0)
    canvas, (above, below) = plt.subplots(
        2, 1, figsize=(8, 7), sharex=True, constrained_layout=True
    )
    thin = {"where": "post", "linewidth": 0.8, "alpha": 0.6}
    for points, ended in lines:
        above.step(*_line(points, ended), color="#2a6f97", **thin)
        above.plot(ended, points[-1][1], "o", color="#2a6f97", markersize=3)
        if points[-1][1] > 1:
            shares = [(at, normalised(points, at)) for at, _ in points]
            below.step(*_line(shares, ended), color="#808080", **thin)
    times = [end * number / 400 for number in range(401)]
    if any(points[-1][1] > 1 for points in curves):
        below.plot(times, median_share(curves, times), color="#2a6f97", linewidth=2.5)
    above.set_yscale("log", base=2)
    above.yaxis.set_major_formatter("{x:g}x")
    above.set_ylabel("best so far, by the search's own runs")
    below.set_ylabel("share of the final gain; median thick")
    below.set_xlabel("seconds since the run began, profile included")
    below.axhline(0.5, color="black", linewidth=0.5)
    for panel in (above, below):
        panel.axvline(120, color="black", linewidth=0.5, linestyle=":")
        panel.spines[["top", "right"]].set_visible(False)
    canvas.savefig(path, metadata={"Date": None} if path.endswith(".svg") else None)


def _function(run: Mapping[str, Any], recipe: Mapping[str, Any]) -> Mapping[str, Any] | None:
    name = (recipe["function"], recipe["source"])
    return next((f for f in run["functions"] if (f["function"], f["source"]) == name), None)


def _version_of(function: Mapping[str, Any], moves: str) -> Mapping[str, Any] | None:
    """The version that a recipe with these moves is."""
    versions = function["versions"]

    def path(number: int) -> list[str]:
        if number == 0:
            return []
        version = versions[number - 1]
        return [*path(version["parent"]), version["move"]]

    found = [v for number, v in enumerate(versions, 1) if ", ".join(path(number)) == moves]
    return found[-1] if found else None


def _at(points: Sequence[Point], at: float) -> float:
    return max(gain for since, gain in points if since <= at)


def _line(points: Sequence[Point], end: float) -> tuple[list[float], list[float]]:
    """The corners of a curve up to the end; it never falls."""
    gains = list(accumulate((gain for _, gain in points), max))
    return [*(at for at, _ in points), end], [*gains, gains[-1]]
