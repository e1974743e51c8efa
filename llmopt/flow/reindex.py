"""Which sources builds ask about: those that the lock pins, else those found to be hot."""

from __future__ import annotations

from pathlib import Path

from llmopt.errors import StoreError
from llmopt.flow.session import Session
from llmopt.store.lock import read_lock

#: Seconds that a build waits for recipes that it is told to use, and the launcher's largest wait.
_PINNED_WAIT = 600.0
_LONGEST = 86400.0


def reindex(session: Session) -> None:
    """Writes the index anew: the sources that the lock pins, else those found to be hot.

    Raises StoreError for a lock file that cannot be read; the index then names no source, so that
    builds do not ask again for every file.
    """
    try:
        pins = read_lock(Path(session.config.root))
    except StoreError:
        session.state.write_index((), session.config.launcher.wait_seconds)
        raise
    if pins is not None:
        session.state.write_index({pin.unit for pin in pins}, _PINNED_WAIT)
        return
    session.state.write_index(found_hot(session), _wait(session))


def found_hot(session: Session) -> set[str]:
    """The sources of the last profile's hot functions and of the last run."""
    profile = session.profile()
    hot = profile.hot(session.config.hot) if profile else ()
    found = (session.last_run() or {}).get("functions", [])
    return {function.source for function in hot} | {function["source"] for function in found}


def _wait(session: Session) -> float:
    """Seconds that a build waits for one unit at most."""
    section = session.config.launcher
    if section.mode == "cached":
        return section.wait_seconds
    # Units are worked on one after the other: the last waits for all before it.
    return min(2 * 60 * session.config.search.minutes * session.config.hot.max_functions, _LONGEST)
