"""Equivalence gate: Alive2's solver finds no input on which candidate and original differ.

Both are compared as LLVM IR, as it comes from the compiler's front end: variables in registers and
static functions inlined, no more, since every further pass may decide what undefined code does.
Loops are followed a few times only, so that a passed gate says "equal up to k": nothing of runs in
which a loop, of either of the two, goes on longer. It says nothing of memory that is not given
back, of time and of the stack. What the tool does not model is inconclusive, and so is everything
that is not exactly understood: calls of functions that it does not know are taken for equal when
their arguments are, which can show that two functions are equal but not that they differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor

from llmopt.errors import NotApplicable, SourceError, ToolError
from llmopt.rewrite.build import module_with
from llmopt.rewrite.unit import UnitContext
from llmopt.sandbox.run import Sandbox
from llmopt.toolchain import alive, ir
from llmopt.toolchain.alive import Answer, Counterexample, Differs, Equal, Unknown
from llmopt.values.contract import Contract
from llmopt.values.step import Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict

GATE = "equivalence"

#: How many times a loop is followed, in order of cost.
BOUNDS = (2, 4, 8)

#: What Alive2 knows exactly, intrinsics besides.
_KNOWN_FUNCTIONS = frozenset(
    {"malloc", "calloc", "realloc", "free", "strlen", "memcmp", "bcmp", "abs", "labs", "llabs"}
)
#: Bits of an integer from which on its extremes are huge.
_HUGE = 16
#: Where the processor cannot fuse operations, this is what the code generator does; where it can,
#: the original's IR allows both ways, and what is compiled goes one of them.
_ROUNDING = ("-ffp-contract=off",)
_FLOATS = re.compile(r"\bf(add|sub|mul)\b")
_ROUNDS = re.compile(
    r"@llvm\.fmuladd\b"
    r"|\b(?:f(?:add|sub|mul|div|rem|neg|cmp)|select|phi|call) "
    r"(?:fast|nnan|ninf|nsz|arcp|contract|afn|reassoc)\b"
)
_CHARACTER = "omnipotent char"


def judge(
    context: UnitContext,
    function: str,
    steps: Sequence[Step],
    sandbox: Sandbox,
    contract: Contract | None = None,
) -> Verdict:
    """Judges a candidate made at source or IR level.

    An example that the contract may not allow refutes nothing.
    """
    if not alive.installed():
        return Inconclusive(GATE, f"{alive.PROGRAM} is not on PATH")
    try:
        question = _ask(context, function, steps, contract or Contract())
        answers = list(_answers(sandbox, question))
    except (NotApplicable, SourceError, ToolError) as error:
        return Inconclusive(GATE, str(error))
    bound, last = answers[-1]
    if isinstance(last, Differs):
        return _differs(sandbox, question, last.example, bound)
    if isinstance(last, Equal) and not last.bounded:
        return Passed(GATE, {"bound": "any bound", "by": alive.PROGRAM})
    equal = [bound for bound, answer in answers if isinstance(answer, Equal)]
    if equal:
        return Passed(GATE, {"bound": max(equal), "by": alive.PROGRAM})
    reason = last.reason if isinstance(last, Unknown) else "no answer"
    return Inconclusive(GATE, f"{reason} (loops followed {bound} times)")


def counterexample(
    context: UnitContext,
    function: str,
    steps: Sequence[Step],
    sandbox: Sandbox,
    contract: Contract | None = None,
) -> Counterexample | None:
    """What a candidate differs on, to be made a test; None where nothing was found.

    Raises as `rewrite.build.build`, and ToolError where the tool is not installed.
    """
    question = _ask(context, function, steps, contract or Contract())
    found = [answer for _, answer in _answers(sandbox, question)]
    return next((answer.example for answer in found if isinstance(answer, Differs)), None)


@dataclass(frozen=True)
class _Question:
    """The original's module and the candidate's, and what callers promise of the function."""

    function: str
    source: str
    target: str
    contract: Contract

    def within(self, ranges: Mapping[str, tuple[int, int]]) -> _Question:
        """The same of fewer arguments: what is undefined in the source may be anything."""
        return replace(self, source=ir.assuming(self.source, self.function, ranges))

    def answer(self, sandbox: Sandbox, bound: int) -> Answer:
        return alive.refines(sandbox, self.source, self.target, self.function, bound)


def _ask(
    context: UnitContext, function: str, steps: Sequence[Step], contract: Contract
) -> _Question:
    source, target = _modules(context, function, steps)
    question = _Question(function, source, target, contract)
    whole = ir.integers(source, function)
    return question.within(
        {n: (ceil(a), floor(b)) for n, (a, b) in contract.range.items() if n in whole}
    )


def _answers(sandbox: Sandbox, question: _Question) -> Iterator[tuple[int, Answer]]:
    """The answers with greater and greater bounds, up to one that settles it."""
    for bound in BOUNDS:
        answer = question.answer(sandbox, bound)
        yield bound, answer
        match answer:
            case Differs() | Equal(bounded=False) | Unknown(hopeless=True):
                return


def _differs(sandbox: Sandbox, question: _Question, example: Counterexample, bound: int) -> Verdict:
    if doubt := _doubt(question, example):
        return Inconclusive(GATE, f"{doubt}: {example}")
    widths = ir.integers(question.source, question.function)
    usual = {name: (-(1 << w - 2), (1 << w - 2) - 1) for name, w in widths.items() if w >= _HUGE}
    if example.is_undefined and usual:
        # `n - 3` overflows for the least `n` of all, which no caller has ever given a length.
        answer = question.within(usual).answer(sandbox, bound)
        if not isinstance(answer, Differs):
            only = "only" if isinstance(answer, Equal) else "at least"
            return Inconclusive(GATE, f"undefined {only} with huge arguments: {example}")
        example = answer.example
    return Refuted(GATE, str(example))


def _modules(context: UnitContext, function: str, steps: Sequence[Step]) -> tuple[str, str]:
    """The function as it is and as the candidate has it, each in a module that can be compared.

    Raises NotApplicable where they cannot.
    """
    source, target = (
        context.compiler.after_passes(
            ir.inlining(module_with(context, applied, _ROUNDING), function), "always-inline,mem2reg"
        )
        for applied in ((), steps)
    )
    for module in (source, target):
        block = ir.define_block(module, function)
        if None in ir.callees(block):
            raise NotApplicable(f"{function} calls what a pointer or assembly says")
        if found := _ROUNDS.search(block):
            raise NotApplicable(f"{function} may round in more than one way ({found.group(0)})")
        fuses = re.search(r'"target-features"="[^"]*\+(fma|avx512f)', module)
        if _FLOATS.search(block) and (fuses or '\ntarget triple = "x86_64' not in module):
            raise NotApplicable(f"{function} may be compiled to fused operations")
    # By what types memory is accessed is not modelled, and the compiler relies on it.
    added = ir.accessed_types(target, function) - ir.accessed_types(source, function)
    if added := added - {_CHARACTER}:
        raise NotApplicable(f"{function} accesses memory as {min(added)}, which it did not")
    kinds = ("tbaa", "tbaa.struct", "llvm.loop")
    return ir.without_metadata(source, kinds), ir.without_metadata(target, kinds)


def _doubt(question: _Question, example: Counterexample) -> str:
    """Why an example may be none; empty where it is one."""
    for module in (question.source, question.target):
        opaque = {
            callee
            for callee in ir.callees(ir.define_block(module, question.function))
            if callee and not callee.startswith("llvm.") and callee not in _KNOWN_FUNCTIONS
        }
        if opaque:
            return f"differs where {min(opaque)} is not known"
    contract = question.contract
    unchecked = sorted(contract.range.keys() - ir.integers(question.source, question.function))
    if unchecked:
        return f"differs where {unchecked[0]} may be out of its range"
    if contract.require:
        return f"differs where `{contract.require[0]}` may not hold"
    promised = (contract.length, contract.apart, contract.nonnull, contract.string)
    if any(promised) and any(argument.type == "ptr" for argument in example.arguments):
        return "differs where the contract says more of the memory behind pointers"
    return ""
