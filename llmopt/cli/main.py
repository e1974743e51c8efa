"""`llmopt VERB`: finds the verb's file, runs it, and turns errors into one line and a status.

Exit status: 0 done, 1 failed, 2 wrong usage or configuration, 130 interrupted.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from keyword import iskeyword
from pathlib import Path
from typing import Protocol

from llmopt.errors import LlmoptError

#: Verbs in the order in which a new user meets them. Each is a module of this package.
VERBS = {
    "init": "write llmopt.yaml for this project",
    "profile": "find the hot functions of the workload",
    "hot": "show the hot functions",
    "optimize": "look for verified optimizations of the hot functions",
    "try": "take a candidate of your own through the gates",
    "report": "show what was found, with its evidence",
    "explain": "say what the launcher did with a file, and why",
    "stats": "count what the launcher did in the builds, and why it passed units",
    "apply": "make the next build take what is pending",
    "recipes": "list, show, compare and revoke recipes",
    "verify": "run the gates again on stored recipes",
    "mcp": "serve a coding agent: hot functions, try, report as tools",
    "budget": "show what models have cost, and set limits",
    "lock": "pin the recipes that builds use",
    "doctor": "check tools, permissions and the sandbox",
}
_PACKAGE = Path(__file__).parent.parent


class Verb(Protocol):
    """What a verb's module has."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declares the verb's arguments."""

    def run(self, options: argparse.Namespace) -> int:
        """Does it; returns the exit status."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the verb that the words name."""
    try:
        try:
            return _run(list(sys.argv[1:] if argv is None else argv))
        finally:
            sys.stdout.flush()  # here, where somebody listens when it fails
    except BrokenPipeError:
        # Whoever read our output has seen enough; what is left of it goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(words: Sequence[str]) -> int:
    parser = _parser(words)
    options = parser.parse_args(words)
    run: Callable[[argparse.Namespace], int] | None = getattr(options, "run", None)
    if run is None:
        parser.print_help()
        return 0
    try:
        return run(options)
    except LlmoptError as error:
        print(f"llmopt: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("llmopt: interrupted", file=sys.stderr)
        return 130


class _Print(argparse.Action):
    def __call__(self, *_: object) -> None:
        print(self.const)
        raise SystemExit(0)


class _Version(argparse.Action):
    def __call__(self, *_: object) -> None:
        print(f"llmopt {metadata.version('llmopt')}")
        raise SystemExit(0)


def _shipped(folder: str) -> Path:
    """A folder of files for build tools: inside the package, or beside it in a source tree."""
    installed = _PACKAGE / folder
    return installed if installed.is_dir() else _PACKAGE.parent / folder


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="llmopt",
        description="Makes C programs faster inside their normal build.",
        epilog="As a compiler launcher: llmopt cc -O2 -c file.c -o file.o",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    for option, path, help_text in (
        ("--cmake-dir", _shipped("cmake"), "print where LLMOptConfig.cmake is"),
        (
            "--meson-native",
            _shipped("meson") / "llmopt-native.ini",
            "print where the Meson native file is",
        ),
    ):
        parser.add_argument(option, action=_Print, nargs=0, const=str(path), help=help_text)
    verbs = parser.add_subparsers(metavar="VERB")
    for name, summary in VERBS.items():
        verb = verbs.add_parser(name, help=summary, description=summary[0].upper() + summary[1:])
        # Only the verb that is asked for is loaded.
        if name in words:
            # A verb that is a word of Python has its file with an underscore.
            file = f"{name}_" if iskeyword(name) else name
            module: Verb = importlib.import_module(f"llmopt.cli.{file}")
            module.arguments(verb)
            verb.set_defaults(run=module.run)
    return parser
