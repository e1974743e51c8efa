"""Rules for LLVM IR in place of a function's `define` block.

Compared line by line with the block that the compiler made, as it was before optimization and after
it: what either has, the text may have. A promise that neither has (flags that make poison, facts
about pointers, fast-math) is refused, since nothing here could prove it; without it the text means
the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from llmopt.errors import NotApplicable
from llmopt.toolchain import hints, ir
from llmopt.values.step import IrText
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from llmopt.verify.static.locks import ORDERS, is_lock, moved, orders
from llmopt.verify.static.objects import PURE_HELPERS

_FAST = frozenset("fast nnan ninf nsz arcp contract afn reassoc".split())
#: Flags that make poison where they do not hold.
_POISON = frozenset("nuw nsw exact inbounds disjoint nneg samesign nusw inrange".split())
#: Facts about values: attributes of parameters, arguments and results.
_FACTS = re.compile(
    r"\b(noundef|noalias|nonnull|nocapture|captures|readonly|readnone|writeonly|returned|immarg"
    r"|nofree|nosync|dereferenceable(?:_or_null)?|align|range|nofpclass|initializes|writable"
    r"|dead_on_unwind|allocptr|memory|willreturn|noreturn|speculatable|norecurse|convergent"
    r"|signext|zeroext|inreg|byval|sret|swiftself|swifterror|nest|preallocated|elementtype"
    r"|allocsize|allockind|alwaysinline|noinline|nobuiltin|builtin|cold|returns_twice|strictfp)\b"
    r"(?:\((?:[^()]|\([^()]*\))*\)| \d+\b)?"
)
#: Intrinsics that only compute; others may not be brought in.
_PURE_INTRINSIC = re.compile(
    r"llvm\.(?:mem(?:cpy|set|move)(?:\.inline)?|[su](?:max|min)|abs|ctpop|ctlz|cttz|bswap"
    r"|bitreverse|fsh[lr]|[su](?:add|sub|shl)\.sat|[su](?:add|sub|mul)\.with\.overflow|scmp|ucmp"
    r"|lifetime\.(?:start|end)|fabs|copysign|minnum|maxnum|minimum|maximum|sqrt|floor|ceil|trunc"
    r"|fpto[su]i\.sat|is\.fpclass|masked\.(?:load|store|gather|scatter)|vector\.(?:reduce\.(?!f)\w+"
    r"|extract|insert|reverse|splice|interleave2|deinterleave2)|prefetch|stepvector"
    r"|experimental\.(?:stepvector|noalias\.scope\.decl)|expect)\b"
)
_MUST_NOT_GROW = {
    re.compile(
        r"(?:^|= )(indirectbr|callbr|invoke|landingpad|resume|va_arg|inttoptr|ptrtoint)\b"
    ): ("an instruction that the original lacks: "),
    re.compile(r"^(unreachable)\b"): "a promise not to be reached: ",
    re.compile(r"\b(musttail)\b"): "another kind of call: ",
    re.compile(r"\b(asm (?:sideeffect )?.*)"): "inline assembly: ",
    re.compile(r"\b(addrspace\(\d+\))"): "another address space: ",
    re.compile(r"\b(blockaddress)\b"): "the address of a label: ",
    re.compile(r"(?:^|[ ,])(!\w*)"): "metadata that promises something: ",
}
#: What steers the optimizer and promises nothing: attributes of the function, and of calls in it.
_STEERING = re.compile(r'optsize|minsize|"prefer-vector-width"="(?:128|256|512)"')
_CALLS_STEERED = ("noinline", "alwaysinline")
_FLOAT = re.compile(r"\b(?:half|bfloat|float|double|x86_fp80|fp128)\b")
_STRINGS = re.compile(r'"[^"]*"')
_UNDEFINED = re.compile(r"\b(undef|poison)\b")
#: Where undefined lanes are filled up or left out by design.
_TAKES_UNDEFINED = re.compile(r"= (?:shufflevector|insertelement|insertvalue)\b")
_ACCESS = re.compile(r"\b(?:load|store|atomicrmw|cmpxchg|fence)\b")
_TARGET = re.compile(r"\bcall\b.*?(@(?:\"[^\"]+\"|[\w.$]+)|%[\w.$\"]+|asm)(?=\(| (?:side|\"))")
_LOCAL = re.compile(r"%(?:\"[^\"]+\"|[\w.$-]+)")
_ALIGNED = re.compile(r"\b(?:load|store)\b.*, align (\d+)")
_TYPES = re.compile(r"%(?:struct|union)\.[\w.]+")


@dataclass(frozen=True)
class _Block:
    """A define block: its head, its instructions without comments, one a line."""

    head: str
    lines: tuple[str, ...]

    @property
    def calls(self) -> Counter[str]:
        """What is called: names without the intrinsics' types, `%` where it is a value."""
        found: Counter[str] = Counter()
        for line in self.lines:
            if target := _TARGET.search(line):
                name = target.group(1)
                found["%" if name[0] == "%" else name.strip('@"')] += 1
        return found

    @property
    def globals(self) -> frozenset[str]:
        """The globals that it names."""
        return frozenset(n for line in self.lines for n in re.findall(r"@([\w.$]+)", line))


def judge_ir(step: IrText, module: str, optimized: str) -> Verdict:
    """Judges the text of a step against the unit's module, before and after optimization.

    Raises NotApplicable when the unoptimized module does not define the function.
    """
    name = step.function
    originals = [_block(ir.excerpt(module, name))]
    try:
        originals.append(_block(ir.excerpt(optimized, name)))
    except NotApplicable:
        pass  # inlined everywhere: nothing is left of it
    try:
        new = _block(step.text)
    except NotApplicable as error:
        return Refuted("static", f"the IR of {name} is not one function: {error}")
    # What is called may be inlined, and bring floating point numbers into the loop.
    floats = any(not called.startswith("llvm.") for called in new.calls) or any(
        _FLOAT.search(_STRINGS.sub("", line)) for line in new.lines
    )
    for fault in hints.faults(step.text, floats=floats):
        return Refuted("static", f"the IR of {name} {fault}")
    for fault in _faults(name, originals, new):
        return Refuted("static", f"the IR of {name} {fault}")
    for doubt in _doubts(name, originals, new):
        return Inconclusive("static", f"the IR of {name} {doubt}")
    return Passed("static")


def _block(text: str) -> _Block:
    """A text's define block, without hints. Raises NotApplicable when there is anything
    else in it.
    """
    lines = []
    for line in hints.without(text).splitlines():
        plain = re.sub(r'^((?:[^";]|"[^"]*")*);.*$', r"\1", line).strip()
        if plain:
            lines.append(re.sub(r"\s+", " ", plain))
    if not lines or not lines[0].startswith("define ") or not lines[0].endswith("{"):
        raise NotApplicable("it does not begin with a define")
    if lines[-1] != "}" or "}" in lines[:-1]:
        raise NotApplicable("it does not end with the function")
    return _Block(lines[0], tuple(lines[1:-1]))


def _faults(name: str, originals: list[_Block], new: _Block) -> Iterator[str]:
    yield from _head_faults(originals, new)
    known = _most([_flags(block, _FAST) for block in originals])
    for line, count in _flags(new, _FAST).items():
        if count > known[line]:
            yield f"has fast-math flags that the original has not: {line}"
    for pattern, what in _MUST_NOT_GROW.items():
        had = _most([_grown(block, pattern) for block in originals])
        if more := _grown(new, pattern) - had:
            yield f"brings in {what}{min(more)}"
    yield from _call_faults(name, originals, new)
    allowed = {fact for block in originals for line in block.lines for fact in _facts(line)}
    for line in new.lines:
        for fact in _facts(line):
            if fact not in allowed and fact[1] not in _CALLS_STEERED:
                yield f"promises {fact[1]} of {fact[0]}"
    ordered = [_ordered(block) for block in originals]
    if all(before - _ordered(new) for before in ordered):
        lost = min(ordered[0] - _ordered(new))
        yield f"lost a volatile or atomic access, lock or fence: {lost}"
    limit = max((a for block in originals for a in _alignments(block)), default=1)
    for line in new.lines:
        found = _ALIGNED.search(line)
        if found and int(found.group(1)) > limit:
            yield f"promises more about alignment: align {found.group(1)}"


def _doubts(name: str, originals: list[_Block], new: _Block) -> Iterator[str]:
    if new.calls[name] and not originals[0].calls[name]:
        yield "calls itself, and nothing bounds how deep"
    if _ordered(new) not in [_ordered(block) for block in originals]:
        yield "has more volatile or atomic accesses, locks or fences"
    shifted = [moved(_uses(block), _uses(new)) for block in originals]
    if all(shifted):
        yield f"uses {shifted[0]} on another side of a lock or fence"
    known = _most([_flags(block, _POISON) for block in originals])
    for line, count in _flags(new, _POISON).items():
        if count > known[line]:
            yield f"has flags that make poison, which the original has not: {line}"
    for line in new.lines:
        if _UNDEFINED.search(line) and not _TAKES_UNDEFINED.search(line):
            if _plain(line) not in {_plain(old) for block in originals for old in block.lines}:
                yield f"uses an undefined value: {line}"
    dynamic = [sum(_is_dynamic(line) for line in block.lines) for block in (*originals, new)]
    if dynamic[-1] > max(dynamic[:-1]):
        yield "takes stack without a bound"
    pairs = {_pair(line) for block in originals for line in block.lines} - {None}
    for line in new.lines:
        if (pair := _pair(line)) and pair not in pairs and _raises(pair, pairs):
            yield f"accesses {pair[0]} with align {pair[1]}, which the original does not"


def _most(counters: list[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total |= counter
    return total


# The head


def _head_faults(originals: list[_Block], new: _Block) -> Iterator[str]:
    """Type, linkage and calling convention as before optimization; attributes of either."""
    parts = [_head(block.head) for block in (*originals, new)]
    if parts[-1][0] != parts[0][0]:
        yield f"changed its type or linkage from {parts[0][0]}"
        return
    if more := parts[-1][1].difference(*(facts for _, facts, _ in parts[:-1])):
        yield f"promises of itself: {min(more)}"
    attributes = [set(found) for _, _, found in parts]
    new_ones = attributes[-1].difference(*attributes[:-1])
    if new_ones := {a for a in new_ones if not _STEERING.fullmatch(a)}:
        yield f"has the attribute {min(new_ones)}"
    if lost := set.intersection(*attributes[:-1]) - attributes[-1]:
        yield f"lost the attribute {min(lost)}"
    if len(originals) > 1 and any(a.startswith("memory(") for a in attributes[-1] - attributes[0]):
        # What the optimizer found out of the old body holds of one that does no more.
        yield from _beyond(originals[1], new)


def _beyond(optimized: _Block, new: _Block) -> Iterator[str]:
    writes = [any(line.startswith("store ") for line in block.lines) for block in (optimized, new)]
    calls = {c for c in new.calls if not c.startswith("llvm.")} - optimized.calls.keys()
    if writes[1] > writes[0] or calls or new.globals - optimized.globals:
        yield "does more than the attribute memory(...) of the optimized function says"


def _head(head: str) -> tuple[str, frozenset[str], tuple[str, ...]]:
    """A define line as its type and linkage, the facts about its parameters and its result, by
    position, and what stands behind the parameters.
    """
    opening = re.search(r"@(?:\"[^\"]+\"|[\w.$]+)\(", head)
    if not opening:
        return head, frozenset(), ()
    depth, at = 1, opening.end()
    while depth and at < len(head):
        depth += (head[at] == "(") - (head[at] == ")")
        at += 1
    inner, behind = head[opening.end() : at - 1], head[at:].rstrip("{ ")
    facts: set[str] = set()
    pieces = []
    for number, piece in enumerate([head[: opening.start()], *_split(inner)]):
        plain = re.sub(r"\b(?:local_unnamed_addr|unnamed_addr|dso_local|define)\b", "", piece)
        facts |= {f"{found.group(0)} ({number})" for found in _FACTS.finditer(plain)}
        plain = _FACTS.sub(lambda m: m.group(0) if m.group(1) in _ABI else "", plain)
        plain = _LOCAL.sub(lambda m: m.group(0) if _TYPES.fullmatch(m.group(0)) else "", plain)
        pieces.append(" ".join(plain.split()))
    behind = re.sub(r"\b(?:local_unnamed_addr|unnamed_addr)\b", "", behind)
    attributes = re.findall(
        r'"[^"]*"(?:="[^"]*")?|\w+(?:\((?:[^()]|\([^()]*\))*\))?[^\s"]*', behind
    )
    return " | ".join(pieces), frozenset(facts), tuple(attributes)


_ABI = frozenset("signext zeroext inreg byval sret swiftself swifterror nest preallocated".split())


def _split(inner: str) -> list[str]:
    """Parameters, at commas outside brackets."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(inner):
        depth += (character in "([{<") - (character in ")]}>")
        if character == "," and depth == 0:
            parts.append(inner[start:at])
            start = at + 1
    return [*parts, inner[start:]]


# Lines


def _plain(line: str) -> str:
    """A line without the names of its values and labels."""
    return _LOCAL.sub(
        lambda found: found.group(0) if _TYPES.fullmatch(found.group(0)) else "%", line
    )


def _flags(block: _Block, flags: frozenset[str]) -> Counter[str]:
    """Lines with some of these flags, by all but their values' names."""
    found: Counter[str] = Counter()
    for line in block.lines:
        words = re.findall(r"\w+", re.sub(r'"[^"]*"|[@%][\w.$"-]+', " ", line))
        if not flags.isdisjoint(words):
            found[_plain(line).partition("= ")[2] or _plain(line)] += 1
    return found


def _grown(block: _Block, pattern: re.Pattern[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in block.lines:
        bare = line if "asm" in pattern.pattern else re.sub(r'"[^"]*"', '""', line)
        if match := pattern.search(bare):
            found[match.group(1)] += 1
    return found


def _call_faults(name: str, originals: list[_Block], new: _Block) -> Iterator[str]:
    known = _most([block.calls for block in originals])
    for called, count in new.calls.items():
        if called.startswith("llvm."):
            fused = called.startswith(("llvm.fma", "llvm.fmuladd"))
            if called not in known and not _PURE_INTRINSIC.match(called):
                yield f"calls {called}, which the original does not"
            if fused and count > known[called]:
                yield f"rounds otherwise: {called}"
        elif called == "%" and count > known["%"]:
            yield "calls what is known at run time only"
        elif called not in known and called not in PURE_HELPERS | {name, "%"}:
            yield f"calls {called}, which the original does not"


def _facts(line: str) -> Iterator[tuple[str, str]]:
    """What a call says of its arguments, its result and itself: of which callee, which facts."""
    target = _TARGET.search(line)
    if target and not re.search(r"\basm\b", line):
        for found in _FACTS.finditer(re.sub(r'"[^"]*"', "", line)):
            yield target.group(1).split(".p0")[0], found.group(0)


def _ordered(block: _Block) -> Counter[str]:
    """Volatile and atomic accesses, fences and calls of locks, without their values' names."""
    found: Counter[str] = Counter()
    for line in block.lines:
        if _ACCESS.search(line) and re.search(
            r"\b(?:volatile|atomic|atomicrmw|cmpxchg|fence)\b", _LOCAL.sub("", line)
        ):
            found[_plain(line).partition("= ")[2] or _plain(line)] += 1
    for called, count in block.calls.items():
        if is_lock(called):
            found[f"call of {called}"] += count
    return found


def _uses(block: _Block) -> Iterator[str]:
    """The globals in order, and `ORDERS` for what orders them."""
    for line in block.lines:
        target = _TARGET.search(line)
        if re.search(r"\b(?:atomic|atomicrmw|cmpxchg|fence)\b", _LOCAL.sub("", line)) or (
            target and orders(target.group(1).strip('@"'))
        ):
            yield ORDERS + (target.group(1) if target else _plain(line).partition("= ")[2])
        else:
            yield from re.findall(r"@(?!llvm\.)([\w.$]+)", line)


def _alignments(block: _Block) -> list[int]:
    return [int(found.group(1)) for line in block.lines if (found := _ALIGNED.search(line))]


def _pair(line: str) -> tuple[str, int] | None:
    """The type and alignment of an access."""
    found = re.search(
        r"\b(?:load|store)(?: volatile| atomic)* (<[^>]+>|[\w.]+|%[\w.]+|\[[^\]]+\])", line
    )
    aligned = _ALIGNED.search(line)
    return (found.group(1), int(aligned.group(1))) if found and aligned else None


def _raises(pair: tuple[str, int], known: set[tuple[str, int] | None]) -> bool:
    """Whether an alignment is larger than the original's for the type, or natural for scalars."""
    own = [k[1] for k in known if k and k[0] == pair[0]]
    return pair[1] > max(own, default=max((k[1] for k in known if k), default=1))


def _is_dynamic(line: str) -> bool:
    return bool(re.search(r"= alloca .*, i\d+ %", line))
