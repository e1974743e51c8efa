"""What asking a model costs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cost:
    """Tokens of all kinds together, and millionths of a dollar at the configured prices."""

    tokens: int = 0
    microdollars: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.tokens + other.tokens, self.microdollars + other.microdollars)

    def at_most(self, other: Cost) -> Cost:
        """The smaller one of each kind."""
        return Cost(min(self.tokens, other.tokens), min(self.microdollars, other.microdollars))

    @property
    def dollars(self) -> float:
        """Dollars."""
        return self.microdollars / 1e6

    def __str__(self) -> str:
        paid = f", ${self.dollars:.4f}" if self.microdollars else ""
        return f"{self.tokens:,} tokens{paid}"


@dataclass(frozen=True)
class Usage:
    """Tokens of one call, as its answer says. `input` are those that no cache had a part in."""

    input: int = 0
    output: int = 0
    cache_write: int = 0
    cache_read: int = 0


def _price(doc: str) -> float:
    return field(default=0.0, metadata={"doc": doc})


@dataclass(frozen=True)
class Price:
    """What a model's tokens cost, in dollars for a million."""

    input: float = _price("Tokens of the question that no cache had a part in.")
    output: float = _price("Tokens of the answer.")
    cache_write: float = _price("Tokens that were put into the provider's cache.")
    cache_read: float = _price("Tokens that came from it.")

    def of(self, usage: Usage) -> Cost:
        """What a call has cost; what is not a whole millionth of a dollar is rounded up."""
        parts = (
            (usage.input, self.input),
            (usage.output, self.output),
            (usage.cache_write, self.cache_write),
            (usage.cache_read, self.cache_read),
        )
        return Cost(
            sum(tokens for tokens, _ in parts),
            math.ceil(sum(tokens * price for tokens, price in parts)),
        )

    def worst(self, question: int, answer: int) -> Cost:
        """The most that a call with so many tokens in question and answer can cost."""
        dear = max(self.input, self.cache_write, self.cache_read)
        return Price(dear, self.output).of(Usage(question, answer))
