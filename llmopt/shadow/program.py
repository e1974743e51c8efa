"""Where a program's own functions and variables are in its memory."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from llmopt.errors import NotApplicable
from llmopt.toolchain.assembly.closure import NUMBERED
from llmopt.toolchain.elf import ObjectFile, Symbol

_PAGE = 4096
#: Kinds of symbols whose value is no address of theirs: of each thread, or found by a function.
_ELSEWHERE = ("STT_TLS", "STT_LOOS", "STT_GNU_IFUNC")


@dataclass
class Program:
    """A program or library in memory, which holds the unit: its file, where that begins, where the
    wrapper's description stands, and a place near it where nothing is. `copy` is where a copy of
    the file is put: another program may soon stand in its place.

    Raises NotApplicable where the file has no symbols, SourceError where it is none.
    """

    path: str
    start: int
    site: int
    place: int
    copy: Path
    is_library: bool = False
    _own: dict[str, list[Symbol]] = field(default_factory=dict, repr=False)
    _shared: dict[str, list[Symbol]] = field(default_factory=dict, repr=False)
    _shift: int = 0
    _identity: tuple[int, int, int] = (0, 0, 0)

    def __post_init__(self) -> None:
        self._identity = _identity(self.path)
        try:
            shutil.copyfile(self.path, self.copy)
        except OSError as error:
            raise NotApplicable(f"{self.path} cannot be read: {error.strerror}") from error
        read = ObjectFile(self.copy.read_bytes())
        self.is_library = not read.is_started
        first = min(address for _, address, _ in read.segments())
        self._shift = self.start - first // _PAGE * _PAGE if read.may_stand_anywhere else 0
        site = self.site - self._shift
        # Other units may have symbols of the same names.
        group = next((g for g in read.local_groups if any(s.value == site for s in g)), None)
        if group is None:
            raise NotApplicable(f"{self.path} has no symbols")
        for symbol in group:
            self._own.setdefault(symbol.name, []).append(symbol)
        for symbol in read.symbols:
            # The linker makes local what no other program may see: of no unit any more.
            is_shared = symbol.binding != "STB_LOCAL" or not symbol.file
            if is_shared and symbol.section != "SHN_UNDEF":
                self._shared.setdefault(symbol.name.partition("@")[0], []).append(symbol)

    def is_overwritten(self) -> bool:
        """Whether the file that is in memory has another content now: then memory has it, too."""
        now = _identity(self.path)
        return now[:2] == self._identity[:2] and now != self._identity

    def own(self, name: str) -> Symbol | None:
        """A symbol of the unit's own; None where there is none, or several may be meant."""
        found = self._own.get(name, [])
        if NUMBERED.fullmatch(name):
            # The number may be another one in another compile.
            found = [s for n, all_of in self._own.items() if base(n) == base(name) for s in all_of]
        return _only(found)

    def shared(self, name: str) -> Symbol | None:
        """A symbol that all units of the program may name; None as in `own`."""
        return _only(self._shared.get(name, []))

    def address(self, symbol: Symbol) -> int:
        """Where it is in memory."""
        return symbol.value + self._shift


def _only(found: list[Symbol]) -> Symbol | None:
    return found[0] if len(found) == 1 and found[0].kind not in _ELSEWHERE else None


def _identity(path: str) -> tuple[int, int, int]:
    """Which file it is, and which content it has."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return 0, 0, 0
    return found.st_dev, found.st_ino, found.st_mtime_ns


def base(name: str) -> str:
    """The name of a static local in its source: gcc numbers them."""
    found = NUMBERED.fullmatch(name)
    return found.group("base") if found else name
