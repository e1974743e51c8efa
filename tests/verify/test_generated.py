"""The tests gate asks how good the tests are, and whether they reached the candidate."""

import pytest

from llmopt.agents.catalogue import catalogue
from llmopt.agents.subject import Seen, Subject
from llmopt.errors import NotApplicable
from llmopt.harness.coverage import covered
from llmopt.harness.exercise import Marking
from llmopt.harness.program import Harness
from llmopt.harness.score import Score, Survivor
from llmopt.harness.suite import Suite
from llmopt.rewrite.build import assembly_digest, source_step
from llmopt.rewrite.dispatcher import branches_on_processor
from llmopt.toolchain import assembly
from llmopt.values.step import AssemblyText
from llmopt.values.verdict import Inconclusive, Passed, Refuted
from llmopt.verify import tests as gate
from tests.conftest import need
from tests.units import SANDBOX, compiled, context, program, run

TEXT = """\
unsigned mix(unsigned a, unsigned b)
{
    return (a ^ b) + (a & 7);
}
"""
SAME = "unsigned mix(unsigned a, unsigned b)\n{\n    return (b ^ a) + a % 8;\n}"
#: Wrong for one pair of inputs in 2 to the 64, which no literal names.
TRAP = """\
static int is_it(unsigned a, unsigned b)
{
    return a * 2654435761u == b + 0x1234567u * a && b % 1009 == 77;
}
unsigned mix(unsigned a, unsigned b)
{
    if (is_it(a, b))
        return 0;
    return (a ^ b) + (a & 7);
}"""
FULL = Score(9, 9, 0, 0, ())


@pytest.fixture(scope="module")
def harness(tmp_path_factory):
    return Harness(context(tmp_path_factory.mktemp("unit"), TEXT), "mix", SANDBOX)


def judged(harness, text, demands, helpers=()):
    step = source_step(harness.context, "mix", text.encode(), helpers)
    return gate.judge(Suite(harness, 7, 100), [step], demands)


def test_a_candidate_passes_with_the_score_of_its_tests(harness):
    verdict = judged(harness, SAME, gate.Demands(0.9, lambda: gate.scored(harness, 100)))
    assert isinstance(verdict, Passed), verdict
    killed, _, of = str(verdict.evidence["mutants_killed"]).partition(" of ")
    assert int(killed) >= 0.9 * int(of)


def test_code_that_no_test_has_run_is_not_admitted(harness):
    verdict = judged(harness, TRAP, gate.Demands(0.9, lambda: FULL), ("is_it",))
    assert isinstance(verdict, Inconclusive)
    assert "line 7 (`if (is_it(a, b))`) went only one way" in verdict.reason


def test_code_that_the_workload_has_run_is(harness, tmp_path):
    main = "unsigned mix(unsigned, unsigned);\nint main(void)\n{\n"
    # The pairs that the trap waits for, found by going through them.
    main += "    for (unsigned a = 0; a < 4096; a++) {\n"
    main += "        unsigned b = a * 2654435761u - 0x1234567u * a;\n"
    main += "        mix(a, b);\n        mix(a, b + 1);\n    }\n    return 0;\n}\n"

    def workload(marking: Marking):
        made = covered(harness.context, marking.text, marking.functions, tmp_path / "marks", (), ())
        assert run(program(tmp_path, made.object, compiled(tmp_path, main))).returncode == 0
        return made.left_out()

    demands = gate.Demands(0.9, lambda: FULL, workload)
    verdict = judged(harness, TRAP, demands, ("is_it",))
    assert isinstance(verdict, Passed), verdict


def test_weak_tests_admit_nothing_and_say_what_they_miss(harness):
    weak = Score(1, 2, 0, 0, (Survivor(3, "`|`, not `&`", "--- original\n+++ mutant\n"),))
    verdict = judged(harness, SAME, gate.Demands(0.9, lambda: weak))
    assert isinstance(verdict, Inconclusive)
    assert "1 of 2 mutants" in verdict.reason
    assert "+++ mutant" in verdict.reason


def test_every_copy_behind_a_dispatcher_is_tested(harness):
    copies = """\
static __attribute__((target("avx2"))) unsigned mix_avx2(unsigned a, unsigned b)
{
    return (a ^ b) + (a & 7);
}
static unsigned mix_plain(unsigned a, unsigned b)
{
    return (a ^ b) + (a & 3);
}
unsigned mix(unsigned a, unsigned b)
{
    if (__builtin_cpu_supports("avx2"))
        return mix_avx2(a, b);
    return mix_plain(a, b);
}"""
    names = ("mix_avx2", "mix_plain")
    demands = gate.Demands(0.9, lambda: FULL)
    assert isinstance(judged(harness, copies, demands, names), Refuted)
    right = copies.replace("(a & 3)", "(a & 7)")
    assert isinstance(judged(harness, right, demands, names), Passed)


SUM = """\
int sum(const int *v, int n, int step)
{
    int all = 0;
    for (int i = 0; i < n; i++)
        if (v[i] % 3)
            all += v[i] % 1000 * (step & 7);
    return all;
}
"""


@pytest.fixture(scope="module", params=["gcc", "clang-19"])
def sums(request, tmp_path_factory):
    unit = context(tmp_path_factory.mktemp("sums"), SUM, request.param)
    return Harness(unit, "sum", SANDBOX)


def moved(sums, name):
    move = next(move for move in catalogue() if move.option.name == name)
    try:
        (step,) = move.propose(Subject(sums.context, "sum", (), Seen({"step": [2, 3]})))
    except NotApplicable as error:
        pytest.skip(str(error))
    return step


def judged_sum(sums, step):
    return gate.judge(Suite(sums, 7, 100), [step], gate.Demands(0.9, lambda: FULL))


@pytest.mark.parametrize("move", ["specialize", "specialize-256"])
def test_copies_with_the_original_s_line_numbers_are_told_apart(sums, move):
    verdict = judged_sum(sums, moved(sums, move))
    assert isinstance(verdict, Passed), verdict


@pytest.mark.parametrize(("move", "copy"), [("dispatch-256", -2), ("specialize", 0)])
def test_what_never_ran_in_one_of_several_copies_is_reported(sums, move, copy):
    step = moved(sums, move)
    parts = step.text.split("    return all;")
    trap = "    if (n * 40503u == 77 + 65536u * all) all++;\n"
    parts[copy] += trap
    text = "    return all;".join(parts).encode()
    verdict = judged_sum(sums, source_step(sums.context, "sum", text, step.helpers, step.options))
    assert isinstance(verdict, Inconclusive), verdict
    assert verdict.reason.count("line") == 1, verdict
    assert trap.strip() in verdict.reason


@pytest.mark.parametrize("question", ["|| n * 40503u == 77 + 65536u * step", "&& n > 7"])
def test_a_question_beside_that_to_the_processor_is_no_part_of_it(sums, question):
    step = moved(sums, "dispatch-256")
    asked = '__builtin_cpu_supports("x86-64-v3")'
    text = step.text.replace(f"if ({asked})", f"if ({asked} {question})").encode()
    verdict = judged_sum(sums, source_step(sums.context, "sum", text, step.helpers, step.options))
    assert isinstance(verdict, Passed if "&&" in question else Inconclusive), verdict


@pytest.mark.parametrize(
    ("asked", "alone"),
    [
        ("if (C) {", True),
        ("if (!C) {", True),
        ("if (n > 3 && C)", True),
        ("if ((C && !C)) return;", True),
        ("if (C == n)", False),
        ("if (n == C)", False),
        ("if ((C) == n)", False),
        ("int has = C;", False),
        ("if (C && __cpu_model.x == n)", False),
        ("if (n)", False),
    ],
)
def test_only_a_branch_on_the_processor_s_answer_alone_is_one(asked, alone):
    text = asked.replace("C", '__builtin_cpu_supports("avx2")')
    assert branches_on_processor(text) is alone


def test_what_the_original_s_own_code_leaves_out_is_not_asked_of_a_candidate(tmp_path):
    text = (
        "unsigned mix(unsigned a, unsigned b)\n{\n    if (a * 2654435761u == b && b % 1009 == 77)\n"
    )
    text += "        __builtin_trap();\n    return (a ^ b) + (a & 7);\n}\n"
    made = Harness(context(tmp_path, text), "mix", SANDBOX)
    code = made.context.compiler.assembly()
    excerpt = assembly.excerpt(code, "mix")
    step = AssemblyText("mix", assembly_digest(code, "mix"), excerpt)
    demands = gate.Demands(0.9, lambda: FULL)
    assert isinstance(gate.judge(Suite(made, 7, 100), [step], demands), Passed)
    first = "\timull\t$-1640531535, %edi, %eax\n"
    asked = f"{first}\timull\t%esi, %eax\n\tcmpl\t$77, %eax\n\tjne\t.Lsame\n\tnop\n.Lsame:\n"
    assert first in excerpt
    other = AssemblyText("mix", step.derived_from, excerpt.replace(first, asked + first))
    verdict = gate.judge(Suite(made, 7, 100), [other], demands)
    assert isinstance(verdict, Inconclusive)
    assert "went only one way" in verdict.reason
    assert "`jne " in verdict.reason


def test_a_mutant_that_a_solver_finds_equal_takes_no_part(tmp_path):
    need("alive-tv")
    text = "unsigned most(unsigned a, unsigned b)\n{\n    return a > b ? a : b;\n}\n"
    found = gate.scored(Harness(context(tmp_path, text, "clang-19"), "most", SANDBOX), 100)
    assert "`>=`, not `>`" not in {survivor.what for survivor in found.survivors}
