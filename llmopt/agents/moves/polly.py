"""IR: Polly, clang's polyhedral optimizer, let loose on the one function."""

from __future__ import annotations

from collections.abc import Callable

from llmopt.agents.donors import options_move


def _polly(*further: str) -> Callable[[tuple[str, ...]], list[str]]:
    def options(functions: tuple[str, ...]) -> list[str]:
        names = ",".join(f"^{name}$" for name in functions)
        chosen = ["-polly", f"-polly-only-func={names}", *further]
        return [word for option in chosen for word in ("-mllvm", option)]

    return options


MOVES = (
    options_move(
        "polly",
        "ir",
        1.35,
        "clang",
        "Polly: tiling and fusion by dependence analysis",
        _polly("-polly-vectorizer=stripmine"),
    ),
    options_move(
        "polly-wide",
        "ir",
        1.2,
        "clang",
        "Polly without pattern matching, vectors of 8",
        _polly(
            "-polly-vectorizer=stripmine",
            "-polly-prevect-width=8",
            "-polly-pattern-matching-based-opts=false",
        ),
    ),
)
