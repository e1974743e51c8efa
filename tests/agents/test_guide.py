"""The guide: what it proposes, in which order, and what it says of moves that do not fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.agents.catalogue import catalogue
from llmopt.agents.guide import Guide, Proposal
from llmopt.agents.subject import Move, Seen, Subject
from llmopt.errors import NotApplicable
from llmopt.search.policy import Option
from llmopt.search.tree import Version, VersionTree
from llmopt.values.step import Donor, Step
from llmopt.values.verdict import Passed, Refuted
from tests.conftest import need
from tests.units import context

TEXT = """
struct s { int n; };
void f(const struct s *s, float *x)
{
    int n = s->n;
    for (int i = 0; i < n; i++)
        x[i] = x[i] * 2 + 1;
}
"""


def proposals(tmp_path: Path, compiler: str, seed: int, gains: list[float]) -> list[Proposal]:
    """What a guide proposes while each trial has the next of these gains (0: refuted)."""
    guide = Guide(catalogue(), context(tmp_path, TEXT, compiler), "f", Seen({"s->n": [8]}), seed)
    tree = VersionTree.rooted()
    made = []
    for gain in gains:
        proposal = guide.next(tree)
        if proposal is None:
            break
        made.append(proposal)
        verdict = Passed("screening") if gain else Refuted("screening", "slower")
        tree = tree.add(Version(0, proposal.parent, proposal.move, proposal.steps, verdict, gain))
    return made


def test_the_same_seed_gives_the_same_proposals(compiler: str, tmp_path: Path) -> None:
    gains = [1.2, 0, 1.05, 1.4, 0.9, 1.1]
    first = proposals(tmp_path, compiler, 3, gains)
    assert first == proposals(tmp_path, compiler, 3, gains)
    assert len(first) >= 3
    assert len({(p.parent, p.move) for p in first}) == len(first)


def test_only_moves_for_the_compiler_are_proposed(compiler: str, tmp_path: Path) -> None:
    made = proposals(tmp_path, compiler, 0, [1.01] * 12)
    names = {proposal.move for proposal in made}
    assert names
    if compiler == "gcc":
        assert not any(name.startswith(("clang", "polly", "twice")) for name in names)
    else:
        assert not any(name.startswith("gcc") for name in names)


def test_reasons_of_refusal_are_told_once(tmp_path: Path) -> None:
    need("gcc")

    def refuse(subject: Subject) -> tuple[Step, ...]:
        raise NotApplicable("not this one")

    moves = [
        Move(Option(name, "source", 2.0, name), "never fits", refuse) for name in ("one", "two")
    ]
    guide = Guide(moves, context(tmp_path, TEXT), "f", Seen(), 0)
    assert guide.notes() == ""
    assert guide.next(VersionTree.rooted()) is None
    assert guide.notes() == "not this one"


def test_a_version_that_was_refuted_is_not_built_upon(tmp_path: Path) -> None:
    need("gcc")
    made = proposals(tmp_path, "gcc", 0, [0] * 8)
    assert {proposal.parent for proposal in made} == {0}


def test_steps_follow_those_of_their_parent(tmp_path: Path) -> None:
    need("gcc")
    made = proposals(tmp_path, "gcc", 0, [1.5, 1.2, 1.1, 1.1, 1.1, 1.1])
    deeper = [proposal for proposal in made if proposal.parent]
    assert deeper
    for proposal in deeper:
        before = made[proposal.parent - 1].steps
        kept = tuple(step for step in before if not isinstance(step, Donor))
        assert proposal.steps[: len(kept)] == kept


@pytest.mark.parametrize("name", ["specialize", "specialize-256"])
def test_values_that_steer_nothing_are_no_reason_for_copies(name: str, tmp_path: Path) -> None:
    need("gcc")
    move = next(m for m in catalogue() if m.option.name == name)
    unit = context(tmp_path, TEXT)
    for usual in ({}, {"other": [1]}, {"s->n": [65]}, {"s->n": [-1]}, {"s->n": [1, 100]}):
        with pytest.raises(NotApplicable, match="not steered by a few small values"):
            move.propose(Subject(unit, "f", (), Seen(usual)))
