"""Which places of a text some runs reach: the cases of a function, or the whole program's workload.

A candidate may hold code that no run has reached: there a mistake, or a trap, would not show. Of a
donor nothing is asked: its code is made from the original's text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from llmopt.harness.compare import Oracle
from llmopt.harness.coverage import Gap, covered, gaps
from llmopt.harness.driver import driver_text
from llmopt.harness.lines import NOWHERE, Lines
from llmopt.harness.program import Harness
from llmopt.harness.records import Mode, request
from llmopt.rewrite.altered import altered_assembly, with_texts
from llmopt.rewrite.build import outlined
from llmopt.rewrite.dispatcher import variants
from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain import assembly, ir
from llmopt.toolchain.assembly import Mark
from llmopt.values.step import AssemblyText, IrText, SourceText, Step

_LABEL = re.compile(r"\.L[\w.$]+")
#: Seconds of processor time for one case: code with marks is not optimized.
_SECONDS = 1.0


@dataclass(frozen=True)
class Marking:
    """What is to carry marks: `functions` in another text of the unit, with `steps` below the
    source. `options` follow the unit's own.
    """

    text: bytes
    functions: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    options: tuple[str, ...] = ()


#: Compiles what is to carry marks, runs it, and says which marks were left out. Raises
#: NotApplicable, SourceError, ToolError.
Exercise = Callable[[Marking], list[Mark]]


def by_cases(harness: Harness, known: Sequence[Oracle]) -> Exercise:
    """Runs the cases of some oracles."""

    def exercise(marking: Marking) -> list[Mark]:
        directory = harness.directory()
        made = covered(
            harness.context,
            marking.text + driver_text(harness.description),
            marking.functions,
            directory / "marks",
            marking.steps,
            marking.options,
        )
        program = replace(harness.linked(made.object), writable=(str(directory),))
        for one in known:
            planned = [expected.planned for expected in one.cases]
            program.runs(request(Mode.RUN, one.seed, one.constants, planned, case_seconds=_SECONDS))
        return made.left_out()

    return exercise


def original_gaps(
    context: UnitContext, function: str, exercise: Exercise, steps: Sequence[Step] = ()
) -> list[Gap]:
    """The places of the original that are not reached: of its text, and of its code at the levels
    of the `steps`. Raises as the exercise does.
    """
    located = context.locate(function)
    left = exercise(Marking(context.content, (function,)))
    found = gaps(left, Lines(located.text.decode("utf-8", "surrogateescape"), located.line))
    for step in steps:
        if isinstance(step, (IrText, AssemblyText)):
            found += gaps(exercise(_unchanged(context, step)), NOWHERE)
    return found


def _unchanged(context: UnitContext, step: IrText | AssemblyText) -> Marking:
    """The unit with a function's own code in its place; of one that is inlined everywhere, as it
    would be else.
    """
    content, name = context.content, step.function
    if isinstance(step, IrText):
        text = ir.excerpt(context.compiler.module(), name)
        return Marking(content, (name,), (replace(step, text=text),))
    code = context.compiler.assembly()
    if name not in assembly.functions(assembly.parse(code)):
        content = with_texts(context, [outlined(context, name)])
        code = altered_assembly(context, content)
    return Marking(content, (name,), (replace(step, text=assembly.excerpt(code, name)),))


def candidate_gaps(context: UnitContext, steps: Sequence[Step], exercise: Exercise) -> list[Gap]:
    """The places of a candidate's own texts that are not reached, the copies behind a dispatcher
    taken together. Raises as the exercise does.
    """
    texts = tuple(step for step in steps if isinstance(step, SourceText))
    found: list[Gap] = []
    for number, variant in enumerate(_variants(context, texts)):
        if number == 0:
            found = list(_source(context, variant, exercise))
        elif found:  # what one copy reaches, the others need not
            found = common([found, list(_source(context, variant, exercise))])
    for step in steps:
        if isinstance(step, (IrText, AssemblyText)):
            marking = Marking(with_texts(context, texts), (step.function,), (step,))
            found += gaps(exercise(marking), NOWHERE)
    return found


def common(found: Sequence[Sequence[Gap]]) -> list[Gap]:
    """The gaps that several kinds of runs have together."""
    if not found:
        return []
    first, *others = ({_place(gap): gap for gap in part} for part in found)
    kept = []
    for place, gap in first.items():
        same = [other[place] for other in others if place in other]
        if len(same) == len(others):
            kept.append(replace(gap, never=gap.never and all(other.never for other in same)))
    return kept


def unknown(found: Sequence[Gap], original: Sequence[Gap]) -> list[Gap]:
    """Without the places that are word for word in the original, and not reached there either.

    Instructions are short and alike: as many are left out as the original has.
    """
    lines = {(gap.code, gap.never) for gap in original if gap.line}
    instructions = Counter(_plain(gap) for gap in original if not gap.line)
    left = []
    for gap in found:
        if gap.line:
            if not {(gap.code, gap.never), (gap.code, True)} & lines:
                left.append(gap)
        elif instructions[_plain(gap)]:
            instructions[_plain(gap)] -= 1
        else:
            left.append(gap)
    return left


def _plain(gap: Gap) -> tuple[str, bool]:
    return _LABEL.sub(".L", gap.code), gap.never


def _place(gap: Gap) -> tuple[str, int, str]:
    # Copies behind a dispatcher differ in what a line says, not in where it stands; and labels are
    # numbered through the unit.
    return (
        (gap.function, gap.number, "")
        if gap.line
        else (gap.function, 0, _LABEL.sub(".L", gap.code))
    )


def _variants(context: UnitContext, texts: tuple[SourceText, ...]) -> list[tuple[SourceText, ...]]:
    if not texts:
        return []
    others = variants(context, texts)
    return [texts, *(tuple(s for s in v if isinstance(s, SourceText)) for v in others)]


def _source(context: UnitContext, texts: Sequence[SourceText], exercise: Exercise) -> Iterator[Gap]:
    content = with_texts(context, texts)
    stand = [_functions(context, content, step) for step in texts]
    functions = tuple(name for found in stand for name in found)
    options = tuple(option for step in texts for option in step.options)
    left = exercise(Marking(content, functions, (), options))
    for step, found in zip(texts, stand, strict=True):
        lines = Lines(step.text, context.locate(step.function).line, found)
        yield from gaps([mark for mark in left if mark.function in found], lines)


def _functions(
    context: UnitContext, content: bytes, step: SourceText
) -> dict[str, tuple[int, int]]:
    """The functions that a step's text defines, and from which of its lines to which."""
    text = step.text.encode("utf-8", "surrogateescape")
    start = content.index(b"#line %d\n%b" % (context.locate(step.function).line, text))
    before = content.count(b"\n", 0, start) + 1
    count = step.text.count("\n") + 1
    stand = {
        name: (cursor.extent.start.line - before, cursor.extent.end.line - before)
        for name, cursor in context.definitions(content).items()
    }
    return {name: at for name, at in stand.items() if at[0] >= 1 and at[1] <= count}
