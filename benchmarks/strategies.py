"""The strategies with a model at the same budget, on recorded sessions: what each found.

    benchmarks/strategies.py [--functions a,b] [--strategies guided,...] [--json FILE]

Runs `llmopt optimize` anew for each function and strategy, with an empty cache. What the model
answered stands in tests/sessions; all else is found out again: each gate, each measurement.
`offline` is the same run with nobody asked.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from llmopt.report.text import table
from tests.messages_server import replaying, serving
from tests.sessions.projects import EXAMPLES, OFFLINE, STRATEGIES, make, names, recording

_HEAD = ["function", "strategy", "speedup of the function", "by", "tried", "refused", "tokens"]


def main() -> int:
    arguments = _arguments()
    rows = []
    for name in arguments.functions.split(","):
        for strategy in arguments.strategies.split(","):
            if strategy != OFFLINE and not recording(name, strategy).exists():
                continue
            print(f"{name}: {strategy}", file=sys.stderr, flush=True)
            rows.append({"function": name, "strategy": strategy, **_found(name, strategy)})
    print(table(_HEAD, [_cells(row) for row in rows], right=(4, 5, 6)))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(rows, indent=1) + "\n")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--functions", default=",".join(names()))
    parser.add_argument("--strategies", default=",".join((*STRATEGIES, OFFLINE)))
    parser.add_argument("--json", help="where the figures are written")
    return parser.parse_args()


def _found(name: str, strategy: str) -> dict[str, Any]:
    """What a strategy finds for a function."""
    if strategy == OFFLINE:
        return _optimized(name, ("--strategy", OFFLINE), {})
    with serving(replaying(recording(name, strategy))) as server:
        there = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "none"}
        return _optimized(name, ("--model", "anthropic", "--strategy", strategy), there)


def _optimized(name: str, words: tuple[str, ...], there: Mapping[str, str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="llmopt-strategies-") as place:
        project = make(name, Path(place) / "project")
        only = (name,) if name in EXAMPLES else ()
        done = subprocess.run(
            ["llmopt", "optimize", "--json", *words, *only],
            cwd=project,
            env={**os.environ, **there, "LLMOPT_CACHE_DIR": f"{place}/cache"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"strategies: {name}: {' '.join(words)}: {done.stderr[-2000:]}")
        run = json.loads(done.stdout)
    (function,) = [f for f in run["functions"] if f["function"] == name]
    verdicts = Counter(v["verdict"].split(": ")[1].split(" ")[0] for v in function["versions"])
    recipe = next(iter(run["recipes"]), None)
    return {
        "speedup": recipe and recipe["speedup"],
        "move": recipe and recipe["provenance"]["move"],
        "note": function["note"],
        "tests": function["tests"],
        "tried": len(function["versions"]),
        "verdicts": dict(verdicts),
        "tokens": run["tokens"],
        "seconds": run["seconds"],
    }


def _cells(row: Mapping[str, Any]) -> list[str]:
    found = row["speedup"]
    refused = sum(count for verdict, count in row["verdicts"].items() if verdict != "passed")
    return [
        row["function"],
        row["strategy"],
        f"{found['ratio']:.2f}x [{found['low']:.2f}, {found['high']:.2f}]" if found else "-",
        row["move"] or "",
        str(row["tried"]),
        str(refused),
        f"{row['tokens']:,}",
    ]


if __name__ == "__main__":
    raise SystemExit(main())
