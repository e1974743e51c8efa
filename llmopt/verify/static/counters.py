"""Counters of a candidate that are narrower than any of the original's.

One that counts in 32 bits what the original counts in 64 is wrong only for sizes that no test
makes. So nothing is said for it, unless the compiler's own analysis (LLVM's scalar evolution)
bounds the counter by less than half of what it holds, as in a loop over eight lanes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from llmopt.rewrite.build import module_with
from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain import ir
from llmopt.values.step import IrText, SourceText, Step

_PHI = re.compile(r"^  (%[\w.$-]+) = phi (i\d+|ptr) (.*)$")
_DEFINITION = re.compile(r"^  (%[\w.$-]+) = (\w+) (.*)$")
_RANGE = re.compile(r" U: (full-set|\[(-?\d+),(-?\d+)\))")
#: What steps a counter, or hands on either the old or the stepped one.
_STEPS = frozenset({"add", "sub", "getelementptr"})
_CHOOSES = frozenset({"phi", "select", "zext", "sext", "trunc"})
_POINTER = 64


def counter_doubt(context: UnitContext, steps: Sequence[Step]) -> str:
    """What the texts among the steps count in too few bits; empty where nothing, and under gcc,
    which says nothing of it. Raises NotApplicable, SourceError, ToolFailed as `module_with`.
    """
    texts = [step for step in steps if isinstance(step, SourceText | IrText)]
    if not texts or not context.compiler.is_clang:
        return ""
    old, new = module_with(context, ()), module_with(context, texts)
    for function in sorted({step.function for step in texts}):
        before, after = (open_counters(_evolution(context, m, function)) for m in (old, new))
        narrow = after.keys() - before.keys()
        narrow = {width for width in narrow if any(width < wide for wide in before)}
        if narrow:
            names = ", ".join(sorted(after[min(narrow)]))
            return (
                f"{function} counts in {min(narrow)} bits what may be beyond them ({names}), "
                f"where the original counts in {max(before)}: no test is as large as that"
            )
    return ""


def _evolution(context: UnitContext, module: str, function: str) -> str:
    """What scalar evolution says of a function's instructions, static callees inlined."""
    said = context.compiler.analysed(
        ir.inlining(module, function),
        "always-inline,function(mem2reg,simplifycfg,loop-simplify),print<scalar-evolution>",
    )
    parts = re.split(r"^Printing analysis '[^\n]*' for function '", said, flags=re.MULTILINE)
    return next((part for part in parts if part.startswith(f"{function}'")), "")


def open_counters(evolution: str) -> dict[int, set[str]]:
    """The loop variables that go by steps and may reach half of what they hold or more, by their
    widths in bits. Pointers are of 64.
    """
    lines = evolution.splitlines()
    definitions = {m[1]: (m[2], m[3]) for line in lines if (m := _DEFINITION.match(line))}
    found: dict[int, set[str]] = {}
    for line, said in zip(lines, lines[1:], strict=False):
        phi = _PHI.match(line)
        if not phi or not _is_stepped(phi[1], definitions):
            continue
        width = _POINTER if phi[2] == "ptr" else int(phi[2][1:])
        if _is_open(said, width):
            found.setdefault(width, set()).add(phi[1].lstrip("%").split(".")[0])
    return found


def _is_stepped(name: str, definitions: dict[str, tuple[str, str]]) -> bool:
    """Whether a value comes, on some way around, of itself and a step."""
    waiting, seen = [(name, False)], set()
    while waiting:
        at, stepped = waiting.pop()
        if (at, stepped) in seen or at not in definitions:
            continue
        seen.add((at, stepped))
        operation, operands = definitions[at]
        if operation not in _STEPS | _CHOOSES:
            continue
        for operand in re.findall(r"%[\w.$-]+(?=[,\s\]]|$)", operands):
            now = stepped or operation in _STEPS
            if operand == name and now:
                return True
            waiting.append((operand, now))
    return False


def _is_open(said: str, width: int) -> bool:
    found = _RANGE.search(said)
    if not found or found[1] == "full-set":
        return True
    reach = (int(found[3]) - int(found[2])) % (1 << width)
    return reach >= 1 << (width - 2)
