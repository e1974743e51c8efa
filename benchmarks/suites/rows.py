"""What is written of a suite: a row for each kernel, as it comes, and what they say together."""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llmopt.report.text import table

OURS = "llmopt"
Row = dict[str, Any]


@dataclass
class Rows:
    """The rows of a run with these settings; written to `path` after each, where there is one."""

    settings: Mapping[str, Any]
    path: Path | None = None
    rows: list[Row] = field(default_factory=list)

    def resume(self) -> None:
        """Takes over what the file has; rows with an error are made anew.

        Raises ValueError where the file is of other settings.
        """
        if self.path is None or not self.path.exists():
            return
        kept = json.loads(self.path.read_text())
        other = [name for name, value in self.settings.items() if kept.get(name) != value]
        if other:
            name = other[0]
            raise ValueError(
                f"{self.path} is of {name} {kept.get(name)!r}, not {self.settings[name]!r}"
            )
        self.rows = [row for row in kept["kernels"] if "error" not in row]

    def has(self, name: str) -> bool:
        """Whether a kernel has its row."""
        return any(row["name"] == name for row in self.rows)

    def add(self, row: Row) -> None:
        """Adds a row and writes all. The file is never half written."""
        self.rows.append(row)
        if self.path is not None:
            new = self.path.with_name(f"{self.path.name}.new")
            new.write_text(json.dumps(self.to_json(), indent=1) + "\n")
            os.replace(new, self.path)

    def to_json(self) -> dict[str, Any]:
        """All that is known."""
        means = geomeans(self.rows)
        return {
            **self.settings,
            "geomean": means.get(OURS),
            "geomeans": means,
            "failed": [row["name"] for row in self.rows if "error" in row],
            "kernels": self.rows,
        }

    @property
    def good(self) -> bool:
        """Whether every kernel was measured, computes the same and runs everywhere."""
        return all(
            "error" not in row and row["identical"] and row["portable"]["ok"] for row in self.rows
        )

    def page(self) -> str:
        """All rows, the means, and what has failed."""
        return "\n".join([cells(self.rows), "", *self._summary()])

    def _summary(self) -> list[str]:
        done = [row for row in self.rows if "error" not in row]
        lines = []
        for peer, mean in geomeans(self.rows).items():
            count = sum(_ratio(row, peer) is not None for row in done)
            lines.append(f"geomean of {count} of {len(self.rows)}: {peer} {mean:.3f}x")
        differ = [row["name"] for row in done if not row["identical"]]
        lines.append(f"identical: {len(done) - len(differ)} of {len(self.rows)}")
        halves = [row["half_seconds"] for row in done if row["half_seconds"] is not None]
        if halves:
            lines.append(
                f"half of the final gain after {statistics.median(halves):.0f} s (median of "
                f"{len(halves)} with a gain; last {max(halves):.0f} s)"
            )
        if done:
            seconds = [row["seconds"] for row in done]
            lines.append(
                f"time to result: median {statistics.median(seconds):.0f} s, "
                f"longest {max(seconds):.0f} s"
            )
        lines += [
            f"{row['name']} differs: {row['difference']}" for row in done if row["difference"]
        ]
        lines += [
            f"{row['name']} does not run everywhere: {row['portable']}"
            for row in done
            if not row["portable"]["ok"]
        ]
        lines += [f"{row['name']} failed: {row['error']}" for row in self.rows if "error" in row]
        return lines


def geomeans(rows: Sequence[Row]) -> dict[str, float]:
    """The mean of what was measured, by peer. A kernel without a recipe was measured as well."""
    ratios: dict[str, list[float]] = {}
    for row in rows:
        for peer in row.get("peers", ()):
            if (ratio := _ratio(row, peer)) is not None:
                ratios.setdefault(peer, []).append(ratio)
    return {peer: statistics.geometric_mean(found) for peer, found in ratios.items()}


def cells(rows: Sequence[Row]) -> str:
    """Rows as a table."""
    peers = list(dict.fromkeys(peer for row in rows for peer in row.get("peers", ())))
    lines = [
        [
            row["name"],
            f"{row['baseline_seconds']:.4f}",
            *(_cell(row["peers"].get(peer)) for peer in peers),
            f"{row['seconds']:.0f}",
            ", ".join(row["moves"]),
        ]
        if "error" not in row
        else [row["name"], "failed", *("" for _ in peers), "", ""]
        for row in rows
    ]
    return table(["kernel", "seconds", *peers, "found in", "moves"], lines, right=(1,))


def _ratio(row: Row, peer: str) -> float | None:
    found = row.get("peers", {}).get(peer, {}).get("speedup")
    return None if found is None else float(found)


def _cell(peer: Mapping[str, Any] | None) -> str:
    if peer is None or "error" in peer:
        return "-" if peer is None else "failed"
    differs = "" if peer["identical"] else " differs"
    return f"{peer['speedup']:.2f} [{peer['ci_low']:.2f}, {peer['ci_high']:.2f}]{differs}"
