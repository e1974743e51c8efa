"""Records what was asked and answered, so that a session can be run again without its model.

A line of JSON for each answer: when, in which conversation, for which function and move, by which
model, whether it is one that was kept, what was said since the answer before, the answer. With the
first of a conversation stand its system prompt and its tools. Headers, and the key in them, are not
recorded.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from llmopt.budget.ledger import Purpose
from llmopt.models.cached import is_kept


class Recorder:
    """A middleware of the SDK's client, for one conversation."""

    def __init__(self, path: Path, purpose: Purpose, conversation: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._purpose = purpose
        self._conversation = conversation
        self._said = 0

    def __call__(self, request: Any, call_next: Callable[[Any], Any]) -> Any:
        """Makes one attempt. Raises as the SDK does."""
        response = call_next(request)
        if response.http_response.is_success:
            try:
                answer = response.http_response.json()
            except ValueError:
                return response  # who asked will see it
            line = {
                "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "conversation": self._conversation,
                "function": self._purpose.function,
                "move": self._purpose.move,
                "model": self._purpose.model,
                "cached": is_kept(response),
                **self._new(request.json),
                "answer": answer,
            }
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        return response

    def _new(self, request: Any) -> dict[str, Any]:
        """What was not said before, by the one side or the other."""
        first = {} if self._said else {"system": request["system"], "tools": request["tools"]}
        messages = [m for m in request["messages"][self._said :] if m["role"] == "user"]
        self._said = len(request["messages"])
        return {**first, "messages": messages}
