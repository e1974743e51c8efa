"""What the workload shows of the hot functions, for the moves that build on it."""

from __future__ import annotations

from collections.abc import Sequence

from llmopt.agents.subject import Seen
from llmopt.flow.branches import branch_counts
from llmopt.flow.events import Events
from llmopt.flow.observe import observe_usual
from llmopt.flow.searched import Searched
from llmopt.flow.session import Session


def show_workload(session: Session, events: Events, entries: Sequence[Searched]) -> None:
    """Notes in the entries what private builds of their functions show. Raises ToolFailed when the
    workload cannot be run.
    """
    usual = observe_usual(session, events, [entry.function for entry in entries])
    subjects = [entry.subject for entry in entries if entry.subject is not None]
    counts = branch_counts(session, events, subjects)
    for entry in entries:
        name = entry.function.name
        entry.seen = Seen(usual.get(name, {}), counts.get(f"{entry.function.source}:{name}", ""))
