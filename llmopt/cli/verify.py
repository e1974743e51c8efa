"""`llmopt verify`: stored recipes pass the gates again, with today's compiler on this machine.

Exit status: 0 all verified, 1 some not.
"""

from __future__ import annotations

import argparse

from rich.console import Console

from llmopt.cli.progress import Progress
from llmopt.cli.project import alone, common, open_project, print_json
from llmopt.errors import StoreError
from llmopt.flow.recipes import choose, owned
from llmopt.flow.verify import verify
from llmopt.values.verdict import Passed, describe, verdict_to_json


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    common(parser)
    parser.add_argument("recipe", nargs="*", help="starts of digests, or functions")
    parser.add_argument("--all", action="store_true", help="all recipes that the builds here use")


def run(options: argparse.Namespace) -> int:
    """Verifies recipes again."""
    session = open_project(options)
    if bool(options.recipe) == options.all:
        raise StoreError("name the recipes to verify, or say --all; `llmopt recipes` lists them")
    if options.all:
        recipes = [entry.recipe for entry in owned(session) if entry.found != "cache"]
        if not recipes:
            raise StoreError("no recipe is used here: run `llmopt optimize`")
    else:
        recipes = choose(session, options.recipe)
    console = Console(stderr=True, highlight=False)
    with alone(session), Progress(console) as progress:
        checked = verify(session, progress, recipes)
    if options.json:
        print_json(
            [
                {
                    "recipe": entry.recipe.digest,
                    "function": entry.recipe.function,
                    "source": entry.recipe.source,
                    "standing": entry.standing,
                    "tiers": entry.recipe.tiers if entry.standing == "verified" else (),
                    "verdicts": [verdict_to_json(verdict) for verdict in entry.verdicts],
                }
                for entry in checked
            ]
        )
    else:
        for entry in checked:
            recipe = entry.recipe
            print(f"{recipe.function}  {recipe.source}  {recipe.digest[:12]}: {entry.standing}")
            for verdict in entry.verdicts:
                if not isinstance(verdict, Passed):
                    print(f"  {describe(verdict)}")
            if entry.standing == "verified":
                print(f"  {', '.join(recipe.tiers)}; {recipe.speedup}")
    return 0 if all(entry.standing == "verified" for entry in checked) else 1
