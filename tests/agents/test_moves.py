"""Whatever a move proposes computes, to the bit, what the function as written computes.

Every file of `corpus/` is a unit with the function `f`, and behind `// driver` the program around
it, which prints bits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from llmopt.agents.catalogue import at_levels, catalogue
from llmopt.agents.subject import Move, Seen, Subject
from llmopt.errors import NotApplicable
from llmopt.rewrite.build import build, source_step
from llmopt.rewrite.counting import counts, instrumented
from llmopt.rewrite.dispatcher import variants
from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain.cpu import levels
from llmopt.values.step import Donor, SourceText, Step
from llmopt.values.verdict import Passed
from llmopt.verify import building, identity, static
from tests.conftest import need
from tests.units import compiled, context, program, run

CORPUS = {path.stem: path for path in sorted((Path(__file__).parent / "corpus").glob("*.c"))}
DRIVER = CORPUS["matrix"].with_name("driver.h").read_text()
MOVES = {move.option.name: move for move in catalogue()}
COMPILERS = ("gcc", "clang-19")
SEEDS = ("1", "77", "123456")
#: What a workload might have shown; the drivers pass other values as well.
USUAL: Mapping[str, Mapping[str, Sequence[int]]] = {
    "bytes": {"round": [2]},
    "float_loop": {"n": [29, 58]},
    "matrix": {"n": [8, 16]},
    "mixing": {"n": [7]},
    "recursion": {"depth": [1, 2]},
    "static_structs": {"skip": [0], "c->count": [10, 19]},
    "stencil": {"g->radius": [1, 2], "g->width": [37]},
    "switches": {"x": [3]},
    "early_returns": {"limit": [5, 25]},
}
SOURCE = {"dispatch-256", "dispatch-512", "specialize", "specialize-256"}
#: Those that fit only what they know; see test_rewrites.py.
REWRITES = {move.option.name for move in at_levels(["source"])} - SOURCE


@cache
def corpus(stem: str) -> tuple[str, str]:
    unit, _, driver = CORPUS[stem].read_text().partition("// driver\n")
    return unit, driver


class Bench:
    """The units of one compiler, their programs, and what these print."""

    def __init__(self, directory: Path, compiler: str) -> None:
        self.directory = directory
        self.units: dict[str, UnitContext] = {}
        self.drivers: dict[str, Path] = {}
        self.expected: dict[str, list[bytes]] = {}
        self.seen: dict[str, Seen] = {}
        for stem in CORPUS:
            unit, driver = corpus(stem)
            place = directory / stem
            self.units[stem] = context(place, unit, compiler, "-O2")
            self.drivers[stem] = compiled(place, DRIVER + driver, "driver")
            self.expected[stem] = self.outputs(stem, self.units[stem].object)
            self.seen[stem] = Seen(USUAL.get(stem, {}), self.counts(stem))

    def outputs(self, stem: str, data: bytes) -> list[bytes]:
        made = program(self.directory / stem, data, self.drivers[stem])
        results = [run(made, seed) for seed in SEEDS]
        assert [result.returncode for result in results] == [0] * len(SEEDS)
        return [result.stdout for result in results]

    def counts(self, stem: str) -> str:
        unit, there = self.units[stem], self.directory / stem / "counts"
        assert self.outputs(stem, instrumented(unit, there)) == self.expected[stem]
        return counts(unit, there, "f", unit.lexical.closure("f").names)

    def subject(self, stem: str, steps: tuple[Step, ...] = ()) -> Subject:
        return Subject(self.units[stem], "f", steps, self.seen[stem])

    def check(self, stem: str, steps: tuple[Step, ...], *, differs: bool = True) -> None:
        """Builds a version; gates and program must find nothing."""
        unit = self.units[stem]
        made = build(unit, steps)
        assert made.object != unit.object or not differs
        for verdict in (
            static.judge(unit, "f", steps, made.object),
            building.judge(unit.diagnostics, made.diagnostics),
        ):
            assert isinstance(verdict, Passed), verdict
        assert self.outputs(stem, made.object) == self.expected[stem]


@pytest.fixture(scope="module", params=COMPILERS)
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    need(request.param)
    return Bench(tmp_path_factory.mktemp("moves"), request.param)


def fits(move: Move, bench: Bench) -> bool:
    """Whether the move is for the compiler, by its summary of itself: its name."""
    clang = bench.units["bytes"].compiler.is_clang
    if move.option.level == "source" or move.option.name == "profile-guided":
        return True
    return clang != move.option.name.startswith("gcc-")


@pytest.mark.parametrize("stem", CORPUS)
@pytest.mark.parametrize("name", MOVES)
def test_a_move_computes_the_same_or_says_why_not(bench: Bench, name: str, stem: str) -> None:
    move = MOVES[name]
    try:
        steps = move.propose(bench.subject(stem))
    except NotApplicable as refused:
        reason = str(refused)
        assert reason
        if not fits(move, bench):
            assert re.match(r"for (clang|gcc); the unit's compiler is ", reason)
        elif name.startswith("specialize"):
            assert stem not in USUAL, reason
        elif name.startswith("dispatch"):
            assert not levels(), reason
        elif name in REWRITES:
            pass
        else:
            raise
        return
    assert fits(move, bench)
    assert {step.level for step in steps} == {move.option.level}
    try:
        # A compiler may see through other text.
        bench.check(stem, steps, differs=name not in REWRITES)
    except NotApplicable:
        # A donor that makes the same code, or whose code does not surely fit.
        if not any(isinstance(step, Donor) for step in steps):
            raise


def test_options_do_change_code_where_they_should(bench: Bench) -> None:
    """That a donor makes the same code is no reason to be content: some must differ."""
    clang = bench.units["bytes"].compiler.is_clang
    names = ("clang-interleave", "polly", "clang-scalar") if clang else ("gcc-unroll", "gcc-scalar")
    for name in (*names, "profile-guided"):
        for stem in ("bytes", "matrix", "float_loop"):
            try:
                build(bench.units[stem], MOVES[name].propose(bench.subject(stem)))
                break
            except NotApplicable:
                continue
        else:
            pytest.fail(f"{name} never changes anything")


@pytest.mark.parametrize("stem", ["bytes", "stencil", "double_reduction"])
def test_every_copy_behind_a_dispatcher_computes_the_same(bench: Bench, stem: str) -> None:
    if not levels():
        pytest.skip("nothing wider than the baseline here")
    name = "specialize-256" if stem in USUAL else "dispatch-512"
    steps = MOVES[name].propose(bench.subject(stem))
    unit = bench.units[stem]
    assert isinstance(steps[0], SourceText)
    others = variants(unit, steps)
    assert len(others) == len(steps[0].helpers) - 1
    for other in others:
        assert bench.outputs(stem, build(unit, other).object) == bench.expected[stem]


@pytest.mark.parametrize("stem", ["float_loop", "stencil", "static_structs", "recursion"])
def test_a_donor_goes_on_top_of_copies(bench: Bench, stem: str) -> None:
    """Moves below the source take all bodies behind a dispatcher."""
    if not levels():
        pytest.skip("nothing wider than the baseline here")
    below = "clang-interleave" if bench.units[stem].compiler.is_clang else "gcc-unroll"
    first = MOVES["dispatch-256"].propose(bench.subject(stem))
    steps = MOVES[below].propose(bench.subject(stem, first))
    assert isinstance(first[0], SourceText)
    assert isinstance(steps[-1], Donor)
    assert steps[-1].functions == first[0].helpers
    try:
        bench.check(stem, steps)
    except NotApplicable:
        if stem in ("float_loop", "stencil"):
            raise


@pytest.mark.parametrize("stem", ["stencil", "matrix"])
def test_copies_and_a_donor_go_on_top_of_other_text(bench: Bench, stem: str) -> None:
    if not levels():
        pytest.skip("nothing wider than the baseline here")
    unit = bench.units[stem]
    own = unit.locate("f").text
    helper = b"static int %s__llmopt_one(void) { return 1; }\n" % b"f"
    other = own.replace(b"{", b"{ if (f__llmopt_one() == 2) __builtin_trap();", 1)
    rewritten = (source_step(unit, "f", helper + other),)
    below = "clang-interleave" if unit.compiler.is_clang else "gcc-unroll"
    first = MOVES["dispatch-256"].propose(bench.subject(stem, rewritten))
    assert isinstance(first[0], SourceText)
    assert first[0].text.count("f__llmopt_one(void)") == 1
    bench.check(stem, first)
    for other_steps in variants(unit, first):
        assert bench.outputs(stem, build(unit, other_steps).object) == bench.expected[stem]
    with pytest.raises(NotApplicable, match="is no dispatcher"):
        MOVES["dispatch-512"].propose(bench.subject(stem, first))
    donor = MOVES[below].propose(bench.subject(stem, first))
    assert isinstance(donor[-1], Donor)
    assert donor[-1].functions == first[0].helpers
    bench.check(stem, donor)


def test_options_of_two_donors_become_one_donor(bench: Bench) -> None:
    clang = bench.units["bytes"].compiler.is_clang
    one, two = ("distribute", "clang-O3") if clang else ("gcc-O3", "gcc-scalar")
    first = MOVES[one].propose(bench.subject("bytes"))
    (both,) = MOVES[two].propose(bench.subject("bytes", first))
    assert isinstance(both, Donor)
    (alone,) = MOVES[two].propose(bench.subject("bytes"))
    assert isinstance(first[0], Donor)
    assert isinstance(alone, Donor)
    assert both.options == (*first[0].options, *alone.options)


def test_identity_holds_for_the_corpus(bench: Bench) -> None:
    for stem, unit in bench.units.items():
        for step in (SourceText("f", "", "", ""), Donor(("f",))):
            verdict = identity.judge(unit, "f", (step,))
            assert isinstance(verdict, Passed), (stem, verdict)


def test_source_moves_want_the_function_as_written(bench: Bench) -> None:
    steps = (Donor(("f",), ("-O3",)),)
    for name in SOURCE | REWRITES:
        with pytest.raises(NotApplicable, match="only for the function as written"):
            MOVES[name].propose(bench.subject("stencil", steps))


def test_a_pipeline_stands_alone(clang: str, tmp_path: Path) -> None:
    need("opt-19")
    unit = context(tmp_path, corpus("bytes")[0], clang)
    twice = MOVES["twice"].propose(Subject(unit, "f"))
    with pytest.raises(NotApplicable, match="stands alone"):
        MOVES["clang-O3"].propose(Subject(unit, "f", twice))
    with pytest.raises(NotApplicable, match="stands alone"):
        MOVES["twice"].propose(Subject(unit, "f", (Donor(("f",), ("-O3",)),)))


def test_the_catalogue_is_in_a_fixed_order_and_names_are_unique() -> None:
    assert len(MOVES) == len(catalogue())
    assert {move.option.level for move in at_levels(["ir"])} == {"ir"}
    assert at_levels(["source", "ir", "asm"]) == catalogue()
    assert all(move.summary for move in catalogue())


# Which functions can be copied

UNCOPYABLE = {
    "has no fixed parameters": "int f(int n, ...) { return n; }",
    "no fixed parameters to": "int f(n) int n; { return n; }",
    "parameters to hand on": "int f() { return 1; }",
    "a parameter without a name": "int f(int n, int) { return n; }",
    "a static local": "int f(int n) { static int calls; return calls++ + n; }",
    "its own name as a string": "const char *f(int n) { return n ? __func__ : 0; }",
    "takes the address of labels": (
        "int f(int n) { void *at = n ? &&one : &&two; goto *at; one: return 1; two: return 2; }"
    ),
    "attributes or directives": "__attribute__((hot)) int f(int n) { return n; }",
    "declared with attributes": (
        "#define CTOR __attribute__((constructor))\nint seen;\n"
        "CTOR void f(void) { for (int i = 0; i < 9; i++) seen += i; }"
    ),
    "__builtin_return_address": "void *f(int n) { return n ? __builtin_return_address(0) : 0; }",
    "__builtin_constant_p": "int f(int n) { return __builtin_constant_p(n) ? 1 : n; }",
    "whose size does something": "int f(int n, int a[n++]) { return n + !a; }",
    "definition of f": "int g(int n) { return n; }",
}


@pytest.mark.parametrize("reason", UNCOPYABLE)
@pytest.mark.parametrize("name", sorted(SOURCE))
def test_what_a_copy_would_change_is_not_copied(name: str, reason: str, tmp_path: Path) -> None:
    need("gcc")
    subject = Subject(context(tmp_path, UNCOPYABLE[reason]), "f", (), Seen({"n": [1]}))
    with pytest.raises(NotApplicable, match=reason):
        MOVES[name].propose(subject)


def test_a_name_as_a_string_is_seen_through_macros(tmp_path: Path) -> None:
    need("gcc")
    text = "#include <assert.h>\nint f(int n) { assert(n != 3); return n; }\n"
    with pytest.raises(NotApplicable, match="its own name as a string"):
        MOVES["dispatch-256"].propose(Subject(context(tmp_path, text), "f"))
    quiet = context(tmp_path, text, options="-O2 -DNDEBUG")
    assert MOVES["dispatch-256"].propose(Subject(quiet, "f"))


@pytest.mark.parametrize(
    "option", ["-march=haswell", "-mavx2", "-ffast-math", "-ffp-contract=fast"]
)
def test_units_with_their_own_target_or_rounding_get_no_dispatcher(
    compiler: str, option: str, tmp_path: Path
) -> None:
    unit = context(tmp_path, corpus("bytes")[0], compiler, f"-O2 {option}")
    with pytest.raises(NotApplicable, match="its own target or rounding"):
        MOVES["dispatch-256"].propose(Subject(unit, "f"))


@pytest.mark.parametrize(
    "text",
    [
        # Contraction that the text itself asks for would round otherwise in a wider copy.
        "#pragma STDC FP_CONTRACT ON\nfloat f(float a, float b) { return a * b + 1; }\n",
        # The unit's option would take it from a function that has the instruction.
        '__attribute__((target("fma"))) float g(float a, float b) { return a * b + 1; }\n'
        "float f(float a, float b) { return a * b + g(a, b); }\n",
        # Vectors are handed on in registers that the dispatcher does not have.
        "typedef float v8 __attribute__((vector_size(32)));\nv8 f(v8 a, v8 b) { return a * b; }\n",
    ],
    ids=["pragma", "target", "vectors"],
)
def test_units_whose_text_chooses_target_or_rounding_get_no_dispatcher(
    compiler: str, text: str, tmp_path: Path
) -> None:
    with pytest.raises(NotApplicable):
        MOVES["dispatch-256"].propose(Subject(context(tmp_path, text, compiler), "f"))


def test_a_raised_level_assumes_no_more_about_aliasing(compiler: str, tmp_path: Path) -> None:
    """gcc takes strict aliasing for granted from -O2 on: what -O1 made of a cast must stay."""
    text = "int f(int *a, float *b) { *a = 1; *b = 2.0f; return *a; }\n"
    driver = compiled(
        tmp_path,
        '#include <stdio.h>\nint f(int *, float *);\n'
        'int main(void) { int x; printf("%d\\n", f(&x, (float *)&x)); }\n',
        options="-O0",
    )  # fmt: skip
    unit = context(tmp_path, text, compiler, "-O1")
    name = "gcc-O3" if compiler == "gcc" else "clang-O3"

    def output(data: bytes) -> bytes:
        return run(program(tmp_path, data, driver)).stdout

    try:
        made = build(unit, MOVES[name].propose(Subject(unit, "f"))).object
    except NotApplicable:
        return
    assert output(made) == output(unit.object)
