"""What asking a model costs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """Tokens of all kinds together, and millionths of a dollar at the configured prices."""

    tokens: int = 0
    microdollars: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.tokens + other.tokens, self.microdollars + other.microdollars)

    @property
    def dollars(self) -> float:
        """Dollars."""
        return self.microdollars / 1e6

    def __str__(self) -> str:
        paid = f", ${self.dollars:.4f}" if self.microdollars else ""
        return f"{self.tokens:,} tokens{paid}"
