"""How a text asks the processor which copy to call, and how each copy can be made to run.

A machine takes the first copy that its processor can run: the others would never be tested there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from llmopt.errors import SourceError
from llmopt.rewrite.build import source_step
from llmopt.rewrite.unit import UnitContext
from llmopt.values.step import SourceText, Step

_ASKED = re.compile(r'__builtin_cpu_supports\("[\w-]+"\)')
_NEVER = re.compile(rf"\(({_ASKED.pattern}) && !{_ASKED.pattern}\)")
_BRANCHED_ON = re.compile(rf"(?:\bif \(|&& |\|\| )!?{_ASKED.pattern}(?=\)| &&| \|\||\n)")
_PROCESSOR = re.compile(r"__builtin_cpu_|__cpu_(?:model|features2)\b")


def asks(level: str) -> str:
    """The condition under which the copy for a level is called."""
    return f'__builtin_cpu_supports("{level}")'


def branches_on_processor(text: str) -> bool:
    """Whether a text, or a variant of it, asks the processor for nothing but to branch on the
    answer, and on nothing else at once.
    """
    plain, count = _BRANCHED_ON.subn("", _NEVER.sub(r"\1", text))
    return count > 0 and not _PROCESSOR.search(plain)


def variants(context: UnitContext, steps: Sequence[Step]) -> list[tuple[Step, ...]]:
    """The same steps with the first copies passed over: one variant for each copy but the first.

    What is asked besides is always false on x86-64, but no compiler knows: every copy is compiled
    as it is in the original steps. Raises SourceError when a step has several dispatchers.
    """
    dispatchers = [s for s in steps if isinstance(s, SourceText) and _ASKED.search(s.text)]
    if not dispatchers:
        return []
    if len(dispatchers) > 1:
        raise SourceError("several dispatchers in one version cannot be tested one by one")
    step = dispatchers[0]
    count = len(_ASKED.findall(step.text))
    made = []
    for passed_over in range(1, count + 1):
        text = _ASKED.sub(_never, step.text, count=passed_over)
        other = source_step(
            context,
            step.function,
            text.encode("utf-8", "surrogateescape"),
            step.helpers,
            step.options,
        )
        made.append(tuple(other if s is step else s for s in steps))
    return made


def _never(asked: re.Match[str]) -> str:
    return f'({asked.group(0)} && !__builtin_cpu_supports("sse2"))'
