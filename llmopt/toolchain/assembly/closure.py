"""What a function needs, and its canonical text.

A function pulls in the private atoms that its body names (constants, strings, jump tables, aliases
among them) and those that these name. Local data with a symbol of its own is shared with other
functions and stays where it is; it belongs to the canonical text all the same, because the code may
rest on it: a table that becomes writable is another table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from llmopt.errors import SourceError
from llmopt.toolchain.assembly.parse import AssemblyUnit, Atom, is_local, parse
from llmopt.toolchain.assembly.syntax import Statement

NUMBERED: Final = re.compile(r"(?P<base>.+)\.\d+")  # gcc's static locals: `calls.0`
_SYNONYM: Final = re.compile(r"\.L(?P<symbol>.+)\$local")  # clang, without interposition


@dataclass(frozen=True)
class Needs:
    """What some functions name, outside themselves."""

    atoms: tuple[Atom, ...]  # private, in order of first use
    symbols: tuple[str, ...]  # not private, in order of first use
    synonyms: dict[str, str]  # clang's private second names of symbols
    foreign: dict[str, str]  # labels in another function -> where that is


def references(unit: AssemblyUnit, name: str) -> frozenset[str]:
    """The symbols, not private ones, that a function and its private data name; without itself.

    Raises:
        SourceError: the unit does not define the function, or it names a label that nobody defines.
    """
    return frozenset(needs(unit, [function(unit, name)]).symbols) - {name, name + ".cold"}


def canonical(text: str, name: str) -> str:
    """The function `name` with all that is private to it, apart from where it happens to stand.

    Private labels and gcc's numbers of static locals are counted in order of appearance; debug
    information and comments are left out; local data that the function names is included with its
    section. Two texts of the same canonical form may replace each other.

    Raises:
        SourceError: the text is not understood or does not define the function.
    """
    unit = parse(text)
    return canonical_atom(unit, function(unit, name))


def canonical_forms(text: str, names: Sequence[str]) -> list[str]:
    """The canonical text of each of the functions. Raises as `canonical`."""
    unit = parse(text)
    return [canonical_atom(unit, function(unit, name)) for name in names]


def function(unit: AssemblyUnit, name: str) -> Atom:
    """The function `name`.

    Raises:
        SourceError: the unit does not define it.
    """
    if name not in unit.functions:
        raise SourceError(f"the function {name} is not defined in this assembly")
    return unit.functions[name]


def needs(unit: AssemblyUnit, roots: Sequence[Atom]) -> Needs:
    """What `roots` and the private atoms that they pull in name.

    Raises:
        SourceError: a private label that nobody defines.
    """
    atoms = list(roots)
    found = {id(atom) for atom in roots}
    symbols: dict[str, None] = {}
    synonyms: dict[str, str] = {}
    foreign: dict[str, str] = {}
    for atom in atoms:  # grows while it is walked
        for ref in atom.refs:
            owner = unit.owners.get(ref)
            synonym = _SYNONYM.fullmatch(ref)
            if owner is not None and id(owner) in found and unit.is_private(ref):
                continue
            if synonym and owner and synonym.group("symbol") in owner.labels:
                synonyms[ref] = synonym.group("symbol")
                symbols.setdefault(synonym.group("symbol"))
            elif not unit.is_private(ref):
                symbols.setdefault(ref)
            elif owner is None:
                foreign[ref] = _loose_place(unit, ref)
            elif owner.kind == "function":
                foreign[ref] = place(owner, ref)
            elif any(not unit.is_private(label) for label in owner.labels):
                foreign[ref] = f"{owner.name}+0"
            else:
                atoms.append(owner)
                found.add(id(owner))
    return Needs(tuple(atoms[len(roots) :]), tuple(symbols), synonyms, foreign)


def place(owner: Atom, label: str) -> str:
    """Where in a function a label is, counted in instructions: stable with and without `-g`."""
    passed = 0
    for statement in owner.statements:
        if statement.kind == "label" and statement.name == label:
            break
        passed += statement.kind in {"insn", "data"}
    return f"{owner.name}+{passed}"


def _loose_place(unit: AssemblyUnit, ref: str) -> str:
    for section, statement in unit.loose:
        if statement.kind == "label" and statement.name == ref:
            return f"{section.name}?"
    raise SourceError(f"the label {ref} is not defined")


def is_local_data(unit: AssemblyUnit, symbol: str) -> bool:
    """Data with a symbol that only this unit sees."""
    owner = unit.owners.get(symbol)
    return owner is not None and owner.kind in {"data", "common"} and is_local(unit, symbol)


def canonical_atom(unit: AssemblyUnit, root: Atom, *, shared: bool = True) -> str:
    """The canonical text of a function or data object; without `shared` local data is left out.

    Raises:
        SourceError: a private label that nobody defines.
    """
    atoms = [root]
    foreign: dict[str, str] = {}
    reached = {id(root)}
    for atom in atoms:  # grows while it is walked
        need = needs(unit, [atom])
        foreign |= need.foreign
        local = [unit.owners[s] for s in need.symbols if shared and is_local_data(unit, s)]
        for other in (*need.atoms, *local):
            if id(other) not in reached:
                reached.add(id(other))
                atoms.append(other)
    own = {label for atom in atoms for label in atom.labels}
    writer = _Writer(unit, {ref: where for ref, where in foreign.items() if ref not in own})
    used = {ref for atom in atoms for ref in atom.refs}
    return "\n".join(line for atom in atoms for line in writer.atom(atom, used)) + "\n"


class _Writer:
    """Renames private labels and numbered static locals in order of appearance."""

    def __init__(self, unit: AssemblyUnit, foreign: dict[str, str]) -> None:
        self._unit = unit
        self._names = {ref: f"<{where}>" for ref, where in foreign.items()}
        self._counts: dict[str, int] = {}

    def atom(self, atom: Atom, used: set[str]) -> list[str]:
        lines = []
        for part in atom.parts:
            if atom.kind in {"function", "data"}:
                lines.append(f".section {part.section.declaration}")
            for statement in part.statements:
                if statement.kind == "loc":
                    continue
                if statement.kind == "label":
                    if self._unit.is_private(statement.name) and statement.name not in used:
                        continue
                    if not self._unit.is_private(statement.name):
                        lines.append(self._linkage(statement.name))
                lines.append(self._statement(statement))
        if atom.kind in {"common", "alias"} and not self._unit.is_private(atom.name):
            lines.append(self._linkage(atom.name))
        return lines

    def _linkage(self, symbol: str) -> str:
        return " ".join([self._name(symbol), *sorted(self._unit.linkage(symbol) - {"object"})])

    def _statement(self, statement: Statement) -> str:
        for ref in (statement.name, *statement.refs):
            if statement.kind in {"label", "alias", "common"} or ref in statement.refs:
                self._name(ref)
        subject = statement if statement.kind == "label" else _naming_subject(statement)
        text = subject.renamed(self._names)
        if '"' in text:
            return " ".join(text.split(None, 1))
        return ",".join(" ".join(piece.split()) for piece in text.split(","))

    def _name(self, symbol: str) -> str:
        if symbol not in self._names:
            numbered = NUMBERED.fullmatch(symbol)
            if numbered and not symbol.startswith(".L") and is_local_data(self._unit, symbol):
                base = "" if self._unit.is_private(symbol) else numbered.group("base")
            elif self._unit.is_private(symbol):
                base = ""
            else:
                return symbol
            count = self._counts.get(base, 0)
            self._counts[base] = count + 1
            self._names[symbol] = f"{base}.{count}" if base else f".L{count}"
        return self._names[symbol]


def _naming_subject(statement: Statement) -> Statement:
    """An alias or common with its own symbol among those to rename."""
    if statement.kind not in {"alias", "common"}:
        return statement
    return Statement(
        statement.line, statement.kind, statement.name, statement.text,
        (statement.name, *statement.refs),
    )  # fmt: skip
