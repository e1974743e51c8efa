"""The generated tests of the project's functions: under which contracts, and how good they are."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from llmopt.flow.session import Session
from llmopt.flow.trial import Subject
from llmopt.harness.program import Harness
from llmopt.harness.score import Score, score_from_json, score_to_json
from llmopt.harness.suite import CASES, Suite
from llmopt.measure.rounds import Timed
from llmopt.values.contract import Contract
from llmopt.values.digest import digest
from llmopt.verify import tests


class Suites:
    """The tests of one session; each suite is made once for a contract."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._made: dict[Timed, Suite] = {}

    def contract(self, subject: Subject) -> Contract:
        """What callers promise, by the user, with the generators that were kept for the function
        as it is.
        """
        said = self._session.config.contracts.get(subject.timed.name, Contract())
        stored = self._session.cache.outcome(self._key(subject)) or {}
        kept = (str(one["text"]) for one in stored.get("generators", []))
        return replace(said, generate=(*said.generate, *kept))

    def keep(self, subject: Subject, generator: str, origin: Mapping[str, str]) -> None:
        """Keeps a generator for the function as it is, with who wrote it."""
        cache, key = self._session.cache, self._key(subject)
        others = (cache.outcome(key) or {}).get("generators", [])
        entry = {"text": generator, "origin": dict(origin)}
        cache.add_outcome(key, {"generators": [*others, entry]})

    def of(self, subject: Subject) -> Suite:
        """The cases of a function, of a fresh seed. Raises NotApplicable, SourceError,
        ToolFailed.
        """
        contract = self.contract(subject)
        made = self._made.get(subject.timed)
        if made is None or made.harness.contract != contract:
            made = Suite(self.harness(subject, contract), secrets.randbits(62))
            self._made[subject.timed] = made
        return made

    def harness(self, subject: Subject, contract: Contract) -> Harness:
        """What calls a function alone, with all else of the project at hand. Raises as `of`."""
        session = self._session
        own = subject.context.unit.command.output_path
        outputs = [unit.command.output_path for unit in session.original.units()]
        same = own.replace(str(session.candidate.path), str(session.original.path), 1)
        return Harness(
            subject.context,
            subject.timed.name,
            session.sandbox,
            link=[Path(output) for output in outputs if output != same],
            contract=contract,
            compares_errno=session.config.gates.errno == "compare",
        )

    def callable_by_generators(self, subject: Subject) -> frozenset[str]:
        """The unit's functions that a generator of somebody else's may call: without isolation
        none, since nobody has looked what they do. Raises as `of`.
        """
        if not self._session.sandbox.isolates:
            return frozenset()
        return frozenset(self.of(subject).harness.description.functions)

    def score(self, harness: Harness) -> Score:
        """The score of a function's tests, found out once. Raises as `tests.scored`."""
        promised = f"{harness.contract} {harness.compares_errno}"
        key = digest("score", harness.context.unit_key(), harness.function, promised, CASES)
        if (stored := self._session.cache.outcome(key)) is not None:
            return score_from_json(stored)
        found = tests.scored(harness)
        self._session.cache.add_outcome(key, score_to_json(found))
        return found

    @staticmethod
    def _key(subject: Subject) -> str:
        return digest("generators", subject.context.function_key(subject.timed.name))
