"""One function of a C unit, as assembly text: find it, name what it needs, take it from elsewhere.

A *carrier* is a unit's `cc -S` output with the unit's own options; a *donor* is the same source
compiled otherwise, or an edited text. `take` moves functions from the donor into the carrier and
leaves everything else of the carrier as it is, or raises `NotApplicable` with its reason.

    syntax    lines to statements: labels, directives, instructions, the symbols they name
    parse     statements to a unit: functions, data, aliases, and which section each is in
    closure   what a function needs: private constants, jump tables, local data; its canonical text
    match     whether the carrier's symbols are the ones that the donor's code means
    absorb    local functions that only the donor has, as parts of their callers
    merge     the carrier's text with the donor's body in it
    excerpt   one function as a text of its own, to be stored and put back
    marks     functions with marks that show which of their blocks have run
    places    where instructions lie, by bytes and by source lines
    loops     the innermost loops, as stretches of text

The text is AT&T syntax for x86-64 ELF as gcc and clang print it. What text cannot show is the
caller's to check: calling conventions of local functions, registers that callers know to be kept
(`-fipa-ra`), options that change an ABI, and externals that only the donor calls.
"""

from __future__ import annotations

from llmopt.toolchain.assembly.absorb import absorbed
from llmopt.toolchain.assembly.closure import canonical, canonical_forms, references
from llmopt.toolchain.assembly.excerpt import excerpt, replace
from llmopt.toolchain.assembly.marks import Mark, Marked, marked, unmarked
from llmopt.toolchain.assembly.merge import take
from llmopt.toolchain.assembly.parse import AssemblyUnit, functions, is_local, parse

__all__ = [
    "AssemblyUnit",
    "Mark",
    "Marked",
    "absorbed",
    "canonical",
    "canonical_forms",
    "excerpt",
    "functions",
    "is_local",
    "marked",
    "parse",
    "references",
    "replace",
    "take",
    "unmarked",
]
