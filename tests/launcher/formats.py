"""Reference encoders of what the launcher reads, written from docs/formats/ alone.

The product has its own writer; this one exists so that the launcher's tests do not depend on it,
and so that the two can be compared. `python -m tests.launcher.formats` writes the example files.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

EXAMPLES: Final = Path(__file__).parent / "formats"
NS: Final = 1_000_000_000

VARIABLES: Final = (
    "CPATH",
    "C_INCLUDE_PATH",
    "OBJC_INCLUDE_PATH",
    "COMPILER_PATH",
    "GCC_EXEC_PREFIX",
    "LIBRARY_PATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LC_MESSAGES",
    "SOURCE_DATE_EPOCH",
    "PWD",
    "GCC_COMPARE_DEBUG",
    "CCC_OVERRIDE_OPTIONS",
    "SDKROOT",
    "MACOSX_DEPLOYMENT_TARGET",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "LANGUAGE",
    "GCC_COLORS",
    "GCC_URLS",
    "TERM_URLS",
    "GCC_EXTRA_DIAGNOSTIC_OUTPUT",
)


def blake2b(data: bytes, size: int = 32) -> bytes:
    """The digest that all formats use."""
    return hashlib.blake2b(data, digest_size=size).digest()


@dataclass(frozen=True)
class Stamp:
    """Stat data of a file; the default stands for a file that is not there."""

    size: int = 0
    mtime_ns: int = 0
    ctime_ns: int = 0
    inode: int = 0
    device: int = 0

    @classmethod
    def of(cls, path: Path, *, follow: bool = True) -> Stamp:
        """The stamp of `path` as it is now."""
        status = os.stat(path, follow_symlinks=follow)
        return cls(
            status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev
        )

    def encode(self) -> bytes:
        """40 bytes."""
        return struct.pack(
            "<QqqQQ", self.size, self.mtime_ns, self.ctime_ns, self.inode, self.device
        )


def encode_index(
    sources: Iterable[bytes],
    *,
    slots: int,
    generation: int = 1,
    lock: Stamp | None = None,
    wait_ms: int = 0,
    lock_content: bytes = bytes(16),
) -> bytes:
    """`.llmopt/index` for these source paths."""
    table = [bytes(16)] * slots
    entries = 0
    for source in sources:
        digest = blake2b(source, 16)
        slot = int.from_bytes(digest[:8], "little") & (slots - 1)
        while table[slot] != bytes(16):
            slot = (slot + 1) & (slots - 1)
        table[slot] = digest
        entries += 1
    header = struct.pack("<8sIIIIQ", b"LLMOPTIX", 2, slots, entries, 0, generation)
    header += (lock or Stamp()).encode() + struct.pack("<Q", wait_ms) + lock_content
    return header + b"".join(table)


@dataclass(frozen=True)
class FileRecord:
    """One file that a unit depends on."""

    path: bytes
    stamp: Stamp
    content: bytes  # digest
    trusted: bool = True

    @classmethod
    def of(cls, path: Path, *, trusted: bool = True) -> FileRecord:
        """The record of `path` as it is now."""
        digest = blake2b(path.read_bytes())
        return cls(os.fsencode(path), Stamp.of(path), digest, trusted)

    def encode(self) -> bytes:
        """80 bytes and the path."""
        return (
            self.stamp.encode()
            + struct.pack("<I", int(self.trusted))
            + self.content
            + _sized(self.path)
        )


def encode_manifest(
    files: Sequence[FileRecord],
    *,
    absents: Sequence[bytes] = (),
    built: bytes | None = None,
    generation: int = 1,
    left: tuple[bytes | None, bytes] | None = None,
) -> bytes:
    """`.llmopt/manifests/<command digest>`; `built` is the content of the object.

    `left` is the dependency file, if there is one, and what the compiler said: then the manifest is
    complete.
    """
    dependencies, diagnostics = left or (None, b"")
    flags = int(built is not None) | (2 if left else 0) | (4 if dependencies is not None else 0)
    digest = bytes(32) if built is None else blake2b(built)
    body = struct.pack("<8sIIQ", b"LLMOPTMF", 2, flags, generation)
    body += digest + struct.pack("<QII", len(built or b""), len(files), len(absents))
    body += b"".join(record.encode() for record in files)
    body += b"".join(_sized(path) for path in absents)
    body += _sized(dependencies or b"") + _sized(diagnostics)
    return body + blake2b(body)


def command_digest(
    cwd: bytes, compiler: bytes, words: Sequence[bytes], environment: Mapping[str, str]
) -> str:
    """The name of a command's manifest."""
    assembler = shutil.which("as", path=environment.get("PATH", ""))
    encoded = b"LLMOPTCMD2" + _field(cwd) + _field(compiler)
    encoded += _field(os.fsencode(assembler or "")) + struct.pack("<Q", len(words))
    encoded += b"".join(_field(word) for word in words)
    for name in VARIABLES:
        value = environment.get(name)
        encoded += struct.pack("<Q", int(value is not None))
        if value is not None:
            encoded += _field(os.fsencode(value))
    return blake2b(encoded).hex()


def _field(data: bytes) -> bytes:
    return struct.pack("<Q", len(data)) + data


def _sized(data: bytes) -> bytes:
    return struct.pack("<I", len(data)) + data


def examples() -> dict[str, bytes]:
    """The example files: constants, so that they are the same on every machine."""
    lock = Stamp(120, 1_700_000_000 * NS + 1, 1_700_000_001 * NS + 2, 42, 64768)
    source = FileRecord(
        b"/project/src/sort.c", Stamp(11, NS, 2 * NS, 7, 8), blake2b(b"int sort;\n\n")
    )
    fresh = FileRecord(b"/project/src/\xe4.h", Stamp(0, 3, 4, 5, 6), blake2b(b""), trusted=False)
    compiler = FileRecord(b"/usr/bin/cc", Stamp(9, 1, 2, 3, 4), blake2b(b"\x7fELF"))
    sources = [b"src/sort.c", b"src/hash.c", b"main.c", b"lib/\xe4.c"]
    return {
        "index-empty": encode_index([], slots=1),
        "index-four": encode_index(
            sources,
            slots=8,
            generation=7,
            lock=lock,
            wait_ms=2500,
            lock_content=blake2b(b"lock", 16),
        ),
        "manifest-no-object": encode_manifest([source], generation=7),
        "manifest-object": encode_manifest(
            [source, fresh, compiler],
            absents=[b"/project/src/stdio.h"],
            built=b"an object\n",
            generation=7,
        ),
        "manifest-complete": encode_manifest(
            [source],
            built=b"an object\n",
            generation=7,
            left=(b"sort.o: src/sort.c\n", b"warning\n"),
        ),
    }


def main() -> None:
    """Writes the example files anew."""
    for name, content in examples().items():
        (EXAMPLES / name).write_bytes(content)


if __name__ == "__main__":
    main()
