"""Time gate: faster by more than the noise, on the whole workload and on no size slower."""

from __future__ import annotations

from collections.abc import Mapping

from llmopt.config.model import GateSection
from llmopt.values.measurement import Speedup
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict

GATE = "time"


def judge(
    function: Speedup,
    workload: Speedup,
    checks: Mapping[str, Speedup],
    section: GateSection,
    *,
    ran: bool,
    timed: str,
) -> Verdict:
    """Judges the confirmed measurement of one function in the workload.

    `checks` are the other sizes, `ran` says whether the function was seen in every run, `timed` is
    the digest of the object that was.
    """
    if not ran:
        return Inconclusive(GATE, "the function was not seen in every run of the candidate")
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
    if not section.believes(function.ratio):
        return Inconclusive(
            GATE,
            f"{function} is more than gates.max_gain ({section.max_gain:g}x): see whether the "
            "version still reads its inputs, and raise the limit where it is explained",
        )
    if workload.high < 1.0:
        return Refuted(GATE, f"the workload became slower: {workload}")
    for command, measured in checks.items():
        if measured.is_slower:
            return Refuted(GATE, f"{command} became slower: {measured}")
    return Passed(
        GATE,
        {
            "function": str(function),
            "pairs": function.pairs,
            "noise": f"[{function.noise_low:.3f}, {function.noise_high:.3f}]",
            "workload_together": str(workload),
            "checks_not_slower": len(checks),
            "object": timed[:16],
        },
    )
