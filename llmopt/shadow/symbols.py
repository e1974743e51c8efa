"""Names for places in a program's memory."""

from __future__ import annotations

import os
from functools import lru_cache

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

_Places = tuple[tuple[int, int, str], ...]


def name(path: str, address: int, offset: int) -> str | None:
    """The variable that stands at an address, as `name` or `name+3`; None where none is known.

    `offset` counts from where the program or library at `path` begins in memory.
    """
    try:
        changed = os.stat(path).st_mtime_ns
    except OSError:
        return None
    relocatable, places = _places(path, changed)
    at = offset if relocatable else address
    for start, size, symbol in places:
        if start <= at < start + size:
            return f"{symbol}+{at - start}" if at > start else symbol
    return None


@lru_cache(maxsize=8)
def _places(path: str, _changed: int) -> tuple[bool, _Places]:
    """Whether a file may stand anywhere, and where its symbols stand."""
    try:
        with open(path, "rb") as file:
            elf = ELFFile(file)
            tables = (elf.get_section_by_name(".symtab"), elf.get_section_by_name(".dynsym"))
            found = (table for table in tables if isinstance(table, SymbolTableSection))
            table = next(found, None)
            symbols = [] if table is None else list(table.iter_symbols())
            return elf["e_type"] == "ET_DYN", tuple(
                (symbol["st_value"], symbol["st_size"], symbol.name)
                for symbol in symbols
                if symbol["st_size"] and symbol["st_info"]["type"] in ("STT_OBJECT", "STT_FUNC")
            )
    except (OSError, ELFError):
        return True, ()
