"""Rules for the statements of a generator that somebody else wrote: they make arguments, no more.

They run in the sandbox beside the tests of a function. What they may call is what makes numbers and
moves bytes, and the unit's own functions; and they stay within their block.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from llmopt.values.verdict import Passed, Refuted, Verdict
from llmopt.verify.static.source_text import directive_fault

#: Characters; a generator is a few statements.
_LONGEST = 20_000
_TOKEN = re.compile(
    r"/\*.*?\*/|//[^\n]*"  # no token
    r"|(?P<literal>\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*')|(?P<token>[A-Za-z_]\w*|\S)",
    re.DOTALL,
)
_DRAW = "llmopt_draw"
_CALLED = frozenset(
    f"{_DRAW} memcmp memcpy memmove memset strcpy strlen sizeof if for while switch return".split()
)
_REFUSED = frozenset("asm volatile goto".split())
_OPENING = {"{": "}", "(": ")", "[": "]"}


def judge_generator(text: str, own: Collection[str]) -> Verdict:
    """Judges the statements of a generator unread by a compiler; `own` are functions of the unit
    that it may call.
    """
    if len(text) > _LONGEST:
        return Refuted("static", f"a generator has at most {_LONGEST:,} characters")
    fault = directive_fault(text, "")
    if fault is None:
        tokens = [found["token"] for found in _TOKEN.finditer(text) if found["token"]]
        fault = _name_fault(tokens, own) or _block_fault(tokens)
    return Refuted("static", f"the generator {fault}") if fault else Passed("static")


def _name_fault(tokens: list[str], own: Collection[str]) -> str | None:
    for token, after in zip(tokens, [*tokens[1:], ""], strict=True):
        reserved = token.startswith(("__", "llmopt_")) and token != _DRAW
        if token in _REFUSED or reserved:
            return f"may not name {token}"
        if after == "(" and token.isidentifier() and token not in _CALLED and token not in own:
            return f"may not call {token}"
    return None


def _block_fault(tokens: list[str]) -> str | None:
    """Whether it leaves the block that it stands in."""
    expected: list[str] = []
    for token in tokens:
        if token in _OPENING:
            expected.append(_OPENING[token])
        elif token in _OPENING.values() and (not expected or expected.pop() != token):
            return f"has a {token} that closes nothing"
    return f"lacks a {expected[-1]}" if expected else None
