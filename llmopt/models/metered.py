"""No call of a model without a reservation: the part of the client that every attempt goes through.

The SDK calls it once for each HTTP request, retries included, inside its own retry loop.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Protocol

from llmopt.budget.ledger import Ledger, Purpose
from llmopt.values.cost import Cost, Price, Usage

#: What a provider adds to a question with tools, in tokens: some hundreds were seen.
_ADDED = 2000
#: Seconds that a reservation lasts beside the time that its call may take.
_GRACE = 60.0


def has_no_key(error: Exception) -> bool:
    """Whether the SDK says that it was given no key; it has no class for that."""
    return isinstance(error, TypeError) and "authentication method" in str(error)


class _Request(Protocol):
    @property
    def json(self) -> Any:
        """What is sent."""


class Metered:
    """A middleware of the SDK's client: reserves before an attempt, settles after it.

    An attempt that was turned down costs nothing. One that broke off, or whose answer cannot be
    read, may have been billed: all of its reservation stays spent. Raises BudgetExceeded where the
    reservation is more than is left.
    """

    def __init__(self, ledger: Ledger, purpose: Purpose, price: Price, timeout: float) -> None:
        self._ledger = ledger
        self._purpose = purpose
        self._price = price
        self._seconds = timeout + _GRACE

    def __call__(self, request: _Request, call_next: Callable[[Any], Any]) -> Any:
        """Makes one attempt. Raises as the SDK does, and BudgetExceeded."""
        # No token is shorter than a byte.
        question = len(json.dumps(request.json, ensure_ascii=False).encode()) + _ADDED
        worst = self._price.worst(question, int(request.json["max_tokens"]))
        held = self._ledger.reserve(self._purpose, worst, self._seconds)
        self._ledger.begin(held)
        try:
            response = call_next(request)
        except Exception as error:
            if _was_not_sent(error):
                self._ledger.settle(held, Cost())
            raise
        if not response.http_response.is_success:
            self._ledger.settle(held, Cost())
        elif (usage := _usage(response)) is not None:
            # A server that says more than it was allowed to use is not believed.
            self._ledger.settle(held, self._price.of(usage).at_most(worst))
        return response


def _was_not_sent(error: Exception) -> bool:
    """Whether nobody can have seen the question: no key, or no connection."""
    return has_no_key(error) or type(error.__cause__).__name__ in ("ConnectError", "ConnectTimeout")


def _usage(response: Any) -> Usage | None:
    """What an answer says that it took; None where it does not."""
    try:
        said = response.http_response.json()["usage"]
        return Usage(
            *(
                max(0, int(said.get(name) or 0))
                for name in (
                    "input_tokens",
                    "output_tokens",
                    "cache_creation_input_tokens",
                    "cache_read_input_tokens",
                )
            )
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
