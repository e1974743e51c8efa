"""Pipelines of `opt`: which ones may make code for a program, by the names in them.

A pipeline is text for `-passes`. Known are passes that keep what a function means, and that read
and write no file; parameters are words and numbers.
"""

from __future__ import annotations

import re
from typing import Final

#: What holds other passes.
_ADAPTORS: Final = frozenset(("module", "cgscc", "function", "loop", "loop-mssa"))
_PASSES: Final = frozenset(
    """
    adce aggressive-instcombine always-inline bdce callsite-splitting constraint-elimination
    correlated-propagation default dfa-jump-threading div-rem-pairs dse early-cse expand-memcmp
    float2int function-attrs gvn indvars inline instcombine instsimplify jump-threading lcssa
    licm loop-bound-split loop-deletion loop-distribute loop-flatten loop-fusion loop-idiom
    loop-instsimplify loop-interchange loop-load-elim loop-reduce loop-rotate loop-simplify
    loop-simplifycfg loop-sink loop-unroll loop-unroll-and-jam loop-unroll-full loop-vectorize
    loop-versioning loop-versioning-licm mem2reg memcpyopt mergeicmps mldst-motion
    nary-reassociate reassociate reg2mem sccp separate-const-offset-from-gep
    simple-loop-unswitch simplifycfg sink slp-vectorizer slsr speculative-execution sroa
    tailcallelim vector-combine
    """.split()
)
_MOST: Final = 600
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<name>[a-z][a-z0-9-]*)(?:<(?P<given>[\w;=-]*)>)?|(?P<mark>[(),]))"
)


def pipeline_fault(passes: str) -> str | None:
    """Why a pipeline is not taken; None for one that may be run."""
    if len(passes) > _MOST:
        return f"it is longer than {_MOST} characters"
    at, depth, wanted = 0, 0, True  # whether a pass has to come next
    last = ""
    while at < len(passes):
        found = _TOKEN.match(passes, at)
        if not found:
            return f"{passes[at : at + 20]!r} is not understood"
        at, name, mark = found.end(), found["name"], found["mark"]
        if name:
            if not wanted:
                return f"a comma is missing before {name}"
            if name not in _PASSES | _ADAPTORS:
                return f"{name} is not among the passes that are known to keep what code means"
        elif mark == "(":
            if last not in _ADAPTORS:
                return f"{last or 'nothing'} holds no other passes"
            depth += 1
        elif wanted:
            return f"a pass is missing before {mark}"
        elif mark == ")":
            depth -= 1
        if depth < 0:
            return "a parenthesis is closed that was not opened"
        wanted, last = mark in ("(", ","), name or ""
    if depth or wanted:
        return "it is not complete"
    return None
