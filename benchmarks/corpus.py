"""How strong are the gates? Every candidate of the corpus before every gate, each by itself.

    .venv/bin/python benchmarks/corpus.py [--gate NAME ...] [--function NAME ...] [--compiler CC]
        [--jobs 2] [--json FILE] [--up-to-refuted] [--every N] [--mutants]

Without --gate, all but the time gate, and but equivalence where there is no alive-tv. Prints for
each gate and for all together: wrong candidates refuted, not told and admitted; right ones passed,
not told and refused. Then everything that is not as it should be. The status is 1 where a wrong
candidate is admitted by all gates together. `--up-to-refuted` asks gates in order of cost and none
behind the one that refutes, as `llmopt optimize` does: that is quicker, and says of each gate what
it stopped. `--every N` takes every Nth candidate. `--mutants` takes, in place of the candidates,
the mutants of each function that its tests do not tell from it; those that all gates admit are
shown with their difference, for a person to see whether they are mutants at all.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from llmopt.config.model import GATES
from llmopt.report.text import table
from llmopt.toolchain import alive
from llmopt.values.verdict import Inconclusive, Passed, Refuted, verdict_to_json
from tests.corpus.runner import Judged, candidates, functions, judge, shown, survivors

_TOGETHER = "all together"


def main() -> int:
    """Judges, prints, and says whether anything wrong was admitted."""
    options = arguments()
    gates = options.gate or [gate for gate in GATES if gate not in without()]
    chosen = [d for d in functions() if not options.function or d.name in options.function]
    start = time.perf_counter()
    judged: list[Judged] = []
    with ProcessPoolExecutor(options.jobs) as pool:
        running = {pool.submit(all_of, d, gates, options): d.name for d in chosen}
        for done in as_completed(running):
            judged += done.result()
            print(f"{running[done]}: {len(done.result())} candidates", file=sys.stderr, flush=True)
            if options.json:  # what is done is not lost
                text = json.dumps(plain(judged, time.perf_counter() - start), indent=1)
                options.json.write_text(text)
    judged.sort(key=lambda entry: entry.candidate.name)
    seconds = time.perf_counter() - start
    print(page(judged, gates, seconds))
    return int(any(not e.candidate.right and e.together == "passed" for e in judged))


def without() -> set[str]:
    """The gates that are not asked unless they are named."""
    return {"time"} if alive.installed() else {"time", "equivalence"}


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--gate", action="append", choices=GATES)
    parser.add_argument("--function", action="append")
    parser.add_argument("--compiler", default="clang-19")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--up-to-refuted", action="store_true")
    parser.add_argument("--mutants", action="store_true")
    parser.add_argument("--every", type=int, default=1, metavar="N")
    return parser.parse_args()


def all_of(directory: Path, gates: Sequence[str], options: argparse.Namespace) -> list[Judged]:
    """The candidates of one function."""
    with tempfile.TemporaryDirectory(prefix="llmopt-corpus-", dir="/var/tmp") as scratch:
        chosen = (
            survivors(directory, Path(scratch), options.compiler)
            if options.mutants
            else candidates(directory)
        )[:: options.every]
        each = not options.up_to_refuted
        return list(judge(directory, Path(scratch), gates, options.compiler, chosen, each=each))


def page(judged: Sequence[Judged], gates: Sequence[str], seconds: float) -> str:
    """The figures and everything worth a look."""
    wrong = [entry for entry in judged if not entry.candidate.right]
    right = [entry for entry in judged if entry.candidate.right]
    rows = []
    for gate in [*gates, _TOGETHER]:
        bad = Counter(said(entry, gate) for entry in wrong)
        good = Counter(said(entry, gate) for entry in right)
        rows.append(
            [gate]
            + [str(bad[word]) for word in ("refuted", "inconclusive", "passed")]
            + [str(good[word]) for word in ("passed", "inconclusive", "refuted")]
        )
    head = [
        "gate",
        "wrong: refuted",
        "not told",
        "admitted",
        "right: passed",
        "not told",
        "refused",
    ]
    levels = Counter((e.candidate.level, e.candidate.right) for e in judged)
    parts = [
        f"{len({e.candidate.path.parent for e in judged})} functions; "
        + "; ".join(
            f"{level}: {levels[level, True]} right, {levels[level, False]} wrong"
            for level in ("source", "ir", "asm")
        )
        + f"; {seconds:.0f} s",
        table(head, rows, right=range(1, 7)),
    ]
    amiss = [e for e in wrong if e.together != "refuted"]
    amiss += [e for e in right if e.together != "passed"]
    if amiss:
        parts.append("not as it should be:\n" + "\n".join(shown(entry) for entry in amiss))
    return "\n\n".join(parts)


def said(entry: Judged, gate: str) -> str:
    """What a gate, or all together, said of a candidate."""
    if gate == _TOGETHER:
        return entry.together
    match entry.verdicts.get(gate):
        case Passed():
            return "passed"
        case Refuted():
            return "refuted"
        case Inconclusive():
            return "inconclusive"
        case None:
            return "not asked"


def plain(judged: Sequence[Judged], seconds: float) -> dict[str, object]:
    """Everything, for scripts."""
    return {
        "seconds": round(seconds, 1),
        "candidates": [
            {
                "candidate": entry.candidate.name,
                "right": entry.candidate.right,
                "why": entry.candidate.why,
                "together": entry.together,
                "seconds": round(entry.seconds, 3),
                "stopped_by": [
                    gate for gate, v in entry.verdicts.items() if isinstance(v, Refuted)
                ],
                "verdicts": {gate: verdict_to_json(v) for gate, v in entry.verdicts.items()},
            }
            for entry in judged
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
