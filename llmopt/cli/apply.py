"""`llmopt apply`: makes the next build take what is pending."""

from __future__ import annotations

import argparse

from llmopt.cli.project import common, open_project, print_json, print_page
from llmopt.errors import StoreError
from llmopt.flow.apply import Judged, judge, touch


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    common(parser)
    parser.add_argument("--dry-run", action="store_true", help="say what would be touched")


def run(options: argparse.Namespace) -> int:
    """Touches the sources that are due. Exit status 1 when one of them cannot be touched."""
    session = open_project(options)
    judged = judge(session)
    due = [one for one in judged if one.due]
    left = [one for one in judged if not one.due]
    if not options.dry_run:
        due = [touch(session, one) for one in due]
    if options.json:
        print_json(
            {
                "dry_run": options.dry_run,
                "due": [one.to_json() for one in due],
                "left": [one.to_json() for one in left],
            }
        )
    elif page := _page(due, left, dry_run=options.dry_run):
        print_page(page)
    if failed := [one for one in due if one.error]:
        raise StoreError("\n".join(map(_advice, failed)))
    return 0


def _page(due: list[Judged], left: list[Judged], *, dry_run: bool) -> str:
    lines = [f"left     {one.source}: {one.why}" for one in left]
    verb = "would touch" if dry_run else "touched"
    touched = [one for one in due if not one.error]
    lines += [f"{verb}  {one.source}: {one.why}" for one in touched]
    if touched and not dry_run:
        lines.append("build again through the launcher to use what is pending")
    return "\n".join(lines) if due else "\n".join([*lines, "nothing to do"])


def _advice(failed: Judged) -> str:
    objects = " ".join(failed.outputs) or "its object"
    return (
        f"{failed.source} cannot be touched ({failed.error}): to have it compiled again, remove "
        f"{objects}"
    )
