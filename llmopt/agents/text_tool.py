"""A tool that takes one text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from llmopt.models.conversation import Tool


def text_tool(name: str, does: str, what: str, take: Callable[[str], str]) -> Tool:
    """A tool by which a model hands in a text: what it `does`, `what` the text is, and what is told
    of it. An empty one, or none, is told and not taken.
    """

    def run(given: Mapping[str, Any]) -> str:
        text = given.get("text")
        if not isinstance(text, str) or not text.strip():
            return f"{name} takes {what} as `text`; there was none"
        return take(text)

    schema = {
        "type": "object",
        "properties": {"text": {"type": "string", "description": what}},
        "required": ["text"],
        "additionalProperties": False,
    }
    return Tool(name, does, schema, run)
