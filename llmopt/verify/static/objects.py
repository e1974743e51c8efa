"""Rules for the candidate's object: whatever its texts say, this is what would be linked.

The contract with the rest of the program stays: symbols, sections, what is asked of the outside, by
the unit and by the function, and the hardening that the unit was compiled with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from llmopt.toolchain.elf import ObjectFile, Section, Symbol
from llmopt.verify.static.locks import is_lock

#: What a compiler may call by itself, and what the run-time dispatcher asks of libgcc.
PURE_HELPERS = frozenset(
    {"memcpy", "memset", "memmove", "memcmp", "bcmp", "strlen"}
    | {"__cpu_model", "__cpu_indicator_init", "__cpu_features2"}
    | {"_GLOBAL_OFFSET_TABLE_", "__stack_chk_fail"}
)
#: Who asks for one of a family may ask for the others.
_FAMILIES = (
    frozenset({"malloc", "calloc", "realloc", "free"}),
    frozenset({"fputs", "fputc", "putc", "fwrite", "fprintf", "_IO_putc"}),
    frozenset({"puts", "putchar", "printf"}),
)
#: Bytes of stack that a function may take though the original takes less.
FRAME_LIMIT = 64 * 1024

_NEW_SECTIONS = (".text", ".rodata", ".data.rel.ro", ".eh_frame", ".note.GNU-stack", ".llvm")
_ENDBR64 = b"\xf3\x0f\x1e\xfa"
#: sub $N,%rsp; add $-N,%rsp; lea -N(%rsp),%rsp or %r11, as probed frames begin.
_FRAME = re.compile(
    rb"\x48\x81\xec(?P<sub>....)|(?:\x48\x81\xc4|\x48\x8d\xa4\x24|\x4c\x8d\x9c\x24)(?P<add>....)",
    re.DOTALL,
)


def object_fault(
    old: ObjectFile, new: ObjectFile, functions: Sequence[str], helpers: frozenset[str]
) -> str | None:
    """What is wrong with an object in place of the original; `helpers` were announced."""
    return (
        _symbol_fault(old, new, helpers | set(functions))
        or _undefined_fault(old, new)
        or _section_fault(old, new)
        or next((f for name in functions if (f := _function_fault(old, new, name))), None)
    )


def frame_doubt(old: ObjectFile, new: ObjectFile) -> str | None:
    """A function that takes much more stack than any of the original's; None when there is none."""
    known = {symbol.name: frame(old, symbol.name) for symbol in old.functions}
    for symbol in new.functions:
        taken = frame(new, symbol.name)
        if taken > max(FRAME_LIMIT, known.get(symbol.name, 0)):
            return f"{symbol.name} takes {taken} bytes of stack"
    return None


def frame(found: ObjectFile, function: str) -> int:
    """The largest constant by which a function lowers its stack pointer in one instruction."""
    taken = 0
    for match in _FRAME.finditer(found.code(function)):
        text = match.group("sub") or match.group("add")
        value = int.from_bytes(text, "little", signed=True)
        taken = max(taken, value if match.group("sub") else -value)
    return taken


def _symbol_fault(old: ObjectFile, new: ObjectFile, helpers: frozenset[str]) -> str | None:
    for name, symbol in old.defined.items():
        if symbol.binding != "STB_LOCAL":
            if name not in new.defined:
                return f"the symbol {name} is gone"
            if new.defined[name].contract != symbol.contract:
                return f"the symbol {name} changed from {symbol.contract}"
            if symbol.kind == "STT_OBJECT" and new.defined[name].size != symbol.size:
                return f"the data {name} has another size"
    for name, symbol in new.defined.items():
        if name not in old.defined and symbol.binding != "STB_LOCAL":
            return f"a new symbol {name} is seen by the rest of the program"
        if symbol.kind == "STT_TLS" and name not in old.defined:
            return f"a new thread-local variable {name}"
        if _is_new_data(name, symbol, old):
            return f"new data {name} that the program can write"
        if symbol.kind == "STT_FUNC" and _is_new_function(name, old, helpers):
            return f"a new function {name} that no step announced"
        if symbol.kind == "STT_GNU_IFUNC" and name not in old.defined:
            return f"a new run-time resolved function {name}"
    return None


def _is_new_data(name: str, symbol: Symbol, old: ObjectFile) -> bool:
    writable = symbol.section.startswith((".data", ".bss", ".tdata", ".tbss", ".ldata", ".lbss"))
    constant = symbol.section.startswith(".data.rel.ro")
    return symbol.kind != "STT_SECTION" and writable and not constant and name not in old.defined


def _is_new_function(name: str, old: ObjectFile, helpers: frozenset[str]) -> bool:
    """A dot is in no C name: a function with one is a compiler's clone, or a part of one."""
    return "." not in name and name not in old.defined and name not in helpers


def _relatives(names: frozenset[str]) -> frozenset[str]:
    """Functions that do no more than those named do: memory is taken and given back either way,
    and what is printed is compared.
    """
    return frozenset(name for family in _FAMILIES if family & names for name in family)


def _undefined_fault(old: ObjectFile, new: ObjectFile) -> str | None:
    added = new.undefined - old.undefined - PURE_HELPERS - _relatives(old.undefined)
    return f"it asks for {', '.join(sorted(added))}, which the original did not" if added else None


def _section_fault(old: ObjectFile, new: ObjectFile) -> str | None:
    known = {s.name: s for s in old.sections}
    for section in new.sections:
        before = known.get(section.name)
        if before is not None and before.flags != section.flags:
            return f"the section {section.name} has other permissions"
        if section.writable and section.executable:
            return f"the section {section.name} can be written and run"
        if before is None and (fault := _new_section_fault(section)):
            return fault
        if section.name == ".note.GNU-stack" and section.executable:
            return "it asks for an executable stack"
    names = {section.name for section in new.sections}
    if ".note.GNU-stack" in known and ".note.GNU-stack" not in names:
        return "it no longer says that its stack is not executable"
    if _content(old, ".note.gnu.property") != _content(new, ".note.gnu.property"):
        return "it says other things about control-flow protection"
    return None


def _new_section_fault(section: Section) -> str | None:
    if section.name.startswith((".init", ".fini", ".ctors", ".dtors", ".preinit")):
        return f"it runs code at start or exit ({section.name})"
    if section.loaded and section.size and not section.name.startswith(_NEW_SECTIONS):
        return f"a new section {section.name}"
    return None


def _content(found: ObjectFile, name: str) -> list[bytes]:
    return [section.data for section in found.sections if section.name == name]


def _function_fault(old: ObjectFile, new: ObjectFile, function: str) -> str | None:
    """What the function names now, and did not before."""
    if function not in old.defined or function not in new.defined:
        return None  # without a symbol the caller cannot pass it
    before, after = old.reach(function), new.reach(function)
    for name in sorted(after - before - PURE_HELPERS - _relatives(before)):
        symbol = new.defined.get(name)
        if symbol is None:
            return f"{function} asks for {name}, which it did not"
        if not _is_constant(new, symbol):
            return f"{function} names the data {name}, which it did not"
    if fault := next(_weaker(before, after), None):
        return f"{function} {fault}"
    if old.code(function).startswith(_ENDBR64) and not new.code(function).startswith(_ENDBR64):
        return f"{function} no longer begins with endbr64"
    return None


def _is_constant(found: ObjectFile, symbol: Symbol) -> bool:
    section = next((s for s in found.sections if s.name == symbol.section), None)
    return section is not None and (not section.writable or section.name.startswith(".data.rel.ro"))


def _weaker(before: frozenset[str], after: frozenset[str]) -> Iterator[str]:
    for name in sorted(before - after):
        if is_lock(name):
            yield f"no longer calls {name}"
        checked = re.fullmatch(r"__(\w+)_chk", name)
        if checked and checked.group(1) in after - before:
            yield f"calls {checked.group(1)} without the check of {name}"
