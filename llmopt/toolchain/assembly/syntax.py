"""Lines of assembly text to statements.

Only what compilers print is understood, and everything else is a `SourceError`: a directive that is
not known here could switch sections, define symbols or repeat text, and nothing below could tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from llmopt.errors import SourceError

Kind = Literal[
    "label", "insn", "data", "align", "attribute", "cfi", "loc", "neutral", "section", "alias",
    "common",
]  # fmt: skip

_NAME: Final = r"(?:[^\W\d]|\.)[\w.$]*"
# `%rax` is a register, `x@PLT` names only x, `0x1f` and `1f` are no symbols, `$x` is the address.
SYMBOL: Final = re.compile(rf"(?<![\w.$%@])\$?(?P<name>{_NAME})")
_LABEL: Final = re.compile(rf"(?P<name>{_NAME}|\d+)\s*:\s*")
_ASSIGNMENT: Final = re.compile(rf"(?P<name>{_NAME})\s*=(?!=)\s*(?P<value>.+)")
_BRACES: Final = re.compile(r"\{[^}]*\}")  # {%k1}{z}, {1to8}, {vex}
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_VIEW: Final = re.compile(r"\s+view\s+(-?[\w.$]+)")

_PREFIXES: Final = frozenset(
    "rep repe repz repne repnz lock notrack bnd data16 data32 addr32 rex rex64 rex.w rex.W "
    "xacquire xrelease cs ds es ss fs gs".split()
)
STRINGS: Final = frozenset({".ascii", ".asciz", ".string"})
_DATA: Final = STRINGS | frozenset(
    ".byte .2byte .4byte .8byte .short .value .hword .word .int .long .quad .octa .float .single "
    ".double .tfloat .zero .skip .space .fill .uleb128 .sleb128 .nop .nops".split()
)
_ALIGN: Final = frozenset({".align", ".p2align", ".balign"})
_ATTRIBUTE: Final = frozenset(
    ".globl .global .weak .local .hidden .protected .internal .type .size".split()
)
_SECTION: Final = frozenset(
    ".text .data .bss .section .pushsection .popsection .previous .subsection".split()
)
# `.symver` and friends speak about a symbol wherever they stand; they stay with the carrier.
_NEUTRAL: Final = frozenset(
    (
        ".file .ident .addrsig .addrsig_sym .cg_profile .cfi_sections .symver .version .att_syntax"
    ).split()
)
_PLAIN: Final[dict[str, Kind]] = {
    ".loc": "loc",
    **dict.fromkeys(_SECTION, "section"),
    **dict.fromkeys(_ALIGN, "align"),
    **dict.fromkeys(_NEUTRAL, "neutral"),
}
_ALIAS: Final = frozenset({".set", ".equ", ".equiv", ".weakref"})
_QUOTED: Final = STRINGS | frozenset({".section", ".pushsection", ".file", ".ident", ".version"})


@dataclass(frozen=True)
class Statement:
    """One statement: `name` is the label, symbol, directive or mnemonic that it is about."""

    line: int  # from 0
    kind: Kind
    name: str
    text: str  # without comments
    refs: tuple[str, ...] = ()  # symbols it names, in order; for a label none

    @property
    def views(self) -> tuple[str, ...]:
        """The view labels that a `.loc` of gcc defines."""
        found = _VIEW.search(self.text) if self.kind == "loc" else None
        return (found.group(1),) if found and found.group(1).startswith(".L") else ()

    @property
    def operands(self) -> list[str]:
        """The operands of a directive, split at commas."""
        _, _, rest = self.text.partition(self.text.split(None, 1)[0])
        return [operand.strip() for operand in rest.split(",")] if rest.strip() else []

    def renamed(self, names: Mapping[str, str]) -> str:
        """The text with the symbols renamed; strings are left alone."""
        if '"' in self.text or not (self.kind == "label" or any(r in names for r in self.refs)):
            return self.text
        return SYMBOL.sub(
            lambda found: found.group(0).replace(
                found.group("name"), names.get(found.group("name"), found.group("name"))
            ),
            self.text,
        )


def statements(text: str) -> Iterator[Statement]:
    """The statements of `text`, in order.

    Raises:
        SourceError: a line that compilers do not print, such as a macro or Intel syntax.
    """
    for number, line in enumerate(text.split("\n")):
        for piece in _pieces(line, number):
            yield from _statements(piece, number)


def _pieces(line: str, number: int) -> Iterator[str]:
    """Statements of one line without comments: split at `;`, mind strings."""
    bare = line.strip()
    if not bare or bare[0] == "#":
        return
    if '"' not in bare and "'" not in bare and "/" not in bare:
        for piece in bare.partition("#")[0].split(";"):
            if piece.strip():
                yield piece.strip()
        return
    start = at = 0
    while at < len(bare):
        character = bare[at]
        if character == '"':
            string = _STRING.match(bare, at)
            if not string:
                raise SourceError(f"line {number + 1}: a string does not end: {bare[:60]!r}")
            at = string.end()
            continue
        if character == "'" or bare.startswith("/*", at):
            # Character constants and block comments occur in hand-written text only.
            raise SourceError(f"line {number + 1}: {character!r} outside a string: {bare[:60]!r}")
        if character in "#;":
            if bare[start:at].strip():
                yield bare[start:at].strip()
            start = at + 1
            if character == "#":
                return
        at += 1
    if bare[start:].strip():
        yield bare[start:].strip()


def _statements(text: str, number: int) -> Iterator[Statement]:
    while label := _LABEL.match(text):
        yield Statement(number, "label", label.group("name"), f"{label.group('name')}:")
        text = text[label.end() :]
    if not text:
        return
    if assignment := _ASSIGNMENT.fullmatch(text):
        symbol, value = assignment.group("name", "value")
        yield _alias(number, symbol, value, f".set {symbol},{value}")
        return
    if not text.isprintable() and not text.replace("\t", " ").isprintable():
        raise SourceError(f"line {number + 1}: unprintable text: {text[:60]!r}")
    word, *rest = text.split(None, 1)
    operands = rest[0] if rest else ""
    if word[0] != ".":
        yield _instruction(number, text)
        return
    if '"' in operands and word not in _QUOTED:
        raise SourceError(f"line {number + 1}: a quoted symbol is not understood: {text[:60]!r}")
    yield _directive(number, word, operands, text)


def _directive(number: int, word: str, operands: str, text: str) -> Statement:
    if word in _ATTRIBUTE:
        subject = operands.partition(",")[0].strip()
        if not re.fullmatch(_NAME, subject):
            raise SourceError(f"line {number + 1}: not one symbol: {text[:60]!r}")
        # The subject of an attribute is not a use of it.
        return Statement(number, "attribute", subject, text, symbols(operands[len(subject) :]))
    if word in _ALIAS:
        symbol, comma, value = operands.partition(",")
        if not comma:
            raise SourceError(f"line {number + 1}: an incomplete alias: {text[:60]!r}")
        return _alias(number, symbol.strip(), value, text)
    if word in {".comm", ".lcomm"}:
        return Statement(number, "common", operands.partition(",")[0].strip(), text)
    if word in _DATA:
        return Statement(number, "data", word, text, () if word in STRINGS else symbols(operands))
    if word in _PLAIN:
        return Statement(number, _PLAIN[word], word, text)
    if word.startswith(".cfi_"):
        named = word in {".cfi_personality", ".cfi_lsda"}
        return Statement(number, "cfi", word, text, symbols(operands) if named else ())
    raise SourceError(f"line {number + 1}: the directive {word} is not understood")


def _instruction(number: int, text: str) -> Statement:
    words = _BRACES.sub(" ", text)
    mnemonic = ""
    while not mnemonic or mnemonic in _PREFIXES:
        word, *rest = words.split(None, 1) or [""]
        mnemonic, words = word, rest[0] if rest else ""
        if not words:
            break
    if not re.fullmatch(r"[a-z][\w.]*(,p[nt])?", mnemonic):
        raise SourceError(f"line {number + 1}: not an instruction: {text[:60]!r}")
    if '"' in words:
        raise SourceError(f"line {number + 1}: a quoted symbol is not understood: {text[:60]!r}")
    return Statement(number, "insn", mnemonic, text, symbols(words))


def _alias(number: int, symbol: str, value: str, text: str) -> Statement:
    if not re.fullmatch(_NAME, symbol) or re.search(r"(?<![\w.$])\.(?![\w.$])", value):
        # A value relative to `.` belongs to a place; nothing here could move it.
        raise SourceError(f"line {number + 1}: an alias of a place: {text[:60]!r}")
    return Statement(number, "alias", symbol, text, symbols(value))


def symbols(operands: str) -> tuple[str, ...]:
    """The symbols that operands name, in order of appearance."""
    return tuple(
        found.group("name") for found in SYMBOL.finditer(operands) if found.group("name") != "."
    )
