"""Which parameters of the hot functions have one value in nearly all calls of the workload.

A private build counts the values at each function's entry and writes them down at exit. What is
found only makes a move worth a trial: the code it leads to asks for the value at run time.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from llmopt.errors import NotApplicable, SourceError, ToolError
from llmopt.flow.events import Events
from llmopt.flow.session import Session
from llmopt.profile.hot import HotFunction
from llmopt.rewrite.observe import integer_parameters, instrumented
from llmopt.rewrite.unit import UnitContext
from llmopt.values.digest import digest

#: A value counts as the usual one from this share of the calls.
USUAL = 0.9


def observe_constants(
    session: Session, events: Events, hot: Sequence[HotFunction]
) -> dict[str, dict[str, int]]:
    """The usual values by function and parameter; functions without any are left out.

    Whatever cannot be observed has no usual values: moves that need them do not apply.
    """
    wanted = {function.name: function.source for function in hot}
    key = digest(
        "constants",
        sorted(f"{source}:{name}" for name, source in wanted.items()),
        session.original.content(),
        session.workload_digest(),
    )
    stored = session.cache.outcome(key)
    if stored is None:
        events.stage("observing the parameters of the hot functions")
        stored = _observe(session, wanted)
        session.cache.add_outcome(key, stored)
    return {name: dict(values) for name, values in stored.items()}


def _observe(session: Session, wanted: dict[str, str]) -> dict[str, dict[str, int]]:
    directory = session.candidate.path / "llmopt-values"
    directory.mkdir(exist_ok=True)
    for old in directory.iterdir():
        old.unlink()
    objects = {}
    for unit in session.candidate.units():
        functions = [name for name, source in wanted.items() if source == unit.source]
        if functions:
            context = UnitContext(unit, session.sandbox)
            if data := _instrument(context, functions, directory):
                objects[unit.command.output_path] = data
    try:
        session.candidate.place(objects)
        section = session.config.workload
        session.candidate.run(section.command, section.timeout * 5)
    except ToolError:
        return {}
    return _usual(directory)


def _instrument(context: UnitContext, functions: Sequence[str], directory: Path) -> bytes | None:
    located = []
    for name in functions:
        try:
            function = context.locate(name)
        except SourceError:
            continue
        if integer_parameters(function):
            located.append(function)
    if not located:
        return None
    try:
        return instrumented(context, located, str(directory))
    except (NotApplicable, ToolError):
        return None


def _usual(directory: Path) -> dict[str, dict[str, int]]:
    """Reads lines of `function parameter value hits calls`: Boyer-Moore majority candidates.

    A parameter counts when every process of the run agrees on its value.
    """
    usual: dict[str, dict[str, int]] = {}
    unusual: set[tuple[str, str]] = set()
    for path in sorted(directory.iterdir()):
        for line in path.read_text().splitlines():
            name, parameter, value, hits, calls = line.split()
            known = usual.setdefault(name, {}).setdefault(parameter, int(value))
            if known != int(value) or int(hits) < USUAL * int(calls):
                unusual.add((name, parameter))
    for name, parameter in unusual:
        del usual[name][parameter]
    return {name: values for name, values in usual.items() if values}
