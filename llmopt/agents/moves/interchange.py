"""Source: each statement of a nest in the loop order that has neighbours in memory innermost.

Vectors then take them as they lie. Tiles are one vector: the shortest text of those that reorder.
"""

from __future__ import annotations

from llmopt.agents.nests import nest_move
from llmopt.polyhedral.candidates import Style, Tiling

MOVES = (
    nest_move(
        "neighbours",
        1.6,
        "each statement's loops in the order of memory, in vectors",
        Style(),
        Tiling(rows=0, vectors=1, jammed=0),
    ),
)
