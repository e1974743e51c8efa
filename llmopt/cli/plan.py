"""What `llmopt optimize --dry-run` says: what would be tried, and what it would take at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from llmopt.agents.catalogue import at_levels
from llmopt.flow.asking import ledger_of
from llmopt.flow.growing import runs_again
from llmopt.flow.looking import asked_levels
from llmopt.flow.session import Session
from llmopt.flow.spending import Spending
from llmopt.profile.hot import HotFunction
from llmopt.report.text import table
from llmopt.values.cost import Allowance
from llmopt.values.step import Level


@dataclass(frozen=True)
class Plan:
    """What a run would try and take at most. `levels` are those that models are asked at, `parts`
    what each function may cost; empty where none is asked.
    """

    hot: tuple[HotFunction, ...]
    moves: Sequence[str]
    trials: int
    rounds: int
    workload: float
    seconds: float
    levels: Sequence[Level]
    parts: Sequence[Allowance]

    @property
    def tokens(self) -> int | None:
        """What all models take at most; None where there is no limit."""
        limited = [part.tokens for part in self.parts if part.tokens is not None]
        return sum(limited) if len(limited) == len(self.parts) else None

    def to_json(self) -> dict[str, Any]:
        """The plan as plain data."""
        return {
            "functions": [function.name for function in self.hot],
            "moves": self.moves,
            "most_trials": self.trials,
            "workload_seconds": self.workload,
            "most_seconds": self.seconds,
            "most_tokens": self.tokens,
            "levels": self.levels,
            "parts": [vars(part) for part in self.parts],
        }


def plan_of(session: Session, hot: tuple[HotFunction, ...]) -> Plan:
    """The plan for these functions; the workload is run once. Raises LlmoptError."""
    config = session.config
    seconds = session.original.run(config.workload.command, config.workload.timeout).seconds
    trials = len(hot) * config.search.trials
    # Each round runs the workload three times by the clock and three times under perf.
    rounds = 6 * config.gates.pairs + 1
    # A trial is a run of the workload and a build of one unit; the best are run again.
    again = len(hot) * runs_again(config.search.trials)
    searching = min(trials * (seconds + 1.0) + again * seconds, 60 * config.search.minutes)
    levels: Sequence[Level] = asked_levels(config)
    parts: Sequence[Allowance] = ()
    if levels:
        spending = Spending(config, ledger_of(config))
        levels, parts = spending.in_order(levels), spending.parts(hot)
    moves = [move.option.name for move in at_levels(config.search.levels)]
    total = searching + rounds * seconds
    return Plan(hot, moves, trials, rounds, seconds, total, levels, parts)


def page(plan: Plan) -> str:
    """The plan as text."""
    head = ["share", "function", "source"]
    rows = [[f"{f.share:6.1%}", f.name, f.source] for f in plan.hot]
    if plan.levels:
        head.append("its part of the budget")
        rows = [[*row, str(part)] for row, part in zip(rows, plan.parts, strict=True)]
    return (
        f"{table(head, rows)}\n\n"
        f"at most {plan.trials} trials of {len(plan.moves)} moves ({', '.join(plan.moves)}),\n"
        f"then {plan.rounds} runs to confirm; the workload takes {plan.workload:.1f} s, so at most "
        f"about {plan.seconds / 60:.0f} min,\nand the gates besides. {_asking(plan)}"
    )


def _asking(plan: Plan) -> str:
    if not plan.levels:
        return "No model is asked: 0 tokens."
    most = "any number of" if plan.tokens is None else f"at most {plan.tokens:,}"
    return (
        f"Models are asked at level {', '.join(plan.levels)};\nthey take {most} tokens, as "
        "`budget` in llmopt.yaml and `llmopt budget` allow."
    )
