"""Differential gate: the program with the candidate does what the original does, bit for bit.

The original is the oracle. Both run in processes of their own, isolated, on the workload and on
the checks of the configuration. What is compared: exit status, standard output and error, and the
files that the configuration names. The gate says nothing of inputs that are not among these; and a
run in which the function never ran would say nothing at all, so proof that it ran is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

from llmopt.config.model import WorkloadSection
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from llmopt.verify.outputs import Outcome, difference, forget, outcome
from llmopt.workspace.tree import Tree

GATE = "differential"


def baseline(tree: Tree, section: WorkloadSection) -> list[Outcome]:
    """What the original does, on every command."""
    return [_run(tree, command, section) for command in commands(section)]


def commands(section: WorkloadSection) -> list[str]:
    """All commands whose output must stay the same, cheap ones first."""
    return [*section.checks, section.command]


def unstable(first: Sequence[Outcome], second: Sequence[Outcome]) -> str | None:
    """How the original differs from itself, if it does: it cannot be an oracle then."""
    for one, other in zip(first, second, strict=True):
        if found := difference(one, other):
            return found
    return None


def judge(
    expected: Sequence[Outcome], tree: Tree, section: WorkloadSection, *, ran: bool
) -> Verdict:
    """Judges the candidate that stands in `tree`. `ran` says whether its symbol was sampled."""
    size = 0
    for old in expected:
        new = _run(tree, old.command, section)
        if found := difference(old, new):
            return Refuted(GATE, found)
        size += new.size
    if not ran:
        return Inconclusive(GATE, "the function was not seen to run")
    return Passed(GATE, {"commands": len(expected), "bytes_compared": size})


def _run(tree: Tree, command: str, section: WorkloadSection) -> Outcome:
    forget(tree.path, section.files)
    done = tree.run(command, section.timeout)
    return outcome(command, done, tree.path, section)
