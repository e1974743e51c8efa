"""Time gate: the function is faster by more than the noise, and the workload is not slower."""

from __future__ import annotations

from llmopt.config.model import GateSection
from llmopt.values.measurement import Speedup
from llmopt.values.verdict import Passed, Refuted, Verdict

GATE = "time"


def judge(function: Speedup, workload: Speedup, section: GateSection) -> Verdict:
    """Judges the confirmed measurement of one function in the workload."""
    if function.low < section.min_gain:
        return Refuted(
            GATE,
            f"{function} does not reach {section.min_gain:g}x with its lower bound",
        )
    if function.low <= function.noise_high:
        return Refuted(
            GATE,
            f"{function} cannot be told from the noise, up to {function.noise_high:.3f}x",
        )
    if workload.high < 1.0:
        return Refuted(GATE, f"the workload became slower: {workload}")
    return Passed(
        GATE,
        {
            "function": str(function),
            "pairs": function.pairs,
            "noise": f"[{function.noise_low:.3f}, {function.noise_high:.3f}]",
            "workload_together": str(workload),
        },
    )
