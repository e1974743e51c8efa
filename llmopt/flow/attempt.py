"""The story of `llmopt try`: a candidate from a person or another tool goes through the same gates
as llmopt's own, and through one more demand: generated tests or shadow execution have to pass it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from llmopt.errors import ProfileError
from llmopt.flow.confirm import Winner, confirm
from llmopt.flow.events import Events
from llmopt.flow.foreign import Foreign, read_step
from llmopt.flow.gates import Gatekeeper, ends
from llmopt.flow.optimize import Run, current_profile, finish
from llmopt.flow.searched import Searched
from llmopt.flow.session import Session
from llmopt.flow.trial import Bench, Subject, open_subject
from llmopt.profile.hot import HotFunction
from llmopt.rewrite.texts import text_of
from llmopt.values.recipe import Recipe
from llmopt.values.step import Level, Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict, describe


@dataclass(frozen=True)
class Attempt:
    """What came of it: the verdicts up to the one that ended it, or all and the recipe."""

    verdicts: tuple[Verdict, ...]
    recipe: Recipe | None = None


def attempt(session: Session, events: Events, candidate: Foreign) -> Attempt:
    """Judges a candidate for a function of the profile; stores a recipe where it passes.

    Raises LlmoptError when the project cannot be built, profiled or run, and where the profile does
    not have the function.
    """
    started = time.monotonic()
    function, subject = _opened(session, events, candidate.source, candidate.function)
    events.function(function, 1)
    kept = subject.below(candidate.level)
    step = read_step(subject.context, candidate, kept)
    if not isinstance(step, (Refuted, Inconclusive)):
        entry = _tried(session, events, function, subject, candidate, (*kept, step))
        version = entry.tree.versions[-1]
        if isinstance(version.verdict, Passed):
            return _judged(session, events, entry, candidate, started)
        step = version.verdict
    return Attempt((step,))


def shown(session: Session, events: Events, source: str, function: str, level: Level) -> str:
    """The text of a function at a level, as a candidate has to be. Raises LlmoptError."""
    events.stage("building the project in .llmopt/build")
    session.candidate.prepare()
    session.candidate.place({})
    subject = open_subject(session, function, source)
    return text_of(subject.context, function, level, subject.below(level))


def _opened(
    session: Session, events: Events, source: str, name: str
) -> tuple[HotFunction, Subject]:
    events.stage("building the project twice in .llmopt/build")
    session.original.prepare()
    session.original.place({})
    session.candidate.prepare()
    profile = current_profile(session, events)
    found = [f for f in profile.functions if (f.name, f.source) == (name, source)]
    if not found:
        raise ProfileError(
            f"the workload was not seen in {name} of {source}: `llmopt hot` shows where it was"
        )
    return found[0], open_subject(session, name, source)


def _tried(
    session: Session,
    events: Events,
    function: HotFunction,
    subject: Subject,
    candidate: Foreign,
    steps: tuple[Step, ...],
) -> Searched:
    """Builds it and runs it once beside the original."""
    entry = Searched(function, subject)
    move = f"try {candidate.level}"
    events.trying(function.name, move)
    bench = Bench(session)
    try:
        entry.try_version(events, bench, move, steps)
    finally:
        bench.leave()
    return entry


def _judged(
    session: Session, events: Events, entry: Searched, candidate: Foreign, started: float
) -> Attempt:
    """Takes it through the gates, measures it, and makes the recipe."""
    assert entry.subject is not None
    version = entry.tree.versions[-1]
    gates = Gatekeeper(session, events)
    verdicts = gates.judge(entry.subject, version.steps, candidate.origin)
    failed = next((v for v in verdicts if ends(v, session.config)), None)
    winners = []
    if failed is None:
        winner = Winner(
            entry.function,
            entry.subject,
            version,
            (version.move,),
            tuple(verdicts),
            candidate.origin,
        )
        winners.append(winner)
    else:
        entry.note = describe(failed)
    confirmed = confirm(session, events, gates, winners) if winners else None
    run = Run(confirmed.recipes if confirmed else (), (entry,), confirmed, interrupted=False)
    finish(session, events, run, time.monotonic() - started, partial=True)
    if confirmed is not None:
        dropped = confirmed.dropped.get(entry.subject.timed)
        verdicts += [dropped] if dropped is not None else []
    recipe = run.recipes[0] if run.recipes else None
    return Attempt(tuple(verdicts) if recipe is None else recipe.verdicts, recipe)
