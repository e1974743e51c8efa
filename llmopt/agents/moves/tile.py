"""Source: loop nests in tiles that are kept in registers.

Each statement gets loops of its own as far as dependences allow, in the order that uses most of
what was loaded; a tile of rows and vectors is computed at once and stored once.
"""

from __future__ import annotations

from llmopt.agents.nests import nest_move
from llmopt.polyhedral.candidates import Style, Tiling

MOVES = (
    nest_move(
        "tile", 3.0, "loop nests in tiles of 4 rows and 2 vectors", Style(), Tiling(jammed=8)
    ),
    nest_move(
        "tile-high",
        2.2,
        "loop nests in tiles of 8 rows and a vector",
        Style(),
        Tiling(rows=8, vectors=1),
    ),
)
