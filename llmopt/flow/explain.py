"""What became of one source in the last builds, from what launcher and resolver left behind."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from llmopt.flow.session import Session
from llmopt.store.log import Launch, read_log


def explain(session: Session, source: str) -> dict[str, Any]:
    """The launcher's last words on each output of a source, and the resolver's reasons."""
    latest: dict[str, Launch] = {}
    for launch in read_log(session.state.path).launches:
        if launch.source == source:
            # Last in the order of the log: clocks may be put back.
            latest.pop(launch.unit, None)
            latest[launch.unit] = launch
    events = [launch.to_json() for launch in latest.values()]
    resolved = [unit for unit in _resolved(session) if unit.get("source") == source]
    return {
        "source": source,
        "summary": _summary(session, source, events),
        "events": events,
        "resolved": resolved,
    }


def _summary(session: Session, source: str, events: list[dict[str, Any]]) -> str:
    state = session.state
    if not state.index_path.exists():
        return "passed to the compiler at once: nothing is optimized in this project yet"
    if source not in state.hot_sources([source]):
        return "passed to the compiler at once: not hot"
    if not events:
        return "hot, but not built through the launcher since the last `llmopt optimize`"
    last = events[-1]
    return f"last {last['action']}: {last['reason']}"


def _resolved(session: Session) -> Iterator[dict[str, Any]]:
    for path in sorted(Path(session.state.path / "resolved").glob("*.json")):
        try:
            unit = json.loads(path.read_bytes())
        except (OSError, ValueError):
            continue  # written anew by the next build
        yield {**unit, "source": unit.get("source") or _source(session, unit)}


def _source(session: Session, unit: dict[str, Any]) -> str:
    """The source of a command that could not be resolved, by its last `.c` word."""
    words = [word for word in unit.get("argv", []) if word.endswith(".c")]
    path = posixpath.normpath(posixpath.join(unit.get("cwd", "/"), (words or ["?"])[-1]))
    return posixpath.relpath(path, session.config.root)
