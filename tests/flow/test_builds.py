"""Which launches of the log are one build."""

from __future__ import annotations

from llmopt.flow.builds import PARENT_PAUSE, PAUSE, builds
from llmopt.store.log import Launch
from tests.launches import NOON, launch


def at(second: float, output: str, parent: int | None = 1, ms: int = 1000) -> Launch:
    """A launch that ends so many seconds after noon."""
    return launch(time=NOON + int(second), output=output, parent=parent, ms=ms)


def named(*launches: Launch) -> list[str]:
    """The outputs of each build, in one word."""
    return ["".join(launches[place].output for place in places) for places in builds(launches)]


def test_no_launch_is_no_build() -> None:
    assert named() == []


def test_the_launches_of_one_make_are_one_build_whatever_lies_between_them() -> None:
    long = PARENT_PAUSE - 10
    assert named(at(0, "a"), at(long, "b"), at(2 * long, "c")) == ["abc"]


def test_a_pid_that_returns_is_another_build() -> None:
    assert named(at(0, "a"), at(PARENT_PAUSE + 10, "b")) == ["a", "b"]


def test_a_recursive_make_is_one_build() -> None:
    parents = [1, 2, 1, 3, 2, 3]
    found = named(*[at(place, name, parents[place]) for place, name in enumerate("abcdef")])
    assert found == ["abcdef"]


def test_a_recursive_make_that_takes_long_is_one_build() -> None:
    """The makes below go on while the one above has its first and its last unit."""
    assert named(at(0, "a", 1), at(200, "b", 2), at(400, "c", 3), at(500, "d", 1)) == ["abcd"]


def test_a_shell_around_each_compile_is_no_build_of_its_own() -> None:
    assert named(*[at(place, name, 100 + place) for place, name in enumerate("abcd")]) == ["abcd"]
    assert named(*[at(20 * place, name, None) for place, name in enumerate("abcd")]) == ["abcd"]


def test_a_pause_ends_the_build_of_another_parent() -> None:
    assert named(at(0, "a", 1), at(PAUSE + 1, "b", 2)) == ["ab"], "the compile began a second ago"
    assert named(at(0, "a", 1), at(PAUSE + 2, "b", 2)) == ["a", "b"]


def test_a_long_compile_is_no_pause() -> None:
    assert named(at(0, "a", 1), at(300, "b", 2, ms=299_000)) == ["ab"]


def test_the_same_output_again_is_another_build_within_a_second() -> None:
    assert named(at(0, "a", 1), at(0, "b", 1), at(0, "b", 2), at(0, "a", 2)) == ["ab", "ba"]
    shells = [at(0, name, 10 + place) for place, name in enumerate("abcabc")]
    assert named(*shells) == ["abc", "abc"]


def test_no_output_of_any_parent_comes_twice_in_a_build() -> None:
    assert named(at(0, "a", 1), at(0, "b", 2), at(0, "b", 3), at(0, "c", 4)) == ["ab", "bc"]


def test_the_same_output_again_is_another_build_for_the_same_shell() -> None:
    assert named(at(0, "a", 1), at(5, "a", 1), at(9, "b", 1), at(12, "a", 1)) == ["a", "ab", "a"]


def test_the_first_units_of_the_next_make_are_not_the_last_ones_build() -> None:
    first = [at(0, "a", 1), at(1, "b", 1)]
    assert named(*first, at(3, "c", 2), at(4, "a", 2)) == ["ab", "ca"]


def test_the_same_name_in_another_directory_is_another_output() -> None:
    one, other = (launch(cwd=f"/p/{name}", parent=number) for number, name in enumerate("ab"))
    assert builds([one, other]) == [[0, 1]]


# Clocks


def test_parallel_launches_may_log_in_another_order() -> None:
    assert named(at(10, "a", 1), at(9, "b", 2), at(11, "c", 3), at(9, "d", 4)) == ["abcd"]


def test_a_clock_that_is_put_back_leaves_a_make_whole() -> None:
    assert named(at(0, "a", 1), at(-86400, "b", 1), at(-86399, "c", 1)) == ["abc"]


def test_a_clock_that_is_put_back_parts_what_nothing_else_joins() -> None:
    launches = [at(0, "a", 1), at(-3600, "b", 2), at(-3599, "c", 3), at(-3000, "d", 4)]
    assert named(*launches) == ["a", "bc", "d"]


def test_a_clock_that_goes_back_and_forth_keeps_the_order_of_the_log() -> None:
    launches = [at(0, "a", 1), at(-5000, "b", 2), at(-4999, "c", 2), at(5000, "d", 3)]
    assert named(*launches) == ["a", "bc", "d"]


def test_a_clock_that_is_put_back_in_small_steps_is_noticed() -> None:
    assert named(at(10, "a", 1), at(8, "b", 2), at(6, "c", 3)) == ["ab", "c"]


def test_a_clock_that_is_put_forward_looks_like_a_pause() -> None:
    assert named(at(0, "a", 1), at(3600, "b", 1), at(3601, "c", 1)) == ["a", "bc"]
