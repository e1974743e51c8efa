"""Static gate: what can be seen in the texts and objects without running anything.

The candidate's object must keep the contract with the rest of the program: the same symbols with
the same linkage, visibility and section, nothing new asked of the outside but pure helpers, nothing
new to write to. Its text may assume no more than the original's: no inline assembly, no lost
`volatile` or atomic, no new promise to the optimizer, no option that changes arithmetic.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain.elf import ObjectFile, Symbol
from llmopt.values.step import AssemblyText, Donor, IrText, SourceText, Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict

GATE = "static"

#: What a compiler may call by itself, and what the run-time dispatcher asks of libgcc.
PURE_HELPERS = frozenset(
    {"memcpy", "memset", "memmove", "memcmp", "bcmp", "strlen"}
    | {"__cpu_model", "__cpu_indicator_init", "__cpu_features2"}
    | {"_GLOBAL_OFFSET_TABLE_", "__stack_chk_fail"}
)

_BANNED_TEXT = {
    r"\b(__asm__|__asm|asm)\b": "inline assembly",
    r"\b(restrict|__restrict|__restrict__)\b": "a promise about aliasing (restrict)",
    r"__builtin_unreachable|__builtin_assume\b|__builtin_assume_aligned|\bunreachable\s*\(": (
        "a promise to the optimizer (unreachable, assume)"
    ),
    r"#\s*pragma|_Pragma": "a pragma",
    # Over several lines, but not into a body.
    r"(?:__attribute__\s*\(\(|\[\[)[^;{}]*?"
    r"\b_*(constructor|destructor|optimize|naked|alias|section|no_sanitize)": (
        "an attribute that changes more than code generation"
    ),
    r"\bsyscall\s*\(": "a system call",
}
# Private labels make no symbols: data that the text brings along has to be looked for in the text.
_BANNED_ASSEMBLY = re.compile(
    r"\b(?:syscall|sysenter|int\s+\$0x80)\b|\.section\s+\.init"
    r"|(?:\.section\s+|^\s*)\.(?:data(?!\.rel\.ro)|bss|tdata|tbss)\b|^\s*\.l?comm\b",
    re.MULTILINE,
)
_KEPT_TEXT = re.compile(
    r"\bvolatile\b|\b_Atomic\b|\b__(?:sync|atomic)_\w+|\batomic_\w+|\w*(?:mutex|lock)\w*\s*\("
)
_BANNED_OPTIONS = re.compile(
    r"-ffast-math|-Ofast|-funsafe-math|-fassociative-math|-freciprocal-math|-ffinite-math"
    r"|-fno-signed-zeros|-fno-math-errno|-fno-trapping-math|-ffp-contract=(?!off)"
    r"|-fstrict-|-fno-stack-protector|-fcf-protection=none|-march=|-mavx|-mfma|-fopenmp"
    r"|-polly-ignore-aliasing|-polly-parallel|-force-vector-width"
    r"|-enable-unsafe|-fno-delete-null|-fwrapv|-x$"
)
#: What is neither banned nor known here may change anything: nobody has looked at it yet.
_KNOWN_PASSES = frozenset({"", "default<O3>,default<O3>"})
_KNOWN_OPTIONS = re.compile(
    r"-O[123s]|-ffp-contract=off|-fno-strict-aliasing|-mprefer-vector-width=\d+"
    r"|-f(no-)?((tree-)?(slp-)?vectorize|unroll-loops|loop-[a-z-]+|tree-[a-z-]+|align-[a-z=0-9]+)"
    r"|-fvect-cost-model=[a-z-]+|-falign-[a-z]+=\d+|-mllvm"
    r"|-polly(-only-func=\S+|-vectorizer=\w+|-prevect-width=\d+"
    r"|-pattern-matching-based-opts=\w+)?|-(enable|allow|unroll|interleave|vectorize)-\S+"
)


def judge(context: UnitContext, function: str, steps: Sequence[Step], candidate: bytes) -> Verdict:
    """Judges a candidate's steps and object."""
    for step in steps:
        if found := _text_fault(context, step) or _option_fault(step):
            return Refuted(GATE, found)
        if unknown := _unknown_option(step):
            return Inconclusive(GATE, f"nobody has said that {unknown} changes no result")
    old, new = ObjectFile(context.object), ObjectFile(candidate)
    helpers = {name for step in steps if isinstance(step, SourceText) for name in step.helpers}
    fault = (
        _symbol_fault(old, new, helpers) or _undefined_fault(old, new) or _section_fault(old, new)
    )
    if fault:
        return Refuted(GATE, fault)
    if function not in new.defined:
        return Inconclusive(GATE, f"{function} is not a symbol of the candidate's object")
    added = sorted(new.undefined - old.undefined)
    return Passed(GATE, {"symbols": len(new.defined), "new_externals": ", ".join(added) or "none"})


def _text_fault(context: UnitContext, step: Step) -> str | None:
    if not isinstance(step, (SourceText, IrText, AssemblyText)):
        return None
    if isinstance(step, IrText):
        banned = r"\basm\b|\bfast\b|\breassoc\b|@llvm\.assume|!noalias"
        found = re.search(banned, step.text)
        return f"the IR of {step.function} holds {found.group(0)!r}" if found else None
    if isinstance(step, AssemblyText):
        found = _BANNED_ASSEMBLY.search(step.text)
        return f"the assembly of {step.function} holds {found.group(0)!r}" if found else None
    original = context.locate(step.function).text.decode("utf-8", "surrogateescape")
    text = step.text
    for pattern, what in _BANNED_TEXT.items():
        if len(re.findall(pattern, text)) and not re.search(pattern, original):
            return f"the text of {step.function} brings in {what}"
    kept = Counter(word.strip() for word in _KEPT_TEXT.findall(original))
    lost = kept - Counter(word.strip() for word in _KEPT_TEXT.findall(text))
    if lost:
        return f"the text of {step.function} lost {', '.join(sorted(lost))}"
    return None


def _option_fault(step: Step) -> str | None:
    options = step.options if isinstance(step, (SourceText, Donor)) else ()
    for option in options:
        if _BANNED_OPTIONS.search(option):
            return f"the option {option} may change what the program computes or assumes"
    return None


def _unknown_option(step: Step) -> str | None:
    if isinstance(step, Donor) and step.passes not in _KNOWN_PASSES:
        return step.passes
    options = step.options if isinstance(step, (SourceText, Donor)) else ()
    return next((option for option in options if not _KNOWN_OPTIONS.fullmatch(option)), None)


def _symbol_fault(old: ObjectFile, new: ObjectFile, helpers: set[str]) -> str | None:
    for name, symbol in old.defined.items():
        if symbol.binding != "STB_LOCAL":
            if name not in new.defined:
                return f"the symbol {name} is gone"
            if new.defined[name].contract != symbol.contract:
                return f"the symbol {name} changed from {symbol.contract}"
    for name, symbol in new.defined.items():
        if name not in old.defined and symbol.binding != "STB_LOCAL":
            return f"a new symbol {name} is seen by the rest of the program"
        if _is_new_data(name, symbol, old):
            return f"new data {name} that the program can write"
        if symbol.kind == "STT_FUNC" and _is_new_function(name, old, helpers):
            return f"a new function {name} that no step announced"
        if symbol.kind == "STT_GNU_IFUNC" and name not in old.defined:
            return f"a new run-time resolved function {name}"
    return None


def _is_new_data(name: str, symbol: Symbol, old: ObjectFile) -> bool:
    writable = symbol.section.startswith((".data", ".bss", ".tdata", ".tbss"))
    return symbol.kind in ("STT_OBJECT", "STT_TLS") and writable and name not in old.defined


def _is_new_function(name: str, old: ObjectFile, helpers: set[str]) -> bool:
    """A dot is in no C name: a function with one is a compiler's clone, or a part of one."""
    return "." not in name and name not in old.defined and name not in helpers


def _undefined_fault(old: ObjectFile, new: ObjectFile) -> str | None:
    added = new.undefined - old.undefined - PURE_HELPERS
    return f"it asks for {', '.join(sorted(added))}, which the original did not" if added else None


def _section_fault(old: ObjectFile, new: ObjectFile) -> str | None:
    known = {s.name: s for s in old.sections}
    for section in new.sections:
        flags = known[section.name].flags if section.name in known else None
        if flags is not None and flags != section.flags:
            return f"the section {section.name} has other permissions"
        if flags is None and section.name.startswith((".init", ".fini", ".ctors", ".preinit")):
            return f"it runs code at start or exit ({section.name})"
        if section.name == ".note.GNU-stack" and section.flags & 4:
            return "it asks for an executable stack"
    if ".note.GNU-stack" in known and not any(s.name == ".note.GNU-stack" for s in new.sections):
        return "it no longer says that its stack is not executable"
    return None
