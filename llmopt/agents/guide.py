"""The offline guide: chooses the next move by what has paid so far, and has it made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from llmopt.agents.subject import Move, Subject
from llmopt.errors import NotApplicable, SourceError, ToolFailed
from llmopt.rewrite.unit import UnitContext
from llmopt.search.policy import choose
from llmopt.search.tree import VersionTree
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
        usual: Mapping[str, Sequence[int]],
        seed: int,
        *,
        inlined: bool = False,
    ) -> None:
        self._moves = {move.option.name: move for move in moves}
        self._context = context
        self._function = function
        self._usual = usual
        self._seed = seed
        self._inlined = inlined
        self._tried: set[tuple[int, str]] = set()
        self._refused: dict[str, str] = {}

    def next(self, tree: VersionTree) -> Proposal | None:
        """The next version to try; None when nothing is expected to pay."""
        options = [move.option for move in self._moves.values()]
        while choice := choose(tree, options, frozenset(self._tried), self._seed):
            self._tried.add((choice.version.id, choice.move))
            subject = Subject(
                self._context, self._function, choice.version.steps, self._usual, self._inlined
            )
            try:
                steps = self._moves[choice.move].propose(subject)
            except (NotApplicable, SourceError, ToolFailed) as error:
                self._refused[choice.move] = str(error)
                continue
            return Proposal(choice.version.id, choice.move, steps)
        return None

    def notes(self) -> str:
        """Why moves did not apply, each reason once; empty when all did."""
        return "; ".join(dict.fromkeys(self._refused.values()))
