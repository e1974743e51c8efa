"""The agents of the three levels: each shows a model a function, and hands on what it submits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.resources import files

from llmopt.agents.choices import Choose, choices
from llmopt.agents.question import Assignment, question_of
from llmopt.agents.text_tool import text_tool
from llmopt.agents.veil import Veil
from llmopt.errors import NotApplicable, SourceError, ToolFailed
from llmopt.models.conversation import Asked, Ended, Models, Tool
from llmopt.values.step import Level

_TEXT = "the function's whole new text"

#: Takes a candidate's text and says what came of it, in words for a model.
Submit = Callable[[str], str]


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
    choose: Choose | None = None,
) -> Ended:
    """Has a model propose other texts of a function until it or its turns come to an end. At the
    level of IR it may choose other builds of the function besides, where `choose` takes them.

    Raises what `submit` and `choose` raise, NotApplicable where there is no text of the function at
    the level, ConfigError where no model can be asked.
    """
    veil = Veil(is_open=comments)

    def take(text: str) -> str:
        return submit(veil.restore(text))

    def hiding(tool: Tool) -> Tool:
        return replace(tool, run=lambda given: veil.told(tool.run(given)))

    tools = [text_tool("submit", "Judges a text for the function.", _TEXT, take)]
    if choose is not None and assignment.level == "ir":
        tools += choices(assignment, choose)
    try:
        question = question_of(assignment, veil)
    except (SourceError, ToolFailed) as error:
        raise NotApplicable(str(error)) from error
    asked = Asked(
        title=f"{assignment.level} of {assignment.function}",
        model=model,
        system=_prompt(assignment.level),
        question=question,
        tools=[hiding(tool) for tool in tools],
        turns=turns,
    )
    return models.converse(asked, assignment.function, move_of(assignment.level))


@cache
def _prompt(level: Level) -> str:
    return (files("llmopt.agents") / "prompts" / f"{level}.md").read_text("utf-8")
