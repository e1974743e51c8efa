"""Source: sums that wait for each other's roundings, several side by side (unroll-and-jam).

A sum in a fixed order takes as long as its additions follow each other; those of other rows need
not wait for it.
"""

from __future__ import annotations

from llmopt.agents.nests import nest_move
from llmopt.polyhedral.candidates import Style, Tiling

MOVES = (
    nest_move(
        "jam",
        1.9,
        "8 rows of each nest side by side",
        Style(),
        Tiling(rows=0, vectors=0),
    ),
    nest_move(
        "jam-inner",
        1.5,
        "8 rows side by side, within the outermost loop",
        Style((0, 8)),
        Tiling(),
    ),
)
