"""`llmopt budget`: what models have cost, what is left, and limits of your own for all projects."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from llmopt.budget.ledger import Account, Ledger
from llmopt.cli.project import common, open_project, print_json, print_page
from llmopt.errors import ConfigError
from llmopt.flow.asking import ledger_of
from llmopt.report.text import table
from llmopt.values.cost import Cost

_SCOPES = ("run", "day", "total")
_BAR = 20


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    common(parser)
    parser.add_argument(
        "--set",
        metavar="LIMIT=N",
        action="append",
        default=[],
        help="a limit of yours for all projects: run_tokens, run_dollars, function_tokens, "
        "function_dollars, day_tokens, day_dollars, total_tokens or total_dollars; 0: none. Where "
        "llmopt.yaml has one as well, the smaller one holds",
    )


def run(options: argparse.Namespace) -> int:
    """Sets what is to be set, and shows how things stand."""
    ledger = ledger_of(open_project(options).config)
    for text in options.set:
        _set(ledger, text)
    latest = ledger.latest_run()
    accounts = [ledger.account(scope, latest) for scope in _SCOPES]
    moves = ledger.by_move(latest)
    if options.json:
        print_json(
            {
                "accounts": [
                    {
                        "scope": account.scope,
                        "spent": vars(account.spent),
                        "held": vars(account.held),
                        "limit": vars(account.limit),
                    }
                    for account in accounts
                ],
                "last_run": [
                    {"function": function, "model": model, "move": move, **vars(cost)}
                    for (function, model, move), cost in moves.items()
                ],
            }
        )
        return 0
    rows = [[*purpose, str(cost)] for purpose, cost in sorted(moves.items())]
    parts = [_page(accounts)]
    if rows:
        parts.append("the last run:\n" + table(["function", "model", "move", "cost"], rows))
    print_page("\n\n".join(parts))
    return 0


def _set(ledger: Ledger, text: str) -> None:
    """Raises ConfigError when it names no limit, or no number."""
    name, _, number = text.partition("=")
    scope, _, unit = name.partition("_")
    if scope not in (*_SCOPES, "function") or unit not in ("tokens", "dollars"):
        raise ConfigError(f"--set {text}: expected a limit such as day_tokens=100000")
    try:
        amount = float(number)
    except ValueError:
        amount = -1.0
    if not 0 <= amount < 1e12:
        raise ConfigError(f"--set {text}: expected a number from 0, found {number!r}")
    own = ledger.own_limit(scope)
    tokens = int(amount) if unit == "tokens" else own.tokens
    paid = round(amount * 1e6) if unit == "dollars" else own.microdollars
    ledger.set_limit(scope, Cost(tokens, paid))


def _page(accounts: Sequence[Account]) -> str:
    rows = [
        [
            "last run" if account.scope == "run" else account.scope,
            str(account.spent),
            str(account.held) if account.held != Cost() else "",
            str(account.limit) if account.limit != Cost() else "no limit",
            _bar(account.share) if account.limit != Cost() else "",
        ]
        for account in accounts
    ]
    return table(["", "spent", "held", "limit", ""], rows)


def _bar(share: float) -> str:
    full = round(min(share, 1.0) * _BAR)
    return f"[{'#' * full}{'.' * (_BAR - full)}] {share:.0%}"
