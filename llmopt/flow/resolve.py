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

from llmopt.errors import NotApplicable, SourceError, StoreError, ToolFailed
from llmopt.flow.project import Project
from llmopt.rewrite.unit import UnitContext
from llmopt.source.includes import CLOCK, Places, inputs
from llmopt.store.cache import Cache
from llmopt.store.lock import Pin, exported, exported_path, read_lock
from llmopt.store.state import (
    IDENTITY_GENERATION,
    FileRecord,
    Left,
    Manifest,
    State,
    is_older,
    record_file,
    stat_of,
)
from llmopt.values.command import PREPROCESSOR, Command, Unit
from llmopt.values.digest import digest
from llmopt.values.recipe import Recipe
from llmopt.values.step import SourceText


@dataclass(frozen=True)
class Resolved:
    """What was found for one unit: the recipes in the object, and why others are not in it."""

    source: str
    command_digest: str
    applied: tuple[Recipe, ...]
    refused: tuple[tuple[str, str], ...]
    object_digest: str | None
    #: Whether llmopt.lock says which recipes are used.
    pinned: bool = False

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


def resolve(project: Project, command: Command, name: str) -> Resolution:
    """Works out one compile command and writes its manifest under a name, the command's digest.

    Raises NotApplicable when nothing can be promised for it (the launcher then leaves it to the
    compiler), and other LlmoptError when something failed.
    """
    # Read first: what changes while we work makes the manifest stale, not wrong.
    generation = project.state.generation
    context = UnitContext(Unit(project.config.root, command), project.sandbox, project.cache)
    files, absent = _inputs(context, project.cache)
    pins = _pins(project, context)
    for path in (exported_path(project.state.root, pin) for pin in pins or ()):
        # Where a pinned recipe comes, goes or is mended, the manifest is stale.
        if path.exists():
            files.append(record_file(str(path)))
        else:
            absent = (*absent, str(path))
    recipes, refused = _recipes(project, context, pins)
    applied, data, more = _apply(project, context, recipes)
    _check_unchanged(context, files, absent)
    made = project.state.write_object(data) if data is not None else None
    manifest = Manifest(generation, made, len(data or b""), tuple(files), absent)
    project.state.write_manifest(name, manifest)
    facts = Resolved(context.unit.source, name, applied, (*refused, *more), made, pins is not None)
    return Resolution(facts, context, manifest)


@dataclass(frozen=True)
class Resolution:
    """A manifest that is written, and what it takes to complete it."""

    facts: Resolved
    context: UnitContext
    manifest: Manifest


def complete(project: Project, resolution: Resolution) -> None:
    """Adds what else the compile leaves behind, so that the next one needs no compiler.

    Runs the command once more, by itself: its words come from a compiler that speaks to nobody's
    terminal. Raises LlmoptError where that cannot be kept; the manifest then stays as it is.
    """
    if resolution.manifest.object is None:
        return
    made = resolution.context.compiler.compiled()
    manifest = resolution.manifest
    _check_unchanged(resolution.context, manifest.files, manifest.absent)
    left = Left(made.dependencies, made.diagnostics)
    project.state.write_manifest(resolution.facts.command_digest, replace(manifest, left=left))


def resolve_identity(project: Project, command: Command, name: str) -> Resolved:
    """Keeps the compiler's own object for a command as if it were a better one.

    So any project can show that nothing but the objects that recipes make is different in a build
    through the launcher. Raises as `resolve` does.
    """
    state = State(project.config.root, identity=True)
    context = UnitContext(Unit(project.config.root, command), project.sandbox, project.cache)
    files, absent = _inputs(context, project.cache)
    left = None
    if command.plain:
        compiled = context.compiler.compiled()
        data, left = compiled.object, Left(compiled.dependencies, compiled.diagnostics)
    else:
        data = context.object
    _check_unchanged(context, files, absent)
    made = state.write_object(data)
    manifest = Manifest(IDENTITY_GENERATION, made, len(data), tuple(files), absent, left)
    state.write_manifest(name, manifest)
    return Resolved(context.unit.source, name, (), (), made)


def _record_program(memory: Cache, path: str) -> FileRecord:
    """A part of the compiler: a hundred megabytes that are hashed once."""
    record = FileRecord(path, stat_of(path), trusted=True, digest="")
    key = digest("program", path, record.stat)
    known = memory.outcome(key)
    if known is None:
        record = record_file(path)
        if record.trusted:
            memory.add_outcome(digest("program", path, record.stat), {"digest": record.digest})
        return record
    return replace(record, digest=known["digest"])


def _inputs(context: UnitContext, memory: Cache) -> tuple[list[FileRecord], tuple[str, ...]]:
    command = context.unit.command
    context.compiler.check_program()
    words = command.arguments(PREPROCESSOR)
    for word in map(os.fsencode, words):
        if CLOCK.search(word):
            raise NotApplicable("an option brings the time of the compile into the text")
        if b"__has_" in word:
            raise NotApplicable("an option asks for a header")
    reading = context.reading
    named = _values(words, ("-I", "-iquote", "-isystem", "-idirafter", "-isystem-after"))
    searched = (*reading.quoted, *reading.angled)
    places = Places(
        reading.quoted,
        reading.angled,
        [*reading.duplicates, *(path for path in named if path not in searched)],
        _values(words, ("-include", "-imacros")),
    )
    found = inputs(reading.text, command.source, command.cwd, places)
    # A directory that appears is searched for everything.
    missing = (*reading.missing, *context.compiler.configurations())
    absent = {posixpath.join(command.cwd, path): None for path in (*found.absent, *missing)}
    try:
        records = [record_file(path) for path in found.files]
        records += [_record_program(memory, path) for path in context.compiler.programs()]
    except OSError as error:
        raise NotApplicable(f"an input cannot be read: {error}") from error
    return records, tuple(absent)


def _values(words: Sequence[str], options: Sequence[str]) -> list[str]:
    """What options name, joined or as the next word."""
    return [
        word.removeprefix(option) or value
        for word, value in zip_longest(words, words[1:], fillvalue="")
        for option in options
        if word.startswith(option)
    ]


def _check_unchanged(
    context: UnitContext, files: Sequence[FileRecord], absent: Sequence[str]
) -> None:
    """Raises NotApplicable when an input changed while we worked."""
    for record in files:
        try:
            # An old file cannot change without another stamp.
            same = stat_of(record.path) == record.stat and (
                record.trusted or record_file(record.path).digest == record.digest
            )
        except OSError as error:
            raise NotApplicable(f"{record.path} is gone") from error
        if not same:
            raise NotApplicable(f"{record.path} changed while it was worked on")
    if not all(is_older(record, context.started) for record in files):
        # Changed so recently that it may have been between our reading and our recording it.
        if context.compiler.read() != context.reading:
            raise NotApplicable(f"{context.unit.source} changed while it was worked on")
    for path in absent:
        if os.path.lexists(path):
            raise NotApplicable(f"{path} appeared while it was worked on")


def _pins(project: Project, context: UnitContext) -> list[Pin] | None:
    """The lock's pins for the unit; None without a lock."""
    pins = read_lock(project.state.root)
    return None if pins is None else [pin for pin in pins if pin.unit == context.unit.source]


def _recipes(
    project: Project, context: UnitContext, pins: Sequence[Pin] | None
) -> tuple[list[Recipe], list[tuple[str, str]]]:
    """The recipes that fit the unit, by the lock where there is one, else by the user's cache."""
    if pins is not None:
        return _pinned(project, context, pins)
    found, refused = [], []
    for function in context.lexical.functions:
        try:
            candidates = project.cache.recipes_for(context.function_key(function))
        except SourceError as error:
            refused.append((function, str(error)))
            continue
        for recipe in candidates:
            if reason := _elsewhere(project, context, recipe):
                refused.append((function, reason))
            else:
                found.append(recipe)
                break
    return found, refused


def _pinned(
    project: Project, context: UnitContext, pins: Sequence[Pin]
) -> tuple[list[Recipe], list[tuple[str, str]]]:
    found, refused = [], []
    for pin in pins:
        try:
            if reason := project.cache.revoked(pin.recipe):
                raise NotApplicable(f"revoked: {reason}")
            recipe = exported(project.state.root, pin) or project.cache.recipe(pin.recipe)
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


def _elsewhere(project: Project, context: UnitContext, recipe: Recipe) -> str | None:
    """Why a recipe's speed may not hold here: it was measured elsewhere."""
    compiler = context.compiler.identity.version
    if recipe.provenance.get("compiler") != compiler:
        return f"measured with {recipe.provenance.get('compiler')}, this is {compiler}"
    if recipe.provenance.get("machine") != project.machine:
        return f"measured on {recipe.provenance.get('machine')}, this is {project.machine}"
    return None


def _apply(
    project: Project, context: UnitContext, recipes: Sequence[Recipe]
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
            data = _noted_object(project, context, [*applied, *chosen])
            applied += chosen
        except (NotApplicable, SourceError, ToolFailed) as error:
            if len(chosen) == 1:
                refused.append((chosen[0].function, str(error)))
    if data is None:
        return (), None, refused
    return tuple(applied), data, refused


def _noted_object(project: Project, context: UnitContext, recipes: Sequence[Recipe]) -> bytes:
    """The object with these recipes in it and the note that names them; raises as its maker."""
    steps = tuple(step for recipe in recipes for step in recipe.steps)
    names = [recipe.digest for recipe in recipes]
    key = digest("noted", context.unit_key(steps), names)
    known = project.cache.object(key)
    if known is not None:
        return known
    # Half of what Python has to load is for making objects, and most edits need no new one.
    from llmopt.flow.objects import object_with  # noqa: PLC0415
    from llmopt.rewrite.note import with_note  # noqa: PLC0415

    made = object_with(project, context, recipes[-1].function, steps)
    noted = with_note(project.sandbox, made, names)
    project.cache.add_object(key, noted)
    return noted


def make_objects(project: Project, contexts: Sequence[UnitContext]) -> None:
    """Makes the objects that the next build will ask for, while there is time."""
    for context in contexts:
        recipes, _ = _recipes(project, context, _pins(project, context))
        _apply(project, context, recipes)
