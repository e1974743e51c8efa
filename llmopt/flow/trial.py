"""One trial: build a version, pass the cheap gates, run it once beside the original."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from llmopt.errors import NotApplicable, ProfileError, SourceError, ToolError, ToolFailed
from llmopt.flow.live import LiveFilter
from llmopt.flow.session import Session
from llmopt.measure.rounds import Timed, function_seconds, run_once
from llmopt.profile.hot import plain_name
from llmopt.profile.perf import Samples
from llmopt.rewrite.build import build, outlined
from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain.elf import ObjectFile
from llmopt.values.digest import digest
from llmopt.values.step import Level, Step, step_fields
from llmopt.values.verdict import (
    Inconclusive,
    Passed,
    Refuted,
    Verdict,
    verdict_from_json,
    verdict_to_json,
)
from llmopt.verify import building, static
from llmopt.verify.outputs import Outcome, difference, forget, outcome
from llmopt.workspace.tree import read

#: The original runs anew after this many candidates: the machine's speed drifts.
_REFRESH = 5
#: Runs of the original that a candidate's one run is compared with.
_KEPT = 3


@dataclass(frozen=True)
class Subject:
    """The function under work and the units that it stands in, of the candidate's tree.

    One source may be compiled several times; the first unit is the one that versions are made in.
    """

    timed: Timed
    contexts: tuple[UnitContext, ...]

    @property
    def context(self) -> UnitContext:
        """The unit that versions are made in."""
        return self.contexts[0]

    @property
    def inlined(self) -> bool:
        """Whether the function's code runs within other symbols."""
        return bool(self.timed.within)

    def below(self, level: Level, steps: tuple[Step, ...] = ()) -> tuple[Step, ...]:
        """The steps that a change at a level comes on top of: below the source there is no text of
        a function that is inlined everywhere, before it is kept from it. Raises as `outlined`.
        """
        if level == "source" or steps or not self.inlined:
            return steps
        return (outlined(self.context, self.timed.name),)


def open_subject(session: Session, name: str, source: str) -> Subject:
    """The function in the units of the candidate's tree that define it.

    Raises NotApplicable with the reason where none does.
    """
    usable = []
    reason = f"no unit of the build compiles {source}"
    for unit in session.candidate.units():
        if unit.source != source:
            continue
        context = UnitContext(unit, session.sandbox)
        try:
            context.function_key(name)
            usable.append(context)
        except (SourceError, ToolFailed) as error:
            reason = str(error)
    if not usable:
        raise NotApplicable(reason)
    others = _others(session, name, usable)
    timed = Timed(name, source, others, _within(session, name, source, usable, others))
    return Subject(timed, tuple(usable))


def _others(session: Session, name: str, contexts: Sequence[UnitContext]) -> frozenset[str] | None:
    """What the compiler's own objects of some units define besides a function; None where an object
    is not there, or is none that can be read.
    """
    found: set[str] = set()
    for context in contexts:
        inside = context.unit.command.output_path
        own = inside.replace(str(session.candidate.path), str(session.original.path), 1)
        try:
            found |= {plain_name(symbol) for symbol in ObjectFile(read(own)).defined}
        except (ToolError, SourceError):
            return None
    return frozenset(found - {name})


def _within(
    session: Session,
    name: str,
    source: str,
    contexts: Sequence[UnitContext],
    others: frozenset[str] | None,
) -> frozenset[str]:
    """The symbols besides its own in which a function's code was seen to run. Where no profile
    knows, and it is no symbol of its own: those that may call it.
    """
    try:
        profile = session.profile()
    except ProfileError:
        profile = None
    for hot in profile.functions if profile else ():
        if (hot.name, hot.source) == (name, source) and hot.symbols:
            return frozenset(map(plain_name, hot.symbols)) - {name}
    try:
        if any(name in ObjectFile(context.object).defined for context in contexts):
            return frozenset()
        return frozenset(
            caller
            for context in contexts
            for caller in context.lexical.functions
            if caller in (others or ()) and name in context.lexical.closure(caller).names
        )
    except (SourceError, ToolFailed):
        return frozenset()


@dataclass(frozen=True)
class Tried:
    """What came of a trial. `gain` is old over new time in one run: a screening figure."""

    verdict: Verdict
    gain: float


#: By output: the unit, its object, and what the compiler said.
Built = dict[str, tuple[UnitContext, bytes, str]]


def build_everywhere(subject: Subject, steps: Sequence[Step]) -> Built:
    """The objects, by output, of all units that the steps fit.

    Raises NotApplicable, SourceError or ToolFailed when they do not fit the first.
    """
    built: Built = {}
    for context in subject.contexts:
        try:
            made = build(context, steps)
        except (NotApplicable, SourceError, ToolFailed):
            if context is subject.context:
                raise
            continue  # the other unit is other code: it keeps the compiler's own object
        built[context.unit.command.output_path] = (context, made.object, made.diagnostics)
    return built


@dataclass
class Bench:
    """Runs candidates, with the original's outcome and times at hand."""

    session: Session
    _expected: Outcome | None = None
    _samples: list[Samples | float] = field(default_factory=list)
    _since: int = _REFRESH

    def __post_init__(self) -> None:
        self._filter = LiveFilter(self.session)

    def leave(self) -> str:
        """Ends what ran beside the trials of a function; why nothing did, where it ought to."""
        return self._filter.close()

    def known(self, subject: Subject, steps: tuple[Step, ...]) -> Tried | None:
        """What came of the same trial before, if it was tried."""
        stored = self.session.cache.outcome(self._key(subject, steps))
        return None if stored is None else _from_json(stored)

    def try_version(self, subject: Subject, steps: tuple[Step, ...]) -> Tried:
        """Tries a version and keeps what came of it."""
        tried = self._try(subject, steps)
        self.session.cache.add_outcome(self._key(subject, steps), _to_json(tried))
        return tried

    def _key(self, subject: Subject, steps: tuple[Step, ...]) -> str:
        return digest(
            "trial",
            [context.unit_key() for context in subject.contexts],
            subject.timed.name,
            [step_fields(step) for step in steps],
            self.session.workload_digest(),
            self.session.machine,
            self._filter.digest,
            *([sorted(subject.timed.within)] if subject.timed.within else []),
        )

    def _try(self, subject: Subject, steps: tuple[Step, ...]) -> Tried:
        started = time.monotonic()
        texts = static.judge_texts(subject.context, steps)
        if not isinstance(texts, Passed):
            return Tried(texts, 0.0)
        try:
            built = build_everywhere(subject, steps)
        except (NotApplicable, SourceError) as error:
            return Tried(Inconclusive("build", str(error)), 0.0)
        except ToolFailed as error:
            return Tried(Refuted("build", str(error)), 0.0)
        if all(data == context.object for context, data, _ in built.values()):
            return Tried(Inconclusive("build", "the same code as before"), 0.0)
        for context, data, said in built.values():
            for verdict in (
                static.judge(context, subject.timed.name, steps, data),
                building.judge(context.diagnostics, said),
            ):
                if not isinstance(verdict, Passed):
                    return Tried(verdict, 0.0)
        asked = time.monotonic()
        refuted = self._filter.refutes(subject.context, subject.timed.name, steps)
        if refuted is not None:
            return Tried(refuted, 0.0)
        slower = self._filter.slower(steps)
        if slower is not None:
            return Tried(Passed("screening", {"timed": "kept snapshots"}), slower)
        answered = time.monotonic()
        self._place({output: data for output, (_, data, _) in built.items()})
        build = time.monotonic() - answered + asked - started
        tried = self._run(subject.timed)
        self._filter.has_run(tried.verdict, build)
        return tried

    def _place(self, objects: Mapping[str, bytes]) -> None:
        try:
            self.session.candidate.place(objects)
        except (ToolError, ToolFailed):
            if not self._filter.stands:
                raise
            # A build that writes into a program that is in use cannot: it is not any more.
            self._filter.close()
            self.session.candidate.place(objects)

    def _run(self, timed: Timed) -> Tried:
        self._refresh()
        section = self.session.config.workload
        forget(self.session.candidate.path, section.files)
        done, samples = run_once(
            self.session.profiler, self.session.candidate, section.command, section.timeout
        )
        found = outcome(section.command, done, self.session.candidate.path, section)
        assert self._expected is not None
        if different := difference(self._expected, found):
            return Tried(Refuted("differential", different), 0.0)
        self._since += 1
        new = _seconds(samples or done.seconds, timed)
        if new <= 0:
            return Tried(Inconclusive("differential", "the function was not seen to run"), 0.0)
        old = statistics.median(_seconds(sample, timed) for sample in self._samples)
        return Tried(Passed("screening", {"seconds": round(new, 4)}), old / new)

    def _refresh(self) -> None:
        """Runs the original where its times are old. Raises ToolFailed when it cannot be one."""
        if self._since < _REFRESH:
            return
        section = self.session.config.workload
        while True:
            forget(self.session.original.path, section.files)
            done, samples = run_once(
                self.session.profiler, self.session.original, section.command, section.timeout
            )
            found = outcome(section.command, done, self.session.original.path, section)
            self._check(found, done.tail)
            self._samples = [*self._samples, samples or done.seconds][-_KEPT:]
            if len(self._samples) >= _KEPT:
                break
        self._since = 0

    def _check(self, found: Outcome, tail: str) -> None:
        if found.status != 0 or found.timed_out:
            raise ToolFailed(
                f"the workload fails with the original (status {found.status}): {tail}",
                status=found.status,
                output=tail,
            )
        self._expected = self._expected or found
        if different := difference(self._expected, found):
            raise ToolFailed(
                "the workload's output is not the same in every run, so it cannot show whether a "
                f"change is right: {different}",
                status=0,
                output=tail,
            )


def _seconds(sample: Samples | float, timed: Timed) -> float:
    return sample if isinstance(sample, float) else function_seconds(sample, timed)


def _to_json(tried: Tried) -> dict[str, Any]:
    return {"verdict": verdict_to_json(tried.verdict), "gain": tried.gain}


def _from_json(data: Mapping[str, Any]) -> Tried:
    return Tried(verdict_from_json(data["verdict"]), float(data["gain"]))
