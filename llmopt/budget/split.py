"""How a budget is split over those who come one after the other: pure.

Each gets its share of what is left when its turn comes, among those who are still to come. So what
one leaves unused goes on to those after it, and none takes what is theirs.
"""

from __future__ import annotations

from collections.abc import Sequence

from llmopt.values.cost import Allowance


def part(left: Allowance, shares: Sequence[float]) -> Allowance:
    """What the first of those to come gets of what is left. The last one gets all of it."""
    return Allowance(_part(left.tokens, shares), _part(left.microdollars, shares))


def parts(whole: Allowance, shares: Sequence[float], most: Allowance) -> list[Allowance]:
    """What each gets where each uses all that it gets; `most` is the most that one may have."""
    found: list[Allowance] = []
    for at in range(len(shares)):
        given = part(whole, shares[at:]).at_most(most)
        whole = whole.less(given)
        found.append(given)
    return found


def _part(left: int | None, shares: Sequence[float]) -> int | None:
    if left is None:
        return None
    total = sum(shares)
    return round(left * (shares[0] / total if total > 0 else 1 / len(shares)))
