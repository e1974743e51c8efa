"""Which functions of a unit call which, and from within which loops, by libclang."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from clang import cindex

#: A `goto` may go back.
_LOOPS = frozenset(
    {
        cindex.CursorKind.FOR_STMT,
        cindex.CursorKind.WHILE_STMT,
        cindex.CursorKind.DO_STMT,
        cindex.CursorKind.GOTO_STMT,
    }
)


@dataclass(frozen=True)
class Definition:
    """A function's lines and calls. `file` is the last part of its file's name, `end` its last
    line. `loops` says whether it has a loop or calls itself, `calls` of each function that it calls
    whether it does so within a loop.
    """

    file: str
    line: int
    end: int
    loops: bool
    calls: Mapping[str, bool]


def described(definitions: Mapping[str, cindex.Cursor]) -> dict[str, Definition]:
    """The definitions by name, as `functions.definitions` finds them."""
    return {name: _described(name, cursor) for name, cursor in definitions.items()}


def _described(name: str, cursor: cindex.Cursor) -> Definition:
    start, end = cursor.extent.start, cursor.extent.end
    calls: dict[str, bool] = {}
    for callee, in_loop in _calls(cursor, in_loop=False):
        calls[callee] = calls.get(callee, False) or in_loop
    loops = name in calls or any(inner.kind in _LOOPS for inner in cursor.walk_preorder())
    file = posixpath.basename(os.fspath(start.file.name)) if start.file else ""
    return Definition(file, start.line, end.line, loops, calls)


def _calls(cursor: cindex.Cursor, *, in_loop: bool) -> Iterator[tuple[str, bool]]:
    for child in cursor.get_children():
        if child.kind == cindex.CursorKind.CALL_EXPR and child.spelling:
            yield child.spelling, in_loop
        yield from _calls(child, in_loop=in_loop or child.kind in _LOOPS)


def reached(definitions: Mapping[str, Definition], top: str) -> frozenset[str]:
    """The functions among the definitions that a call of one may come to, and itself."""
    found: set[str] = set()
    waiting = [top]
    while waiting:
        name = waiting.pop()
        if name in definitions and name not in found:
            found.add(name)
            waiting += definitions[name].calls
    return frozenset(found)
