"""Build gate: the candidate compiles under the unit's own options with no new warnings."""

from __future__ import annotations

import re
from collections import Counter

from llmopt.values.verdict import Passed, Refuted, Verdict

GATE = "build"

_PLACE = re.compile(r"^[^:\n]+:\d+(:\d+)?: ", re.MULTILINE)
# Under other locales the word is another one; the option's name behind it stays.
_WARNING = re.compile(r"^(?:(?:warning|error): .*|.* \[-W[^\]\n]+\])$", re.MULTILINE)


def judge(before: str, after: str) -> Verdict:
    """Judges what the compiler said of the original and of the candidate."""
    old, new = _warnings(before), _warnings(after)
    # A copy repeats its original's warnings: the kinds count, not how often.
    if added := sorted(new.keys() - old.keys()):
        return Refuted(GATE, f"a new warning: {added[0]}")
    return Passed(GATE, {"warnings": sum(new.values())})


def _warnings(text: str) -> Counter[str]:
    return Counter(_WARNING.findall(_PLACE.sub("", text)))
