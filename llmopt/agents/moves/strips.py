"""Source: statements of one loop by turns, each for a strip of its rounds (strip-mining).

What one statement has loaded, the next finds in the cache; and each has rounds enough for tiles.
"""

from __future__ import annotations

from llmopt.agents.nests import nest_move
from llmopt.polyhedral.candidates import Style, Tiling

MOVES = (
    nest_move(
        "strips",
        2.5,
        "statements by turns, for 8 rounds of the outermost loop each",
        Style((8,)),
        Tiling(),
    ),
    nest_move(
        "shared",
        1.7,
        "tiles within the outermost loop, which stays around all statements",
        Style((0,)),
        Tiling(),
    ),
)
