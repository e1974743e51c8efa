"""The story of a build: one hot unit changed; which object may stand for it now?

Runs beside the compiler, started by the launcher. What it finds goes into the project's state as a
manifest, which the launcher reads and checks again after the compile.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

from llmopt.errors import NotApplicable, SourceError, StoreError, ToolFailed
from llmopt.flow.objects import object_with
from llmopt.flow.session import Session
from llmopt.rewrite.note import with_note
from llmopt.rewrite.unit import UnitContext
from llmopt.source.includes import CLOCK, inputs
from llmopt.store.lock import Pin, exported, exported_path, read_lock
from llmopt.store.state import (
    IDENTITY_GENERATION,
    FileRecord,
    Left,
    Manifest,
    State,
    record_file,
)
from llmopt.toolchain.commands import CommandParser, LeftToCompiler, Recorded
from llmopt.values.command import PREPROCESSOR, Command, Unit
from llmopt.values.recipe import Recipe
from llmopt.values.step import SourceText, Step

#: Seconds that a build waits for recipes that it is told to use; the launcher's largest.
_PINNED_WAIT = 600.0


@dataclass(frozen=True)
class Resolved:
    """What was found for one unit: the recipes in the object, and why others are not in it."""

    source: str
    command_digest: str
    applied: tuple[Recipe, ...]
    refused: tuple[tuple[str, str], ...]
    object_digest: str | None

    def to_json(self) -> dict[str, object]:
        """For `llmopt explain`."""
        return {
            "source": self.source,
            "applied": [
                {"function": r.function, "recipe": r.digest, "levels": list(r.levels)}
                for r in self.applied
            ],
            "refused": [{"function": name, "reason": reason} for name, reason in self.refused],
            "object": self.object_digest,
        }


def resolve(session: Session, recorded: Recorded, digest: str) -> Resolution:
    """Works out one compile command and writes its manifest, named by the command's digest.

    Raises NotApplicable when nothing can be promised for it (the launcher then leaves it to the
    compiler), and other LlmoptError when something failed.
    """
    command = _parsed(session, recorded)
    # Read first: what changes while we work makes the manifest stale, not wrong.
    generation = session.state.generation
    context = UnitContext(Unit(session.config.root, command), session.sandbox)
    files, absent = _inputs(context)
    pins = _pins(session, context)
    for path in (exported_path(session.state.root, pin) for pin in pins or ()):
        # Where a pinned recipe comes, goes or is mended, the manifest is stale.
        if path.exists():
            files.append(record_file(str(path)))
        else:
            absent = (*absent, str(path))
    recipes, refused = _recipes(session, context, pins)
    applied, data, more = _apply(session, context, recipes)
    _check_unchanged(context, files)
    name = session.state.write_object(data) if data is not None else None
    manifest = Manifest(generation, name, len(data or b""), tuple(files), absent)
    session.state.write_manifest(digest, manifest)
    facts = Resolved(context.unit.source, digest, applied, (*refused, *more), name)
    return Resolution(facts, context, manifest)


@dataclass(frozen=True)
class Resolution:
    """A manifest that is written, and what it takes to complete it."""

    facts: Resolved
    context: UnitContext
    manifest: Manifest


def complete(session: Session, resolution: Resolution) -> None:
    """Adds what else the compile leaves behind, so that the next one needs no compiler.

    Runs the command once more, by itself: its words come from a compiler that speaks to nobody's
    terminal. Raises LlmoptError where that cannot be kept; the manifest then stays as it is.
    """
    if resolution.manifest.object is None:
        return
    made = resolution.context.compiler.compiled()
    _check_unchanged(resolution.context, resolution.manifest.files)
    left = Left(made.dependencies, made.diagnostics)
    session.state.write_manifest(
        resolution.facts.command_digest, replace(resolution.manifest, left=left)
    )


def resolve_identity(session: Session, recorded: Recorded, digest: str) -> Resolved:
    """Keeps the compiler's own object for a command as if it were a better one.

    So any project can show that nothing but the objects that recipes make is different in a build
    through the launcher. Raises as `resolve` does.
    """
    state = State(session.config.root, identity=True)
    command = _parsed(session, recorded)
    context = UnitContext(Unit(session.config.root, command), session.sandbox)
    files, absent = _inputs(context)
    left = None
    if command.plain:
        made = context.compiler.compiled()
        data, left = made.object, Left(made.dependencies, made.diagnostics)
    else:
        data = context.object
    _check_unchanged(context, files)
    name = state.write_object(data)
    manifest = Manifest(IDENTITY_GENERATION, name, len(data), tuple(files), absent, left)
    state.write_manifest(digest, manifest)
    return Resolved(context.unit.source, digest, (), (), name)


def _parsed(session: Session, recorded: Recorded) -> Command:
    command = CommandParser(session.sandbox, session.launcher).parse(recorded)
    if isinstance(command, LeftToCompiler):
        raise NotApplicable(command.reason)
    return command


def _inputs(context: UnitContext) -> tuple[list[FileRecord], tuple[str, ...]]:
    command = context.unit.command
    context.compiler.check_program()
    quoted, angled, missing = context.compiler.search_directories()
    words = command.arguments(PREPROCESSOR)
    if any(CLOCK.search(os.fsencode(word)) for word in words):
        raise NotApplicable("an option brings the time of the compile into the text")
    forced = [
        word.removeprefix(option) or value
        for word, value in zip_longest(words, words[1:], fillvalue="")
        for option in ("-include", "-imacros")
        if word.startswith(option)
    ]
    found = inputs(context.preprocessed, command.source, command.cwd, quoted, angled, forced)
    # A directory that appears is searched for everything.
    missing += context.compiler.configurations()
    absent = {posixpath.join(command.cwd, path): None for path in (*found.absent, *missing)}
    try:
        records = [record_file(path) for path in found.files]
        records += [record_file(path) for path in context.compiler.programs()]
    except OSError as error:
        raise NotApplicable(f"an input cannot be read: {error}") from error
    return records, tuple(absent)


def _check_unchanged(context: UnitContext, files: Sequence[FileRecord]) -> None:
    """Raises NotApplicable when an input changed while we worked."""
    for record in files:
        try:
            now = record_file(record.path)
        except OSError as error:
            raise NotApplicable(f"{record.path} is gone") from error
        if now.digest != record.digest or now.stat != record.stat:
            raise NotApplicable(f"{record.path} changed while it was worked on")
    if not all(record.trusted for record in files):
        # Changed so recently that it may have been between our reading and our recording it.
        if context.compiler.preprocess() != context.preprocessed:
            raise NotApplicable(f"{context.unit.source} changed while it was worked on")


def _pins(session: Session, context: UnitContext) -> list[Pin] | None:
    """The lock's pins for the unit; None without a lock."""
    pins = read_lock(session.state.root)
    return None if pins is None else [pin for pin in pins if pin.unit == context.unit.source]


def _recipes(
    session: Session, context: UnitContext, pins: Sequence[Pin] | None
) -> tuple[list[Recipe], list[tuple[str, str]]]:
    """The recipes that fit the unit, by the lock where there is one, else by the user's cache."""
    if pins is not None:
        return _pinned(session, context, pins)
    found, refused = [], []
    for function in context.lexical.functions:
        try:
            candidates = session.cache.recipes_for(context.function_key(function))
        except SourceError as error:
            refused.append((function, str(error)))
            continue
        for recipe in candidates:
            if reason := _elsewhere(session, context, recipe):
                refused.append((function, reason))
            else:
                found.append(recipe)
                break
    return found, refused


def _pinned(
    session: Session, context: UnitContext, pins: Sequence[Pin]
) -> tuple[list[Recipe], list[tuple[str, str]]]:
    found, refused = [], []
    for pin in pins:
        try:
            recipe = exported(session.state.root, pin) or session.cache.recipe(pin.recipe)
            if recipe is None:
                raise NotApplicable(f"the pinned recipe {pin.recipe[:12]} is nowhere to be found")
            if context.function_key(pin.function) != recipe.function_key:
                raise NotApplicable("the function, or what it uses, is no longer what was pinned")
            verified_with = recipe.provenance.get("compiler")
            derived = any(not isinstance(step, SourceText) for step in recipe.steps)
            if derived and verified_with != context.compiler.identity.version:
                raise NotApplicable(
                    f"verified with {verified_with}: no other compiler may derive it"
                )
            found.append(recipe)
        except (NotApplicable, SourceError, StoreError) as error:
            refused.append((pin.function, str(error)))
    return found, refused


def _elsewhere(session: Session, context: UnitContext, recipe: Recipe) -> str | None:
    """Why a recipe's speed may not hold here: it was measured elsewhere."""
    compiler = context.compiler.identity.version
    if recipe.provenance.get("compiler") != compiler:
        return f"measured with {recipe.provenance.get('compiler')}, this is {compiler}"
    if recipe.provenance.get("machine") != session.machine:
        return f"measured on {recipe.provenance.get('machine')}, this is {session.machine}"
    return None


def _apply(
    session: Session, context: UnitContext, recipes: Sequence[Recipe]
) -> tuple[tuple[Recipe, ...], bytes | None, list[tuple[str, str]]]:
    """The object with as many recipes as go together; None when there is none."""
    refused: list[tuple[str, str]] = []
    applied: list[Recipe] = []
    data = None
    attempts = [[recipe] for recipe in recipes]
    if len(recipes) > 1:
        # Nearly always all of them go together: one build instead of one for each.
        attempts.insert(0, list(recipes))
    for chosen in attempts:
        if len(applied) == len(recipes):
            break
        try:
            steps = _steps([*applied, *chosen])
            data = object_with(session, context, chosen[-1].function, steps)
            applied += chosen
        except (NotApplicable, SourceError, ToolFailed) as error:
            if len(chosen) == 1:
                refused.append((chosen[0].function, str(error)))
    if data is None:
        return (), None, refused
    noted = with_note(session.sandbox, data, [recipe.digest for recipe in applied])
    return tuple(applied), noted, refused


def _steps(recipes: Sequence[Recipe]) -> tuple[Step, ...]:
    return tuple(step for recipe in recipes for step in recipe.steps)


def make_objects(session: Session, contexts: Sequence[UnitContext]) -> None:
    """Makes the objects that the next build will ask for, while there is time."""
    for context in contexts:
        recipes, _ = _recipes(session, context, _pins(session, context))
        _apply(session, context, recipes)


def reindex(session: Session) -> None:
    """Writes the index anew: the sources that the lock pins, else those found to be hot.

    Raises StoreError for a lock file that cannot be read; the index then names no source, so that
    builds do not ask again for every file.
    """
    try:
        pins = read_lock(Path(session.config.root))
    except StoreError:
        session.state.write_index((), session.config.launcher.wait_seconds)
        raise
    if pins is not None:
        session.state.write_index({pin.unit for pin in pins}, _PINNED_WAIT)
        return
    profile = session.profile()
    hot = profile.hot(session.config.hot) if profile else ()
    found = (session.last_run() or {}).get("functions", [])
    sources = {function.source for function in hot} | {function["source"] for function in found}
    session.state.write_index(sources, session.config.launcher.wait_seconds)


def recorded_now(argv: Sequence[str], environment: tuple[tuple[str, str], ...]) -> Recorded:
    """The command as it is called here and now."""
    return Recorded(os.getcwd(), tuple(argv), environment)
