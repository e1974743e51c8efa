"""Makes the next build take what is pending: which sources it would have to compile again, and why.

A build tool compiles what is newer than its object, in every build directory; so a source that is
due gets a new modification time. The rules keep that from repeating: whatever the next build can
make of a source, it is not due after it for the same reason.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from llmopt.flow.reindex import found_hot
from llmopt.flow.session import Session
from llmopt.store.lock import FILE, read_lock
from llmopt.store.log import (
    CHANGED,
    NO_RECIPE,
    NO_RESOLVER,
    OBJECT_DAMAGED,
    OBJECT_MISSING,
    RESOLVER_RUNNING,
    UNRESOLVED,
    Launch,
    read_log,
)

#: Reasons to pass that another launch may not have. The others have causes that a build leaves.
_PASSING = (
    RESOLVER_RUNNING,
    NO_RESOLVER,
    UNRESOLVED,
    CHANGED,
    NO_RECIPE,
    OBJECT_MISSING,
    OBJECT_DAMAGED,
)
#: Launches without an answer of the resolver, after which a third is not worth a compile.
_ATTEMPTS = 2
#: Nanoseconds: the coarsest times that a file system keeps.
_TICK = 2 * 10**9


@dataclass(frozen=True)
class Judged:
    """One source: why it is due or, where it is not, what stands against it.

    `outputs` are the objects that it is about, as far as they are known. `error` says why a source
    that is due could not be touched.
    """

    source: str
    due: bool
    why: str
    outputs: tuple[str, ...] = ()
    error: str = ""

    def to_json(self) -> dict[str, Any]:
        """For scripts."""
        return asdict(self)


@dataclass(frozen=True)
class _Since:
    """What the index of today stands for.

    `began` is Unix time in nanoseconds; `current` whether the next build will use the index as it
    is, and `event` what made it.
    """

    began: int
    current: bool
    event: str


def judge(session: Session) -> list[Judged]:
    """The sources that are due, and those that would be but for a reason of their own.

    What is as it should be is not mentioned. Raises StoreError for a log or a lock that cannot be
    read, ProfileError for a damaged profile.
    """
    if not session.state.index_path.exists() and read_lock(session.state.root) is None:
        return []
    launches = read_log(session.state.path).launches
    since = _since(session)
    judged = []
    for source in sorted(_hot(session, launches, current=since.current)):
        ours: dict[str, list[Launch]] = {}
        for launch in launches:
            if launch.source == source:
                ours.setdefault(launch.unit, []).append(launch)
        path = os.path.join(session.config.root, source)
        try:
            changed = os.stat(path).st_mtime_ns
        except OSError:
            continue  # gone since: no build compiles it
        found = list(_judged(session, source, ours, changed, since))
        # One touch is for all of its objects.
        chosen = [one for one in found if one.due] or found
        if chosen:
            outputs = tuple(output for one in chosen for output in one.outputs)
            judged.append(Judged(source, chosen[0].due, chosen[0].why, outputs))
    return judged


def touch(session: Session, judged: Judged) -> Judged:
    """Sets the time of a source to now; its content stays. Returns it with what went wrong."""
    path = os.path.join(session.config.root, judged.source)
    newest = max(map(_changed, judged.outputs), default=0)
    until = time.monotonic() + 2 * _TICK / 10**9
    try:
        os.utime(path)
        # An object of this very tick of the clock would be up to date: wait for the next one.
        while os.stat(path).st_mtime_ns <= newest:
            if newest > time.time_ns() + _TICK or time.monotonic() > until:
                return replace(judged, error="its object is dated in the future")
            time.sleep(0.01)
            os.utime(path)
    except OSError as error:
        return replace(judged, error=error.strerror or "?")
    return judged


def _changed(path: str) -> int:
    """When an object was made; 0 where it is not known."""
    try:
        return os.lstat(path).st_mtime_ns if os.path.isabs(path) else 0
    except OSError:
        return 0


def _since(session: Session) -> _Since:
    state = session.state
    if state.index_path.exists() and state.index_is_current():
        # A generation is the time of its index, unless the clock was put back.
        began = state.generation if state.generation <= time.time_ns() else 0
        return _Since(began, current=True, event="the last `llmopt optimize` or `llmopt lock`")
    # The next build makes the index anew.
    try:
        began = os.lstat(state.root / FILE).st_mtime_ns
    except OSError:
        began = 0
    return _Since(began, current=False, event=f"{FILE} changed")


def _hot(session: Session, launches: Sequence[Launch], *, current: bool) -> set[str]:
    """The sources that the next build will find in the index."""
    pins = read_lock(session.state.root)
    sources = found_hot(session) if pins is None else {pin.unit for pin in pins}
    if not current:
        return sources
    return session.state.hot_sources(sources | {launch.source for launch in launches})


def _judged(
    session: Session,
    source: str,
    ours: dict[str, list[Launch]],
    changed: int,
    since: _Since,
) -> Iterator[Judged]:
    """What is to be said of each object of a source; nothing of one that is as it should be."""
    if not ours:
        waits = changed > since.began > 0
        yield Judged(
            source,
            due=not waits,
            why=f"newer than {since.event}, and not built through the launcher since"
            if waits
            else "not built through the launcher yet",
        )
    for unit, launches in ours.items():
        known = launches[-1].cwd is not None
        if known and not os.path.lexists(unit):
            continue  # the next build makes it, if there is still one that does
        due, why = _answer(session, launches, since)
        if due and changed > (launches[-1].time + 1) * 10**9:
            compiled = known and os.lstat(unit).st_mtime_ns > changed
            due = False
            why = (
                "compiled since, but the launcher passed that command or was not asked"
                if compiled
                else "newer than its last build: the next one compiles it"
            )
        if why:
            yield Judged(source, due, why, (unit,) if known else (launches[-1].output,))


def _answer(session: Session, launches: Sequence[Launch], since: _Since) -> tuple[bool, str]:
    """Whether an object should be made again, and why; no reason: it is as it should be."""
    last = launches[-1]
    found = session.state.found(last.manifest) if since.current else None
    if found is None or (found.object and not session.state.has_object(found.object)):
        # Within the second of the index nobody knows which was first.
        after = [one for one in launches if one.time > since.began // 10**9 and since.current]
        if not after:
            return True, f"not built through the launcher since {since.event}"
        if last.action != "passed":
            return False, ""
        if len(after) < _ATTEMPTS and last.reason in _PASSING:
            return True, f"{last.reason} at its last build"
        return False, f"{last.reason} at its last build, and nothing is resolved"
    if found.object is None or (last.action != "passed" and last.object == found.object):
        return False, ""
    if last.action != "passed":
        return True, "another object is resolved for it by now"
    if last.reason in _PASSING:
        return True, f"{last.reason} at its last build; its object is ready now"
    return False, f"{last.reason} at its last build"
