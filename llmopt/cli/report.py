"""`llmopt report`: the last run's recipes with steps, verdicts, evidence and speedups."""

from __future__ import annotations

import argparse

from llmopt.cli.project import common, open_project, print_json
from llmopt.errors import StoreError
from llmopt.report.text import report


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Shows the last run."""
    session = open_project(options)
    last = session.last_run()
    if last is None:
        raise StoreError("nothing to report yet: run `llmopt optimize`")
    recipes = session.last_recipes()
    if options.json:
        print_json({**last, "recipes": [recipe.to_json() for recipe in recipes]})
    else:
        print(report(last, recipes))
    return 0
