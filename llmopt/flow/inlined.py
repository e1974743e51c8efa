"""Samples of functions that the compiler has inlined, given back to them.

Programs whose work is in a `static` function that is called once show perf nothing but the caller,
often `main`, which no move can copy and no test can call. The lines of the instructions tell whose
work it is. A function gets it only where it loops by itself: what is called within the loops of
another is worked on together with that one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from llmopt.agents.samples import by_line
from llmopt.errors import SourceError, ToolError
from llmopt.profile.hot import HotFunction, Profile
from llmopt.rewrite.unit import UnitContext
from llmopt.sandbox.run import Sandbox
from llmopt.source.calls import Definition, described, reached
from llmopt.values.command import Unit

#: Called once, by what no test can stand in for.
_MAIN = "main"
#: All of its code counts as theirs, so no version of it alone could be told to be faster.
_LEFT = "its hot loops are those of functions that are inlined in it"
#: The least share of a symbol's samples that is worth giving to another function.
_WORTH = 0.1


def with_inlined(
    profile: Profile, units: Sequence[Unit], sandbox: Sandbox, least: float
) -> Profile:
    """The profile with samples given to the functions in whose lines they fell, of symbols that
    have at least a share of `least`. `symbols` still name where they were seen.
    """
    found = {(f.name, f.source): f for f in profile.functions}
    for hot in profile.functions:
        if not hot.source or hot.reason or hot.share < least or not hot.spots:
            continue
        contexts = [UnitContext(unit, sandbox) for unit in units if unit.source == hot.source]
        for name, part in _parts(contexts, hot).items():
            given = hot.share * part
            if part < _WORTH or given < least:
                continue
            key = name, hot.source
            known = found.get(key, HotFunction(name, hot.source, 0.0, ()))
            found[key] = replace(
                known,
                share=known.share + given,
                symbols=tuple(sorted({*known.symbols, *hot.symbols})),
            )
            left = found[hot.name, hot.source]
            found[hot.name, hot.source] = replace(
                left, share=max(left.share - given, 0.0), reason=_LEFT
            )
    functions = sorted(found.values(), key=lambda f: (-f.share, f.name, f.source))
    return replace(profile, functions=tuple(functions))


def _parts(contexts: Sequence[UnitContext], hot: HotFunction) -> Mapping[str, float]:
    """Other functions' shares of a symbol's samples. Of several units of one source, the one that
    ran has instructions where most samples fell.
    """
    shares = [_lines(context, hot) for context in contexts]
    if not any(shares):
        return {}
    _, ran = max((sum(found.values()), -number) for number, found in enumerate(shares))
    try:
        return _homes(contexts[-ran], hot.name, shares[-ran])
    except (SourceError, ToolError):
        return {}


def _lines(context: UnitContext, hot: HotFunction) -> Mapping[tuple[str, int], float]:
    try:
        return by_line(context, hot.name, hot.spots)
    except (SourceError, ToolError):
        return {}


def _homes(
    context: UnitContext, top: str, shares: Mapping[tuple[str, int], float]
) -> dict[str, float]:
    known = described(context.definitions(context.content))
    within = reached(known, top)
    parts: dict[str, float] = defaultdict(float)
    for name in within:
        at = known[name]
        own = sum(s for (file, line), s in shares.items() if _has(at, file, line))
        if own:
            parts[_home(context, name, top, known, within)] += own
    parts.pop(top, None)
    total = sum(shares.values())
    return {name: part / total for name, part in parts.items()}


def _has(at: Definition, file: str, line: int) -> bool:
    return at.file == file and at.line <= line <= at.end


def _home(
    context: UnitContext,
    name: str,
    top: str,
    known: Mapping[str, Definition],
    within: frozenset[str],
) -> str:
    """The function that is worked on for what runs in lines of one: the outermost one around its
    loops, which `main` is not. `top` where it cannot be told.
    """
    passed = {name}
    while name != top:
        at = known[name]
        callers = [c for c in within if name in known[c].calls and c != name]
        alone = at.loops and _stands_here(context, name)
        if len(callers) != 1 or callers[0] in passed:
            return name if alone else top
        (caller,) = callers
        if alone and (caller == _MAIN or not known[caller].calls[name]):
            return name
        passed.add(caller)
        name = caller
    return top


def _stands_here(context: UnitContext, name: str) -> bool:
    """Whether a function has a text that can be replaced: not in a header, not made by a macro."""
    try:
        context.locate(name)
        context.function_key(name)
    except SourceError:
        return False
    return True
