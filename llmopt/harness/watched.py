"""Programs that tell of their accesses to volatile objects, as runtime/accesses.c keeps them.

Compilers tell of them for ThreadSanitizer, of which nothing else is used: no other check sees in
which order a device's registers are read and written, nor whether a second look was left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from weakref import WeakKeyDictionary

from llmopt.errors import NotApplicable
from llmopt.harness.program import Harness, Program
from llmopt.toolchain import ir
from llmopt.toolchain.elf import ObjectFile
from llmopt.values.step import AssemblyText, Donor, IrText, Step

_OPTIONS = {
    "gcc": (
        "-fsanitize=thread",
        *("--param", "tsan-distinguish-volatile=1"),
        *("--param", "tsan-instrument-func-entry-exit=0"),
    ),
    "clang": (
        "-fsanitize=thread",
        *("-mllvm", "-tsan-distinguish-volatile"),
        *("-mllvm", "-tsan-instrument-atomics=0"),
        *("-mllvm", "-tsan-instrument-memintrinsics=0"),
        *("-mllvm", "-tsan-instrument-func-entry-exit=0"),
    ),
}
_ATTRIBUTE = "sanitize_thread"
_TOLD = ("__tsan_volatile_", "__tsan_unaligned_volatile_")
_ORIGINALS: WeakKeyDictionary[Harness, Program | None] = WeakKeyDictionary()


def original(harness: Harness) -> Program | None:
    """The original's program; None where its unit accesses no volatile object. Made once.

    Raises NotApplicable, SourceError, ToolFailed.
    """
    if harness not in _ORIGINALS:
        made = None
        if b"volatile" in harness.context.preprocessed:
            options = _OPTIONS[harness.context.compiler.identity.family]
            data = harness.object_of(harness.context.content, (), options)
            if any(name.startswith(_TOLD) for name in ObjectFile(data).undefined):
                made = harness.linked(data)
        _ORIGINALS[harness] = made
    return _ORIGINALS[harness]


def candidate(harness: Harness, steps: Sequence[Step]) -> Program:
    """A candidate's program. Raises NotApplicable, SourceError, ToolFailed."""
    if any(isinstance(step, AssemblyText) for step in steps):
        raise NotApplicable("accesses to volatile objects cannot be watched in assembly")
    options = _OPTIONS[harness.context.compiler.identity.family]
    # What the compiler derives from the original keeps its accesses.
    told = [_marked(step) for step in steps if not isinstance(step, Donor)]
    return harness.program(told, options=options, lowering=options)


def _marked(step: Step) -> Step:
    if isinstance(step, IrText):
        return replace(step, text=ir.with_attributes(step.text, _ATTRIBUTE))
    return step
