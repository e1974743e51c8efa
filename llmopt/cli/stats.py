"""`llmopt stats`: what the launcher did in the builds so far, counted."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from pathlib import Path

from llmopt.cli.project import common, open_project, print_json, print_page
from llmopt.flow.stats import HOT, Foreseen, Slowest, Stats, Tally, newest, stats
from llmopt.report.text import table

_BAR = 24
_SLOWEST = 10


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    common(parser)
    parser.add_argument(
        "--builds", metavar="N", type=_count, default=10, help="how many builds; default: 10"
    )
    parser.add_argument(
        "--commands",
        metavar="FILE",
        type=Path,
        help="a compile_commands.json: say what the launcher would do with each command; default: "
        "build/compile_commands.json or compile_commands.json, where there is one",
    )


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"not a number of builds: {text!r}")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Shows the numbers."""
    session = open_project(options)
    found = stats(session, options.commands)
    if options.json:
        print_json(found.to_json(options.builds))
    else:
        print_page(_page(found, options.builds))
    return 0


def _page(found: Stats, most_builds: int) -> str:
    parts = []
    if found.unreadable:
        parts.append(f"{found.unreadable} lines of the log are damaged and not counted")
    if found.overall.launches:
        parts += _log(found, most_builds)
    else:
        parts.append(
            "the log is empty: no hot source was built through the launcher yet\n"
            "(what is not hot goes to the compiler at once and leaves no trace)"
        )
    if found.commands:
        parts.append(_commands(found.commands))
    if found.note:
        parts.append(found.note)
    return "\n\n".join(parts)


def _log(found: Stats, most_builds: int) -> list[str]:
    overall = found.overall
    head = ["build", "launches", "swapped", "direct", "passed", "pending", "launcher", "saved"]
    shown = newest(found.builds, most_builds)
    rows = [[_when(build.begin), *_cells(build.tally)] for build in shown]
    count = len(found.builds)
    rows.append([f"{count} build{'s' * (count != 1)}", *_cells(overall)])
    parts = [table(head, rows, right=range(1, len(head)))]
    if overall.reasons:
        parts.append("passed to the compiler:\n" + _bars(overall.reasons, {}))
    parts.append("slowest launches, by source:\n" + _slowest(found.slowest[:_SLOWEST]))
    notes = []
    if overall.resolved:
        notes.append(f"{overall.resolved} swapped with what was resolved during the build")
    if overall.spent_unknown:
        notes.append(f"{overall.spent_unknown} launches do not tell the launcher's part")
    if overall.saved_unknown:
        notes.append(f"{overall.saved_unknown} direct hits without a compile to compare with")
    if overall.pending:
        notes.append(f"pending: {', '.join(overall.pending)}: `llmopt apply`, then build")
    return [*parts, "\n".join(notes)] if notes else parts


def _cells(tally: Tally) -> list[str]:
    counts = [tally.launches, tally.swapped, tally.direct, tally.passed, len(tally.pending)]
    saved = tally.direct > tally.saved_unknown
    spent = tally.launches > tally.spent_unknown
    return [
        *map(str, counts),
        _seconds(tally.spent_ms) if spent else "-",
        _seconds(tally.saved_ms) if saved else "-",
    ]


def _slowest(found: tuple[Slowest, ...]) -> str:
    rows = [
        [
            _seconds(one.ms),
            "-" if one.own is None else _seconds(one.own),
            str(one.launches),
            one.source,
        ]
        for one in found
    ]
    return table(["longest", "launcher", "launches", "source"], rows, right=(0, 1, 2))


def _commands(foreseen: Foreseen) -> str:
    count = len(foreseen.entries)
    others = f", and {foreseen.others} of other languages" if foreseen.others else ""
    examples: dict[str, str] = {}
    for source, _, reason in foreseen.entries:
        examples.setdefault(reason, source)
    head = (
        f"{foreseen.file}: {count} C command{'s' * (count != 1)}{others};\n"
        f"`{HOT}` is compiled, then swapped where a recipe applies; all else is passed:"
    )
    return f"{head}\n{_bars(foreseen.reasons, examples)}" if count else head.partition(";")[0]


def _bars(counts: Mapping[str, int], examples: Mapping[str, str]) -> str:
    most = max(counts.values())
    rows = [
        [
            str(count),
            reason,
            "#" * max(1, round(_BAR * count / most)),
            f"({examples[reason]}{', ...' * (count > 1)})" if reason in examples else "",
        ]
        for reason, count in counts.items()
    ]
    return table(["  number", "reason", "", ""], rows, right=(0,))


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.2f} s"


def _when(seconds: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))
