"""The strategies: who looks for versions of a function, and in which order."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from llmopt.agents.catalogue import at_levels
from llmopt.agents.guide import Guide
from llmopt.agents.subject import Move
from llmopt.config.model import Config
from llmopt.errors import LedgerError
from llmopt.flow.asking import Asking
from llmopt.flow.events import Events
from llmopt.flow.experience import learn, seeded
from llmopt.flow.growing import Growing
from llmopt.flow.searched import Searched
from llmopt.flow.session import Session
from llmopt.flow.trial import Bench
from llmopt.values.step import LEVELS, Level

#: Strategies in which llmopt's own guide looks as well, or in the place of a model that cannot.
_OWN = ("all", "offline", "guided")


def asked_levels(config: Config) -> tuple[Level, ...]:
    """The levels at which a model is asked."""
    if config.model.provider == "none" or config.search.strategy == "offline":
        return ()
    _, _, only = config.search.strategy.partition(":")
    return tuple(level for level in LEVELS if level in config.search.levels and only in ("", level))


@dataclass
class Looking:
    """Looks for versions of functions, in one run of llmopt; `asking` where models take part."""

    session: Session
    events: Events
    bench: Bench
    deadline: float
    asking: Asking | None

    def look(self, entry: Searched, to_come: Sequence[Searched]) -> None:
        """Looks for versions of the first of those to come. Raises what a trial raises."""
        if self._is_late:
            return
        done = False
        shown = self._may_be_shown(entry)
        with self._ledger_at_hand():
            done = shown and self._guided(entry, to_come)
        if not done and self.session.config.search.strategy in _OWN:
            self._search(entry, to_come)
        with self._ledger_at_hand():
            if shown:
                self._ask_at_levels(entry)

    def _may_be_shown(self, entry: Searched) -> bool:
        if self.asking is None or self.session.config.model.may_show(entry.function.source):
            return self.asking is not None
        entry.note = f"{entry.function.source} is not among model.files: no model was asked"
        return False

    @property
    def _is_late(self) -> bool:
        return time.monotonic() >= self.deadline

    @contextmanager
    def _ledger_at_hand(self) -> Iterator[None]:
        """Where the ledger breaks, nobody is asked any more, and what was found stays."""
        try:
            yield
        except LedgerError as error:
            self.asking = None
            self.events.stage(f"no model is asked any more: {error}")

    def _guided(self, entry: Searched, to_come: Sequence[Searched]) -> bool:
        """What comes first where models take part: the tests, and a guide, if one is wanted;
        whether that one was there until it was done.
        """
        asking, section = self.asking, self.session.config.search
        if asking is None:
            return False
        asking.allot(to_come)
        asking.strengthen_tests(entry, weak_only=True)
        if section.strategy != "guided":
            return False
        if asking.guided(entry, self._moves(entry)):
            return True
        self.events.stage(f"{entry.function.name}: llmopt's own guide goes on")
        return False

    def _ask_at_levels(self, entry: Searched) -> None:
        """The agents of the levels, one after the other, where no guide has sent them."""
        asking, strategy = self.asking, self.session.config.search.strategy
        if asking is None or strategy == "guided":
            return
        for level in asking.spending.in_order(asked_levels(self.session.config)):
            if not self._is_late:
                asking.work(entry, level, entry.tree.best().id if strategy == "pipeline" else 0)

    def _moves(self, entry: Searched) -> tuple[Move, ...]:
        """Llmopt's own moves that a function's compiler knows."""
        assert entry.subject is not None
        family = entry.subject.context.compiler.identity.family
        return at_levels(self.session.config.search.levels, family)

    def _search(self, entry: Searched, to_come: Sequence[Searched]) -> None:
        """Grows the version tree of one function until llmopt's own guide stops, or a limit is
        reached.
        """
        assert entry.subject is not None
        section, name = self.session.config.search, entry.function.name
        self.events.function(entry.function, section.trials)
        moves = seeded(self.session, entry, self._moves(entry))
        guide = Guide(
            moves,
            entry.subject.context,
            name,
            entry.seen,
            section.seed,
            inlined=entry.subject.inlined,
        )
        deadline = self._part(to_come)
        Growing(self.events, self.bench, entry, guide, section.trials, deadline).grow()
        learn(self.session, entry)
        entry.note = entry.note or guide.notes()

    def _part(self, to_come: Sequence[Searched]) -> float:
        """When the first of the functions to come has had its part of the time that is left: by its
        share of the samples, and half of an equal part at least. What it leaves is for the others.
        Half of it is for models, where they are asked as well.
        """
        able = [entry for entry in to_come if entry.subject is not None]
        shares = sum(entry.function.share for entry in able)
        share = able[0].function.share / shares if shares > 0 else 0.0
        own = 0.5 if self.asking is not None else 1.0
        now = time.monotonic()
        return now + own * (self.deadline - now) * max(share, 0.5 / len(able))
