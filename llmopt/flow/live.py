"""The first filter of trials: kept snapshots of the original on the workload, asked of a version
before the program is built with it.

Only a refutation counts. What cannot be asked is passed on, and where the filter costs more than it
may it is left out for the rest of the function.
"""

from __future__ import annotations

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
from llmopt.values.verdict import Refuted
from llmopt.verify import shadow

#: Seconds of a function's search that may go into versions that were not refuted.
_BUDGET = 5.0
#: A filter: little of each, since what it lets through meets the gate.
_SETTINGS = Settings(live=6, stretch_ms=5, timeout_ms=500, patience_ms=500)


@dataclass
class LiveFilter:
    """The kept snapshots of the function that is worked on, if there are any."""

    session: Session
    _function: tuple[str, str] | None = None
    _live: Live | None = None
    _spent: float = 0.0
    _build: float | None = None
    _reason: str = ""
    _open: ExitStack = field(default_factory=ExitStack)

    @property
    def digest(self) -> str:
        """What its refutations rest on besides the version."""
        return digest("live", self._is_asked, self.session.config.gates.errno)

    def a_build_takes(self, seconds: float) -> None:
        """Tells it what it would cost: it is not asked before that is known."""
        self._build = seconds

    def refutes(
        self, contexts: Sequence[UnitContext], function: str, steps: Sequence[Step]
    ) -> Refuted | None:
        """A refutation of a version, where there is one.

        Raises nothing but what a broken machine raises.
        """
        is_text = any(isinstance(step, SourceText) for step in steps)
        if not self._is_asked or not is_text or self._build is None:
            return None
        started = time.monotonic()
        self._turn_to(contexts, function)
        if self._live is None:
            return None
        answer = self._live.judge(steps)
        if answer.difference:
            return Refuted(shadow.GATE, answer.difference)
        self._spent += time.monotonic() - started
        if self._spent > _BUDGET:
            self._open.close()
            self._live = None
        return None

    @property
    def stands(self) -> bool:
        """Whether the program of the candidate's tree is in use."""
        return self._live is not None

    def close(self) -> str:
        """Ends the snapshots. Why there were none, where there ought to have been some."""
        self._open.close()
        self._live = None
        reason, self._reason = self._reason, ""
        return reason

    @property
    def _is_asked(self) -> bool:
        return shadow.GATE in self.session.config.asked_gates

    def _turn_to(self, contexts: Sequence[UnitContext], function: str) -> None:
        """Runs the program once for each function, when it is first asked for."""
        wanted = (contexts[0].unit.command.output_path, function)
        if self._function == wanted:
            return
        self.close()
        self._function, self._spent = wanted, 0.0
        section = self.session.config.workload
        errno = self.session.config.gates.errno == "compare"
        settings = replace(_SETTINGS, compare_errno=errno)
        tree = self.session.candidate
        if self._build is None or self._build > _BUDGET / 2:
            self._reason = "the program takes too long to build"
            return
        try:
            self._live = self._open.enter_context(
                keep(tree, contexts, function, section.command, self._runtime, settings)
            )
        except (NotApplicable, SourceError, ToolError, ToolFailed) as error:
            self._open.close()
            self._reason = str(error)

    @cached_property
    def _runtime(self) -> Runtime:
        return Runtime(self.session.sandbox)
