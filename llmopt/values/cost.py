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
class Allowance:
    """What may be spent at most, from 0; None of a kind is any amount."""

    tokens: int | None = None
    microdollars: int | None = None

    @classmethod
    def left(cls, limit: Cost, used: Cost) -> Allowance:
        """What a limit leaves; 0 of a kind is no limit."""
        return cls(
            max(0, limit.tokens - used.tokens) if limit.tokens else None,
            max(0, limit.microdollars - used.microdollars) if limit.microdollars else None,
        )

    def less(self, other: Allowance) -> Allowance:
        """What stays when another one is taken from it."""
        return Allowance(
            _less(self.tokens, other.tokens), _less(self.microdollars, other.microdollars)
        )

    def at_most(self, other: Allowance) -> Allowance:
        """The smaller one of each kind."""
        return Allowance(
            _smaller(self.tokens, other.tokens), _smaller(self.microdollars, other.microdollars)
        )

    def __str__(self) -> str:
        tokens = "any number of tokens" if self.tokens is None else f"{self.tokens:,} tokens"
        return tokens if self.microdollars is None else f"{tokens}, ${self.microdollars / 1e6:.4f}"


def _less(one: int | None, other: int | None) -> int | None:
    return None if one is None else max(0, one - (other or 0))


def _smaller(one: int | None, other: int | None) -> int | None:
    return min((amount for amount in (one, other) if amount is not None), default=None)


@dataclass(frozen=True)
class Paid:
    """What conversations have cost and brought: `gain` sums the logs of the speedups accepted."""

    conversations: int = 0
    tokens: int = 0
    gain: float = 0.0

    def __add__(self, other: Paid) -> Paid:
        return Paid(
            self.conversations + other.conversations,
            self.tokens + other.tokens,
            self.gain + other.gain,
        )


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
