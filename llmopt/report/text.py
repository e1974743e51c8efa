"""Plain-text tables and pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llmopt.config.model import HotSection
from llmopt.profile.hot import Profile
from llmopt.values.cost import Cost
from llmopt.values.measurement import Speedup
from llmopt.values.recipe import Recipe
from llmopt.values.step import AssemblyText, Donor, IrText, SourceText, Step
from llmopt.values.verdict import describe


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Columns as wide as their content; those in `right` are aligned there."""
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]

    def line(row: Sequence[str]) -> str:
        cells = (
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return "  ".join(cells).rstrip()

    return "\n".join(line(row) for row in (head, *rows))


def hot_table(profile: Profile, section: HotSection) -> str:
    """The functions of a profile, the hot ones marked."""
    hot = set(profile.hot(section))
    rows = []
    for function in profile.functions:
        if function.share < 0.005 and function not in hot:
            break
        mark = "hot" if function in hot else ""
        place = function.source or function.reason
        note = f"({function.reason})" if function.source and function.reason else ""
        rows.append([f"{function.share:6.1%}", mark, function.name, f"{place} {note}".strip()])
    head = f"`{profile.command}`: {profile.samples} samples of {profile.event}\n\n"
    return head + table(["share", "", "function", "source"], rows, right=(0,))


def report(run: dict[str, Any], recipes: Sequence[Recipe]) -> str:
    """The last run and its recipes, with all evidence."""
    parts = [_headline(run)]
    parts += [recipe_page(recipe) for recipe in recipes]
    tested = [(f["function"], f["tests"]) for f in run["functions"] if f.get("tests")]
    if tested:
        parts.append("tests that a model wrote:\n" + table(["function", "how they stand"], tested))
    others = [f for f in run["functions"] if f["note"]]
    if others:
        rows = [
            [f"{f['share']:6.1%}", f["function"], str(f["trials"]), _short(f["note"])]
            for f in others
        ]
        parts.append(
            "left to the compiler:\n" + table(["share", "function", "trials", "why"], rows, (0, 2))
        )
    return "\n\n".join(parts)


def _headline(run: dict[str, Any]) -> str:
    count = len(run["recipes"])
    lines = [f"{count} recipe{'s' * (count != 1)} for `{run['command']}`"]
    if run["workload"]:
        workload = Speedup(**run["workload"])
        lines.append(
            f"workload {workload} over {workload.pairs} interleaved rounds; "
            f"noise (original against itself) "
            f"[{workload.noise_low:.3f}, {workload.noise_high:.3f}]"
        )
    isolation = "in bubblewrap" if run["isolated"] else "with limits only, no bubblewrap here"
    lines.append(f"measured on {run['machine']}; candidates ran {isolation}")
    if run.get("tokens"):
        lines.append(f"models took {Cost(run['tokens'], round(run['dollars'] * 1e6))}")
    if kept := run.get("kept_answers"):
        lines.append(f"{kept} answer{'s' * (kept != 1)} of models came from the cache, for nothing")
    if run["interrupted"]:
        lines.append("the run was interrupted: what was finished is kept")
    return "\n".join(lines)


def recipe_page(recipe: Recipe) -> str:
    """One recipe with its steps and evidence."""
    lines = [
        f"{recipe.function}  {recipe.source}  {recipe.digest[:12]}",
        f"  speedup  {recipe.speedup} of the function, {recipe.speedup.pairs} rounds",
        *(f"  step     {step.level}: {describe_step(step)}" for step in recipe.steps),
        *(f"  gate     {describe(verdict)}" for verdict in recipe.verdicts),
        *(f"  asked    {describe(verdict)}" for verdict in recipe.undecided),
        f"  tiers    {', '.join(recipe.tiers) or 'none'}",
        f"  made by  {recipe.provenance.get('agent')}: {recipe.provenance.get('move')}, "
        f"{recipe.provenance.get('compiler')}",
    ]
    return "\n".join(lines)


def describe_step(step: Step) -> str:
    """One line for a step."""
    match step:
        case SourceText():
            what = "copies behind a dispatcher" if step.is_dispatcher else "functions of its own"
            more = f", {len(step.helpers)} {what}" if step.helpers else ""
            return f"other text for {step.function}{more}"
        case IrText():
            return f"other IR for {step.function}"
        case AssemblyText():
            return f"other assembly for {step.function}"
        case Donor():
            how = [f"passes {step.passes}"] if step.passes else [*step.options]
            how += ["the workload's branch counts"] if step.counts else []
            return f"as compiled with {' '.join(how)}"


def _short(text: str) -> str:
    first = text.splitlines()[0] if text else ""
    return first if len(first) <= 110 else first[:107] + "..."
