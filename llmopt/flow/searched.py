"""What is known of one function while versions of it are looked for."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from llmopt.agents.subject import Seen
from llmopt.flow.events import Events, Trial
from llmopt.flow.trial import Bench, Subject, Tried
from llmopt.profile.hot import HotFunction
from llmopt.search.tree import Version, VersionTree
from llmopt.values.recipe import OWN
from llmopt.values.step import Step
from llmopt.values.verdict import Inconclusive


@dataclass
class Searched:
    """What was found out about one function. `origins` says of moves that are not llmopt's own who
    made them; `tests` what a test agent has done for it, `standing` how good its tests are where
    somebody has asked; `features` what kind of function it is, where llmopt's own guide has looked.
    `seen` is what the workload showed; `began` is when the run did, on the monotonic clock.
    """

    function: HotFunction
    subject: Subject | None
    seen: Seen = field(default_factory=Seen)
    tree: VersionTree = field(default_factory=VersionTree.rooted)
    new_trials: int = 0
    note: str = ""
    tests: str = ""
    standing: str = ""
    origins: dict[str, Mapping[str, str]] = field(default_factory=dict)
    features: dict[str, str] = field(default_factory=dict)
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
        """Tries a version, or recalls what came of it before; the tree has it then. What is the
        same code as another version of the tree is not tried.
        """
        assert self.subject is not None
        code = bench.code(self.subject, steps)
        twin, known = self.tree.twin(code), False
        if twin is not None:
            tried = Tried(Inconclusive("build", f"the same code as {twin.move}"), 0.0)
        elif (before := bench.known(self.subject, steps)) is not None:
            tried, known = before, True
        else:
            tried = bench.try_version(self.subject, steps)
        version = Version(
            0, parent, move, steps, tried.verdict, tried.gain, tried.noise, tried.code
        )
        self.new_trials += version.was_run and not known
        self.add(events, version, known=known)
        return tried

    def add(self, events: Events, version: Version, *, known: bool = False) -> None:
        """Puts a version that was tried into the tree, and tells of it."""
        self.tree = self.tree.add(replace(version, at=time.monotonic() - self.began))
        number = self.tree.runs if version.was_run else 0
        events.trial(
            Trial(
                self.function.name,
                version.move,
                number,
                version.verdict,
                version.gain,
                self.tree.best().gain,
                known,
            )
        )
