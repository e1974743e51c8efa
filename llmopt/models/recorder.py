"""Records what was asked and answered, so that a session can be run again without its model.

A line of JSON for each answer: when, for which function and move, whether it is one that was kept,
the request, the answer. Headers, and the key in them, are not recorded.
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
    """A middleware of the SDK's client."""

    def __init__(self, path: Path, purpose: Purpose) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._purpose = purpose

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
                "function": self._purpose.function,
                "move": self._purpose.move,
                "cached": is_kept(response),
                "request": request.json,
                "answer": answer,
            }
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        return response
