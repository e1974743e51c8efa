"""What the launcher did in the builds so far, in numbers; and what it would do, by a project's
compile commands.
"""

from __future__ import annotations

import os
import posixpath
from bisect import insort
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from llmopt.config.load import find_root
from llmopt.errors import ConfigError, ToolError
from llmopt.flow.builds import builds
from llmopt.flow.session import Session
from llmopt.store.log import (
    COMPILE_FAILED,
    NO_RECIPE,
    RESOLVED,
    RESOLVER_RUNNING,
    Launch,
    read_log,
)
from llmopt.toolchain.commands import CommandParser, LeftToCompiler
from llmopt.toolchain.database import Entry, read_database

#: Where build tools leave their compile commands, below the root.
_DATABASES = ("build/compile_commands.json", "compile_commands.json")
HOT = "hot"


@dataclass(frozen=True)
class Tally:
    """Launches, counted. Times are milliseconds.

    `spent_ms` is the launcher's own part, without the compiler's. `saved_ms` is what direct hits
    spared: the median compile of the same unit before, less the launch. Launches for which the log
    does not tell are counted in `spent_unknown` and `saved_unknown` and in no sum.
    """

    launches: int
    units: int
    swapped: int
    direct: int
    passed: int
    reasons: Mapping[str, int]
    resolved: int
    pending: tuple[str, ...]
    spent_ms: int
    spent_unknown: int
    saved_ms: float
    saved_unknown: int


@dataclass(frozen=True)
class Build:
    """One build: when it began and ended, in Unix seconds, and what it did."""

    begin: int
    end: int
    tally: Tally


@dataclass(frozen=True)
class Slowest:
    """The slowest launch of a source."""

    source: str
    launches: int
    ms: int
    compile: int | None
    own: int | None
    output: str


@dataclass(frozen=True)
class Foreseen:
    """What the launcher would do with the compile commands of a project.

    `entries` are source, output (None where it was not taken apart) and why: HOT, or the reason to
    pass it. `others` counts the entries that are not C.
    """

    file: str
    entries: tuple[tuple[str, str | None, str], ...]
    others: int

    @property
    def reasons(self) -> dict[str, int]:
        """How many entries have each reason, the most first."""
        return _counted(reason for _, _, reason in self.entries)


@dataclass(frozen=True)
class Stats:
    """The whole story. `note` says why there are no commands where some were expected."""

    unreadable: int
    overall: Tally
    builds: tuple[Build, ...]
    slowest: tuple[Slowest, ...]
    commands: Foreseen | None
    note: str

    def to_json(self, most_builds: int) -> dict[str, Any]:
        """For scripts, with the newest builds."""
        commands = self.commands and {
            "file": self.commands.file,
            "others": self.commands.others,
            "reasons": self.commands.reasons,
            "entries": [
                {"source": source, "output": output, "reason": reason}
                for source, output, reason in self.commands.entries
            ],
        }
        return {
            "unreadable": self.unreadable,
            "overall": asdict(self.overall),
            "build_count": len(self.builds),
            "builds": [
                {"begin": build.begin, "end": build.end, **asdict(build.tally)}
                for build in newest(self.builds, most_builds)
            ],
            "slowest": [asdict(slowest) for slowest in self.slowest],
            "commands": commands,
            "note": self.note,
        }


def newest(found: Sequence[Build], most: int) -> Sequence[Build]:
    """The last of the builds."""
    return found[max(0, len(found) - most) :]


def stats(session: Session, database: Path | None) -> Stats:
    """Reads the log and the compile commands; writes nothing.

    Raises StoreError for a log that cannot be read, ToolError for a `database` that is none. One
    that was only found is not insisted on.
    """
    log = read_log(session.state.path)
    pending = _pending(log.launches)
    saved = _saved(log.launches)
    found = []
    for places in builds(log.launches):
        launches = [log.launches[place] for place in places]
        tally = _tally(launches, [saved[place] for place in places], pending)
        begin = min(launch.time - launch.ms // 1000 for launch in launches)
        found.append(Build(begin, max(launch.time for launch in launches), tally))
    commands, note = _commands(session, database)
    return Stats(
        unreadable=log.unreadable,
        overall=_tally(log.launches, saved, pending),
        builds=tuple(found),
        slowest=_slowest(log.launches),
        commands=commands,
        note=note,
    )


def _tally(launches: Sequence[Launch], saved: Sequence[float | None], pending: set[str]) -> Tally:
    actions = Counter(launch.action for launch in launches)
    own = [launch.own for launch in launches]
    direct = [ms for launch, ms in zip(launches, saved, strict=True) if launch.action == "direct"]
    late = {launch.unit for launch in launches if launch.reason == RESOLVER_RUNNING}
    return Tally(
        launches=len(launches),
        units=len({launch.unit for launch in launches}),
        swapped=actions["swapped"],
        direct=actions["direct"],
        passed=actions["passed"],
        reasons=_counted(launch.reason for launch in launches if launch.action == "passed"),
        resolved=sum(launch.reason == RESOLVED for launch in launches),
        pending=tuple(sorted(late & pending)),
        spent_ms=sum(ms for ms in own if ms is not None),
        spent_unknown=own.count(None),
        saved_ms=sum(ms for ms in direct if ms is not None),
        saved_unknown=direct.count(None),
    )


def _counted(texts: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(texts).items(), key=lambda item: (-item[1], item[0])))


def _pending(launches: Sequence[Launch]) -> set[str]:
    """The units whose resolver was late, and that have not had its answer since."""
    pending = set()
    for launch in launches:
        if launch.reason == RESOLVER_RUNNING:
            pending.add(launch.unit)
        elif launch.action != "passed" or launch.reason == NO_RECIPE:
            pending.discard(launch.unit)
    return pending


def _saved(launches: Sequence[Launch]) -> list[float | None]:
    """For each direct hit what it spared; None for all others, and where no compile is known."""
    known: dict[str, list[int]] = {}
    saved: list[float | None] = []
    for launch in launches:
        # The very same command says most; else what made the same output.
        compiles = known.get(launch.manifest) or known.get(launch.unit)
        if launch.action == "direct" and compiles:
            saved.append(_median(compiles) - launch.ms)
        else:
            saved.append(None)
        # One that failed ended early.
        if launch.compile and launch.reason != COMPILE_FAILED:
            for key in (launch.manifest, launch.unit):
                insort(known.setdefault(key, []), launch.compile)
    return saved


def _median(ordered: Sequence[int]) -> float:
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _slowest(launches: Sequence[Launch]) -> tuple[Slowest, ...]:
    counts = Counter(launch.source for launch in launches)
    found: dict[str, Launch] = {}
    for launch in launches:
        if launch.source not in found or launch.ms > found[launch.source].ms:
            found[launch.source] = launch
    return tuple(
        Slowest(one.source, counts[one.source], one.ms, one.compile, one.own, one.unit)
        for one in sorted(found.values(), key=lambda launch: (-launch.ms, launch.source))
    )


def _commands(session: Session, database: Path | None) -> tuple[Foreseen | None, str]:
    if database is not None:
        return _foreseen(session, database), ""
    for name in _DATABASES:
        path = session.state.root / name
        if path.is_file():
            try:
                return _foreseen(session, path), ""
            except ToolError as error:
                return None, str(error)
    return None, ""


def _foreseen(session: Session, database: Path) -> Foreseen:
    entries = read_database(database)
    ours = [entry for entry in entries if entry.file.endswith(".c")]
    parser = CommandParser(session.sandbox, session.launcher)
    root = session.config.root
    # Each is a process of its own.
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        reasons = list(pool.map(lambda entry: _reason(session, parser, entry), ours))
    units = [
        (posixpath.relpath(entry.path, root), output, reason)
        for entry, (output, reason) in zip(ours, reasons, strict=True)
    ]
    hot = session.state.hot_sources(source for source, _, _ in units)
    judged = tuple(
        (source, output, reason or (HOT if source in hot else "not hot"))
        for source, output, reason in units
    )
    return Foreseen(str(database), judged, len(entries) - len(ours))


def _reason(session: Session, parser: CommandParser, entry: Entry) -> tuple[str | None, str | None]:
    """An entry's output, and why it is passed whatever is hot; the texts are the launcher's."""
    if not os.path.isdir(entry.recorded.cwd):
        return None, "no working directory"
    command = parser.parse(entry.recorded)
    if isinstance(command, LeftToCompiler):
        return None, command.reason
    try:
        root = str(find_root(Path(command.source_path).parent))
    except ConfigError:
        return command.output_path, "no llmopt.yaml"
    if root != session.config.root:
        return command.output_path, f"belongs to the project in {root}"
    return command.output_path, None if session.state.index_path.exists() else "no index"
