"""Source: rows side by side, each some steps behind the one before (wavefront, skewing).

Where each element needs its neighbours' new values, no row can go alone; but behind the front of
the row before, one can follow.
"""

from __future__ import annotations

from llmopt.agents.nests import nest_move
from llmopt.polyhedral.candidates import Style, Tiling

MOVES = (
    nest_move(
        "wavefront",
        2.1,
        "8 rows side by side within the outermost loop, 2 steps apart",
        Style((0,)),
        Tiling(rows=0, vectors=0, skew=2),
    ),
    nest_move(
        "wavefront-whole",
        1.8,
        "8 rows side by side, a step apart",
        Style(),
        Tiling(rows=0, vectors=0, skew=1),
    ),
)
