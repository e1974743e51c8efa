"""One trial: build a version, pass the cheap gates, run it once beside the original."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from llmopt.errors import NotApplicable, ProfileError, SourceError, ToolError, ToolFailed
from llmopt.flow.live import LiveFilter
from llmopt.flow.session import Session
from llmopt.flow.together import together
from llmopt.measure.rounds import Timed, function_seconds, run_once
from llmopt.profile.hot import plain_name
from llmopt.profile.perf import Samples
from llmopt.rewrite.build import build, outlined
from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain.elf import ObjectFile, code_digest
from llmopt.values.digest import digest
from llmopt.values.step import Level, SourceText, Step, step_fields
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
#: A candidate is stopped after so many times what the original took, and so many seconds more.
_SLOWEST, _GRACE = 3.0, 5.0


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


#: By output: the unit, its object, and what the compiler said.
Built = dict[str, tuple[UnitContext, bytes, str]]


@dataclass(frozen=True)
class Tried:
    """What came of a trial. `gain` is old over new time in one run: a screening figure. `noise` is
    what the original's runs differed by; `code` names what was built, where it was.
    """

    verdict: Verdict
    gain: float
    noise: float = 0.0
    code: str = ""


@dataclass(frozen=True)
class Prepared:
    """A version before its run. `refused` says why there need be none; `code` names what was built
    in `seconds`.
    """

    refused: Verdict | None
    built: Built = field(default_factory=dict)
    code: str = ""
    seconds: float = 0.0


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


def prepare(subject: Subject, versions: Sequence[tuple[Step, ...]]) -> list[Prepared]:
    """Versions as far as they can be judged without a run; their compilers run at once.

    Only compilers do: what reads their texts does so one after the other.
    """
    texts = [_readable(subject, steps) for steps in versions]
    fit = [number for number, text in enumerate(texts) if isinstance(text, Passed)]
    calls = [partial(_compiled, subject, versions[number]) for number in fit]
    compiled = dict(zip(fit, together(calls), strict=True))
    return [
        _judged(subject, steps, compiled[number]) if number in compiled else Prepared(texts[number])
        for number, steps in enumerate(versions)
    ]


def _readable(subject: Subject, steps: tuple[Step, ...]) -> Verdict:
    """What can be said before a compiler reads a version. Afterwards no build asks libclang."""
    verdict = static.judge_texts(subject.context, steps)
    for context in subject.contexts:
        for step in steps:
            if isinstance(step, SourceText):
                with suppress(SourceError, ToolFailed):
                    context.locate(step.function)
    return verdict


def _compiled(subject: Subject, steps: tuple[Step, ...]) -> Prepared:
    started = time.monotonic()
    try:
        built = build_everywhere(subject, steps)
    except (NotApplicable, SourceError) as error:
        return Prepared(Inconclusive("build", str(error)))
    except ToolFailed as error:
        return Prepared(Refuted("build", str(error)))
    return Prepared(None, built, seconds=time.monotonic() - started)


def _judged(subject: Subject, steps: tuple[Step, ...], made: Prepared) -> Prepared:
    """A compiled version after the gates that need no run."""
    if made.refused is not None:
        return made
    try:
        codes = {output: code_digest(data) for output, (_, data, _) in made.built.items()}
        own = {output: code_digest(c.object) for output, (c, _, _) in made.built.items()}
    except SourceError as error:
        return Prepared(Inconclusive("build", str(error)))
    if codes == own:
        return Prepared(Inconclusive("build", "the same code as before"))
    for context, data, said in made.built.values():
        for verdict in (
            static.judge(context, subject.timed.name, steps, data),
            building.judge(context.diagnostics, said),
        ):
            if not isinstance(verdict, Passed):
                return Prepared(verdict)
    outputs = [context.unit.command.output_path for context in subject.contexts]
    return replace(made, code=digest("built", [codes.get(output) for output in outputs]))


@dataclass
class Bench:
    """Runs candidates, with the original's outcome and times at hand."""

    session: Session
    _expected: Outcome | None = None
    _samples: list[Samples | float] = field(default_factory=list)
    _since: int = _REFRESH
    #: The longest run of the original, in seconds.
    _wall: float = 0.0
    #: Versions that are ready to run, by what names the trial.
    _ready: dict[str, Prepared] = field(default_factory=dict)
    #: The last subject, and what all its trials' names hold.
    _known: tuple[Subject, str] | None = None

    def __post_init__(self) -> None:
        self._filter = LiveFilter(self.session)

    def leave(self) -> str:
        """Ends what ran beside the trials of a function; why nothing did, where it ought to."""
        self._ready.clear()
        return self._filter.close()

    def known(self, subject: Subject, steps: tuple[Step, ...]) -> Tried | None:
        """What came of the same trial before, or of one of the same code, if it was tried."""
        stored = self.session.cache.outcome(self._key(subject, steps))
        if stored is None or "verdict" in stored:
            return None if stored is None else _from_json(stored)
        return self._known_code(subject, str(stored["code"]))

    def is_ready(self, subject: Subject, steps: tuple[Step, ...]) -> bool:
        """Whether a version can be run at once, or need not be."""
        return self._key(subject, steps) in self._ready or self.known(subject, steps) is not None

    def prepare(self, subject: Subject, versions: Sequence[tuple[Step, ...]]) -> None:
        """Gets versions ready to run, several at once, but for those that are or whose outcome is
        known. It ends before anything is timed.
        """
        keys = {self._key(subject, steps): steps for steps in versions}
        wanted = [k for k, steps in keys.items() if not self.is_ready(subject, steps)]
        for key, made in zip(wanted, prepare(subject, [keys[k] for k in wanted]), strict=True):
            self._keep(key, made)

    def code(self, subject: Subject, steps: tuple[Step, ...]) -> str:
        """What names the code of a version, which is built for it where it never was; empty where
        it cannot be.
        """
        key = self._key(subject, steps)
        stored = self.session.cache.outcome(key)
        if stored is None:
            return self._prepared(subject, steps).code
        return str(stored.get("code", ""))

    def try_version(self, subject: Subject, steps: tuple[Step, ...]) -> Tried:
        """Tries a version and keeps what came of it."""
        made = self._prepared(subject, steps)
        if made.refused is not None:
            return Tried(made.refused, 0.0)
        tried = self._known_code(subject, made.code)
        if tried is None:
            tried = replace(self._try(subject, steps, made), code=made.code)
            key = self._code_key(subject, made.code)
            self.session.cache.add_outcome(key, _to_json(tried))
        return tried

    def again(
        self, subject: Subject, steps: tuple[Step, ...], code: str, start: int, count: int
    ) -> Tried | tuple[float, ...]:
        """The gains of so many more runs of a version, each beside one of the original, after
        `start` that there were; or what was found wrong with it.
        """
        name = self._code_key(subject, code) if code else self._key(subject, steps)
        key = digest("again", name, start, count)
        stored = self.session.cache.outcome(key)
        if stored is None:
            made = self._prepared(subject, steps)
            if made.refused is not None:
                return Tried(made.refused, 0.0)
            found = self._run_again(subject, made, count)
            stored = _to_json(found) if isinstance(found, Tried) else {"gains": list(found)}
            self.session.cache.add_outcome(key, stored)
        return _from_json(stored) if "verdict" in stored else tuple(map(float, stored["gains"]))

    def _run_again(self, subject: Subject, made: Prepared, count: int) -> Tried | tuple[float, ...]:
        self._place({output: data for output, (_, data, _) in made.built.items()})
        gains = []
        for _ in range(count):
            self._run_original()
            found = self._run(subject.timed)
            if not isinstance(found, float):
                return found
            gains.append(_seconds(self._samples[-1], subject.timed) / found)
        return tuple(gains)

    def _prepared(self, subject: Subject, steps: tuple[Step, ...]) -> Prepared:
        key = self._key(subject, steps)
        if key not in self._ready:
            (made,) = prepare(subject, [steps])
            self._keep(key, made)
        return self._ready[key]

    def _keep(self, key: str, made: Prepared) -> None:
        self._ready[key] = made
        stored = {"code": made.code} if made.refused is None else _to_json(Tried(made.refused, 0.0))
        self.session.cache.add_outcome(key, stored)

    def _known_code(self, subject: Subject, code: str) -> Tried | None:
        stored = self.session.cache.outcome(self._code_key(subject, code))
        return None if stored is None else _from_json(stored)

    def _code_key(self, subject: Subject, code: str) -> str:
        return digest("trial of code", code, self._circumstances(subject))

    def _key(self, subject: Subject, steps: tuple[Step, ...]) -> str:
        described = [step_fields(step) for step in steps]
        return digest("trial", described, self._circumstances(subject))

    def _circumstances(self, subject: Subject) -> str:
        if self._known is None or self._known[0] is not subject:
            named = digest(
                "circumstances",
                [context.unit_key() for context in subject.contexts],
                subject.timed.name,
                self.session.workload_digest(),
                self.session.machine,
                self._filter.digest,
                *([sorted(subject.timed.within)] if subject.timed.within else []),
            )
            self._known = subject, named
        return self._known[1]

    def _try(self, subject: Subject, steps: tuple[Step, ...], made: Prepared) -> Tried:
        refuted = self._filter.refutes(subject.context, subject.timed.name, steps)
        if refuted is not None:
            return Tried(refuted, 0.0)
        slower = self._filter.slower(steps)
        if slower is not None:
            return Tried(Passed("screening", {"timed": "kept snapshots"}), slower)
        answered = time.monotonic()
        self._place({output: data for output, (_, data, _) in made.built.items()})
        build = time.monotonic() - answered + made.seconds
        tried = self._run_once(subject.timed)
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

    def _run_once(self, timed: Timed) -> Tried:
        self._refresh()
        new = self._run(timed)
        if not isinstance(new, float):
            return new
        self._since += 1
        samples = [_seconds(sample, timed) for sample in self._samples]
        old = statistics.median(samples)
        noise = (max(samples) - min(samples)) / (2 * old) if old > 0 else 0.0
        return Tried(Passed("screening", {"seconds": round(new, 4)}), old / new, noise)

    def _run(self, timed: Timed) -> float | Tried:
        """The seconds of one run of the candidate that stands in its tree; or what is wrong."""
        section = self.session.config.workload
        forget(self.session.candidate.path, section.files)
        limit = min(section.timeout, _SLOWEST * self._wall + _GRACE)
        done, samples = run_once(
            self.session.profiler, self.session.candidate, section.command, limit
        )
        if done.timed_out and limit < section.timeout:
            said = f"stopped after {limit:.0f} s; the original takes {self._wall:.1f} s"
            return Tried(Inconclusive("screening", said), 0.0)
        found = outcome(section.command, done, self.session.candidate.path, section)
        assert self._expected is not None
        if different := difference(self._expected, found):
            return Tried(Refuted("differential", different), 0.0)
        new = _seconds(samples or done.seconds, timed)
        if new <= 0:
            return Tried(Inconclusive("differential", "the function was not seen to run"), 0.0)
        return new

    def _refresh(self) -> None:
        """Runs the original where its times are old. Raises ToolFailed when it cannot be one."""
        if self._since < _REFRESH:
            return
        while True:
            self._run_original()
            if len(self._samples) >= _KEPT:
                break
        self._since = 0

    def _run_original(self) -> None:
        section = self.session.config.workload
        forget(self.session.original.path, section.files)
        done, samples = run_once(
            self.session.profiler, self.session.original, section.command, section.timeout
        )
        found = outcome(section.command, done, self.session.original.path, section)
        self._check(found, done.tail)
        self._samples = [*self._samples, samples or done.seconds][-_KEPT:]
        self._wall = max(self._wall, done.seconds)

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
    return {
        "verdict": verdict_to_json(tried.verdict),
        "gain": tried.gain,
        "noise": tried.noise,
        "code": tried.code,
    }


def _from_json(data: Mapping[str, Any]) -> Tried:
    return Tried(
        verdict_from_json(data["verdict"]),
        float(data["gain"]),
        float(data.get("noise", 0.0)),
        str(data.get("code", "")),
    )
