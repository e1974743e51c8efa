"""Describes a function of a unit: libclang reads it from the unit's text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clang import cindex

from llmopt.errors import NotApplicable, SourceError
from llmopt.harness.c_types import Types, spelling
from llmopt.harness.constants import constants_of
from llmopt.harness.description import Description
from llmopt.harness.parameters import parameter
from llmopt.harness.roles import Uses, keys, truths
from llmopt.harness.variables import variables
from llmopt.rewrite.unit import UnitContext
from llmopt.source.functions import definitions, is_in
from llmopt.values.command import CODE, PREPROCESSOR

Cursor = cindex.CursorKind


def describe(context: UnitContext, function: str) -> Description:
    """The description of a function of the unit. Raises NotApplicable, SourceError."""
    command = context.unit.command
    found = definitions(
        command.source,
        context.content,
        tuple(command.arguments(CODE + PREPROCESSOR)),
        context.compiler.include_directory,
        command.cwd,
    )
    if function not in found:
        raise SourceError(f"{command.source} holds no definition of {function}")
    cursor = found[function]
    text = context.locate(function)
    if not text.prototyped or text.variadic:
        raise NotApplicable(f"{function} has no prototype that says what it takes")
    types = Types()
    closure = _closure(cursor, found)
    parameters = tuple(
        parameter(types, argument, kind, number, cursor)
        for number, (argument, kind) in enumerate(
            # Arrays are pointers only in the function's own type.
            zip(cursor.get_arguments(), cursor.type.argument_types(), strict=True)
        )
    )
    used = variables(types, closure)
    return Description(
        function,
        spelling(cursor.result_type, function),
        types.number(cursor.result_type),
        parameters,
        types.all(Uses(keys(closure), truths(found.values()))),
        used,
        tuple(types.callbacks),
        tuple(sorted(n for n, c in found.items() if is_in(c.location, command.source))),
        tuple(c.spelling for c in closure if is_in(c.location, command.source)),
        tuple(sorted(_reached(closure) - found.keys())),
        constants_of(closure),
    )


def _closure(
    cursor: cindex.Cursor, found: Mapping[str, cindex.Cursor]
) -> tuple[cindex.Cursor, ...]:
    """The function and the functions of the unit that it may call."""
    reached = {cursor.spelling: cursor}
    waiting = [cursor]
    while waiting:
        for inner in waiting.pop().walk_preorder():
            if inner.kind == Cursor.DECL_REF_EXPR and inner.spelling in found:
                if inner.spelling not in reached:
                    reached[inner.spelling] = found[inner.spelling]
                    waiting.append(found[inner.spelling])
    return tuple(reached.values())


def _reached(closure: Sequence[cindex.Cursor]) -> set[str]:
    return {
        inner.spelling
        for function in closure
        for inner in function.walk_preorder()
        if inner.kind == Cursor.DECL_REF_EXPR
        and inner.referenced is not None
        and inner.referenced.kind == Cursor.FUNCTION_DECL
    }
