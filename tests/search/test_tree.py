"""The version tree keeps its shape whatever is added to it."""

from __future__ import annotations

import statistics
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmopt.search.tree import BEAM, SHOWS, Version, VersionTree
from llmopt.values.step import Donor, IrText, SourceText, Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted

VERDICTS = (Passed("run"), Refuted("run", "differs"), Inconclusive("run", "no samples"))
STEPS: dict[str, Step] = {
    "source": SourceText("f", "00", "int f;", "11"),
    "ir": IrText("f", "00", "define"),
    "asm": Donor(("f",), ("-O3",)),
}
gains = st.floats(0.1, 4.0)


def version(parent: int | None, move: str = "m", gain: float = 1.1, kind: int = 0) -> Version:
    """A version that was never asked for its own number."""
    return Version(-1, parent, move, (STEPS["asm"],), VERDICTS[kind], gain)


@st.composite
def trees(draw: st.DrawFn) -> VersionTree:
    tree = VersionTree.rooted()
    for _ in range(draw(st.integers(0, 12))):
        parent = draw(st.integers(0, tree.trials))
        tree = tree.add(version(parent, gain=draw(gains), kind=draw(st.integers(0, 2))))
    return tree


def test_a_new_tree_is_the_function_as_written() -> None:
    tree = VersionTree.rooted()
    assert tree.trials == 0
    assert tree.best() == tree.root
    assert (tree.root.id, tree.root.parent, tree.root.steps) == (0, None, ())
    assert (tree.root.gain, tree.root.rank, tree.root.usable) == (1.0, 0, True)
    assert tree.ranked() == ()


@given(trees())
def test_ids_are_places_and_parents_come_before_their_children(tree: VersionTree) -> None:
    assert [v.id for v in tree.versions] == list(range(tree.trials + 1))
    assert all(v.parent is not None and 0 <= v.parent < v.id for v in tree.versions[1:])


@given(trees())
def test_every_version_is_the_child_of_its_parent_only(tree: VersionTree) -> None:
    children = [child for v in tree.versions for child in tree.children(v)]
    assert sorted(v.id for v in children) == list(range(1, tree.trials + 1))


@given(trees())
def test_the_best_is_usable_and_none_that_is_usable_beats_it(tree: VersionTree) -> None:
    best = tree.best()
    assert best.usable
    assert all(v.gain <= best.gain for v in tree.versions if v.usable)
    assert best.gain >= 1.0
    equals = [v.id for v in tree.versions if v.usable and v.gain == best.gain]
    assert best.id == min(equals)


@given(trees())
def test_ranked_are_those_that_pay_in_order(tree: VersionTree) -> None:
    ranked = tree.ranked()
    assert [v.gain for v in ranked] == sorted((v.gain for v in ranked), reverse=True)
    wanted = {v.id for v in tree.versions[1:] if v.usable and pays(tree, v)}
    assert {v.id for v in ranked} == wanted


def pays(tree: VersionTree, version: Version) -> bool:
    """Whether a version is visibly faster than what it was made from."""
    assert version.parent is not None
    return version.gain >= tree.versions[version.parent].gain * SHOWS


def test_a_step_that_does_not_show_is_not_ranked_though_its_version_is_fast() -> None:
    tree = VersionTree.rooted().add(version(0, gain=2.0)).add(version(1, gain=2.0))
    assert [v.id for v in tree.ranked()] == [1]


@given(trees(), st.integers(-5, 40))
def test_a_version_needs_a_parent_in_the_tree(tree: VersionTree, parent: int) -> None:
    if 0 <= parent <= tree.trials:
        assert tree.add(version(parent)).trials == tree.trials + 1
        return
    with pytest.raises(ValueError, match="no parent in the tree"):
        tree.add(version(parent))


def test_there_is_one_root_only() -> None:
    with pytest.raises(ValueError, match="no parent in the tree: None"):
        VersionTree.rooted().add(version(None))


@given(trees())
def test_adding_leaves_the_old_tree_alone(tree: VersionTree) -> None:
    before = tree.versions
    bigger = tree.add(version(0))
    assert tree.versions == before
    assert bigger.versions[:-1] == before


@pytest.mark.parametrize(
    ("levels", "rank"),
    [
        ((), 0),
        (("source",), 0),
        (("ir",), 1),
        (("source", "ir"), 1),
        (("asm", "source"), 2),
    ],
)
def test_a_version_ranks_as_its_lowest_level(levels: tuple[str, ...], rank: int) -> None:
    made = replace(version(0), steps=tuple(STEPS[level] for level in levels))
    assert made.rank == rank


@pytest.mark.parametrize(("kind", "usable"), [(0, True), (1, False), (2, False)])
def test_only_what_passed_is_usable(kind: int, *, usable: bool) -> None:
    assert version(0, kind=kind).usable is usable


def test_what_a_gate_refuses_later_holds_no_other_back():
    tree = VersionTree.rooted()
    for gain in (1.5, 2.0):
        tree = tree.add(Version(0, 0, f"move {gain}", (), Passed("screening"), gain))
    refused = tree.judged(2, Refuted("tests", "f(1)"))
    assert refused.best().id == 1
    assert [version.id for version in refused.ranked()] == [1]
    assert tree.best().id == 2


def test_what_is_refused_before_a_run_is_no_trial_of_the_limit() -> None:
    tree = VersionTree.rooted().add(version(0))
    for gate in ("static", "build"):
        tree = tree.add(replace(version(0), verdict=Inconclusive(gate, "no other code")))
    assert (tree.trials, tree.runs) == (3, 1)


@given(st.lists(gains, max_size=6))
def test_more_runs_refine_a_gain(more: list[float]) -> None:
    tree = VersionTree.rooted().add(version(0, gain=1.2))
    for gain in more:
        tree = tree.measured(1, (gain,))
    assert tree.versions[1].gain == statistics.median([1.2, *more])
    assert tree.root.gain == 1.0


def test_a_version_is_found_by_its_code() -> None:
    tree = VersionTree.rooted().add(replace(version(0), code="1"))
    assert tree.twin("1") == tree.versions[1]
    assert tree.twin("2") is None
    assert tree.twin("") is None


def test_the_beam_has_the_root_the_fastest_and_sources_that_lose_little() -> None:
    tree = VersionTree.rooted()
    for gain in (1.0, 1.3, 1.1, 1.4, 1.2):
        tree = tree.add(version(0, gain=gain))
    assert [v.gain for v in tree.beam()] == [1.0, 1.4, 1.3, 1.2]
    tree = VersionTree.rooted().add(version(0, gain=1.0))
    assert tree.beam() == (tree.root,)
    tree = tree.add(replace(version(0, gain=0.99), steps=(STEPS["source"],)))
    assert [v.id for v in tree.beam()] == [0, 2]


@given(trees())
def test_the_beam_is_usable_and_small(tree: VersionTree) -> None:
    assert tree.beam()[0] == tree.root
    assert len(tree.beam()) <= BEAM + 1
    assert all(v.usable for v in tree.beam())
