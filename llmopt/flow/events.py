"""What a running story tells whoever watches. `cli` draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from llmopt.profile.hot import HotFunction
from llmopt.values.verdict import Verdict


@dataclass(frozen=True)
class Trial:
    """One version tried: which move, on which function, with what verdict and screening gain.

    `number` counts those that were run; it is 0 where there was no need to.
    """

    function: str
    move: str
    number: int
    verdict: Verdict
    gain: float
    best: float
    known: bool


class Events(Protocol):
    """Receives the events of one run of `llmopt optimize`."""

    def stage(self, text: str) -> None:
        """A new stage has begun."""

    def function(self, function: HotFunction, trials: int) -> None:
        """Work on a function has begun; at most so many trials."""

    def trying(self, function: str, move: str) -> None:
        """A version is about to be tried."""

    def trial(self, trial: Trial) -> None:
        """A version was tried."""

    def gate(self, function: str, verdict: Verdict) -> None:
        """A gate has judged."""

    def rounds(self, done: int, total: int) -> None:
        """So many rounds of a measurement are done."""
