"""IR: Polly, clang's polyhedral optimizer, let loose on the one function."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from llmopt.agents.donors import options_move


def polly_options(functions: Sequence[str], *, wide: bool) -> list[str]:
    """The options that let Polly loose on functions, by their symbols."""
    names = ",".join(f"^{name}$" for name in functions)
    further = ("-polly-prevect-width=8", "-polly-pattern-matching-based-opts=false") if wide else ()
    chosen = [
        "-polly",
        f"-polly-only-func={names}",
        "-polly-vectorizer=stripmine",
        *further,
    ]
    return [word for option in chosen for word in ("-mllvm", option)]


MOVES = (
    options_move(
        "polly",
        "ir",
        1.35,
        "clang",
        "Polly: tiling and fusion by dependence analysis",
        partial(polly_options, wide=False),
        orders_loops=True,
    ),
    options_move(
        "polly-wide",
        "ir",
        1.2,
        "clang",
        "Polly without pattern matching, vectors of 8",
        partial(polly_options, wide=True),
        orders_loops=True,
    ),
)
