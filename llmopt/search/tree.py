"""The version tree of one function. The root is the function as written."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, replace

from llmopt.values.step import Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict

#: What a further step has to bring in a single run, above its noise.
SHOWS = 1.02
#: At most so many versions are built on at a time, besides the function as written.
BEAM = 3
#: A change of the source may be worth having for what comes on top of it, if it loses no more.
_CARRIES = 0.97
#: Gates that judge before a version is run.
_BEFORE_RUNS = ("static", "build")


@dataclass(frozen=True)
class Version:
    """A node: the steps from the function as written, and the move that added the last of them.

    `verdict` is of the cheap gates and the runs, or of the gate that has refused it since; `gain`
    is old time over new time, the median of the runs in `gains` where there were several: a
    screening figure and never a result. `noise` is what the original's own runs differed by, as a
    share of the time; `code` is the digest of what the version is once built, where it was. `at` is
    when that was known, in seconds since the run of llmopt began.
    """

    id: int
    parent: int | None
    move: str
    steps: tuple[Step, ...]
    verdict: Verdict
    gain: float
    noise: float = 0.0
    code: str = ""
    gains: tuple[float, ...] = ()
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
    def was_run(self) -> bool:
        """Whether it cost a trial: what is refused before, or is no other code, does not."""
        return self.verdict.gate not in _BEFORE_RUNS

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
        return self._with(replace(self.versions[number], verdict=verdict))

    def measured(self, number: int, more: tuple[float, ...]) -> VersionTree:
        """The tree with the gains that more runs of a version showed, one for each."""
        version = self.versions[number]
        gains = (*(version.gains or (version.gain,)), *more)
        return self._with(replace(version, gain=statistics.median(gains), gains=gains))

    def _with(self, changed: Version) -> VersionTree:
        return VersionTree(tuple(changed if v.id == changed.id else v for v in self.versions))

    @property
    def root(self) -> Version:
        """The function as written."""
        return self.versions[0]

    @property
    def trials(self) -> int:
        """How many versions were tried."""
        return len(self.versions) - 1

    @property
    def runs(self) -> int:
        """How many of them were run."""
        return sum(version.was_run for version in self.versions[1:])

    @property
    def noise(self) -> float:
        """What runs of the original differ by, as a share of the time; 0 where nobody knows."""
        found = [version.noise for version in self.versions if version.noise > 0]
        return statistics.median(found) if found else 0.0

    def twin(self, code: str) -> Version | None:
        """The version that is the same code once built, if there is one."""
        return next((v for v in self.versions if code and v.code == code), None)

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
        return _fastest_first([v for v in self.versions[1:] if v.usable and self._pays(v)])

    def beam(self) -> tuple[Version, ...]:
        """The versions that more is built on: the root, and the fastest of those that pay or that
        may carry what pays.
        """
        able = [v for v in self.versions[1:] if v.usable and (self._pays(v) or self._carries(v))]
        return (self.root, *_fastest_first(able)[:BEAM])

    def _pays(self, version: Version) -> bool:
        """A step that does not show in its runs is not worth having in a recipe."""
        return version.gain >= self._before(version).gain * SHOWS

    def _carries(self, version: Version) -> bool:
        return version.rank == 0 and version.gain >= self._before(version).gain * _CARRIES

    def _before(self, version: Version) -> Version:
        return self.versions[version.parent or 0]


def _fastest_first(versions: list[Version]) -> tuple[Version, ...]:
    return tuple(sorted(versions, key=lambda v: (-v.gain, v.id)))
