"""Rules for C text in place of a function, by its tokens after preprocessing and by libclang.

A macro hides nothing here: both texts are what the compiler reads. Where a text has several
definitions (copies behind a dispatcher, cases behind guards), each of them may promise no more than
the original does, and on every way through them as much is kept: volatile and atomic accesses,
locks, fences.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from llmopt.rewrite.build import spliced
from llmopt.rewrite.unit import UnitContext
from llmopt.source import splice as splicing
from llmopt.source.lexical import Piece
from llmopt.source.traits import Traits
from llmopt.values.command import CODE
from llmopt.values.step import HELPER, SourceText
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from llmopt.verify.static.locks import ORDERS, gives_back, is_atomic, is_lock, moved, orders
from llmopt.verify.static.options import NO_CONTRACTION, added

_RESTRICT = frozenset({"restrict", "__restrict", "__restrict__"})
_ASM = frozenset({"asm", "__asm", "__asm__"})
_ATTRIBUTE = frozenset({"__attribute__", "__attribute", "__declspec"})
_TARGET = frozenset({"target", "__target__"})
_THREAD_LOCAL = frozenset({"__thread", "_Thread_local", "thread_local"})
_ASSUMES = re.compile(r"(?:__builtin_)?unreachable|__builtin_assume\w*|__assume")
#: What is no part of computing: privileges, clocks, the machine's own numbers, other stacks.
_MACHINE = re.compile(
    r"syscall|(?:__builtin_ia32_|__?)(?:rdtscp?|rdpmc|rd(?:rand|seed)\w*|[rw]r[fg]sbase\w*|cpuid\w*"
    r"|xbegin|xend|xabort|(?:fx|x)rstor\w*|(?:fx|x)save\w*|ldmxcsr|clflush\w*|wrpkru|rdpkru)"
    r"|_mm_setcsr|_MM_SET_\w+|__builtin_readcyclecounter|__builtin_readsteadycounter"
    r"|__builtin_(?:longjmp|setjmp|apply|return|eh_\w+|unwind_init|frame_address|return_address"
    r"|thread_pointer|set_thread_pointer|set_flt_rounds)"
)
_NONTEMPORAL = re.compile(r"__builtin_nontemporal_\w+|_mm\w*_stream_\w+|__builtin_ia32_movnt\w+")
_WORDS = {
    _ASSUMES: "a promise to the optimizer",
    _MACHINE: "a system call or the machine's state",
    _NONTEMPORAL: "a non-temporal access, which is ordered by no lock",
}
#: Attributes that steer code generation or promise less.
_HARMLESS_ATTRIBUTES = frozenset(
    "noinline noclone always_inline gnu_inline unused maybe_unused used hot cold flatten target "
    "fallthrough __fallthrough__ may_alias packed vector_size ext_vector_type "
    "minsize deprecated likely unlikely".split()
)
_DIRECTIVE = re.compile(r"^[ \t]*(?:#|%:|\?\?=)[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_CONDITION = re.compile(r"(?:if|ifdef|ifndef|elif|else|endif)\b|line[ \t]+\d+$|$")
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*|(\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*')", re.DOTALL)
_ORDER = re.compile(r"\d+|memory_order_\w+|__ATOMIC_\w+")


@dataclass(frozen=True)
class _Definition:
    """What is counted in one definition."""

    promises: Mapping[str, int]  # may not be more
    kept: Mapping[str, int]  # may not be fewer, nor more
    calls: frozenset[str]  # of the text's own functions, those that it names
    body: tuple[str, ...]  # its tokens
    memory: frozenset[str]  # members, and globals that can be written


def judge_source(context: UnitContext, step: SourceText) -> Verdict:
    """Judges the text of a step by itself; `Passed` says nothing of the object.

    Raises SourceError when the text cannot be located or read, ToolFailed when the compiler cannot
    preprocess it.
    """
    name = step.function
    located = context.locate(name)
    text = step.text.encode("utf-8", "surrogateescape")
    own = located.text.decode("utf-8", "surrogateescape")
    if fault := directive_fault(step.text, own):
        return Refuted("static", f"the text of {name} {fault}")
    original = context.lexical.definition(name)
    pieces = spliced(context, name, text).in_place_of(context.lexical, name)
    if fault := _outside_fault(pieces, step):
        return Refuted("static", f"the text of {name} {fault}")
    functions = [piece.function for piece in pieces if piece.function]
    before = context.traits([name])[name]
    content = splicing.splice(context.content, [splicing.Replacement(located, text)])
    after = context.traits(functions, content)
    if before.signature != after[name].signature:
        return Refuted(
            "static", f"{name} changed from {before.signature} to {after[name].signature}"
        )
    old = _definition(original, before, (name,))
    new = {
        piece.function: _definition(piece, after[piece.function], functions)
        for piece in pieces
        if piece.function
    }
    loose = [piece for piece in pieces if not piece.function]
    verdict = _compared(name, old, new, [_promises(piece.tokens) for piece in loose])
    if not isinstance(verdict, Passed):
        return verdict
    if fault := _target_fault(context, step, pieces, original):
        return Refuted("static", f"the text of {name} {fault}")
    doubt = _doubt(name, before, after, old, new)
    return verdict if doubt is None else Inconclusive("static", doubt)


def directive_fault(text: str, original: str) -> str | None:
    """Directives speak to the rest of the unit as well; only conditions and places are free."""
    known = set(_directives(original))
    for directive in _directives(text):
        if directive not in known and not _CONDITION.match(directive):
            what = "a pragma" if directive.startswith("pragma") else "a directive"
            return f"brings in {what}: #{directive}"
    return None


def _directives(text: str) -> list[str]:
    """The directives outside comments, continued lines joined."""
    plain = _COMMENT.sub(lambda found: found.group(1) or " ", text.replace("\\\n", " "))
    return [" ".join(line.split()) for line in _DIRECTIVE.findall(plain)]


def _outside_fault(pieces: Sequence[Piece], step: SourceText) -> str | None:
    """What a text declares besides the function: static helpers that were announced, and types."""
    mine = {step.function, *step.helpers}
    # Copies of this form need no announcement where they are always inlined.
    mine |= {p.function for p in pieces if p.function.startswith(f"{step.function}{HELPER}")}
    for piece in pieces:
        head = piece.tokens[: piece.body]
        if piece.function:
            if piece.function not in mine:
                return f"defines {piece.function}, a new function that no step announced"
            if piece.function != step.function and "static" not in head:
                return f"defines {piece.function}, a new symbol that is not static"
        elif piece.tokens[0].startswith("#"):
            continue  # a pragma: counted as a promise
        elif piece.tokens[0] in _ASM:
            return "brings in inline assembly at file scope"
        elif not set(piece.names) <= mine and not _is_type(piece.tokens):
            return f"declares {', '.join(piece.names) or 'something'} at file scope"
        elif set(piece.names) & mine and piece.tokens[-2:] != (")", ";"):
            return f"declares {', '.join(piece.names)} otherwise than as a function"
    if step.function not in {piece.function for piece in pieces}:
        return "does not define it"
    return None


def _is_type(tokens: Sequence[str]) -> bool:
    kinds = {"struct", "union", "enum"}
    return tokens[0] == "typedef" or (tokens[0] in kinds and tokens[-2:] == ("}", ";"))


def _definition(piece: Piece, traits: Traits, functions: Sequence[str]) -> _Definition:
    body = piece.tokens[piece.body :]
    kept = Counter(_kept(body, functions))
    for name, count in traits.accesses.items():
        kept[f"volatile or atomic access {name}".strip()] += count
    calls = frozenset(set(body) & set(functions))
    return _Definition(_promises(piece.tokens), kept, calls, body, traits.memory)


def _uses(
    name: str, definitions: Mapping[str, _Definition], order: str, seen: frozenset[str]
) -> tuple[list[str], str]:
    """The memory that a definition uses, and what orders it, in order; own callees in their places.

    Before each name stands what ordered last. A block that is left at its end by a jump orders
    nothing behind it.
    """
    body = definitions[name].body
    found: list[str] = []
    blocks: list[str] = []
    skipped = 0
    for at, token in enumerate(body):
        called = body[at + 1 : at + 2] == ("(",)
        if at < skipped:
            continue
        if is_atomic(token) or (called and token not in definitions and orders(token)):
            order = ORDERS + token
            skipped = at + len(_words(body, at)) if called else at
        elif token in definitions and token not in seen:
            inner, after = _uses(token, definitions, order, seen | {token})
            found += inner
            order = order if body[at - 1] == "return" else after
        elif token == "{":
            blocks.append(order)
        elif token == "}" and blocks:
            before = blocks.pop()
            order = before if _jumps(body, at) else order
        elif token in definitions[name].memory:
            found += [order, token]
    return found, order


def _jumps(body: Sequence[str], end: int) -> bool:
    """Whether the last statement of the block that ends here leaves it."""
    at = end - 2  # before its semicolon
    while at > 0 and body[at] not in {";", "{", "}"}:
        at -= 1
    return body[at + 1] in {"return", "goto", "break", "continue"}


def _promises(tokens: Sequence[str]) -> Counter[str]:
    """What a definition promises or does beside computing, each with how often."""
    found: Counter[str] = Counter()
    for at, token in enumerate(tokens):
        if token in _ATTRIBUTE or tokens[at : at + 2] == ("[", "["):
            found.update(_attributes(tokens, at))
        elif token in _ASM:
            found[f"inline assembly {' '.join(_words(tokens, at))}"] += 1
        elif token.startswith("#"):
            found[f"a pragma: {token}"] += 1
        elif what := _phrase(tokens, at) or _word(token):
            found[what] += 1
    return found


def _phrase(tokens: Sequence[str], at: int) -> str | None:
    """A promise that takes several tokens."""
    token = tokens[at]
    if token == "[" and "static" in tokens[at + 1 : at + 3]:
        return "a promise about a parameter ([static])"
    if token == "goto" and tokens[at + 1] == "*":
        return "a computed goto"
    if token == "static" and at and tokens[at - 1] in {"{", "}", ";", ")"}:
        constant = "const" in tokens[at : at + 4] and "*" not in tokens[at : at + 8]
        return None if constant else "new data: a static variable"
    return None


def _word(token: str) -> str | None:
    if token in _RESTRICT:
        return "a promise about aliasing (restrict)"
    if token in _THREAD_LOCAL:
        return "a thread-local variable"
    if token in {"_Noreturn", "noreturn"}:
        return "a promise not to return"
    return next(
        (f"{what} ({token})" for pattern, what in _WORDS.items() if pattern.fullmatch(token)), None
    )


def _attributes(tokens: Sequence[str], at: int) -> Iterator[str]:
    """The attributes in `__attribute__((...))` that do more than steer code generation."""
    words = _words(tokens, at)
    depth = 0
    for number, word in enumerate(words):
        depth += (word in "([") - (word in ")]")
        plain = word[2:-2] if word.startswith("__") and word.endswith("__") else word
        if depth == 2 and re.fullmatch(r"\w+", word) and words[number + 1 : number + 2] != ["::"]:
            arguments = words[number + 1 : number + 4]
            if plain == "aligned" and arguments == ["(", "1", ")"]:
                continue  # takes a promise back
            if plain not in _HARMLESS_ATTRIBUTES:
                yield f"an attribute that changes more than code generation ({plain})"


def _words(tokens: Sequence[str], at: int) -> list[str]:
    """From a word to the bracket that closes the first one behind it."""
    depth = 0
    end = at
    for end in range(at, len(tokens)):
        depth += (tokens[end] in "([") - (tokens[end] in ")]")
        if depth == 0 and tokens[end] in ")]":
            break
    return list(tokens[at : end + 1])


def _kept(body: Sequence[str], functions: Sequence[str]) -> Iterator[str]:
    """Calls that lock or order, atomic ones with the order that they ask for."""
    for at, token in enumerate(body):
        called = body[at + 1 : at + 2] == ("(",)
        if is_atomic(token):
            words = _words(body, at) if called else [token]
            yield " ".join([token, *(_orders(words) if called else ())])
        elif called and is_lock(token) and token not in functions:
            yield f"the call of {token}"
        elif token in _ASM:
            yield f"inline assembly {' '.join(_words(body, at))}"


def _orders(words: Sequence[str]) -> Iterator[str]:
    """Arguments that are one constant: the memory orders are among them."""
    depth = 0
    for before, word, after in zip(words, words[1:], words[2:], strict=False):
        depth += (before in "([{") - (before in ")]}")
        if depth == 1 and before in "(," and after in "),":
            if _ORDER.fullmatch(word):
                yield word


def _compared(
    name: str,
    old: _Definition,
    new: Mapping[str, _Definition],
    loose: Sequence[Mapping[str, int]],
) -> Verdict:
    for counts in (*(definition.promises for definition in new.values()), *loose):
        for what, count in counts.items():
            if count > old.promises.get(what, 0):
                return Refuted("static", f"the text of {name} brings in {what}")
    least, most = _ways(name, new, set())
    for what, count in old.kept.items():
        if least.get(what, 0) < count:
            return Refuted("static", f"the text of {name} lost {what}")
    for what, count in most.items():
        if count > old.kept.get(what, 0) and not (what in old.kept and gives_back(what)):
            return Inconclusive("static", f"the text of {name} has more of: {what}")
    return Passed("static")


def _ways(
    name: str, definitions: Mapping[str, _Definition], seen: set[str]
) -> tuple[Counter[str], Counter[str]]:
    """The least and the most that is counted on the ways from a definition through those that it
    names: of copies behind a dispatcher one is taken.
    """
    own = Counter(definitions[name].kept)
    called = [
        _ways(other, definitions, seen | {name})
        for other in definitions[name].calls - seen - {name}
    ]
    least, most = own.copy(), own.copy()
    if called:
        keys = {key for counts in called for key in counts[1]}
        least.update({key: min(counts[0][key] for counts in called) for key in keys})
        most.update({key: max(counts[1][key] for counts in called) for key in keys})
    return least, most


def _target_fault(
    context: UnitContext, step: SourceText, pieces: Sequence[Piece], original: Piece
) -> str | None:
    """Copies for other processors run behind a question, and round as the original does."""
    aimed = [p for p in pieces if not _TARGET.isdisjoint(p.tokens) and p.function != step.function]
    here = next(piece for piece in pieces if piece.function == step.function)
    if not _TARGET.isdisjoint(here.tokens) and _TARGET.isdisjoint(original.tokens):
        return "makes the function itself one for other processors"
    if not aimed:
        return None
    if not any("__builtin_cpu_supports" in piece.tokens for piece in pieces):
        return "is for other processors, and nothing asks which one runs it"
    if NO_CONTRACTION not in (*context.unit.command.arguments(CODE), *added(step)):
        return f"is for processors that fuse operations, without {NO_CONTRACTION}"
    return None


def _doubt(
    name: str,
    before: Traits,
    after: Mapping[str, Traits],
    old: _Definition,
    new: Mapping[str, _Definition],
) -> str | None:
    """What is wrong only sometimes, and cannot be told apart from here."""
    if name not in old.calls and (cycle := _cycle(new)):
        return f"nothing bounds the recursion of {cycle}"
    start = frozenset({name})
    uses = [_uses(name, definitions, ORDERS, start)[0] for definitions in ({name: old}, new)]
    if shifted := moved(*uses):
        return f"{shifted} is used on another side of a lock or fence"
    for traits in after.values():
        if traits.dynamic > before.dynamic:
            return f"the text of {name} takes stack without a bound"
        more = traits.alignments
        if len(more) > len(before.alignments) or any(
            mine > its for mine, its in zip(more, before.alignments, strict=False)
        ):
            return f"the text of {name} promises more about alignment"
    return None


def _cycle(definitions: Mapping[str, _Definition]) -> str | None:
    """A definition that reaches itself."""
    for start, definition in definitions.items():
        reached = set(definition.calls)
        for _ in definitions:
            reached |= {n for name in reached for n in definitions[name].calls}
        if start in reached:
            return start
    return None
