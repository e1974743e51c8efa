"""What was said in a conversation, as a text for people, written as it goes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


class Transcript:
    """A file that grows by what is asked and answered. It holds no key: those are in headers."""

    def __init__(self, path: Path, title: str, model: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        path.write_text(f"# {title}\n\nmodel: {model}\n")

    def say(self, who: str, content: str | Iterable[Any]) -> None:
        """Adds what somebody said: a text, or the blocks of the Messages API."""
        if isinstance(content, str):
            text = content
        else:
            text = "\n\n".join(_block(block) for block in content)
        with self._path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"\n## {who}\n\n{text.rstrip()}\n")


def _block(block: Any) -> str:
    fields: Mapping[str, Any] = block if isinstance(block, Mapping) else block.model_dump()
    kind = fields.get("type")
    if kind == "text":
        return str(fields.get("text", ""))
    if kind == "tool_use":
        given = fields.get("input")
        shown = (
            "\n".join(f"{name}:\n{value}" for name, value in given.items())
            if isinstance(given, Mapping)
            else json.dumps(given)
        )
        return f"[calls {fields.get('name')}]\n{shown}"
    if kind == "tool_result":
        content = fields.get("content")
        return content if isinstance(content, str) else json.dumps(content)
    return f"[{kind}]"
