"""What the launcher costs a cold file: added wall time over the bare compiler, beside ccache's.

    .venv/bin/python benchmarks/launcher.py [--runs 2000] [--json FILE]

The compiler is a static program that returns 0, so that what is left is the launcher. All commands
take turns within each round; given are medians of the differences to the bare exec of the same
round, with 95% bootstrap intervals, in microseconds, and the ratio to ccache's pass-through.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from llmopt.measure.stats import median_interval
from llmopt.report.text import table
from llmopt.store.state import State
from llmopt.toolchain.commands import launcher_path

COMPILER = "int main(void) { return 0; }\n"


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=2000, help="rounds (default: 2000)")
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="llmopt-bench-") as directory:
        place = Path(directory)
        commands = prepare(place)
        samples = measure(commands, place, options.runs)
    figures = conclude(samples)
    print(page(figures, options.runs))
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=1) + "\n")
    return 0


def prepare(place: Path) -> dict[str, list[str]]:
    """A compiler, projects with small and large indexes, and the commands to compare."""
    source = place / "cc.c"
    source.write_text(COMPILER)
    compiler = place / "bin" / "cc"
    compiler.parent.mkdir()
    subprocess.run(["gcc", "-O2", "-static", source, "-o", compiler], check=True)
    launcher = launcher_path()
    commands = {"bare": [str(compiler), "-O2", "-c", "cold.c", "-o", "cold.o"]}
    for entries in (10, 100_000):
        project = place / f"project{entries}"
        project.mkdir()
        (project / "llmopt.yaml").write_text("version: 1\n")
        (project / "cold.c").write_text("int cold;\n")
        state = State(str(project))
        state.path.mkdir()
        state.write_index((f"src/hot{number}.c" for number in range(entries)), 5.0)
        words = [str(compiler), "-O2", "-c", str(project / "cold.c"), "-o", "cold.o"]
        commands[f"llmopt, index of {entries}"] = [launcher, *words]
    if ccache := shutil.which("ccache"):
        commands["ccache, not cacheable"] = [ccache, str(compiler), "-O2", "-E", "cold.c"]
    return commands


def measure(commands: dict[str, list[str]], place: Path, runs: int) -> dict[str, list[float]]:
    """Seconds of each command in each round; the order turns by one each round."""
    environment = {
        "PATH": f"{place / 'bin'}:{os.environ['PATH']}",
        "CCACHE_DIR": str(place / "ccache"),
        "HOME": str(place),
    }
    os.chdir(place)
    names = list(commands)
    samples: dict[str, list[float]] = {name: [] for name in names}
    for number in range(runs):
        for offset in range(len(names)):
            name = names[(number + offset) % len(names)]
            start = time.perf_counter()
            pid = os.posix_spawn(commands[name][0], commands[name], environment)
            _, status = os.waitpid(pid, 0)
            samples[name].append(time.perf_counter() - start)
            if status != 0:
                sys.exit(f"{' '.join(commands[name])}: status {status}")
        if number % 100 == 0:
            print(f"\r{number} of {runs} rounds", end="", file=sys.stderr, flush=True)
    print("\r", end="", file=sys.stderr)
    return samples


def conclude(samples: dict[str, list[float]]) -> dict[str, dict[str, float]]:
    """Added microseconds over the bare compiler, and the ratio to ccache's."""
    bare = samples["bare"]
    figures: dict[str, dict[str, float]] = {"bare": {"median_us": statistics.median(bare) * 1e6}}
    for name, column in samples.items():
        if name == "bare":
            continue
        added = [(one - base) * 1e6 for one, base in zip(column, bare, strict=True)]
        low, high = median_interval(added)
        figures[name] = {"added_us": statistics.median(added), "low": low, "high": high}
    peer = figures.get("ccache, not cacheable", {}).get("added_us")
    for name, figure in figures.items():
        if peer and name.startswith("llmopt"):
            figure["ratio_to_ccache"] = figure["added_us"] / peer
    return figures


def page(figures: dict[str, dict[str, float]], runs: int) -> str:
    """The figures as a table."""
    rows = []
    for name, figure in figures.items():
        if name == "bare":
            rows.append([name, f"{figure['median_us']:.0f} in all", "", ""])
            continue
        ratio = figure.get("ratio_to_ccache")
        rows.append(
            [
                name,
                f"{figure['added_us']:+.0f}",
                f"[{figure['low']:.0f}, {figure['high']:.0f}]",
                f"{ratio:.2f}" if ratio else "",
            ]
        )
    head = ["command", "added us", "95% interval", "to ccache"]
    return f"{runs} rounds, one process at a time\n\n" + table(head, rows, right=(1, 3))


if __name__ == "__main__":
    raise SystemExit(main())
