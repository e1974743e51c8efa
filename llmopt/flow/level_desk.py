"""What a level's agent submits is tried and judged, and told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from llmopt.agents.findings import later_findings
from llmopt.flow.foreign import Foreign, read_step
from llmopt.flow.gates import ends
from llmopt.flow.searched import Searched
from llmopt.rewrite.texts import kept_steps
from llmopt.search.tree import Version
from llmopt.values.step import Donor, Level, Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, describe

if TYPE_CHECKING:
    from llmopt.flow.asking import Asking


class LevelDesk:
    """Takes what one conversation submits. Raises NotApplicable where the version that it starts
    from cannot be changed at the level.
    """

    def __init__(
        self, asking: Asking, entry: Searched, level: Level, model: str, parent: int
    ) -> None:
        assert entry.subject is not None
        self.subject = entry.subject
        self._parent = parent
        steps = entry.subject.below(level, entry.tree.versions[parent].steps)
        self._kept = kept_steps(entry.function.name, level, steps)
        self.accepted = False
        self.gain = entry.tree.versions[parent].gain
        self._asking = asking
        self._entry = entry
        self._level: Level = level
        self._origin = asking.origin(model)
        self._count = 0

    def submit(self, text: str) -> str:
        """Tries a text, and says what came of it."""
        self._asking.check_time()
        move = self._new_move()
        function = self._entry.function
        self._asking.events.trying(function.name, move)
        candidate = Foreign(function.source, function.name, self._level, text, self._origin)
        step = read_step(self.subject.context, candidate, self._kept)
        self._entry.origins[move] = self._origin
        if isinstance(step, (Refuted, Inconclusive)):
            self._entry.add(self._asking.events, Version(0, self._parent, move, (), step, 0.0))
            return describe(step)
        return self._tried(move, (*self._kept, step))

    def choose(self, kind: str, donor: Donor) -> str:
        """Tries the function as another build makes it, and says what came of it."""
        self._asking.check_time()
        move = self._new_move(kind)
        self._asking.events.trying(self._entry.function.name, move)
        self._entry.origins[move] = self._origin
        return self._tried(move, (*self._kept, donor))

    def _tried(self, move: str, steps: tuple[Step, ...]) -> str:
        tried = self._entry.try_version(
            self._asking.events, self._asking.bench, move, steps, self._parent
        )
        if not isinstance(tried.verdict, Passed):
            return describe(tried.verdict)
        return self._judged(steps, tried.gain)

    def _new_move(self, *kind: str) -> str:
        """A name that no version has: several conversations may be about one function."""
        known = {version.move for version in self._entry.tree.versions}
        while True:
            self._count += 1
            move = " ".join((self._origin["agent"], self._level, *kind, str(self._count)))
            if move not in known:
                return move

    def _judged(self, steps: tuple[Step, ...], gain: float) -> str:
        least = self._asking.session.config.gates.min_gain
        if gain < least:
            context, function = self.subject.context, self._entry.function.name
            found = later_findings(context, function, self._level, steps)
            return (
                f"It does the same on the workload, in {1 / gain:.2f} of the original's time: "
                f"not fast enough, at most {1 / least:.2f} is asked for.\n\n{found}"
            ).rstrip()
        self._asking.bench.leave()
        verdicts = self._asking.gates.judge(self.subject, steps, self._origin)
        failed = [v for v in verdicts if ends(v, self._asking.session.config)]
        if failed:
            # Nothing is built on it, and no other is held back by its gain.
            tree = self._entry.tree
            self._entry.tree = tree.judged(tree.trials, failed[0])
            self._entry.note = f"{tree.versions[-1].move}: {describe(failed[0])}"
            return f"{gain:.2f} times as fast on the workload, but: {describe(failed[0])}"
        if not self._asking.session.config.gates.believes(gain):
            return (
                f"It passes, and {gain:.0f} times as fast is more than the user believes "
                "(gates.max_gain): it will not be used. Submit one that is not as fast, or stop."
            )
        self.accepted = True
        self.gain = max(self.gain, gain)
        given = self._entry.tree.versions[self._parent]
        beside = "" if given.id == 0 else f" (what you were given: {given.gain:.2f} times)"
        return (
            f"Accepted: {gain:.2f} times as fast as the function as written{beside}. Submit a "
            "faster one, or stop."
        )
