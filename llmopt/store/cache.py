"""The user's cache: recipes, objects, the outcomes of trials and models' answers, by content.

diskcache keeps it safe under concurrent builds and kills. Nothing is evicted behind our back:
what was paid for must not vanish. Only bytes are stored, and only bytes are read: a pickled value
in a cache that somebody else wrote would run code.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import diskcache
from diskcache.core import MODE_PICKLE

from llmopt.errors import StoreError
from llmopt.values.digest import SIZE, content_digest
from llmopt.values.recipe import Recipe, recipe_from_bytes


class _PlainDisk(diskcache.Disk):  # type: ignore[misc]
    """Stores bytes under text keys and refuses everything else, both ways."""

    def put(self, key: object) -> Any:
        if not isinstance(key, str):
            raise TypeError(f"keys are text, not {type(key)}")
        return super().put(key)

    def store(self, value: object, read: bool, key: object = None) -> Any:  # noqa: FBT001 - diskcache's
        if not isinstance(value, bytes):
            raise TypeError(f"values are bytes, not {type(value)}")
        return super().store(value, read, key)

    def fetch(self, mode: int, filename: str, value: Any, read: bool) -> Any:  # noqa: FBT001
        if mode == MODE_PICKLE:
            raise StoreError("the cache holds a pickled value, which llmopt never writes")
        return super().fetch(mode, filename, value, read)


class Cache:
    """The cache of one user. Raises StoreError when it cannot be opened or written."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        with _explained(directory):
            self._cache = diskcache.Cache(
                directory, disk=_PlainDisk, eviction_policy="none", cull_limit=0
            )

    def close(self) -> None:
        """Closes the cache's files."""
        self._cache.close()

    def add_recipe(self, recipe: Recipe) -> None:
        """Stores a recipe, to be found by its function key and its digest.

        Raises StoreError for one that was revoked.
        """
        if reason := self.revoked(recipe.digest):
            raise StoreError(f"the recipe {recipe.digest[:12]} was revoked: {reason}")
        with _explained(self.directory):
            # One entry for each pair: two processes that add at once cannot lose one another's.
            self._cache[f"recipe:{recipe.digest}"] = _dump(recipe.to_json())
            self._cache[f"function:{recipe.function_key}:{recipe.digest}"] = b""

    def recipe(self, digest: str) -> Recipe | None:
        """A recipe by its digest; a damaged one is as good as none."""
        data = self._get(f"recipe:{digest}")
        if data is None:
            return None
        try:
            recipe = recipe_from_bytes(data)
        except StoreError:
            return None
        return recipe if recipe.digest == digest else None

    def recipes_for(self, function_key: str) -> list[Recipe]:
        """All recipes for a function key, the one with the highest lower bound first."""
        prefix = f"function:{function_key}:"
        with _explained(self.directory):
            digests = [key[len(prefix) :] for key in self._keys(prefix)]
        found = [
            recipe
            for digest in digests
            if not self.revoked(digest) and (recipe := self.recipe(digest))
        ]
        return sorted(found, key=lambda r: (-r.speedup.low, r.digest))

    def recipes(self) -> list[Recipe]:
        """All recipes, by source and function."""
        with _explained(self.directory):
            digests = [key.removeprefix("recipe:") for key in self._keys("recipe:")]
        found = [recipe for digest in digests if (recipe := self.recipe(digest))]
        return sorted(found, key=lambda r: (r.source, r.function, r.digest))

    def revoke(self, recipe: Recipe, reason: str) -> None:
        """Makes a recipe unfindable, for good: the same steps are never taken for it again."""
        with _explained(self.directory):
            # Said first: between the two the recipe is refused, never used.
            self._cache[f"revoked:{recipe.digest}"] = _dump({"reason": reason})
            self._cache.pop(f"function:{recipe.function_key}:{recipe.digest}", None)
            self._cache.pop(f"recipe:{recipe.digest}", None)

    def revoked(self, digest: str) -> str | None:
        """Why the recipe of a digest was revoked; None when it was not."""
        data = self._get(f"revoked:{digest}")
        try:
            return None if data is None else str(json.loads(data)["reason"])
        except (KeyError, TypeError, ValueError):
            return "the reason is damaged"

    def add_object(self, unit_key: str, data: bytes) -> None:
        """Stores the object that a unit key stands for."""
        with _explained(self.directory):
            self._cache[f"object:{unit_key}"] = _sealed(data)

    def object(self, unit_key: str) -> bytes | None:
        """The object of a unit key, if it is there undamaged."""
        return _unsealed(self._get(f"object:{unit_key}"))

    def add_answer(self, key: str, data: bytes) -> None:
        """Stores what a model has answered."""
        with _explained(self.directory):
            self._cache[f"answer:{key}"] = _sealed(data)

    def answer(self, key: str) -> bytes | None:
        """What a model has answered, if it is there undamaged."""
        return _unsealed(self._get(f"answer:{key}"))

    def add_outcome(self, key: str, outcome: Mapping[str, Any]) -> None:
        """Stores what came of a trial or a measurement."""
        with _explained(self.directory):
            self._cache[f"outcome:{key}"] = _dump(outcome)

    def outcome(self, key: str) -> dict[str, Any] | None:
        """What came of a trial or a measurement before."""
        data = self._get(f"outcome:{key}")
        try:
            return None if data is None else dict(json.loads(data))
        except (TypeError, ValueError):
            return None

    def add_experience(
        self, scope: str, move: str, function_key: str, experience: Mapping[str, Any]
    ) -> None:
        """Stores what a move gained on a function; what was known of the two is replaced."""
        with _explained(self.directory):
            self._cache[f"experience:{scope}:{move}:{function_key}"] = _dump(experience)

    def experiences(self, scope: str) -> list[dict[str, Any]]:
        """What moves gained, in a fixed order; what is damaged is left out."""
        with _explained(self.directory):
            keys = sorted(self._keys(f"experience:{scope}:"))
        found = []
        for key in keys:
            try:
                found.append(dict(json.loads(self._get(key) or b"")))
            except (TypeError, ValueError):
                continue
        return [e for e in found if {"move", "features", "gain"} <= e.keys()]

    def _get(self, key: str) -> bytes | None:
        with _explained(self.directory):
            value = self._cache.get(key)
        return value if isinstance(value, bytes) else None

    def _keys(self, prefix: str) -> Iterator[str]:
        # diskcache orders keys only as a whole: ask its table for the range.
        upper = prefix + "\U0010ffff"
        rows = self._cache._sql(  # noqa: SLF001 - no public call asks for a range of keys
            "SELECT key FROM Cache WHERE key >= ? AND key < ? AND raw = 1", (prefix, upper)
        )
        for (key,) in rows:
            yield key


@contextmanager
def _explained(directory: str) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error, diskcache.Timeout, EOFError) as error:
        raise StoreError(
            f"the cache in {directory} cannot be used: {error}; see `llmopt doctor`"
        ) from error


def _sealed(data: bytes) -> bytes:
    """Data with its digest in front."""
    return bytes.fromhex(content_digest(data)) + data


def _unsealed(stored: bytes | None) -> bytes | None:
    """The data, where they are there and undamaged."""
    if stored is None or bytes.fromhex(content_digest(stored[SIZE:])) != stored[:SIZE]:
        return None
    return stored[SIZE:]


def _dump(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, sort_keys=True).encode()
