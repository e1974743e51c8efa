"""`llmopt try`: a candidate of yours, or of a tool of yours, goes through the gates.

Exit status: 0 it became a recipe, 1 it did not.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import cast

from rich.console import Console

from llmopt.cli.progress import Progress
from llmopt.cli.project import alone, common, open_project, print_json, print_page
from llmopt.errors import ConfigError
from llmopt.flow.attempt import Attempt, attempt, shown
from llmopt.flow.foreign import Foreign
from llmopt.report.text import recipe_page
from llmopt.values.recipe import OWN
from llmopt.values.step import LEVELS, Level
from llmopt.values.verdict import Passed, describe, verdict_to_json

_SUFFIXES = {".c": "source", ".ll": "ir", ".s": "asm"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    common(parser)
    parser.add_argument("function", metavar="UNIT:FUNCTION", help="for example src/hot.c:product")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--candidate",
        metavar="FILE",
        help="other text for the function: its definition in C, its `define` in LLVM IR, or its "
        "assembly; - reads it from the input",
    )
    what.add_argument(
        "--show", action="store_true", help="print the text as it is now, to be edited"
    )
    parser.add_argument("--level", choices=LEVELS, help="default: by the file's suffix, or source")
    parser.add_argument(
        "--by",
        metavar="NAME",
        default="person",
        help="who made it, for the recipe; default: person",
    )


def run(options: argparse.Namespace) -> int:
    """Tries it."""
    source, _, function = options.function.rpartition(":")
    if not source or not function:
        raise ConfigError(f"expected UNIT:FUNCTION, such as src/hot.c:product: {options.function}")
    if options.by == OWN:
        raise ConfigError(f"--by {OWN} is what llmopt calls its own: say who made the candidate")
    level = cast("Level", options.level or _SUFFIXES.get(Path(options.candidate or "").suffix))
    session = open_project(options)
    console = Console(stderr=True, highlight=False)
    if options.show:
        with alone(session), Progress(console) as progress:
            text = shown(session, progress, source, function, level or "source")
        print_page(text.rstrip("\n"))
        return 0
    if level is None:
        raise ConfigError(
            f"{options.candidate} does not say its level by .c, .ll or .s: say --level"
        )
    candidate = Foreign(
        source, function, level, _text(options.candidate), {"agent": options.by, "by": "llmopt try"}
    )
    with alone(session), Progress(console) as progress:
        done = attempt(session, progress, candidate)
    if options.json:
        print_json(
            {
                "recipe": None if done.recipe is None else done.recipe.to_json(),
                "verdicts": [verdict_to_json(verdict) for verdict in done.verdicts],
            }
        )
    else:
        print_page(_page(done))
    return 0 if done.recipe is not None else 1


def _text(name: str) -> str:
    """Raises ConfigError when there is no such file, or it holds no text."""
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text("utf-8", "surrogateescape")
    except OSError as error:
        raise ConfigError(f"{name}: cannot be read: {error.strerror}") from error


def _page(done: Attempt) -> str:
    if done.recipe is not None:
        return f"{recipe_page(done.recipe)}\n\nbuild again through the launcher to use it"
    last = [verdict for verdict in done.verdicts if not isinstance(verdict, Passed)]
    return "no recipe: " + "\n".join(describe(verdict) for verdict in last)
