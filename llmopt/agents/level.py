"""The agents of the three levels: each shows a model a function, and hands on what it submits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from llmopt.agents.veil import Veil
from llmopt.errors import NotApplicable, SourceError, ToolFailed
from llmopt.models.conversation import Asked, Ended, Models, Tool
from llmopt.rewrite.texts import text_of
from llmopt.rewrite.unit import UnitContext
from llmopt.values.step import Level, Step

#: Characters of declarations that are shown; a model that needs more has been shown too much.
_DECLARATIONS = 12_000
#: Characters of what came of a candidate.
_FEEDBACK = 4_000
_NAME = re.compile(r"[A-Za-z_]\w*")
#: In front of the names of files, in what compilers say.
_DIRECTORIES = re.compile(r"(?<![\w./])(?:/[\w.+@~-]+)+/(?=[\w.+-])")
_SCHEMA = {
    "type": "object",
    "properties": {"text": {"type": "string", "description": "the function's whole new text"}},
    "required": ["text"],
    "additionalProperties": False,
}

#: Takes a candidate's text and says what came of it, in words for a model.
Submit = Callable[[str], str]


@dataclass(frozen=True)
class Assignment:
    """What an agent works on: a version of a function, and its share of the program's time."""

    context: UnitContext
    function: str
    level: Level
    share: float
    steps: tuple[Step, ...] = ()


def move_of(level: Level) -> str:
    """How the ledger names what is asked for at a level."""
    return f"rewrite {level}"


def propose(
    models: Models,
    model: str,
    assignment: Assignment,
    submit: Submit,
    *,
    turns: int,
    comments: bool,
) -> Ended:
    """Has a model propose other texts of a function until it or its turns come to an end.

    Raises what `submit` raises, NotApplicable where there is no text of the function at the level,
    ConfigError where no model can be asked.
    """
    veil = Veil(is_open=comments)

    def take(given: Mapping[str, Any]) -> str:
        text = given.get("text")
        if not isinstance(text, str) or not text.strip():
            return "submit takes the function's whole new text as `text`; there was none"
        return plain(veil, submit(veil.restore(text)))

    try:
        question = _question(assignment, veil)
    except (SourceError, ToolFailed) as error:
        raise NotApplicable(str(error)) from error
    asked = Asked(
        title=f"{assignment.level} of {assignment.function}",
        model=model,
        system=_prompt(assignment.level),
        question=question,
        tools=[Tool("submit", "Judges a text for the function.", _SCHEMA, take)],
        turns=turns,
    )
    return models.converse(asked, assignment.function, move_of(assignment.level))


def plain(veil: Veil, told: str) -> str:
    """Words of ours as they may be sent: without directories and hidden strings, not too many."""
    return veil.hide_again(_DIRECTORIES.sub("", told))[:_FEEDBACK]


def declared(context: UnitContext, function: str) -> str:
    """The macros and declarations that a function needs. Raises SourceError, ToolFailed."""
    return _macros(context, function) + _declarations(context, function)


@cache
def _prompt(level: Level) -> str:
    return (files("llmopt.agents") / "prompts" / f"{level}.md").read_text("utf-8")


def _question(assignment: Assignment, veil: Veil) -> str:
    context, function = assignment.context, assignment.function
    options = " ".join(context.compiler.identity.version.splitlines()[:1])
    head = (
        f"The function `{function}` takes {assignment.share:.0%} of the program's time.\n"
        f"Compiler: {options}; target {context.compiler.identity.target}."
    )
    text = veil.hide(text_of(context, function, assignment.level, assignment.steps))
    if assignment.level == "source":
        needed = veil.hide(declared(context, function))
        return (
            f"{head}\n\nWhat it needs, after preprocessing:\n\n{needed}\n\nThe function:\n\n{text}"
        )
    return f"{head}\n\n{text}"


def _macros(context: UnitContext, function: str) -> str:
    """The macros that a function's text names, and those that these name."""
    known = context.compiler.macros()
    waiting = _NAME.findall(context.locate(function).text.decode("utf-8", "replace"))
    found: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found[name] = f"#define {name}{known[name]}\n"
            waiting += _NAME.findall(known[name])
    return "".join(sorted(found.values()))


def _declarations(context: UnitContext, function: str) -> str:
    """The declarations and definitions that a function reaches, without its own."""
    chunks = context.lexical.closure(function).chunks
    texts = [chunk.text for chunk in chunks if function not in chunk.names]
    kept: list[str] = []
    # The nearest to the function, which stand last, say most.
    for text in reversed(texts):
        if sum(map(len, kept)) + len(text) > _DECLARATIONS:
            break
        kept.append(text)
    left_out = len(texts) - len(kept)
    head = f"/* {left_out} earlier declarations are left out */\n" if left_out else ""
    return head + "".join(reversed(kept))
