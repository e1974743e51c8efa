"""The guide with a model behind it: it chooses moves freely, and sees the tree after each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Protocol

from llmopt.agents.subject import Move
from llmopt.agents.veil import Veil
from llmopt.models.conversation import Asked, Ended, Enough, Models, Tool
from llmopt.search.tree import Version, VersionTree
from llmopt.values.step import LEVELS
from llmopt.values.verdict import describe

#: Characters of a verdict in the tree, and of all of it.
_VERDICT, _TREE = 100, 20_000


class Desk(Protocol):
    """What a guide can have done. Each returns what is to be said of it; the tree says the rest."""

    @property
    def tree(self) -> VersionTree:
        """The versions so far."""

    def rewrite(self, level: str, version: int) -> str:
        """Sends an agent to a version."""

    def move(self, name: str, version: int) -> str:
        """Applies a move to a version."""

    def strengthen(self) -> str:
        """Has the tests made better."""

    def left(self) -> str:
        """What is left of the budget."""


def guide(
    models: Models,
    model: str,
    function: str,
    shown: str,
    moves: Sequence[Move],
    desk: Desk,
    veil: Veil,
    *,
    turns: int,
) -> Ended:
    """Has a model choose until it stops, or its turns or the budget come to an end. `shown` is what
    it is told of the function.

    Raises what the desk raises, and ConfigError where no model can be asked.
    """
    question = (
        f"{shown}\n\nMoves:\n"
        + "\n".join(f"- {m.option.name} ({m.option.level}): {m.summary}" for m in moves)
        + f"\n\n{_told(desk, veil, '')}"
    )
    asked = Asked(
        f"guide of {function}", model, _prompt(), question, _tools(moves, desk, veil), turns
    )
    return models.converse(asked, function, "guide")


def _tools(moves: Sequence[Move], desk: Desk, veil: Veil) -> list[Tool]:
    """What a guide can choose; each returns what came of it, and the tree."""
    names = [move.option.name for move in moves]

    def rewrite(given: Mapping[str, Any]) -> str:
        level = given.get("level")
        if level not in LEVELS:
            return f"there is no level {level!r}: {', '.join(LEVELS)}"
        version = given.get("version", 0)
        if not _is_version(desk, version):
            return f"there is no version {version!r}"
        return _told(desk, veil, desk.rewrite(str(level), version))

    def move(given: Mapping[str, Any]) -> str:
        name, version = given.get("name"), given.get("version", 0)
        if name not in names:
            return f"there is no move {name!r}: {', '.join(sorted(names))}"
        if not _is_version(desk, version):
            return f"there is no version {version!r}"
        return _told(desk, veil, desk.move(str(name), version))

    def tests(_given: Mapping[str, Any]) -> str:
        return _told(desk, veil, desk.strengthen())

    def stop(_given: Mapping[str, Any]) -> str:
        raise Enough

    text, number = {"type": "string"}, {"type": "integer"}
    return [
        Tool(
            "rewrite",
            "Sends an agent to rewrite a version.",
            _object({"level": {**text, "enum": list(LEVELS)}, "version": number}, "level"),
            rewrite,
        ),
        Tool(
            "move",
            "Applies a move to a version.",
            _object({"name": text, "version": number}, "name"),
            move,
        ),
        Tool("tests", "Sends an agent to make the tests better.", _object({}), tests),
        Tool("stop", "Ends the search.", _object({"reason": text}), stop),
    ]


def _is_version(desk: Desk, given: object) -> bool:
    return type(given) is int and 0 <= given < len(desk.tree.versions)


def _prompt() -> str:
    return (files("llmopt.agents") / "prompts" / "guide.md").read_text("utf-8")


def _object(properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def _told(desk: Desk, veil: Veil, said: str) -> str:
    lines = [
        f"{version.id}: {version.move}"
        + ("" if version.parent is None else f" on {version.parent}")
        + f", {_gain(version)}; {_short(veil.told(describe(version.verdict)))}"
        for version in desk.tree.versions
    ]
    words = "\n".join([*([said, ""] if said else []), "Versions:", *lines, desk.left()])
    return veil.told(words, _TREE)


def _gain(version: Version) -> str:
    return f"{version.gain:.2f} times as fast" if version.gain else "not measured"


def _short(verdict: str) -> str:
    """A verdict on one line; of what a compiler says, the error."""
    kind = ": ".join(verdict.split(": ")[:2])
    _, error, message = verdict.partition("error: ")
    return " ".join((f"{kind}: {error}{message}" if error else verdict).split())[:_VERDICT]
