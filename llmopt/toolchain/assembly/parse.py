"""Statements to a unit: functions, data, aliases, and which section each is in.

The text is read section by section, because compilers interleave them: gcc prints a jump table in
the middle of a function and the function's cold part behind its end. An *atom* is what can be taken
or left as a whole: a function with its cold part, one data object or constant, one alias.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, Literal

from llmopt.errors import SourceError
from llmopt.toolchain.assembly.syntax import Statement, statements

# What assemblers assume of a section that is named without flags.
_WELL_KNOWN: Final = {
    ".text": ("ax", "@progbits"),
    ".rodata": ("a", "@progbits"),
    ".data": ("aw", "@progbits"),
    ".bss": ("aw", "@nobits"),
    ".tdata": ("awT", "@progbits"),
    ".tbss": ("awT", "@nobits"),
    ".init_array": ("aw", "@init_array"),
    ".fini_array": ("aw", "@fini_array"),
    ".note": ("", "@note"),
}
_BINDINGS: Final = frozenset({"globl", "weak", "hidden", "protected", "internal"})


@dataclass(frozen=True)
class Section:
    """A section as an assembler tells sections apart; `rest` is entry size, group and such."""

    name: str
    flags: str
    kind: str
    rest: tuple[str, ...] = ()

    @property
    def declaration(self) -> str:
        """The operands of a `.section` that opens it from anywhere."""
        return ",".join((self.name, f'"{self.flags}"', self.kind, *self.rest))

    @property
    def is_code(self) -> bool:
        """Instructions live here."""
        return "x" in self.flags

    @property
    def is_loaded(self) -> bool:
        """Part of the running program; debug information and notes for the linker are not."""
        return "a" in self.flags

    @property
    def is_read_only(self) -> bool:
        """Plain constants."""
        return self.is_loaded and "w" not in self.flags and "x" not in self.flags


@dataclass(frozen=True)
class Part:
    """Statements that lie together in one section, without the attributes of symbols."""

    section: Section
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Atom:
    """What is taken or left as a whole; `parts` has no section for commons and aliases."""

    kind: Literal["function", "data", "common", "alias"]
    name: str
    labels: tuple[str, ...]  # all that it defines, private ones too
    parts: tuple[Part, ...]

    @property
    def statements(self) -> Iterable[Statement]:
        """All statements, part by part."""
        return (statement for part in self.parts for statement in part.statements)

    @property
    def refs(self) -> Iterable[str]:
        """The symbols that it names, its own too, in order."""
        return (ref for statement in self.statements for ref in statement.refs)


@dataclass(frozen=True)
class AssemblyUnit:
    """The parsed form of one assembly file."""

    lines: tuple[str, ...]
    functions: Mapping[str, Atom]  # in order of appearance
    atoms: tuple[Atom, ...]  # everything that can be taken or left, the functions too
    loose: tuple[tuple[Section, Statement], ...]  # debug information and what stands between atoms
    attributes: Mapping[str, frozenset[str]]  # symbol -> globl, weak, hidden, function, object...
    attribute_statements: tuple[Statement, ...]
    neutral: tuple[Statement, ...]  # .file, .ident, .addrsig, .cg_profile
    section_jumps: tuple[int, ...]  # lines with .pushsection, .popsection, .previous, .subsection
    owners: Mapping[str, Atom] = field(repr=False)  # label or symbol -> the atom that defines it
    busy: frozenset[int] = field(repr=False)  # lines that hold a statement

    def is_private(self, symbol: str) -> bool:
        """No other unit and no other function's source can mean this symbol."""
        if symbol.startswith(".L"):
            return True
        owner = self.owners.get(symbol)
        if owner is None or self.attributes.get(symbol, frozenset()) & _BINDINGS:
            return False
        if owner.kind == "function":  # a label of inline assembly inside a body
            return symbol not in {owner.name, owner.name + ".cold"}
        # gcc's tables of constants for a switch and its copies of initialisers have symbols, but
        # nobody has written them: they are constants of the code that uses them.
        made = re.fullmatch(r"CSWTCH\.\d+|C\.\d+\.\d+", symbol)
        return bool(made) and owner.kind == "data" and owner.parts[0].section.is_read_only

    def linkage(self, symbol: str) -> frozenset[str]:
        """Binding, visibility and type of `symbol`; empty for an undefined one without any."""
        return self.attributes.get(symbol, frozenset()) - {"local"}


@lru_cache(maxsize=8)  # one carrier is read again for each function and each donor
def parse(text: str) -> AssemblyUnit:
    """Reads the assembly of one unit.

    Raises:
        SourceError: text that compilers do not print, is incomplete, or defines a symbol twice.
    """
    reader = _Reader()
    for statement in statements(text):
        reader.read(statement)
    return reader.unit(text)


def functions(unit: AssemblyUnit) -> list[str]:
    """The functions of the unit in order, by their raw names: `f`, `g.constprop.0`."""
    return list(unit.functions)


def is_local(unit: AssemblyUnit, name: str) -> bool:
    """Whether `name` is invisible outside the unit.

    Raises:
        SourceError: the unit does not define it.
    """
    if name not in unit.owners:
        raise SourceError(f"{name} is not defined in this assembly")
    return not unit.linkage(name) & {"globl", "weak"}


class _Reader:
    """Follows the section switches and sorts statements by section."""

    def __init__(self) -> None:
        text = Section(".text", *_WELL_KNOWN[".text"])
        self._declared = {".text": text}
        self._current, self._previous = text, text
        self._stack: list[tuple[Section, Section]] = []
        self._streams: dict[Section, list[Statement]] = {}
        self._attributes: dict[str, set[str]] = {}
        self._attribute_statements: list[Statement] = []
        self._atoms: list[Atom] = []
        self._neutral: list[Statement] = []
        self._loose: list[tuple[Section, Statement]] = []
        self._jumps: list[int] = []
        self._busy: set[int] = set()

    def read(self, statement: Statement) -> None:
        self._busy.add(statement.line)
        if statement.kind == "section":
            self._switch(statement)
        elif statement.kind == "neutral":
            self._neutral.append(statement)
        elif statement.kind in {"alias", "common"}:
            section = Section(".bss", "aw", "@nobits")
            kind: Literal["alias", "common"] = "alias" if statement.kind == "alias" else "common"
            part = Part(section, (statement,))
            self._atoms.append(Atom(kind, statement.name, (statement.name,), (part,)))
            if statement.kind == "common" and statement.text.startswith(".comm"):
                self._attributes.setdefault(statement.name, set())
        else:
            if statement.kind == "attribute":
                self._attribute(statement)
            self._streams.setdefault(self._current, []).append(statement)

    def _attribute(self, statement: Statement) -> None:
        self._attribute_statements.append(statement)
        word = statement.text.split(None, 1)[0]
        found = self._attributes.setdefault(statement.name, set())
        if word == ".type":
            kind = re.search(r"[@%\"](\w+)", statement.text)
            if not kind:
                raise SourceError(f"line {statement.line + 1}: a type is missing")
            found.add(kind.group(1))
        elif word != ".size":
            found.add({".global": "globl"}.get(word, word[1:]))

    def _switch(self, statement: Statement) -> None:
        if statement.name not in {".section", ".text", ".data", ".bss"}:
            self._jumps.append(statement.line)
        if statement.name == ".popsection":
            if not self._stack:
                raise SourceError(f"line {statement.line + 1}: .popsection without its push")
            self._current, self._previous = self._stack.pop()
            return
        if statement.name == ".previous":
            self._current, self._previous = self._previous, self._current
            return
        if statement.name == ".subsection":
            raise SourceError(f"line {statement.line + 1}: subsections are not understood")
        if statement.name == ".pushsection":
            self._stack.append((self._current, self._previous))
        operands = statement.operands
        if statement.name in {".text", ".data", ".bss"}:
            if operands:
                raise SourceError(f"line {statement.line + 1}: subsections are not understood")
            operands = [statement.name]
        self._previous, self._current = self._current, self._section(operands, statement.line)

    def _section(self, operands: Sequence[str], line: int) -> Section:
        if not operands or not operands[0]:
            raise SourceError(f"line {line + 1}: a section without a name")
        name = operands[0].strip('"')
        if not re.fullmatch(r"[\w.$-]+", name):
            raise SourceError(f"line {line + 1}: the section {operands[0]} is not understood")
        stem = next((s for s in _WELL_KNOWN if name == s or name.startswith(s + ".")), None)
        flags, kind = _WELL_KNOWN[stem] if stem else ("", "@progbits")
        if len(operands) == 1:
            return self._declared.setdefault(name, Section(name, flags, kind))
        if not re.fullmatch(r'"[a-zA-Z?]*"', operands[1]) or "?" in operands[1]:
            raise SourceError(f"line {line + 1}: the flags of {name} are not understood")
        flags = "".join(sorted(operands[1].strip('"')))
        if len(operands) > 2:
            kind = operands[2].replace("%", "@")
        section = Section(name, flags, kind, tuple(operands[3:]))
        self._declared.setdefault(name, section)
        return section

    def unit(self, text: str) -> AssemblyUnit:
        typed = {symbol for symbol, found in self._attributes.items() if "function" in found}
        for section, stream in self._streams.items():
            if section.is_code:
                self._functions(section, stream, typed)
            elif section.is_loaded:
                self._data(section, stream)
            else:
                self._loose += [(section, s) for s in stream if s.kind != "attribute"]
        atoms = sorted(self._joined(), key=lambda a: next(iter(a.statements)).line)
        owners: dict[str, Atom] = {}
        loose = {s.name for _, s in self._loose if s.kind == "label" and not s.name.isdigit()}
        for atom in atoms:
            for label in atom.labels:
                if label in owners or label in loose:
                    raise SourceError(f"{label} is defined twice")
                owners[label] = atom
        return AssemblyUnit(
            lines=tuple(text.split("\n")),
            functions={atom.name: atom for atom in atoms if atom.kind == "function"},
            atoms=tuple(atoms),
            loose=tuple(self._loose),
            attributes={symbol: frozenset(found) for symbol, found in self._attributes.items()},
            attribute_statements=tuple(self._attribute_statements),
            neutral=tuple(self._neutral),
            section_jumps=tuple(self._jumps),
            owners=owners,
            busy=frozenset(self._busy),
        )

    def _joined(self) -> list[Atom]:
        """The atoms, gcc's cold parts joined to their functions."""
        atoms = {(atom.kind, atom.name): atom for atom in self._atoms}
        if len(atoms) != len(self._atoms):
            names = [atom.name for atom in self._atoms if atom.kind != "data"]
            twice = next((name for name in names if names.count(name) > 1), "a symbol")
            raise SourceError(f"{twice} is defined twice")
        for kind, name in list(atoms):
            hot = atoms.get((kind, name.removesuffix(".cold")))
            if kind == "function" and name.endswith(".cold") and hot:
                cold = atoms.pop((kind, name))
                atoms[kind, hot.name] = replace(
                    hot, labels=hot.labels + cold.labels, parts=hot.parts + cold.parts
                )
        return list(atoms.values())

    def _functions(self, section: Section, stream: list[Statement], typed: set[str]) -> None:
        """Cuts a code section: alignment and label to `.size`, or to clang's `.cfi_endproc`."""
        at = done = 0
        while at < len(stream):
            name = stream[at].name
            if stream[at].kind != "label" or name not in typed or name.startswith(".L"):
                at += 1
                continue
            start, end = at, self._end(stream, at, typed)
            while start > done and (
                stream[start - 1].kind in {"align", "attribute"}
                or stream[start - 1].name == ".cfi_startproc"
            ):
                start -= 1
            self._loose += [(section, s) for s in stream[done:start] if s.kind != "attribute"]
            body = tuple(s for s in stream[start:end] if s.kind != "attribute")
            if (proc := [s.name for s in body if s.kind == "cfi"]).count(
                ".cfi_startproc"
            ) != proc.count(".cfi_endproc"):
                raise SourceError(f"{name}: unwind information that does not begin and end here")
            part = Part(section, body)
            self._atoms.append(Atom("function", name, _labels(body), (part,)))
            at = done = end
        self._loose += [(section, s) for s in stream[done:] if s.kind != "attribute"]

    @staticmethod
    def _end(stream: list[Statement], start: int, typed: set[str]) -> int:
        name = stream[start].name
        at = start + 1
        while at < len(stream):
            statement = stream[at]
            if statement.kind == "label" and statement.name in typed and statement.name[0] != ".":
                break
            at += 1
            if statement.kind == "attribute" and statement.name == name:
                if not statement.text.startswith(".size"):
                    continue
                behind = at
                while behind < len(stream) and stream[behind].kind == "attribute":
                    behind += 1
                if behind < len(stream) and stream[behind].name == ".cfi_endproc":
                    return behind + 1
                return at
        raise SourceError(f"the function {name} has no end (.size)")

    def _data(self, section: Section, stream: list[Statement]) -> None:
        """Cuts a data section: what is aligned or named anew begins another object."""
        pending: list[Statement] = []
        labels: set[str] = set()
        filled = False
        alignment: Statement | None = None

        def close() -> None:
            nonlocal pending, labels, filled, alignment
            own = next((s for s in pending if s.kind == "align"), None)
            alignment = own or alignment
            if labels:
                found = _labels(pending)
                name = next((label for label in found if not label.startswith(".L")), found[0])
                if alignment and not own and name.startswith(".L") and _holds_constants(section):
                    # clang aligns a function's constants once, before the first of them.
                    pending.insert(0, replace(alignment, line=pending[0].line))
                self._atoms.append(Atom("data", name, found, (Part(section, tuple(pending)),)))
            else:
                self._loose.extend((section, statement) for statement in pending)
            pending, labels, filled = [], set(), False

        for statement in stream:
            begins = {
                "align": bool(labels) or filled,
                "label": filled and not statement.name.isdigit(),
                "attribute": statement.name not in labels and (bool(labels) or filled),
            }
            if begins.get(statement.kind, False):
                close()
            if statement.kind == "attribute":
                continue
            pending.append(statement)
            if statement.kind == "label" and not statement.name.isdigit():
                labels.add(statement.name)
            filled = filled or statement.kind in {"data", "insn"}
        close()


def _holds_constants(section: Section) -> bool:
    return section.is_read_only and "S" not in section.flags


def _labels(found: Iterable[Statement]) -> tuple[str, ...]:
    return tuple(s.name for s in found if s.kind == "label" and not s.name.isdigit())
