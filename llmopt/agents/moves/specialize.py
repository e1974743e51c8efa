"""Source: versions of the function's loops for the usual values of what steers them.

Where the workload passes few values in nearly all calls (a radius, a number of channels, a
stride), a copy in which that is a constant lets the compiler unroll and vectorize loops whose count
it could not know. The function asks for the value at run time and takes the copy or the original
body, so it computes the same for every value.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice, product

from llmopt.agents.example import Example, Refused
from llmopt.agents.moves.dispatch import propose_dispatch
from llmopt.agents.subject import Move, Subject
from llmopt.agents.text import call, copyable, declaration, renamed
from llmopt.errors import NotApplicable, SourceError
from llmopt.rewrite.build import source_step
from llmopt.search.policy import Option
from llmopt.source.functions import FunctionText
from llmopt.values.step import HELPER, Step

#: Loops longer than this gain nothing from a known count.
_LARGEST = 64
#: Copies make the program larger: at most so many.
_MOST = 4

Values = Mapping[str, int]


def _specialize(subject: Subject) -> tuple[Step, ...]:
    function, cases = _cases(subject)
    copies = declaration(function) + _copies(function, cases)
    text = copies + function.declarator + _body(function, cases)
    return (source_step(subject.context, function.name, text),)


def _specialize_dispatch(subject: Subject) -> tuple[Step, ...]:
    function, cases = _cases(subject)
    return propose_dispatch(subject, prelude=_copies(function, cases), body=_body(function, cases))


def _cases(subject: Subject) -> tuple[FunctionText, list[Values]]:
    """The function and the values worth a copy. Raises NotApplicable."""
    if subject.steps:
        raise NotApplicable("only for the function as written")
    try:
        function = subject.context.locate(subject.function)
        copyable(subject.context.lexical, function)
    except SourceError as error:
        raise NotApplicable(str(error)) from error
    known = {steering.expression for steering in function.steering}
    usual = {
        expression: values
        for expression, values in subject.seen.usual.items()
        if expression in known and all(0 <= value <= _LARGEST for value in values)
    }
    if not usual:
        raise NotApplicable(f"{function.name} is not steered by a few small values")
    combined = islice(product(*usual.values()), _MOST)
    return function, [dict(zip(usual, values, strict=True)) for values in combined]


def _name(function: FunctionText, number: int) -> str:
    """The copy of a case; number 0 is the original body."""
    return f"{function.name}{HELPER}s{number}"


def _copies(function: FunctionText, cases: list[Values]) -> bytes:
    line = b"#line %d\n" % function.line
    head = b"static inline __attribute__((always_inline)) "
    copies = [line + head + renamed(function, _name(function, 0))]
    for number, values in enumerate(cases, 1):
        reads = {
            place: _constant(steering.expression, values[steering.expression])
            for steering in function.steering
            if steering.expression in values
            for place in steering.reads
        }
        copies.append(line + head + renamed(function, _name(function, number), reads))
    return b"\n".join(copies) + b"\n"


def _constant(expression: str, value: int) -> bytes:
    """The value in the type that the expression has in arithmetic: `n - 5 < 0` asks for it."""
    return f"((__typeof__(+{expression})){value})".encode()


def _body(function: FunctionText, cases: list[Values]) -> bytes:
    """A guard and a call for each case, then the original."""
    lines = []
    for number, values in enumerate(cases, 1):
        guard = " && ".join(f"{expression} == {value}" for expression, value in values.items())
        arguments = [str(values.get(name, name)) for name in function.parameters]
        handed = call(function, _name(function, number), arguments)
        lines.append(f"    if ({guard})\n    {handed}")
    lines.append(f"    {call(function, _name(function, 0))}")
    return ("{\n" + "\n".join(lines) + "\n}").encode()


MOVES = (
    Move(
        Option("specialize", "source", 1.3, "dispatch"),
        "loops for the usual values of what steers them, behind guards",
        _specialize,
    ),
    Move(
        Option("specialize-256", "source", 1.55, "dispatch"),
        "the same, with 256-bit vectors behind a run-time dispatcher",
        _specialize_dispatch,
    ),
)

EXAMPLES = (
    Example(
        before="""\
int f(const int *row, int taps)
{
    int sum = 0;
    for (int i = 0; i < taps; i++)
        sum ^= row[i];
    return sum;
}""",
        after="""\
#line 1
static inline __attribute__((always_inline)) int f__llmopt_s0(const int *row, int taps)
{
    int sum = 0;
    for (int i = 0; i < taps; i++)
        sum ^= row[i];
    return sum;
}
#line 1
static inline __attribute__((always_inline)) int f__llmopt_s1(const int *row, int taps)
{
    int sum = 0;
    for (int i = 0; i < taps; i++)
        sum ^= row[i];
    return sum;
}
#line 1
static inline __attribute__((always_inline)) int f__llmopt_s2(const int *row, int taps)
{
    int sum = 0;
    for (int i = 0; i < taps; i++)
        sum ^= row[i];
    return sum;
}
int f(const int *row, int taps)
{
    if (taps == 3)
    return f__llmopt_s1(row, 3);
    if (taps == 5)
    return f__llmopt_s2(row, 5);
    return f__llmopt_s0(row, taps);
}""",
        usual={"taps": [3, 5]},
    ),
)

REFUSED = (
    Refused("int f(int k) { return k; }", "not steered by a few small values"),
    Refused("int f(int n) { static int calls; return calls++ + n; }", "a static local"),
)
