"""What is known of one function while versions of it are looked for."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from llmopt.flow.events import Events, Trial
from llmopt.flow.trial import Bench, Subject, Tried
from llmopt.profile.hot import HotFunction
from llmopt.search.tree import Version, VersionTree
from llmopt.values.recipe import OWN
from llmopt.values.step import Step


@dataclass
class Searched:
    """What was found out about one function. `origins` says of moves that are not llmopt's own who
    made them; `tests` what a test agent has done for it, `standing` how good its tests are where
    somebody has asked. `began` is when the run did, on the monotonic clock.
    """

    function: HotFunction
    subject: Subject | None
    tree: VersionTree = field(default_factory=VersionTree.rooted)
    new_trials: int = 0
    note: str = ""
    tests: str = ""
    standing: str = ""
    origins: dict[str, Mapping[str, str]] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    def origin(self, version: Version) -> Mapping[str, str]:
        """Who made a version. Where somebody else had a part in it, it is theirs, whatever llmopt's
        own moves have added.
        """
        for move in self.tree.moves(version):
            if move in self.origins:
                return self.origins[move]
        return {"agent": OWN}

    def try_version(
        self, events: Events, bench: Bench, move: str, steps: tuple[Step, ...], parent: int = 0
    ) -> Tried:
        """Tries a version, or recalls what came of it before; the tree has it then."""
        assert self.subject is not None
        tried = bench.known(self.subject, steps)
        known = tried is not None
        if tried is None:
            tried = bench.try_version(self.subject, steps)
            self.new_trials += 1
        self.add(events, Version(0, parent, move, steps, tried.verdict, tried.gain), known=known)
        return tried

    def add(self, events: Events, version: Version, *, known: bool = False) -> None:
        """Puts a version that was tried into the tree, and tells of it."""
        self.tree = self.tree.add(replace(version, at=time.monotonic() - self.began))
        events.trial(
            Trial(
                self.function.name,
                version.move,
                self.tree.trials,
                version.verdict,
                version.gain,
                self.tree.best().gain,
                known,
            )
        )
