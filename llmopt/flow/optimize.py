"""The story of `llmopt optimize`: profile, search, verify, measure, store."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from llmopt.errors import ConfigError, LedgerError, NotApplicable, ProfileError
from llmopt.flow.asking import Asking, open_models
from llmopt.flow.confirm import Confirmed, Winner, confirm
from llmopt.flow.events import Events
from llmopt.flow.gates import Gatekeeper, ends
from llmopt.flow.looking import Looking, asked_levels
from llmopt.flow.reindex import reindex
from llmopt.flow.resolve import make_objects
from llmopt.flow.searched import Searched
from llmopt.flow.seeing import show_workload
from llmopt.flow.session import Session
from llmopt.flow.trial import Bench, open_subject
from llmopt.measure.rounds import Timed
from llmopt.profile.hot import HotFunction, Profile
from llmopt.values.cost import Cost
from llmopt.values.recipe import Recipe, recipe_digest
from llmopt.values.verdict import Inconclusive, Verdict, describe

#: Versions of a function that are judged at most, one where the time is up.
_VERIFIED = 3


@dataclass(frozen=True)
class Run:
    """What a whole run came to."""

    recipes: tuple[Recipe, ...]
    searched: tuple[Searched, ...]
    confirmed: Confirmed | None
    interrupted: bool
    cost: Cost = Cost()
    kept_answers: int = 0

    @property
    def new_trials(self) -> int:
        """Trials that were not known from before."""
        return sum(entry.new_trials for entry in self.searched)


def optimize(session: Session, events: Events, only: Sequence[str] = ()) -> Run:
    """Finds, verifies and stores recipes for the project's hot functions.

    `only` names functions to work on; empty: all hot ones. Raises LlmoptError when the project
    cannot be built, profiled or run. After an interrupt, what was finished is kept.
    """
    started = time.monotonic()
    models = open_models(session) if asked_levels(session.config) else None
    hot = prepare(session, events, only)
    searched: list[Searched] = []
    winners: list[Winner] = []
    interrupted = False
    asking: Asking | None = None
    bench = Bench(session)
    try:
        gates = Gatekeeper(session, events)
        deadline = started + 60 * session.config.search.minutes
        if models is not None:
            asking = Asking(session, events, bench, gates, models, deadline)
        looking = Looking(session, events, bench, deadline, asking)
        opened = [_open(session, function, started) for function in hot]
        show_workload(session, events, opened)
        for number, entry in enumerate(opened):
            searched.append(entry)
            if entry.subject is None:
                continue
            name = entry.function.name
            looking.look(entry, opened[number:])
            if reason := bench.leave():
                events.stage(f"{name} was searched without kept snapshots: {reason}")
            late = time.monotonic() >= deadline
            if winner := _first_verified(session, gates, entry, 1 if late else _VERIFIED):
                winners.append(winner)
    except KeyboardInterrupt:
        interrupted = True
        if winners:
            events.stage("interrupted: measuring what was found so far (Ctrl-C again to stop)")
    finally:
        bench.leave()
    confirmed = None
    try:
        if winners:
            confirmed = confirm(session, events, gates, winners)
    except KeyboardInterrupt:
        interrupted = True
        events.stage("interrupted before the measurement: trials are kept, no recipe is made")
    run = Run(
        confirmed.recipes if confirmed else (),
        tuple(searched),
        confirmed,
        interrupted,
        _cost(events, asking),
        models.kept_answers if models is not None else 0,
    )
    finish(session, events, run, time.monotonic() - started, partial=bool(only))
    return run


def _cost(events: Events, asking: Asking | None) -> Cost:
    try:
        return Cost() if asking is None else asking.cost
    except LedgerError as error:
        events.stage(f"what models have cost is not known: {error}")
        return Cost()


def finish(session: Session, events: Events, run: Run, seconds: float, *, partial: bool) -> None:
    """Stores what a run has found, and makes the next build use it; a `partial` one leaves what is
    known of other functions as it was. Raises LlmoptError.
    """
    for recipe in run.recipes:
        session.cache.add_recipe(recipe)
    summary = summarize(session, run, seconds)
    session.keep_run(_with_others(session, summary) if partial else summary)
    events.stage("making the objects for the next build")
    make_objects(session, [c for e in run.searched if e.subject for c in e.subject.contexts])
    # The launcher is told last: from here on builds use what was found.
    reindex(session)
    session.state.prune()


def prepare(session: Session, events: Events, only: Sequence[str]) -> tuple[HotFunction, ...]:
    """Builds the two trees and chooses the hot functions. Raises LlmoptError."""
    if not session.config.workload.command:
        raise ConfigError(
            "llmopt.yaml: workload.command is empty: name the command whose time you care about"
        )
    events.stage("building the project twice in .llmopt/build")
    session.original.prepare()
    session.original.place({})
    session.candidate.prepare()
    profile = current_profile(session, events)
    if only:
        chosen = [f for f in profile.functions if f.name in only and f.source]
        if missing := set(only) - {f.name for f in chosen}:
            raise ProfileError(f"not in the profile: {', '.join(sorted(missing))}")
        return tuple(chosen)
    return profile.hot(session.config.hot)


def current_profile(session: Session, events: Events) -> Profile:
    """The stored profile, where it is of today's workload and program, else a new one."""
    command = session.config.workload.command
    stored = session.profile()
    if stored is not None and (stored.command, stored.program) == (
        command,
        session.original.content(),
    ):
        return stored
    events.stage(f"profiling `{command}`")
    return session.take_profile(command)


def _open(session: Session, function: HotFunction, began: float) -> Searched:
    try:
        subject = open_subject(session, function.name, function.source)
    except NotApplicable as error:
        return Searched(function, None, note=str(error), began=began)
    return Searched(function, subject, began=began)


def _first_verified(
    session: Session, gates: Gatekeeper, entry: Searched, most: int
) -> Winner | None:
    """The fastest version that passes all gates but time, which comes for all together. So many of
    them are judged at most.
    """
    assert entry.subject is not None
    demands = session.config.gates
    fast = [version for version in entry.tree.ranked() if version.gain >= demands.min_gain]
    # What is faster than the user believes becomes no recipe: others come first.
    for version in sorted(fast, key=lambda v: not demands.believes(v.gain))[:most]:
        key = entry.subject.context.function_key(entry.function.name)
        if reason := session.cache.revoked(recipe_digest(key, version.steps)):
            entry.note = f"{version.move}: revoked: {reason}"
            continue
        origin = entry.origin(version)
        verdicts = gates.judge(entry.subject, version.steps, origin)
        if not (failed := [v for v in verdicts if ends(v, session.config)]):
            moves = entry.tree.moves(version)
            return Winner(entry.function, entry.subject, version, moves, tuple(verdicts), origin)
        entry.note = f"{version.move}: {describe(failed[0])}"
    return None


def summarize(session: Session, run: Run, seconds: float) -> dict[str, Any]:
    """The run as plain data, for `llmopt report`."""
    workload = run.confirmed.workload if run.confirmed else None
    return {
        "recipes": [recipe.digest for recipe in run.recipes],
        "workload": None if workload is None else vars(workload),
        "command": session.config.workload.command,
        "machine": session.machine,
        "isolated": session.sandbox.isolates,
        "seconds": round(seconds, 1),
        "new_trials": run.new_trials,
        "interrupted": run.interrupted,
        "tokens": run.cost.tokens,
        "dollars": run.cost.dollars,
        "kept_answers": run.kept_answers,
        "functions": [
            {
                "function": entry.function.name,
                "source": entry.function.source,
                "share": entry.function.share,
                "trials": entry.tree.runs,
                "note": _outcome_of(run, entry),
                "tests": entry.tests,
                "versions": [
                    {
                        "move": version.move,
                        "parent": version.parent,
                        "gain": version.gain,
                        "at_seconds": round(version.at, 1),
                        "verdict": describe(version.verdict),
                    }
                    for version in entry.tree.versions[1:]
                ],
            }
            for entry in run.searched
        ],
    }


def _with_others(session: Session, summary: dict[str, Any]) -> dict[str, Any]:
    """The summary of a run on a few functions, with what is known of the others."""
    new = {(entry["function"], entry["source"]) for entry in summary["functions"]}
    last = session.last_run() or {"functions": []}
    others = [e for e in last["functions"] if (e["function"], e["source"]) not in new]
    kept = [r.digest for r in session.last_recipes() if (r.function, r.source) not in new]
    return {
        **summary,
        "functions": [*others, *summary["functions"]],
        "recipes": [*kept, *summary["recipes"]],
    }


def _outcome_of(run: Run, entry: Searched) -> str:
    """Why a function has no recipe; empty when it has one."""
    if any(
        r.function == entry.function.name and r.source == entry.function.source for r in run.recipes
    ):
        return ""
    dropped = run.confirmed.dropped if run.confirmed else {}
    verdict: Verdict | None = dropped.get(Timed(entry.function.name, entry.function.source))
    if verdict is not None:
        return describe(verdict)
    if entry.note:
        return entry.note
    return describe(Inconclusive("search", "no version was faster"))
