"""Options: what a step adds to the compiler's may not change what a program computes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain.pipeline import pipeline_fault
from llmopt.values.command import CODE
from llmopt.values.step import Donor, SourceText, Step

_BANNED = re.compile(
    r"-ffast-math|-Ofast|-funsafe-math|-fassociative-math|-freciprocal-math|-ffinite-math"
    r"|-fno-signed-zeros|-fno-math-errno|-fno-trapping-math|-ffp-contract=(?!off)"
    r"|-fstrict-|-fno-stack-protector|-fcf-protection=none|-march=|-mavx|-mfma|-fopenmp"
    r"|-polly-ignore-aliasing|-polly-parallel|-hints-allow-reordering(?!=false$)"
    r"|-enable-unsafe|-fno-delete-null|-fwrapv|-x$"
)
#: A width that is asked for lets the vectorizer reorder floating point, unless that is forbidden.
_WIDTH, _IN_ORDER = "-force-vector-width", "-hints-allow-reordering=false"
#: What is neither banned nor known here may change anything: nobody has looked at it yet.
_KNOWN = re.compile(
    r"-O[123s]|-ffp-contract=off|-fno-strict-aliasing|-mprefer-vector-width=\d+"
    r"|-f(no-)?((tree-)?(slp-)?vectorize|unroll-loops|loop-[a-z-]+|tree-[a-z-]+|align-[a-z=0-9]+)"
    r"|-fvect-cost-model=[a-z-]+|-falign-[a-z]+=\d+|-mtune=(?!native)[\w-]+|-mllvm"
    r"|-force-vector-(width|interleave)=\d+|-hints-allow-reordering=false|-inline-threshold=\d+"
    r"|-polly(-only-func=\S+|-vectorizer=\w+|-prevect-width=\d+"
    r"|-pattern-matching-based-opts=\w+)?|-(enable|allow|unroll|interleave|vectorize)-\S+"
)
NO_CONTRACTION = "-ffp-contract=off"
_FUSES = re.compile(r"-march=|-mfma|-mavx|-mcpu=")


def added(step: Step) -> Sequence[str]:
    """The options that a step adds to the unit's."""
    return step.options if isinstance(step, (SourceText, Donor)) else ()


def option_fault(context: UnitContext, step: Step) -> str | None:
    """An option that is known to change results or promises, or to weaken the program."""
    for option in added(step):
        if _BANNED.search(option):
            return f"the option {option} may change what the program computes or assumes"
    wide = next((o for o in added(step) if _WIDTH in o), None)
    if wide and _IN_ORDER not in added(step):
        return f"the option {wide} may change what the program computes without {_IN_ORDER}"
    own = context.unit.command.arguments(CODE)
    fuses = next((option for option in own if _FUSES.match(option)), None)
    if fuses and NO_CONTRACTION in added(step) and NO_CONTRACTION not in own:
        # Everything in the unit would round twice where it rounded once.
        return f"the option {NO_CONTRACTION} changes the rest of a unit compiled with {fuses}"
    return None


def unknown_option(step: Step) -> str | None:
    """An option or pipeline that nobody has looked at."""
    if isinstance(step, Donor) and step.passes and pipeline_fault(step.passes):
        return step.passes
    return next((option for option in added(step) if not _KNOWN.fullmatch(option)), None)
