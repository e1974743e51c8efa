"""Assembly: the function as clang generates it under other code-generation choices."""

from __future__ import annotations

from llmopt.agents.donors import options_move

MOVES = (
    options_move("clang-O3", "asm", 1.1, "clang", "the function at -O3", ("-O3",)),
    options_move(
        "clang-interleave",
        "asm",
        1.04,
        "clang",
        "more iterations at once: unrolling of loops with run-time counts",
        ("-O3", "-mllvm", "-unroll-runtime", "-mllvm", "-unroll-count=4"),
    ),
    options_move(
        "clang-scalar",
        "asm",
        1.03,
        "clang",
        "no vectors: for loops that turn out short",
        ("-fno-vectorize", "-fno-slp-vectorize"),
    ),
    options_move(
        "clang-align",
        "asm",
        1.02,
        "clang",
        "loops aligned to 32 bytes",
        ("-falign-loops=32",),
    ),
)
