"""`llmopt recipes`: lists, shows, compares and revokes the recipes of the project."""

from __future__ import annotations

import argparse

from llmopt.cli.project import alone, common, open_project, print_json, print_page
from llmopt.errors import StoreError
from llmopt.flow.recipes import choose, difference, owned, revoke
from llmopt.flow.session import Session
from llmopt.report.text import recipe_page, table

_NAMES = "starts of digests, or functions"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    common(parser)
    actions = parser.add_subparsers(metavar="ACTION", dest="action")
    listed = actions.add_parser("list", help="the recipes of this project (what no action means)")
    common(listed, action=True)
    for action, summary in (
        ("show", "steps, verdicts and where they were made"),
        ("diff", "what they change, against today's source"),
        ("revoke", "never use them again; the next build does without"),
    ):
        parsed = actions.add_parser(action, help=summary)
        common(parsed, action=True)
        parsed.add_argument("recipe", nargs="+", help=_NAMES)
        if action == "revoke":
            parsed.add_argument("--reason", default="revoked by hand", help="why, for the record")


def run(options: argparse.Namespace) -> int:
    """Does one of the four."""
    session = open_project(options)
    match options.action:
        case "show":
            return _show(session, options)
        case "diff":
            return _diff(session, options)
        case "revoke":
            return _revoke(session, options)
        case _:
            return _list(session, options)


def _list(session: Session, options: argparse.Namespace) -> int:
    entries = owned(session)
    if options.json:
        print_json([{**e.recipe.to_json(), "found": e.found} for e in entries])
    elif not entries:
        print("no recipes: run `llmopt optimize`")
    else:
        rows = [
            [
                e.recipe.digest[:12],
                e.recipe.function,
                e.recipe.source,
                f"{e.recipe.speedup.ratio:.2f}x",
                e.found,
                ", ".join(e.recipe.tiers),
            ]
            for e in entries
        ]
        head = ["recipe", "function", "source", "speedup", "found in", "verified"]
        print_page(table(head, rows, right=(3,)))
    return 0


def _show(session: Session, options: argparse.Namespace) -> int:
    recipes = choose(session, options.recipe)
    if options.json:
        print_json([recipe.to_json() for recipe in recipes])
    else:
        print_page("\n\n".join(recipe_page(recipe) for recipe in recipes))
    return 0


def _diff(session: Session, options: argparse.Namespace) -> int:
    recipes = choose(session, options.recipe)
    with alone(session):
        found = {recipe.digest: difference(session, recipe) for recipe in recipes}
    if options.json:
        print_json(found)
    else:
        print_page("\n".join(found.values()).rstrip("\n"))
    return 0


def _revoke(session: Session, options: argparse.Namespace) -> int:
    recipes = choose(session, options.recipe)
    if not options.reason.strip():
        raise StoreError("--reason is empty: say why, for the record")
    with alone(session):
        revoke(session, recipes, options.reason)
    if options.json:
        print_json([recipe.digest for recipe in recipes])
    else:
        for recipe in recipes:
            print(f"revoked: {recipe.function} ({recipe.source}) {recipe.digest[:12]}")
    return 0
