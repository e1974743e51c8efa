"""Object files: symbols, sections and what an object asks of the outside."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Any, cast

from elftools.common.exceptions import ELFError
from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile

from llmopt.errors import SourceError

#: Line numbers may differ after a splice, and nothing else.
_LINE_SECTIONS = (".debug_line", ".rela.debug_line", ".debug_line_str")


@dataclass(frozen=True)
class Symbol:
    """A symbol as its object declares it. `file` is the STT_FILE it stands under."""

    name: str
    kind: str
    binding: str
    visibility: str
    section: str
    value: int
    size: int
    file: str

    @property
    def contract(self) -> tuple[str, ...]:
        """What others rely on: kind, binding, visibility, section."""
        return (self.kind, self.binding, self.visibility, self.section)


@dataclass(frozen=True)
class Section:
    """A section's name, type, flags and content."""

    name: str
    kind: str
    flags: int
    data: bytes

    @property
    def writable(self) -> bool:
        """Whether the program may write it."""
        return bool(self.flags & SH_FLAGS.SHF_WRITE)


class ObjectFile:
    """A parsed ELF object or executable. Raises SourceError for anything else."""

    def __init__(self, data: bytes) -> None:
        try:
            self._elf = ELFFile(io.BytesIO(data))
        except ELFError as error:
            raise SourceError(f"not an ELF object: {error}") from error

    @cached_property
    def symbols(self) -> tuple[Symbol, ...]:
        """All named symbols, in order."""
        table: Any = self._elf.get_section_by_name(".symtab")
        if table is None:
            return ()
        names = [section.name for section in self._elf.iter_sections()]
        found = []
        file = ""
        for symbol in table.iter_symbols():
            kind = symbol["st_info"]["type"]
            if kind == "STT_FILE":
                file = symbol.name
            elif symbol.name:
                found.append(_symbol(symbol, kind, file, names))
        return tuple(found)

    @cached_property
    def defined(self) -> Mapping[str, Symbol]:
        """Symbols that the object defines, by name."""
        return {s.name: s for s in self.symbols if s.section != "SHN_UNDEF"}

    @cached_property
    def undefined(self) -> frozenset[str]:
        """Symbols that the object asks for."""
        return frozenset(s.name for s in self.symbols if s.section == "SHN_UNDEF")

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """All sections with a name, in order."""
        return tuple(
            Section(
                section.name,
                section["sh_type"],
                section["sh_flags"],
                b"" if section["sh_type"] == "SHT_NOBITS" else section.data(),
            )
            for section in self._elf.iter_sections()
            if section.name
        )

    @cached_property
    def relocations(self) -> tuple[tuple[object, ...], ...]:
        """Section, offset, type, meaning of the symbol and addend of each relocation, in order."""
        found = []
        table = self._elf.get_section_by_name(".symtab")
        names = [section.name for section in self._elf.iter_sections()]
        for section in self._elf.iter_sections():
            if section["sh_type"] not in ("SHT_RELA", "SHT_REL"):
                continue
            for entry in cast("Any", section).iter_relocations():
                symbol = cast("Any", table).get_symbol(entry["r_info_sym"])
                index = symbol["st_shndx"]
                place = names[index] if isinstance(index, int) else index
                # Private symbols are what they point to; numbers of symbols shift.
                private = not symbol.name or symbol.name.startswith(".L")
                target = (place, symbol["st_value"]) if private else symbol.name
                addend = entry["r_addend"] if entry.is_RELA() else None
                found.append(
                    (section.name, entry["r_offset"], entry["r_info_type"], target, addend)
                )
        return tuple(found)

    @cached_property
    def functions(self) -> tuple[Symbol, ...]:
        """Functions that it defines, all of one name: two units may each have a static of it."""
        return tuple(s for s in self.symbols if s.kind == "STT_FUNC" and s.section != "SHN_UNDEF")

    def code(self, function: str) -> bytes:
        """The bytes of a function before relocation. Raises SourceError when it has none."""
        symbol = self.defined.get(function)
        section = symbol and next((s for s in self.sections if s.name == symbol.section), None)
        if not symbol or not section:
            raise SourceError(f"the object does not define {function}")
        return section.data[symbol.value : symbol.value + symbol.size]

    def segments(self) -> list[tuple[int, int, int]]:
        """Loaded segments of an executable: file offset, address, size in the file."""
        return [
            (s["p_offset"], s["p_vaddr"], s["p_filesz"])
            for s in self._elf.iter_segments()
            if s["p_type"] == "PT_LOAD"
        ]


def _symbol(symbol: Any, kind: str, file: str, names: list[str]) -> Symbol:
    index = symbol["st_shndx"]
    return Symbol(
        name=symbol.name,
        kind=kind,
        binding=symbol["st_info"]["bind"],
        visibility=symbol["st_other"]["visibility"],
        section=names[index] if isinstance(index, int) else index,
        value=symbol["st_value"],
        size=symbol["st_size"],
        file=file,
    )


def difference(old: bytes, new: bytes) -> str | None:
    """The first difference of two objects outside their line tables; None when there is none."""
    if old == new:
        return None
    before, after = ObjectFile(old), ObjectFile(new)
    olds, news = _by_name(before), _by_name(after)
    for name in sorted((olds.keys() | news.keys()) - set(_LINE_SECTIONS)):
        if name not in olds or name not in news:
            return f"section {name} is in only one of them"
        if not _bookkeeping(name) and olds[name] != news[name]:
            return f"section {name} differs"
    if _symbols(before) != _symbols(after):
        return "the symbols differ"
    for one, other in zip_longest(_relocated(before), _relocated(after)):
        if one != other:
            return f"the relocations differ: {one} became {other}"
    return None


def _relocated(found: ObjectFile) -> list[tuple[object, ...]]:
    return [entry for entry in found.relocations if entry[0] not in _LINE_SECTIONS]


def _symbols(found: ObjectFile) -> list[tuple[object, ...]]:
    """Symbols as a linker sees them: private ones are nobody's business, and neither is order."""
    return sorted(
        (s.name, s.contract, s.value, s.size, s.file)
        for s in found.symbols
        if not s.name.startswith(".L")
    )


def _by_name(found: ObjectFile) -> dict[str, list[Section]]:
    """Sections of one name, in order: each function of a comdat group may have its own."""
    sections: dict[str, list[Section]] = {}
    for section in found.sections:
        sections.setdefault(section.name, []).append(section)
    return sections


def _bookkeeping(name: str) -> bool:
    """String tables, and what is compared by what it says."""
    return name.startswith((".rela", ".strtab", ".shstrtab", ".symtab", ".debug_str"))
