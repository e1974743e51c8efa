"""How good a function's tests are: of the mutants that differ from it, how many they kill.

The score is about tests and not about a candidate, so that it can be kept with them: see
`score_to_json`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from llmopt.harness.mutants import Mutant, mutants
from llmopt.harness.schemata import Schemata, schemata, sort
from llmopt.rewrite.unit import UnitContext

#: Programs that run mutants at once.
_AT_ONCE = 2


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


#: Makes a program of a unit's text and gives back what says, of the number of a mutant, whether
#: the tests told it from the original.
Killer = Callable[[Schemata], Callable[[int], bool]]


def score(
    context: UnitContext,
    function: str,
    killer: Killer,
    same: Callable[[Mutant], bool] = lambda _: False,
) -> Score:
    """Scores the tests of a function.

    `same` may prove of a survivor that it is the original by other means. Raises NotApplicable,
    SourceError, ToolFailed for a function without mutants that can be run.
    """
    sorted_out = sort(context, function, mutants(context, function))
    every = schemata(context, function, sorted_out.different)
    kills = killer(every)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        dead = list(pool.map(kills, range(1, len(every.mutants) + 1)))
    alive = [mutant for mutant, killed in zip(every.mutants, dead, strict=True) if not killed]
    survivors = [mutant for mutant in alive if not same(mutant)]
    equivalent = len(sorted_out.same) + len(sorted_out.twins) + len(alive) - len(survivors)
    killed = sum(dead)
    return Score(
        killed,
        killed + len(survivors),
        equivalent,
        len(sorted_out.refused),
        tuple(Survivor(m.line, m.what, m.diff) for m in survivors),
    )


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
