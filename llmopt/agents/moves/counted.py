"""IR: the function as its compiler builds it where it knows how often each branch is taken."""

from __future__ import annotations

from llmopt.agents.donors import counts_move

MOVES = (
    counts_move(
        "profile-guided",
        1.06,
        "inlining, block order and registers by how often the workload takes each branch",
    ),
)
