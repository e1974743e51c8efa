"""The story of `mode: inline`: a build meets a hot function without a recipe and looks for one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from llmopt.errors import LlmoptError
from llmopt.flow.events import Trial
from llmopt.flow.optimize import optimize
from llmopt.flow.resolve import Resolution
from llmopt.flow.session import Session
from llmopt.profile.hot import HotFunction
from llmopt.values.digest import digest
from llmopt.values.verdict import Verdict, describe


def optimize_unit(session: Session, resolution: Resolution) -> bool:
    """Looks once for recipes of a unit's hot functions that have none. True: it has looked.

    False where there is nothing to look for, or where another build does it just now: this one goes
    on with the compiler's object. Raises LlmoptError as `optimize` does.
    """
    source = resolution.facts.source
    keys = _untried(session, resolution)
    if not keys:
        return False
    with _once(session.state.path / "inline" / f"{digest('inline', source)}.lock") as first:
        if not first:
            return False
        # One after the other: two would measure each other.
        with FileLock(session.state.path / "busy.lock"):
            optimize(session, Log(session.state.path / "inline" / "log"), sorted(keys))
        for key in keys.values():
            session.cache.add_outcome(_tried(session, key), {"tried": True})
    return True


def _untried(session: Session, resolution: Resolution) -> dict[str, str]:
    """Hot functions of the unit without a recipe, for which none was looked for: name and key."""
    profile = session.profile()
    found = {recipe.function for recipe in resolution.facts.applied}
    keys = {}
    for function in profile.hot(session.config.hot) if profile else ():
        if function.source != resolution.facts.source or function.name in found:
            continue
        try:
            key = resolution.context.function_key(function.name)
        except LlmoptError:
            continue  # no step could name it either
        if session.cache.outcome(_tried(session, key)) is None:
            keys[function.name] = key
    return keys


def _tried(session: Session, function_key: str) -> str:
    section = session.config.search
    return digest(
        "inline-tried",
        function_key,
        session.machine,
        session.workload_digest(),
        section.levels,
        section.trials,
        section.seed,
    )


@contextmanager
def _once(path: Path) -> Iterator[bool]:
    """Whether this process is the one that does it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


class Log:
    """Events as lines of a file: nobody may print during a build."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def stage(self, text: str) -> None:
        """A new stage has begun."""
        self._say(text)

    def function(self, function: HotFunction, trials: int) -> None:
        """Work on a function has begun."""
        self._say(f"{function.name} ({function.source}): at most {trials} trials")

    def trying(self, function: str, move: str) -> None:
        """A version is about to be tried."""

    def trial(self, trial: Trial) -> None:
        """A version was tried."""
        said = describe(trial.verdict).splitlines()[0]
        self._say(f"{trial.function}: {trial.move}: {said}, {trial.gain:.2f}x")

    def gate(self, function: str, verdict: Verdict) -> None:
        """A gate has judged."""
        self._say(f"{function}: {describe(verdict).splitlines()[0]}")

    def rounds(self, done: int, total: int) -> None:
        """So many rounds of a measurement are done."""

    def _say(self, text: str) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {text}\n")
