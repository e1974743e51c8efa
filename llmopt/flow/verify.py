"""The story of `llmopt verify`: stored recipes pass the gates again, here and now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from llmopt.errors import ConfigError, LlmoptError, NotApplicable
from llmopt.flow.confirm import (
    Winner,
    circumstances,
    judge_time,
    measure,
    measure_alone,
    place_together,
)
from llmopt.flow.events import Events
from llmopt.flow.gates import Gatekeeper, ends
from llmopt.flow.reindex import reindex
from llmopt.flow.session import Session
from llmopt.flow.trial import open_subject
from llmopt.measure.rounds import Timed
from llmopt.profile.hot import HotFunction
from llmopt.search.tree import Version
from llmopt.values.recipe import Recipe, lacks_proof
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict, describe
from llmopt.verify import time as time_gate

Standing = Literal["verified", "revoked", "not verified"]


@dataclass(frozen=True)
class Checked:
    """What the gates say of a recipe today, and what became of it."""

    recipe: Recipe
    verdicts: tuple[Verdict, ...]
    standing: Standing


def verify(session: Session, events: Events, recipes: Sequence[Recipe]) -> list[Checked]:
    """Runs all gates anew on recipes of the project, and on all of them together.

    One that passes carries the new evidence from now on; one that a gate of correctness refutes is
    revoked; one that does not fit today's source, that nothing could be told of, or that is not
    faster here, stays as it was. Raises LlmoptError when the project cannot be built or run.
    """
    if not session.config.workload.command:
        raise ConfigError("llmopt.yaml: workload.command is empty: there is nothing to verify with")
    events.stage("building the project twice in .llmopt/build")
    session.original.prepare()
    session.original.place({})
    session.candidate.prepare()
    gates = Gatekeeper(session, events)
    checked = []
    standing = []
    for recipe in recipes:
        events.stage(f"verifying {recipe.function} ({recipe.source})")
        try:
            winner = _judged(session, gates, recipe)
        except LlmoptError as error:
            checked.append(Checked(recipe, (Inconclusive("build", str(error)),), "not verified"))
            continue
        passed = [v for v in winner.verdicts if isinstance(v, Passed)]
        if failed := [v for v in winner.verdicts if ends(v, session.config)]:
            checked.append(Checked(recipe, winner.verdicts, _after(session, recipe, failed[0])))
        elif lacks_proof(recipe.provenance, passed):
            checked.append(Checked(recipe, winner.verdicts, "not verified"))
        else:
            standing.append((recipe, winner))
    checked += _measured(session, events, standing)
    reindex(session)
    return checked


def _judged(session: Session, gates: Gatekeeper, recipe: Recipe) -> Winner:
    subject = open_subject(session, recipe.function, recipe.source)
    if subject.context.function_key(recipe.function) != recipe.function_key:
        raise NotApplicable(
            f"{recipe.function}, or what it uses, is no longer what the recipe was made for"
        )
    share = float(recipe.provenance.get("share", 0))
    return Winner(
        HotFunction(recipe.function, recipe.source, share, (recipe.function,)),
        subject,
        Version(0, None, "stored", recipe.steps, Passed("stored"), recipe.speedup.ratio),
        (recipe.provenance.get("move", ""),),
        tuple(gates.judge(subject, recipe.steps, anew=True)),
    )


def _measured(
    session: Session, events: Events, standing: Sequence[tuple[Recipe, Winner]]
) -> list[Checked]:
    """The time gate on all that still stand, in one program."""
    if not standing:
        return []
    if time_gate.GATE not in session.config.asked_gates:
        return [_verified(session, recipe, winner, ()) for recipe, winner in standing]
    apart: dict[Timed, Verdict] = {}
    winners = [winner for _, winner in standing]
    alone = measure_alone(session, events, winners, apart, anew=True)
    winners = [winner for winner in winners if winner.subject.timed not in apart]
    placed = place_together(session, winners, apart)
    timed = [w.subject.timed for _, w in standing if w.subject.timed not in apart]
    result = measure(session, events, timed, placed, anew=True) if timed else None
    checked = []
    for recipe, winner in standing:
        verdict = apart.get(winner.subject.timed)
        if verdict is None:
            assert result is not None
            verdict = judge_time(session, result, winner, placed)
            if isinstance(verdict, Passed):
                together = result.functions[winner.subject.timed], verdict
                speedup, verdict = alone.get(winner.subject.timed, together)
                recipe_now = replace(recipe, speedup=speedup)
                checked.append(_verified(session, recipe_now, winner, (verdict,)))
                continue
        events.gate(recipe.function, verdict)
        checked.append(Checked(recipe, (*winner.verdicts, verdict), "not verified"))
    return checked


def _verified(
    session: Session, recipe: Recipe, winner: Winner, more: tuple[Verdict, ...]
) -> Checked:
    """The recipe with today's evidence, stored."""
    verdicts = (*winner.verdicts, *more)
    renewed = replace(
        recipe,
        required=session.config.required_gates,
        verdicts=tuple(v for v in verdicts if isinstance(v, Passed)),
        undecided=tuple(v for v in verdicts if isinstance(v, Inconclusive)),
        provenance={**recipe.provenance, **circumstances(session, winner.subject.context)},
    )
    session.cache.add_recipe(renewed)
    return Checked(renewed, verdicts, "verified")


def _after(session: Session, recipe: Recipe, verdict: Verdict) -> Standing:
    """What becomes of a recipe that a gate of correctness did not pass."""
    if not isinstance(verdict, Refuted):
        return "not verified"
    session.cache.revoke(recipe, describe(verdict))
    return "revoked"
