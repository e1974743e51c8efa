"""Which values steer the hot functions in nearly all calls of the workload.

A private build counts, at each function's entry, the values of its integer parameters and of the
integers that it reads first of all from what its parameters point to. What is found only makes a
move worth a trial: the code that it leads to asks for the value at run time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from llmopt.errors import LlmoptError, SourceError, ToolError
from llmopt.flow.events import Events
from llmopt.flow.session import Session
from llmopt.profile.hot import HotFunction
from llmopt.rewrite.observe import instrumented
from llmopt.rewrite.unit import UnitContext
from llmopt.values.digest import digest

#: The usual values are at most so many, and cover at least this share of the calls.
MOST = 4
COVER = 0.9

Usual = dict[str, dict[str, list[int]]]


def observe_usual(session: Session, events: Events, hot: Sequence[HotFunction]) -> Usual:
    """The usual values by function and expression, the most frequent first.

    Expressions without usual values are left out, and so are functions that cannot be observed, or
    whose name is hot in two sources: moves that need the values then do not apply.
    """
    names = [function.name for function in hot]
    wanted = {f.name: f.source for f in hot if names.count(f.name) == 1}
    key = digest(
        "usual values",
        sorted(f"{source}:{name}" for name, source in wanted.items()),
        session.original.content(),
        session.workload_digest(),
    )
    stored = session.cache.outcome(key)
    if stored is None:
        events.stage("observing the parameters of the hot functions")
        try:
            stored = _observe(session, wanted)
        except ToolError as error:
            # Moves that need it do not apply this time; the next run looks again.
            events.stage(f"the parameters could not be observed: {error}")
            return {}
        session.cache.add_outcome(key, stored)
    return {name: {e: list(v) for e, v in values.items()} for name, values in stored.items()}


def _observe(session: Session, wanted: dict[str, str]) -> Usual:
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
    section = session.config.workload
    session.candidate.place(objects)
    done = session.candidate.run(section.command, section.timeout)
    if done.status != 0 or done.timed_out:
        raise ToolError(f"`{section.command}` failed while it was observed: {done.tail}")
    return usual_values([path.read_text() for path in sorted(directory.iterdir())])


def _instrument(context: UnitContext, functions: Sequence[str], directory: Path) -> bytes | None:
    located = []
    for name in functions:
        try:
            function = context.locate(name)
        except SourceError:
            continue
        if function.steering:
            located.append(function)
    try:
        return instrumented(context, located, str(directory)) if located else None
    except LlmoptError:
        return None


def usual_values(processes: Sequence[str]) -> Usual:
    """The usual values in each process's lines of `function calls value count expression`."""
    calls: dict[tuple[str, str], int] = defaultdict(int)
    counts: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for text in processes:
        totals = {}
        for line in text.splitlines():
            name, total, value, count, expression = line.split(maxsplit=4)
            totals[name, expression] = int(total)
            counts[name, expression][int(value)] += int(count)
        for key, total_calls in totals.items():
            calls[key] += total_calls
    usual: Usual = {}
    for (name, expression), seen in counts.items():
        frequent = sorted(seen, key=lambda value: -seen[value])[:MOST]
        if sum(seen[value] for value in frequent) >= COVER * calls[name, expression]:
            usual.setdefault(name, {})[expression] = frequent
    return usual
