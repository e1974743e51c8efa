"""What searches teach the next ones, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.agents.subject import Move
from llmopt.errors import NotApplicable
from llmopt.flow.experience import learn, seeded
from llmopt.flow.searched import Searched
from llmopt.flow.session import Session
from llmopt.flow.trial import Subject
from llmopt.measure.rounds import Timed
from llmopt.profile.hot import HotFunction
from llmopt.search.policy import Option
from llmopt.search.tree import Version
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from tests.conftest import need
from tests.projects import opened
from tests.units import context

TEXT = """
void {name}(float *x, int n)
{{
    for (int i = 0; i < n; i++)
        x[i] = x[i] * {by} + 1;
}}
"""


def refuse(_: object) -> tuple:
    raise NotApplicable("never")


MOVES = tuple(
    Move(Option(name, "ir", 1.2, name), name, refuse) for name in ("pays", "fails", "same", "model")
)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    need("gcc")
    return opened(tmp_path, "version: 1\n", {})


def entry(directory: Path, name: str, by: int = 2) -> Searched:
    unit = context(directory, TEXT.format(name=name, by=by), name=f"{name}.c")
    subject = Subject(Timed(name, f"{name}.c"), (unit,))
    return Searched(HotFunction(name, f"{name}.c", 0.5, (name,)), subject)


def expected(moves: tuple[Move, ...]) -> dict[str, float]:
    return {move.option.name: round(move.option.prior, 6) for move in moves}


def searched(session: Session, tmp_path: Path, name: str, gain: float) -> Searched:
    """A function that was searched, with what came of each move."""
    made = entry(tmp_path, name)
    seeded(session, made, MOVES)
    made.origins["model"] = {"agent": "somebody"}
    outcomes: list[tuple[str, Verdict, float]] = [
        ("pays", Passed("screening"), gain),
        ("fails", Refuted("differential", "differs"), 0.0),
        ("same", Inconclusive("build", "the same code"), 0.0),
        ("model", Passed("screening"), 3.0),
    ]
    for move, verdict, seen in outcomes:
        made.tree = made.tree.add(Version(0, 0, move, (), verdict, seen))
    learn(session, made)
    return made


def test_what_paid_is_expected_of_functions_alike(session: Session, tmp_path: Path) -> None:
    usual = expected(MOVES)
    searched(session, tmp_path, "one", 2.0)
    after_one = expected(seeded(session, entry(tmp_path, "alike"), MOVES))
    assert after_one["pays"] > usual["pays"]
    assert after_one["fails"] < usual["fails"]
    assert (after_one["same"], after_one["model"]) == (usual["same"], usual["model"])
    searched(session, tmp_path, "two", 2.0)
    after_two = expected(seeded(session, entry(tmp_path, "next"), MOVES))
    assert after_two["pays"] > after_one["pays"]


def test_a_search_starts_as_it_did_whatever_was_learned_since(
    session: Session, tmp_path: Path
) -> None:
    """Else a second run would try other versions than the first."""
    first = seeded(session, entry(tmp_path, "again"), MOVES)
    searched(session, tmp_path, "one", 2.0)
    assert seeded(session, entry(tmp_path, "again"), MOVES) == first
    changed = seeded(session, entry(tmp_path, "again", by=3), MOVES)
    assert expected(changed) != expected(first)


def test_a_search_twice_counts_once(session: Session, tmp_path: Path) -> None:
    searched(session, tmp_path, "one", 2.0)
    once = expected(seeded(session, entry(tmp_path, "first"), MOVES))
    searched(session, tmp_path, "one", 2.0)
    assert expected(seeded(session, entry(tmp_path, "second"), MOVES)) == once
