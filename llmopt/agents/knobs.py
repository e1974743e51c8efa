"""Knobs of the compiler for one function: what a model may choose, and the options that it means.

Each has few values, all of which keep what the function computes and which processors it runs on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llmopt.agents.moves.polly import polly_options
from llmopt.errors import NotApplicable

Value = bool | int | str
#: The options that a value means, for a function with these symbols.
Options = Callable[[Any, Sequence[str]], Sequence[str]]


@dataclass(frozen=True)
class Knob:
    """A choice: what it is about, its values, and the options that they mean."""

    about: str
    values: tuple[Value, ...]
    options: Options

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of its value."""
        kind = {bool: "boolean", int: "integer", str: "string"}[type(self.values[0])]
        return {"type": kind, "enum": list(self.values), "description": self.about}


def _llvm(*options: str) -> list[str]:
    return [word for option in options for word in ("-mllvm", option)]


def _switch(on: Sequence[str], off: Sequence[str] = ()) -> Options:
    return lambda value, _: on if value else off


def _width(value: int, _: Sequence[str]) -> Sequence[str]:
    # A width that is asked for would let the vectorizer add floating point numbers in other order.
    return _llvm(f"-force-vector-width={value}", "-hints-allow-reordering=false")


def _unroll(value: int, _: Sequence[str]) -> Sequence[str]:
    if value == 1:
        return ("-fno-unroll-loops",)
    return _llvm("-unroll-runtime", f"-unroll-count={value}")


_BOTH = (True, False)
_POWERS = (1, 2, 4, 8)
KNOBS: Mapping[str, Knob] = {
    "optimize": Knob("-O level", ("1", "2", "3", "s"), lambda value, _: (f"-O{value}",)),
    "vectorize": Knob("loop vectorizer", _BOTH, _switch(("-fvectorize",), ("-fno-vectorize",))),
    "slp": Knob("SLP vectorizer", _BOTH, _switch(("-fslp-vectorize",), ("-fno-slp-vectorize",))),
    "vector_width": Knob("elements of a vector, in all loops", (1, 2, 4, 8, 16, 32), _width),
    "interleave": Knob(
        "iterations that the vectorizer interleaves",
        _POWERS,
        lambda value, _: _llvm(f"-force-vector-interleave={value}"),
    ),
    "prefer_vector_bits": Knob(
        "widest registers, where the target has them",
        (128, 256, 512),
        lambda value, _: (f"-mprefer-vector-width={value}",),
    ),
    "unroll": Knob("copies of all loops' bodies; 1: none is unrolled", (*_POWERS, 16), _unroll),
    "unroll_and_jam": Knob(
        "of outer loops", _BOTH, _switch(_llvm("-enable-unroll-and-jam", "-allow-unroll-and-jam"))
    ),
    "loop_interchange": Knob("of nested loops", _BOTH, _switch(_llvm("-enable-loopinterchange"))),
    "loop_distribute": Knob(
        "splits loops of which a part can be vectorized",
        _BOTH,
        _switch(_llvm("-enable-loop-distribute")),
    ),
    "loop_versioning_licm": Knob(
        "moves loads out of loops behind tests for overlap",
        _BOTH,
        _switch(_llvm("-enable-loop-versioning-licm")),
    ),
    "inline_threshold": Knob(
        "225 is usual, 0 inlines next to nothing",
        (0, 25, 100, 225, 500, 1000, 5000),
        lambda value, _: _llvm(f"-inline-threshold={value}"),
    ),
    "align_loops": Knob("bytes", (16, 32, 64), lambda value, _: (f"-falign-loops={value}",)),
    "tune_cpu": Knob(
        "costs and scheduling of a processor; its instructions are not used",
        ("x86-64", "haswell", "skylake", "icelake-server", "alderlake", "znver2", "znver4"),
        lambda value, _: (f"-mtune={value}",),
    ),
    "polly": Knob(
        "polyhedral optimizer; wide: vectors of 8, without pattern matching",
        ("plain", "wide"),
        lambda value, symbols: polly_options(symbols, wide=value == "wide"),
    ),
}


def options_of(chosen: Mapping[str, Any], symbols: Sequence[str]) -> tuple[str, ...]:
    """The options that values of knobs mean. Raises NotApplicable for what is none of them."""
    found: list[str] = []
    for name, value in chosen.items():
        knob = KNOBS.get(name)
        if knob is None:
            raise NotApplicable(f"there is no option {name!r}: {', '.join(KNOBS)}")
        if not any(value == known and type(value) is type(known) for known in knob.values):
            raise NotApplicable(f"{name} is one of {', '.join(map(repr, knob.values))}")
        found += knob.options(value, symbols)
    if not found:
        raise NotApplicable("nothing was chosen that is not so already")
    return tuple(found)
