"""Generated cases under sanitizers."""

import pytest

from llmopt.errors import NotApplicable
from llmopt.harness.compare import oracle
from llmopt.harness.program import Harness
from llmopt.harness.sanitized import ADDRESS, inside, originals
from llmopt.harness.suite import Suite
from llmopt.rewrite.build import ir_digest, source_step
from llmopt.toolchain import ir
from llmopt.values.step import IrText
from llmopt.values.verdict import Inconclusive, Passed, Refuted
from llmopt.verify.sanitizers import judge_cases, together
from tests.units import SANDBOX, compiled, context

TEXT = """\
int weigh(const unsigned char *bytes, unsigned count)
{
    static const int weights[8] = {1, 2, 3, 5, 8, 13, 21, 34};
    unsigned total = 0;
    for (unsigned i = 0; i < count; i++)
        total += bytes[i] * (unsigned)weights[i & 7];
    return (int)(total & 0xffff);
}
"""
#: No compiler sees what table it is.
BEYOND = TEXT.replace("unsigned total", "const int *volatile table = weights;\n    unsigned total")
BEYOND = BEYOND.replace("weights[i & 7]", "table[i == 3 ? 8 : i & 7]")


def harness(directory, compiler, text=TEXT):
    return Harness(context(directory, text, compiler), "weigh", SANDBOX)


def judged(made, text, cases=80):
    body = text[text.index("int weigh") :].rstrip("\n")
    return judge_cases(Suite(made, 3, cases), [source_step(made.context, "weigh", body.encode())])


@pytest.fixture(scope="module")
def gcc(tmp_path_factory):
    return harness(tmp_path_factory.mktemp("unit"), "gcc")


@pytest.fixture(scope="module")
def clang(tmp_path_factory):
    return harness(tmp_path_factory.mktemp("unit"), "clang-19")


def test_a_clean_candidate_passes(gcc):
    verdict = judged(gcc, TEXT.replace("i & 7", "i % 8"))
    assert isinstance(verdict, Passed), verdict
    assert ADDRESS.name in str(verdict.evidence["cases_with"])


def test_a_candidate_that_reads_beyond_its_table_is_refuted_with_the_report(gcc):
    verdict = judged(gcc, BEYOND)
    assert isinstance(verdict, Refuted)
    assert "ERROR: AddressSanitizer: global-buffer-overflow" in verdict.counterexample


def test_a_candidate_that_relies_on_signed_overflow_is_refuted(gcc):
    overflow = TEXT.replace("(int)(total & 0xffff)", "((int)total * 65536 >> 16) & 0xffff")
    verdict = judged(gcc, overflow)
    assert isinstance(verdict, Refuted)
    assert "runtime error: signed integer overflow" in verdict.counterexample


def test_cases_in_which_the_original_trips_say_nothing(tmp_path):
    loose = harness(tmp_path, "gcc", BEYOND)
    known = oracle(loose, loose.original, 1, 60, loose.constants())
    clean = inside(loose, known)
    kept = {case.planned.number for case in clean.cases}
    first = min(case.planned.number for case in known.cases if case.planned.number not in kept)
    assert sum(number > first for number in kept) > 9  # one that trips ends no other
    assert sum(clean.dropped.values()) > sum(known.dropped.values())


def test_ir_is_instrumented_as_well(clang):
    compiler = clang.context.compiler
    module = compiler.module()
    text = ir.excerpt(module, "weigh")
    derived = ir_digest(module, compiler.module(optimized=True), "weigh")
    beyond = text.replace(", 7\n", ", 15\n")
    assert beyond != text
    verdict = judge_cases(Suite(clang, 3, 60), [IrText("weigh", derived, beyond)])
    assert isinstance(verdict, Refuted)
    assert "AddressSanitizer" in verdict.counterexample


def test_memory_that_nobody_has_written_is_noticed_with_clang(clang):
    assert len(originals(clang)) == 2
    unset = TEXT.replace(
        "    for",
        "    volatile unsigned more[4];\n    if (more[count & 3] == 0x5eedu)\n"
        "        total++;\n    for",
    )
    verdict = judged(clang, unset)
    assert isinstance(verdict, Refuted)
    assert "MemorySanitizer: use-of-uninitialized-value" in verdict.counterexample


def test_a_unit_that_needs_more_than_libc_is_not_asked_for_unwritten_memory(tmp_path):
    text = "int other(int);\nint weigh(int a) { return other(a) + 1; }\n"
    rest = compiled(tmp_path / "rest", "int other(int a) { return a ^ 5; }\n")
    made = Harness(context(tmp_path, text, "clang-19"), "weigh", SANDBOX, link=[rest])
    assert set(originals(made)) == {ADDRESS}
    with pytest.raises(NotApplicable):
        made.alone().program(())


def test_what_both_kinds_of_runs_say_is_put_together():
    passed, cases = Passed("sanitizers", {"runs": 2}), Passed("sanitizers", {"cases": 9})
    refuted, open_ = Refuted("sanitizers", "trips"), Inconclusive("sanitizers", "no cases")
    assert together(passed, cases) == Passed("sanitizers", {"runs": 2, "cases": 9})
    assert together(passed, open_) == Passed("sanitizers", {"runs": 2, "cases": "none: no cases"})
    assert together(passed, refuted) == refuted
    assert together(refuted, cases) == refuted
    assert together(open_, refuted) == refuted
    assert together(open_, cases) == open_


def test_what_callbacks_give_counts_as_written(tmp_path):
    text = """\
static __attribute__((noinline)) int deep(int n)
{
    volatile char area[6000];
    area[n & 63] = 1;
    return area[n & 63];
}
int weigh(int (*give)(const int *), int n)
{
    int all = 0;
    for (int i = 0; i < (n & 7); i++)
        if (deep(i) && give(&n) > 3)
            all++;
    return all;
}
"""
    made = harness(tmp_path, "clang-19", text)
    known = oracle(made, made.original, 1, 60, made.constants())
    assert len(inside(made, known).cases) == len(known.cases)
