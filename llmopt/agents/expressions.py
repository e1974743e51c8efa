"""What rewrites ask of expressions."""

from __future__ import annotations

from clang import cindex

from llmopt.source.cursors import Kind, bare, constant, operator, parts
from llmopt.source.syntax import Syntax, Variable


def is_step(syntax: Syntax, cursor: cindex.Cursor, variable: Variable | None) -> bool:
    """Whether an expression adds one to a variable, and does nothing else."""
    cursor = bare(cursor)
    if operator(cursor) in {"++", "post++"}:
        return variable is not None and syntax.private(parts(cursor)[0]) == variable
    if operator(cursor) == "+=":
        target, amount = parts(cursor)
        return syntax.private(target) == variable and constant(amount) == 1
    return False


def conjuncts(cursor: cindex.Cursor) -> list[cindex.Cursor]:
    """What a condition asks, one after the other."""
    found = bare(cursor)
    if operator(found) != "&&":
        return [found]
    return [inner for side in parts(found) for inner in conjuncts(side)]


def statements(body: cindex.Cursor) -> list[cindex.Cursor]:
    """The statements of a body, with or without braces, empty ones left out."""
    inside = parts(body) if body.kind == Kind.COMPOUND_STMT else [body]
    return [part for part in inside if part.kind != Kind.NULL_STMT]
