"""`llmopt optimize`: looks for verified optimizations of the hot functions, with live progress."""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from typing import get_args, get_type_hints

from rich.console import Console

from llmopt.cli.plan import page, plan_of
from llmopt.cli.progress import Progress
from llmopt.cli.project import alone, common, open_project, print_json
from llmopt.config.model import ModelSection, Strategy
from llmopt.errors import ConfigError
from llmopt.flow.optimize import optimize, prepare
from llmopt.flow.session import Session
from llmopt.report.text import report


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    common(parser)
    parser.add_argument("function", nargs="*", help="only these functions; default: all hot ones")
    parser.add_argument(
        "--model",
        choices=[*get_args(get_type_hints(ModelSection)["provider"])],
        help="who is asked for versions besides llmopt's own moves; default: model.provider",
    )
    parser.add_argument(
        "--strategy", choices=get_args(Strategy), help="default: search.strategy of llmopt.yaml"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be tried and what it would cost"
    )


def run(options: argparse.Namespace) -> int:
    """Optimizes the project."""
    session = _with_options(open_project(options), options)
    console = Console(stderr=True, highlight=False)
    deadline = time.monotonic() + 60 * session.config.search.minutes
    with alone(session), Progress(console, deadline) as progress:
        if options.dry_run:
            hot = prepare(session, progress, options.function)
        else:
            result = optimize(session, progress, options.function)
    if options.dry_run:
        plan = plan_of(session, hot)
        if options.json:
            print_json(plan.to_json())
        else:
            print(page(plan))
        return 0
    last = session.last_run() or {}
    if options.json:
        print_json({**last, "recipes": [recipe.to_json() for recipe in result.recipes]})
    else:
        print(report(last, result.recipes))
        if result.recipes:
            print(
                f"\nbuild again through the launcher to use them; new trials: {result.new_trials}"
            )
    return 130 if result.interrupted else 0


def _with_options(session: Session, options: argparse.Namespace) -> Session:
    """The project as the command line would have it. Raises ConfigError."""
    config = session.config
    if options.model:
        config = replace(config, model=replace(config.model, provider=options.model))
    if options.strategy:
        config = replace(config, search=replace(config.search, strategy=options.strategy))
    asks = config.search.strategy not in ("all", "offline")
    if asks and config.model.provider == "none":
        raise ConfigError(
            f"strategy {config.search.strategy} asks a model: say --model anthropic, or set "
            "model.provider"
        )
    return replace(session, config=config)
