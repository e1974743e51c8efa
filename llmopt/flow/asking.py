"""Models' part of a search: what their agents submit is tried and judged like all else."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from llmopt.agents import subject as agents
from llmopt.agents.level import Assignment, propose
from llmopt.agents.model_guide import guide
from llmopt.agents.subject import Move
from llmopt.budget.ledger import WARNINGS, Ledger, Limits
from llmopt.config.model import BudgetSection, Config
from llmopt.errors import NotApplicable, SourceError, ToolFailed
from llmopt.flow.events import Events
from llmopt.flow.foreign import Foreign, read_step
from llmopt.flow.gates import Gatekeeper, ends
from llmopt.flow.searched import Searched
from llmopt.flow.session import Session
from llmopt.flow.trial import Bench
from llmopt.models.conversation import Models
from llmopt.rewrite.texts import kept_steps
from llmopt.search.tree import Version, VersionTree
from llmopt.values.cost import Cost
from llmopt.values.step import LEVELS, Level, Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, describe


def ledger_of(config: Config) -> Ledger:
    """The user's ledger, with the limits of a project. Raises StoreError."""
    return Ledger(Path(config.cache) / "ledger.sqlite", limits_of(config.budget))


def limits_of(section: BudgetSection) -> Limits:
    """The limits that a project sets."""
    return Limits(*(section.limit(scope) for scope in ("run", "function", "day", "total")))


@dataclass
class Asking:
    """Asks models for versions, in one run of llmopt."""

    session: Session
    events: Events
    bench: Bench
    gates: Gatekeeper
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    _warned: float = 0.0

    def __post_init__(self) -> None:
        config = self.session.config
        self.ledger = ledger_of(config)
        self._models = Models(
            config.model,
            self.ledger,
            config.prices,
            Path(config.state) / "transcripts" / self.run,
            self.run,
        )

    @property
    def cost(self) -> Cost:
        """What the run has cost, with what may still have been billed."""
        account = self.ledger.account("run", self.run)
        return account.spent + account.held

    def work(self, entry: Searched, level: Level, parent: int = 0) -> None:
        """Has the small model propose versions at a level, made from another version; the strong
        one, where none was accepted.

        Raises what a trial raises, and ConfigError where no model can be asked.
        """
        section = self.session.config.model
        for model in dict.fromkeys(name for name in (section.small, section.strong) if name):
            desk = _Desk(self, entry, level, model, parent)
            self.events.stage(f"{entry.function.name}: {model} is asked at level {level}")
            try:
                ended = propose(
                    self._models,
                    model,
                    Assignment(
                        desk.subject.context,
                        entry.function.name,
                        level,
                        entry.function.share,
                        entry.tree.versions[parent].steps,
                    ),
                    desk.submit,
                    turns=section.turns,
                    comments=section.comments,
                )
            except (NotApplicable, SourceError, ToolFailed) as error:
                entry.note = entry.note or f"{level}: {error}"
                return
            if ended.how not in ("done", "turns"):
                entry.note = f"{model} at level {level}: {ended.how}: {ended.detail}".rstrip(": ")
                self.events.stage(f"{entry.function.name}: {entry.note}")
            self._warn()
            if desk.accepted or ended.how == "budget":
                return

    def guided(
        self, entry: Searched, moves: Sequence[Move], usual: Mapping[str, Sequence[int]]
    ) -> bool:
        """Has a model guide the search; returns whether it could be asked until it was done.

        Raises what a trial raises, and ConfigError where no model can be asked.
        """
        section = self.session.config.model
        model = section.guide or section.small
        self.events.stage(f"{entry.function.name}: {model} guides")
        desk = _GuideDesk(self, entry, moves, usual)
        ended = guide(self._models, model, entry.function, moves, desk, turns=section.guide_turns)
        self._warn()
        if ended.how in ("done", "turns"):
            return True
        entry.note = f"{model} as guide: {ended.how}: {ended.detail}".rstrip(": ")
        self.events.stage(f"{entry.function.name}: {entry.note}")
        return False

    def _warn(self) -> None:
        account = self.ledger.account("run", self.run)
        for share in WARNINGS:
            if self._warned < share <= account.share:
                self._warned = share
                self.events.stage(f"{share:.0%} of the run's budget is spent ({account.spent})")


class _GuideDesk:
    """Does what a guide chooses."""

    def __init__(
        self,
        asking: Asking,
        entry: Searched,
        moves: Sequence[Move],
        usual: Mapping[str, Sequence[int]],
    ) -> None:
        self._asking = asking
        self._entry = entry
        self._moves = {move.option.name: move for move in moves}
        self._usual = usual

    @property
    def tree(self) -> VersionTree:
        """The versions so far."""
        return self._entry.tree

    def left(self) -> str:
        """What is left of the budget."""
        account = self._asking.ledger.account("run", self._asking.run)
        return f"Of the run's budget {account.share:.0%} is spent."

    def rewrite(self, level: str, version: int) -> str:
        """Sends an agent to a version."""
        if level not in self._asking.session.config.search.levels:
            return f"this project does not allow changes at level {level}"
        before, parent = self.tree.trials, self.tree.versions[version]
        if not parent.usable:
            return f"version {version} did not pass: nothing can be built on it"
        self._asking.work(self._entry, cast("Level", level), version)
        return f"The agent submitted {self.tree.trials - before} versions."

    def move(self, name: str, version: int) -> str:
        """Applies a move to a version."""
        entry, move, parent = self._entry, self._moves[name], self.tree.versions[version]
        assert entry.subject is not None
        if not parent.usable:
            return f"version {version} did not pass: nothing can be built on it"
        if LEVELS.index(move.option.level) < parent.rank:
            return f"version {version} was changed below level {move.option.level} already"
        function = entry.function.name
        try:
            steps = move.propose(
                agents.Subject(entry.subject.context, function, parent.steps, self._usual)
            )
        except (NotApplicable, SourceError, ToolFailed) as error:
            return f"{name} does not fit: {error}"
        self._asking.events.trying(function, name)
        entry.try_version(self._asking.events, self._asking.bench, name, steps, version)
        return ""


class _Desk:
    """Takes what one conversation submits."""

    def __init__(
        self, asking: Asking, entry: Searched, level: Level, model: str, parent: int
    ) -> None:
        assert entry.subject is not None
        self._parent = parent
        self.subject = entry.subject
        self.accepted = False
        self._asking = asking
        self._entry = entry
        self._level: Level = level
        self._origin = {"agent": model, "by": "anthropic", "run": asking.run}
        self._count = 0

    def submit(self, text: str) -> str:
        """Tries a text, and says what came of it."""
        move = self._new_move()
        parent = self._entry.tree.versions[self._parent]
        function = self._entry.function
        self._asking.events.trying(function.name, move)
        candidate = Foreign(function.source, function.name, self._level, text, self._origin)
        try:
            kept = kept_steps(function.name, self._level, parent.steps)
        except NotApplicable as error:
            return str(error)
        step = read_step(self.subject.context, candidate, kept)
        self._entry.origins[move] = self._origin
        if isinstance(step, (Refuted, Inconclusive)):
            self._entry.add(self._asking.events, Version(0, parent.id, move, (), step, 0.0))
            return describe(step)
        steps = (*kept, step)
        tried = self._entry.try_version(
            self._asking.events, self._asking.bench, move, steps, parent.id
        )
        if not isinstance(tried.verdict, Passed):
            return describe(tried.verdict)
        return self._judged(steps, tried.gain)

    def _new_move(self) -> str:
        """A name that no version has: several conversations may be about one function."""
        known = {version.move for version in self._entry.tree.versions}
        while True:
            self._count += 1
            move = f"{self._origin['agent']} {self._level} {self._count}"
            if move not in known:
                return move

    def _judged(self, steps: tuple[Step, ...], gain: float) -> str:
        least = self._asking.session.config.gates.min_gain
        if gain < least:
            return (
                f"It does the same on the workload, in {1 / gain:.2f} of the original's time: "
                f"not fast enough, at most {1 / least:.2f} is asked for."
            )
        self._asking.bench.leave()
        verdicts = self._asking.gates.judge(self.subject, steps, self._origin)
        failed = [v for v in verdicts if ends(v, self._asking.session.config)]
        if failed:
            return f"{gain:.2f} times as fast on the workload, but: {describe(failed[0])}"
        self.accepted = True
        return f"Accepted: {gain:.2f} times as fast. Submit a faster one, or stop."
