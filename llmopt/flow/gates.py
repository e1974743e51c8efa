"""Takes a version through the gates in order of cost, up to the first that does not pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from llmopt.config.model import Config
from llmopt.errors import NotApplicable, SourceError, ToolFailed
from llmopt.flow.events import Events
from llmopt.flow.reached import by_workload
from llmopt.flow.session import Session
from llmopt.flow.suites import Suites
from llmopt.flow.trial import Built, Subject, build_everywhere
from llmopt.harness.exercise import Marking
from llmopt.rewrite.dispatcher import variants
from llmopt.shadow.runtime import Runtime
from llmopt.toolchain import alive
from llmopt.toolchain.assembly import Mark
from llmopt.values.digest import content_digest, digest
from llmopt.values.recipe import lacks_proof
from llmopt.values.step import AssemblyText, IrText, SourceText, Step
from llmopt.values.verdict import (
    Inconclusive,
    Passed,
    Refuted,
    Verdict,
    verdict_from_json,
    verdict_to_json,
)
from llmopt.verify import (
    building,
    differential,
    equivalence,
    identity,
    memcheck,
    project_tests,
    sanitizers,
    shadow,
    static,
    tests,
)
from llmopt.verify.outputs import Outcome
from llmopt.verify.sanitizers import SanitizedBuild
from llmopt.workspace.tree import Tree

#: Who judges that the other gates have said enough.
POLICY = "policy"


def ends(verdict: Verdict, config: Config) -> bool:
    """Whether a verdict ends a version: a refutation always, what could not be told where the
    policy requires the gate.
    """
    match verdict:
        case Passed():
            return False
        case Refuted():
            return True
        case Inconclusive(gate):
            return gate == POLICY or gate in config.required_gates


@dataclass(frozen=True)
class _Attempt:
    """A version under judgement, and its objects."""

    subject: Subject
    steps: tuple[Step, ...]
    built: Built


def _judgement(verdicts: Sequence[Verdict], *, finished: bool) -> dict[str, Any]:
    return {"verdicts": [verdict_to_json(v) for v in verdicts], "finished": finished}


class Gatekeeper:
    """The gates of one session. What the original does is found out once."""

    def __init__(self, session: Session, events: Events) -> None:
        self._session = session
        self._events = events
        self._expected: list[Outcome] | None = None
        self._tests: Verdict | None = None
        #: The generated tests.
        self.suites = Suites(session)
        #: What was put into the candidate's tree last; None where something else may stand there.
        self._standing: Built | None = None
        self._sanitized = SanitizedBuild(
            Tree(
                session.config,
                session.sandbox,
                session.launcher,
                "san",
                sanitizers.ENVIRONMENT,
                sanitized=True,
            ),
            session.config.workload,
            session.sandbox,
        )
        self._memcheck = memcheck.Memcheck(session.config.workload)
        self._gates: dict[str, Callable[[_Attempt], list[Verdict]]] = {
            identity.GATE: self._identity,
            static.GATE: self._static,
            building.GATE: self._build,
            tests.GATE: self._generated_tests,
            differential.GATE: self._differential_of_all_copies,
            shadow.GATE: self._shadow,
            sanitizers.GATE: self._sanitizers,
            equivalence.GATE: self._equivalence,
            project_tests.GATE: self._tests_of_project,
        }

    def judge(
        self,
        subject: Subject,
        steps: tuple[Step, ...],
        origin: Mapping[str, str] | None = None,
        *,
        anew: bool = False,
    ) -> list[Verdict]:
        """The verdicts of all gates but time, in order of cost; ends with the first that ends the
        version. What was said of the same before counts, unless it is to be judged anew. What
        comes from elsewhere, by its `origin`, has to be proven by more.
        """
        verdicts = self._known_or_judged(subject, steps, anew=anew)
        passed = [verdict for verdict in verdicts if isinstance(verdict, Passed)]
        if any(ends(v, self._session.config) for v in verdicts):
            return verdicts
        if lacks_proof(origin or {}, passed):
            lacking = Inconclusive(
                POLICY,
                "a text that llmopt did not make has to pass generated tests or shadow execution, "
                "and neither could tell",
            )
            self._events.gate(subject.timed.name, lacking)
            verdicts.append(lacking)
        return verdicts

    def _known_or_judged(
        self, subject: Subject, steps: tuple[Step, ...], *, anew: bool
    ) -> list[Verdict]:
        key, cache = self._key(subject, steps), self._session.cache
        stored = None if anew else cache.outcome(key)
        said = [verdict_from_json(verdict) for verdict in stored["verdicts"]] if stored else []
        if stored is not None and stored.get("finished", True):
            return said
        # What was said before an interrupt counts: gates take minutes.
        for verdict in self._judge(subject, steps, said):
            said.append(verdict)
            cache.add_outcome(key, _judgement(said, finished=ends(verdict, self._session.config)))
        cache.add_outcome(key, _judgement(said, finished=True))
        return said

    def _key(self, subject: Subject, steps: tuple[Step, ...]) -> str:
        return digest(
            "gates",
            [context.unit_key(steps) for context in subject.contexts],
            # The program around the function takes part as well.
            self._session.original.content(),
            self._session.config.required_gates,
            self._session.config.consulted_gates,
            str(self._session.config.gates),
            str(self.suites.contract(subject)),
            self._session.workload_digest(),
            self._session.sandbox.isolates,
            alive.installed(),
            memcheck.installed(),
        )

    def _judge(
        self, subject: Subject, steps: tuple[Step, ...], before: Sequence[Verdict]
    ) -> Iterator[Verdict]:
        """What the gates say one by one, but for those that have `before`."""
        # A compiler gets no text that could make it read other files or load code.
        texts = static.judge_texts(subject.context, steps)
        if not isinstance(texts, Passed):
            self._events.gate(subject.timed.name, texts)
            yield texts
            return
        try:
            attempt = _Attempt(subject, steps, build_everywhere(subject, steps))
        except (NotApplicable, SourceError, ToolFailed) as error:
            yield Inconclusive("build", str(error))
            return
        self._standing = None
        self._place(attempt.built)
        for gate in self._asked()[len(before) :]:
            verdict = self._verdict(gate, attempt)
            self._events.gate(subject.timed.name, verdict)
            yield verdict
            if ends(verdict, self._session.config):
                break

    def judge_each(
        self, subject: Subject, steps: tuple[Step, ...], *, all_of_them: bool = True
    ) -> dict[str, Verdict]:
        """What every gate but time says by itself, whatever the others say; up to the first that
        refutes, unless `all_of_them` are to speak. The steps are built unread: they have to come
        from somebody who may do anything here.

        Raises NotApplicable, SourceError or ToolFailed when the version cannot be built.
        """
        attempt = _Attempt(subject, steps, build_everywhere(subject, steps))
        said = {}
        self._standing = None
        for gate in self._asked():
            self._place(attempt.built)
            said[gate] = self._verdict(gate, attempt)
            if isinstance(said[gate], Refuted) and not all_of_them:
                break
        return said

    def _asked(self) -> list[str]:
        """The gates that the policy asks, but time, in order of cost."""
        return [gate for gate in self._session.config.asked_gates if gate in self._gates]

    def _verdict(self, gate: str, attempt: _Attempt) -> Verdict:
        """What a gate says; of several units or copies the worst."""
        said = self._gates[gate](attempt)
        return next((v for v in said if not isinstance(v, Passed)), said[0])

    def _identity(self, at: _Attempt) -> list[Verdict]:
        return [identity.judge(at.subject.context, at.subject.timed.name, at.steps)]

    def _static(self, at: _Attempt) -> list[Verdict]:
        name = at.subject.timed.name
        return [static.judge(c, name, at.steps, data) for c, data, _ in at.built.values()]

    def _build(self, at: _Attempt) -> list[Verdict]:
        return [building.judge(c.diagnostics, said) for c, _, said in at.built.values()]

    def _generated_tests(self, at: _Attempt) -> list[Verdict]:
        try:
            suite = self.suites.of(at.subject)
        except (NotApplicable, SourceError, ToolFailed) as error:
            return [Inconclusive(tests.GATE, str(error))]
        workload = by_workload(
            self._session.candidate, self._session.config.workload, at.subject.context
        )

        def elsewhere(marking: Marking) -> list[Mark]:
            self._standing = None
            return workload(marking)

        demands = tests.Demands(
            self._session.config.gates.min_score,
            lambda: self.suites.score(suite.harness),
            elsewhere,
        )
        verdict = tests.judge(suite, at.steps, demands)
        self._place(at.built)
        return [verdict]

    def _shadow(self, at: _Attempt) -> list[Verdict]:
        session = self._session
        section = session.config.workload
        self._standing = None
        try:
            return [
                shadow.judge(
                    at.subject.contexts,
                    at.subject.timed.name,
                    at.steps,
                    session.candidate,
                    section.command,
                    section.timeout,
                    self._runtime,
                    shadow.Settings(compare_errno=session.config.gates.errno == "compare"),
                )
            ]
        finally:
            self._place(at.built)

    @cached_property
    def _runtime(self) -> Runtime:
        """What is linked into the program for shadow execution."""
        return Runtime(self._session.sandbox)

    def _sanitizers(self, at: _Attempt) -> list[Verdict]:
        runs = self._sanitized.judge(at.subject.context.unit, at.steps)
        if any(isinstance(step, AssemblyText) for step in at.steps):
            if not isinstance(runs, Passed):
                return [runs]
            return [self._memcheck.judge(self._session.original, self._session.candidate)]
        if isinstance(runs, Refuted) or not any(
            isinstance(step, (SourceText, IrText)) for step in at.steps
        ):
            return [runs]
        try:
            suite = self.suites.of(at.subject)
        except (NotApplicable, SourceError, ToolFailed) as error:
            return [sanitizers.together(runs, Inconclusive(sanitizers.GATE, str(error)))]
        cases = sanitizers.judge_cases(suite, at.steps)
        return [sanitizers.together(runs, cases)]

    def _equivalence(self, at: _Attempt) -> list[Verdict]:
        name = at.subject.timed.name
        promised = self.suites.contract(at.subject)
        sandbox = self._session.sandbox
        return [
            equivalence.judge(context, name, at.steps, sandbox, promised)
            for context in at.subject.contexts
        ]

    def _tests_of_project(self, _: _Attempt) -> list[Verdict]:
        return [self._project_tests()]

    def _differential_of_all_copies(self, at: _Attempt) -> list[Verdict]:
        """Of the version as it is, and with each further copy behind its dispatcher made to run."""
        verdicts = [self._differential()]
        if not isinstance(verdicts[0], Passed):
            return verdicts
        try:
            for variant in variants(at.subject.context, at.steps):
                self._place(build_everywhere(at.subject, variant))
                verdicts.append(self._differential())
        except (NotApplicable, SourceError, ToolFailed) as error:
            return [Inconclusive(differential.GATE, f"a copy could not be tested: {error}")]
        self._place(at.built)
        if len(verdicts) > 1 and all(isinstance(verdict, Passed) for verdict in verdicts):
            first = verdicts[0]
            assert isinstance(first, Passed)
            evidence = {**first.evidence, "copies_run": len(verdicts)}
            return [Passed(differential.GATE, evidence)]
        return verdicts

    def _place(self, built: Built) -> None:
        """Puts objects into the candidate's tree, where they do not stand there already."""
        if self._standing is not built:
            self._standing = None
            objects = {output: data for output, (_, data, _) in built.items()}
            self._session.candidate.place(objects)
            self._standing = built

    def judge_together(self, placed: Mapping[str, bytes]) -> list[Verdict]:
        """What runs the whole program, on all candidates that stand in the tree together, `placed`
        there; what was said of the same before counts.
        """
        session = self._session
        key = digest(
            "together",
            sorted((output, content_digest(data)) for output, data in placed.items()),
            session.original.content(),
            session.config.required_gates,
            session.workload_digest(),
            session.sandbox.isolates,
        )
        if (stored := session.cache.outcome(key)) is not None:
            return [verdict_from_json(verdict) for verdict in stored["verdicts"]]
        judges = {differential.GATE: self._differential, project_tests.GATE: self._project_tests}
        said = [judge() for gate, judge in judges.items() if gate in session.config.required_gates]
        session.cache.add_outcome(key, _judgement(said, finished=True))
        return said

    def _differential(self) -> Verdict:
        session = self._session
        section = session.config.workload
        if self._expected is None:
            first = differential.baseline(session.original, section)
            if found := differential.unstable(
                first, differential.baseline(session.original, section)
            ):
                return Inconclusive(differential.GATE, f"the original differs from itself: {found}")
            self._expected = first
        # With perf, a version passes screening only when its function was seen to run.
        return differential.judge(
            self._expected, session.candidate, section, ran=session.profiler is not None
        )

    def _project_tests(self) -> Verdict:
        session = self._session
        section = session.config.build
        if self._tests is None:
            self._tests = project_tests.judge(session.original, section, None)
        return project_tests.judge(session.candidate, section, self._tests)
