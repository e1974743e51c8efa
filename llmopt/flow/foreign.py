"""Texts that llmopt did not make: a person's, a tool's or a model's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from llmopt.errors import NotApplicable, SourceError, ToolFailed
from llmopt.rewrite.build import source_step, spliced
from llmopt.rewrite.texts import lower_step
from llmopt.rewrite.unit import UnitContext
from llmopt.values.step import HELPER, Level, Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted
from llmopt.verify import static


@dataclass(frozen=True)
class Foreign:
    """A text that llmopt did not make. `origin` says who made it and how; its `agent` is a name."""

    source: str
    function: str
    level: Level
    text: str
    origin: Mapping[str, str]


def read_step(
    context: UnitContext, candidate: Foreign, kept: Sequence[Step] = ()
) -> Step | Refuted | Inconclusive:
    """The step that puts a candidate in its place, on top of those `kept`; or why there is none."""
    function, text = candidate.function, candidate.text
    try:
        if candidate.level == "source":
            # No compiler reads it before this.
            unread = static.judge_unread(context, function, text)
            if not isinstance(unread, Passed):
                return unread
            content = text.encode("utf-8", "surrogateescape")
            return source_step(context, function, content, _helpers(context, function, content))
        return lower_step(context, function, candidate.level, text, kept)
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
