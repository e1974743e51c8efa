"""What llmopt finds without a model on a suite of kernels, beside its peers.

    benchmarks/suite.py --suite polybench --dir DIR [--kernels a,b] [--size LARGE] [--rounds 7]
        [--compiler clang-19] [--minutes 10] [--json FILE]

DIR is PolyBench/C 4.2.1, fetched by you. Each kernel becomes a project of its own: `llmopt optimize
--strategy offline`, then builds as a user makes them. All builds run in turns, baseline first and
last, and the seconds are those that PolyBench measures around the kernel. Outputs are those of
another program of the same objects' text, dumped with `%a`, and compared bit for bit.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmopt.measure.stats import speedup
from llmopt.report.text import table

_LLMOPT = "llmopt"
_SETTINGS = """\
version: 1
build:
  build: >-
{build}
workload:
  command: "{{build}}/program"
  checks: ["{{build}}/dumper"]
  varying: ['[0-9]+\\.[0-9]{{6}}']
  timeout: 600
hot:
  max_functions: 2
search:
  minutes: {minutes}
"""
#: As PolyBench dumps numbers, which hides their last bits.
_ROUNDED = re.compile(r'"%0\.2l?f "')


@dataclass(frozen=True)
class Kernel:
    """A kernel of PolyBench, and how it is compiled."""

    path: Path
    utilities: Path
    compiler: str
    size: str

    @property
    def name(self) -> str:
        """As PolyBench calls it."""
        return self.path.stem

    def commands(self, out: str, launcher: str = "", options: str = "") -> list[str]:
        """The commands that build `program`, which prints its seconds, and `dumper`."""
        source = self.path.parent / self.path.name
        common = f"-O3 {options} -I{self.utilities} -I{self.path.parent} -D{self.size}_DATASET"
        compile_ = f"{launcher} {self.compiler} {common}".strip()
        objects = {
            "kernel": f"-DPOLYBENCH_TIME $CFLAGS -c {source}",
            "dump": f"-DPOLYBENCH_DUMP_ARRAYS $CFLAGS -c {source}",
            "timing": f"-DPOLYBENCH_TIME $CFLAGS -c {self.utilities}/polybench.c",
            "plain": f"$CFLAGS -c {self.utilities}/polybench.c",
        }
        made = [f"{compile_} {words} -o {out}/{name}.o" for name, words in objects.items()]
        link = f"{self.compiler} {options} $LDFLAGS"
        made.append(f"{link} {out}/kernel.o {out}/timing.o -o {out}/program -lm")
        made.append(f"{link} {out}/dump.o {out}/plain.o -o {out}/dumper -lm")
        return made


def main() -> int:
    arguments = _arguments()
    found = []
    for kernel in _kernels(arguments):
        print(f"{kernel.name} ...", file=sys.stderr, flush=True)
        found.append(_measured(kernel, arguments))
        print(_rows(found[-1:]), file=sys.stderr, flush=True)
    geomeans = {peer: _geomean(found, peer) for peer in found[0]["peers"]}
    result = {
        "suite": arguments.suite,
        "size": arguments.size,
        "compiler": arguments.compiler,
        "geomean": geomeans[_LLMOPT],
        "geomeans": geomeans,
        "kernels": found,
    }
    print(_rows(found))
    print("\ngeomean: " + ", ".join(f"{peer} {value:.3f}x" for peer, value in geomeans.items()))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(result, indent=1) + "\n")
    return 0 if all(kernel["identical"] for kernel in found) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--suite", choices=["polybench"], required=True)
    parser.add_argument("--dir", type=Path, required=True, help="where the suite is")
    parser.add_argument("--kernels", default="", help="names, with commas; all, where none is said")
    parser.add_argument("--size", default="LARGE", help="MINI, SMALL, MEDIUM, LARGE, EXTRALARGE")
    parser.add_argument("--compiler", default="clang-19")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--minutes", type=float, default=10.0, help="for the search of a kernel")
    parser.add_argument("--json", help="where the figures are written")
    return parser.parse_args()


def _kernels(arguments: argparse.Namespace) -> list[Kernel]:
    root = arguments.dir.resolve()
    utilities = root / "utilities"
    try:
        listed = (utilities / "benchmark_list").read_text().split()
    except OSError as error:
        raise SystemExit(f"suite: {root} is not PolyBench: {error}") from error
    chosen = arguments.kernels.split(",") if arguments.kernels else [Path(p).stem for p in listed]
    by_name = {Path(p).stem: root / p for p in listed}
    if unknown := sorted(set(chosen) - by_name.keys()):
        raise SystemExit(f"suite: no kernel {', '.join(unknown)}: {', '.join(by_name)}")
    return [Kernel(by_name[name], utilities, arguments.compiler, arguments.size) for name in chosen]


# One kernel


def _measured(kernel: Kernel, arguments: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="llmopt-suite-") as place:
        directory = Path(place)
        mine = Kernel(
            Path(shutil.copytree(kernel.path.parent, directory / "project")) / kernel.path.name,
            Path(shutil.copytree(kernel.utilities, directory / "project" / "utilities")),
            kernel.compiler,
            kernel.size,
        )
        for header in mine.path.parent.glob("*.h"):
            header.write_text(_ROUNDED.sub('"%a "', header.read_text()))
        environment = {**os.environ, "LLMOPT_CACHE_DIR": f"{place}/cache"}
        run = _optimized(mine, arguments.minutes, environment)
        builds = dict(_builds(mine, directory, environment))
        seconds = _rounds(builds, arguments.rounds)
        base = _dump(builds["baseline"])
        same = {peer: _dump(out) == base for peer, out in builds.items()}
    old, control = seconds.pop("baseline"), seconds.pop("control")
    peers = {
        peer: {**vars(speedup(old, new, control)), "identical": same[peer]}
        for peer, new in seconds.items()
    }
    ours = peers[_LLMOPT]
    return {
        "name": kernel.name,
        "speedup": ours["ratio"],
        "ci_low": ours["low"],
        "ci_high": ours["high"],
        "identical": ours["identical"],
        "baseline_seconds": statistics.median(old),
        "search_seconds": run["seconds"],
        "moves": [recipe["provenance"]["move"] for recipe in run["recipes"]],
        "notes": {f["function"]: f["note"] for f in run["functions"] if f["note"]},
        "peers": peers,
    }


def _optimized(kernel: Kernel, minutes: float, environment: Mapping[str, str]) -> dict[str, Any]:
    """The run of llmopt on the kernel's project."""
    project = kernel.path.parent
    inside = Kernel(
        Path("{source}") / kernel.path.name,
        Path("{source}/utilities"),
        kernel.compiler,
        kernel.size,
    )
    build = " &&\n".join(f"    {c}" for c in inside.commands("{build}", "{launcher}"))
    (project / "llmopt.yaml").write_text(_SETTINGS.format(build=build, minutes=minutes))
    done = subprocess.run(
        ["llmopt", "optimize", "--strategy", "offline", "--json"],
        cwd=project, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"suite: {kernel.name}: {done.stderr[-2000:]}")
    return dict(json.loads(done.stdout))


def _builds(
    kernel: Kernel, directory: Path, environment: Mapping[str, str]
) -> Iterator[tuple[str, Path]]:
    """Builds the baseline, ours and the peers; where each stands."""
    peers = {"baseline": "", _LLMOPT: "", "native": "-march=native"}
    if "clang" in kernel.compiler:
        peers["polly"] = "-mllvm -polly"
    for peer, options in peers.items():
        launcher = "llmopt" if peer == _LLMOPT else ""
        yield peer, _built(kernel, directory / peer, launcher, options, environment)
    yield "pgo", _profiled(kernel, directory, environment)


def _built(
    kernel: Kernel, out: Path, launcher: str, options: str, environment: Mapping[str, str]
) -> Path:
    out.mkdir(exist_ok=True)
    for command in kernel.commands(str(out), launcher, options):
        subprocess.run(
            command,
            shell=True,
            cwd=kernel.path.parent,
            env={"CFLAGS": "", **environment},
            check=True,
        )
    return out


def _profiled(kernel: Kernel, directory: Path, environment: Mapping[str, str]) -> Path:
    """Profile-guided: trained on the very run that is timed."""
    out, clang = directory / "pgo", "clang" in kernel.compiler
    data = out / ("raw.profraw" if clang else "")
    trained = f"-fprofile-generate={out}" if clang else f"-fprofile-generate -fprofile-dir={out}"
    _built(kernel, out, "", trained, environment)
    subprocess.run([out / "program"], env={**environment, "LLVM_PROFILE_FILE": str(data)},
                   stdout=subprocess.DEVNULL, check=True)  # fmt: skip
    if clang:
        merge = kernel.compiler.replace("clang", "llvm-profdata")
        subprocess.run([merge, "merge", "-o", out / "profile", data], check=True)
        return _built(kernel, out, "", f"-fprofile-use={out}/profile -Wno-profile-instr-unprofiled",
                      environment)  # fmt: skip
    return _built(kernel, out, "", f"-fprofile-use={out} -Wno-missing-profile", environment)


def _rounds(builds: Mapping[str, Path], rounds: int) -> dict[str, list[float]]:
    """The kernel's seconds in each build, round by round; `control` is the baseline once more."""
    order = [*builds.items(), ("control", builds["baseline"])]
    seconds: dict[str, list[float]] = {peer: [] for peer, _ in order}
    for _ in range(rounds):
        for peer, out in order:
            done = subprocess.run([out / "program"], capture_output=True, text=True, check=True)
            seconds[peer].append(float(done.stdout))
    return seconds


def _dump(out: Path) -> bytes:
    return subprocess.run([out / "dumper"], capture_output=True, check=True).stderr


# For people


def _geomean(found: Sequence[Mapping[str, Any]], peer: str) -> float:
    return statistics.geometric_mean(kernel["peers"][peer]["ratio"] for kernel in found)


def _rows(found: Sequence[Mapping[str, Any]]) -> str:
    peers = list(found[0]["peers"])
    rows = [
        [
            kernel["name"],
            f"{kernel['baseline_seconds']:.3f}",
            *(_cell(kernel["peers"][peer]) for peer in peers),
            ", ".join(kernel["moves"]),
        ]
        for kernel in found
    ]
    return table(["kernel", "seconds", *peers, "moves"], rows, right=(1,))


def _cell(peer: Mapping[str, Any]) -> str:
    differs = "" if peer["identical"] else " differs"
    return f"{peer['ratio']:.2f} [{peer['low']:.2f}, {peer['high']:.2f}]{differs}"


if __name__ == "__main__":
    raise SystemExit(main())
