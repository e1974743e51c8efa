"""Shadow gate: on the user's own workload, call by call, the candidate leaves behind what the
original does.

The program runs the original. At calls of the function copies of it are made: one goes on with the
original, one with the candidate, and everything that they leave behind is compared: memory, heap,
output, system calls. Two copies that both run the original are the control. The gate says nothing
of inputs that are not in the workload, of races, of reads out of bounds, or of what comes after a
system call that is not emulated, until the next stretch begins.
"""

from __future__ import annotations

from collections.abc import Sequence

from llmopt.errors import NotApplicable, SourceError, ToolError, ToolFailed
from llmopt.rewrite.unit import UnitContext
from llmopt.sandbox.run import Completed
from llmopt.shadow import describe, events
from llmopt.shadow.instrument import objects
from llmopt.shadow.run import Settings, run
from llmopt.shadow.runtime import Runtime
from llmopt.source.functions import FunctionText
from llmopt.values.step import Step
from llmopt.values.verdict import Evidence, Inconclusive, Passed, Refuted, Verdict
from llmopt.workspace.tree import Tree

__all__ = ["GATE", "Settings", "judge", "judge_placed", "objects"]

GATE = "shadow"

#: The exit status of a program whose memory the runtime could not arrange.
_NO_MEMORY = 97
#: What is in no comparison, for the evidence.
_LEFT_OUT = "dead stack, dead heap, rseq, floating-point status flags"


def judge(
    contexts: Sequence[UnitContext],
    function: str,
    steps: Sequence[Step],
    tree: Tree,
    command: str,
    timeout: float,
    runtime: Runtime,
    settings: Settings | None = None,
) -> Verdict:
    """Judges a candidate on one command of the workload, in a private tree that is built.

    `contexts` are the units of the tree that define the function; the first is the one that the
    steps were made in. No steps make the control: the original as its own candidate. What stood in
    the tree is replaced. Raises nothing but what a broken machine raises.
    """
    try:
        tree.place(objects(contexts, function, steps, runtime))
        located = contexts[0].locate(function)
    except (NotApplicable, SourceError, ToolError, ToolFailed) as error:
        return Inconclusive(GATE, f"no program could be made to compare in: {error}")
    return judge_placed(located, tree, command, timeout, settings or Settings())


def judge_placed(
    function: FunctionText, tree: Tree, command: str, timeout: float, settings: Settings
) -> Verdict:
    """Judges the candidate whose objects, with the runtime, stand in a tree."""
    done, record = run(tree, command, timeout, settings)
    if record.differences:
        return Refuted(GATE, describe.describe(record.differences[0], function))
    if reason := _fault(done, record, command, settings):
        return Inconclusive(GATE, reason)
    return Passed(GATE, _evidence(done, record))


def _fault(done: Completed, record: events.Record, command: str, settings: Settings) -> str | None:
    """Why the run says nothing of the candidate."""
    if record.refusals:
        return record.refusals[0]
    if done.timed_out:
        return f"`{command}` did not end in time under comparison"
    if done.status == _NO_MEMORY:
        return "the address space that the comparison needs cannot be reserved"
    if done.status < 0:
        return f"`{command}` was ended by signal {-done.status} under comparison"
    if not record.calls:
        return f"`{command}` never calls the function, or not where it can be watched"
    if record.share < settings.min_share or not record.covered:
        return f"{record.covered} of {record.calls} calls could be compared{_reasons(record)}"
    return None


def _reasons(record: events.Record) -> str:
    reasons = [f"{reason} ({count}x)" for reason, count in record.not_applicable.items()]
    return f": {'; '.join(reasons[:3])}" if reasons else ""


def _evidence(done: Completed, record: events.Record) -> Evidence:
    own = max(done.seconds - record.seconds, 1e-3)
    return {
        "calls": record.calls,
        "covered": record.covered,
        "stretches": record.stretches,
        "single_calls": record.singles,
        "not_applicable": sum(record.not_applicable.values()),
        "reasons": _reasons(record).removeprefix(": ") or "none",
        "left_out": _LEFT_OUT,
        "seconds": round(done.seconds, 3),
        "overhead": f"{done.seconds / own:.1f}x",
    }
