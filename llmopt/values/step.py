"""The steps of a recipe: each a checked rewrite at one level.

A step that holds text holds the digest of the text it was derived from as well, and applies only
where today's text at its level is the same. `Donor` holds no text of its own: the compiler derives
it anew from today's source each time, so it needs no such digest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal

from llmopt.errors import StoreError
from llmopt.values.digest import Field

Level = Literal["source", "ir", "asm"]
LEVELS: Final[tuple[Level, ...]] = ("source", "ir", "asm")


#: Names of functions that a rewrite adds: the function's own, this, and what tells them apart. The
#: stopwatch counts their time as the function's.
HELPER: Final = "__llmopt_"


@dataclass(frozen=True)
class SourceText:
    """Other C text in place of a function's definition.

    `derived_from` is the digest of the function's lexical closure, `reaches` that of the closure
    of the new text once spliced: a candidate may reach names that the original did not.
    `helpers` names the functions that the text defines besides. `options` are added to the whole
    unit's compile.
    """

    function: str
    derived_from: str
    text: str
    reaches: str
    helpers: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    level: Level = "source"

    @property
    def parts(self) -> tuple[str, ...]:
        """The helpers that hold code of the function: copies of it, or a part of it."""
        return tuple(name for name in self.helpers if name.startswith(f"{self.function}{HELPER}"))

    @property
    def is_dispatcher(self) -> bool:
        """Whether the function only chooses, by the processor, among copies of itself."""
        return bool(self.parts) and "__builtin_cpu_supports" in self.text


@dataclass(frozen=True)
class IrText:
    """Other LLVM IR in place of a function's `define` in the unit's unoptimized module."""

    function: str
    derived_from: str
    text: str
    level: Level = "ir"


@dataclass(frozen=True)
class Donor:
    """The function's assembly from a build of the same source with other options or passes.

    `functions` are the symbols taken; `options` follow the unit's own; `passes` is an `opt`
    pipeline that replaces the compiler's own (clang only), `counts` how often each branch was
    taken, as `rewrite.counting` writes it.
    """

    functions: tuple[str, ...]
    options: tuple[str, ...] = ()
    passes: str = ""
    counts: str = ""
    level: Level = "asm"


@dataclass(frozen=True)
class AssemblyText:
    """Other assembly in place of a function's own, private data included."""

    function: str
    derived_from: str
    text: str
    level: Level = "asm"


Step = SourceText | IrText | Donor | AssemblyText
_KINDS: Final[dict[str, type[Step]]] = {
    kind.__name__: kind for kind in (SourceText, IrText, Donor, AssemblyText)
}


def step_to_json(step: Step) -> dict[str, Any]:
    """A step as plain data."""
    return {"kind": type(step).__name__, **asdict(step)}


def step_from_json(data: Mapping[str, Any]) -> Step:
    """The step that `step_to_json` wrote. Raises StoreError for anything else."""
    kind = _KINDS.get(str(data.get("kind")))
    if kind is None:
        raise StoreError(f"a step of unknown kind {data.get('kind')!r}: made by a newer llmopt?")
    names = {field.name for field in fields(kind)}
    if unknown := set(data) - names - {"kind"}:
        raise StoreError(f"a {kind.__name__} step has unknown fields {sorted(unknown)}")
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in data.items()
        if name in names
    }
    try:
        return kind(**values)
    except TypeError as error:
        raise StoreError(f"a {kind.__name__} step is incomplete: {error}") from error


def step_fields(step: Step) -> tuple[Field, ...]:
    """The step as fields of a digest."""
    named = tuple((field.name, getattr(step, field.name)) for field in fields(step))
    return (*named, type(step).__name__)
