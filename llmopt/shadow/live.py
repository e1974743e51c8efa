"""Snapshots of a program that are kept, and that candidates are given to: a first filter.

The program runs once, with the original in the candidate's place. At a few calls a snapshot of it
stays, also when the program has ended. A candidate comes as an image of code; each snapshot runs
one call, and then a stretch of calls, with the original and with the image, and compares as the
gate does. Only a difference says anything.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import struct
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from llmopt.errors import NotApplicable, SourceError, ToolError, ToolFailed
from llmopt.rewrite.unit import UnitContext
from llmopt.sandbox.run import Beside, Sandbox
from llmopt.shadow import describe, timing
from llmopt.shadow.image import image, needed
from llmopt.shadow.instrument import candidate_assembly, objects
from llmopt.shadow.program import Program
from llmopt.shadow.run import Settings
from llmopt.shadow.runtime import Runtime
from llmopt.values.step import Step
from llmopt.workspace.tree import Tree

#: Seconds that a kept program may stand there.
_LIFE = 6 * 3600.0
#: Seconds between two looks whether the program has ended.
_LOOK = 0.02
#: Seconds that a snapshot may take to be there when the program has ended.
_SETTLING = 0.3
#: Seconds that it may take to find names.
_GRACE = 5.0
#: So many fit into what a snapshot reports.
_ROUNDS = 200
#: Seconds that a snapshot may take for one candidate.
_PATIENCE = 30.0

_ANSWER = struct.Struct("=Q")
_REQUEST = struct.Struct("=3Q")
_FIND, _JUDGE, _TIME = range(3)
_SAME, _OTHERWISE = 1, 2

#: Runs the command, ends it with all it started after so many seconds, and waits for the caller.
_KEEPER = 'timeout -s KILL "$1" /bin/sh -c "$3" </dev/null; : > "$2"; read -r _'


@dataclass(frozen=True)
class Answer:
    """What kept snapshots say of a candidate.

    `difference` in words, empty where none was found, which says nothing: `compared` snapshots
    found none. `reason` is why there is nothing to compare in. `seconds` is wall time: of making
    the image, and of the comparisons.
    """

    difference: str = ""
    compared: int = 0
    reason: str = ""
    made: float = 0.0
    judged: float = 0.0


@dataclass
class Kept:
    """One snapshot, taken at call number `call`."""

    number: int
    directory: Path
    ask: int
    answer: int
    program: Program
    call: int
    read: int = 0
    alive: bool = True

    def put(self, question: int, number: int, rounds: int, timeout: float) -> int | None:
        """Asks, and returns what it says; None where it does not answer any more."""
        try:
            os.write(self.ask, _REQUEST.pack(question, number, rounds))
        except OSError:
            self.alive = False
            return None
        said = receive(self.answer, timeout)
        self.alive = said is not None
        return said

    def events(self) -> list[dict[str, Any]]:
        """What it has reported since the last look."""
        data = (self.directory / f"live.{self.number}").read_bytes()[self.read :]
        whole = data[: data.rfind(b"\n") + 1]
        self.read += len(whole)
        return [json.loads(line) for line in whole.decode("utf-8", "replace").splitlines()]


def receive(channel: int, timeout: float) -> int | None:
    """An answer; None where none comes."""
    data = os.read(channel, _ANSWER.size) if _ready([channel], timeout) else b""
    return _ANSWER.unpack(data)[0] if len(data) == _ANSWER.size else None


def _ready(channels: Iterable[int], timeout: float) -> set[int]:
    """Those of the channels that have something to say, or nobody at their other end any more."""
    poll = select.poll()
    for channel in channels:
        poll.register(channel, select.POLLIN)
    return {channel for channel, _ in poll.poll(timeout * 1000)}


@dataclass
class Live:
    """The kept snapshots of one function."""

    context: UnitContext
    function: str
    sandbox: Sandbox
    directory: Path
    job: Beside
    kept: list[Kept] = field(default_factory=list)
    _number: int = 0
    _controls: dict[int, int] = field(default_factory=dict)

    def judge(self, steps: Sequence[Step]) -> Answer:
        """What they say of a candidate. Raises nothing but what a broken machine raises."""
        started = time.monotonic()
        try:
            images = self._made(steps)
        except (NotApplicable, SourceError, ToolError, ToolFailed) as error:
            return Answer(reason=str(error), made=time.monotonic() - started)
        made = time.monotonic()
        compared = 0
        for kept in self._alive():
            said = kept.put(_JUDGE, images[id(kept.program)], 0, _PATIENCE)
            events = kept.events() if said is not None else []
            found = [e for e in events if e["event"] == "difference"]
            if said == _OTHERWISE and found and self._is_sound(kept):
                located = self.context.locate(self.function)
                words = describe.describe(_of_copy(found[0], kept.program), located)
                return Answer(words, compared, "", made - started, time.monotonic() - made)
            compared += said == _SAME
        reason = "" if compared else "no snapshot could compare"
        return Answer("", compared, reason, made - started, time.monotonic() - made)

    def speedup(self, steps: Sequence[Step], rounds: int = 10) -> float | None:
        """Old over new time on the calls from each snapshot on: to rank candidates by.

        Beside the original's own that came the same way: what an image costs is in both. None where
        it cannot be timed. Raises nothing but what a broken machine raises.
        """
        control, made = self.timings((), rounds), self.timings(steps, rounds)
        if not control or not made:
            return None
        return timing.speedup(made) / timing.speedup(control)

    def timings(self, steps: Sequence[Step], rounds: int = 10) -> tuple[timing.Timing, ...]:
        """The candidate's image beside the original on the calls from each snapshot on.

        Each `rounds` times, 200 at most. Empty where it cannot be timed. Raises nothing but what a
        broken machine raises.
        """
        rounds = min(rounds, _ROUNDS)
        try:
            images = self._made(steps)
        except (NotApplicable, SourceError, ToolError, ToolFailed):
            return ()
        events = []
        for kept in self._alive():
            if kept.put(_TIME, images[id(kept.program)], rounds, _PATIENCE) is not None:
                events += [e for e in kept.events() if e["event"] == "timing"]
        return timing.of_events(events)

    def _alive(self) -> Iterator[Kept]:
        return (kept for kept in self.kept if kept.alive and self.job.runs())

    def _is_sound(self, kept: Kept) -> bool:
        """Whether the original, come by the same way, is what the original is."""
        if kept.program.is_overwritten():
            return False
        try:
            self._controls = self._controls or self._made(())
        except (NotApplicable, SourceError, ToolError, ToolFailed):
            return False
        said = kept.put(_JUDGE, self._controls[id(kept.program)], 0, _PATIENCE)
        if said is not None:
            kept.events()
        return said == _SAME

    def _made(self, steps: Sequence[Step]) -> dict[int, int]:
        """For each program the number of the image. Raises as `image`."""
        text = candidate_assembly(self.context, self.function, steps)
        made: dict[int, int] = {}
        for kept in self._alive():
            if id(kept.program) in made:
                continue
            need = needed(text, self.function, kept.program)
            far = self._found(kept, sorted(n for n, known in need.addresses.items() if not known))
            data = image(self.context, self.sandbox, need, kept.program.place, far)
            self._number += 1
            (self.directory / f"image.{self._number}").write_bytes(data)
            made[id(kept.program)] = self._number
        return made

    def _found(self, kept: Kept, names: Sequence[str]) -> dict[str, int]:
        """Where the loader has names; without those that it does not know."""
        if not names:
            return {}
        self._number += 1
        path = self.directory / f"names.{self._number}"
        path.write_text("".join(f"{name}\n" for name in names))
        if kept.put(_FIND, self._number, 0, _GRACE) is None:
            return {}
        found = [event["addresses"] for event in kept.events() if event["event"] == "found"]
        return dict(zip(names, found[0], strict=False)) if found else {}


@contextmanager
def keep(
    tree: Tree,
    contexts: Sequence[UnitContext],
    function: str,
    command: str,
    runtime: Runtime,
    settings: Settings,
    seconds: float = 3.0,
) -> Iterator[Live]:
    """Runs a command in a private tree that is built, and keeps `settings.live` snapshots at most.

    The program is ended when it has them, and after `seconds`. `contexts` are the units that define
    the function. Raises NotApplicable where no snapshot could be kept, and SourceError, ToolError
    or ToolFailed where no program could be made.
    """
    tree.place(objects(contexts, function, (), runtime))
    directory = tree.path.with_suffix(".live")
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    ended = directory / "ended"
    words = ("/bin/sh", "-c", _KEEPER, "sh", str(seconds), str(ended))
    variables = {**settings.environment, "LLMOPT_SHADOW_LOG": str(directory)}
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        channels = [_channels(directory, number, stack) for number in range(settings.live)]
        job = stack.enter_context(tree.started(words, command, _LIFE, variables, (str(directory),)))
        live = Live(contexts[0], function, runtime.sandbox, directory, job)
        deadline = time.monotonic() + seconds + _GRACE
        live.kept = _introduced(directory, channels, job, ended, deadline)
        if not live.kept:
            raise NotApplicable(f"no call of `{command}` came in time for a snapshot")
        yield live


def _of_copy(event: dict[str, Any], program: Program) -> dict[str, Any]:
    """The event with places in the program as those in its copy: another one may stand there."""

    def renamed(places: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        copy = str(program.copy)
        return [{**p, "in": copy} if p.get("in") == program.path else p for p in places]

    places = {name: renamed(event.get(name, ())) for name in ("differences", "arguments")}
    return {**event, **places}


def _channels(directory: Path, number: int, stack: ExitStack) -> tuple[int, int]:
    """Where a snapshot is asked, and where it answers."""
    ends = []
    for name, flags in (("ask", os.O_RDWR), ("answer", os.O_RDONLY)):
        path = directory / f"{name}.{number}"
        os.mkfifo(path, 0o600)
        end = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)
        stack.callback(os.close, end)
        ends.append(end)
    return ends[0], ends[1]


def _introduced(
    directory: Path,
    channels: Sequence[tuple[int, int]],
    job: Beside,
    ended: Path,
    deadline: float,
) -> list[Kept]:
    """The snapshots that have come up when the program has ended."""
    kept: list[Kept] = []
    programs: dict[tuple[object, ...], Program] = {}
    waiting = dict(enumerate(channels))
    settling = False
    while waiting and job.runs() and time.monotonic() < deadline:
        if not settling and ended.exists():
            settling = True
            deadline = min(deadline, time.monotonic() + _SETTLING)
        expected = {n for n in waiting if (directory / f"live.{n}").exists()}
        ready = _ready([waiting[n][1] for n in expected], _LOOK)
        for number in expected:
            ask, answer = waiting[number]
            if answer not in ready:
                continue
            del waiting[number]
            if receive(answer, 0) is not None:
                kept += _one(directory, number, ask, answer, programs)
    return sorted(kept, key=lambda one: one.call)


def _one(
    directory: Path,
    number: int,
    ask: int,
    answer: int,
    programs: dict[tuple[object, ...], Program],
) -> list[Kept]:
    """A snapshot that has come up, where its program is one that can be read."""
    log = directory / f"live.{number}"
    data = log.read_bytes()
    event = json.loads(data.splitlines()[0])
    place = (event["program"], event["start"], event["site"], event["place"])
    if place not in programs:
        programs[place] = Program(*place, directory / f"program.{number}")
    return [Kept(number, directory, ask, answer, programs[place], event["call"], len(data))]
