"""Applies a recipe's steps to a unit as it is today and makes the object.

Source steps first, in one spliced file; then IR; then assembly. Each step that holds text applies
only where today's text at its level is the one it was derived from: everything else raises
NotApplicable, and the caller keeps the compiler's own object.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from llmopt.errors import NotApplicable
from llmopt.rewrite.counting import guided
from llmopt.rewrite.unit import Text, UnitContext
from llmopt.source import lexical
from llmopt.source import splice as splicing
from llmopt.toolchain import assembly, ir
from llmopt.values.command import CODE
from llmopt.values.digest import digest
from llmopt.values.step import AssemblyText, Donor, IrText, SourceText, Step

#: What a body taken from another build may not rely on: registers and stack alignment that gcc
#: would otherwise agree on between the functions of one unit, in private.
_GCC_CARRIER = ("-fno-ipa-ra", "-fno-ipa-stack-alignment")
_GCC_DEBUG = ("-gno-variable-location-views",)
#: Of two parameters of one type, which one is left shows in its name only.
_NAMES = ("-fno-discard-value-names",)

#: What stands in front of a definition's type.
_INLINE = re.compile(rb"\b(?:inline|__inline|__inline__)\s+")
_STORAGE = re.compile(rb"(?:(?:static|extern|inline|__inline|__inline__|_Noreturn)\s+)*")

#: A gate asks for what a build has just read; proposals are many.
_KEPT_UNITS = 4


@dataclass(frozen=True)
class Built:
    """An object, what the compiler said while making it, and the steps it came by."""

    object: bytes
    diagnostics: str


def build(context: UnitContext, steps: Sequence[Step], *, diagnose: bool = True) -> Built:
    """The unit's object with `steps` applied; without what the compiler says unless `diagnose`.

    Raises NotApplicable when a step does not fit today's text, ToolFailed when the compiler
    refuses it, SourceError when the text cannot be located.
    """
    texts, later = _by_level(steps)
    with tempfile.TemporaryDirectory(prefix="llmopt-splice-") as directory:
        source, options = _spliced(context, texts, directory)
        if not later:
            return Built(*context.compiler.object(source, options))
        diagnostics = context.compiler.object(source, options)[1] if texts and diagnose else ""
        text = below_source(context, source, options, later)
        return Built(context.compiler.assemble(text), diagnostics)


def below_source(
    context: UnitContext,
    source: str | None,
    options: tuple[str, ...],
    steps: Sequence[Step],
    *,
    checked: bool = True,
    lowering: Sequence[str] = (),
) -> str:
    """The assembly of a source file with steps below the source applied, IR texts first.

    Unless `checked`, stored texts are put in whatever they were derived from. `lowering` are more
    options for the way from a module with IR texts in it to assembly. Raises NotApplicable when a
    step does not fit, ToolFailed when the compiler refuses it.
    """
    carrier = _carrier_options(context, options)
    texts = [step for step in steps if isinstance(step, IrText)]
    module = _module(context, source, carrier, texts, checked=checked) if texts else None
    with ThreadPoolExecutor() as pool:
        # A build may wait for this: donors are compiled beside the carrier.
        donors = {
            step: pool.submit(_donor, context, source, carrier, step, _of(module, texts, step))
            for step in steps
            if isinstance(step, Donor)
        }
        if module is None:
            text = context.text("assembly", source, carrier)
        else:
            text = context.compiler.assembly_of_module(module, lowering)
    for step in steps:
        if isinstance(step, Donor):
            made = donors[step].result()
            text = _take(context, text, source, carrier, step, made, _of(module, texts, step))
        elif isinstance(step, AssemblyText):
            text = _replace_assembly(text, step, checked=checked)
    return text


def assembly_with(context: UnitContext, steps: Sequence[Step]) -> str:
    """The unit's assembly text with `steps` applied, for people to read. Raises as `build`."""
    texts, later = _by_level(steps)
    with tempfile.TemporaryDirectory(prefix="llmopt-splice-") as directory:
        source, options = _spliced(context, texts, directory)
        return below_source(context, source, options, later)


def module_with(context: UnitContext, steps: Sequence[Step], extra: Sequence[str] = ()) -> str:
    """The unit's unoptimized IR module with `steps` applied, names kept and debug info left out.

    Options `extra` follow all others. Whether stored texts fit today's is not asked again. Raises
    NotApplicable under gcc and for what is made below the IR, and as `build`.
    """
    texts, later = _by_level(steps)
    with tempfile.TemporaryDirectory(prefix="llmopt-splice-") as directory:
        source, options = _spliced(context, texts, directory)
        module = context.compiler.module(source, (*options, *_NAMES, "-g0", *extra))
    for step in later:
        if not isinstance(step, IrText):
            raise NotApplicable(f"the code of {', '.join(_functions(step))} is made below the IR")
        module = ir.replace(module, step.function, step.text)
    return module


def remarks_with(context: UnitContext, steps: Sequence[Step]) -> str:
    """What the compiler records of its optimizations with `steps` applied, for people to read.

    Raises NotApplicable for what is made below the IR or by other passes, and as `build`.
    """
    texts, later = _by_level(steps)
    if any(isinstance(step, IrText) for step in later):
        return context.compiler.remarks_of_module(module_with(context, steps))
    with tempfile.TemporaryDirectory(prefix="llmopt-splice-") as directory:
        source, options = _spliced(context, texts, directory)
        for step in later:
            if not isinstance(step, Donor) or step.passes:
                raise NotApplicable("the compiler's own passes do not make this code")
            options = (*options, *step.options)
        return context.compiler.remarks(source, options)


def _functions(step: Step) -> tuple[str, ...]:
    return step.functions if isinstance(step, Donor) else (step.function,)


def _by_level(steps: Sequence[Step]) -> tuple[list[SourceText], list[Step]]:
    """The steps at source level, and those below."""
    texts = [step for step in steps if isinstance(step, SourceText)]
    return texts, [step for step in steps if not isinstance(step, SourceText)]


def source_step(
    context: UnitContext,
    function: str,
    text: bytes,
    helpers: tuple[str, ...] = (),
    options: tuple[str, ...] = (),
) -> SourceText:
    """The checked rewrite that puts `text` in place of `function` as it is today.

    Raises SourceError or ToolFailed when the text cannot be spliced or preprocessed.
    """
    return SourceText(
        function=function,
        derived_from=context.closure_digest(function),
        text=text.decode("utf-8", "surrogateescape"),
        reaches=_reach(context, function, text),
        helpers=helpers,
        options=options,
    )


def outlined(context: UnitContext, function: str) -> SourceText:
    """The rewrite that keeps a function from being inlined. Raises as `source_step`, and
    NotApplicable where the function asks for the contrary.
    """
    return source_step(context, function, _outlined_text(context, function))


def _outlined_text(context: UnitContext, function: str) -> bytes:
    if "always_inline" in context.lexical.declarator(function):
        raise NotApplicable(f"{function} asks to be inlined everywhere")
    # gcc would make clones of it for its callers.
    attributes = b"noinline" if context.compiler.is_clang else b"noinline, noclone"
    text = context.locate(function).text
    end = found.end() if (found := _STORAGE.match(text)) else 0
    storage = text[:end]
    if b"static" in storage:
        storage = _INLINE.sub(b"", storage)  # a hint that would be warned of
    return storage + b"__attribute__((%s)) " % attributes + text[end:]


def identity_source(context: UnitContext, function: str) -> bytes:
    """The object with the function's own text spliced in: must equal the compiler's own."""
    with tempfile.TemporaryDirectory(prefix="llmopt-splice-") as directory:
        located = context.locate(function)
        source, options = _write(context, [splicing.Replacement(located, located.text)], directory)
        return context.compiler.object(source, options)[0]


def identity_assembly(context: UnitContext, function: str) -> tuple[bytes, bytes]:
    """The carrier assembled as it is, and with the function's own assembly taken into it. A
    function that is inlined everywhere is kept from it in both.
    """
    carrier = context.compiler.assembly(None, _carrier_options(context, ()))
    if function not in assembly.functions(assembly.parse(carrier)):
        with level(context, [outlined(context, function)]) as text:
            carrier = text("assembly")
    taken = assembly.take(carrier, carrier, [function])
    return context.compiler.assemble(carrier), context.compiler.assemble(taken)


def _spliced(
    context: UnitContext, steps: Sequence[SourceText], directory: str
) -> tuple[str | None, tuple[str, ...]]:
    if not steps:
        return None, ()
    replacements = []
    extra: list[str] = []
    for step in steps:
        if context.closure_digest(step.function) != step.derived_from:
            raise NotApplicable(f"{step.function} is no longer what the rewrite was made from")
        text = step.text.encode("utf-8", "surrogateescape")
        replacement = splicing.Replacement(context.locate(step.function), text)
        # Each alone: what it reaches was noted beside the original text of all others.
        if _reach(context, step.function, text) != step.reaches:
            raise NotApplicable(
                f"the new text of {step.function} reaches names that are no longer what they were"
            )
        replacements.append(replacement)
        extra += [option for option in step.options if option not in extra]
    source, options = _write(context, replacements, directory)
    return source, (*options, *extra)


def _reach(context: UnitContext, function: str, text: bytes) -> str:
    """The digest of what a spliced text reaches."""
    return spliced(context, function, text).closure(function).digest


def spliced(context: UnitContext, function: str, text: bytes) -> lexical.PreprocessedUnit:
    """The unit as its compiler reads it with `text` in place of `function`.

    Raises SourceError or ToolFailed when the text cannot be spliced or preprocessed.
    """
    known = context.spliced.get((function, text))
    if known is None:
        with tempfile.TemporaryDirectory(prefix="llmopt-splice-") as directory:
            replacement = splicing.Replacement(context.locate(function), text)
            source, options = _write(context, [replacement], directory)
            known = lexical.parse(context.compiler.preprocess(source, options))
        with context.lock:
            while len(context.spliced) >= _KEPT_UNITS:
                context.spliced.pop(next(iter(context.spliced)))
            context.spliced[function, text] = known
    return known


@contextmanager
def level(context: UnitContext, steps: Sequence[Step]) -> Iterator[Callable[[Text], str]]:
    """What the unit reads as below its source, with the source steps among `steps` applied.

    Raises what `build` raises.
    """
    texts = [step for step in steps if isinstance(step, SourceText)]
    with tempfile.TemporaryDirectory(prefix="llmopt-splice-") as directory:
        source, options = _spliced(context, texts, directory)
        words = _carrier_options(context, options)
        yield lambda kind: context.text(kind, source, words)


def _write(
    context: UnitContext, replacements: Sequence[splicing.Replacement], directory: str
) -> tuple[str, tuple[str, ...]]:
    source = context.unit.command.source
    path = Path(directory) / splicing.spliced_name(source)
    path.write_bytes(splicing.splice(context.content, replacements))
    return str(path), splicing.options(source, directory)


def _carrier_options(context: UnitContext, options: Sequence[str]) -> tuple[str, ...]:
    if context.compiler.is_clang:
        return tuple(options)
    debug = any(o.startswith("-g") for o in context.unit.command.arguments(CODE))
    return (*options, *_GCC_CARRIER, *(_GCC_DEBUG if debug else ()))


def _of(module: str | None, texts: Sequence[IrText], step: Donor) -> str | None:
    """The module that a donor has to be made of: the one with IR texts, where they are its own."""
    return module if any(text.function in step.functions for text in texts) else None


def _module(
    context: UnitContext,
    source: str | None,
    options: tuple[str, ...],
    steps: Sequence[IrText],
    *,
    checked: bool,
) -> str:
    """The unit's module with IR texts in it. Raises NotApplicable where one does not fit."""
    module = context.text("module", source, options)
    optimized = context.text("optimized module", source, options)
    made = module
    for step in steps:
        if checked and ir_digest(module, optimized, step.function) != step.derived_from:
            raise NotApplicable(f"the IR of {step.function} is no longer what the text was made of")
        known = ir.names(module, step.function) | ir.names(optimized, step.function)
        made = ir.replace(made, step.function, step.text)
        if more := sorted(ir.names(made, step.function) - known):
            raise NotApplicable(f"the IR of {step.function} names {more[0]}, which it did not")
    return made


def _donor(
    context: UnitContext,
    source: str | None,
    options: tuple[str, ...],
    step: Donor,
    changed: str | None,
) -> tuple[str | None, str]:
    """The other build's module, where it had to be made, and its assembly; of a module that was
    `changed`, or of the source.
    """
    if not step.passes:
        with guided(context, step.counts, source) as told:
            extra = (*step.options, *told)
            if changed is None:
                return None, context.compiler.assembly(source, (*options, *extra))
            return changed, context.compiler.assembly_of_module(changed, extra)
    before = changed or context.compiler.module(source, (*options, *_NAMES))
    module = context.compiler.after_passes(before, step.passes)
    flags = ["-Xclang", "-disable-llvm-passes"]
    return module, context.compiler.assembly_of_module(module, flags)


def _take(
    context: UnitContext,
    carrier: str,
    source: str | None,
    options: tuple[str, ...],
    step: Donor,
    made: tuple[str | None, str],
    changed: str | None,
) -> str:
    module, text = made
    donor = assembly.absorbed(text, carrier, step.functions)
    if all(_same_code(carrier, donor, name) for name in step.functions):
        raise NotApplicable("the other build makes the same code")
    if context.compiler.is_clang:
        local = _local_functions(carrier, donor, step.functions)
        if local and changed is not None:
            raise NotApplicable(f"{local[0]}, which only this unit calls, was changed as IR")
        if local:
            ours = context.compiler.module(source, (*options, *_NAMES), optimized=True)
            with guided(context, step.counts, source) as told:
                theirs = module or context.compiler.module(
                    source, (*options, *step.options, *told, *_NAMES), optimized=True
                )
            _check_conventions(ours, theirs, local)
    return assembly.take(carrier, donor, step.functions)


def _same_code(carrier: str, donor: str, function: str) -> bool:
    return assembly.canonical(carrier, function) == assembly.canonical(donor, function)


def _local_functions(carrier: str, donor: str, functions: Sequence[str]) -> list[str]:
    """The functions taken, and those that they name, that only this unit can call."""
    parsed = assembly.parse(donor)
    here = set(assembly.functions(assembly.parse(carrier)))
    involved = set(functions)
    for name in functions:
        involved |= assembly.references(parsed, name) & here
    return sorted(name for name in involved if assembly.is_local(parsed, name))


def _check_conventions(ours: str, theirs: str, functions: Sequence[str]) -> None:
    """A function that only this unit can call may be called otherwise in another build of it.

    `ours` and `theirs` are optimized modules. Raises NotApplicable.
    """
    for name in functions:
        if ir.convention(ours, name) != ir.convention(theirs, name):
            raise NotApplicable(f"{name} is called by another convention in the other build")


def _replace_assembly(carrier: str, step: AssemblyText, *, checked: bool) -> str:
    if checked and assembly_digest(carrier, step.function) != step.derived_from:
        raise NotApplicable(
            f"the assembly of {step.function} is no longer what the text was made of"
        )
    replaced = assembly.replace(carrier, step.function, step.text)
    # What else the unit defines may mean something else tomorrow, and no digest would tell.
    old, new = assembly.parse(carrier), assembly.parse(replaced)
    known = assembly.references(old, step.function)
    if more := sorted((assembly.references(new, step.function) - known) & set(old.owners)):
        raise NotApplicable(f"the text of {step.function} names {more[0]}, which it did not")
    return replaced


def ir_digest(module: str, optimized: str, function: str) -> str:
    """The digest that a stored IR text is checked against.

    The unoptimized block alone would not do: what the optimizer folds into the function from the
    rest of the unit, such as a static that nobody writes, shows in the optimized one only.
    """
    blocks = ir.derived_from(module, function), ir.derived_from(optimized, function)
    return digest("IR text", *blocks)


def assembly_digest(text: str, function: str) -> str:
    """The digest that a stored assembly text is checked against."""
    return digest("assembly", assembly.canonical(text, function))
