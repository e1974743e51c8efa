"""IR: loop passes that clang has but does not run by default."""

from __future__ import annotations

from llmopt.agents.donors import options_move, passes_move

MOVES = (
    options_move(
        "distribute",
        "ir",
        1.05,
        "clang",
        "loop distribution and versioning for loop-invariant code motion",
        ("-mllvm", "-enable-loop-distribute", "-mllvm", "-enable-loop-versioning-licm"),
        orders_loops=True,
    ),
    options_move(
        "unroll-and-jam",
        "ir",
        1.08,
        "clang",
        "unroll-and-jam of outer loops",
        ("-mllvm", "-enable-unroll-and-jam", "-mllvm", "-allow-unroll-and-jam"),
        orders_loops=True,
    ),
    options_move(
        "interchange",
        "ir",
        1.08,
        "clang",
        "loop interchange",
        ("-mllvm", "-enable-loopinterchange"),
        orders_loops=True,
    ),
    passes_move(
        "twice",
        1.03,
        "the -O3 pipeline run twice",
        "default<O3>,default<O3>",
    ),
)
