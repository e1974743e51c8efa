"""What a guide chooses is done, and told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from llmopt.agents import subject as agents
from llmopt.agents.subject import Move
from llmopt.errors import NotApplicable, SourceError, ToolFailed
from llmopt.flow.searched import Searched
from llmopt.search.tree import VersionTree
from llmopt.values.step import LEVELS, Level

if TYPE_CHECKING:
    from llmopt.flow.asking import Asking

#: Characters of an agent's last remark.
_REMARK = 500


class GuideDesk:
    """Does what a guide chooses."""

    def __init__(self, asking: Asking, entry: Searched, moves: Sequence[Move]) -> None:
        self._asking = asking
        self._entry = entry
        self._moves = {move.option.name: move for move in moves}

    @property
    def tree(self) -> VersionTree:
        """The versions so far."""
        return self._entry.tree

    def left(self) -> str:
        """What is left of the budget."""
        models = self._asking.models
        account = models.ledger.account("part", models.run, self._entry.function.name)
        spent = f"Of this function's part of the budget {account.share:.0%} is spent."
        return f"{spent} Its tests: {self._entry.standing or 'not asked'}."

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
        remark = self._asking.work(self._entry, cast("Level", level), version)
        done = f"The agent submitted {self.tree.trials - before} versions"
        return f"{done}, and says: {remark[:_REMARK]}" if remark else f"{done}."

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
                agents.Subject(
                    entry.subject.context,
                    function,
                    parent.steps,
                    entry.seen,
                    entry.subject.inlined,
                )
            )
        except (NotApplicable, SourceError, ToolFailed) as error:
            return f"{name} does not fit: {error}"
        self._asking.events.trying(function, name)
        entry.try_version(self._asking.events, self._asking.bench, name, steps, version)
        return ""
