"""Shadow execution on real programs: calls covered, overhead, and the original against itself.

    benchmarks/shadow.py --project example_project --function src/convolve.c:blur --runs 50
    benchmarks/shadow.py --source DIR --build COMMANDS --command WORKLOAD --function FILE:NAME

The candidate of every run is the original: a refutation is a false one. Overhead is the time of a
run under comparison over that of a plain run, one after the other in pairs.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from llmopt.config.load import load, parse
from llmopt.config.model import Config
from llmopt.errors import LlmoptError
from llmopt.rewrite.unit import UnitContext
from llmopt.sandbox.run import Sandbox
from llmopt.shadow.runtime import Runtime
from llmopt.toolchain.commands import launcher_path
from llmopt.values.verdict import Inconclusive, Passed, Refuted, describe
from llmopt.verify import shadow
from llmopt.workspace.tree import Tree


@dataclass(frozen=True)
class Subject:
    """A function in a source file, relative to the project."""

    source: str
    function: str


def main() -> int:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="llmopt-bench-shadow-", dir=arguments.scratch) as place:
        config = _config(arguments, place)
        sandbox = Sandbox(arguments.sandbox)
        plain = Tree(config, sandbox, launcher_path(), "base")
        watched = Tree(config, sandbox, launcher_path(), "cand")
        plain.prepare()
        watched.prepare()
        print(f"{'function':32} {'calls':>9} {'covered':>8} {'overhead':>9}  verdicts")
        refused = 0
        for wanted in arguments.function:
            source, _, function = wanted.rpartition(":")
            refused += _measure(Subject(source, function), config, plain, watched, arguments.runs)
    return 1 if refused else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--project", help="a directory with an llmopt.yaml")
    parser.add_argument("--source", help="or: the sources' directory,")
    parser.add_argument("--build", help="how they are built into {build} through {launcher},")
    parser.add_argument("--command", help="and the workload")
    parser.add_argument("--function", action="append", required=True, metavar="FILE:NAME")
    parser.add_argument("--runs", type=int, default=5, help="of the original against itself")
    parser.add_argument("--sandbox", default="prefer", choices=["require", "prefer", "off"])
    parser.add_argument("--scratch", help="where the build trees are made")
    return parser.parse_args()


def _config(arguments: argparse.Namespace, place: str) -> Config:
    if arguments.project:
        return load(Path(arguments.project).resolve(), {})
    data = {
        "version": 1,
        "build": {"build": arguments.build},
        "workload": {"command": arguments.command},
    }
    return parse(data, Path(arguments.source, "llmopt.yaml"), place)


def _measure(subject: Subject, config: Config, plain: Tree, watched: Tree, runs: int) -> int:
    """Prints a line; returns how many runs refused the original."""
    name = f"{subject.source}:{subject.function}"
    command, timeout = config.workload.command, config.workload.timeout
    try:
        contexts = [
            UnitContext(unit, Sandbox("off"))
            for unit in watched.units()
            if unit.source == subject.source
        ]
        if not contexts:
            print(f"{name:32} no unit compiles it")
            return 0
        objects = shadow.objects(contexts, subject.function, (), Runtime(Sandbox("off")))
        watched.place(objects)
        function = contexts[0].locate(subject.function)
    except LlmoptError as error:
        print(f"{name:32} {error}")
        return 0
    verdicts: Counter[str] = Counter()
    ratios, evidence, odd = [], {}, ""
    for _ in range(runs):
        before = plain.run(command, timeout).seconds
        verdict = shadow.judge_placed(function, watched, command, timeout, shadow.Settings())
        verdicts[type(verdict).__name__.lower()] += 1
        match verdict:
            case Passed(_, said):
                evidence = said
                ratios.append(float(said["seconds"]) / before)
            case Refuted() | Inconclusive():
                odd = describe(verdict)
    share = evidence["covered"] / evidence["calls"] if evidence else 0.0
    overhead = f"{statistics.median(ratios):.1f}x" if ratios else "-"
    said = ", ".join(f"{count} {kind}" for kind, count in verdicts.items())
    print(f"{name:32} {evidence.get('calls', 0):9} {share:8.1%} {overhead:>9}  {said}", flush=True)
    for line in (odd, f"not applicable: {evidence['reasons']}" if evidence else ""):
        if line and not line.endswith("none"):
            print(f"{'':32} {line}", flush=True)
    return verdicts["refuted"]


if __name__ == "__main__":
    sys.exit(main())
