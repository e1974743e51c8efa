"""What libclang sees in function definitions that their tokens do not show.

Counts, to be compared between an original and what is to stand in its place: a definition that
accesses volatile objects less often, or promises more about alignment, is not the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clang import cindex

from llmopt.errors import SourceError
from llmopt.source.functions import definitions

_POINTERS = frozenset({cindex.TypeKind.POINTER, cindex.TypeKind.INCOMPLETEARRAY})
_FUNCTIONS = frozenset({cindex.TypeKind.FUNCTIONPROTO, cindex.TypeKind.FUNCTIONNOPROTO})
_CASTS = frozenset({cindex.CursorKind.CSTYLE_CAST_EXPR, cindex.CursorKind.UNEXPOSED_EXPR})
_ACCESSES = frozenset(
    {
        cindex.CursorKind.DECL_REF_EXPR,
        cindex.CursorKind.MEMBER_REF_EXPR,
        cindex.CursorKind.ARRAY_SUBSCRIPT_EXPR,
        cindex.CursorKind.UNARY_OPERATOR,
    }
)
_ALLOCATE = frozenset({"alloca", "__builtin_alloca", "__builtin_alloca_with_align"})
_ALLOCATES_ALIGNED = frozenset({"malloc", "calloc", "realloc", "aligned_alloc"})
_WRAPPERS = frozenset({*_CASTS, cindex.CursorKind.PAREN_EXPR})
_ATOMIC = cindex.TypeKind.ATOMIC


@dataclass(frozen=True)
class Traits:
    """A definition's type, and what its body does that is to be kept or not to be added.

    `signature` is the canonical type with the storage class; `accesses` counts expressions of
    volatile or atomic type, by the name of the global or member where there is one; `memory` names
    the members and the globals that can be written, which it uses; `alignments`
    are, largest first, the alignments in bytes that conversions of pointers promise anew;
    `dynamic` counts what takes stack of a size that is not constant.
    """

    signature: str
    accesses: Mapping[str, int]
    memory: frozenset[str]
    alignments: tuple[int, ...]
    dynamic: int


def traits(
    path: str,
    content: bytes,
    functions: Sequence[str],
    options: tuple[str, ...],
    include: str,
    cwd: str,
) -> dict[str, Traits]:
    """The traits of functions that the file defines; parameters as for `functions.locate`.

    Raises SourceError for a function that it does not define.
    """
    found = definitions(path, content, options, include, cwd)
    if missing := [name for name in functions if name not in found]:
        raise SourceError(f"{path} holds no definition of {missing[0]} that can be found")
    return {name: _traits(found[name]) for name in functions}


def _traits(function: cindex.Cursor) -> Traits:
    accesses: Counter[str] = Counter()
    memory: set[str] = set()
    alignments: list[int] = []
    dynamic = 0
    for cursor in function.walk_preorder():
        kind = cursor.kind
        if kind in _ACCESSES:
            name = _name(cursor)
            if _is_special(cursor.type):
                accesses[name] += 1
            if name and not cursor.type.is_const_qualified():
                memory.add(name)
        elif kind in _CASTS:
            alignments += _promised(cursor)
        elif kind == cindex.CursorKind.VAR_DECL:
            dynamic += cursor.type.kind == cindex.TypeKind.VARIABLEARRAY
        elif kind == cindex.CursorKind.CALL_EXPR:
            dynamic += cursor.spelling in _ALLOCATE
    signature = f"{function.storage_class.name} {function.type.get_canonical().spelling}"
    promised = tuple(sorted(alignments, reverse=True))
    return Traits(signature, accesses, frozenset(memory), promised, dynamic)


def _is_special(kind: cindex.Type) -> bool:
    canonical = kind.get_canonical()
    return bool(canonical.is_volatile_qualified()) or canonical.kind == _ATOMIC


def _name(cursor: cindex.Cursor) -> str:
    """The name of a member or global; locals may be called otherwise."""
    if cursor.kind == cindex.CursorKind.MEMBER_REF_EXPR:
        return str(cursor.spelling)
    referenced = cursor.referenced if cursor.kind == cindex.CursorKind.DECL_REF_EXPR else None
    outside = (
        referenced is not None
        and referenced.kind == cindex.CursorKind.VAR_DECL
        and referenced.semantic_parent.kind == cindex.CursorKind.TRANSLATION_UNIT
    )
    return str(cursor.spelling) if outside else ""


def _promised(cast: cindex.Cursor) -> Iterator[int]:
    """The alignment that a conversion of a pointer promises, where the old type had less."""
    target = cast.type.get_canonical()
    inner = next((c for c in cast.get_children() if c.kind.is_expression()), None)
    if target.kind != cindex.TypeKind.POINTER or inner is None:
        return
    new = target.get_pointee().get_align()
    if target.get_pointee().kind in _FUNCTIONS or _keeps_alignment(inner):
        return
    source = inner.type.get_canonical()
    if source.kind in _POINTERS:
        old = source.get_pointee().get_align()
    elif source.kind in {cindex.TypeKind.CONSTANTARRAY, cindex.TypeKind.VARIABLEARRAY}:
        old = source.element_type.get_align()
    else:
        old = 1
    # What has no alignment (void, incomplete types) promises none, as one byte does.
    if new > max(old, 1):
        yield new


def _keeps_alignment(expression: cindex.Cursor) -> bool:
    """Whether a pointer is null or as an allocation made it: aligned for every type."""
    inner = expression
    while inner.kind in _WRAPPERS:
        parts = [c for c in inner.get_children() if c.kind.is_expression()]
        if len(parts) != 1:
            return False
        inner = parts[0]
    if inner.kind == cindex.CursorKind.CALL_EXPR:
        return inner.spelling in _ALLOCATES_ALIGNED
    return bool(inner.kind == cindex.CursorKind.INTEGER_LITERAL)
