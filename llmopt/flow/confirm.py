"""Confirms the winners of the search together: fresh interleaved runs decide what is kept."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from llmopt.errors import NotApplicable, SourceError, ToolError, ToolFailed
from llmopt.flow.events import Events
from llmopt.flow.gates import Gatekeeper
from llmopt.flow.objects import object_with
from llmopt.flow.session import Session
from llmopt.flow.trial import Subject
from llmopt.measure.rounds import Result, Timed, compare
from llmopt.profile.hot import HotFunction
from llmopt.rewrite.unit import UnitContext
from llmopt.search.tree import Version
from llmopt.values.digest import content_digest, digest
from llmopt.values.measurement import Speedup
from llmopt.values.recipe import OWN, Recipe
from llmopt.values.step import Step
from llmopt.values.verdict import Inconclusive, Passed, Verdict
from llmopt.verify import time as time_gate
from llmopt.workspace.tree import read


@dataclass(frozen=True)
class Winner:
    """The best version of a function that no gate ended; time comes for all together. `origin` says
    who made it.
    """

    function: HotFunction
    subject: Subject
    version: Version
    moves: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    origin: Mapping[str, str] = field(default_factory=lambda: {"agent": OWN})


@dataclass(frozen=True)
class Confirmed:
    """Recipes, the workload's speedup with all of them, and what was dropped and why."""

    recipes: tuple[Recipe, ...]
    workload: Speedup | None
    dropped: Mapping[Timed, Verdict]


def confirm(
    session: Session, events: Events, gates: Gatekeeper, winners: Sequence[Winner]
) -> Confirmed:
    """Measures the winners together, drops what does not carry its weight, measures again."""
    dropped: dict[Timed, Verdict] = {}
    alone = measure_alone(session, events, winners, dropped)
    for timed, verdict in dropped.items():
        events.gate(timed.name, verdict)
    kept = [winner for winner in winners if winner.subject.timed not in dropped]
    while kept:
        placed = place_together(session, kept, dropped)
        kept = [winner for winner in kept if winner.subject.timed not in dropped]
        if not kept:
            break
        for verdict in gates.judge_together(placed):
            if not isinstance(verdict, Passed):
                # Alone each passed: the one with the least to lose goes.
                last = min(kept, key=lambda w: w.function.share)
                dropped[last.subject.timed] = verdict
                break
        else:
            result = measure(session, events, [w.subject.timed for w in kept], placed)
            verdicts = [(winner, judge_time(session, result, winner, placed)) for winner in kept]
            for winner, verdict in verdicts:
                events.gate(winner.function.name, verdict)
                if not isinstance(verdict, Passed):
                    dropped[winner.subject.timed] = verdict
            if all(isinstance(verdict, Passed) for _, verdict in verdicts):
                recipes = tuple(
                    _recipe(
                        session,
                        winner,
                        *alone.get(timed, (result.functions[timed], verdict)),
                    )
                    for winner, verdict in verdicts
                    if isinstance(verdict, Passed) and (timed := winner.subject.timed)
                )
                return Confirmed(recipes, result.workload, dropped)
        kept = [winner for winner in kept if winner.subject.timed not in dropped]
    return Confirmed((), None, dropped)


def place_together(
    session: Session, winners: Sequence[Winner], dropped: dict[Timed, Verdict]
) -> dict[str, bytes]:
    """Puts all winners into the candidate's tree; several of one unit go into one object."""
    steps: dict[str, tuple[Step, ...]] = defaultdict(tuple)
    objects: dict[str, bytes] = {}
    for winner in sorted(winners, key=_place_in_unit):
        for context in winner.subject.contexts:
            output = context.unit.command.output_path
            together = (*steps[output], *winner.version.steps)
            try:
                objects[output] = object_with(session, context, winner.function.name, together)
                steps[output] = together
            except (NotApplicable, SourceError, ToolFailed) as error:
                # Another unit of the source is other code: it may go without.
                if context is winner.subject.context:
                    dropped[winner.subject.timed] = Inconclusive(
                        "build", f"does not go together with the others: {error}"
                    )
                    break
    session.candidate.place(objects)
    return objects


def _place_in_unit(winner: Winner) -> tuple[str, int]:
    """The order in which a build applies recipes: as their functions stand in the unit."""
    functions = winner.subject.context.lexical.functions
    return winner.function.source, functions.index(winner.function.name)


def measure(
    session: Session,
    events: Events,
    timed: Sequence[Timed],
    placed: Mapping[str, bytes],
    *,
    anew: bool = False,
) -> Result:
    """The measurement of exactly these objects; one that was made before counts, unless it is to be
    made anew.
    """
    key = digest(
        "confirmation",
        sorted((output, content_digest(data)) for output, data in placed.items()),
        session.original.content(),
        [timed_.name for timed_ in timed],
        session.workload_digest(),
        session.machine,
        session.config.gates.pairs,
        *(sorted(timed_.within) for timed_ in timed if timed_.within),
    )
    if not anew and (stored := session.cache.outcome(key)) is not None:
        return _result(stored, timed)
    pairs = session.config.gates.pairs
    events.stage(f"measuring {len(timed)} functions together, {pairs} rounds")
    result = compare(
        session.profiler,
        (session.original, session.candidate),
        session.config.workload,
        timed,
        pairs,
        session.config.search.seed,
        lambda done: events.rounds(done, pairs),
    )
    for output, data in placed.items():
        if read(output) != data:
            raise ToolError(
                f"{output} changed while it was timed: does something else build there?"
            )
    session.cache.add_outcome(
        key,
        {
            "workload": asdict(result.workload),
            "functions": {_name(t): asdict(s) for t, s in result.functions.items()},
            "ran": {_name(t): ran for t, ran in result.ran.items()},
            "checks": {check: asdict(s) for check, s in result.checks.items()},
            "seeds": result.seeds,
        },
    )
    return result


def _result(stored: Mapping[str, Any], timed: Sequence[Timed]) -> Result:
    return Result(
        Speedup(**stored["workload"]),
        {t: Speedup(**stored["functions"][_name(t)]) for t in timed},
        {t: bool(stored["ran"][_name(t)]) for t in timed},
        {check: Speedup(**measured) for check, measured in stored["checks"].items()},
        tuple(stored["seeds"]),
    )


def _name(timed: Timed) -> str:
    return f"{timed.source}:{timed.name}"


def judge_time(
    session: Session, result: Result, winner: Winner, placed: Mapping[str, bytes]
) -> Verdict:
    """The time gate's verdict of one of the functions that were measured together."""
    timed = winner.subject.timed
    return time_gate.judge(
        result.functions[timed],
        result.workload,
        result.checks,
        session.config.gates,
        ran=result.ran[timed],
        timed=content_digest(placed[winner.subject.context.unit.command.output_path]),
    )


def measure_alone(
    session: Session,
    events: Events,
    winners: Sequence[Winner],
    dropped: dict[Timed, Verdict],
    *,
    anew: bool = False,
) -> dict[Timed, tuple[Speedup, Passed]]:
    """Measures each by itself where the same symbols count for several: together, one would be
    given the gain of another. Those that are not faster then are dropped.
    """
    found: dict[Timed, tuple[Speedup, Passed]] = {}
    for winner in winners:
        timed = winner.subject.timed
        if not any(timed.meets(other.subject.timed) for other in winners if other is not winner):
            continue
        placed = place_together(session, [winner], dropped)
        if timed in dropped:
            continue
        events.stage(f"{timed.name} is inlined where another function is: it is measured alone")
        result = measure(session, events, [timed], placed, anew=anew)
        verdict = judge_time(session, result, winner, placed)
        if isinstance(verdict, Passed):
            found[timed] = result.functions[timed], verdict
        else:
            dropped[timed] = verdict
    return found


def _recipe(session: Session, winner: Winner, speedup: Speedup, verdict: Passed) -> Recipe:
    context = winner.subject.context
    return Recipe(
        function=winner.function.name,
        source=winner.function.source,
        function_key=context.function_key(winner.function.name),
        unit_key=context.unit_key(),
        steps=winner.version.steps,
        required=session.config.required_gates,
        verdicts=(*(v for v in winner.verdicts if isinstance(v, Passed)), verdict),
        undecided=tuple(v for v in winner.verdicts if isinstance(v, Inconclusive)),
        speedup=speedup,
        provenance={
            **winner.origin,
            "move": ", ".join(winner.moves),
            "share": f"{winner.function.share:.4f}",
            **circumstances(session, context),
        },
    )


def circumstances(session: Session, context: UnitContext) -> dict[str, str]:
    """Where and with what a recipe was verified."""
    return {
        "compiler": context.compiler.identity.version,
        "target": context.compiler.identity.target,
        "machine": session.machine,
        "workload": session.config.workload.command,
        "sandbox": "bubblewrap" if session.sandbox.isolates else "limits only",
        "verified": time.strftime("%Y-%m-%d"),
    }
