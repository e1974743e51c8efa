"""`llmopt lock`: pins the recipes of the last run in llmopt.lock, for everybody who builds."""

from __future__ import annotations

import argparse
from pathlib import Path

from llmopt.cli.project import common, open_project, print_json
from llmopt.errors import StoreError
from llmopt.flow.reindex import reindex
from llmopt.store.lock import read_lock, write_lock


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    common(parser)


def run(options: argparse.Namespace) -> int:
    """Writes the lock and the recipes beside it."""
    session = open_project(options)
    last = session.last_run()
    if last is None:
        raise StoreError("nothing to pin yet: run `llmopt optimize`")
    recipes = session.last_recipes()
    if missing := len(last["recipes"]) - len(recipes):
        raise StoreError(f"{missing} recipes are gone from the cache: run `llmopt optimize` again")
    before = {(p.unit, p.function) for p in read_lock(Path(session.config.root)) or ()}
    if not recipes and not before:
        raise StoreError("the last run found no recipe: nothing to pin")
    path = write_lock(Path(session.config.root), recipes)
    reindex(session)
    if options.json:
        print_json({"lock": str(path), "recipes": [r.digest for r in recipes]})
    else:
        for source, function in sorted(before - {(r.source, r.function) for r in recipes}):
            print(f"no longer pinned: {function} ({source})")
        plural = "s" * (len(recipes) != 1)
        print(f"{path}: {len(recipes)} recipe{plural} pinned; commit it with llmopt-recipes/")
    return 0
