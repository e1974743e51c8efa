"""Copies of a function's text: which functions can be copied, and how the copies are written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from llmopt.errors import NotApplicable
from llmopt.source.functions import FunctionText
from llmopt.source.lexical import PreprocessedUnit

_NAMES_ITSELF = re.compile(rb"\b__(func|FUNCTION|PRETTY_FUNCTION)__\b")
_KNOWS_ITS_PLACE = re.compile(
    rb"\b__builtin_(return_address|frame_address|extract_return_addr|apply_args|constant_p)\b"
)
_EFFECT = re.compile(rb"\[[^\]]*(\+\+|--|=|\()")
_STORAGE = re.compile(rb"\b(static|extern|inline|__inline|__inline__|_Noreturn)\b\s*")
_ATTRIBUTE = re.compile(rb"__attribute__|__declspec|\[\[|\b_Alignas\b")


def copyable(unit: PreprocessedUnit, function: FunctionText, *, one: bool = False) -> None:
    """Raises NotApplicable, with the reason, when a copy would not mean the same.

    `unit` is how the compiler reads the unit with the function in it; `one` says that of all copies
    a process runs one only.
    """
    name = function.name
    if function.variadic or not function.prototyped:
        raise NotApplicable(f"{name} has no fixed parameters to hand on")
    if not all(function.parameters):
        raise NotApplicable(f"{name} has a parameter without a name")
    # Where one runs, no constant has two addresses.
    if function.mutable_statics or (function.static_locals and not one):
        raise NotApplicable(f"{name} has a static local, which copies would not share")
    movable(unit, name)
    if b"&&" in function.text and re.search(rb"&&\s*[A-Za-z_]\w*\s*[,;}\]]", function.text):
        # Taking labels' addresses and the operator look alike here: in doubt, not.
        if re.search(rb"goto\s*\*", function.text):
            raise NotApplicable(f"{name} takes the address of labels")
    if _EFFECT.search(function.declarator):
        raise NotApplicable(f"{name} has a parameter whose size does something")
    # A macro may hide an attribute: what the preprocessor made of it counts.
    own = unit.declarator(name).encode()
    if _ATTRIBUTE.search(own) or b"#" in function.declarator:
        raise NotApplicable(f"{name} is declared with attributes or directives of its own")


def movable(unit: PreprocessedUnit, name: str) -> None:
    """Raises NotApplicable where a part of a function would mean something else in another one."""
    closure = unit.closure(name).text
    if _NAMES_ITSELF.search(closure):
        raise NotApplicable(f"{name} uses its own name as a string")
    if found := _KNOWS_ITS_PLACE.search(closure):
        raise NotApplicable(f"{name} uses {found.group(0).decode()}, which copies see otherwise")


def renamed(
    function: FunctionText, name: str, reads: Mapping[tuple[int, int], bytes] | None = None
) -> bytes:
    """The definition under another name, without storage class: the caller says `static`.

    `reads` gives other text for some of its first reads.
    """
    text = function.named(name, reads)
    start = function.name_at - function.start
    return _STORAGE.sub(b"", text[:start]) + text[start:]


def declaration(function: FunctionText) -> bytes:
    """What copies in front of a function need: its declaration, where it calls itself."""
    body = function.text[function.body - function.start :]
    recursive = re.search(rb"\b%s\b" % function.name.encode(), body)
    return function.declarator.rstrip() + b";\n" if recursive else b""


def call(function: FunctionText, name: str, arguments: Sequence[str] | None = None) -> str:
    """The statement that hands a call on to a copy; by default with the function's parameters."""
    handed = ", ".join(function.parameters if arguments is None else arguments)
    if function.returns_void:
        return f"{{ {name}({handed}); return; }}"
    return f"return {name}({handed});"
