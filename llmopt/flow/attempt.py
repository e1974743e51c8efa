"""The story of `llmopt try`: a candidate from a person or another tool goes through the same gates
as llmopt's own, and through one more demand: generated tests or shadow execution have to pass it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from llmopt.errors import NotApplicable, ProfileError, SourceError, ToolFailed
from llmopt.flow.confirm import Winner, confirm
from llmopt.flow.events import Events, Trial
from llmopt.flow.gates import Gatekeeper, ends
from llmopt.flow.optimize import Run, Searched, current_profile, finish
from llmopt.flow.session import Session
from llmopt.flow.trial import Bench, Subject, open_subject
from llmopt.profile.hot import HotFunction
from llmopt.rewrite.build import assembly_digest, ir_digest, source_step, spliced
from llmopt.rewrite.unit import UnitContext
from llmopt.search.tree import Version, VersionTree
from llmopt.toolchain import assembly, ir
from llmopt.values.recipe import Recipe, lacks_proof
from llmopt.values.step import HELPER, AssemblyText, IrText, Level, Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict, describe
from llmopt.verify import static


@dataclass(frozen=True)
class Foreign:
    """A text that llmopt did not make. `origin` says who made it and how; its `agent` is a name."""

    source: str
    function: str
    level: Level
    text: str
    origin: Mapping[str, str]


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
    step = read_step(subject.context, candidate)
    if not isinstance(step, (Refuted, Inconclusive)):
        entry = _tried(session, events, function, subject, candidate, step)
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
    context = open_subject(session, function, source).context
    if level == "source":
        return context.locate(function).text.decode("utf-8", "surrogateescape") + "\n"
    if level == "ir":
        return ir.excerpt(context.compiler.module(), function)
    return assembly.excerpt(context.compiler.assembly(), function)


def read_step(context: UnitContext, candidate: Foreign) -> Step | Refuted | Inconclusive:
    """The step that puts a candidate in its place, or why there is none."""
    function, text = candidate.function, candidate.text
    try:
        if candidate.level == "source":
            # No compiler reads it before this.
            unread = static.judge_unread(context, function, text)
            if not isinstance(unread, Passed):
                return unread
            content = text.encode("utf-8", "surrogateescape")
            return source_step(context, function, content, _helpers(context, function, content))
        if candidate.level == "ir":
            module, optimized = context.compiler.module(), context.compiler.module(optimized=True)
            return IrText(function, ir_digest(module, optimized, function), text)
        return AssemblyText(function, assembly_digest(context.compiler.assembly(), function), text)
    except (NotApplicable, SourceError) as error:
        return Inconclusive("build", str(error))
    except ToolFailed as error:  # the preprocessor does not take it
        return Refuted("build", str(error))


def _helpers(context: UnitContext, function: str, text: bytes) -> tuple[str, ...]:
    """The functions that a text defines besides."""
    pieces = spliced(context, function, text).in_place_of(context.lexical, function)
    return tuple(
        dict.fromkeys(
            piece.function
            for piece in pieces
            if piece.function
            and piece.function != function
            and not piece.function.startswith(f"{function}{HELPER}")
        )
    )


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
    step: Step,
) -> Searched:
    """Builds it and runs it once beside the original."""
    entry = Searched(function, subject)
    move = f"try {candidate.level}"
    events.trying(function.name, move)
    bench = Bench(session)
    try:
        tried = bench.known(subject, (step,))
        known = tried is not None
        if tried is None:
            tried = bench.try_version(subject, (step,))
            entry.new_trials += 1
    finally:
        bench.leave()
    version = Version(0, 0, move, (step,), tried.verdict, tried.gain)
    entry.tree = VersionTree.rooted().add(version)
    best = entry.tree.best().gain
    events.trial(Trial(function.name, move, 1, tried.verdict, tried.gain, best, known))
    return entry


def _judged(
    session: Session, events: Events, entry: Searched, candidate: Foreign, started: float
) -> Attempt:
    """Takes it through the gates, measures it, and makes the recipe."""
    assert entry.subject is not None
    version = entry.tree.versions[-1]
    gates = Gatekeeper(session, events)
    verdicts: list[Verdict] = gates.judge(entry.subject, version.steps)
    failed = next((v for v in verdicts if ends(v, session.config)), None)
    passed = tuple(v for v in verdicts if isinstance(v, Passed))
    if failed is None and lacks_proof(candidate.origin, passed):
        failed = Inconclusive(
            "policy",
            "a text that llmopt did not make has to pass generated tests or shadow execution, "
            "and neither could tell",
        )
        verdicts.append(failed)
        events.gate(entry.function.name, failed)
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
