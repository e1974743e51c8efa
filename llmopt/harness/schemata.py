"""All mutants of a function in one unit: copies under names of their own, behind one function.

The function of the unit's name calls the copy whose number stands in the environment, the original
unless told otherwise. So a hundred mutants cost one compile (R. H. Untch et al., Mutation analysis
using mutant schemata, 1993), and one more tells which of them are the original again, or each
other: they have the same optimized code (M. Papadakis et al., Trivial compiler equivalence, 2015).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from llmopt.errors import NotApplicable, ToolFailed
from llmopt.harness.mutants import Mutant
from llmopt.rewrite.altered import altered, altered_assembly
from llmopt.rewrite.unit import UnitContext
from llmopt.source.functions import FunctionText
from llmopt.toolchain import assembly

#: The environment variable with the number of the copy to run; 0 is the original.
VARIABLE = "LLMOPT_MUTANT"
#: Each copy keeps the code that it would have alone.
_ALONE = "__attribute__((noinline, used)) "
_PLACE = re.compile(r"llmopt-mutant-(\d+):\d+:(?:\d+:)? (?:fatal )?error:")


@dataclass(frozen=True)
class Schemata:
    """A unit's text with copies of a function in it: number n + 1 is `mutants[n]`."""

    text: bytes
    mutants: tuple[Mutant, ...]


@dataclass(frozen=True)
class Sorted:
    """Mutants by what the compiler makes of them. `same` have the original's code, `refused` do not
    compile, `twins` have the code of one of the `different`.
    """

    different: tuple[Mutant, ...]
    same: tuple[Mutant, ...]
    twins: tuple[Mutant, ...]
    refused: tuple[Mutant, ...]


def schemata(context: UnitContext, function: str, mutants: Sequence[Mutant]) -> Schemata:
    """The unit with all of the mutants, each of which must compile.

    Raises NotApplicable for a function that cannot be called through another one.
    """
    located = context.locate(function)
    copies = _copies(located, mutants)
    return Schemata(_spliced(context, located, copies, choose=True), tuple(mutants))


def sort(context: UnitContext, function: str, mutants: Sequence[Mutant]) -> Sorted:
    """Tells the mutants apart that a test could kill.

    Raises NotApplicable, SourceError, ToolFailed when the copies do not compile at all.
    """
    located = context.locate(function)
    refused = _refused(context, located, mutants)
    fit = [mutant for number, mutant in enumerate(mutants) if number not in refused]
    copies = _copies(located, fit)
    text = _spliced(context, located, copies, choose=False)
    # Functions of the same code would become one, and show as jumps to it.
    folding = () if context.compiler.is_clang else ("-fno-ipa-icf",)
    code = altered_assembly(context, text, (), (*folding, "-w"))
    names = [_name(function, number) for number in range(len(copies))]
    own = re.compile(rf"\b{re.escape(_name(function, 0))[:-1]}\d+\b")
    forms = [own.sub(function, form) for form in assembly.canonical_forms(code, names)]
    different: list[Mutant] = []
    same: list[Mutant] = []
    twins: list[Mutant] = []
    seen: set[str] = set()
    for mutant, form in zip(fit, forms[1:], strict=True):
        kind = same if form == forms[0] else twins if form in seen else different
        kind.append(mutant)
        seen.add(form)
    return Sorted(
        tuple(different), tuple(same), tuple(twins), tuple(mutants[n] for n in sorted(refused))
    )


def _refused(context: UnitContext, located: FunctionText, mutants: Sequence[Mutant]) -> set[int]:
    """The numbers of the mutants that the compiler refuses."""
    copies = [
        b'\n#line 1 "llmopt-mutant-%d"\n' % number + _copy(located, number, mutant.text)
        for number, mutant in enumerate(mutants)
    ]
    end = b'\n#line 1 "llmopt-behind-mutants"\n'
    text = _spliced(context, located, [*copies, end], choose=False)
    every = "-ferror-limit=0" if context.compiler.is_clang else "-fmax-errors=0"
    try:
        altered(context, text, (), ("-fsyntax-only", "-w", every))
    except FileNotFoundError:
        return set()  # nothing is wrong with the text, and no object is made of it
    except ToolFailed as error:
        found = {int(number) for number in _PLACE.findall(error.output)}
        if not found:
            raise
        return found
    return set()


def _copies(located: FunctionText, mutants: Sequence[Mutant]) -> list[bytes]:
    """The original as number 0, and the mutants behind it, each where the function stands."""
    texts = (located.text, *(mutant.text for mutant in mutants))
    line = b"\n#line %d\n" % located.line
    return [line + _copy(located, number, text) for number, text in enumerate(texts)]


def _copy(located: FunctionText, number: int, text: bytes) -> bytes:
    """A definition under a copy's name, calls of itself included."""
    name = _name(located.name, number)
    define = f"#define {located.name} {name}\n".encode()
    # A directive stands on lines of its own, the text's first line keeps its number.
    return define + _ALONE.encode() + text + f"\n#undef {located.name}\n".encode()


def _name(function: str, number: int) -> str:
    return f"{function}__llmopt_{number}"


def _spliced(
    context: UnitContext, located: FunctionText, copies: Sequence[bytes], *, choose: bool
) -> bytes:
    content = context.content
    chooser = _chooser(located, len(copies)) if choose else located.text
    return b"".join(
        (
            content[: located.start],
            _SELECTION if choose else b"",
            *copies,
            b"\n#line %d\n" % located.line,
            chooser,
            b"\n#line %d\n" % located.end_line,
            content[located.end :],
        )
    )


def _chooser(located: FunctionText, count: int) -> bytes:
    """The function itself: it calls the copy that was asked for."""
    if located.variadic:
        raise NotApplicable(f"{located.name} takes any number of arguments")
    if not located.prototyped and located.parameters:
        raise NotApplicable(f"{located.name} is defined without a prototype")
    if not all(located.parameters):
        raise NotApplicable(f"a parameter of {located.name} has no name")
    arguments = ", ".join(located.parameters)
    calls = [f"{_name(located.name, number)}({arguments})" for number in range(count)]
    if located.returns_void:
        cases = [f"case {number}: {call}; return;" for number, call in enumerate(calls)]
    else:
        cases = [f"case {number}: return {call};" for number, call in enumerate(calls)]
    cases += ["}", "__builtin_trap();"]
    return located.declarator + b"{ switch (llmopt_mutant) { " + " ".join(cases).encode() + b" }"


#: Read from the environment before the program begins; needs no header.
_SELECTION = f"""
static int llmopt_mutant;
__attribute__((constructor)) static void llmopt_choose_mutant(int count, char **words, char **all)
{{
    (void)count;
    (void)words;
    for (; *all; all++) {{
        const char *name = "{VARIABLE}=", *at = *all;
        while (*name && *name == *at)
            name++, at++;
        if (*name)
            continue;
        for (llmopt_mutant = 0; *at >= '0' && *at <= '9'; at++)
            llmopt_mutant = llmopt_mutant * 10 + (*at - '0');
    }}
}}
""".encode()
