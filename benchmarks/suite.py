"""What llmopt finds without a model on a suite of programs, beside its peers.

    benchmarks/suite.py --suite polybench --dir DIR [--size LARGE] [--runtime-sizes]
    benchmarks/suite.py --suite kernels --dir DIR
    benchmarks/suite.py --suite project --dir DIR
        [--kernels a,b] [--compiler clang-19] [--minutes 10] [--rounds 7] [--peers native,pgo,polly]
        [--json FILE [--resume]] [--plot FILE] [--work DIR]

`polybench`: PolyBench/C 4.2.1, fetched by you; the seconds are those that it measures around the
kernel, and with `--runtime-sizes` it reads its sizes from the command line. `kernels`: each `*.c`
in DIR is a program, whose stdout is compared. `project`: DIR has an llmopt.yaml with a workload.

For each: `llmopt optimize --strategy offline` in a copy, with an empty cache, then builds as a
user makes them: with the baseline's flags, through llmopt, and the peers (`-march=native`, PGO
trained on the very run that is timed, Polly). They run in turns, the baseline first and last in
each round; figures are medians of the rounds' ratios with 95% bootstrap intervals. What they write
is compared bit for bit, and what is compared is the program that is timed.

A row is written to the file of `--json` when it is there; `--resume` goes on from such a file. What
fails is a row with its error. Exit status 0: all rows are there, all outputs of ours are the
baseline's, and all run on any x86-64.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1]))

from benchmarks.suites.builds import Builds, commands, compiler_of, peers, place, swapped
from benchmarks.suites.case import Case, Effort, Suite, chosen
from benchmarks.suites.curve import curve, half, plot
from benchmarks.suites.polybench import SIZES, PolyBench
from benchmarks.suites.portable import portable
from benchmarks.suites.programs import Programs
from benchmarks.suites.project import Project
from benchmarks.suites.rows import OURS, Row, Rows, cells
from benchmarks.suites.timing import Stopwatch, compared, differing
from llmopt.errors import LlmoptError

_PEERS = ("native", "pgo", "polly")


def main() -> int:
    arguments = _arguments()
    suite = _suite(arguments)
    rows = Rows(_settings(arguments), arguments.json)
    try:
        if arguments.resume:
            rows.resume()
        names = chosen(suite, arguments.kernels)
    except ValueError as error:
        raise SystemExit(f"suite: {error}") from error
    interrupted = False
    try:
        _run(suite, [name for name in names if not rows.has(name)], rows, arguments)
    except KeyboardInterrupt:
        interrupted = True
    print(rows.page())
    if arguments.plot:
        plot(rows.rows, arguments.plot)
    return 130 if interrupted else 0 if rows.good else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    say = parser.add_argument
    say("--suite", choices=["polybench", "kernels", "project"], required=True)
    say("--dir", type=Path, required=True, help="where the suite is")
    say("--kernels", type=_words, default=[], help="names, with commas; all, where none is said")
    say("--size", choices=SIZES, default="LARGE", help="of PolyBench")
    say("--runtime-sizes", action="store_true", help="PolyBench's sizes come by the command line")
    say("--compiler", default="clang-19", help="of kernels; a project says its own")
    say("--peers", type=_words, default=list(_PEERS), help="names, with commas; empty: none")
    say("--minutes", type=float, default=10.0, help="to a verified result, for each")
    say("--rounds", type=int, default=7, help="at least so many; short programs get more")
    say("--json", type=Path, metavar="FILE", help="where the figures are written, row by row")
    say("--resume", action="store_true", help="leave out what FILE has")
    say("--plot", metavar="FILE", help="draw the best so far against seconds, as SVG or PNG")
    say("--work", type=Path, metavar="DIR", help="keep projects and builds there; default: nowhere")
    return parser.parse_args()


def _words(text: str) -> list[str]:
    return [word for word in text.split(",") if word]


def _settings(arguments: argparse.Namespace) -> dict[str, Any]:
    """What rows of one file have in common."""
    settings = {"suite": arguments.suite, "minutes": arguments.minutes, "machine": _machine()}
    if arguments.suite != "project":
        settings["compiler"] = arguments.compiler
    if arguments.suite == "polybench":
        settings["size"] = arguments.size
        settings["runtime_sizes"] = arguments.runtime_sizes
    return settings


def _machine() -> str:
    found = re.search(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def _suite(arguments: argparse.Namespace) -> Suite:
    root, effort = arguments.dir.resolve(), Effort(arguments.minutes)
    match arguments.suite:
        case "polybench":
            return PolyBench(
                root, arguments.compiler, arguments.size, arguments.runtime_sizes, effort
            )
        case "kernels":
            return Programs(root, arguments.compiler, effort)
        case _:
            return Project(root, arguments.minutes)


def _run(suite: Suite, names: Sequence[str], rows: Rows, arguments: argparse.Namespace) -> None:
    """Makes the rows that are not there yet, and says how far it is."""
    took: list[float] = []
    for number, name in enumerate(names, 1):
        usual = statistics.median(took) if took else 60 * arguments.minutes
        left = usual * (len(names) - number + 1) / 60
        _say(f"[{number}/{len(names)}] {name}; about {left:.0f} min left")
        started = time.monotonic()
        with _directory(arguments.work, name) as work:
            rows.add(_row(suite, name, work, arguments))
        took.append(time.monotonic() - started)
        _say(rows.rows[-1].get("error") or cells(rows.rows[-1:]))


@contextmanager
def _directory(kept: Path | None, name: str) -> Iterator[Path]:
    """Where one program is worked on."""
    if kept is None:
        with tempfile.TemporaryDirectory(prefix="llmopt-suite-") as there:
            yield Path(there)
        return
    directory = kept.resolve() / name
    if directory.exists():
        shutil.rmtree(directory)
    directory.mkdir(parents=True)
    yield directory


# One program


def _row(suite: Suite, name: str, work: Path, arguments: argparse.Namespace) -> Row:
    """The figures of a program, or why there are none."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("LLMOPT_")}
    environment = {**mine, "LLMOPT_CACHE_DIR": str(work / "cache")}
    try:
        return _measured(suite.make(name, work, environment), work, environment, arguments)
    except (LlmoptError, OSError, ValueError) as error:
        return {"name": name, "error": f"{type(error).__name__}: {error}"[-2000:]}


def _measured(
    case: Case, work: Path, environment: Mapping[str, str], arguments: argparse.Namespace
) -> Row:
    _say("  llmopt optimize")
    started = time.monotonic()
    run = _optimized(case, environment)
    seconds = time.monotonic() - started
    builds = Builds(case.project, environment)
    base = builds.build(place(work, "baseline"))
    made = {"baseline": base, OURS: builds.build(place(work, OURS), launched=True)}
    watch = Stopwatch(case, environment)
    failed = {}
    for peer, make in peers(builds, work, compiler_of(base), case.timed).items():
        if peer in arguments.peers:
            try:
                made[peer] = make()
                watch.run(case.timed, made[peer])
            except LlmoptError as error:
                made.pop(peer, None)
                failed[peer] = {"error": str(error)[-500:]}
    _say(f"  timing {', '.join(made)}")
    columns = watch.rounds(made, arguments.rounds)
    differences = _differences(watch, builds, made, work)
    found = {
        name: {
            **compared(columns, name),
            "identical": not (differences["baseline"] or differences[name]),
        }
        for name in made
        if name != "baseline"
    }
    ours, points = found[OURS], curve(run)
    return {
        "name": case.name,
        **{key: ours[key] for key in ("speedup", "ci_low", "ci_high", "identical")},
        "difference": differences["baseline"] or differences[OURS],
        "baseline_seconds": statistics.median(columns["baseline"].counted),
        "whole_seconds": statistics.median(columns["baseline"].whole),
        "seconds": round(seconds, 1),
        "half_seconds": half(points),
        "curve": points,
        "moves": [recipe["provenance"]["move"] for recipe in run["recipes"]],
        "functions": [recipe["function"] for recipe in run["recipes"]],
        "notes": {f["function"]: f["note"] for f in run["functions"] if f["note"]},
        "trials": sum(function["trials"] for function in run["functions"]),
        "swapped": swapped(made[OURS]),
        "portable": portable(case, made[OURS], run["recipes"], sum(commands(base), ())),
        "peers": {**found, **failed},
    }


def _optimized(case: Case, environment: Mapping[str, str]) -> dict[str, Any]:
    """The run of llmopt on a program's project. Raises ValueError with its words if it fails."""
    words = ["llmopt", "optimize", "--strategy", "offline", "--json"]
    done = _called([*words, *case.functions], case, environment)
    if case.functions and done.returncode and "not in the profile" in done.stderr:
        done = _called(words, case, environment)  # it is inlined, or over at once
    (case.project / "optimize.log").write_text(done.stderr)
    if done.returncode == 130:
        raise KeyboardInterrupt
    if done.returncode:
        raise ValueError(f"llmopt optimize: {done.stderr[-1500:].strip()}")
    return dict(json.loads(done.stdout))


def _called(
    words: Sequence[str], case: Case, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, cwd=case.project, env=environment, capture_output=True, text=True, check=False
    )


def _differences(
    watch: Stopwatch, builds: Builds, made: Mapping[str, Path], work: Path
) -> dict[str, str]:
    """How what each build writes differs from the baseline's, empty where it does not; and the
    baseline's from the suite's own reference.
    """
    expected = watch.outcomes(made["baseline"])
    found = {name: differing(expected, watch.outcomes(build)) for name, build in made.items()}
    if flags := watch.case.reference:
        there = builds.build(place(work, "reference"), flags)
        if said := differing(expected[:1], watch.outcomes(there)[:1]):
            found["baseline"] = f"{flags}: {said}"
    return found


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
