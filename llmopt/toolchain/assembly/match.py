"""Whether the carrier's symbols are the ones that the donor's code means.

Compilers rename, shrink, split and fold local data, each build in its own way. A name is therefore
no proof: the definition must be the same too, and where gcc numbers static locals (`calls.0`,
`calls.1`), so must be the functions that use it, since the numbers change places between builds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from llmopt.errors import NotApplicable
from llmopt.toolchain.assembly.closure import NUMBERED, is_local_data, needs, place
from llmopt.toolchain.assembly.parse import AssemblyUnit, Atom
from llmopt.toolchain.assembly.syntax import STRINGS, SYMBOL, Statement

_WIDTHS: Final = {
    ".byte": 1, ".2byte": 2, ".short": 2, ".value": 2, ".hword": 2, ".word": 2,
    ".4byte": 4, ".long": 4, ".int": 4, ".8byte": 8, ".quad": 8,
}  # fmt: skip
_NUMBER: Final = re.compile(r"-?(?:0[xX][0-9a-fA-F]+|\d+)")
_ESCAPE: Final = re.compile(rb"\\([0-7]{1,3}|[xX][0-9a-fA-F]+|.)", re.DOTALL)
_ESCAPES: Final = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}

# Bytes, or an expression of a width with the definitions of the private symbols in it.
Content = tuple["bytes | str | Content", ...]


@dataclass
class Matcher:
    """The names in the carrier for the symbols of the donor; `fits` raises where there is none."""

    carrier: AssemblyUnit
    donor: AssemblyUnit
    names: Sequence[str]  # the functions that are taken
    twins: dict[str, str] = field(default_factory=dict)  # tables that point into their bodies
    renamed: dict[str, str] = field(default_factory=dict)
    imported: dict[str, frozenset[str]] = field(default_factory=dict)  # externals with attributes

    def fits(self, symbol: str) -> None:
        """Finds the carrier's symbol for the donor's.

        Raises:
            NotApplicable: the carrier has none that is surely the same.
        """
        if symbol in self.renamed:
            return
        owner = self.donor.owners.get(symbol)
        if owner is None:
            self._fits_external(symbol)
        elif owner.kind == "function":
            self._fits_function(symbol)
        elif owner.kind == "alias":
            self._fits_alias(symbol, owner)
        else:
            self._fits_data(symbol, owner)

    def points_into(self, unit: AssemblyUnit, atom: Atom) -> bool:
        """Whether data names labels inside the bodies of the taken functions."""
        owners = ((ref, unit.owners[ref]) for ref in atom.refs if ref in unit.owners)
        return any(
            owner.kind == "function" and owner.name in self.names and unit.is_private(ref)
            for ref, owner in owners
        )

    def _fits_external(self, symbol: str) -> None:
        if symbol in self.carrier.owners:
            raise NotApplicable(f"{symbol} is defined in the carrier and external in the donor")
        for unit in (self.donor, self.carrier):
            if any(s.kind == "label" and s.name == symbol for _, s in unit.loose):
                raise NotApplicable(f"{symbol} is neither a function nor data")
        here, there = self.carrier.linkage(symbol), self.donor.linkage(symbol)
        if here != there:
            if here or _is_named(self.carrier, symbol):
                raise NotApplicable(f"the linkage of {symbol} differs")
            self.imported[symbol] = there
        self.renamed[symbol] = symbol

    def _fits_function(self, symbol: str) -> None:
        if "." in symbol:
            raise NotApplicable(f"the donor refers to the suffixed clone {symbol}")
        if symbol not in self.carrier.functions:
            raise NotApplicable(f"the function {symbol} is not defined in the carrier")
        if self.carrier.linkage(symbol) != self.donor.linkage(symbol):
            raise NotApplicable(f"the linkage of {symbol} differs")
        self.renamed[symbol] = symbol

    def _fits_alias(self, symbol: str, owner: Atom) -> None:
        twin = self.carrier.owners.get(symbol)
        if twin is None or twin.kind != "alias":
            raise NotApplicable(f"the alias {symbol} is not defined in the carrier")
        untyped = frozenset({"function", "object"})  # gcc gives an alias no type of its own
        here, there = (unit.linkage(symbol) - untyped for unit in (self.carrier, self.donor))
        if here != there or _expression(owner) != _expression(twin):
            raise NotApplicable(f"the alias {symbol} differs")
        for ref in owner.refs:
            self.fits(ref)
            if self.renamed[ref] != ref:
                raise NotApplicable(f"the alias {symbol} differs")
        self.renamed[symbol] = symbol

    def _fits_data(self, symbol: str, owner: Atom) -> None:
        name = self._counterpart(symbol)
        twin = self.carrier.owners[name]
        ignored = frozenset({"object"})  # commons have no type in gcc's text
        if self.carrier.linkage(name) - ignored != self.donor.linkage(symbol) - ignored:
            raise NotApplicable(f"the linkage of the data {symbol} differs")
        into = self.points_into(self.donor, owner)
        if into != self.points_into(self.carrier, twin):
            raise NotApplicable(f"the data {symbol} differs")
        if into:
            if not (is_local_data(self.donor, symbol) and owner.kind == twin.kind == "data"):
                raise NotApplicable(f"{symbol} points into a body and is not local data")
            self.twins[symbol] = name
        elif _alignment(twin) < _alignment(owner):
            # The donor's code may use aligned loads.
            raise NotApplicable(f"the data {symbol} is less aligned in the carrier")
        if name in self.renamed.values():
            raise NotApplicable(f"the static local {symbol} is ambiguous")
        self.renamed[symbol] = name

    def _counterpart(self, symbol: str) -> str:
        """The carrier's data of the same name, up to gcc's number, and the same definition."""
        content = _content(self.donor, symbol, self.names)
        numbered = NUMBERED.fullmatch(symbol)
        if not numbered or not is_local_data(self.donor, symbol):
            owner = self.carrier.owners.get(symbol)
            if owner is None or owner.kind not in {"data", "common"}:
                raise NotApplicable(f"the data {symbol} is not defined in the carrier")
            if _content(self.carrier, symbol, self.names) != content:
                raise NotApplicable(f"the data {symbol} differs")
            return symbol
        base = numbered.group("base")
        here, there = (
            {s: _content(unit, s, self.names) for s in _siblings(unit, base)}
            for unit in (self.carrier, self.donor)
        )
        if not here:
            raise NotApplicable(f"the data {symbol} is not defined in the carrier")
        same_here = [s for s, other in here.items() if other == content]
        same_there = [s for s, other in there.items() if other == content]
        if not same_here:
            raise NotApplicable(f"the data {symbol} differs")
        users, donors = _users(self.carrier), _users(self.donor)
        mine = [s for s in same_here if users.get(s, set()) & donors.get(symbol, set())]
        if len(mine) != 1 or len(same_here) != len(same_there):
            raise NotApplicable(f"the static local {symbol} is ambiguous")
        rivals = [s for s in same_there if donors.get(s, set()) & users[mine[0]]]
        if rivals != [symbol]:
            raise NotApplicable(f"the static local {symbol} is ambiguous")
        return mine[0]


def _is_named(unit: AssemblyUnit, symbol: str) -> bool:
    return any(symbol in atom.refs for atom in unit.atoms) or any(
        symbol in statement.refs for _, statement in unit.loose
    )


def _expression(alias: Atom) -> str:
    return "".join(next(iter(alias.statements)).text.split(None, 1)[1].split())


def _siblings(unit: AssemblyUnit, base: str) -> list[str]:
    return [
        symbol
        for symbol in unit.owners
        if (found := NUMBERED.fullmatch(symbol))
        and found.group("base") == base
        and is_local_data(unit, symbol)
    ]


def _users(unit: AssemblyUnit) -> Mapping[str, set[str]]:
    """Symbol -> the functions of the source whose code names it."""
    users: dict[str, set[str]] = {}
    for name, atom in unit.functions.items():
        for symbol in needs(unit, [atom]).symbols:
            users.setdefault(symbol, set()).add(name.partition(".")[0])
    return users


def _alignment(atom: Atom) -> int:
    largest = 1
    for statement in atom.statements:
        operands = statement.operands
        if statement.kind == "common":
            largest = _number(operands[2]) if len(operands) > 2 else 1
        elif statement.kind == "align":
            given = _number(operands[0] if operands else "0")
            largest = max(largest, 1 << min(given, 30) if statement.name == ".p2align" else given)
    return largest


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise NotApplicable(f"{text!r} is not a number")
    octal = re.fullmatch(r"-?0[0-7]+", text)
    return int(text, 8) if octal else int(text, 0) if "x" in text.lower() else int(text)


def _content(
    unit: AssemblyUnit, symbol: str, names: Sequence[str], seen: tuple[str, ...] = ()
) -> Content:
    """What a data symbol is: its section and its bytes, however they are spelled."""
    atom = unit.owners[symbol]
    section = atom.parts[0].section
    # gcc and clang differ in the name of the section of constants that need relocation.
    name = section.name.replace(".data.rel.ro.local", ".data.rel.ro")
    found: list[bytes | str | Content] = [name, section.flags, section.kind, *section.rest]
    for statement in atom.statements:
        if statement.kind in {"align", "label"}:
            continue
        for item in _items(unit, statement, names, (*seen, symbol)):
            if isinstance(item, bytes) and isinstance(found[-1], bytes):
                found[-1] += item
            else:
                found.append(item)
    return tuple(found)


def _items(
    unit: AssemblyUnit, statement: Statement, names: Sequence[str], seen: tuple[str, ...]
) -> list[bytes | str | Content]:
    text = statement.text
    if statement.name in STRINGS:
        return [_string(text, b"" if statement.name == ".ascii" else b"\0")]
    operands = statement.operands
    if statement.kind == "common":
        return [bytes(_size(operands[1]))] if len(operands) > 1 else [text]
    if statement.name in {".zero", ".skip", ".space"} and len(operands) == 1:
        return [bytes(_size(operands[0]))]
    width = _WIDTHS.get(statement.name)
    if width is None:
        return [text]
    items: list[bytes | str | Content] = []
    for operand in operands:
        if _NUMBER.fullmatch(operand):
            items.append((_number(operand) % (1 << 8 * width)).to_bytes(width, "little"))
        else:
            meanings = [_meaning(unit, ref, names, seen) for ref in _refs(operand)]
            items.append((str(width), SYMBOL.sub("@", "".join(operand.split())), *meanings))
    return items


def _size(text: str) -> int:
    size = _number(text)
    if not 0 <= size < 1 << 28:  # a quarter of a gibibyte: nothing to compare byte by byte
        raise NotApplicable(f"data of {text} bytes")
    return size


def _refs(operand: str) -> list[str]:
    return [found.group("name") for found in SYMBOL.finditer(operand)]


def _meaning(
    unit: AssemblyUnit, ref: str, names: Sequence[str], seen: tuple[str, ...]
) -> str | Content:
    owner = unit.owners.get(ref)
    if owner is None:
        return ref
    if owner.kind == "function":
        if not unit.is_private(ref):
            return ref
        return f"into {owner.name}" if owner.name in names else place(owner, ref)
    if owner.kind == "alias":
        return _expression(owner)
    private = unit.is_private(ref)
    if not private and not is_local_data(unit, ref):
        return ref
    numbered = NUMBERED.fullmatch(ref)
    known = "" if private else numbered.group("base") if numbered else ref
    if ref in seen:
        return f"{known} again"
    return (known, *_content(unit, ref, names, seen))


def _string(text: str, end: bytes) -> bytes:
    found = b""
    for literal in re.findall(r'"((?:[^"\\]|\\.)*)"', text):
        found += _ESCAPE.sub(_unescaped, literal.encode("utf-8", "surrogateescape")) + end
    return found


def _unescaped(found: re.Match[bytes]) -> bytes:
    escape = found.group(1)
    if escape[:1].isdigit():
        return bytes([int(escape, 8) & 255])
    if escape[:1] in b"xX" and len(escape) > 1:
        return bytes([int(escape[1:], 16) & 255])
    return _ESCAPES.get(escape, escape)
