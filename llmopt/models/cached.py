"""Answers that were paid for once: the same request gets them again, and nobody is asked.

What the gates said of a candidate is part of the next request. So a kept answer spares no gate:
where one says something else than it did then, the request is another one.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol

from llmopt.values.digest import digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from anthropic import Anthropic, APIResponse

#: How a whole answer stops. One that was cut off, or refused, may be another when asked again.
_WHOLE = ("end_turn", "stop_sequence", "tool_use")
_MARK = "llmopt_kept"


class AnswerStore(Protocol):
    """Keeps answers by their keys."""

    def answer(self, key: str) -> bytes | None:
        """An answer that was kept, undamaged."""

    def add_answer(self, key: str, data: bytes) -> None:
        """Keeps an answer."""


def is_kept(response: APIResponse[Any]) -> bool:
    """Whether an answer is one that was kept."""
    return _MARK in response.http_response.extensions


class Cached:
    """A middleware of the SDK's client, for all conversations of a run. Raises StoreError.

    Who asks the same twice in one run wants another answer: the second time has a key of its own.
    """

    def __init__(self, store: AnswerStore, client: Anthropic) -> None:
        self.hits = 0
        self._store = store
        self._client = client
        self._given: Counter[str] = Counter()

    def __call__(self, request: Any, call_next: Callable[[Any], Any]) -> Any:
        """Gives what was kept, else makes one attempt. Raises as the SDK does."""
        body = json.dumps(request.json, sort_keys=True)
        asked = digest("request", str(self._client.base_url), request.url, body)
        key = digest("answer", asked, self._given[asked])
        kept = self._store.answer(key)
        if kept is not None:
            self._given[asked] += 1
            self.hits += 1
            return self._response(request, kept)
        response = call_next(request)
        if response.http_response.is_success:
            self._given[asked] += 1
            if _is_whole(response.http_response.content):
                self._store.add_answer(key, response.http_response.content)
        return response

    def _response(self, request: Any, kept: bytes) -> APIResponse[Any]:
        """The answer as it came over the wire."""
        # These take long to import: only who asks a model does.
        import httpx2  # noqa: PLC0415
        from anthropic import APIResponse  # noqa: PLC0415

        raw = httpx2.Response(
            200,
            headers={"content-type": "application/json"},
            content=kept,
            request=httpx2.Request(request.method, self._client.base_url),
            extensions={_MARK: True},
        )
        return APIResponse(
            raw=raw,
            cast_to=request.cast_to,
            client=self._client,
            stream=request.stream,
            stream_cls=request.stream_cls,
            options=request.options,
            retries_taken=request.retries_taken,
        )


def _is_whole(content: bytes) -> bool:
    """Whether this is a message that came to its end."""
    try:
        message = json.loads(content)
    except ValueError:
        return False
    if not isinstance(message, dict) or message.get("type") != "message":
        return False
    blocks = message.get("content")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return False
    return bool(blocks) and message.get("stop_reason") in _WHOLE
