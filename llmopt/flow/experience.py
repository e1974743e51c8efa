"""What earlier searches teach this one: the gains of moves on functions like the one at hand.

A search keeps what it started with, so that a second run, or one after an interrupt, does the same
again however much was learned in between.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from llmopt.agents.subject import Move
from llmopt.errors import LlmoptError
from llmopt.flow.searched import Searched
from llmopt.flow.session import Session
from llmopt.rewrite.build import remarks_with
from llmopt.rewrite.unit import UnitContext
from llmopt.search.experience import Experience, learned
from llmopt.toolchain import mca, remarks
from llmopt.toolchain.assembly.loops import innermost
from llmopt.values.digest import digest

#: Loops that llvm-mca is asked about.
_LOOPS = 3


def seeded(session: Session, entry: Searched, moves: Sequence[Move]) -> tuple[Move, ...]:
    """The moves with what is to be expected of them on a function. Raises StoreError."""
    assert entry.subject is not None
    context, name = entry.subject.context, entry.function.name
    key = digest(
        "expected",
        context.function_key(name),
        session.workload_digest(),
        session.machine,
        session.config.search.levels,
        session.config.search.seed,
        [str(move.option) for move in moves],
    )
    known = session.cache.outcome(key)
    if known is None:
        entry.features = features_of(context, name)
        past = [
            Experience(str(e["move"]), dict(e["features"]), float(e["gain"]))
            for e in session.cache.experiences(_scope(session, context))
        ]
        options = [learned(move.option, entry.features, past) for move in moves]
        known = {
            "features": entry.features,
            "moves": {o.name: [o.prior, o.spread] for o in options},
        }
        session.cache.add_outcome(key, known)
    entry.features = {str(kind): str(what) for kind, what in known["features"].items()}
    return tuple(_expecting(move, known["moves"]) for move in moves)


def _expecting(move: Move, known: dict[str, Any]) -> Move:
    prior, spread = known[move.option.name]
    return replace(move, option=replace(move.option, prior=float(prior), spread=float(spread)))


def learn(session: Session, entry: Searched) -> None:
    """Keeps what llmopt's own moves gained on a function as written. Raises StoreError."""
    if entry.subject is None or not entry.features:
        return
    context = entry.subject.context
    function = context.function_key(entry.function.name)
    for version in entry.tree.children(entry.tree.root):
        if version.was_run and version.move not in entry.origins:
            gain = version.gain if version.usable else 0.0
            session.cache.add_experience(
                _scope(session, context),
                version.move,
                function,
                {"move": version.move, "features": entry.features, "gain": gain},
            )


def _scope(session: Session, context: UnitContext) -> str:
    """Where gains are the same: compilers of one family on processors of one kind."""
    return digest("experience", session.machine, context.compiler.identity.family)


def features_of(context: UnitContext, function: str) -> dict[str, str]:
    """What kind of function it is: what libclang sees, whether the compiler has vectorized it, and
    what llvm-mca takes for the bottleneck of its loops. What cannot be told is left out.
    """
    from llmopt.source.features import features  # noqa: PLC0415 - libclang; builds go without

    found: dict[str, str] = {}
    try:
        found |= features(context.definition(function))
        found["vectors"] = _vectors(context, function)
        found["bound"] = _bound(context, function)
    except LlmoptError:
        return found
    return found


def _vectors(context: UnitContext, function: str) -> str:
    """Whether the compiler says that it has made vectors of a loop of the function."""
    located = context.locate(function)
    records = remarks_with(context, ())
    if context.compiler.is_clang:
        said = remarks.of_clang(records, function)
    else:
        file = posixpath.basename(context.unit.command.source)
        lines = range(located.line, located.end_line + 1)
        said = [r for r in remarks.of_gcc(records) if r.file == file and r.line in lines]
    done = ("vectorized loop", "loop vectorized")
    return "yes" if any(r.text.startswith(done) for r in said) else "no"


def _bound(context: UnitContext, function: str) -> str:
    """What llvm-mca names first as the bottleneck of an innermost loop."""
    for loop in innermost(context.text("assembly", None, ()), function)[:_LOOPS]:
        foreseen = mca.read(context.compiler.machine_code(loop.text))
        if foreseen is not None and foreseen.bottlenecks:
            return foreseen.bottlenecks[0][0].lower()
    return "none"
