"""Source: polynomials over a sequence, four terms at once.

`h = h * 31 + s[i]` waits for a multiplication and an addition at each element. Unsigned integers
wrap, so the powers of the factor may be multiplied out: four elements take one step of that chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clang import cindex

from llmopt.agents.counted import (
    UNSIGNED,
    Counted,
    counted,
    invariant,
    lifted,
    renamed,
    unsigned_name,
)
from llmopt.agents.example import Example, Refused
from llmopt.agents.expressions import statements
from llmopt.agents.rewriting import Rewriting, braced, rewrite
from llmopt.errors import NotApplicable
from llmopt.source.syntax import (
    Loop,
    Variable,
    bare,
    canonical,
    constant,
    is_integer,
    operator,
    parts,
)
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


def _change(rewriting: Rewriting, loop: Loop) -> None:
    syntax = rewriting.syntax
    found = counted(syntax, loop)
    effects = found.effects
    if effects.stores or effects.calls or effects.jumps or len(effects.written) != 1:
        raise NotApplicable("the loop does more than compute one value")
    (value,) = effects.written
    if not invariant(syntax, effects, found.bound) or found.counter in syntax.uses(found.bound):
        raise NotApplicable("the loop's bound may change")
    state = _Linear(1, ())
    for statement in statements(loop.body):
        step = _statement(rewriting, statement, value)
        state = _Linear(step.factor * state.factor, state.times(step.factor).terms + step.terms)
    kind = bare(parts(statements(loop.body)[0])[0]).type
    bits = kind.get_size() * 8
    if state.factor % (1 << bits) in {0, 1} or not 1 <= len(state.terms) <= _MOST_TERMS:
        raise NotApplicable("the loop does not multiply and add")
    if any(not syntax.effects(term).is_pure for _, term in state.terms):
        raise NotApplicable("the loop does more than compute one value")
    _write(rewriting, found, value, kind, state)


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
    rewriting: Rewriting, found: Counted, value: Variable, kind: cindex.Type, state: _Linear
) -> None:
    syntax = rewriting.syntax
    loop = found.loop
    name, suffix = UNSIGNED[canonical(kind)]
    whole = 1 << (kind.get_size() * 8)
    powers = [pow(state.factor, power, whole) for power in range(_AT_ONCE + 1)]

    def element(number: int) -> Sequence[str]:
        made = []
        for factor, term in state.terms:
            at = f"({found.counter.name} + {number})" if number else found.counter.name
            edits = renamed(rewriting, term, found.counter, at)
            text = rewriting.rendered(*syntax.place(term), edits)
            scale = factor * powers[_AT_ONCE - 1 - number] % whole
            made.append(f"({name})({text})" + (f" * {scale}{suffix}" if scale != 1 else ""))
        return made

    counter, bound = found.counter.name, syntax.text(found.bound)
    unsigned = unsigned_name(found.kind)
    first, edits = lifted(rewriting, loop)
    terms = [f"{value.name} * {powers[_AT_ONCE]}{suffix}"]
    terms += [text for number in range(_AT_ONCE) for text in element(number)]
    total = "\n    + ".join(terms)
    left = f"({unsigned})({bound}) - ({unsigned}){counter}"
    head = f"for (; {counter} < {bound} && {left} >= {_AT_ONCE}; {counter} += {_AT_ONCE})"
    own = rewriting.copied(loop.start, loop.end, edits)
    ahead = braced(head, f"{value.name} = {total};")
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
        for (; i < n && (unsigned long)(n) - (unsigned long)i >= 4; i += 4) {
            h = h * 1185921U
                + (unsigned int)((unsigned char)s[i]) * 35937U
                + (unsigned int)((unsigned char)s[(i + 1)]) * 1089U
                + (unsigned int)((unsigned char)s[(i + 2)]) * 33U
                + (unsigned int)((unsigned char)s[(i + 3)]);
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
        for (; i < n && (unsigned int)(n) - (unsigned int)i >= 4; i += 4) {
            h = h * 14003818205314896721UL
                + (unsigned long)(s[i]) * 1000009000027000027UL
                + (unsigned long)(s[(i + 1)]) * 1000006000009UL
                + (unsigned long)(s[(i + 2)]) * 1000003UL
                + (unsigned long)(s[(i + 3)]);
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
)
