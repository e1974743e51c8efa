"""`llmopt.lock`: which recipes a build uses, so that two people and CI build the same program.

The recipes it pins can stand beside it in the source tree, each in a directory of plain files, so
that a build with no cache and no network finds them and a reviewer can read them.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from llmopt.errors import StoreError
from llmopt.store.files import write_atomically
from llmopt.values.recipe import Recipe, recipe_from_json

FILE = "llmopt.lock"
DIRECTORY = "llmopt-recipes"
VERSION = 1
_HEADER = "# Written by `llmopt lock`. Commit it together with llmopt-recipes/.\n"


@dataclass(frozen=True)
class Pin:
    """One recipe pinned for one function of one source."""

    unit: str
    function: str
    recipe: str
    tier: str


def write_lock(root: Path, recipes: Sequence[Recipe]) -> Path:
    """Pins exactly these recipes and exports them. Raises StoreError. Returns the lock's path."""
    pins = [
        {"unit": r.source, "function": r.function, "recipe": r.digest, "tier": "; ".join(r.tiers)}
        for r in sorted(recipes, key=lambda r: (r.source, r.function, r.digest))
    ]
    kept = {export(root, recipe).parent for recipe in recipes}
    for old in (root / DIRECTORY).glob(f"*-{'[0-9a-f]' * 12}"):
        if old not in kept:
            shutil.rmtree(old, ignore_errors=True)
    path = root / FILE
    text = _HEADER + yaml.safe_dump({"version": VERSION, "recipes": pins}, sort_keys=False)
    write_atomically(path, text.encode())
    return path


def read_lock(root: Path) -> list[Pin] | None:
    """The pins, or None without a lock. Raises StoreError for a lock that cannot be read."""
    path = root / FILE
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise StoreError(f"{path} cannot be read: {error}") from error
    try:
        if data["version"] != VERSION:
            raise StoreError(f"{path}: version {data['version']}, this llmopt reads {VERSION}")
        return [
            Pin(str(p["unit"]), str(p["function"]), str(p["recipe"]), str(p["tier"]))
            for p in data["recipes"]
        ]
    except (KeyError, TypeError) as error:
        raise StoreError(f"{path}: damaged ({error!r}): write it anew: `llmopt lock`") from error


def export(root: Path, recipe: Recipe) -> Path:
    """Writes a recipe as plain files below the source tree. Raises StoreError."""
    path = _directory(root, recipe.function, recipe.digest) / "recipe.yaml"
    write_atomically(path, recipe_to_yaml(recipe).encode())
    return path


def exported_path(root: Path, pin: Pin) -> Path:
    """Where the pinned recipe would stand in the source tree. Raises StoreError."""
    return _directory(root, pin.function, pin.recipe) / "recipe.yaml"


def exported(root: Path, pin: Pin) -> Recipe | None:
    """The pinned recipe from the source tree, if it stands there. Raises StoreError."""
    path = exported_path(root, pin)
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise StoreError(f"{path} cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise StoreError(f"{path} is not a recipe")
    try:
        recipe = recipe_from_json(data)
    except StoreError as error:
        raise StoreError(f"{path}: {error}") from error
    if recipe.digest != pin.recipe:
        raise StoreError(f"{path} is not the recipe that {FILE} pins")
    return recipe


def recipe_to_yaml(recipe: Recipe) -> str:
    """A recipe for people to read: texts as blocks."""
    return yaml.dump(recipe.to_json(), Dumper=_BlockDumper, sort_keys=False, width=100)


def _directory(root: Path, function: str, digest: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise StoreError(f"{digest!r} is not the digest of a recipe")
    name = re.sub(r"[^A-Za-z0-9_]", "_", function)
    return root / DIRECTORY / f"{name}-{digest[:12]}"


class _BlockDumper(yaml.SafeDumper):
    pass


def _block(dumper: yaml.SafeDumper, text: str) -> Any:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_BlockDumper.add_representer(str, _block)
