"""The variables of a unit that a function may look at, and whether cases may set them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clang import cindex

from llmopt.errors import NotApplicable
from llmopt.harness.c_types import Types, is_constant
from llmopt.harness.description import VARIED, Global

Kind = cindex.TypeKind
Cursor = cindex.CursorKind
StorageClass = cindex.StorageClass

_WRITING = re.compile(r"^(?:\+\+|--|(?:[-+*/%&|^]|<<|>>)?=(?!=))")


def variables(types: Types, closure: Sequence[cindex.Cursor]) -> tuple[Global, ...]:
    """The variables of the file that the closure uses, and small static ones besides.

    Those that it only reads may vary. So may those that say nothing to it: that it does not use,
    or only sets and adds to. What a candidate makes of their values is its own.
    """
    used: dict[str, cindex.Cursor] = {}
    written: set[str] = set()
    asked: set[str] = set()
    for function in closure:
        tokens = [(token.extent.start.offset, token.spelling) for token in function.get_tokens()]
        places = {offset: at for at, (offset, _) in enumerate(tokens)}
        words = [word for _, word in tokens]
        for inner in function.walk_preorder():
            if inner.kind != Cursor.DECL_REF_EXPR or inner.referenced is None:
                continue
            declared = inner.referenced
            if declared.kind != Cursor.VAR_DECL:
                continue
            if declared.semantic_parent.kind != Cursor.TRANSLATION_UNIT:
                continue
            used[inner.spelling] = declared
            at = places.get(inner.extent.start.offset)
            if not _only_reads(inner, words, at):
                written.add(inner.spelling)
            if at is None or not _only_writes(words, at):
                asked.add(inner.spelling)
    found = []
    for name, declared in sorted({**_static_variables(closure[0]), **used}.items()):
        kind = declared.type.get_canonical()
        if is_constant(kind) or name in ("stdin", "stdout", "stderr"):
            continue
        try:
            number = types.number(declared.type)
        except NotApplicable:
            continue  # not compared: what it does shows in later calls
        numbers = types.is_plain(number) or types.is_record_of_numbers(number)
        varied = name not in asked and numbers
        varied = varied or (name not in written and types.is_plain(number))
        if name not in used and not varied:
            continue
        found.append(Global(name, number, VARIED if varied else 0))
    return tuple(found)


def _static_variables(function: cindex.Cursor) -> dict[str, cindex.Cursor]:
    """Those that nothing outside of the unit can see, as long as there is little to compare."""
    return {
        declared.spelling: declared
        for declared in function.translation_unit.cursor.get_children()
        if declared.kind == Cursor.VAR_DECL
        and declared.storage_class == StorageClass.STATIC
        and not declared.type.is_volatile_qualified()
        and 0 < declared.type.get_size() <= _LITTLE
    }


#: Bytes of a variable that is compared although the function does not use it.
_LITTLE = 256
_BEGINS = frozenset((";", "{", "}", ")", "else", ":"))
_ADDS = frozenset(("=", "+=", "-=", "|=", "^=", "&=", "*=", "<<=", ">>=", "/=", "%="))


def _only_writes(words: Sequence[str], at: int) -> bool:
    """Whether a use of a variable is a statement that sets or adds to it, or to a part of it: no
    other value comes of its value. `at` is the token that is its name.
    """
    stepped = words[at - 1] in ("++", "--") if at else False
    before = words[at - 1 - stepped] if at > stepped else ""
    end = _end(words, at + 1)
    behind = words[end] if end < len(words) else ""
    after = words[end + 1] if end + 1 < len(words) else ""
    if before not in _BEGINS:
        return False
    if stepped:
        return behind == ";"
    return behind in _ADDS or (behind in ("++", "--") and after == ";")


def _only_reads(reference: cindex.Cursor, words: Sequence[str], at: int | None) -> bool:
    """Whether a use of a variable is seen to be no write; what is not seen may be one.

    `words` are the function's tokens, `at` is the one that is the variable's name.
    """
    if at is None:
        return False
    behind, whole = _behind(words, at + 1)
    array = reference.type.get_canonical().kind in (Kind.CONSTANTARRAY, Kind.INCOMPLETEARRAY)
    if (at and words[at - 1] in ("++", "--", "&")) or _WRITING.match(behind):
        return False
    return not (array and whole)


def _behind(words: Sequence[str], at: int) -> tuple[str, bool]:
    """The token behind the subscripts and members after a name, and whether there are none."""
    end = _end(words, at)
    return (words[end] if end < len(words) else ""), end == at


def _end(words: Sequence[str], at: int) -> int:
    """Where the subscripts and members after a name end."""
    while at < len(words) and words[at] in ("[", ".", "->"):
        if words[at] == "[":
            depth = 1
            while depth and at + 1 < len(words):
                at += 1
                depth += {"[": 1, "]": -1}.get(words[at], 0)
            at += 1
        else:
            at += 2
    return at
