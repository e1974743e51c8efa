"""One snapshot that is kept: how it comes up, and how it is asked."""

from __future__ import annotations

import json
import os
import select
import struct
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from llmopt.sandbox.run import Beside
from llmopt.shadow.program import Program

#: Seconds between two looks whether the program has ended.
_LOOK = 0.02
#: Seconds that a snapshot may take to come up when the program has ended.
_COMING_UP = 2.0

_ANSWER = struct.Struct("=Q")
_REQUEST = struct.Struct("=3Q")


class Question(IntEnum):
    """What a snapshot is asked: to find names, to judge an image, to time one."""

    FIND = 0
    JUDGE = 1
    TIME = 2


class Said(IntEnum):
    """What it says of an image. Where a stretch could not be compared, one call may be the same."""

    NOTHING = 0
    SAME = 1
    OTHERWISE = 2
    CALL_IS_SAME = 3


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

    def put(self, question: Question, number: int, rounds: int, timeout: float) -> int | None:
        """Asks, and returns what it says; None where it does not answer any more."""
        try:
            os.write(self.ask, _REQUEST.pack(question, number, rounds))
        except OSError:
            self.alive = False
            return None
        said = _receive(self.answer, timeout)
        self.alive = said is not None
        return said

    def events(self) -> list[dict[str, Any]]:
        """What it has reported since the last look."""
        data = (self.directory / f"live.{self.number}").read_bytes()[self.read :]
        whole = data[: data.rfind(b"\n") + 1]
        self.read += len(whole)
        return [json.loads(line) for line in whole.decode("utf-8", "replace").splitlines()]


def _receive(channel: int, timeout: float) -> int | None:
    """An answer; None where none comes."""
    data = os.read(channel, _ANSWER.size) if _ready([channel], timeout) else b""
    return _ANSWER.unpack(data)[0] if len(data) == _ANSWER.size else None


def _ready(channels: Iterable[int], timeout: float) -> set[int]:
    """Those of the channels that have something to say, or nobody at their other end any more."""
    poll = select.poll()
    for channel in channels:
        poll.register(channel, select.POLLIN)
    return {channel for channel, _ in poll.poll(timeout * 1000)}


def channels(directory: Path, number: int, stack: ExitStack) -> tuple[int, int]:
    """Where a snapshot is asked, and where it answers."""
    made = []
    for name, flags in (("ask", os.O_RDWR), ("answer", os.O_RDONLY)):
        path = directory / f"{name}.{number}"
        os.mkfifo(path, 0o600)
        end = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)
        stack.callback(os.close, end)
        made.append(end)
    return made[0], made[1]


def introduced(
    directory: Path,
    ends: Sequence[tuple[int, int]],
    job: Beside,
    ended: Path,
    deadline: float,
) -> list[Kept]:
    """The snapshots that have come up when the program has ended."""
    kept: list[Kept] = []
    programs: dict[tuple[object, ...], Program] = {}
    waiting = dict(enumerate(ends))
    has_ended = False
    while waiting and job.runs() and time.monotonic() < deadline:
        if not has_ended and ended.exists():
            has_ended = True
            deadline = min(deadline, time.monotonic() + _COMING_UP)
        expected = {n for n in waiting if (directory / f"live.{n}").exists()}
        if has_ended and not expected:
            break
        ready = _ready([waiting[n][1] for n in expected], _LOOK)
        for number in expected:
            ask, answer = waiting[number]
            if answer not in ready:
                continue
            del waiting[number]
            if _receive(answer, 0) is not None:
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
