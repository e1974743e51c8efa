"""The project's `.llmopt` directory: what the launcher reads during a build.

The formats stand in docs/formats/. Manifests carry the index's generation: a new generation makes
the launcher have each hot unit resolved anew, once.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from llmopt.store.files import write_atomically
from llmopt.values.digest import SIZE, content_digest

_INDEX = struct.Struct("<8sIIIIQQqqQQQ16s")
_MANIFEST = struct.Struct("<8sIIQ32sQII")
_FILE = struct.Struct("<QqqQQI32sI")
VERSION = 2
HAS_OBJECT, COMPLETE, HAS_DEPENDENCIES = 1, 2, 4
#: What the launcher looks for in identity mode, where there is no index.
IDENTITY_GENERATION = 1

#: A file changed this recently may change again within one tick of its clock, in seconds. The
#: longer span is for file systems that keep whole seconds.
_FRESH = 2.0
#: Seconds that stamps of a local file system may be late: some ticks of the slowest clock.
_TICK = 0.05
_LOCAL = frozenset(("ext4", "xfs", "btrfs", "tmpfs", "overlay", "f2fs", "zfs"))


@dataclass(frozen=True)
class FileRecord:
    """A file that a unit's content depends on, as it was when it was read."""

    path: str
    stat: tuple[int, int, int, int, int]
    trusted: bool
    digest: str


def record_file(path: str) -> FileRecord:
    """A file as it is now. Raises OSError when it cannot be read."""
    status = os.stat(path)
    now = time.time()
    digest = content_digest(Path(path).read_bytes())
    newest = max(status.st_mtime, status.st_ctime)
    return FileRecord(path, _stat(status), newest < now - _FRESH, digest)


def is_older(record: FileRecord, moment: float) -> bool:
    """Whether a file was last changed before a moment (seconds of the clock), for certain.

    File systems of this machine stamp files by its own clock, some ticks late at most. Others may
    have another clock, or one of whole seconds.
    """
    newest = max(record.stat[1], record.stat[2]) / 1e9
    return newest < moment - (_TICK if record.stat[4] in _local_devices() else _FRESH)


@cache
def _local_devices() -> frozenset[int]:
    """The devices (`st_dev`) of file systems that keep exact times by this machine's clock."""
    found = set()
    try:
        lines = Path("/proc/self/mountinfo").read_text(errors="replace").splitlines()
    except OSError:
        return frozenset()
    for line in lines:
        before, _, after = line.partition(" - ")
        numbers = before.split()[2].split(":")
        if after.split()[0] in _LOCAL:
            found.add(os.makedev(int(numbers[0]), int(numbers[1])))
    return frozenset(found)


def stat_of(path: str) -> tuple[int, int, int, int, int]:
    """A file's stamp as it is now. Raises OSError."""
    return _stat(os.stat(path))


@dataclass(frozen=True)
class Left:
    """What a compile leaves behind besides its object: enough to do without the compiler."""

    dependencies: bytes | None
    diagnostics: bytes


@dataclass(frozen=True)
class Manifest:
    """What the launcher may do for one compile command while nothing has changed.

    `object` is the digest of the object to put in place; None means that the compiler's own
    stands. `absent` are paths that must not exist: a header there would be found first.
    """

    generation: int
    object: str | None
    object_size: int
    files: tuple[FileRecord, ...]
    absent: tuple[str, ...]
    left: Left | None = None

    @property
    def _flags(self) -> int:
        flags = HAS_OBJECT if self.object else 0
        if self.left is not None:
            flags |= COMPLETE
            flags |= HAS_DEPENDENCIES if self.left.dependencies is not None else 0
        return flags

    def to_bytes(self) -> bytes:
        """The manifest in the launcher's format."""
        parts = [
            _MANIFEST.pack(
                b"LLMOPTMF",
                VERSION,
                self._flags,
                self.generation,
                bytes.fromhex(self.object or "00" * SIZE),
                self.object_size,
                len(self.files),
                len(self.absent),
            )
        ]
        for file in self.files:
            path = os.fsencode(file.path)
            parts.append(
                _FILE.pack(*file.stat, int(file.trusted), bytes.fromhex(file.digest), len(path))
            )
            parts.append(path)
        for name in self.absent:
            path = os.fsencode(name)
            parts += [struct.pack("<I", len(path)), path]
        left = self.left or Left(None, b"")
        for text in (left.dependencies or b"", left.diagnostics):
            parts += [struct.pack("<I", len(text)), text]
        body = b"".join(parts)
        return body + hashlib.blake2b(body, digest_size=SIZE).digest()


@dataclass(frozen=True)
class Found:
    """What the resolver found for a command: an object, or None for the compiler's own."""

    object: str | None


class State:
    """The `.llmopt` directory of the project at `root`.

    `identity`: the part of it in which manifests stand for the compiler's own objects.
    """

    def __init__(self, root: str, *, identity: bool = False) -> None:
        self.root = Path(root)
        self.path = self.root / ".llmopt"
        if identity:
            self.path /= "identity"

    @property
    def index_path(self) -> Path:
        """Where the launcher looks for hot sources."""
        return self.path / "index"

    @property
    def generation(self) -> int:
        """The current generation; 0 before the first index."""
        try:
            header = _INDEX.unpack_from(self.index_path.read_bytes())
        except (OSError, struct.error):
            return 0
        return int(header[5])

    def index_is_current(self) -> bool:
        """Whether the index was written for today's llmopt.lock."""
        try:
            header = _INDEX.unpack_from(self.index_path.read_bytes())
        except (OSError, struct.error):
            return False
        lock = header[12]
        same = tuple(header[6:11]) == _lock_stat(self.root) or (
            header[6] > 0 and lock == _lock_content(self.root)
        )
        return bool(same and header[1] == VERSION)

    def write_index(self, sources: Iterable[str], wait_seconds: float) -> None:
        """Names the hot sources, by paths relative to the root, in a new generation."""
        names = sorted(set(sources))
        # A clock that jumps back must not bring back an old generation.
        generation = max(self.generation + 1, time.time_ns())
        write_atomically(
            self.index_path,
            encode_index(
                names,
                generation,
                _lock_stat(self.root),
                int(wait_seconds * 1000),
                _lock_content(self.root),
            ),
        )

    def hot_sources(self, sources: Iterable[str]) -> set[str]:
        """Which of these sources the index names."""
        try:
            data = self.index_path.read_bytes()
        except OSError:
            return set()
        table = data[_INDEX.size :]
        slots = {table[at : at + 16] for at in range(0, len(table), 16)}
        return {source for source in sources if _slot_key(source) in slots}

    def write_manifest(self, command_digest: str, manifest: Manifest) -> None:
        """Stores what may be done for a compile command."""
        write_atomically(self.path / "manifests" / command_digest, manifest.to_bytes())

    def found(self, command_digest: str) -> Found | None:
        """What the command's manifest says; None without a whole one of today's generation.

        Whether it holds, files being what they were, only the launcher finds out.
        """
        if not re.fullmatch(r"[0-9a-f]{64}", command_digest):
            return None
        path = self.path / "manifests" / command_digest
        header = _header(path)
        if header is None or header[:2] != (b"LLMOPTMF", VERSION) or not _is_whole(path):
            return None
        if header[3] != self.generation:
            return None
        return Found(header[4].hex() if header[2] & HAS_OBJECT else None)

    def has_object(self, name: str) -> bool:
        """Whether the object of this digest is there, undamaged."""
        try:
            return content_digest((self.path / "objects" / name).read_bytes()) == name
        except OSError:
            return False

    def write_object(self, data: bytes) -> str:
        """Stores an object under its digest, which is returned."""
        name = content_digest(data)
        path = self.path / "objects" / name
        if not path.exists() or content_digest(path.read_bytes()) != name:
            write_atomically(path, data)
        return name

    def prune(self) -> None:
        """Drops manifests of other generations and the objects that none names any more."""
        generation = self.generation
        used = set()
        for path in self._files("manifests"):
            header = _header(path)
            if header is None or header[3] != generation:
                path.unlink(missing_ok=True)
            else:
                used.add(header[4].hex())
        for path in self._files("objects"):
            if path.name not in used:
                path.unlink(missing_ok=True)

    def _files(self, directory: str) -> Sequence[Path]:
        try:
            found = (self.path / directory).iterdir()
            # A name with a dot in front is a file that is being written.
            return [path for path in found if not path.name.startswith(".")]
        except FileNotFoundError:
            return []


def _header(path: Path) -> tuple[bytes, int, int, int, bytes, int, int, int] | None:
    try:
        fields = _MANIFEST.unpack_from(path.read_bytes())
    except (OSError, struct.error):
        return None
    return fields


def _is_whole(path: Path) -> bool:
    try:
        data = path.read_bytes()
    except OSError:
        return False
    return hashlib.blake2b(data[:-SIZE], digest_size=SIZE).digest() == data[-SIZE:]


def encode_index(
    sources: Sequence[str],
    generation: int,
    lock: tuple[int, ...],
    wait_ms: int,
    lock_content: bytes = bytes(16),
) -> bytes:
    """The index in the launcher's format: an open-addressed table, at most half full."""
    slots = 1
    while slots < 2 * len(sources):
        slots *= 2
    table = [bytes(16)] * slots
    for source in sources:
        key = _slot_key(source)
        at = int.from_bytes(key[:8], "little") & (slots - 1)
        while table[at] != bytes(16):
            at = (at + 1) & (slots - 1)
        table[at] = key
    header = _INDEX.pack(
        b"LLMOPTIX", VERSION, slots, len(sources), 0, generation, *lock, wait_ms, lock_content
    )
    return header + b"".join(table)


def _slot_key(source: str) -> bytes:
    return hashlib.blake2b(os.fsencode(source), digest_size=16).digest()


def _lock_stat(root: Path) -> tuple[int, int, int, int, int]:
    """The lock file's stat data, all zero without one: the launcher notices when it changes."""
    try:
        return _stat(os.lstat(root / "llmopt.lock"))
    except OSError:
        return (0, 0, 0, 0, 0)


def _lock_content(root: Path) -> bytes:
    """The start of the lock file's digest: in a fresh clone only its stat data is another."""
    try:
        return bytes.fromhex(content_digest((root / "llmopt.lock").read_bytes()))[:16]
    except OSError:
        return bytes(16)


def _stat(status: os.stat_result) -> tuple[int, int, int, int, int]:
    return (
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
        status.st_ino,
        status.st_dev,
    )
