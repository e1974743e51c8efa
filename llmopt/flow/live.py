"""The first filter of trials: kept snapshots of the original on the workload, asked of a version
before the program is built with it.

Only a refutation counts, and a version that is much slower on the workload's own calls. What cannot
be asked is passed on. The filter is set up where a function has several new texts, or one that a
run refuted, and left out where it costs more than it may.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property

from llmopt.errors import NotApplicable, SourceError, ToolError, ToolFailed
from llmopt.flow.session import Session
from llmopt.rewrite.unit import UnitContext
from llmopt.shadow.live import Live, keep
from llmopt.shadow.run import Settings
from llmopt.shadow.runtime import Runtime
from llmopt.values.digest import digest
from llmopt.values.step import SourceText, Step
from llmopt.values.verdict import Refuted, Verdict
from llmopt.verify import shadow

#: Seconds of a function's search that may go into versions that were not refuted.
_BUDGET = 5.0
#: Seconds that the program is run for.
_SECONDS = 2.0
#: New texts of a function that are run without it: a few do not make up for the setting up.
_WITHOUT = 2
#: Old over new time on the snapshots' calls below which no run of the program is worth it. Others
#: are ranked by runs: what is little faster or slower there may be the other way here.
SLOW = 0.8
#: Rounds of the question whether it is slower, and of the second one that makes sure.
_ROUNDS = (5, 20)
#: A filter: little of each, since what it lets through meets the gate.
SETTINGS = Settings(live=6, stretch_ms=5, timeout_ms=500, patience_ms=500)


@dataclass
class _Work:
    """What is known of the function that is worked on.

    `texts` are versions of it that came as far as to be asked about; `refuted` says whether a run
    of the program refuted one; `spent` are seconds, `reason` is why there are no snapshots.
    """

    of: tuple[str, str] = ("", "")
    texts: int = 0
    refuted: bool = False
    is_set_up: bool = False
    spent: float = 0.0
    reason: str = ""


@dataclass
class LiveFilter:
    """The kept snapshots of the function that is worked on, if there are any."""

    session: Session
    _live: Live | None = None
    _build: float = math.inf
    _work: _Work = field(default_factory=_Work)
    _open: ExitStack = field(default_factory=ExitStack)

    @property
    def digest(self) -> str:
        """What its refutations rest on besides the version."""
        return digest("live", self._is_asked, self.session.config.gates.errno)

    def has_run(self, verdict: Verdict, build: float) -> None:
        """Tells it of a version that it let through, and how many seconds its build took."""
        self._build = build
        self._work.refuted |= isinstance(verdict, Refuted)

    def refutes(self, context: UnitContext, function: str, steps: Sequence[Step]) -> Refuted | None:
        """A refutation of a version, where there is one.

        Raises nothing but what a broken machine raises.
        """
        if not self._is_asked or not any(isinstance(step, SourceText) for step in steps):
            return None
        started = time.monotonic()
        self._turn_to(context, function)
        if self._live is None:
            return None
        answer = self._live.judge(steps)
        if answer.difference:
            return Refuted(shadow.GATE, answer.difference)
        self._work.spent += time.monotonic() - started
        if self._work.spent > _BUDGET:
            self._end()
        return None

    def slower(self, steps: Sequence[Step]) -> float | None:
        """Old over new time of the version that was just asked about, where it is below `SLOW` both
        times that it is measured. Raises nothing but what a broken machine raises.
        """
        if self._live is None or not any(isinstance(step, SourceText) for step in steps):
            return None
        started = time.monotonic()
        gain = None
        for rounds in _ROUNDS:
            gain = self._live.speedup(steps, rounds)
            if gain is None or gain >= SLOW:
                gain = None
                break
        self._work.spent += time.monotonic() - started if gain is None else 0.0
        return gain

    @property
    def stands(self) -> bool:
        """Whether the program of the candidate's tree is in use."""
        return self._live is not None

    def close(self) -> str:
        """Ends the snapshots. Why there were none, where there ought to have been some."""
        self._end()
        reason, self._work.reason = self._work.reason, ""
        return reason

    @property
    def _is_asked(self) -> bool:
        return shadow.GATE in self.session.config.asked_gates

    def _end(self) -> None:
        self._open.close()
        self._live = None

    def _turn_to(self, context: UnitContext, function: str) -> None:
        """Notes a version, and sets up where that is likely to be worth it."""
        of = (context.unit.command.output_path, function)
        if self._work.of != of:
            self._end()
            self._work = _Work(of)
        work = self._work
        work.texts += 1
        if not work.is_set_up and (work.texts > _WITHOUT or work.refuted):
            work.is_set_up = True
            work.reason = self._set_up(context, function)

    def _set_up(self, context: UnitContext, function: str) -> str:
        """Runs the program and keeps snapshots; why that could not be done."""
        if self._build > _BUDGET / 2:
            return "the program takes too long to build"
        section = self.session.config.workload
        errno = self.session.config.gates.errno == "compare"
        settings = replace(SETTINGS, compare_errno=errno)
        kept = keep(
            self.session.candidate,
            context,
            function,
            section.command,
            self._runtime,
            settings,
            _SECONDS,
        )
        try:
            self._live = self._open.enter_context(kept)
        except (NotApplicable, SourceError, ToolError, ToolFailed) as error:
            return str(error).partition("\n")[0]
        return ""

    @cached_property
    def _runtime(self) -> Runtime:
        return Runtime(self.session.sandbox)
