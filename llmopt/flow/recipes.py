"""What recipes a project has, where from, and what they change."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from llmopt.errors import NotApplicable, StoreError
from llmopt.flow.reindex import reindex
from llmopt.flow.session import Session
from llmopt.flow.trial import open_subject
from llmopt.rewrite.build import assembly_with
from llmopt.store.lock import exported, read_lock
from llmopt.toolchain import assembly, ir
from llmopt.values.recipe import Recipe
from llmopt.values.step import AssemblyText, Donor, IrText, SourceText, Step

#: Lines around a change.
_AROUND = 3


@dataclass(frozen=True)
class Owned:
    """A recipe and where it was found: `lock`, `last run` or `cache`."""

    recipe: Recipe
    found: str


def owned(session: Session) -> list[Owned]:
    """The recipes that the lock pins, those of the last run, and others for sources that stand in
    the project. Raises StoreError.
    """
    root = Path(session.config.root)
    found: dict[str, Owned] = {}
    for pin in read_lock(root) or ():
        if recipe := exported(root, pin) or session.cache.recipe(pin.recipe):
            found.setdefault(recipe.digest, Owned(recipe, "lock"))
    for recipe in session.last_recipes():
        found.setdefault(recipe.digest, Owned(recipe, "last run"))
    for recipe in session.cache.recipes():
        if (root / recipe.source).is_file():
            found.setdefault(recipe.digest, Owned(recipe, "cache"))
    return [entry for entry in found.values() if session.cache.revoked(entry.recipe.digest) is None]


def choose(session: Session, names: Sequence[str]) -> list[Recipe]:
    """The project's recipes that the names mean: starts of digests, or functions. Raises
    StoreError for a name that means none.
    """
    recipes = [entry.recipe for entry in owned(session)]
    chosen: dict[str, Recipe] = {}
    for name in names:
        meant = [r for r in recipes if r.function == name or r.digest.startswith(name)]
        if not meant:
            raise StoreError(f"no recipe of this project is called {name}: see `llmopt recipes`")
        chosen.update({recipe.digest: recipe for recipe in meant})
    return list(chosen.values())


def revoke(session: Session, recipes: Sequence[Recipe], reason: str) -> None:
    """Makes recipes unusable for good; the next build does without them. Raises StoreError."""
    for recipe in recipes:
        session.cache.revoke(recipe, reason)
    reindex(session)


def difference(session: Session, recipe: Recipe) -> str:
    """What a recipe changes, as unified differences at the level of each of its steps.

    Builds the project's private tree where that is needed. Raises LlmoptError where the recipe does
    not fit today's source.
    """
    session.candidate.prepare()
    context = open_subject(session, recipe.function, recipe.source).context
    if context.function_key(recipe.function) != recipe.function_key:
        raise NotApplicable(
            f"{recipe.function}, or what it uses, is no longer what the recipe was made for"
        )
    parts = []
    done: list[Step] = []
    for step in recipe.steps:
        match step:
            case SourceText():
                old = context.locate(step.function).text.decode("utf-8", "surrogateescape")
                parts.append(_unified(old, step.text, f"{recipe.source}: {step.function}"))
            case IrText():
                old = ir.excerpt(context.compiler.module(), step.function)
                parts.append(_unified(old, step.text, f"IR of {step.function}"))
            case AssemblyText() | Donor():
                before = assembly_with(context, done)
                after = assembly_with(context, [*done, step])
                names = step.functions if isinstance(step, Donor) else (step.function,)
                parts += [
                    _unified(
                        assembly.excerpt(before, name),
                        assembly.excerpt(after, name),
                        f"assembly of {name}",
                    )
                    for name in names
                ]
        done.append(step)
    return "\n".join(parts)


def _unified(old: str, new: str, what: str) -> str:
    lines = difflib.unified_diff(
        old.splitlines(),
        new.splitlines(),
        f"{what}, as written",
        f"{what}, by the recipe",
        lineterm="",
        n=_AROUND,
    )
    return "\n".join(lines) + "\n"
