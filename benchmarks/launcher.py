"""What the launcher costs: added wall time over a bare exec, beside ccache's and sccache's.

    .venv/bin/python benchmarks/launcher.py [--runs 1000] [--json FILE] [--plot FILE.svg]

Two groups. *Passed*: commands that a launcher hands on at once; the compiler is a static program
that returns 0, so that what is left is the launcher. *Direct hit*: a real compile of a source with
system headers, from each cache, by the compiler that `--compiler` names. All commands take turns
within each round. Given are medians of the differences to the bare exec of the same round with 95%
bootstrap intervals, the ratio to ccache's in the same group, and each launcher's largest resident
set. `--plot` needs matplotlib.
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
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llmopt.measure.stats import median_interval
from llmopt.report.text import table
from llmopt.store.state import IDENTITY_GENERATION, State, encode_index
from llmopt.toolchain.commands import launcher_path

COMPILER = "int main(void) { return 0; }\n"
#: Runs a command and prints its largest resident set in KiB; small itself, since a child's figure
#: is never below what it was forked from.
MEMORY = """
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char **argv) {
    struct rusage usage;
    pid_t child = argc > 1 ? fork() : -1;
    if (child == 0)
        execv(argv[1], argv + 1);
    if (child < 0 || wait4(child, 0, 0, &usage) < 0)
        return 1;
    printf("%ld\\n", usage.ru_maxrss);
    return 0;
}
"""
SOURCE = """
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
uint32_t sum(const uint8_t *p, size_t n) {
    uint32_t s = 0;
    for (size_t i = 0; i < n; i++)
        s = s * 31 + p[i];
    return s;
}
"""


@dataclass(frozen=True)
class Peer:
    """A command to time, and the group of commands that it is compared in."""

    group: str
    words: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000, help="rounds (default: 1000)")
    parser.add_argument("--compiler", default="gcc", help="of the direct hits (default: gcc)")
    parser.add_argument(
        "--json", metavar="FILE", type=os.path.abspath, help="write the figures as JSON"
    )
    parser.add_argument(
        "--plot", metavar="FILE", type=os.path.abspath, help="draw them, as SVG or PNG"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="llmopt-bench-") as directory:
        place = Path(directory)
        environment = {
            "PATH": f"{place / 'bin'}:{os.environ['PATH']}",
            "HOME": str(place),
            "CCACHE_DIR": str(place / "ccache"),
            "SCCACHE_DIR": str(place / "sccache"),
            "SCCACHE_SERVER_PORT": "45226",
            "LLMOPT_CACHE_DIR": str(place / "cache"),
        }
        os.chdir(place)
        peers = {**passed(place), **direct(place, options.compiler, environment)}
        try:
            samples = measure(peers, environment, options.runs)
            memory = {name: resident(place, peer, environment) for name, peer in peers.items()}
        finally:
            if "sccache" in peers:
                stop = ["sccache", "--stop-server"]
                subprocess.run(stop, env=environment, capture_output=True, check=False)
    figures = conclude(peers, samples, memory)
    print(page(figures, options.runs))
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=1) + "\n")
    if options.plot:
        plot(figures, options.plot)
    return 0


def passed(place: Path) -> dict[str, Peer]:
    """A compiler that does nothing, projects with small and large indexes, and launchers of it."""
    compiler, memory = place / "bin" / "cc", place / "memory"
    compiler.parent.mkdir()
    for path, text in ((compiler, COMPILER), (memory, MEMORY)):
        path.with_suffix(".c").write_text(text)
        subprocess.run(["gcc", "-O2", "-static", path.with_suffix(".c"), "-o", path], check=True)
    peers = {"bare": Peer("passed", [str(compiler), "-O2", "-c", "cold.c", "-o", "cold.o"])}
    for entries in (10, 100_000):
        project = made_project(place / f"project{entries}", "cold.c", "int cold;\n")
        State(str(project)).write_index((f"src/hot{n}.c" for n in range(entries)), 5.0)
        words = [str(compiler), "-O2", "-c", str(project / "cold.c"), "-o", "cold.o"]
        peers[f"llmopt, index of {entries}"] = Peer("passed", [launcher_path(), *words])
    if ccache := shutil.which("ccache"):
        peers["ccache, not cacheable"] = Peer(
            "passed", [ccache, str(compiler), "-O2", "-E", "cold.c"]
        )
    return peers


def made_project(path: Path, name: str, text: str) -> Path:
    """A project with one source."""
    (path / ".llmopt").mkdir(parents=True)
    (path / "llmopt.yaml").write_text("version: 1\n")
    (path / name).write_text(text)
    return path


def direct(place: Path, compiler: str, environment: Mapping[str, str]) -> dict[str, Peer]:
    """Launchers whose cache has the object of a real compile."""
    project = made_project(place / "project", "sum.c", SOURCE)
    found = shutil.which(compiler)
    if not found:
        sys.exit(f"{compiler}: not found; name another by --compiler")
    words = [found, "-O2", "-MD", "-MF", "sum.d", "-c", str(project / "sum.c"), "-o", "sum.o"]
    peers = {"llmopt, direct hit": Peer("direct", [launcher_path(), *words])}
    for name in ("ccache", "sccache"):
        if program := shutil.which(name):
            peers[f"{name}, direct hit"] = Peer("direct", [program, *words])
    time.sleep(2.1)  # younger files are hashed each time
    for name, peer in peers.items():
        identity = {"LLMOPT_IDENTITY": "1"} if name.startswith("llmopt") else {}
        for _ in range(2):
            subprocess.run(peer.words, env={**environment, **identity}, check=True)
    # From here on an ordinary hot unit: the same manifest, found through an index of 100,000.
    state = project / ".llmopt"
    for folder in ("manifests", "objects"):
        shutil.copytree(state / "identity" / folder, state / folder)
    names = ["sum.c", *(f"src/hot{n}.c" for n in range(99_999))]
    (state / "index").write_bytes(encode_index(names, IDENTITY_GENERATION, (0,) * 5, 5000))
    (state / "index").chmod(0o644)
    log = state / "launcher.log"
    log.unlink()
    subprocess.run(peers["llmopt, direct hit"].words, env=environment, check=True)
    action = json.loads(log.read_text())["action"]
    if action != "direct":
        sys.exit(f"no direct hit to measure: {log.read_text()}")
    if "ccache, direct hit" in peers:
        printed = subprocess.run(
            ["ccache", "--print-stats"], env=environment, capture_output=True, text=True, check=True
        )
        hits = dict(line.split("\t") for line in printed.stdout.splitlines())
        if hits["direct_cache_hit"] == "0":
            sys.exit("ccache had no direct hit to measure")
    return peers


def measure(
    peers: Mapping[str, Peer], environment: dict[str, str], runs: int
) -> dict[str, list[float]]:
    """Seconds of each command in each round; the order turns by one each round."""
    names = list(peers)
    samples: dict[str, list[float]] = {name: [] for name in names}
    for number in range(runs):
        for offset in range(len(names)):
            name = names[(number + offset) % len(names)]
            words = peers[name].words
            start = time.perf_counter()
            pid = os.posix_spawn(words[0], words, environment)
            _, status = os.waitpid(pid, 0)
            samples[name].append(time.perf_counter() - start)
            if status != 0:
                sys.exit(f"{' '.join(words)}: status {status}")
        if number % 100 == 0:
            print(f"\r{number} of {runs} rounds", end="", file=sys.stderr, flush=True)
    print("\r", end="", file=sys.stderr)
    return samples


def resident(place: Path, peer: Peer, environment: Mapping[str, str]) -> int:
    """A command's largest resident set, in KiB, with what it becomes."""
    done = subprocess.run(
        [str(place / "memory"), *peer.words], env=environment, capture_output=True, check=True
    )
    return int(done.stdout.splitlines()[-1])


def conclude(
    peers: Mapping[str, Peer], samples: Mapping[str, list[float]], memory: Mapping[str, int]
) -> dict[str, dict[str, Any]]:
    """Added microseconds over the bare compiler, and the ratio to ccache's."""
    bare = samples["bare"]
    figures: dict[str, dict[str, Any]] = {}
    for name, column in samples.items():
        figure: dict[str, Any] = {"group": peers[name].group, "resident_kib": memory[name]}
        if name == "bare":
            figure["median_us"] = statistics.median(bare) * 1e6
        else:
            added = [(one - base) * 1e6 for one, base in zip(column, bare, strict=True)]
            low, high = median_interval(added)
            figure |= {"added_us": statistics.median(added), "low": low, "high": high}
        figures[name] = figure
    theirs = {
        figure["group"]: figure["added_us"]
        for name, figure in figures.items()
        if name.startswith("ccache")
    }
    for name, figure in figures.items():
        if name != "bare" and figure["group"] in theirs:
            figure["ratio_to_ccache"] = figure["added_us"] / theirs[figure["group"]]
    return figures


def page(figures: Mapping[str, dict[str, Any]], runs: int) -> str:
    """The figures as a table."""
    rows = []
    for name, figure in figures.items():
        memory = f"{figure['resident_kib'] / 1024:.1f}"
        if name == "bare":
            rows.append([name, f"{figure['median_us']:.0f} in all", "", "", memory])
            continue
        ratio = figure.get("ratio_to_ccache")
        rows.append(
            [
                name,
                f"{figure['added_us']:+.0f}",
                f"[{figure['low']:.0f}, {figure['high']:.0f}]",
                f"{ratio:.2f}" if ratio else "",
                memory,
            ]
        )
    head = ["command", "added us", "95% interval", "to ccache", "MiB"]
    return f"{runs} rounds, one process at a time\n\n" + table(head, rows, right=(1, 3, 4))


def plot(figures: Mapping[str, dict[str, Any]], path: str) -> None:
    """Draws the added time, a panel for each group."""
    import matplotlib as mpl  # noqa: PLC0415 - only where it is asked for

    mpl.use("svg" if path.endswith(".svg") else "agg")
    mpl.rcParams["svg.hashsalt"] = "llmopt"
    from matplotlib import pyplot as plt  # noqa: PLC0415

    groups = {"passed": "handed on to the compiler", "direct": "direct hit"}
    canvas, panels = plt.subplots(len(groups), 1, figsize=(7, 4), constrained_layout=True)
    for panel, (group, title) in zip(panels, groups.items(), strict=True):
        rows = [(n, f) for n, f in figures.items() if f["group"] == group and "added_us" in f]
        rows.reverse()
        middle = [figure["added_us"] for _, figure in rows]
        errors = [
            [figure["added_us"] - figure["low"] for _, figure in rows],
            [figure["high"] - figure["added_us"] for _, figure in rows],
        ]
        colours = ["#2a6f97" if n.startswith("llmopt") else "#b0b0b0" for n, _ in rows]
        bars = panel.barh([name for name, _ in rows], middle, xerr=errors, color=colours)
        panel.bar_label(bars, [f" {value:.0f}" for value in middle])
        panel.set_title(title, loc="left", fontsize=10)
        panel.set_xlim(right=max(middle) * 1.12)
        panel.spines[["top", "right"]].set_visible(False)
    panels[-1].set_xlabel("microseconds added to a bare exec")
    canvas.savefig(path, metadata={"Date": None} if path.endswith(".svg") else None)


if __name__ == "__main__":
    raise SystemExit(main())
