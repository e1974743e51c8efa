"""How many generated cases tell each wrong candidate of the corpus from its original?

    .venv/bin/python benchmarks/telling.py [--function NAME ...] [--most 5] [--jobs 2] [--json FILE]

Prints those that at most so many cases tell: where no other gate refutes them, it is luck that the
tests do. Cases of the candidate's own and watched accesses to devices are not counted.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from llmopt.errors import LlmoptError
from llmopt.flow.gates import Gatekeeper
from llmopt.flow.trial import open_subject
from llmopt.harness.compare import telling
from llmopt.harness.suite import Suite
from tests.corpus.runner import Silent, candidates, functions, project


def main() -> int:
    """Counts and prints."""
    options = arguments()
    chosen = [d for d in functions() if not options.function or d.name in options.function]
    found: list[tuple[str, int, int]] = []
    with ProcessPoolExecutor(options.jobs) as pool:
        for done in as_completed([pool.submit(counted, d, options.compiler) for d in chosen]):
            for name, told, cases in done.result():
                if told <= options.most:
                    print(f"{told:4} of {cases} cases tell {name}", flush=True)
            found += done.result()
    if options.json:
        rows = [{"candidate": name, "told": told, "cases": cases} for name, told, cases in found]
        options.json.write_text(json.dumps(sorted(rows, key=lambda row: str(row["candidate"]))))
    return 0


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--function", action="append")
    parser.add_argument("--compiler", default="clang-19")
    parser.add_argument("--most", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def counted(directory: Path, compiler: str) -> list[tuple[str, int, int]]:
    """The wrong candidates of a function, with how many of how many cases tell them."""
    counts = []
    with tempfile.TemporaryDirectory(prefix="llmopt-telling-", dir="/var/tmp") as scratch:
        session = project(directory, Path(scratch), ["identity"], compiler)
        subject = open_subject(session, directory.name, "unit.c")
        harness = Gatekeeper(session, Silent()).suites.of(subject).harness
        known = Suite(harness, secrets.randbits(62)).shared
        for candidate in candidates(directory):
            if candidate.right:
                continue
            try:
                program = harness.program((candidate.step(subject.context),))
                told = telling(harness, known, program)
            except LlmoptError as error:
                print(f"{candidate.name}: {error}", file=sys.stderr)
                continue
            counts.append((candidate.name, told, len(known.cases)))
    return counts


if __name__ == "__main__":
    sys.exit(main())
