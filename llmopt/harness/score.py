"""How good a function's tests are: of the mutants that differ from it, how many they kill.

The score is about tests and not about a candidate, so that it can be kept with them: see
`score_to_json`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from llmopt.errors import NotApplicable
from llmopt.harness.compare import Oracle, tells_apart
from llmopt.harness.mutants import Mutant, mutants
from llmopt.harness.program import Harness
from llmopt.harness.schemata import VARIABLE, Schemata, schemata, sort

#: Programs that run mutants at once.
_AT_ONCE = 2
#: Seconds of processor time for one case: several times what the original may take.
_SECONDS = 0.2


@dataclass(frozen=True)
class Survivor:
    """A mutant that no test told from the original."""

    line: int
    what: str
    diff: str


@dataclass(frozen=True)
class Score:
    """`killed` of `not_equivalent` mutants; `equivalent` ones have the original's code or that of
    another one, and take no part; `refused` did not compile.
    """

    killed: int
    not_equivalent: int
    equivalent: int
    refused: int
    survivors: tuple[Survivor, ...]

    @property
    def value(self) -> float:
        """Between 0 and 1; 1 where there was nothing to kill."""
        return self.killed / self.not_equivalent if self.not_equivalent else 1.0


def score(
    harness: Harness, known: Oracle, same: Callable[[Mutant], bool] = lambda _: False
) -> Score:
    """Scores a function's tests by what is known of the original.

    `same` may prove of a survivor that it is the original by other means. Raises NotApplicable,
    SourceError, ToolError for a function without mutants that can be run.
    """
    context, function = harness.context, harness.function
    by_code = sort(context, function, mutants(context, function))
    every = schemata(context, function, by_code.different)
    dead = _dying(harness, known, every)
    alive = [mutant for mutant, killed in zip(every.mutants, dead, strict=True) if not killed]
    survivors = [mutant for mutant in alive if not same(mutant)]
    equivalent = len(by_code.same) + len(by_code.twins) + len(alive) - len(survivors)
    killed = sum(dead)
    return Score(
        killed,
        killed + len(survivors),
        equivalent,
        len(by_code.refused),
        tuple(Survivor(m.line, m.what, m.diff) for m in survivors),
    )


def strengthened(harness: Harness, further: Oracle, found: Score) -> Score:
    """The score with what further cases tell of the mutants that survived. Raises as `score`."""
    context, function = harness.context, harness.function
    survived = {(s.line, s.what, s.diff): s for s in found.survivors}
    left = [m for m in mutants(context, function) if (m.line, m.what, m.diff) in survived]
    if not left or not further.cases:
        return found
    dead = _dying(harness, further, schemata(context, function, left))
    told = {(m.line, m.what, m.diff) for m, killed in zip(left, dead, strict=True) if killed}
    still = tuple(survivor for key, survivor in survived.items() if key not in told)
    return replace(found, killed=found.killed + len(told), survivors=still)


def _dying(harness: Harness, known: Oracle, every: Schemata) -> list[bool]:
    """Of each mutant whether a case tells it from the original."""
    program = harness.program_of_text(every.text)

    def dies(number: int) -> bool:
        chosen = replace(program, environment={**program.environment, VARIABLE: str(number)})
        return tells_apart(harness, known, chosen, _SECONDS)

    if dies(0):
        name = harness.function
        raise NotApplicable(f"{name} does something else when another function calls it")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(dies, range(1, len(every.mutants) + 1)))


def score_to_json(found: Score) -> dict[str, Any]:
    """A score as plain data."""
    return {
        "killed": found.killed,
        "not_equivalent": found.not_equivalent,
        "equivalent": found.equivalent,
        "refused": found.refused,
        "survivors": [[s.line, s.what, s.diff] for s in found.survivors],
    }


def score_from_json(data: Mapping[str, Any]) -> Score:
    """The score that `score_to_json` wrote."""
    survivors: Sequence[Sequence[Any]] = data["survivors"]
    return Score(
        int(data["killed"]),
        int(data["not_equivalent"]),
        int(data["equivalent"]),
        int(data["refused"]),
        tuple(Survivor(int(line), str(what), str(diff)) for line, what, diff in survivors),
    )
