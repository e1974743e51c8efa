"""What editing a hot file costs: added wall time of the rebuild through the launcher.

    .venv/bin/python benchmarks/editing.py [--rounds 5] [--busy] [--json FILE]

After `make demo`: takes each source of its project that has a recipe, edits it in one way after the
other, and compiles it by the build's own command, plain and through the launcher, in turn. Kinds of
edits: a comment; the body of a function that has a recipe (which then does not fit any more); the
body of another function (the object is then made anew, with the recipes in it); and none, the file
is only touched. Given are medians of added time over compile time, with 95% bootstrap intervals,
and what the launcher did. One compile at a time, so that on two cores one is idle; `--busy` keeps
all cores at work meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shlex
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llmopt.config.load import load
from llmopt.errors import SourceError
from llmopt.flow.session import Session
from llmopt.measure.stats import median_interval
from llmopt.report.text import table
from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain.commands import launcher_path
from llmopt.values.command import Unit

WORK = Path(__file__).resolve().parent.parent / "build" / "demo"
KINDS = ("touched", "comment", "hot function", "other function")


@dataclass
class Samples:
    """Of one kind of edit."""

    plain: list[float] = field(default_factory=list)
    launched: list[float] = field(default_factory=list)
    did: Counter[str] = field(default_factory=Counter)


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="edits of each kind (default: 5)")
    parser.add_argument("--busy", action="store_true", help="with all cores at work")
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON")
    options = parser.parse_args()
    project = WORK / "project"
    if not (project / ".llmopt" / "run.json").exists():
        sys.exit("build/demo is missing: run `make demo` first")
    os.environ["LLMOPT_CACHE_DIR"] = str(WORK / "cache")
    session = Session(load(project, os.environ))
    session.original.prepare()
    hot: dict[str, list[str]] = defaultdict(list)
    for recipe in session.last_recipes():
        hot[recipe.source].append(recipe.function)
    samples = {kind: Samples() for kind in KINDS}
    with all_cores_busy(really=options.busy):
        for unit in session.original.units():
            if unit.source in hot:
                edit_and_compile(session, unit, hot[unit.source], samples, options.rounds)
                print(f"{unit.source} done", file=sys.stderr)
    figures = {kind: conclude(found) for kind, found in samples.items()}
    figures["all edits"] = conclude(
        Samples(
            [second for kind in KINDS[1:] for second in samples[kind].plain],
            [second for kind in KINDS[1:] for second in samples[kind].launched],
        )
    )
    print(page(figures, busy=options.busy))
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=1) + "\n")
    return 0


@contextmanager
def all_cores_busy(*, really: bool) -> Iterator[None]:
    """A loop on each core, where it is asked for."""
    loops = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range((os.cpu_count() or 1) if really else 0)
    ]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def edit_and_compile(
    session: Session, unit: Unit, functions: list[str], samples: dict[str, Samples], rounds: int
) -> None:
    """Rounds of all kinds of edits of one unit; its source is put back."""
    path = Path(unit.command.source_path)
    before = path.read_bytes()
    context = UnitContext(unit, session.sandbox)
    places = {name: context.locate(name).body for name in functions}
    others = [name for name in context.lexical.functions if stands_here(context, name)]
    others = [name for name in others if name not in functions]
    chosen = random.SystemRandom()  # an edit that was made before finds its object
    try:
        compile_once(unit, launched=True)  # what the first one writes belongs to no edit
        time.sleep(3)
        for _ in range(rounds):
            for kind in KINDS:
                name = chosen.choice(functions if kind == "hot function" else others or functions)
                place = places.setdefault(name, context.locate(name).body)
                path.write_bytes(edited(before, kind, place, chosen.randrange(10**9)))
                one_edit(session, unit, samples[kind])
    finally:
        path.write_bytes(before)


def stands_here(context: UnitContext, name: str) -> bool:
    """Is the function's text in the source itself, and not in a header?"""
    try:
        context.locate(name)
    except SourceError:
        return False
    return True


def edited(text: bytes, kind: str, body: int, number: int) -> bytes:
    """The text after an edit that was not made before; `body` is where a function's begins."""
    if kind == "touched":
        return text
    if kind == "comment":
        return b"// Edit %d.\n" % number + text
    at = text.index(b"{", body) + 1
    return text[:at] + b" (void)%d;" % number + text[at:]


def one_edit(session: Session, unit: Unit, samples: Samples) -> None:
    """Compiles the edited source plainly, then through the launcher."""
    samples.plain.append(compile_once(unit, launched=False))
    samples.launched.append(compile_once(unit, launched=True))
    log = Path(session.config.state) / "launcher.log"
    line = json.loads(log.read_bytes().splitlines()[-1])
    samples.did[f"{line['action']}, {line['reason']}"] += 1
    # What the resolver does behind the build must not be in the next compile's time.
    while resolving(session.config.root):
        time.sleep(0.05)


def resolving(root: str) -> bool:
    """Is a resolver of the project still at work?"""
    done = subprocess.run(
        ["pgrep", "-f", f"llmopt-py resolve {shlex.quote(root)}"], capture_output=True, check=False
    )
    return done.returncode == 0


def compile_once(unit: Unit, *, launched: bool) -> float:
    """Seconds of the build's own command, with the object beside the build's."""
    command = unit.command
    words = [launcher_path()] * launched + list(command.argv)
    output = f"{command.output}.edited"
    words = [output if word == command.output else word for word in words]
    environment = {**os.environ, **dict(command.environment)}
    start = time.perf_counter()
    subprocess.run(words, cwd=command.cwd, env=environment, check=True, capture_output=True)
    seconds = time.perf_counter() - start
    (Path(command.cwd) / output).unlink()
    return seconds


def conclude(found: Samples) -> dict[str, Any]:
    """The median of added over plain time, in percent."""
    ratios = [
        100 * (launched - plain) / plain
        for plain, launched in zip(found.plain, found.launched, strict=True)
    ]
    low, high = median_interval(ratios)
    return {
        "edits": len(ratios),
        "compile_ms": 1000 * statistics.median(found.plain),
        "added_percent": statistics.median(ratios),
        "low": low,
        "high": high,
        "did": dict(found.did),
    }


def page(figures: dict[str, dict[str, Any]], *, busy: bool) -> str:
    """The figures as a table."""
    rows = []
    for kind, figure in figures.items():
        did = "; ".join(f"{count}x {what}" for what, count in figure["did"].items())
        interval = f"[{figure['low']:.0f}, {figure['high']:.0f}]"
        numbers = [f"{figure['compile_ms']:.0f}", f"{figure['added_percent']:+.0f}%", interval]
        rows.append([kind, str(figure["edits"]), *numbers, did])
    head = ["edit", "times", "compile ms", "added", "95% interval", "what the launcher did"]
    where = "all cores busy" if busy else "one core idle"
    return f"{where}\n\n" + table(head, rows, right=(1, 2, 3))


if __name__ == "__main__":
    raise SystemExit(main())
