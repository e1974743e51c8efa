"""Source: versions of the function's loops for a parameter's usual value, behind a guard.

Where the workload passes one value in nearly all calls (a radius, a number of channels, a stride),
a copy in which the parameter is that constant lets the compiler unroll and vectorize loops whose
count it could not know. The function asks for the value at run time and takes the copy or the
original body, so it computes the same for every value.
"""

from __future__ import annotations

from llmopt.agents.moves.dispatch import TARGETS_256, propose_dispatch
from llmopt.agents.subject import Move, Subject
from llmopt.agents.text import copyable, signature
from llmopt.errors import NotApplicable, SourceError
from llmopt.rewrite.build import source_step
from llmopt.search.policy import Option
from llmopt.source.functions import FunctionText
from llmopt.values.step import Step

#: Loops longer than this gain nothing from a known count.
_LARGEST = 64
_MOST = 3


def _guarded(subject: Subject) -> tuple[FunctionText, dict[str, int]]:
    """The function and the constants worth a guard. Raises NotApplicable."""
    if subject.steps:
        raise NotApplicable("only for the function as written")
    try:
        function = subject.context.locate(subject.function)
        copyable(subject.context, function)
    except SourceError as error:
        raise NotApplicable(str(error)) from error
    constants = {
        name: value
        for name, value in subject.constants.items()
        if name in function.parameters and 0 <= value <= _LARGEST
    }
    if not constants:
        raise NotApplicable(f"{function.name} has no small parameter with a usual value")
    return function, dict(list(constants.items())[:_MOST])


def _specialize(subject: Subject) -> tuple[Step, ...]:
    function, constants = _guarded(subject)
    text = _inlined(function) + b"\n" + function.declarator + _body(function, constants)
    return (source_step(subject.context, function.name, text),)


def _specialize_dispatch(subject: Subject) -> tuple[Step, ...]:
    function, constants = _guarded(subject)
    body = _body(function, constants)
    return propose_dispatch(subject, TARGETS_256, _inlined(function) + b"\n", body)


def _generic(function: FunctionText) -> str:
    return f"{function.name}__llmopt_any"


def _inlined(function: FunctionText) -> bytes:
    line = b"#line %d\n" % function.line
    head = b"static inline __attribute__((always_inline)) "
    return line + head + signature(function, _generic(function))


def _body(function: FunctionText, constants: dict[str, int]) -> bytes:
    """Guard, copy with constants, and the general case."""
    guard = " && ".join(f"{name} == {value}" for name, value in constants.items())
    special = [str(constants.get(name, name)) for name in function.parameters]
    return (
        f"{{\n    if ({guard})\n    {_call(function, special)}\n"
        f"    {_call(function, list(function.parameters))}\n}}"
    ).encode()


def _call(function: FunctionText, arguments: list[str]) -> str:
    call = f"{_generic(function)}({', '.join(arguments)});"
    return f"{{ {call} return; }}" if function.returns_void else f"return {call}"


MOVES = (
    Move(
        Option("specialize", "source", 1.3, "dispatch"),
        "loops for a parameter's usual value, behind a guard",
        _specialize,
    ),
    Move(
        Option("specialize-256", "source", 1.55, "dispatch"),
        "the same, with 256-bit vectors behind a run-time dispatcher",
        _specialize_dispatch,
    ),
)
