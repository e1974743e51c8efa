"""Runs a program that carries the runtime."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass

from llmopt.sandbox.run import Completed
from llmopt.shadow import events
from llmopt.workspace.tree import Tree

#: Seconds of a run besides what the comparisons may take, as a multiple of a plain run's limit.
_SLOWER = 4


@dataclass(frozen=True)
class Settings:
    """How much is compared.

    `samples` single calls at most, and stretches of calls that take about `stretch_ms` each. An
    original that takes longer than `timeout_ms` for one is not compared there; a candidate may take
    20 times as long, and `patience_ms`. All comparing takes `budget_s` at most. Below `min_share`
    of the calls the gate says nothing. With `rounds`, calls are timed so often in place of being
    compared, at `samples` points of the program. With `live`, so many snapshots of it are kept.
    """

    samples: int = 200
    stretch_ms: int = 20
    timeout_ms: int = 5000
    patience_ms: int = 3000
    budget_s: int = 120
    min_share: float = 0.5
    compare_errno: bool = True
    every_page: bool = False
    rounds: int = 0
    live: int = 0

    @property
    def environment(self) -> dict[str, str]:
        """What the runtime reads, and hides from the program."""
        return {
            # The linker's lazy work would change memory in the first to call a function.
            "LD_BIND_NOW": "1",
            "LLMOPT_SHADOW_SAMPLES": str(self.samples),
            "LLMOPT_SHADOW_STRETCH_MS": str(self.stretch_ms),
            "LLMOPT_SHADOW_TIMEOUT_MS": str(self.timeout_ms),
            "LLMOPT_SHADOW_PATIENCE_MS": str(self.patience_ms),
            "LLMOPT_SHADOW_BUDGET_MS": str(self.budget_s * 1000),
            "LLMOPT_SHADOW_ERRNO": str(int(self.compare_errno)),
            "LLMOPT_SHADOW_ROUNDS": str(self.rounds),
            "LLMOPT_SHADOW_LIVE": str(self.live),
            "LLMOPT_SHADOW_EVERY_PAGE": str(int(self.every_page)),
        }


def run(
    tree: Tree, command: str, timeout: float, settings: Settings
) -> tuple[Completed, events.Record]:
    """Runs a command in a tree whose objects carry the runtime; what it found."""
    log = tree.path.with_suffix(".shadow")
    shutil.rmtree(log, ignore_errors=True)
    log.mkdir(parents=True)
    done = tree.run(
        command,
        timeout * _SLOWER + settings.budget_s,
        shadow={**settings.environment, "LLMOPT_SHADOW_LOG": os.fspath(log)},
        writable=(os.fspath(log),),
    )
    return done, events.read(log)
