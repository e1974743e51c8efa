"""Assembly: the function as gcc generates it under other options."""

from __future__ import annotations

from llmopt.agents.donors import options_move

MOVES = (
    options_move("gcc-O3", "asm", 1.1, "gcc", "the function at -O3", ("-O3",)),
    options_move(
        "gcc-unroll",
        "asm",
        1.06,
        "gcc",
        "-O3 with loops unrolled",
        ("-O3", "-funroll-loops"),
    ),
    options_move(
        "gcc-dynamic",
        "asm",
        1.06,
        "gcc",
        "vectors by the dynamic cost model, alignment of loops",
        ("-O3", "-fvect-cost-model=dynamic", "-falign-loops=32"),
    ),
    options_move(
        "gcc-graphite",
        "asm",
        1.04,
        "gcc",
        "loop nests by Graphite",
        ("-O3", "-floop-nest-optimize", "-floop-interchange", "-floop-unroll-and-jam"),
        orders_loops=True,
    ),
    options_move(
        "gcc-scalar",
        "asm",
        1.03,
        "gcc",
        "no vectors: for loops that turn out short",
        ("-O3", "-fno-tree-vectorize"),
    ),
)
