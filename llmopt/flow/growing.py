"""Grows the version tree of one function by llmopt's own moves.

Versions are compiled ahead, several at once, and run one after the other, with nothing beside:
which ones, and in which order, does not depend on what is ahead. Every version runs once; those
that are built on, and the best at the end, run again beside the original, so that it is not the
luckiest that is taken for the fastest.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from llmopt.agents.guide import Guide, Proposal
from llmopt.flow.events import Events
from llmopt.flow.searched import Searched
from llmopt.flow.together import workers
from llmopt.flow.trial import Bench, Tried
from llmopt.search.tree import Version

#: Runs of a version before more is built on it.
_SURE = 3
#: How many of the best versions go on at the end, and the runs that each of them has by then.
_HALVINGS = ((4, 3), (2, 5))


def runs_again(trials: int) -> int:
    """How often the workload is run at the end, at most, to find the best of so many trials."""
    found, done = 0, 1
    for best, runs in _HALVINGS:
        found, done = found + 2 * min(best, trials) * (runs - done), runs
    return found


@dataclass
class Growing:
    """The search of one function; no trial is begun that is likely to end after `deadline`."""

    events: Events
    bench: Bench
    entry: Searched
    guide: Guide
    trials: int
    deadline: float
    _longest: float = 0.0

    def grow(self) -> None:
        """Tries versions until none is expected to pay, or a limit is reached. Raises what a trial
        raises.
        """
        while self.entry.tree.runs < self.trials and not self.is_late:
            start = self.guide.start(self.entry.tree)
            if start is not None and self._makes_sure(start, _SURE):
                continue
            proposal = self.guide.next(self.entry.tree)
            if proposal is None:
                break
            self._try(proposal)
        for best, runs in _HALVINGS:
            for version in self.entry.tree.ranked()[:best]:
                if not self.is_late:
                    self._makes_sure(version, runs)

    @property
    def is_late(self) -> bool:
        """Whether another trial would end too late."""
        return time.monotonic() + self._longest >= self.deadline

    def _try(self, proposal: Proposal) -> None:
        subject, tree = self.entry.subject, self.entry.tree
        assert subject is not None
        self.events.trying(self.entry.function.name, proposal.move)
        if not self.bench.is_ready(subject, proposal.steps):
            more = min(workers(), self.trials - tree.runs) - 1
            ahead = [proposal.steps, *(p.steps for p in self.guide.ahead(tree, more))]
            self.bench.prepare(subject, ahead)
        started = time.monotonic()
        self.entry.try_version(
            self.events, self.bench, proposal.move, proposal.steps, proposal.parent
        )
        self._longest = max(self._longest, time.monotonic() - started)

    def _makes_sure(self, version: Version, runs: int) -> bool:
        """Runs a version again until it has so many runs; False where it had them."""
        done = max(1, len(version.gains))
        if version.parent is None or done >= runs:
            return False
        entry = self.entry
        assert entry.subject is not None
        self.events.trying(entry.function.name, f"{version.move} again")
        found = self.bench.again(entry.subject, version.steps, version.code, done, runs - done)
        if isinstance(found, Tried):
            entry.tree = entry.tree.judged(version.id, found.verdict)
        else:
            entry.tree = entry.tree.measured(version.id, found)
        return True
