"""Object files: symbols, sections and what an object asks of the outside."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

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
    def functions(self) -> tuple[Symbol, ...]:
        """Function symbols that the object defines."""
        return tuple(s for s in self.defined.values() if s.kind == "STT_FUNC")

    @cached_property
    def functions_by_address(self) -> tuple[Symbol, ...]:
        """The same with all of one name: two units may each have a static of it."""
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
    olds, news = _by_name(ObjectFile(old)), _by_name(ObjectFile(new))
    for name in sorted((olds.keys() | news.keys()) - set(_LINE_SECTIONS)):
        if name not in olds or name not in news:
            return f"section {name} is in only one of them"
        if not _bookkeeping(name) and olds[name] != news[name]:
            return f"section {name} differs"
    return None


def _by_name(found: ObjectFile) -> dict[str, list[Section]]:
    """Sections of one name, in order: each function of a comdat group may have its own."""
    sections: dict[str, list[Section]] = {}
    for section in found.sections:
        sections.setdefault(section.name, []).append(section)
    return sections


def _bookkeeping(name: str) -> bool:
    """Sections whose content follows from others': string tables and symbol indices."""
    return name in (".strtab", ".shstrtab") or name.startswith(".debug_str")
