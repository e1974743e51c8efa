"""What is known of one function while versions of it are looked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from llmopt.flow.trial import Subject
from llmopt.profile.hot import HotFunction
from llmopt.search.tree import Version, VersionTree
from llmopt.values.recipe import OWN


@dataclass
class Searched:
    """What was found out about one function. `origins` says of moves that are not llmopt's own who
    made them.
    """

    function: HotFunction
    subject: Subject | None
    tree: VersionTree = field(default_factory=VersionTree.rooted)
    new_trials: int = 0
    note: str = ""
    origins: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def origin(self, version: Version) -> Mapping[str, str]:
        """Who made a version."""
        return self.origins.get(version.move, {"agent": OWN})
