"""Digests of typed, delimited fields.

Every key in llmopt is made here. Fields are encoded with their type and length, so that no two
different lists of fields share an encoding: `-I -O2` and `-I-O2` differ, and so do `None` and `""`.
The encoding is part of what is stored: a change to it needs a new `FORMAT`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

FORMAT: Final = 1
SIZE: Final = 32  # bytes

Field = str | bytes | int | bool | None | Iterable["Field"]


def digest(domain: str, *fields: Field) -> str:
    """The BLAKE2b-256 digest of `fields`, as 64 hex digits.

    `domain` names what is digested, so that a function key can never equal a unit key.
    """
    hasher = hashlib.blake2b(digest_size=SIZE)
    hasher.update(_encode((FORMAT, domain, *fields)))
    return hasher.hexdigest()


def content_digest(data: bytes) -> str:
    """The plain BLAKE2b-256 digest of `data`, as the launcher computes it for files."""
    return hashlib.blake2b(data, digest_size=SIZE).hexdigest()


def _encode(field: Field) -> bytes:
    if field is None:
        return b"n"
    if isinstance(field, bool):
        return b"t" if field else b"f"
    if isinstance(field, int):
        return _tagged(b"i", str(field).encode())
    if isinstance(field, str):
        return _tagged(b"s", field.encode("utf-8", "surrogateescape"))
    if isinstance(field, bytes):
        return _tagged(b"b", field)
    items = [_encode(item) for item in field]
    return b"l%d:" % len(items) + b"".join(items)


def _tagged(tag: bytes, data: bytes) -> bytes:
    return tag + b"%d:" % len(data) + data
