"""`llmopt explain FILE`: what the launcher did with a file last, and why."""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import Any

from llmopt.cli.project import common, open_project, print_json, print_page
from llmopt.errors import StoreError
from llmopt.flow.explain import explain


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    common(parser)
    parser.add_argument("file", help="a C source of the project")


def run(options: argparse.Namespace) -> int:
    """Explains one file."""
    session = open_project(options)
    source = os.path.relpath(os.path.abspath(options.file), session.config.root)
    if not (Path(session.config.root) / source).exists():
        raise StoreError(f"{options.file}: no such file in {session.config.root}")
    facts = explain(session, source)
    if options.json:
        print_json(facts)
    else:
        print_page(_page(facts))
    return 0


def _page(facts: dict[str, Any]) -> str:
    lines = [f"{facts['source']}: {facts['summary']}"]
    for event in facts["events"]:
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(event["time"]))
        took = f"{event['ms']:.0f} ms"
        lines.append(f"  {when}  {event['output']}: {event['action']}, {event['reason']} ({took})")
    for unit in facts["resolved"]:
        for applied in unit.get("applied", []):
            levels = ", ".join(applied["levels"])
            lines.append(f"  recipe   {applied['function']}: {applied['recipe'][:12]} ({levels})")
        lines += [f"  refused  {r['function']}: {r['reason']}" for r in unit.get("refused", [])]
        if "error" in unit:
            lines.append(f"  error    {unit['error']}")
    return "\n".join(lines)
