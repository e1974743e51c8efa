"""The offline guide: chooses the next move by what has paid so far, and has it made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from llmopt.agents.subject import Move, Seen, Subject
from llmopt.errors import NotApplicable, SourceError, ToolFailed
from llmopt.rewrite.unit import UnitContext
from llmopt.search.policy import Choice, choose
from llmopt.search.tree import Version, VersionTree
from llmopt.values.step import Step


@dataclass(frozen=True)
class Proposal:
    """A version to try: the move, the version it starts from, and all its steps."""

    parent: int
    move: str
    steps: tuple[Step, ...]


class Guide:
    """Guides the search for one function. The same seed gives the same proposals."""

    def __init__(
        self,
        moves: Sequence[Move],
        context: UnitContext,
        function: str,
        seen: Seen,
        seed: int,
        *,
        inlined: bool = False,
    ) -> None:
        self._moves = {move.option.name: move for move in moves}
        self._context = context
        self._function = function
        self._seen = seen
        self._seed = seed
        self._inlined = inlined
        self._tried: set[tuple[int, str]] = set()
        self._refused: dict[str, str] = {}
        #: What moves made of versions, or why they did not: the same whenever it is asked for.
        self._made: dict[tuple[int, str], Proposal | str] = {}

    def next(self, tree: VersionTree) -> Proposal | None:
        """The next version to try; None when nothing is expected to pay."""
        while choice := self._choose(tree, self._tried):
            self._tried.add((choice.version.id, choice.move))
            made = self._make(choice)
            if isinstance(made, Proposal):
                return made
            self._refused[choice.move] = made
        return None

    def start(self, tree: VersionTree) -> Version | None:
        """The version that the next one is going to be made from, if no move refuses."""
        choice = self._choose(tree, self._tried)
        return choice.version if choice else None

    def ahead(self, tree: VersionTree, count: int) -> list[Proposal]:
        """What comes next, `count` at most, if nothing that is tried until then tells otherwise."""
        tried = set(self._tried)
        found: list[Proposal] = []
        while len(found) < count and (choice := self._choose(tree, tried)):
            tried.add((choice.version.id, choice.move))
            made = self._make(choice)
            if isinstance(made, Proposal):
                found.append(made)
        return found

    def notes(self) -> str:
        """Why moves did not apply, each reason once; empty when all did."""
        return "; ".join(dict.fromkeys(self._refused.values()))

    def _choose(self, tree: VersionTree, tried: set[tuple[int, str]]) -> Choice | None:
        options = [move.option for move in self._moves.values()]
        return choose(tree, options, frozenset(tried), self._seed)

    def _make(self, choice: Choice) -> Proposal | str:
        version, move = choice.version, choice.move
        if (version.id, move) not in self._made:
            subject = Subject(
                self._context, self._function, version.steps, self._seen, self._inlined
            )
            made: Proposal | str
            try:
                made = Proposal(version.id, move, self._moves[move].propose(subject))
            except (NotApplicable, SourceError, ToolFailed) as error:
                made = str(error)
            self._made[version.id, move] = made
        return self._made[version.id, move]
