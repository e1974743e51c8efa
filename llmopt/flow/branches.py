"""How often the workload takes each branch of the hot functions, counted in a private build.

What is found only makes a move worth a trial: whatever the counts are, the compiler makes code that
does the same.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from llmopt.errors import NotApplicable, ToolError, ToolFailed
from llmopt.flow.events import Events
from llmopt.flow.session import Session
from llmopt.flow.trial import Subject
from llmopt.rewrite import counting
from llmopt.values.digest import digest


def branch_counts(session: Session, events: Events, subjects: Sequence[Subject]) -> dict[str, str]:
    """The counts by `source:function`, in the form of `Donor.counts`, with those of all that the
    function can reach in its unit. Functions that cannot be counted, or were not seen to run, are
    left out: moves that need the counts then do not apply.
    """
    key = digest(
        "branch counts",
        sorted(_name(subject) for subject in subjects),
        session.original.content(),
        session.workload_digest(),
    )
    stored = session.cache.outcome(key)
    if stored is None:
        try:
            stored = _count(session, events, subjects)
        except (ToolError, ToolFailed) as error:
            # The next run looks again.
            events.stage(f"branches could not be counted: {error}")
            return {}
        session.cache.add_outcome(key, stored)
    return {name: str(text) for name, text in stored.items()}


def _count(session: Session, events: Events, subjects: Sequence[Subject]) -> dict[str, str]:
    place = session.candidate.path / "llmopt-counts"
    shutil.rmtree(place, ignore_errors=True)
    contexts = {subject.context.unit.command.output_path: subject.context for subject in subjects}
    objects = {}
    for output, context in contexts.items():
        try:
            objects[output] = counting.instrumented(context, place)
        except (NotApplicable, ToolFailed) as error:
            why = str(error).splitlines()[0]
            events.stage(f"the branches of {context.unit.source} are not counted: {why}")
    if not objects:
        return {}
    events.stage("counting the branches of the hot functions")
    section = session.config.workload
    session.candidate.place(objects)
    done = session.candidate.run(section.command, section.timeout)
    if done.status != 0 or done.timed_out:
        raise ToolError(f"`{section.command}` failed while they were counted: {done.tail}")
    texts = {}
    for subject in subjects:
        context, name = subject.context, subject.timed.name
        if context.unit.command.output_path in objects:
            reached = context.lexical.closure(name).names
            try:
                texts[_name(subject)] = counting.counts(context, place, name, reached)
            except NotApplicable as error:
                events.stage(f"{name} is not guided by its branches: {error}")
    shutil.rmtree(place, ignore_errors=True)
    return {name: text for name, text in texts.items() if text}


def _name(subject: Subject) -> str:
    return f"{subject.timed.source}:{subject.timed.name}"
