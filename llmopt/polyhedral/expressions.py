"""What a statement of a loop nest computes, with the types that C gives to every part of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

#: Bytes of the types whose values may stand in vectors.
SIZES: Mapping[str, int] = {
    "double": 8,
    "float": 4,
    "int": 4,
    "unsigned int": 4,
    "long": 8,
    "unsigned long": 8,
}


@dataclass(frozen=True)
class Linear:
    """A sum of iterators and parameters, each times a whole number, and a constant."""

    terms: tuple[tuple[str, int], ...] = ()
    constant: int = 0

    @staticmethod
    def of(terms: Mapping[str, int], constant: int = 0) -> Linear:
        """The sum, in the one form that equal sums have."""
        return Linear(tuple(sorted((n, c) for n, c in terms.items() if c)), constant)

    @property
    def factors(self) -> dict[str, int]:
        """The factor of each name that stands in it."""
        return dict(self.terms)

    def plus(self, other: Linear, times: int = 1) -> Linear:
        """This and `times` the other."""
        terms = self.factors
        for name, factor in other.terms:
            terms[name] = terms.get(name, 0) + times * factor
        return Linear.of(terms, self.constant + times * other.constant)

    def renamed(self, names: Mapping[str, str]) -> Linear:
        """The same of other names."""
        return Linear.of({names.get(n, n): c for n, c in self.terms}, self.constant)

    def shown(self, name: Callable[[str], str] = str) -> str:
        """As isl and C write it."""
        parts = [f"{factor} * {name(n)}" if factor != 1 else name(n) for n, factor in self.terms]
        if self.constant or not parts:
            parts.append(str(self.constant))
        return " + ".join(parts).replace("+ -", "- ")


@dataclass(frozen=True)
class Number:
    """A literal, as written."""

    text: str
    kind: str


@dataclass(frozen=True)
class Scalar:
    """A variable that the nest does not write."""

    name: str
    kind: str


@dataclass(frozen=True)
class Index:
    """Iterators and parameters used as a value."""

    value: Linear
    kind: str


@dataclass(frozen=True)
class Access:
    """An element of an array; of none without subscripts: a variable that the nest writes."""

    array: str
    subscripts: tuple[Linear, ...]
    kind: str


@dataclass(frozen=True)
class Operation:
    """An operator, a conversion (`(double)`), or a function without side effects, and operands."""

    name: str
    operands: tuple[Expression, ...]
    kind: str


Expression = Number | Scalar | Index | Access | Operation


def parts(expression: Expression) -> Iterator[Expression]:
    """An expression and all that it is made of."""
    yield expression
    if isinstance(expression, Operation):
        for operand in expression.operands:
            yield from parts(operand)


def accesses(expression: Expression) -> list[Access]:
    """The elements that are read."""
    return [part for part in parts(expression) if isinstance(part, Access)]
