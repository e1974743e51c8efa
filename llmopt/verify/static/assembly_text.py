"""Rules for assembly in place of a function's own.

Compared statement by statement with what the compiler made: sections and symbols, instructions that
do more than compute, calls and jumps, locks and fences, what is written outside the stack, what is
asked of the processor and of alignment, and the calling convention (see `frame`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain import assembly
from llmopt.toolchain.assembly.syntax import Statement, statements
from llmopt.values.command import CODE
from llmopt.values.step import AssemblyText
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from llmopt.verify.static.frame import operands, violations
from llmopt.verify.static.locks import ORDERS, is_lock, moved, orders
from llmopt.verify.static.objects import PURE_HELPERS

#: Instructions of privileges, clocks, control registers and other stacks.
_MACHINE = re.compile(
    r"syscall|sysenter|sysexit[q]?|sysret[q]?|int|int1|int3|into|rdtscp?|rdpmc|cpuid|rdrand\w*"
    r"|rdseed\w*|hlt|in[bwl]?|out[bwl]?|ins[bwl]|outs[bwl]|[rw]r[fg]sbase\w*|v?ldmxcsr|fldcw"
    r"|fldenv|f?nstenv|frstor|fn?save|fninit|finit|fxrstor\w*|fxsave\w*|xrstor\w*|xsave\w*|xsetbv"
    r"|cli|sti|std|popf[wq]?|iret[lqw]?|lret[lq]?|ljmp\w*|lcall\w*|l[gi]dt\w*|lldt|ltr|swapgs"
    r"|monitor\w*|mwait\w*|xbegin|xend|xabort|clflush\w*|clwb|cldemote|wbinvd|invd|invlpg\w*|enclu"
    r"|encls|vmcall|vmmcall|wrmsr|rdmsr|wrpkru|rdpkru|rdpid|enter[q]?|ud[012][abw]?|rsm|stac|clac"
    r"|mov[wlq]?_cr|incssp\w*|rstorssp|wrss\w*|senduipi|ptwrite\w*|umonitor|umwait|tpause"
)
_NONTEMPORAL = re.compile(r"v?movnt\w+|maskmov\w+|vmaskmovdqu")
_INEXACT = re.compile(r"v?r(?:cp|sqrt)(?:14|28)?[ps][sd]|vf(?:n?m)(?:add|sub)\w+|vfmaddsub\w+")
#: Conversions and rounding by the current mode: easily taken for the truncating ones.
_ROUNDS = re.compile(r"v?cvt[sp][sd]2(?:si[lq]?|dq|pi|qq|udq)\w*|v?round[sp][sd]|rint|fistp?\w*")
_FENCES = re.compile(r"[mls]fence|pause|serialize")
_ATOMIC_READ = re.compile(r"xchg[bwlq]?")
#: What takes a processor beyond the first x86-64: SSE3 and up, VEX, bit manipulation.
_BEYOND = re.compile(
    r"v[a-z]\w+|k(?:mov|and|or|xor|not|shift|unpck|add|test|ortest)\w*|lddqu|monitor"
    r"|addsubp[sd]|h(?:add|sub)p[sd]|mov(?:ddup|shdup|sldup)|p(?:shufb|hadd\w+|hsub\w+|abs[bwd]"
    r"|sign[bwd]|maddubsw|mulhrsw|alignr|mulld|muldq|min(?:sb|sd|uw|ud)|max(?:sb|sd|uw|ud)|mov[sz]x\w+"
    r"|blendw|blendvb|test|cmpeqq|cmpgtq|extr[bdq]|insr[bdq]|cmp[ie]str[im]|hminposuw|clmul\w*)"
    r"|blendv?p[sd]|round[sp][sd]|dpp[sd]|insertps|extractps|mpsadbw|packusdw|movntdqa|crc32\w*"
    r"|aes\w+|sha(?:1|256)\w+|andn[lq]?|bextr\w*|bls(?:i|r|msk)[lq]?|bzhi\w*|pdep\w*|pext\w*|mulx\w*"
    r"|rorx\w*|s(?:ar|hl|hr)x[lq]?|tzcnt\w*|lzcnt\w*|popcnt\w*|movbe\w*|ad[co]x[lq]|xgetbv"
    r"|cmpxchg16b|gf2p8\w+"
)
_CHOOSES_TARGET = re.compile(r"-march=|-mcpu=|-m(?:avx|sse[34]|ssse|bmi|popcnt|lzcnt|fma|f16c)")
#: Packed instructions without VEX that take 16 bytes from memory wherever they lie, or fewer.
_UNALIGNED = re.compile(
    r"movup[sd]|movdqu|lddqu|mov[lh]p[sd]|mov[qd]|mov(?:ddup|s[sd])|p(?:insr|extr)[bwdq]"
    r"|cvt(?:ps2pd|dq2pd|pi2p[sd]|ss2s[di]|sd2s[si]|t?s[sd]2si[lq]?|si2s[sd][lq]?)"
    r"|pmov[sz]x\w+|prefetch\w*|\w+s[sd]|insertps"
)
_PACKED = re.compile(
    r"mov(?:ap[sd]|dqa)|vmov(?:ap[sd]|dqa(?:32|64)?)|v?movnt\w+|p[a-z]\w+|\w+p[sd]|cvt\w+|aes\w+"
    r"|sha\w+"
)
_NOT_PACKED = re.compile(
    r"push\w*|pop\w*|prefetch\w*|pause|pdep\w*|pext[lq]?|v(?!mov(?:a|dqa|nt))\w+"
)
_SEGMENT = re.compile(r"%[fgcdes]s:")
_PADDING = re.compile(r"\.(?:p2align|balign|align)\s+\d+\s*(?:,\s*(?:0x90)?\s*(?:,\s*\d+\s*)?)?")
_FORMS = re.compile(r"(?:cmp|test|bt|push|u?comis[sd]|ptest|prefetch)\w*")


@dataclass(frozen=True)
class _Text:
    """A function's statements: what runs, what is constant, and all of them."""

    code: tuple[Statement, ...]
    data: tuple[Statement, ...]
    all: tuple[Statement, ...]
    sections: frozenset[str]  # declarations, in one spelling

    @property
    def instructions(self) -> list[Statement]:
        return [statement for statement in self.code if statement.kind == "insn"]


@dataclass(frozen=True)
class _Pair:
    """The compiler's text of a function and what is to stand in its place."""

    context: UnitContext
    name: str
    old: _Text
    new: _Text


def judge_assembly(context: UnitContext, step: AssemblyText, carrier: str) -> Verdict:
    """Judges the text of a step; `carrier` is the unit's assembly that it goes into.

    Raises SourceError when a text is not understood or the carrier does not define the function.
    """
    name = step.function
    old = _read(assembly.excerpt(carrier, name))
    pair = _Pair(context, name, old, _read(step.text))
    for rule in _RULES:
        if fault := rule(pair):
            return Refuted("static", f"the assembly of {name} {fault}")
    for doubt in _DOUBTS:
        if reason := doubt(pair):
            return Inconclusive("static", f"the assembly of {name} {reason}")
    return Passed("static")


def _read(text: str) -> _Text:
    code: list[Statement] = []
    data: list[Statement] = []
    sections = set()
    runs = True
    found = tuple(statements(text))
    for statement in found:
        if statement.kind == "section":
            declared = _declaration(statement)
            sections.add(declared)
            runs = "x" in declared.split(",")[1]
        else:
            (code if runs else data).append(statement)
    return _Text(tuple(code), tuple(data), found, frozenset(sections))


def _declaration(statement: Statement) -> str:
    """A section's name and flags; `.text` and its like with what assemblers assume."""
    name = statement.name
    words = statement.operands if name in {".section", ".pushsection"} else [name]
    flags = words[1].strip('"') if len(words) > 1 else _assumed(words[0])
    return f"{words[0]},{flags}"


def _assumed(name: str) -> str:
    known = {".text": "ax", ".rodata": "a", ".data": "aw", ".bss": "aw"}
    return next((flags for start, flags in known.items() if name.startswith(start)), "aw")


# Rules: each says what is wrong, or None


def _places(pair: _Pair) -> str | None:
    """Its own sections and constants, its own name, nothing else of the unit."""
    old, new = pair.old, pair.new
    for section in sorted(new.sections - old.sections):
        where, flags = section.split(",")
        if "x" in flags or "w" in flags or "T" in flags or not where.startswith(".rodata"):
            return f"stands in the section {where}"
    known = {s.text for s in old.all}
    own = {pair.name, f"{pair.name}.cold"}
    for statement in new.all:
        text = " ".join(statement.text.split())
        if statement.kind in {"alias", "common", "neutral", "loc"} and statement.text not in known:
            return f"holds the directive {text!r}"
        if statement.kind == "attribute" and not (
            statement.name in own and text.startswith((".type", ".size"))
        ):
            return f"holds the directive {text!r}"
        if statement.kind == "label" and not (
            statement.name in own or statement.name.startswith(".L")
        ):
            return f"defines the symbol {statement.name}"
        if statement.kind == "section" and statement.name not in {".section", ".text"}:
            return f"holds the directive {text!r}"
    for statement in new.code:
        if statement.kind == "data" and statement.text not in known:
            return f"holds bytes among its instructions: {statement.text.strip()!r}"
        if statement.kind == "align" and not _PADDING.fullmatch(statement.text.strip()):
            return f"fills up with bytes of its own: {statement.text.strip()!r}"
    return None


def _unwinding(pair: _Pair) -> str | None:
    """Unwind information where it was, and no other handlers."""
    old, new = pair.old, pair.new
    kinds = [{s.name for s in text.code if s.kind == "cfi"} for text in (old, new)]
    if lost := {".cfi_startproc", ".cfi_endproc"} & kinds[0] - kinds[1]:
        return f"lost the directive {min(lost)}"
    handlers = {".cfi_personality", ".cfi_lsda", ".cfi_escape", ".cfi_signal_frame"}
    own = {s.text for s in old.code if s.kind == "cfi"}
    more = [s for s in new.code if s.name in handlers and s.text not in own]
    return f"holds the directive {more[0].text.strip()!r}" if more else None


def _machine(pair: _Pair) -> str | None:
    old, new = pair.old, pair.new
    for pattern, what in (
        (_MACHINE, "does more than compute"),
        (_NONTEMPORAL, "writes past the caches, which no lock orders"),
        (_INEXACT, "rounds otherwise"),
    ):
        added = _counted(new, pattern) - _counted(old, pattern)
        if added:
            return f"{what}: {min(added)}"
    for statement in new.instructions:
        if re.search(r"%(?:cr|dr)\d|%(?:[cdefgs]s)\s*(?:,|$)", statement.text):
            return f"does more than compute: {statement.text.strip()}"
    segments = [
        Counter(s.text.split(None, 1)[1] for s in text.instructions if _SEGMENT.search(s.text))
        for text in (old, new)
    ]
    if set(segments[1]) - set(segments[0]):
        return f"uses a segment: {min(set(segments[1]) - set(segments[0]))}"
    if lost := set(segments[0]) - set(segments[1]):
        return f"lost what it did with a segment: {min(lost)}"
    if _starts(old) == "endbr64" and _starts(new) != "endbr64":
        return "no longer begins with endbr64"
    return None


def _starts(text: _Text) -> str:
    return next((s.name for s in text.instructions), "")


def _counted(text: _Text, pattern: re.Pattern[str]) -> Counter[str]:
    return Counter(s.name for s in text.instructions if pattern.fullmatch(s.name))


def _ordering(text: _Text) -> Counter[str]:
    """Locked instructions, exchanges with memory and fences."""
    found: Counter[str] = Counter()
    for statement in text.instructions:
        if what := _orders(statement):
            found[what] += 1
    return found


def _orders(statement: Statement) -> str | None:
    if "lock" in statement.text.split(statement.name)[0].split():
        return f"lock {statement.name}"
    if _FENCES.fullmatch(statement.name):
        return statement.name
    if _ATOMIC_READ.fullmatch(statement.name) and "(" in statement.text:
        return f"{statement.name} with memory"
    return None


def _order(pair: _Pair) -> str | None:
    old, new = pair.old, pair.new
    if lost := _ordering(old) - _ordering(new):
        return f"lost {min(lost)}"
    locks = [Counter({k: n for k, n in _called(t).items() if is_lock(k)}) for t in (old, new)]
    if lost := locks[0] - locks[1]:
        return f"lost the call of {min(lost)}"
    return None


def _called(text: _Text) -> Counter[str]:
    """What is called or jumped to, `*` for what is known at run time only."""
    found: Counter[str] = Counter()
    for statement in text.instructions:
        if re.fullmatch(r"call[q]?|j\w+", statement.name):
            target = (operands(_bare(statement)) or [""])[0]
            direct = re.fullmatch(r"\*?([\w.$]+)(?:@\w+)?(?:\(%rip\))?", target)
            found[direct.group(1) if direct else "*"] += 1
    return found


def _bare(statement: Statement) -> str:
    at = statement.text.find(statement.name)
    return " ".join(statement.text[at:].split(None, 1))


def _reaches(pair: _Pair) -> str | None:
    """No other symbols, calls, or places written."""
    old, new = pair.old, pair.new
    known = _symbols(old.all) | PURE_HELPERS | {pair.name, f"{pair.name}.cold"}
    if more := sorted(_symbols(new.all) - known):
        return f"names {more[0]}, which it did not"
    if pair.name in _called(new) and pair.name not in _called(old):
        return "calls itself"
    if _called(new)["*"] > _called(old)["*"]:
        return "calls or jumps to what is known at run time only"
    for statement in new.instructions:
        target = _written(statement)
        if target and (target.startswith(".L") or "@GOT" in statement.text.split(",")[-1]):
            return f"writes to {target}"
    if more := sorted(_exposed(new) - _exposed(old)):
        return f"may write to {more[0]}, which it did not"
    checked = {symbol for symbol in _symbols(old.code) if symbol.startswith("__stack_chk_fail")}
    if checked - _symbols(new.code):
        return "lost the stack protector"
    for symbol in _symbols(old.code) - _symbols(new.code):
        plain = re.fullmatch(r"__(\w+)_chk", symbol)
        if plain and plain.group(1) in _symbols(new.code) - _symbols(old.code):
            return f"calls {plain.group(1)} without the check of {symbol}"
    return None


def _symbols(found: Sequence[Statement]) -> frozenset[str]:
    return frozenset(ref for s in found for ref in s.refs if not ref.startswith(".L"))


def _written(statement: Statement) -> str | None:
    """The symbol that an instruction writes to."""
    if _FORMS.fullmatch(statement.name) or statement.name.startswith(("j", "call")):
        return None
    parts = operands(_bare(statement))
    if not parts or parts[-1].startswith(("%", "$")):
        return None
    found = re.match(r"(?:%\w+:)?([A-Za-z_.][\w.$]*)", parts[-1])
    return found.group(1) if found else None


def _exposed(text: _Text) -> set[str]:
    """Symbols that are written, or whose address is taken: through it they may be."""
    found = set()
    for statement in text.instructions:
        if target := _written(statement):
            found.add(target)
        taken = (
            statement.name.startswith("lea") or "$" in statement.text or "@GOT" in statement.text
        )
        if taken and not statement.name.startswith(("call", "j")):
            found |= set(statement.refs)
    return {symbol for symbol in found if not symbol.startswith(".L")} - PURE_HELPERS


def _processor(pair: _Pair) -> str | None:
    """Nothing that the unit's processor may lack, or that asks for alignment."""
    old, new = pair.old, pair.new
    options = pair.context.unit.command.arguments(CODE)
    if not any(_CHOOSES_TARGET.match(option) for option in options):
        wide = [s for s in new.instructions if re.search(r"%[yz]mm|%k[0-7]", s.text)]
        added = set(_counted(new, _BEYOND)) - set(_counted(old, _BEYOND))
        if added or (wide and not re.search(r"%[yz]mm", "".join(s.text for s in old.code))):
            return f"needs a processor that the unit does not ask for: {min(added, default='ymm')}"
    added = set(_aligned(new)) - set(_aligned(old))
    if added:
        return f"relies on memory aligned to 16 bytes: {min(added)}"
    return None


def _aligned(text: _Text) -> Counter[str]:
    """Instructions that fault where memory is not aligned; the stack and constants are."""
    found: Counter[str] = Counter()
    for statement in text.instructions:
        name = statement.name
        if not _PACKED.fullmatch(name) or _UNALIGNED.fullmatch(name) or _NOT_PACKED.fullmatch(name):
            continue
        memory = re.search(r"\((%\w+)?[^)]*\)", statement.text)
        if memory and "mm" in statement.text and memory.group(1) not in {"%rsp", "%rbp", "%rip"}:
            found[name] += 1
    return found


def _convention(pair: _Pair) -> str | None:
    """What the calling convention asks, unless the compiler's own text could not be followed."""
    old, new = pair.old, pair.new
    broken = violations(new.code, _targets(new))
    known = violations(old.code, _targets(old)) if broken else []
    return next((f"breaks the calling convention: {b}" for b in broken if b not in known), None)


def _targets(text: _Text) -> list[str]:
    """Labels that jump tables name."""
    return list(dict.fromkeys(ref for s in text.data for ref in s.refs if ref.startswith(".L")))


# Doubts: what may be right


def _more(pair: _Pair) -> str | None:
    old, new = pair.old, pair.new
    for what, count in (_ordering(new) - _ordering(old)).items():
        return f"has {what} {count} times more"
    for called, count in (_called(new) - _called(old)).items():
        if is_lock(called):
            return f"calls {called} {count} times more"
    if shifted := moved(_uses(old), _uses(new)):
        return f"uses {shifted} on another side of a lock or fence"
    if added := _counted(new, _ROUNDS) - _counted(old, _ROUNDS):
        return f"rounds by the current mode: {min(added)}"
    return None


def _uses(text: _Text) -> Iterator[str]:
    """The symbols and offsets into memory in order, and `ORDERS` for what orders them."""
    for statement in text.instructions:
        names = [ref for ref in statement.refs if not ref.startswith(".L")]
        locks = [name for name in names if orders(name)]
        if (what := _orders(statement)) or locks:
            yield ORDERS + (what or locks[0])
        else:
            yield from names
            if offset := _offset(statement):
                yield offset


def _volatile(pair: _Pair) -> str | None:
    """Of volatile accesses only the number can be seen, and only with all others."""
    old, new = pair.old, pair.new
    tokens = pair.context.lexical.closure(pair.name).text.split()
    if b"volatile" not in tokens and b"__volatile__" not in tokens and b"_Atomic" not in tokens:
        return None
    if _accesses(old) == _accesses(new):
        return None
    return "accesses memory otherwise, and the function's text knows volatile objects"


def _accesses(text: _Text) -> Counter[str]:
    """Accesses of memory other than the stack, by their offsets."""
    return Counter(offset for s in text.instructions if (offset := _offset(s)))


def _offset(statement: Statement) -> str | None:
    """The offset of a memory operand that is neither on the stack nor a constant, as `8()`."""
    found = re.search(r"([-+\w.$@]*)\((?!%rsp|%rbp)[^)]*\)", statement.text)
    if not found or found.group(1).startswith(".L") or statement.name.startswith(("lea", "nop")):
        return None
    return f"{found.group(1)}()"


_Rule = Callable[["_Pair"], "str | None"]
_RULES: tuple[_Rule, ...] = (
    _places,
    _unwinding,
    _machine,
    _order,
    _reaches,
    _processor,
    _convention,
)
_DOUBTS: tuple[_Rule, ...] = (_more, _volatile)
