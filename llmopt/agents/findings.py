"""What tools say of a version, for a model to read: samples, compilers' remarks, llvm-mca.

All of it is help and none is needed: where a tool is missing or says nothing, nothing is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from llmopt.agents.lines import Lines, lines_of
from llmopt.agents.loops import loop_figures
from llmopt.agents.samples import Sampled, by_line, placed
from llmopt.errors import NotApplicable, SourceError, ToolFailed
from llmopt.profile.hot import Spot
from llmopt.rewrite.build import assembly_with, remarks_with
from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain import remarks
from llmopt.toolchain.assembly.syntax import statements
from llmopt.values.step import Level, Step

#: Lines and instructions that are shown, and the least share of the samples that is worth one.
_LINES, _INSTRUCTIONS, _WORTH = 8, 12, 0.02
#: Lines with remarks, remarks on one, and characters of one.
_REMARKED, _REMARKS, _REMARK = 8, 2, 160

_LATE = "they may fall one instruction late"
_NOTHING = (NotApplicable, SourceError, ToolFailed)
Shares = Mapping[tuple[str, int], float]


def first_findings(
    context: UnitContext,
    function: str,
    level: Level,
    steps: Sequence[Step],
    spots: Sequence[Spot],
    shown: str,
) -> str:
    """What is known of a version, whose text at the level is `shown`. Samples are of the function
    as written.
    """
    spots = () if steps else spots
    try:
        if level == "asm":
            text = assembly_with(context, steps)
            sampled = placed(context, text, function, spots)
            figures = loop_figures(context, function, text, sampled.shares)
            return _join(_hot_instructions(shown, sampled), figures)
        lines = lines_of(context, function, steps)
        shares = by_line(context, function, spots)
        return _join(_hot_lines(lines, shares), _remarks(context, function, steps, lines, shares))
    except _NOTHING:
        return ""


def later_findings(context: UnitContext, function: str, level: Level, steps: Sequence[Step]) -> str:
    """What is to be known of a version that was tried; figures beside those of the function as
    written.
    """
    try:
        if level == "asm":
            told = [
                f"{whose}: {figures}"
                for whose, made in (("As written", ()), ("Yours", steps))
                if (figures := loop_figures(context, function, assembly_with(context, made), {}))
            ]
            return _join(*told)
        lines = lines_of(context, function, steps)
        return _remarks(context, function, steps, lines, {})
    except _NOTHING:
        return ""


def _join(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _hot_lines(lines: Lines, shares: Shares) -> str:
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    found = [
        f"{share:.0%} {named}"
        for place, share in ranked[:_LINES]
        if share >= _WORTH and (named := lines.named(*place))
    ]
    head = f"Samples by line of the function's C text ({_LATE}):"
    return "\n".join([head, *found]) if found else ""


def _hot_instructions(shown: str, sampled: Sampled) -> str:
    """By lines of the text as shown, which begins with the function's own instructions."""
    insns = [s for s in statements(shown) if s.kind == "insn"]
    ranked = sorted(sampled.shares.items(), key=lambda item: (-item[1], item[0]))
    found = [
        f"{share:.0%} {insns[number].line + 1}: `{sampled.instructions[number].code}`"
        for number, share in ranked[:_INSTRUCTIONS]
        if share >= _WORTH
    ]
    head = f"Samples by line of the text below ({_LATE}):"
    return "\n".join([head, *found]) if found else ""


def _remarks(
    context: UnitContext, function: str, steps: Sequence[Step], lines: Lines, shares: Shares
) -> str:
    """The compiler's remarks, those at hot lines and on loops first."""
    said = remarks_with(context, steps)
    if context.compiler.is_clang:
        found = remarks.of_clang(said, function)
    else:
        # Behind the function's lines in the file, another's may have the numbers of a longer text.
        last = context.locate(function).end_line
        own = remarks.of_gcc(said)
        found = [r for r in own if r.line <= last and lines.relative(r.file, r.line)]
    found.sort(key=lambda r: (-shares.get((r.file, r.line), 0.0), "vectorized" not in r.text))
    told: dict[str, list[str]] = {}
    for remark in found:
        place = lines.named(remark.file, remark.line)
        if place or not remark.line:
            told.setdefault(place, []).append(remark.text[:_REMARK])
    # Only in IR that an agent wrote has nothing a place.
    nowhere = told.pop("", [])
    shown = [f"{place}: {'; '.join(texts[:_REMARKS])}" for place, texts in told.items()] or nowhere
    head = "The compiler's remarks, by line of the function's C text:"
    return "\n".join([head, *shown[:_REMARKED]]) if shown else ""
