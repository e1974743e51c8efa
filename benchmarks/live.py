"""What do kept snapshots refute, and how quickly? Source candidates of the corpus, as images.

    .venv/bin/python benchmarks/live.py [--function NAME ...] [--compiler CC] [--verbose]

Prints how many wrong and right candidates were refuted, not refuted, and could not be asked about,
and medians of the milliseconds: of making an image, and of asking all snapshots. The right ones
that are refuted are named: each has to be one that the gate refuses as well.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from llmopt.errors import LlmoptError
from llmopt.flow.live import SETTINGS
from llmopt.flow.trial import open_subject
from llmopt.sandbox.run import Sandbox
from llmopt.shadow.live import Answer, keep
from llmopt.shadow.runtime import Runtime
from tests.corpus.runner import Candidate, candidates, functions, project

_COLUMNS = ("refuted", "not refuted", "not asked")


def main() -> int:
    """Asks, and prints the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--function", action="append")
    parser.add_argument("--compiler", default="clang-19")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    runtime = Runtime(Sandbox("off"))
    answers: list[tuple[Candidate, Answer]] = []
    for directory in functions():
        if not options.function or directory.name in options.function:
            answers += asked(directory, options.compiler, runtime)
            print(directory.name, file=sys.stderr, flush=True)
    for candidate, answer in answers:
        if options.verbose or (candidate.right and answer.difference):
            print(f"{candidate.name}: {answer.difference or answer.reason or 'not refuted'}")
    counts = Counter((candidate.right, kind(answer)) for candidate, answer in answers)
    for right in (False, True):
        figures = ", ".join(f"{column} {counts[right, column]}" for column in _COLUMNS)
        print(f"{'right' if right else 'wrong'}: {figures}")
    print(f"image: {median([a.made for _, a in answers])} ms")
    for column in _COLUMNS[:2]:
        print(f"{column}: {median([a.judged for _, a in answers if kind(a) == column])} ms")
    return 0


def asked(directory: Path, compiler: str, runtime: Runtime) -> Iterator[tuple[Candidate, Answer]]:
    """A function's candidates in C, and what the snapshots say of them."""
    name = directory.name
    with tempfile.TemporaryDirectory(prefix="llmopt-live-", dir="/var/tmp") as scratch:
        session = project(directory, Path(scratch), ["static"], compiler)
        context = open_subject(session, name, "unit.c").context
        command = session.config.workload.command
        try:
            with keep(session.candidate, context, name, command, runtime, SETTINGS) as live:
                for candidate in candidates(directory):
                    if candidate.level == "source":
                        yield candidate, live.judge((candidate.step(context),))
        except LlmoptError as error:
            print(f"{name}: {error}")


def kind(answer: Answer) -> str:
    """In which column it counts."""
    if answer.difference:
        return "refuted"
    return "not refuted" if answer.compared else "not asked"


def median(seconds: list[float]) -> str:
    """In milliseconds."""
    return f"{1000 * statistics.median(seconds):.0f}" if seconds else "-"


if __name__ == "__main__":
    sys.exit(main())
