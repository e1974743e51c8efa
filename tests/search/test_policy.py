"""The choice of the next move: pure, bounded, and never the same trial twice."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from llmopt.search.policy import LEAST, MAX_DEPTH, SPREAD, Choice, Option, choose
from llmopt.search.tree import Version, VersionTree
from llmopt.values.verdict import Inconclusive

from .test_tree import STEPS, VERDICTS, gains

RANK = {"source": 0, "ir": 1, "asm": 2}
OPTIONS = (
    Option("restrict", "source", 1.2, "restrict"),
    Option("unroll", "source", 1.1, "loops"),
    Option("tile", "source", 1.15, "loops"),
    Option("vectorize", "ir", 1.3, "ir"),
    Option("donor-O3", "asm", 1.25, "donor"),
    Option("donor-native", "asm", 1.4, "donor"),
    Option("hopeless", "asm", 1.0, "hopeless"),
)

options = st.lists(
    st.builds(
        Option,
        name=st.sampled_from("abcdefg"),
        level=st.sampled_from(["source", "ir", "asm"]),
        prior=st.floats(0.9, 2.0),
        family=st.sampled_from("xyz"),
    ),
    unique_by=lambda option: option.name,
    max_size=7,
)
Tried = frozenset[tuple[int, str]]


def grow(tree: VersionTree, choice: Choice, level: str, gain: float, kind: int = 0) -> VersionTree:
    """The tree after the trial of a choice."""
    parent = choice.version
    steps = (*parent.steps, STEPS[level])
    return tree.add(Version(-1, parent.id, choice.move, steps, VERDICTS[kind], gain))


def moves(tree: VersionTree, version: Version) -> list[str]:
    """The moves from the root to a version."""
    found = []
    while version.parent is not None:
        found.append(version.move)
        version = tree.versions[version.parent]
    return found[::-1]


@st.composite
def searches(draw: st.DrawFn) -> tuple[VersionTree, list[Option], Tried, list[Choice], int]:
    """A search by the policy itself, with outcomes of all kinds, to its end or some step before."""
    given_options = draw(options)
    by_name = {option.name: option for option in given_options}
    seed = draw(st.integers(0, 3))
    tree = VersionTree.rooted()
    tried: Tried = frozenset()
    chosen: list[Choice] = []
    for _ in range(draw(st.integers(0, 25))):
        choice = choose(tree, given_options, tried, seed)
        if choice is None:
            break
        chosen.append(choice)
        tried |= {(choice.version.id, choice.move)}
        if draw(st.booleans()) or draw(st.booleans()):  # else: it did not apply
            gain = choice.version.gain * draw(gains)
            level = by_name[choice.move].level
            tree = grow(tree, choice, level, gain, draw(st.sampled_from([0, 0, 1, 2])))
    return tree, given_options, tried, chosen, seed


@given(searches())
@settings(max_examples=150)
def test_no_trial_is_made_twice(search: tuple) -> None:
    _, _, _, chosen, _ = search
    pairs = [(choice.version.id, choice.move) for choice in chosen]
    assert len(set(pairs)) == len(pairs)


@given(searches())
@settings(max_examples=150)
def test_a_choice_is_allowed(search: tuple) -> None:
    """A usable version of the tree, not too deep, another family, and no way back up."""
    tree, given_options, tried, _, seed = search
    choice = choose(tree, given_options, tried, seed)
    if choice is None:
        return
    by_name = {option.name: option for option in given_options}
    option = by_name[choice.move]
    made_by = moves(tree, choice.version)
    assert choice.version in tree.versions
    assert choice.version.usable
    assert (choice.version.id, choice.move) not in tried
    assert len(made_by) < MAX_DEPTH
    assert option.family not in {by_name[move].family for move in made_by}
    assert RANK[option.level] >= choice.version.rank
    assert choice in [replace(choice, version=version) for version in tree.beam()]
    assert choice.upper >= tree.best().gain * LEAST
    assert choice.upper >= choice.expected


@given(searches())
def test_the_same_arguments_give_the_same_choice(search: tuple) -> None:
    tree, given_options, tried, _, seed = search
    first = choose(tree, given_options, tried, seed)
    random.seed(99)
    assert choose(tree, tuple(given_options), frozenset(sorted(tried)), seed) == first


def test_a_choice_does_not_touch_the_seed_of_others() -> None:
    random.seed(5)
    expected = random.random()
    random.seed(5)
    choose(VersionTree.rooted(), OPTIONS, frozenset(), 1)
    assert random.random() == expected


@given(st.integers(0, 1000), st.lists(gains, min_size=200, max_size=200))
@settings(max_examples=20)
def test_a_search_stops(seed: int, outcomes: list[float]) -> None:
    """Whatever the trials say, there are not more than the pairs that exist."""
    tree = VersionTree.rooted()
    tried: Tried = frozenset()
    by_name = {option.name: option for option in OPTIONS}
    for count, gain in enumerate(outcomes):
        choice = choose(tree, OPTIONS, tried, seed)
        if choice is None:
            break
        tried |= {(choice.version.id, choice.move)}
        tree = grow(tree, choice, by_name[choice.move].level, choice.version.gain * gain)
        assert count < 190
    assert choose(tree, OPTIONS, tried, seed) is None or tree.trials == len(outcomes)


# The rules, one by one


def test_the_most_promising_move_comes_first() -> None:
    choice = choose(VersionTree.rooted(), OPTIONS, frozenset(), 0)
    assert choice
    assert (choice.move, choice.version.id, choice.expected) == ("donor-native", 0, 1.4)


def test_nothing_to_try_stops() -> None:
    tree = VersionTree.rooted()
    assert choose(tree, (), frozenset(), 0) is None
    tried = frozenset((0, option.name) for option in OPTIONS)
    assert choose(tree, OPTIONS, tried, 0) is None


def test_what_promises_nothing_is_not_tried() -> None:
    weak = [Option("weak", "asm", LEAST - 0.001, "weak", spread=0.0)]
    assert choose(VersionTree.rooted(), weak, frozenset(), 0) is None
    assert choose(VersionTree.rooted(), [replace(weak[0], prior=LEAST)], frozenset(), 0)


def after(move: str, gain: float, level: str, kind: int = 0) -> tuple[VersionTree, Tried]:
    """The tree after one trial on the root."""
    root = VersionTree.rooted()
    choice = Choice(root.root, move, 1.0)
    return grow(root, choice, level, gain, kind), frozenset({(0, move)})


def test_a_move_of_the_same_family_is_not_added() -> None:
    tree, tried = after("unroll", 1.1, "source")
    loops = [option for option in OPTIONS if option.family == "loops"]
    choice = choose(tree, loops, tried, 0)
    assert choice
    assert (choice.version.id, choice.move) == (0, "tile")
    assert choose(tree, loops, tried | {(0, "tile")}, 0) is None


def test_the_way_goes_down_the_levels() -> None:
    tree, tried = after("donor-O3", 1.5, "asm")
    upper = [option for option in OPTIONS if option.level != "asm"]
    tried |= {(0, option.name) for option in upper}
    assert choose(tree, upper, tried, 0) is None
    tree, _ = after("restrict", 1.5, "source")
    choice = choose(tree, [OPTIONS[3]], tried, 0)
    assert choice
    assert choice.version.id == 1


def test_a_version_that_failed_is_not_built_on() -> None:
    for kind in (1, 2):
        tree, tried = after("restrict", 3.0, "source", kind)
        everywhere = tried | {(0, option.name) for option in OPTIONS}
        assert choose(tree, OPTIONS, everywhere, 0) is None


def test_a_move_is_tried_on_the_root_first() -> None:
    tree, tried = after("restrict", 1.18, "source")
    one = [OPTIONS[4]]
    choice = choose(tree, one, tried, 0)
    assert choice
    assert choice.version.id == 0, "though more is expected of the better version"
    choice = choose(tree, one, tried | {(0, "donor-O3")}, 0)
    assert choice
    assert choice.version.id == 1


def test_a_version_far_ahead_is_not_held_back_by_the_root() -> None:
    """A trial on the root could only teach: its prior is below what is there already."""
    tree, tried = after("restrict", 3.0, "source")
    choice = choose(tree, [OPTIONS[4]], tried, 0)
    assert choice
    assert choice.version.id == 1


def test_what_a_move_did_on_the_root_is_expected_of_it() -> None:
    tree, tried = after("donor-O3", 1.02, "asm")
    tree = grow(tree, Choice(tree.root, "restrict", 1.2), "source", 1.5)
    tried |= {(0, "restrict")}
    choice = choose(tree, [OPTIONS[4]], tried, 0)
    assert choice
    assert (choice.version.id, choice.expected) == (2, 1.5 * 1.02)


def test_a_move_that_failed_on_the_root_is_expected_to_fail() -> None:
    tree, tried = after("donor-O3", 2.0, "asm", kind=1)
    tree = grow(tree, Choice(tree.root, "restrict", 1.2), "source", 1.5)
    assert choose(tree, [OPTIONS[4]], tried | {(0, "restrict")}, 0) is None


def test_a_chain_ends_at_its_greatest_length() -> None:
    tree = VersionTree.rooted()
    names = ("a", "b", "c", "d")
    chain = [Option(name, "asm", 1.2, name) for name in names]
    tried: Tried = frozenset((0, name) for name in names)
    for number, name in enumerate(names[:MAX_DEPTH]):
        tree = grow(tree, Choice(tree.versions[number], name, 1.0), "asm", 2.0 + number)
    tried |= {(number, name) for number in range(MAX_DEPTH) for name in names}
    assert choose(tree, chain, tried, 0) is None
    choice = choose(tree, chain, tried - {(MAX_DEPTH - 1, "d")}, 0)
    assert choice is None or choice.version.id == MAX_DEPTH - 1


def test_what_may_still_pay_is_tried_until_the_noise_hides_it() -> None:
    tree, tried = after("restrict", 1.2, "source")
    one = [Option("weak", "asm", 1.0, "weak")]
    assert SPREAD > 0.05
    assert choose(tree, one, tried, 0)
    known = [replace(one[0], spread=0.02)]
    assert choose(tree, known, tried, 0), "2% more than the best may come of it"
    noisy = replace(tree.versions[1], noise=0.05)
    assert choose(VersionTree((tree.root, noisy)), known, tried, 0) is None


def test_noise_alone_ends_no_search() -> None:
    tree, tried = after("restrict", 1.2, "source")
    noisy = VersionTree((tree.root, replace(tree.versions[1], noise=0.8)))
    assert choose(noisy, [OPTIONS[5]], tried, 0)


def test_what_was_no_other_code_on_the_root_may_be_on_another_version() -> None:
    tree, tried = after("restrict", 1.5, "source")
    same = Version(-1, 0, "donor-O3", (STEPS["asm"],), Inconclusive("build", "the same"), 0.0)
    choice = choose(tree.add(same), [OPTIONS[4]], tried | {(0, "donor-O3")}, 0)
    assert choice
    assert choice.version.id == 1


def test_several_versions_are_built_on() -> None:
    """The second best may take a move better, and the third as well, but not the fourth."""
    tree = VersionTree.rooted()
    for name, gain in (("a", 1.5), ("b", 1.48), ("c", 1.46), ("d", 1.44)):
        tree = grow(tree, Choice(tree.root, name, 1.0), "source", gain)
    one = [Option("donor", "asm", 1.3, "donor")]
    tried: Tried = frozenset({(0, "donor")})
    chosen = []
    while choice := choose(tree, one, tried, 0):
        chosen.append(choice.version.id)
        tried |= {(choice.version.id, choice.move)}
    assert chosen == [1, 2, 3]


def test_what_is_tried_elsewhere_changes_no_tie() -> None:
    """So that what is compiled ahead is what is tried next."""
    equal = [Option(name, "asm", 1.2, name) for name in "abcdef"]
    tried: Tried = frozenset()
    ahead = []
    while choice := choose(VersionTree.rooted(), equal, tried, 7):
        ahead.append(choice.move)
        tried |= {(0, choice.move)}
    tree, tried, happened = VersionTree.rooted(), frozenset(), []
    while choice := choose(tree, equal, tried, 7):
        happened.append(choice.move)
        tried |= {(choice.version.id, choice.move)}
        tree = grow(tree, choice, "asm", 1.0)
    assert happened == ahead


def test_ties_are_broken_by_the_seed() -> None:
    equal = [Option(name, "asm", 1.2, name) for name in "abcdef"]
    choices = [choose(VersionTree.rooted(), equal, frozenset(), seed) for seed in range(40)]
    assert len({choice.move for choice in choices if choice}) > 1
