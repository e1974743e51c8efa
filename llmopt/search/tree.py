"""The version tree of one function. The root is the function as written."""

from __future__ import annotations

from dataclasses import dataclass, replace

from llmopt.values.step import Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict

#: What a further step has to bring in a single run, above its noise.
SHOWS = 1.02


@dataclass(frozen=True)
class Version:
    """A node: the steps from the function as written, and the move that added the last of them.

    `verdict` is of the cheap gates and one run, or of the gate that has refused it since; `gain` is
    old time over new time in that run, a screening figure and never a result. `at` is when that was
    known, in seconds since the run of llmopt began.
    """

    id: int
    parent: int | None
    move: str
    steps: tuple[Step, ...]
    verdict: Verdict
    gain: float
    at: float = 0.0

    @property
    def usable(self) -> bool:
        """Whether more can be built on it."""
        match self.verdict:
            case Passed():
                return True
            case Refuted() | Inconclusive():
                return False

    @property
    def rank(self) -> int:
        """How far down the levels it has come: later moves must not go back up."""
        ranks = {"source": 0, "ir": 1, "asm": 2}
        return max((ranks[step.level] for step in self.steps), default=0)


@dataclass(frozen=True)
class VersionTree:
    """All versions tried so far."""

    versions: tuple[Version, ...]

    @classmethod
    def rooted(cls) -> VersionTree:
        """The tree of a function that nothing was tried on."""
        return cls((Version(0, None, "as written", (), Passed("root"), 1.0),))

    def add(self, version: Version) -> VersionTree:
        """The tree with one more version. Raises ValueError when its parent is not in it."""
        if version.parent is None or not 0 <= version.parent < len(self.versions):
            raise ValueError(f"version has no parent in the tree: {version.parent}")
        numbered = replace(version, id=len(self.versions))
        return VersionTree((*self.versions, numbered))

    def judged(self, number: int, verdict: Verdict) -> VersionTree:
        """The tree with what a gate has said of a version."""
        at = [replace(v, verdict=verdict) if v.id == number else v for v in self.versions]
        return VersionTree(tuple(at))

    @property
    def root(self) -> Version:
        """The function as written."""
        return self.versions[0]

    @property
    def trials(self) -> int:
        """How many versions were tried."""
        return len(self.versions) - 1

    def children(self, version: Version) -> tuple[Version, ...]:
        """The versions made from one."""
        return tuple(v for v in self.versions if v.parent == version.id)

    def moves(self, version: Version) -> tuple[str, ...]:
        """The moves from the root to a version, in order."""
        moves: tuple[str, ...] = ()
        while version.parent is not None:
            moves = (version.move, *moves)
            version = self.versions[version.parent]
        return moves

    def best(self) -> Version:
        """The fastest usable version; the root when nothing was faster."""
        return max((v for v in self.versions if v.usable), key=lambda v: (v.gain, -v.id))

    def ranked(self) -> tuple[Version, ...]:
        """Usable versions that are faster than what they were made from, the fastest first."""
        faster = [v for v in self.versions[1:] if v.usable and self._pays(v)]
        return tuple(sorted(faster, key=lambda v: (-v.gain, v.id)))

    def _pays(self, version: Version) -> bool:
        """A step that does not show in one run is not worth having in a recipe."""
        parent = self.versions[version.parent or 0]
        return version.gain >= parent.gain * SHOWS
