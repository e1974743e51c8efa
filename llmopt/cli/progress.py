"""Live progress on a terminal; lines elsewhere."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from llmopt.flow.events import Trial
from llmopt.profile.hot import HotFunction
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict, describe


@dataclass
class Progress:
    """Draws events: finished lines scroll, the current one stays at the bottom."""

    console: Console
    #: When trials end, on the monotonic clock; None where there are none.
    deadline: float | None = None
    _live: Live | None = None
    _status: str = ""

    def __enter__(self) -> Progress:
        self._live = Live(
            get_renderable=self._line, console=self.console, transient=True, refresh_per_second=8
        )
        self._live.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.__exit__(None, None, None)

    def stage(self, text: str) -> None:
        """A new stage has begun."""
        self._status = text
        if not self.console.is_terminal:
            print(text, file=sys.stderr, flush=True)

    def function(self, function: HotFunction, trials: int) -> None:
        """Work on a function has begun."""
        self._say(
            f"{function.name}  {function.source}, {function.share:.1%} of the samples, "
            f"at most {trials} trials"
        )

    def trying(self, function: str, move: str) -> None:
        """A version is about to be tried."""
        self._status = f"{function}: {move}"

    def trial(self, trial: Trial) -> None:
        """A version was tried."""
        known = " (known)" if trial.known else ""
        match trial.verdict:
            case Passed():
                said = f"{trial.gain:5.2f}x  best {trial.best:.2f}x"
            case Refuted() | Inconclusive():
                said = describe(trial.verdict).splitlines()[0]
        self._say(f"  {trial.number or '-':>2} {trial.move:18s} {said}{known}")

    def gate(self, function: str, verdict: Verdict) -> None:
        """A gate has judged."""
        self._status = f"{function}: verifying"
        self._say(f"     {function}: {describe(verdict).splitlines()[0]}")

    def rounds(self, done: int, total: int) -> None:
        """So many rounds of a measurement are done."""
        self._status = f"measuring: round {done} of {total}"

    def _say(self, text: str) -> None:
        self.console.print(Text(text, no_wrap=True, overflow="ellipsis"))

    def _line(self) -> Spinner:
        text = self._status
        if self.deadline is not None:
            left = max(0, int(self.deadline - time.monotonic()))
            clock = f"{left // 60}:{left % 60:02d}"
            text += f"  ({clock} left for trials; Ctrl-C keeps what is done)"
        return Spinner("dots", Text(text, no_wrap=True, overflow="ellipsis"))
