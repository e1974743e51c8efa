"""Guards that tell, at run time, that what a counting loop stores does not touch a place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from clang import cindex

from llmopt.agents.counted import Counted
from llmopt.agents.rewriting import Rewriting
from llmopt.errors import NotApplicable
from llmopt.source.cursors import Kind, TypeKind, bare, parts, pointee
from llmopt.source.syntax import Effects, Syntax

#: Functions of the C library that change nothing that a program sees.
_HARMLESS = frozenset(
    """abs labs tolower toupper isalnum isalpha isblank iscntrl isdigit isgraph islower isprint
    ispunct isspace isupper isxdigit __ctype_b_loc __ctype_tolower_loc __ctype_toupper_loc
    __builtin_expect""".split()
)


@dataclass(frozen=True)
class Range:
    """What a loop stores: elements of a size behind a pointer, one at each turn."""

    base: str
    size: int


def check_calls(effects: Effects, besides: Collection[str] = ()) -> None:
    """Raises NotApplicable where a part of the function calls what may change anything."""
    for call in effects.calls:
        known = call.spelling in _HARMLESS or call.spelling in besides
        defined = call.referenced is None or call.referenced.get_definition() is not None
        if not known or defined:
            raise NotApplicable(f"the loop calls {call.spelling or 'a pointer'}")


def ranges(syntax: Syntax, found: Counted, loaded: Collection[str] = ()) -> list[Range]:
    """The ranges that a loop stores to. Raises NotApplicable for stores elsewhere.

    `loaded` are texts of pointers in memory that stay the same as well.
    """
    made = {_range(syntax, found, store, loaded) for store in found.effects.stores}
    return sorted(made, key=lambda r: (r.base, r.size))


def _range(syntax: Syntax, found: Counted, store: cindex.Cursor, loaded: Collection[str]) -> Range:
    place = bare(store)
    while place.kind == Kind.MEMBER_REF_EXPR and parts(place):
        inner = parts(place)[0]
        if inner.type.get_canonical().kind == TypeKind.POINTER:
            break
        place = bare(inner)
    if place.kind != Kind.ARRAY_SUBSCRIPT_EXPR:
        raise NotApplicable("the loop stores to other places than elements by its counter")
    base, index = parts(place)
    if syntax.private(index) != found.counter or pointee(bare(base).type) is None:
        raise NotApplicable("the loop stores to other places than elements by its counter")
    return Range(_base(syntax, found, base, loaded), place.type.get_size())


def _base(syntax: Syntax, found: Counted, base: cindex.Cursor, loaded: Collection[str]) -> str:
    variable = syntax.variable(base)
    array = bare(base).type.get_canonical().kind == TypeKind.CONSTANTARRAY
    changed = found.effects.written | found.effects.declared
    fixed = variable is not None and (array or syntax.private(base) is not None)
    if fixed and variable not in changed:
        return str(syntax.text(base))
    text = syntax.text(bare(base))
    if text not in loaded:
        raise NotApplicable("where the loop stores to may change")
    return text


def apart(
    rewriting: Rewriting,
    places: Sequence[tuple[str, str]],
    stored: Sequence[Range],
    counter: str,
    bound: str,
) -> str:
    """The condition under which stores from the counter to the bound touch none of some places,
    given as addresses and sizes. It asks nothing unless the counter is below the bound.
    """
    helper = rewriting.helper("apart", _text)
    count = f"(unsigned long)({bound}) - (unsigned long){counter}"
    return "\n    && ".join(
        f"{helper}((unsigned long){address}, {size}, "
        f"(unsigned long){kept.base} + (unsigned long){counter} * {kept.size}, "
        f"{kept.size}, {count})"
        for kept in stored
        for address, size in places
    )


def _text(name: str) -> str:
    kept = "unsigned long size, unsigned long start, unsigned long each, unsigned long count"
    return f"""\
static __inline__ __attribute__((always_inline)) int {name}(unsigned long place, {kept})
{{
    return (place < start && start - place >= size)
        || (place >= start && (place - start) / each >= count);
}}"""
