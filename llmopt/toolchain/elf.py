"""Object files: symbols, sections and what an object asks of the outside."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Any, cast

from elftools.common.exceptions import ELFError
from elftools.elf.constants import SH_FLAGS
from elftools.elf.elffile import ELFFile

from llmopt.errors import SourceError
from llmopt.values.digest import digest

#: Line numbers may differ after a splice, and nothing else.
_LINE_SECTIONS = (".debug_line", ".rela.debug_line", ".debug_line_str")


#: The beginning of a call or jump with a distance of four bytes, wherever such bytes stand.
_NEAR = re.compile(rb"(?=([\xe8\xe9]|\x0f[\x80-\x8f]))", re.DOTALL)


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
    """A section's name, type, flags, content and size in bytes."""

    name: str
    kind: str
    flags: int
    data: bytes

    size: int = 0

    @property
    def loaded(self) -> bool:
        """Whether it is part of the running program."""
        return bool(self.flags & SH_FLAGS.SHF_ALLOC)

    @property
    def executable(self) -> bool:
        """Whether the program may run it."""
        return bool(self.flags & SH_FLAGS.SHF_EXECINSTR)

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
    def local_groups(self) -> tuple[tuple[Symbol, ...], ...]:
        """The symbols that only their unit sees, unit by unit."""
        table: Any = self._elf.get_section_by_name(".symtab")
        if table is None:
            return ()
        names = [section.name for section in self._elf.iter_sections()]
        groups: list[list[Symbol]] = [[]]
        file = ""
        for symbol in table.iter_symbols():
            kind = symbol["st_info"]["type"]
            if kind == "STT_FILE":
                groups.append([])
                file = symbol.name
            elif symbol.name and symbol["st_info"]["bind"] == "STB_LOCAL":
                groups[-1].append(_symbol(symbol, kind, file, names))
        return tuple(tuple(group) for group in groups)

    @property
    def may_stand_anywhere(self) -> bool:
        """Whether it is loaded wherever there is place: a library, or a program like one."""
        return bool(self._elf["e_type"] == "ET_DYN")

    @property
    def is_started(self) -> bool:
        """Whether it is a program that the loader starts, and not a library."""
        return self._elf.get_section_by_name(".interp") is not None

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
                section["sh_size"],
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
    def _symbols_at(self) -> Mapping[str, list[Symbol]]:
        """Functions and data with a size, by section."""
        found: dict[str, list[Symbol]] = {}
        for symbol in self.symbols:
            if symbol.size and symbol.kind in {"STT_FUNC", "STT_OBJECT", "STT_TLS"}:
                found.setdefault(symbol.section, []).append(symbol)
        return found

    def reach(self, function: str) -> frozenset[str]:
        """The symbols that a function names, directly or through functions that it names.

        Undefined symbols and data by name, functions that the object defines by what they reach. A
        place in a section counts as every symbol that it may mean: offsets from the end of an
        instruction differ by what stands behind them. Constants without a symbol are passed over.
        """
        named: set[str] = set()
        known: set[str] = set()
        wanted = {function, f"{function}.cold"} & self.defined.keys()
        while wanted:
            name = wanted.pop()
            known.add(name)
            for target in self._named_by(self.defined[name]):
                symbol = self.defined.get(target)
                if symbol is None or symbol.kind != "STT_FUNC":
                    named.add(target)
                elif target not in known:
                    wanted.add(target)
        return frozenset(named)

    def _named_by(self, symbol: Symbol) -> set[str]:
        found: set[str] = set()
        covered = range(symbol.value, symbol.value + symbol.size)
        for section, offset, target, addend in self._references:
            if section == symbol.section and offset in covered:
                if isinstance(target, str):
                    found.add(target)
                else:
                    found |= self._meant(*target, addend)
        return found | self._near_calls(symbol)

    @cached_property
    def _references(self) -> list[tuple[str, int, str | tuple[str, int], int]]:
        """The relocations of code and data: section, offset, symbol or place, addend."""
        return [
            (cast("str", section)[5:], cast("int", offset), cast("Any", target), int(addend or 0))  # type: ignore[call-overload]
            for section, offset, _, target, addend in self.relocations
            if not cast("str", section).startswith((".rela.debug", ".rela.eh_frame"))
        ]

    def _meant(self, section: str, value: int, addend: int) -> set[str]:
        """Symbols that a place may mean: as a number, or from the end of an instruction."""
        places = [value + addend + behind for behind in (0, 4, 5, 6, 8)]
        return {
            symbol.name
            for symbol in self._symbols_at.get(section, ())
            if any(symbol.value <= place < symbol.value + symbol.size for place in places)
        }

    def _near_calls(self, symbol: Symbol) -> set[str]:
        """Functions of the same section whose start is the target of a call or jump in the code.

        Assemblers leave no relocation there. Bytes that only look like one count as well.
        """
        starts = {
            other.value: other.name
            for other in self._symbols_at.get(symbol.section, ())
            if other.kind == "STT_FUNC" and other.value != symbol.value
        }
        found = set()
        code = self.code(symbol.name)
        for match in _NEAR.finditer(code):
            begin, end = match.end(1), match.end(1) + 4
            distance = int.from_bytes(code[begin:end], "little", signed=True)
            if end <= len(code) and (target := starts.get(symbol.value + end + distance)):
                found.add(target)
        return found

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


def code_digest(data: bytes) -> str:
    """The digest of what an object is once it is linked and loaded: the same for two that differ
    only in lines, names that nobody else sees, and notes. Raises SourceError for no object.
    """
    found = ObjectFile(data)
    loaded = [s for s in found.sections if s.loaded and not s.name.startswith(".note")]
    places = {s.name for s in loaded}
    return digest(
        "code",
        [(s.name, s.kind, s.flags, s.size, s.data) for s in loaded],
        [str(entry) for entry in found.relocations if _of(entry) in places],
        [str(entry[:-1]) for entry in _symbols(found)],
    )


def _of(relocation: tuple[object, ...]) -> str:
    """The section that a relocation changes."""
    name = str(relocation[0])
    return name.removeprefix(".rela" if name.startswith(".rela") else ".rel")


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
