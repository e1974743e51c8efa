"""Static gate: what can be seen in the texts and objects without running anything.

The candidate's object must keep the contract with the rest of the program: the same symbols with
the same linkage, visibility and section, nothing new asked of the outside but pure helpers, nothing
new to write to. Its texts may promise the compiler no more than the original's do, and keep every
volatile and atomic access, lock and fence. What nobody has looked at is inconclusive.

    options        what a step adds to the compiler's options
    source_text    C text, by its tokens and by libclang
    generator_text statements that make arguments for tests
    ir_text        LLVM IR, line by line
    assembly_text  assembly, by its statements; `frame` follows the stack and the registers
    objects        symbols, relocations, sections, hardening of the object
    counters       loop variables with fewer bits than the original's
    locks          which names take locks and order memory
"""

from __future__ import annotations

from collections.abc import Sequence

from llmopt.errors import NotApplicable, SourceError, ToolFailed
from llmopt.rewrite.build import level
from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain.elf import ObjectFile
from llmopt.values.step import AssemblyText, Donor, IrText, SourceText, Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from llmopt.verify.static.assembly_text import judge_assembly
from llmopt.verify.static.counters import counter_doubt
from llmopt.verify.static.generator_text import judge_generator
from llmopt.verify.static.ir_text import judge_ir
from llmopt.verify.static.objects import frame_doubt, object_fault
from llmopt.verify.static.options import option_fault, unknown_option
from llmopt.verify.static.source_text import directive_fault, judge_source

GATE = "static"

__all__ = ["GATE", "judge", "judge_generator", "judge_object", "judge_texts", "judge_unread"]


def judge(context: UnitContext, function: str, steps: Sequence[Step], candidate: bytes) -> Verdict:
    """Judges a candidate's steps and object."""
    verdict = judge_texts(context, steps)
    if not isinstance(verdict, Passed):
        return verdict
    verdict = judge_object(context, function, steps, candidate)
    if not isinstance(verdict, Passed):
        return verdict
    try:
        doubt = counter_doubt(context, steps)
    except (NotApplicable, SourceError, ToolFailed) as error:
        doubt = f"counters cannot be compared: {error}"
    return Inconclusive(GATE, doubt) if doubt else verdict


def judge_unread(context: UnitContext, function: str, text: str) -> Verdict:
    """Judges what can be said of a C text for a function before any compiler reads it: one may read
    the files that a text names. Raises SourceError where the unit has no such function.
    """
    own = context.locate(function).text.decode("utf-8", "surrogateescape")
    if fault := directive_fault(text, own):
        return Refuted(GATE, f"the text of {function} {fault}")
    return Passed(GATE)


def judge_texts(context: UnitContext, steps: Sequence[Step]) -> Verdict:
    """Judges what can be read before a compiler acts on it: options that load code into it, texts
    that have it read other files.
    """
    for step in steps:
        if found := option_fault(context, step):
            return Refuted(GATE, found)
        if unknown := unknown_option(step):
            return Inconclusive(GATE, f"nobody has said that {unknown} changes no result")
    try:
        for number, step in enumerate(steps):
            verdict = _judge_text(context, steps[:number], step)
            if not isinstance(verdict, Passed):
                return verdict
    except (NotApplicable, SourceError, ToolFailed) as error:
        return Inconclusive(GATE, f"a text cannot be compared with what it replaces: {error}")
    return Passed(GATE)


def _judge_text(context: UnitContext, before: Sequence[Step], step: Step) -> Verdict:
    """A step's text against what stands at its level after the steps before it."""
    if isinstance(step, SourceText):
        return judge_source(context, step)
    if isinstance(step, IrText):
        with level(context, before) as text:
            return judge_ir(step, text("module"), text("optimized module"))
    if isinstance(step, AssemblyText):
        with level(context, before) as text:
            return judge_assembly(context, step, text("assembly"))
    return Passed(GATE)


def judge_object(
    context: UnitContext, function: str, steps: Sequence[Step], candidate: bytes
) -> Verdict:
    """Judges the object that came of the steps."""
    old, new = ObjectFile(context.object), ObjectFile(candidate)
    texts = [step for step in steps if isinstance(step, SourceText)]
    helpers = frozenset(name for step in texts for name in step.helpers)
    # What was inlined everywhere is judged by those that it may have been inlined into.
    inlined = function not in old.defined or function not in new.defined
    judged = {symbol.name for symbol in old.functions} if inlined else set()
    if fault := object_fault(old, new, sorted({function, *_changed(steps), *judged}), helpers):
        return Refuted(GATE, fault)
    if function not in new.defined and not texts:
        return Inconclusive(GATE, f"{function} is not a symbol of the candidate's object")
    if doubt := frame_doubt(old, new):
        return Inconclusive(GATE, doubt)
    added = sorted(new.undefined - old.undefined)
    return Passed(GATE, {"symbols": len(new.defined), "new_externals": ", ".join(added) or "none"})


def _changed(steps: Sequence[Step]) -> set[str]:
    return {
        name
        for step in steps
        for name in (step.functions if isinstance(step, Donor) else (step.function,))
    }
