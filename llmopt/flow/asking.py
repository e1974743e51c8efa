"""Models' part of a search: what their agents submit is tried and judged like all else."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from llmopt.agents import subject as agents
from llmopt.agents.findings import later_findings
from llmopt.agents.level import propose
from llmopt.agents.model_guide import guide
from llmopt.agents.question import Assignment
from llmopt.agents.subject import Move
from llmopt.agents.tester import Untested, strengthen
from llmopt.budget.ledger import WARNINGS, Account, Ledger, Limits
from llmopt.config.model import Config
from llmopt.errors import NotApplicable, SourceError, ToolFailed
from llmopt.flow.events import Events
from llmopt.flow.foreign import Foreign, read_step
from llmopt.flow.gates import Gatekeeper, ends
from llmopt.flow.searched import Searched
from llmopt.flow.session import Session
from llmopt.flow.spending import Spending
from llmopt.flow.testing import TestDesk
from llmopt.flow.trial import Bench
from llmopt.models.conversation import Enough, Models
from llmopt.rewrite.texts import kept_steps
from llmopt.search.tree import Version, VersionTree
from llmopt.store.transcripts import begin_run
from llmopt.values.cost import Cost
from llmopt.values.step import LEVELS, Donor, Level, Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, describe


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

    def work(self, entry: Searched, level: Level, parent: int = 0) -> None:
        """Has the small model propose versions at a level, made from another version; the strong
        one, where none was accepted.

        Raises what a trial raises, and ConfigError where no model can be asked.
        """
        section = self.session.config.model
        for model in dict.fromkeys(name for name in (section.small, section.strong) if name):
            self.events.stage(f"{entry.function.name}: {model} is asked at level {level}")
            try:
                desk = _Desk(self, entry, level, model, parent)
                ended = propose(
                    self.models,
                    model,
                    Assignment(
                        desk.subject.context,
                        entry.function.name,
                        level,
                        entry.function.share,
                        entry.tree.versions[parent].steps,
                        entry.function.spots,
                    ),
                    desk.submit,
                    turns=self.spending.turns(level, model),
                    comments=section.comments,
                    choose=desk.choose,
                )
            except NotApplicable as error:
                entry.note = entry.note or f"{level}: {error}"
                return
            if ended.how not in ("done", "turns"):
                entry.note = f"{model} at level {level}: {ended.how}: {ended.detail}".rstrip(": ")
                self.events.stage(f"{entry.function.name}: {entry.note}")
            if ended.how not in ("budget", "failed") or desk.accepted:
                before = entry.tree.versions[parent].gain
                self.spending.note(entry.function.name, level, model, desk.gain / before)
            self._warn()
            if desk.accepted or ended.how == "budget":
                return

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
            found = desk.score
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
        entry.tests = f"{desk} (by {model})"
        if ended.how not in ("done", "turns"):
            entry.tests += f"; {ended.how}: {ended.detail}".rstrip(": ")
        self.events.stage(f"{name}: tests: {entry.tests}")
        self._warn()
        return entry.tests

    def origin(self, model: str) -> dict[str, str]:
        """Who made what a model submits."""
        return {"agent": model, "by": "anthropic", "run": self.models.run}

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
        ended = guide(self.models, model, entry.function, moves, desk, turns=section.guide_turns)
        self._warn()
        if ended.how in ("done", "turns"):
            return True
        entry.note = f"{model} as guide: {ended.how}: {ended.detail}".rstrip(": ")
        self.events.stage(f"{entry.function.name}: {entry.note}")
        return False

    def _warn(self) -> None:
        account = self.account
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
        models = self._asking.models
        account = models.ledger.account("part", models.run, self._entry.function.name)
        return f"Of this function's part of the budget {account.share:.0%} is spent."

    def strengthen(self) -> str:
        """Has the tests of the function made better."""
        self._asking.check_time()
        return f"Tests: {self._asking.strengthen_tests(self._entry, weak_only=False)}"

    def rewrite(self, level: str, version: int) -> str:
        """Sends an agent to a version."""
        self._asking.check_time()
        if level not in self._asking.session.config.search.levels:
            return f"this project does not allow changes at level {level}"
        before, parent = self.tree.trials, self.tree.versions[version]
        if not parent.usable:
            return f"version {version} did not pass: nothing can be built on it"
        self._asking.work(self._entry, cast("Level", level), version)
        return f"The agent submitted {self.tree.trials - before} versions."

    def move(self, name: str, version: int) -> str:
        """Applies a move to a version."""
        self._asking.check_time()
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
    """Takes what one conversation submits. Raises NotApplicable where the version that it starts
    from cannot be changed at the level.
    """

    def __init__(
        self, asking: Asking, entry: Searched, level: Level, model: str, parent: int
    ) -> None:
        assert entry.subject is not None
        self.subject = entry.subject
        self._parent = parent
        self._kept = kept_steps(entry.function.name, level, entry.tree.versions[parent].steps)
        self.accepted = False
        self.gain = entry.tree.versions[parent].gain
        self._asking = asking
        self._entry = entry
        self._level: Level = level
        self._origin = asking.origin(model)
        self._count = 0

    def submit(self, text: str) -> str:
        """Tries a text, and says what came of it."""
        self._asking.check_time()
        move = self._new_move()
        function = self._entry.function
        self._asking.events.trying(function.name, move)
        candidate = Foreign(function.source, function.name, self._level, text, self._origin)
        step = read_step(self.subject.context, candidate, self._kept)
        self._entry.origins[move] = self._origin
        if isinstance(step, (Refuted, Inconclusive)):
            self._entry.add(self._asking.events, Version(0, self._parent, move, (), step, 0.0))
            return describe(step)
        return self._tried(move, (*self._kept, step))

    def choose(self, kind: str, donor: Donor) -> str:
        """Tries the function as another build makes it, and says what came of it."""
        self._asking.check_time()
        move = self._new_move(kind)
        self._asking.events.trying(self._entry.function.name, move)
        self._entry.origins[move] = self._origin
        return self._tried(move, (*self._kept, donor))

    def _tried(self, move: str, steps: tuple[Step, ...]) -> str:
        tried = self._entry.try_version(
            self._asking.events, self._asking.bench, move, steps, self._parent
        )
        if not isinstance(tried.verdict, Passed):
            return describe(tried.verdict)
        return self._judged(steps, tried.gain)

    def _new_move(self, *kind: str) -> str:
        """A name that no version has: several conversations may be about one function."""
        known = {version.move for version in self._entry.tree.versions}
        while True:
            self._count += 1
            move = " ".join((self._origin["agent"], self._level, *kind, str(self._count)))
            if move not in known:
                return move

    def _judged(self, steps: tuple[Step, ...], gain: float) -> str:
        least = self._asking.session.config.gates.min_gain
        if gain < least:
            context, function = self.subject.context, self._entry.function.name
            found = later_findings(context, function, self._level, steps)
            return (
                f"It does the same on the workload, in {1 / gain:.2f} of the original's time: "
                f"not fast enough, at most {1 / least:.2f} is asked for.\n\n{found}"
            ).rstrip()
        self._asking.bench.leave()
        verdicts = self._asking.gates.judge(self.subject, steps, self._origin)
        failed = [v for v in verdicts if ends(v, self._asking.session.config)]
        if failed:
            return f"{gain:.2f} times as fast on the workload, but: {describe(failed[0])}"
        self.accepted = True
        self.gain = max(self.gain, gain)
        return f"Accepted: {gain:.2f} times as fast. Submit a faster one, or stop."
