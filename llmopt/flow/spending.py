"""How the budget of a run is spent: over its functions, and over the levels of each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from llmopt.agents.level import move_of
from llmopt.budget.ledger import Ledger, Purpose
from llmopt.budget.split import parts
from llmopt.config.model import Config
from llmopt.profile.hot import HotFunction
from llmopt.search import levels as policy
from llmopt.values.cost import Allowance, Cost, Paid
from llmopt.values.step import Level

#: Strategies in which nobody has chosen the levels that are asked at.
_UNCHOSEN = ("all", "pipeline")


@dataclass(frozen=True)
class Spending:
    """Who may spend what in a run; without its name, in one that would begin now."""

    config: Config
    ledger: Ledger
    run: str = ""

    def parts(self, functions: Sequence[HotFunction]) -> list[Allowance]:
        """The most that each function of a run may cost, where each uses all of it."""
        each = Allowance.left(self.ledger.account("function").limit, Cost())
        return parts(self.ledger.left(self.run), [f.share for f in functions], each)

    def allot(self, functions: Sequence[HotFunction]) -> Allowance:
        """Gives the first of the functions that are still to be worked on its part."""
        shares = [function.share for function in functions]
        return self.ledger.allot(self.run, functions[0].name, shares)

    def in_order(self, levels: Sequence[Level]) -> tuple[Level, ...]:
        """The levels in the order in which models are asked at them."""
        if self.config.search.strategy != "all":
            return tuple(levels)
        section, known = self.config.model, self.ledger.paid()
        models = {section.small, section.strong}
        return policy.in_order(
            levels,
            {
                level: sum((known.get((m, move_of(level)), Paid()) for m in models), Paid())
                for level in levels
            },
        )

    def turns(self, level: Level, model: str) -> int:
        """How many answers a model may give in a conversation at a level."""
        most = self.config.model.turns
        if self.config.search.strategy not in _UNCHOSEN:
            return most
        return policy.turns(most, self.ledger.paid().get((model, move_of(level)), Paid()))

    def note(self, function: str, level: Level, model: str, gain: float) -> None:
        """Notes how many times as fast as what it was given a conversation has made a function."""
        purpose = Purpose(self.run, function, model, move_of(level))
        self.ledger.note(purpose, max(0.0, math.log(gain)))
