"""The stopwatch on real programs."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from llmopt.config.model import WorkloadSection
from llmopt.errors import ProfileError, ToolError
from llmopt.measure.rounds import Result, Timed, compare, function_seconds
from llmopt.profile.perf import Place, Profiler, Samples
from llmopt.sandbox.run import Completed, Job, Sandbox, shell
from tests.conftest import need

SANDBOX = Sandbox("off")

#: `hot` takes WORK rounds; TEXT is printed.
PROGRAM = """
#include <stdio.h>
#include <unistd.h>
static __attribute__((noinline)) unsigned hot(unsigned n)
{
    volatile unsigned sum = 0;
    for (unsigned i = 0; i < n; i++) sum += i;
    return sum;
}
__attribute__((noinline)) unsigned cold(unsigned n) { return hot(n) + 1; }
int main(void) { hot(WORK); cold(100); TEXT; return STATUS; }
"""


@dataclass
class Programs:
    """A build tree as the stopwatch sees one. `ran` notes who ran when, and with what in front."""

    path: Path
    name: str = ""
    ran: list[tuple[str, str]] = field(default_factory=list)

    def run(self, command: str, timeout: float, outside: tuple[str, ...] = ()) -> Completed:
        """Runs a command in the directory."""
        self.ran.append((self.name, outside[0] if outside else ""))
        return SANDBOX.run(Job(shell(command), str(self.path), timeout, outside=outside))


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Programs]:
    """Compiles PROGRAM into a tree of its own, once for each kind."""
    need("gcc")
    made: dict[tuple[int, str, int], Path] = {}

    def build(work: int, text: str = 'puts("done")', status: int = 0) -> Programs:
        key = (work, text, status)
        if key not in made:
            path = tmp_path_factory.mktemp("tree")
            (path / "hot.c").write_text(PROGRAM)
            macros = [f"-DWORK={work}", f"-DTEXT={text}", f"-DSTATUS={status}"]
            command = ["gcc", "-O1", *macros, "hot.c", "-o", "hot"]
            subprocess.run(command, cwd=path, check=True)
            made[key] = path
        return Programs(made[key])

    return build


@pytest.fixture
def profiler() -> Profiler:
    """perf, where it can sample."""
    need("perf")
    try:
        return Profiler(SANDBOX)
    except ProfileError as error:
        pytest.skip(str(error))


HOT = Timed("hot", "src/hot.c")
SECTION = WorkloadSection("./hot", timeout=20)


def timed(old: Programs, new: Programs, profiler: Profiler | None = None, pairs: int = 3) -> Result:
    return compare(profiler, (old, new), SECTION, [HOT], pairs, 1, lambda _done: None)


def test_the_original_runs_around_the_candidate_in_every_round(
    tree: Callable[..., Programs],
) -> None:
    old, new = tree(1000), tree(2000)
    old.name, new.name = "old", "new"
    new.ran = old.ran
    steps: list[int] = []
    compare(None, (old, new), SECTION, [], 3, 1, steps.append)
    assert [name for name, _ in old.ran] == ["old", *["old", "new", "old"] * 3]
    assert steps == [1, 2, 3]


def test_wall_time_is_taken_in_runs_without_the_profiler(
    tree: Callable[..., Programs], profiler: Profiler
) -> None:
    old, new = tree(3_000_000), tree(6_000_000)
    timed(old, new, profiler, pairs=2)
    assert old.ran == [("", ""), *[("", ""), ("", ""), ("", "perf"), ("", "perf")] * 2]
    assert new.ran == [("", ""), ("", "perf")] * 2


def test_a_program_that_does_a_tenth_of_the_work_is_faster(tree: Callable[..., Programs]) -> None:
    result = timed(tree(40_000_000), tree(4_000_000))
    assert result.workload.ratio > 1.5
    assert result.workload.pairs == 3


def test_without_a_profiler_a_function_is_as_fast_as_the_command(
    tree: Callable[..., Programs],
) -> None:
    result = timed(tree(1000), tree(2000))
    assert result.functions == {HOT: result.workload}


def test_with_a_profiler_a_function_is_timed_on_its_own(
    tree: Callable[..., Programs], profiler: Profiler
) -> None:
    """The rest of the command, here a pause, does not count."""
    pause = 'usleep(60000); puts("done")'
    result = timed(tree(40_000_000, pause), tree(4_000_000, pause), profiler)
    assert result.functions[HOT].ratio > 3
    assert result.functions[HOT].ratio > result.workload.ratio


def test_a_function_that_the_candidate_never_runs_is_told(
    tree: Callable[..., Programs], profiler: Profiler
) -> None:
    result = timed(tree(40_000_000), tree(40_000_000), profiler, pairs=2)
    assert result.ran == {HOT: True}
    result = timed(tree(40_000_000), tree(0, 'usleep(30000); puts("done")'), profiler, pairs=2)
    assert result.ran == {HOT: False}


def test_checks_are_timed_as_well(tree: Callable[..., Programs]) -> None:
    """A candidate that is faster where it is looked at, and slower elsewhere."""
    section = WorkloadSection("./hot", checks=("./hot", "sleep $(cat pause)"), timeout=20)
    old, new = tree(40_000_000), tree(4_000_000)
    (old.path / "pause").write_text("0.05")
    (new.path / "pause").write_text("0.25")
    result = compare(None, (old, new), section, [HOT], 5, 1, lambda _done: None)
    assert list(result.checks) == ["./hot", "sleep $(cat pause)"]
    assert not result.checks["./hot"].is_slower
    assert result.checks["sleep $(cat pause)"].is_slower
    assert result.checks["sleep $(cat pause)"].pairs == 15


def test_every_round_has_a_fresh_seed(tree: Callable[..., Programs]) -> None:
    section = WorkloadSection("echo {seed} >> seeds; ./hot", timeout=20)
    old, new = tree(1001), tree(1002)
    result = compare(None, (old, new), section, [HOT], 5, 1, lambda _done: None)
    assert len(set(result.seeds)) == 5
    ran = (new.path / "seeds").read_text().split()
    assert ran == [str(seed) for seed in result.seeds]
    assert (old.path / "seeds").read_text().split()[1:] == [s for s in ran for _ in range(2)]


def test_what_is_known_to_vary_is_not_compared(tree: Callable[..., Programs]) -> None:
    section = WorkloadSection("./hot; echo took $$ ms", varying=("took [0-9]+",), timeout=20)
    plain = tree(1000)
    assert compare(None, (plain, plain), section, [], 3, 1, lambda _done: None).workload.pairs == 3


# What is not the same in every run is not compared


@pytest.mark.parametrize("text", ['printf("%d\\n", getpid())', 'printf("%p\\n", &(char){0})'])
def test_an_output_that_varies_is_a_tool_error(tree: Callable[..., Programs], text: str) -> None:
    varies = tree(1000, text)
    with pytest.raises(ToolError, match="did not print the same in every run"):
        timed(varies, varies, pairs=10)  # a place in memory may be the same twice


def test_a_candidate_that_prints_something_else_is_a_tool_error(
    tree: Callable[..., Programs],
) -> None:
    with pytest.raises(ToolError, match="did not print the same"):
        timed(tree(1000), tree(1000, 'puts("d0ne")'))


def test_a_candidate_that_fails_is_a_tool_error(tree: Callable[..., Programs]) -> None:
    with pytest.raises(ToolError, match=r"`\./hot` failed while it was timed: done"):
        timed(tree(1000), tree(1000, status=3))


def test_an_original_that_fails_is_a_tool_error(tree: Callable[..., Programs]) -> None:
    failing = tree(1000, status=1)
    with pytest.raises(ToolError, match="failed while it was timed"):
        timed(failing, failing)


# A function's share of the samples


@pytest.mark.parametrize(
    ("place", "counts"),
    [
        (Place("p", "hot", ""), True),
        (Place("p", "hot", "hot.c"), True),
        (Place("p", "hot", "other.c"), False),
        (Place("p", "hot.constprop.0", "hot.c"), True),
        (Place("p", "hot.part.0.cold", "hot.c"), True),
        (Place("p", "hot__llmopt_avx2", "hot.c"), True),
        (Place("p", "hot__llmopt_avx2.isra.0", ""), True),
        (Place("p", "hotter", ""), False),
        (Place("p", "hot_", ""), False),
        (Place("p", "other__llmopt_hot", ""), False),
        (Place("p", "[unknown]", ""), False),
    ],
)
def test_clones_and_helpers_count_with_their_function(place: Place, *, counts: bool) -> None:
    samples = Samples({place: 2.0, Place("p", "main", ""): 5.0}, "cycles:u", 7)
    assert function_seconds(samples, HOT) == (2.0 if counts else 0.0)


def test_all_places_of_a_function_are_added_up() -> None:
    places = ("hot", "hot.cold", "hot__llmopt_sse")
    weights = {Place("p", name, "hot.c"): 1.5 for name in places}
    assert function_seconds(Samples(weights, "cpu-clock:u", 3), HOT) == 4.5


def test_work_that_a_candidate_moves_into_a_function_of_its_own_counts_as_the_function_s():
    weights = {
        Place("prog", "hot", ""): 1.0,
        Place("prog", "moved_there", "hot.c"): 2.0,
        Place("prog", "neighbour", "hot.c"): 4.0,
        Place("prog", "moved_there", "other.c"): 8.0,
    }
    samples = Samples(weights, "cpu-clock:u", 4)
    assert function_seconds(samples, Timed("hot", "src/hot.c", frozenset({"neighbour"}))) == 3.0
    assert function_seconds(samples, HOT) == 1.0
    assert Timed("hot", "src/hot.c", frozenset({"neighbour"})) == HOT


def test_what_a_function_is_inlined_into_counts_on_both_sides():
    inlined = Timed("kernel", "src/hot.c", frozenset({"main", "other"}), frozenset({"main"}))
    before = {Place("prog", "main", ""): 8.0, Place("prog", "other", "hot.c"): 16.0}
    after = {
        Place("prog", "main", ""): 1.0,
        Place("prog", "kernel", "hot.c"): 2.0,
        Place("prog", "kernel__llmopt_v3", "hot.c"): 4.0,
        Place("prog", "other", "hot.c"): 16.0,
        Place("prog", "main", "elsewhere.c"): 32.0,
    }
    assert function_seconds(Samples(before, "cpu-clock:u", 2), inlined) == 8.0
    assert function_seconds(Samples(after, "cpu-clock:u", 5), inlined) == 7.0


def test_functions_that_share_symbols_are_told_from_those_that_do_not():
    one = Timed("one", "src/hot.c", within=frozenset({"main"}))
    two = Timed("two", "src/hot.c", within=frozenset({"main"}))
    assert one.meets(two)
    assert one.meets(Timed("main", "src/hot.c"))
    assert not one.meets(Timed("three", "src/hot.c"))
    assert not one.meets(Timed("main", "src/other.c"))
