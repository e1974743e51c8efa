"""Source: a variable for every point of a block, so that points need not wait for each other.

`sum` in the innermost loops is one variable for all elements that are summed up. With one for each
of 4 by 16 elements, they are computed as a tile.
"""

from __future__ import annotations

from llmopt.agents.nests import nest_move
from llmopt.polyhedral.candidates import Style, Tiling

MOVES = (
    nest_move(
        "blocks",
        2.4,
        "two outer loops in blocks of 4 by 16, with variables for each point",
        Style((4, 16)),
        Tiling(),
    ),
)
