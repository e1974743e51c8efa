"""`llmopt optimize`: looks for verified optimizations of the hot functions, with live progress."""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from typing import get_args, get_type_hints

from rich.console import Console

from llmopt.agents.catalogue import at_levels
from llmopt.cli.progress import Progress
from llmopt.cli.project import alone, common, open_project, print_json
from llmopt.config.model import ModelSection, Strategy
from llmopt.errors import ConfigError
from llmopt.flow.asking import ledger_of
from llmopt.flow.optimize import asked_levels, optimize, prepare
from llmopt.flow.session import Session
from llmopt.profile.hot import HotFunction
from llmopt.report.text import report, table


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
        return _dry_run(session, hot, as_json=options.json)
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


def _dry_run(session: Session, hot: tuple[HotFunction, ...], *, as_json: bool) -> int:
    """What would be done, and about how long it would take at most."""
    config = session.config
    # A trial is a run of the workload and a build of one unit.
    seconds = session.original.run(config.workload.command, config.workload.timeout).seconds
    most = len(hot) * config.search.trials
    # Each round runs the workload three times by the clock and three times under perf.
    rounds = 6 * config.gates.pairs + 1
    searching = min(most * (seconds + 1.0), 60 * config.search.minutes)
    total = searching + rounds * seconds
    tokens = _most_tokens(session, len(hot))
    moves = [move.option.name for move in at_levels(config.search.levels)]
    if as_json:
        print_json(
            {
                "functions": [f.name for f in hot],
                "moves": moves,
                "most_trials": most,
                "workload_seconds": seconds,
                "most_seconds": total,
                "most_tokens": tokens,
            }
        )
        return 0
    print(
        table(["share", "function", "source"], [[f"{f.share:6.1%}", f.name, f.source] for f in hot])
    )
    print(
        f"\nat most {most} trials of {len(moves)} moves ({', '.join(moves)}),\n"
        f"then {rounds} runs to confirm; the workload takes {seconds:.1f} s, so at most about "
        f"{total / 60:.0f} min,\nand the gates besides. {_tokens(session, tokens)}"
    )
    return 0


def _most_tokens(session: Session, functions: int) -> int | None:
    """The most that models can take: what is left of the limits; None where there are none."""
    if not asked_levels(session.config):
        return 0
    ledger = ledger_of(session.config)
    left = [
        max(0, account.limit.tokens - (account.spent + account.held).tokens)
        for account in (ledger.account(scope) for scope in ("run", "day", "total"))
        if account.limit.tokens
    ]
    if each := ledger.account("function").limit.tokens:
        left.append(functions * each)
    return min(left, default=None)


def _tokens(session: Session, tokens: int | None) -> str:
    if tokens == 0 and not asked_levels(session.config):
        return "No model is asked: 0 tokens."
    most = "any number of" if tokens is None else f"at most {tokens:,}"
    return f"Models take {most} tokens, as `budget` in llmopt.yaml and `llmopt budget` allow."
