"""Models' part of a search: what their agents submit is tried and judged like all else."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from llmopt.agents.level import propose
from llmopt.agents.model_guide import guide
from llmopt.agents.question import Assignment, sketch_of
from llmopt.agents.subject import Move
from llmopt.agents.tester import Untested, strengthen
from llmopt.agents.veil import Veil
from llmopt.budget.ledger import WARNINGS, Account, Ledger, Limits
from llmopt.config.model import Config
from llmopt.errors import NotApplicable, SourceError, ToolFailed
from llmopt.flow.events import Events
from llmopt.flow.gates import Gatekeeper
from llmopt.flow.guide_desk import GuideDesk
from llmopt.flow.level_desk import LevelDesk
from llmopt.flow.searched import Searched
from llmopt.flow.session import Session
from llmopt.flow.spending import Spending
from llmopt.flow.testing import TestDesk
from llmopt.flow.trial import Bench
from llmopt.models.conversation import Enough, Models
from llmopt.store.transcripts import begin_run
from llmopt.values.cost import Cost
from llmopt.values.step import Level


def ledger_of(config: Config) -> Ledger:
    """The user's ledger, with the limits of a project. Raises StoreError."""
    scopes = ("run", "function", "day", "total")
    limits = Limits(*(config.budget.limit(scope) for scope in scopes))
    return Ledger(Path(config.cache) / "ledger.sqlite", limits)


def open_models(session: Session) -> Models:
    """Models to ask in a run that begins now, the only one in its project. Raises ConfigError where
    there is no key, StoreError.
    """
    config, run = session.config, uuid.uuid4().hex[:12]
    models = Models(
        config.model,
        ledger_of(config),
        config.prices,
        begin_run(Path(config.state) / "transcripts", run),
        run,
        session.cache,
    )
    models.connect()
    return models


@dataclass
class Asking:
    """Asks models for versions, in one run of llmopt."""

    session: Session
    events: Events
    bench: Bench
    gates: Gatekeeper
    models: Models
    deadline: float
    _warned: float = 0.0

    @property
    def cost(self) -> Cost:
        """What the run has cost, with what may still have been billed."""
        return self.account.spent + self.account.held

    @property
    def account(self) -> Account:
        """How the run's budget stands."""
        return self.models.ledger.account("run", self.models.run)

    @property
    def spending(self) -> Spending:
        """How the run's budget is split."""
        return Spending(self.session.config, self.models.ledger, self.models.run)

    def allot(self, to_come: Sequence[Searched]) -> None:
        """Gives the first function its part of the budget, among those that can be worked on."""
        self.spending.allot([entry.function for entry in to_come if entry.subject is not None])

    def check_time(self) -> None:
        """Raises Enough, which ends conversations, when no trial may begin any more."""
        if time.monotonic() >= self.deadline:
            raise Enough

    def work(self, entry: Searched, level: Level, parent: int = 0) -> str:
        """Has the small model propose versions at a level, made from another version; the strong
        one, where none was accepted. Returns the last remark.

        Raises what a trial raises, and ConfigError where no model can be asked.
        """
        section = self.session.config.model
        for model in dict.fromkeys(name for name in (section.small, section.strong) if name):
            self.events.stage(f"{entry.function.name}: {model} is asked at level {level}")
            try:
                desk = LevelDesk(self, entry, level, model, parent)
                ended = propose(
                    self.models,
                    model,
                    self._assignment(entry, level, parent),
                    desk.submit,
                    turns=self.spending.turns(level, model),
                    comments=section.comments,
                    choose=desk.choose,
                )
            except NotApplicable as error:
                entry.note = entry.note or f"{level}: {error}"
                return str(error)
            if ended.how not in ("done", "turns"):
                entry.note = f"{model} at level {level}: {ended.how}: {ended.detail}".rstrip(": ")
                self.events.stage(f"{entry.function.name}: {entry.note}")
            if ended.how not in ("budget", "failed") or desk.accepted:
                before = entry.tree.versions[parent].gain
                self.spending.note(entry.function.name, level, model, desk.gain / before)
            self._warn()
            if desk.accepted or ended.how == "budget":
                break
        return ended.said

    def strengthen_tests(self, entry: Searched, *, weak_only: bool) -> str:
        """Has the test agent write generators for a function's tests, or, where they are good and
        `weak_only`, does not; says how they stand then.

        Raises ConfigError where no model can be asked.
        """
        section, name = self.session.config.model, entry.function.name
        assert entry.subject is not None
        model = section.tester or section.small
        try:
            desk = TestDesk(self.gates.suites, entry.subject, self.origin(model), self.check_time)
            found, entry.standing = desk.score, str(desk)
            if weak_only and found and found.value >= self.session.config.gates.min_score:
                return str(desk)
            self.events.stage(f"{name}: {model} writes tests")
            untested = Untested(entry.subject.context, name, desk.contract, found)
            ended = strengthen(
                self.models,
                model,
                untested,
                desk.submit,
                turns=section.turns,
                comments=section.comments,
            )
        except (NotApplicable, SourceError, ToolFailed) as error:
            return f"no tests can be made: {error}"
        entry.standing = str(desk)
        entry.tests = f"{desk} (by {model})"
        if ended.how not in ("done", "turns"):
            entry.tests += f"; {ended.how}: {ended.detail}".rstrip(": ")
        self.events.stage(f"{name}: tests: {entry.tests}")
        self._warn()
        return entry.tests

    def origin(self, model: str) -> dict[str, str]:
        """Who made what a model submits."""
        return {"agent": model, "by": "anthropic", "run": self.models.run}

    def guided(self, entry: Searched, moves: Sequence[Move]) -> bool:
        """Has a model guide the search; returns whether it could be asked until it was done.

        Raises what a trial raises, and ConfigError where no model can be asked.
        """
        section = self.session.config.model
        model = section.guide or section.small
        self.events.stage(f"{entry.function.name}: {model} guides")
        desk = GuideDesk(self, entry, moves)
        veil = Veil(is_open=section.comments)
        try:
            shown = sketch_of(self._assignment(entry, "source"), veil)
        except (NotApplicable, SourceError, ToolFailed) as error:
            entry.note = f"no guide: {error}"
            return False
        name, turns = entry.function.name, section.guide_turns
        ended = guide(self.models, model, name, shown, moves, desk, veil, turns=turns)
        self._warn()
        if ended.how in ("done", "turns"):
            return True
        entry.note = f"{model} as guide: {ended.how}: {ended.detail}".rstrip(": ")
        self.events.stage(f"{entry.function.name}: {entry.note}")
        return False

    @staticmethod
    def _assignment(entry: Searched, level: Level, parent: int = 0) -> Assignment:
        assert entry.subject is not None
        function = entry.function
        steps = entry.subject.below(level, entry.tree.versions[parent].steps)
        return Assignment(
            entry.subject.context, function.name, level, function.share, steps, function.spots
        )

    def _warn(self) -> None:
        account = self.account
        for share in WARNINGS:
            if self._warned < share <= account.share:
                self._warned = share
                self.events.stage(f"{share:.0%} of the run's budget is spent ({account.spent})")
