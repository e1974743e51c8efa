"""Marks for the provider's cache, so that each turn reads what the turn before has written.

Marks stand on blocks: servers that know the plain Messages API alone take them there, while a field
of its own in the request would be new to them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

#: The provider may keep what comes up to here. A request can hold four of them.
_MARK = {"type": "ephemeral"}


def marking(request: Any, call_next: Callable[[Any], Any]) -> Any:
    """A middleware of the SDK's client, for requests whose system prompt holds one mark at most."""
    messages = marked(request.json["messages"])
    return call_next(request.copy(body={**request.json, "messages": messages}))


def marked(messages: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The messages with marks at the ends of the user's last two: this turn writes up to the last
    one, and the turn before wrote up to the other.
    """
    users = [at for at, message in enumerate(messages) if message["role"] == "user"]
    return [
        _with_mark(message) if at in users[-2:] else message for at, message in enumerate(messages)
    ]


def _with_mark(message: Mapping[str, Any]) -> Mapping[str, Any]:
    *before, last = message["content"]
    return {**message, "content": [*before, {**last, "cache_control": _MARK}]}
