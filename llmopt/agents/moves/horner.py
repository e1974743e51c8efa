"""Source: polynomials over a sequence, four terms at once.

`h = h * 31 + s[i]` waits for a multiplication and an addition at each element. Unsigned integers
wrap, so the powers of the factor may be multiplied out: four elements take one step of that chain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from clang import cindex

from llmopt.agents.counted import (
    UNSIGNED,
    counted,
    invariant,
    lifted,
    renamed,
    unsigned_name,
)
from llmopt.agents.example import Example, Refused
from llmopt.agents.expressions import statements
from llmopt.agents.rewriting import Edit, Rewriting, braced, rewrite
from llmopt.errors import NotApplicable
from llmopt.source.cursors import Kind, bare, canonical, constant, is_integer, operator, parts
from llmopt.source.syntax import Loop, Variable
from llmopt.values.contract import Contract

_AT_ONCE = 4
_MOST_TERMS = 3


@dataclass(frozen=True)
class _Linear:
    """`factor` times the value before, and the terms, each with a factor of its own."""

    factor: int
    terms: tuple[tuple[int, cindex.Cursor], ...]

    def times(self, factor: int) -> _Linear:
        return _Linear(self.factor * factor, tuple((f * factor, t) for f, t in self.terms))

    def plus(self, other: _Linear) -> _Linear:
        return _Linear(self.factor + other.factor, self.terms + other.terms)


def _polynomials(rewriting: Rewriting) -> None:
    rewriting.each(
        rewriting.syntax.loops(),
        lambda loop: _change(rewriting, loop),
        "no loop multiplies and adds from element to element",
    )


@dataclass(frozen=True)
class _Turns:
    """How a loop goes on: the condition under which some turns are left, what these turns change
    besides the value, and the edits that make an expression that of a later turn.
    """

    left: str
    steps: tuple[str, ...]
    changed: frozenset[Variable]
    later: Callable[[cindex.Cursor, int], Iterable[Edit]]


def _change(rewriting: Rewriting, loop: Loop) -> None:
    syntax = rewriting.syntax
    syntax.check_closed(loop.cursor)
    try:
        turns = _consuming(rewriting, loop)
    except NotApplicable:
        turns = _counting(rewriting, loop)
    effects = syntax.effects(loop.body)
    values = effects.written - turns.changed
    if effects.stores or effects.calls or effects.jumps or len(values) != 1:
        raise NotApplicable("the loop does more than compute one value")
    (value,) = values
    state = _Linear(1, ())
    for statement in statements(loop.body):
        step = _statement(rewriting, statement, value)
        state = _Linear(step.factor * state.factor, state.times(step.factor).terms + step.terms)
    kind = bare(parts(statements(loop.body)[0])[0]).type
    bits = kind.get_size() * 8
    if state.factor % (1 << bits) in {0, 1} or not 1 <= len(state.terms) <= _MOST_TERMS:
        raise NotApplicable("the loop does not multiply and add")
    if any(not syntax.effects(term).written <= turns.changed for _, term in state.terms):
        raise NotApplicable("the loop does more than compute one value")
    _write(rewriting, loop, turns, value, kind, state)


def _counting(rewriting: Rewriting, loop: Loop) -> _Turns:
    """The turns of a loop that counts up to a bound."""
    syntax = rewriting.syntax
    found = counted(syntax, loop)
    if not invariant(syntax, found.effects, found.bound):
        raise NotApplicable("the loop's bound may change")
    if found.counter in syntax.uses(found.bound):
        raise NotApplicable("the loop's bound may change")
    counter, bound = found.counter.name, syntax.text(found.bound)
    unsigned = unsigned_name(found.kind)

    def later(part: cindex.Cursor, number: int) -> Iterable[Edit]:
        at = f"({counter} + {number})" if number else counter
        return renamed(rewriting, part, found.counter, at)

    return _Turns(
        f"{counter} < {bound} && ({unsigned})({bound}) - ({unsigned}){counter} >= {_AT_ONCE}",
        (f"{counter} += {_AT_ONCE};",),
        frozenset(),
        later,
    )


def _consuming(rewriting: Rewriting, loop: Loop) -> _Turns:
    """The turns of a loop that takes `*p++` at each, up to an end or as often as a number says."""
    syntax = rewriting.syntax
    taken = [
        cursor
        for cursor in loop.body.walk_preorder()
        if operator(cursor) == "u*" and operator(bare(parts(cursor)[0])) == "post++"
    ]
    pointer = syntax.private(parts(bare(parts(taken[0])[0]))[0]) if len(taken) == 1 else None
    named = [
        cursor
        for cursor in loop.body.walk_preorder()
        if cursor.kind == Kind.DECL_REF_EXPR and syntax.variable(cursor) == pointer
    ]
    if pointer is None or len(named) != 1 or loop.condition is None:
        raise NotApplicable("the loop does not take one element at each turn")

    def later(part: cindex.Cursor, number: int) -> Iterable[Edit]:
        places = {inner.extent.start.offset for inner in part.walk_preorder()}
        if taken[0].extent.start.offset in places:
            yield Edit(*syntax.place(taken[0]), f"{pointer.name}[{number}]")

    step = f"{pointer.name} += {_AT_ONCE};"
    order = bare(loop.condition)
    if operator(order) == "<" and syntax.private(parts(order)[0]) == pointer:
        end = syntax.private(parts(order)[1])
        if end is None or loop.step is not None or end in syntax.effects(loop.body).written:
            raise NotApplicable("the loop's end may change")
        left = f"{pointer.name} < {end.name} && {end.name} - {pointer.name} >= {_AT_ONCE}"
        return _Turns(left, (step,), frozenset({pointer}), later)
    number = _countdown(rewriting, loop, order)
    less = f"{number.name} -= {_AT_ONCE};"
    return _Turns(f"{number.name} >= {_AT_ONCE}", (step, less), frozenset({pointer}), later)


def _countdown(rewriting: Rewriting, loop: Loop, order: cindex.Cursor) -> Variable:
    """The number of turns left: `while (n--)` and its like."""
    syntax = rewriting.syntax
    if operator(order) in {">", "!="} and constant(parts(order)[1]) == 0:
        order = bare(parts(order)[0])
    down = loop.step
    if operator(order) == "post--" and loop.step is None:
        down, order = order, bare(parts(order)[0])
    number = syntax.private(order)
    counts = down is not None and operator(down) in {"post--", "--"}
    if number is None or not counts or syntax.private(parts(down)[0]) != number:
        raise NotApplicable("the loop does not count down")
    unsigned_name(order.type)
    if number in syntax.uses(loop.body) or not is_integer(order.type):
        raise NotApplicable("the loop's body uses what it counts with")
    return number


def _statement(rewriting: Rewriting, statement: cindex.Cursor, value: Variable) -> _Linear:
    """What a statement makes of the value."""
    done = operator(statement)
    if done not in {"=", "+=", "-=", "*="}:
        raise NotApplicable("the loop does more than compute one value")
    target, given = parts(statement)
    kind = canonical(bare(target).type)
    if rewriting.syntax.private(target) != value or kind not in UNSIGNED:
        raise NotApplicable("the value does not wrap around")
    if done == "=":
        return _linear(rewriting, given, value, kind)
    if done == "*=":
        if (factor := constant(given)) is None:
            raise NotApplicable("the factor is no constant")
        return _Linear(factor, ())
    other = _linear(rewriting, given, value, kind)
    return _Linear(1, ()).plus(other if done == "+=" else other.times(-1))


def _linear(
    rewriting: Rewriting, cursor: cindex.Cursor, value: Variable, kind: cindex.TypeKind
) -> _Linear:
    found = bare(cursor)
    if value not in rewriting.syntax.uses(found):
        if not is_integer(found.type):
            raise NotApplicable("what is added is no integer")
        return _Linear(0, ((1, found),))
    if rewriting.syntax.private(found) == value:
        return _Linear(1, ())
    done = operator(found)
    if canonical(found.type) != kind or done not in {"+", "-", "*", "<<"}:
        raise NotApplicable("the value is no polynomial")
    left, right = parts(found)
    if done in {"+", "-"}:
        sides = [_linear(rewriting, side, value, kind) for side in (left, right)]
        return sides[0].plus(sides[1].times(1 if done == "+" else -1))
    if done == "*" and constant(left) is not None:
        left, right = right, left
    factor = constant(right)
    if factor is None or (done == "<<" and not 0 <= factor < found.type.get_size() * 8):
        raise NotApplicable("the factor is no constant")
    return _linear(rewriting, left, value, kind).times(1 << factor if done == "<<" else factor)


def _write(
    rewriting: Rewriting,
    loop: Loop,
    turns: _Turns,
    value: Variable,
    kind: cindex.Type,
    state: _Linear,
) -> None:
    name, suffix = UNSIGNED[canonical(kind)]
    whole = 1 << (kind.get_size() * 8)
    powers = [pow(state.factor, power, whole) for power in range(_AT_ONCE + 1)]

    def element(number: int) -> Iterator[str]:
        for factor, term in state.terms:
            place = rewriting.syntax.place(term)
            text = rewriting.rendered(*place, turns.later(term, number))
            scale = factor * powers[_AT_ONCE - 1 - number] % whole
            yield f"({name})({text})" + (f" * {scale}{suffix}" if scale != 1 else "")

    first, edits = lifted(rewriting, loop)
    terms = [f"{value.name} * {powers[_AT_ONCE]}{suffix}"]
    terms += [text for number in range(_AT_ONCE) for text in element(number)]
    total = "\n    + ".join(terms)
    own = rewriting.copied(loop.start, loop.end, edits)
    ahead = braced(f"while ({turns.left})", f"{value.name} = {total};", *turns.steps)
    rewriting.instead(loop, braced("", first, ahead, own))


MOVES = (rewrite("horner", 1.2, "polynomials over a sequence, four terms at once", _polynomials),)

EXAMPLES = (
    Example(
        before="""\
unsigned f(const char *s, unsigned long n)
{
    unsigned h = 5381;
    for (unsigned long i = 0; i < n; i++)
        h = ((h << 5) + h) + (unsigned char)s[i];
    return h;
}""",
        after="""\
unsigned f(const char *s, unsigned long n)
{
    unsigned h = 5381;
    {
        unsigned long i = 0;
        while (i < n && (unsigned long)(n) - (unsigned long)i >= 4) {
            h = h * 1185921U
                + (unsigned int)((unsigned char)s[i]) * 35937U
                + (unsigned int)((unsigned char)s[(i + 1)]) * 1089U
                + (unsigned int)((unsigned char)s[(i + 2)]) * 33U
                + (unsigned int)((unsigned char)s[(i + 3)]);
            i += 4;
        }
        for (; i < n; i++)
            h = ((h << 5) + h) + (unsigned char)s[i];
    }
    return h;
}""",
    ),
    Example(
        before="""\
unsigned long f(const unsigned *s, int first, int n)
{
    unsigned long h = 7;
    int i;
    for (i = first; i < n; ++i) {
        h *= 1000003;
        h += s[i];
    }
    return h + (unsigned long)i;
}""",
        after="""\
unsigned long f(const unsigned *s, int first, int n)
{
    unsigned long h = 7;
    int i;
    {
        i = first;
        while (i < n && (unsigned int)(n) - (unsigned int)i >= 4) {
            h = h * 14003818205314896721UL
                + (unsigned long)(s[i]) * 1000009000027000027UL
                + (unsigned long)(s[(i + 1)]) * 1000006000009UL
                + (unsigned long)(s[(i + 2)]) * 1000003UL
                + (unsigned long)(s[(i + 3)]);
            i += 4;
        }
        for (; i < n; ++i) {
            h *= 1000003;
            h += s[i];
        }
    }
    return h + (unsigned long)i;
}""",
        contract=Contract(length={"s": "n"}, range={"n": (0, 200), "first": (0, 220)}),
    ),
    Example(
        before="""\
unsigned f(const unsigned char *p, unsigned n)
{
    unsigned h = 0;
    while (n--)
        h = h * 65599 + *p++;
    return h ^ n;
}""",
        after="""\
unsigned f(const unsigned char *p, unsigned n)
{
    unsigned h = 0;
    {
        while (n >= 4) {
            h = h * 1139564289U
                + (unsigned int)(p[0]) * 780587199U
                + (unsigned int)(p[1]) * 8261505U
                + (unsigned int)(p[2]) * 65599U
                + (unsigned int)(p[3]);
            p += 4;
            n -= 4;
        }
        while (n--)
            h = h * 65599 + *p++;
    }
    return h ^ n;
}""",
    ),
    Example(
        before="""\
unsigned f(const unsigned short *s, int n)
{
    const unsigned short *p = s, *end = s + n;
    unsigned h = 1;
    while (p < end)
        h += (h << 4) - (unsigned)(*p++ & 0x7fff);
    return h;
}""",
        after="""\
unsigned f(const unsigned short *s, int n)
{
    const unsigned short *p = s, *end = s + n;
    unsigned h = 1;
    {
        while (p < end && end - p >= 4) {
            h = h * 83521U
                + (unsigned int)((unsigned)(p[0] & 0x7fff)) * 4294962383U
                + (unsigned int)((unsigned)(p[1] & 0x7fff)) * 4294967007U
                + (unsigned int)((unsigned)(p[2] & 0x7fff)) * 4294967279U
                + (unsigned int)((unsigned)(p[3] & 0x7fff)) * 4294967295U;
            p += 4;
        }
        while (p < end)
            h += (h << 4) - (unsigned)(*p++ & 0x7fff);
    }
    return h;
}""",
        contract=Contract(length={"s": "n"}, range={"n": (0, 200)}),
    ),
)

REFUSED = (
    Refused(
        "int f(const char *s, int n) { int h = 0; for (int i = 0; i < n; i++) h = h * 31 + s[i];"
        " return h; }",
        "does not wrap around",
    ),
    Refused(
        "double f(const double *s, int n) { double h = 0; for (int i = 0; i < n; i++)"
        " h = h * 31 + s[i]; return h; }",
        "does not wrap around",
    ),
    Refused(
        "unsigned f(const char *s, int n) { unsigned h = 0; for (int i = 0; i < n; i++)"
        " h = (h ^ 5) * 31 + s[i]; return h; }",
        "no polynomial",
    ),
    Refused(
        "unsigned f(const char *s, int n) { unsigned h = 0; for (int i = 0; i < n; i++)"
        " { if (s[i] == 'x') break; h = h * 31 + s[i]; } return h; }",
        "more than compute one value",
    ),
    Refused(
        "unsigned f(unsigned *s, int n) { unsigned h = 0; for (int i = 0; i < n; i++)"
        " { h = h * 31 + s[i]; s[i] = h; } return h; }",
        "more than compute one value",
    ),
    Refused(
        "unsigned f(unsigned *s, int *n) { unsigned h = 0; for (int i = 0; i < *n; i++)"
        " h = h * 31 + s[i]; return h; }",
        "bound may change",
    ),
    Refused(
        "unsigned f(const unsigned char *p, int n) { unsigned h = 0; while (n--)"
        " h = h * 31 + *p++ + (unsigned)n; return h; }",
        "does not count",
    ),
    Refused(
        "unsigned f(const unsigned char *p, const unsigned char *end) { unsigned h = 0;"
        " while (p < end) { h = h * 31 + *p++; h += *p++; } return h; }",
        "does not count",
    ),
)
