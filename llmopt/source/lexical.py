r"""The lexical closure of a function over its unit's preprocessed text.

The closure is what a *function key* digests: the chunks (top-level declarations and definitions)
that the function's text can reach by name, as canonical token text. A recipe found by it survives
edits elsewhere in the file and is lost by every edit that matters. A wrong key silently hands
somebody another object, so **in doubt a chunk is in**: names are compared without regard to name
spaces and scopes, and a chunk whose name is not understood belongs to every closure.

In the closure of `f`, in unit order:

- every chunk that declares or defines `f`: definition, prototypes, redeclarations in block scope of
  other functions (both compilers merge their attributes), aliases of `f`;
- the same, transitively, for every identifier in a chunk of the closure: types, objects with their
  initialisers, enumerations, callees with their bodies, static or not (they may be inlined);
- every `#pragma`, `_Pragma` and `#ident` of the unit, also from inside functions that are not in;
- every file-scope `asm`, and every chunk without a name that can be found;
- definitions and renamings (asm labels) of library functions that compilers call on their own:
  with `int puts(const char *) __asm__("x");` gcc compiles `printf("%s\n", s)` to a call of `x`.

Not in the closure:

- callers. What they pass is evidence of a workload; facts the optimizer folds from them, such as a
  static that nobody writes, are checked on IR and assembly, never by this key;
- `_Static_assert` (unless it defines a type) and empty declarations: they stop a compilation or
  do nothing, so they are in no object;
- line markers: text moved is not text changed. Where the *text* asks for its place
  (`__builtin_LINE()`), the place is in. Whoever compiles with debug information, coverage or
  sanitizers has lines in the object that are not in this key;
- what is not text: precompiled headers and modules (refused where they leave a trace), options.

The input is `cc -E` of gcc or clang. Text that still holds macro definitions or conditionals
(`-fdirectives-only`, `-dD`, and gcc's `-g3`) is refused: an unexpanded macro would hide names.
"""

# Tokens are C's and no passwords (S105); sets of words read best as one string (SIM905).

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice, pairwise
from typing import Final

from llmopt.errors import SourceError
from llmopt.values.digest import digest


@dataclass(frozen=True, slots=True)
class Chunk:
    """One piece of a closure: a top-level declaration or definition, or a pragma.

    `names` are what it declares (none for pragmas and file-scope asm); `text` is its canonical
    token text, one line or more, ending in a newline.
    """

    names: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Closure:
    """What the function `name` can reach in its unit; `chunks` are in unit order."""

    name: str
    chunks: tuple[Chunk, ...]

    @cached_property
    def text(self) -> bytes:
        """The canonical text: tokens separated by one blank, a chunk or pragma per line.

        Tokenizing it gives the same tokens back, so different token lists have different texts.
        """
        text = "".join(chunk.text for chunk in self.chunks)
        return text.encode("utf-8", "surrogateescape")

    @property
    def names(self) -> frozenset[str]:
        """Every name that a chunk of the closure declares."""
        return frozenset(name for chunk in self.chunks for name in chunk.names)

    @property
    def digest(self) -> str:
        """64 hex digits. Two functions that call each other share a text, but not a digest."""
        return digest("closure", self.name, self.text)


@dataclass(frozen=True, slots=True)
class Piece:
    """A top-level declaration or definition as tokens; `body` is where a function's body begins.

    `names` are what it declares, `function` is what it defines ("" for anything but a function).
    """

    names: tuple[str, ...]
    function: str
    tokens: tuple[str, ...]
    body: int


class PreprocessedUnit:
    """A parsed unit: closures of its functions cost no second parse. Made by `parse`."""

    def __init__(self, text: str, tokens: list[str], chunks: list[_Span]) -> None:
        self._text = text
        self._tokens = tokens
        self._chunks = chunks
        self._declaring: dict[str, list[int]] = {}
        self._defining: dict[str, list[_Span]] = {}
        for number, chunk in enumerate(chunks):
            for name in chunk.names:
                self._declaring.setdefault(name, []).append(number)
            if chunk.function:
                self._defining.setdefault(chunk.function, []).append(chunk)
        self._always = [number for number, chunk in enumerate(chunks) if chunk.always]
        self._pragmas = [number for number, chunk in enumerate(chunks) if chunk.pragmas]
        self._references: dict[int, frozenset[str]] = {}
        self._canonical: dict[int, Chunk] = {}

    @property
    def functions(self) -> tuple[str, ...]:
        """The names of the functions defined in the unit, in the order of their definitions."""
        return tuple(self._defining)

    def closure(self, name: str) -> Closure:
        """The closure of the function `name`.

        Raises SourceError when the unit does not define it, or defines it more than once (an
        `extern inline` of GNU C before the real one), as then it is unknown which one is meant.
        """
        self._definition(name)
        reached = set(self._always)
        wanted = {name}.union(*(self._referenced(number) for number in reached))
        known = set(wanted)
        while wanted:
            for number in self._declaring.get(wanted.pop(), ()):
                if number not in reached:
                    reached.add(number)
                    new = self._referenced(number) - known
                    known |= new
                    wanted |= new
        return Closure(name, tuple(self._in_order(reached)))

    def declarator(self, name: str) -> str:
        """What stands before the body of a function, as the preprocessor left it.

        Raises SourceError when the unit does not define it, or does so twice.
        """
        chunk = self._definition(name)
        return " ".join(self._tokens[chunk.start : chunk.body])

    def definition(self, name: str) -> Piece:
        """The definition of a function. Raises as `closure` does."""
        return self._piece(self._definition(name))

    def in_place_of(self, original: PreprocessedUnit, name: str) -> list[Piece]:
        """What stands here where `original`, the same unit otherwise, defines the function `name`.

        Raises SourceError when that cannot be told: the units differ around it as well.
        """
        at = original._chunks.index(original._definition(name))
        behind = len(original._chunks) - at - 1
        end = len(self._chunks) - behind
        if end < at or any(
            self._tokens[new.start : new.end] != original._tokens[old.start : old.end]
            for news, olds in (
                (self._chunks[:at], original._chunks[:at]),
                (self._chunks[end:], original._chunks[at + 1 :]),
            )
            for new, old in zip(news, olds, strict=True)
        ):
            raise SourceError(f"the unit reads otherwise around the new text of {name}")
        return [self._piece(chunk) for chunk in self._chunks[at:end]]

    def _piece(self, chunk: _Span) -> Piece:
        tokens = tuple(self._tokens[chunk.start : chunk.end])
        return Piece(chunk.names, chunk.function, tokens, chunk.body - chunk.start)

    def definition_line(self, name: str) -> tuple[str, int]:
        """The file and line, by the line markers, where the definition of `name` has its name.

        The file is spelled as the compiler spells it; it is "" in text without line markers.
        Raises as `closure` does.
        """
        chunk = self._definition(name)
        named = [at for at in range(chunk.start, chunk.body) if self._tokens[at] == name]
        # in `struct f *f(void)` the function's own name is the one before a bracket
        declared = [at for at in named if self._tokens[at + 1] in "()"]
        file, line, _ = self._place((declared or named or [chunk.start])[0])
        return file, line

    def _definition(self, name: str) -> _Span:
        found = self._defining.get(name, [])
        if not found:
            raise SourceError(f"the preprocessed text defines no function {name!r}")
        if len(found) > 1:
            places = ", ".join("{}:{}".format(*self._place(each.start)) for each in found[:4])
            raise SourceError(f"{name!r} is defined {len(found)} times, at {places}")
        return found[0]

    def _referenced(self, number: int) -> frozenset[str]:
        """The names declared in the unit that a chunk mentions."""
        if number not in self._references:
            chunk = self._chunks[number]
            words = {*self._tokens[chunk.start : chunk.end], *chunk.mentions}
            for word in tuple(words):
                if word.startswith("#"):
                    words.update(_WORD.findall(word))
                # a declaration of memcpy, say its asm label, is one of __builtin_memcpy
                plain = word.removeprefix("__builtin_")
                words.add(plain)
                if plain in _BECOME_STPCPY:
                    words.add("stpcpy")
            self._references[number] = frozenset(words & self._declaring.keys())
        return self._references[number]

    def _in_order(self, reached: set[int]) -> Iterator[Chunk]:
        for number in sorted(reached.union(self._pragmas)):
            chunk = self._chunks[number]
            if number not in reached:
                for first, end in chunk.pragmas:
                    yield Chunk((), _canonical(self._tokens[first:end]))
                continue
            if number not in self._canonical:
                self._canonical[number] = Chunk(chunk.names, _canonical(self._located(chunk)))
            yield self._canonical[number]

    def _located(self, chunk: _Span) -> list[str]:
        """The tokens of a chunk, with its place before each word that asks for it."""
        tokens = self._tokens[chunk.start : chunk.end]
        if _PLACED.isdisjoint(tokens):
            return tokens
        located = []
        for at, token in enumerate(tokens, chunk.start):
            if token in _PLACED:
                located.append("#line {1} {0} {2}".format(*self._place(at)))
            located.append(token)
        return located

    def _place(self, token: int) -> tuple[str, int, int]:
        """The file, line and column of a token."""
        # Positions are not kept, as they are asked for once or twice in a unit.
        found = (match for match in _scanner(self._text).finditer(self._text) if match[1])
        at = next(islice(found, token, None)).start(1)
        starts, places = self._markers
        last = bisect_right(starts, at) - 1
        file, line = places[last]
        line += self._text.count("\n", starts[last], at)
        return file, line, at - self._text.rfind("\n", 0, at)

    @cached_property
    def _markers(self) -> tuple[list[int], list[tuple[str, int]]]:
        """Where each stretch of text after a line marker starts, and its file and first line."""
        starts, places, file = [0], [("", 1)], ""
        for marker in _MARKER.finditer(self._text):
            if marker["file"] is not None:
                file = re.sub(r"\\(.)", r"\1", marker["file"])
            starts.append(marker.end() + 1)
            places.append((file, int(marker["line"])))
        return starts, places


def parse(preprocessed: bytes) -> PreprocessedUnit:
    """Split the output of `cc -E` (gcc or clang, with its line markers) into chunks.

    Raises SourceError for text that cannot be split: unbalanced brackets, unterminated strings or
    declarations, text that is not fully preprocessed, text that is not C.
    """
    text = preprocessed.decode("utf-8", "surrogateescape")
    tokens = tokenize(text)
    return PreprocessedUnit(text, tokens, _Splitter(tokens).chunks())


def tokenize(text: str) -> list[str]:
    """The C tokens of preprocessed text; a `#pragma` is one token, with single blanks inside.

    Line markers, white space and comments separate tokens and are gone.
    Raises SourceError for an unterminated string or comment and for a directive other than
    `#pragma` and `#ident`.
    """
    scanner = _scanner(text)
    if scanner.groups == 1:
        tokens = list(filter(None, scanner.findall(text)))
    else:
        tokens = [match[1] for match in scanner.finditer(text) if match[1]]
    lines = set(_DIRECTIVE.findall(text)).intersection(tokens)
    if lines:
        directives = {line: _directive(line) for line in lines}
        tokens = [directives.get(token, token) for token in tokens]
    broken = _BROKEN.intersection(tokens)
    if broken:
        raise SourceError(
            f"stray or unterminated {min(broken)} in the text; expected the output of `cc -E`"
        )
    if _UNIVERSAL.search(text):
        tokens = [token if '"' in token or "'" in token else _spelled(token) for token in tokens]
    return tokens


# ---------------------------------------------------------------------------- tokens


#: A letter, digit, `_`, `$` or anything beyond ASCII; said by what it is not, which compiles in a
#: tenth of the time, and a build waits for it.
_LETTER: Final = r"[^\x00-\x23\x25-/:-@\[-^`{-\x7f]"
#: The same without digits.
_FIRST: Final = r"[^\x00-\x23\x25-@\[-^`{-\x7f]"


@cache
def _token_pattern(raw: str) -> re.Pattern[str]:
    letter, first = _LETTER, _FIRST
    universal = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
    # In this order: half of all tokens are words that are no prefix of a string, a third brackets
    # and separators. Group 1 is the token; comments and line markers match without it.
    pattern = rf"""
        /\*(?s:.*?)\*/ | //[^\n]*
      | ^[ \t\f\v\r]*\#[ \t]*(?:line[ \t]*)?[0-9][^\n]*
      | ({first}{letter}*(?!{letter}|["'\\])
        | [][(){{}},;]
        {raw}
        | (?:u8|[uUL])?(?:"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:\\.[^'\\\n]*)*')
        | (?:{first}|{universal})(?:{letter}|{universal})*
        | \.?[0-9](?:[eEpP][+-]|{letter}|\.|'[0-9A-Za-z_])*
        | ^[ \t\f\v\r]*\#[^\n]*
        | /\*
        | \.\.\.|<<=|>>=|->|\+\+|--|<<|>>|&&|\|\||[-+*/%&|^!=<>]=|\#\#|::|<%|%>|<:|:>|%:
        | \S
        )"""
    return re.compile(pattern, re.VERBOSE | re.MULTILINE | re.ASCII)


# Raw strings (GNU C) need a second group, which makes the scan of all other units slower.
_RAW_STRING: Final = r'| (?:u8|[uUL])?R"(?P<raw>[^\s()\\]{0,16})\((?s:.*?)\)(?P=raw)"'
_RAW: Final = re.compile(r'(?<![\w$])(?:u8|[uUL])?R"[^\s()\\]{0,16}\(')
_DIRECTIVE: Final = re.compile(r"^[ \t\f\v\r]*#(?![ \t]*(?:line[ \t]*)?[0-9])[^\n]*", re.MULTILINE)
_MARKER: Final = re.compile(
    r"^[ \t\f\v\r]*#[ \t]*(?:line[ \t]*)?(?P<line>[0-9]{1,18})"
    r'(?:[ \t]+"(?P<file>(?:[^"\\\n]|\\.)*)")?[^\n]*',
    re.MULTILINE,
)
_UNIVERSAL: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_WORD: Final = re.compile(f"{_FIRST}{_LETTER}*")
_BROKEN: Final = frozenset(("'", '"', "/*", "\\", "#", "##", "%:"))

# Words that the compiler replaces by the place where they stand.
_PLACED: Final = frozenset(
    f"__builtin_{word}" for word in ("LINE", "FILE", "FILE_NAME", "COLUMN", "source_location")
)


def _scanner(text: str) -> re.Pattern[str]:
    return _token_pattern(_RAW_STRING if _RAW.search(text) else "")


def _directive(line: str) -> str:
    """The canonical form of a `#` line that is no line marker."""
    words = [word for word in _token_pattern("").findall(line.strip()[1:]) if word]
    kind = words[0] if words else ""
    if kind not in ("pragma", "ident", "sccs") or words[-1] == "\\":
        raise SourceError(
            f"`{line.strip()[:60]}` is left in the preprocessed text; the text of a key is made"
            " by `cc -E` without -dD, -dI, -fdirectives-only and -g3"
        )
    if words[1:3] == ["GCC", "pch_preprocess"] or words[1:4] == ["clang", "module", "import"]:
        raise SourceError(
            f"`{line.strip()[:60]}` stands for text that is not there; make the text of a key"
            " without precompiled headers and modules"
        )
    return "#" + " ".join(words)


def _spelled(token: str) -> str:
    r"""A word with `\u00e9` written as the letter, as both spellings are the same name."""

    def letter(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        return chr(code) if 0x80 <= code <= 0x10FFFF else match[0]

    return _UNIVERSAL.sub(letter, token)


def _canonical(tokens: list[str]) -> str:
    """One line per chunk; a directive inside it has a line of its own, as it is none otherwise."""
    text = " ".join(tokens)
    if "#" in text:
        text = "".join(f"\n{t}\n" if t.startswith("#") else f"{t} " for t in tokens).strip()
    return text + "\n"


# ---------------------------------------------------------------------------- names

_ASM: Final = frozenset(("asm", "__asm", "__asm__"))
_ATTRIBUTES: Final = frozenset(("__attribute__", "__attribute", "__declspec"))
_ASSERTS: Final = frozenset(("_Static_assert", "static_assert"))
_TAGGED: Final = frozenset(("struct", "union", "enum"))
# A bracket after one of these belongs to it, and is no parameter list.
_TYPE_OPERATORS: Final = frozenset(
    "typeof __typeof __typeof__ typeof_unqual __typeof_unqual__ __typeof_unqual"
    " _Atomic _BitInt".split()
)
_PAREN_WORDS: Final = (
    _ASM | _ATTRIBUTES | _TYPE_OPERATORS | {"_Alignas", "alignas", "__alignas", "__address_space__"}
)
_TYPES: Final = frozenset(
    "void char short int long float double signed __signed __signed__ unsigned _Bool bool"
    " __int128 _Float16 __fp16 __bf16 __float128 __float80 _Decimal32 _Decimal64 _Decimal128"
    " __auto_type __builtin_va_list".split()
).union(_TAGGED, _TYPE_OPERATORS)
_QUALIFIERS: Final = frozenset(
    "auto const __const __const__ constexpr extern inline __inline __inline__ _Noreturn register"
    " restrict __restrict __restrict__ static thread_local _Thread_local __thread typedef volatile"
    " __volatile __volatile__ __extension__ _Complex __complex __complex__ _Imaginary _Sat"
    " _Nonnull _Nullable _Null_unspecified __unaligned __seg_fs __seg_gs __cdecl __stdcall"
    " __fastcall __vectorcall __ptr32 __ptr64".split()
)
_STATEMENTS: Final = frozenset(
    "if else for while do switch case default return goto break continue sizeof".split()
)
_RESERVED: Final = _TYPES | _QUALIFIERS | _PAREN_WORDS | _STATEMENTS | _ASSERTS
# Words that older dialects and headers define: `typedef enum { false, true } bool;`
_YOUNG: Final = _RESERVED.difference(
    "void char short int long float double signed unsigned const volatile".split()
)
# Attributes by which one declaration gives another name a meaning: `alias("target")`.
_NAMING: Final = frozenset(
    word
    for name in ("alias", "ifunc", "weakref", "symver", "copy")
    for word in (name, f"__{name}__")
)
# The operands of these pragmas are words of their own, and no names of the unit.
_NAMELESS_PRAGMAS: Final = frozenset(("GCC", "clang", "STDC", "pack", "once", "message"))
# Library functions whose calls compilers make themselves (copies, idioms, cheaper equivalents).
_IMPLICIT: Final = frozenset(
    "memcpy memmove memset memcmp memchr mempcpy memccpy bcmp bcopy bzero strlen strnlen strcpy"
    " strncpy strcat strncat strcmp strncmp strchr strrchr strstr strspn strcspn strpbrk stpcpy"
    " stpncpy printf fprintf sprintf snprintf putchar puts fputc fputs fputc_unlocked"
    " fputs_unlocked fwrite fwrite_unlocked putchar_unlocked puts_unlocked iprintf siprintf"
    " fiprintf abort exit malloc calloc free ffs ffsl ffsll abs labs llabs isascii isdigit toascii"
    " sqrt sqrtf sqrtl cbrt cbrtf cbrtl pow powf powl exp expf expl exp2 exp2f exp2l exp10 exp10f"
    " exp10l ldexp ldexpf ldexpl log log2 log10 log1p expm1 sin sinf sinl cos cosf cosl sincos"
    " sincosf sincosl cexp cexpf cexpi cabs hypot fabs fabsf fabsl floor floorf ceil ceilf trunc"
    " truncf round roundf rint rintf nearbyint nearbyintf lround lrint llround llrint fmin fmax"
    " fmod fmodf copysign copysignf isinf isnan signbit __memcpy_chk __memset_chk __memmove_chk"
    " __stack_chk_fail __stack_chk_guard".split()
)
# gcc makes calls of stpcpy from these, but only in units that declare it.
_BECOME_STPCPY: Final = frozenset(
    prefix + name + suffix
    for name in ("strcpy", "strcat", "sprintf", "snprintf", "strlen", "stpcpy")
    for prefix, suffix in (("", ""), ("__", "_chk"))
)

_OPENING: Final = frozenset(("(", "[", "{", "<:", "<%"))
_CLOSING: Final = {
    ")": "(",
    "]": ("[", "<:"),
    ":>": ("[", "<:"),
    "}": ("{", "<%"),
    "%>": ("{", "<%"),
}
_BRACES: Final = frozenset(("{", "<%", "}", "%>"))
_STRUCTURE: Final = _OPENING | _CLOSING.keys() | {";", "="}
_BLOCK_WORDS: Final = _ASM | _ATTRIBUTES | {"extern"}
_BLOCK_EDGES: Final = _BRACES | {";", ":"}


@dataclass(slots=True)
class _Span:
    """A chunk as a range of tokens; `body` is where a function's body starts, else `end`."""

    start: int
    end: int
    body: int
    types: list[tuple[str, int]]  # by struct, union or enum defined: tag, and an enum's brace
    pragmas: list[tuple[int, int]]  # the ranges of those inside
    names: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()  # what it refers to inside strings
    function: str = ""  # the name of the function it defines
    always: bool = False


@dataclass(slots=True)
class _Symbols:
    """Names inside the strings of attributes and asm labels."""

    named: list[str]  # the declaration gives them a meaning too
    mentioned: list[str]


class _Splitter:
    """Splits tokens into top-level chunks and finds the names that each declares."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._partner = [0] * len(tokens)  # of each bracket, the matching one

    def chunks(self) -> list[_Span]:
        spans = [span for span in self._split() if not self._is_void(span)]
        for span in spans:
            self._name(span)
        return spans

    # -- where chunks end

    def _split(self) -> list[_Span]:
        tokens, partner = self._tokens, self._partner
        structure = _STRUCTURE.union(token for token in set(tokens) if token[0] == "#")
        spans: list[_Span] = []
        span = _Span(0, 0, -1, [], [])
        open_at: list[int] = []
        initialised = False
        for at in [at for at, token in enumerate(tokens) if token in structure]:
            token = tokens[at]
            ends = False
            if token in _OPENING:
                if token in _BRACES and span.body < 0:
                    span = self._braced(spans, span, at, top=not open_at and not initialised)
                open_at.append(at)
            elif token in _CLOSING:
                opener = open_at.pop() if open_at else at
                if tokens[opener] not in _CLOSING[token]:
                    raise self._refusal(span.start, at, f"an unexpected {token}")
                partner[at], partner[opener] = opener, at
                if opener > span.start and tokens[opener - 1] == "_Pragma":
                    span.pragmas.append((opener - 1, at + 1))
                    ends = opener - 1 == span.start
                else:
                    ends = token in _BRACES and span.body >= 0 and not open_at
            elif token == ";":
                ends = not open_at
            elif token == "=":
                initialised = initialised or not open_at
            else:
                span.pragmas.append((at, at + 1))
                ends = at == span.start
            if ends:
                span.end = at + 1
                span.body = span.body if span.body >= 0 else span.end
                spans.append(span)
                span = _Span(at + 1, 0, -1, [], [])
                initialised = False
        if open_at or span.start < len(tokens):
            raise self._refusal(span.start, len(tokens), "the end of the text")
        return spans

    def _braced(self, spans: list[_Span], span: _Span, at: int, *, top: bool) -> _Span:
        """The chunk to which the brace at `at` belongs, told what the brace opens.

        `top`: in no other bracket and no initialiser, where it is a type or a function's body.
        """
        if span.start == at:
            return self._old_style(spans, at)
        if not self._opens_type(span, at) and top:
            before = at - 1
            while self._tokens[before][0] == "#":
                before -= 1
            if self._tokens[before] not in (")", "]", ":>"):
                raise self._refusal(span.start, at, "a block that belongs to nothing")
            span.body = at
        return span

    def _opens_type(self, span: _Span, at: int) -> bool:
        """Whether the brace at `at` opens a struct, union or enum, which is noted in `span`."""
        tokens, tag = self._tokens, ""
        before = at - 1
        while before >= span.start:
            token = tokens[before]
            if token in _TAGGED:
                span.types.append((tag, at if token == "enum" else 0))
                return True
            if token in (")", "]", ":>"):  # attributes, or the type of an enum
                before = self._partner[before] - 1
                if token == ")" and before >= span.start and tokens[before] in _PAREN_WORDS:
                    before -= 1
                elif token == ")":
                    return False
            elif token == ":" or token[0] == "#" or _WORD.match(token):
                tag = token
                before -= 1
            else:
                return False
        return False

    def _old_style(self, spans: list[_Span], at: int) -> _Span:
        """The K&R definition whose body opens at `at`: its head was split off by the `;` in it."""
        pragmas: list[tuple[int, int]] = []
        types: list[tuple[str, int]] = []
        while spans and spans[-1].body == spans[-1].end:
            head = spans.pop()
            pragmas[:0], types[:0] = head.pragmas, head.types
            items = self._level(head.start, head.end)
            if any(
                self._tokens[item] == "(" and _WORD.match(self._tokens[after])
                for item, after in pairwise(items)
            ):
                return _Span(head.start, 0, at, types, pragmas)
        raise self._refusal(at, at + 1, "a block that belongs to nothing")

    def _is_void(self, span: _Span) -> bool:
        """Whether a chunk is in no object whatever it says: `;` and assertions."""
        first = self._tokens[self._meant(span)]
        return first == ";" or (first in _ASSERTS and not span.types and not span.pragmas)

    def _meant(self, span: _Span) -> int:
        """The first token of a chunk after `__extension__`, which only silences warnings."""
        at = span.start
        while self._tokens[at] == "__extension__":
            at += 1
        return at

    def _refusal(self, start: int, at: int, what: str) -> SourceError:
        near = " ".join(self._tokens[start : min(at, start + 8)])
        return SourceError(
            f"{what} after `{near[:80]}`: the preprocessed text cannot be split into declarations"
        )

    # -- what chunks declare

    def _name(self, span: _Span) -> None:
        tokens = self._tokens
        first = tokens[self._meant(span)]
        if first in _ASM:
            span.always = True
            return
        if first[0] == "#" or first == "_Pragma":
            # In every closure by `pragmas`; reached as well by the names that it is about.
            words = _WORD.findall(" ".join(tokens[span.start : span.end]))[1:]
            if words and words[0] not in _NAMELESS_PRAGMAS:
                span.names = tuple(words[1:])
            return
        symbols = _Symbols([], [])
        items = self._level(span.start, span.body, symbols)
        names: list[str] = []
        for tag, brace in span.types:
            names.extend((tag,) if tag else ())
            names.extend(self._enumerators(brace) if brace else ())
        declared = self._declared(items, definition=span.body < span.end)
        if span.body < span.end:
            span.function = declared[-1] if declared else ""
            names += self._declared_in_blocks(span, symbols)
        elif not declared and not names:
            tags = (tokens[tag] for at, tag in pairwise(items) if tokens[at] in _TAGGED)
            names += [tag for tag in tags if _WORD.match(tag)]
        names += declared
        span.names = tuple(dict.fromkeys(names + symbols.named))
        span.mentions = tuple(symbols.mentioned)
        span.always = (
            not names
            or (span.body < span.end and not declared)
            or (not _IMPLICIT.isdisjoint(declared) and self._replaces(span))
        )

    def _level(
        self,
        start: int,
        end: int,
        symbols: _Symbols | None = None,
    ) -> list[int]:
        """The tokens from `start` to `end` that are in no bracket, with each opening bracket.

        Attributes and asm labels are left out; what they name is added to `symbols`.
        """
        tokens, partner = self._tokens, self._partner
        items: list[int] = []
        at = start
        while at < end:
            token = tokens[at]
            if token not in _OPENING:
                if token[0] != "#":
                    items.append(at)
                at += 1
                continue
            head = tokens[items[-1]] if items and items[-1] == at - 1 else ""
            if token == "(" and head in _PAREN_WORDS:
                if head not in _TYPE_OPERATORS:
                    items.pop()
                if symbols is not None:
                    self._collect(symbols, at, label=head in _ASM)
            else:
                if symbols is not None and token == "[" and tokens[at + 1] == "[":
                    self._collect(symbols, at, label=False)
                items.append(at)
            at = partner[at] + 1
        return items

    def _collect(self, symbols: _Symbols, opener: int, *, label: bool) -> None:
        """Add the names in the strings of an attribute or asm label to `symbols`.

        Any string may be a reference (`ifunc("resolver")`), but only some give the other name a
        meaning; were `visibility("hidden")` one, all hidden functions would be one closure.
        """
        tokens = self._tokens[opener : self._partner[opener]]
        if label:  # glibc writes `__asm__ ("" "__isoc99_scanf")`
            found = _WORD.findall("".join(token[1:-1] for token in tokens if token[0] == '"'))
            symbols.named += found
            symbols.mentioned += found
            return
        for at, token in enumerate(tokens):
            if token[0] == '"':
                found = _WORD.findall(token[1:-1])
                symbols.mentioned += found
                if tokens[max(at - 2, 0)] in _NAMING:
                    symbols.named += found

    def _enumerators(self, brace: int) -> list[str]:
        items = self._level(brace + 1, self._partner[brace])
        commas = [brace, *(at for at in items if self._tokens[at] == ",")]
        found = []
        for comma in commas:
            at = comma + 1
            while self._tokens[at][0] == "#":
                at += 1
            if _WORD.match(self._tokens[at]):
                found.append(self._tokens[at])
        return found

    def _declared(self, items: list[int], *, definition: bool) -> list[str]:
        """The names that the declarators of a declaration declare.

        `items` as from `_level`. More than the names where it is not clear which word is one.
        """
        tokens = self._tokens
        found: list[str] = []
        first = True
        segment: list[int] = []
        skipping = False
        for item in items:
            token = tokens[item]
            if token in (",", ";"):
                found += self._declarator(segment, first=first, definition=definition)
                if definition:
                    return found
                segment, first, skipping = [], False, False
            elif token == "=":
                skipping = True
            elif not skipping:
                segment.append(item)
        if segment:
            found += self._declarator(segment, first=first, definition=definition)
        return found

    def _declarator(self, items: list[int], *, first: bool, definition: bool) -> list[str]:
        tokens = self._tokens
        words: list[str] = []  # that may be the name
        typed = not first  # whether the type is known to be complete without them
        tagged = False
        for number, item in enumerate(items):
            token = tokens[item]
            if token == "(":
                if self._nests(items, number, words):
                    return self._inner(item) or words
                if len(words) == 1 and not typed and not definition:
                    return words + self._inner(item)  # `T (x);` or an implicit int
                break
            if token in _OPENING:
                typed = typed or token in _BRACES
                tagged = False
            elif token in ("*", "^"):
                words, typed = [], True
            elif token in _RESERVED:
                typed = typed or token in _TYPES
                tagged = token in _TAGGED
            elif tagged:
                tagged = False
            elif _WORD.match(token):
                words.append(token)
        last = tokens[items[-1]] if items else ""
        if not words and last in _YOUNG:
            return [last]
        # one word too many: which of them is an unknown keyword cannot be seen
        return words if len(words) > (1 if typed else 2) else words[-1:]

    def _nests(self, items: list[int], number: int, words: list[str]) -> bool:
        """Whether a bracket holds a declarator, as in `(*f)(int)`, and no parameters."""
        tokens = self._tokens
        before = tokens[items[number - 1]] if number else ""
        after = tokens[items[number + 1]] if number + 1 < len(items) else ""
        return (
            before not in words
            or after in ("(", "[", "<:")
            or tokens[items[number] + 1] in ("*", "^")
        )

    def _inner(self, opener: int) -> list[str]:
        """The name in a bracketed declarator such as `(*name)(int)`."""
        while True:
            items = self._level(opener + 1, self._partner[opener])
            nested = next((at for at in items if self._tokens[at] == "("), None)
            words = [
                self._tokens[at]
                for at in items
                if (nested is None or at < nested)
                and self._tokens[at] not in _RESERVED
                and _WORD.match(self._tokens[at])
            ]
            if words or nested is None:
                return words
            opener = nested

    def _replaces(self, span: _Span) -> bool:
        """Whether a declaration of a library function says what its calls become."""
        head = self._tokens[span.start : span.body]
        if "__gnu_inline__" in head or "gnu_inline" in head:
            return False  # never the function that is called out of line
        return span.body < span.end or "static" in head or not _ASM.isdisjoint(head)

    def _declared_in_blocks(self, span: _Span, symbols: _Symbols) -> list[str]:
        """The functions and objects with linkage that the blocks of a function declare again.

        Compilers merge attributes and asm labels of such declarations into the entity itself, and
        so into its uses in other functions.
        """
        tokens = self._tokens
        if _BLOCK_WORDS.isdisjoint(tokens[span.body : span.end]):
            return []
        found: list[str] = []
        done = span.body
        for at in range(span.body, span.end):
            if at < done or tokens[at] not in _BLOCK_WORDS:
                continue
            start, end = at, at
            while tokens[start - 1] not in _BLOCK_EDGES:
                start = self._partner[start - 1] if tokens[start - 1] in _CLOSING else start - 1
            while end < span.end and tokens[end] not in (";", "}", "%>"):
                end = self._partner[end] if tokens[end] in _OPENING else end
                end += 1
            done = end
            if tokens[start] in _STATEMENTS or tokens[start] in _ASM:
                continue
            inner = _Symbols([], [])
            items = self._level(start, end, inner)
            declared = self._declared(items, definition=False)
            if "extern" not in tokens[start:end]:
                # else attributes of local variables, which are nobody else's
                calls = {tokens[at] for at in range(start, end) if tokens[at + 1] == "("}
                declared = [name for name in declared if name in calls]
            if declared:
                found += declared + inner.named
                symbols.mentioned += inner.mentioned
        return found
