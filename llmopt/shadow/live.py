"""Snapshots of a program that are kept, and that candidates are given to: a first filter.

The program runs once, with the original in the candidate's place. At a few calls a snapshot of it
stays, also when the program has ended. A candidate comes as an image of code; each snapshot runs
one call, and then a stretch of calls, with the original and with the image, and compares as the
gate does. Only a difference says anything.
"""

from __future__ import annotations

import shutil
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
from llmopt.shadow.kept import Kept, Question, Said, channels, introduced
from llmopt.shadow.program import Program
from llmopt.shadow.run import Settings
from llmopt.shadow.runtime import Runtime
from llmopt.values.step import Step
from llmopt.workspace.tree import Tree

#: Seconds that a kept program may stand there.
_LIFE = 6 * 3600.0
#: Seconds that it may take to find names.
_GRACE = 5.0
#: So many fit into what a snapshot reports.
_ROUNDS = 200
#: Seconds that a snapshot may take for one candidate.
_PATIENCE = 30.0

#: Runs the command, ends it with all it started after so many seconds, and waits for the caller.
_KEEPER = 'timeout -s KILL "$1" /bin/sh -c "$3" </dev/null; : > "$2"; read -r _'


@dataclass(frozen=True)
class Answer:
    """What kept snapshots say of a candidate.

    `difference` in words, empty where none was found, which says nothing: `compared` snapshots
    found none. `reason` is why there is nothing to compare in. `made` and `judged` are seconds of
    wall time: of making the image, and of the comparisons.
    """

    difference: str = ""
    compared: int = 0
    reason: str = ""
    made: float = 0.0
    judged: float = 0.0


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
            said = kept.put(Question.JUDGE, images[id(kept.program)], 0, _PATIENCE)
            events = kept.events() if said is not None else []
            found = [e for e in events if e["event"] == "difference"]
            if said == Said.OTHERWISE and found and self._is_sound(kept):
                located = self.context.locate(self.function)
                words = describe.describe(_of_copy(found[0], kept.program), located)
                return Answer(words, compared, "", made - started, time.monotonic() - made)
            compared += said in (Said.SAME, Said.CALL_IS_SAME)
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
            if kept.put(Question.TIME, images[id(kept.program)], rounds, _PATIENCE) is not None:
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
        said = kept.put(Question.JUDGE, self._controls[id(kept.program)], 0, _PATIENCE)
        if said is not None:
            kept.events()
        return said == Said.SAME

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
        if kept.put(Question.FIND, self._number, 0, _GRACE) is None:
            return {}
        found = [event["addresses"] for event in kept.events() if event["event"] == "found"]
        return dict(zip(names, found[0], strict=False)) if found else {}


@contextmanager
def keep(
    tree: Tree,
    context: UnitContext,
    function: str,
    command: str,
    runtime: Runtime,
    settings: Settings,
    seconds: float = 3.0,
) -> Iterator[Live]:
    """Runs a command in a private tree that is built, and keeps `settings.live` snapshots at most.

    The program is ended when it has them, and after `seconds`. Other units that are compiled from
    the same source stay as they are. Raises NotApplicable where no snapshot could be kept, and
    SourceError, ToolError or ToolFailed where no program could be made.
    """
    tree.place(objects((context,), function, (), runtime))
    directory = tree.path.with_suffix(".live")
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    ended = directory / "ended"
    words = ("/bin/sh", "-c", _KEEPER, "sh", str(seconds), str(ended))
    variables = {**settings.environment, "LLMOPT_SHADOW_LOG": str(directory)}
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        ends = [channels(directory, number, stack) for number in range(settings.live)]
        job = stack.enter_context(tree.started(words, command, _LIFE, variables, (str(directory),)))
        live = Live(context, function, runtime.sandbox, directory, job)
        deadline = time.monotonic() + seconds + _GRACE
        live.kept = introduced(directory, ends, job, ended, deadline)
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
