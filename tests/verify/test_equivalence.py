"""Bounded equivalence: what alive-tv says, what is made of it, and what is no answer."""

from __future__ import annotations

import math
import re
import struct
from pathlib import Path

import pytest

from llmopt.rewrite.build import source_step
from llmopt.rewrite.unit import UnitContext
from llmopt.sandbox.run import Sandbox
from llmopt.toolchain import alive, ir
from llmopt.toolchain.alive import Answer, Differs, Equal, Unknown
from llmopt.values.contract import Contract
from llmopt.values.step import AssemblyText, Donor, IrText, Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from llmopt.verify import equivalence
from tests.conftest import need
from tests.units import compiled, context
from tests.units import printed as output

SANDBOX = Sandbox("off")
#: What it printed, each file after a line with the command.
PRINTED = Path(__file__).with_name("alive")

#: By name: the original and the candidate, and what is common to both.
PAIRS = {
    "average": (
        "unsigned f(unsigned a, unsigned b) { return a / 2 + b / 2 + (a & b & 1); }",
        "unsigned f(unsigned a, unsigned b) { return (unsigned)(((unsigned long)a + b) / 2); }",
        "",
    ),
    "overflow": (
        "unsigned f(unsigned a, unsigned b) { return a / 2 + b / 2 + (a & b & 1); }",
        "unsigned f(unsigned a, unsigned b) { return (a + b) / 2; }",
        "",
    ),
    "sum": (
        "int f(const int *x, int n)"
        "{ unsigned s = 0; for (int i = 0; i < n; i++) s += (unsigned)x[i]; return (int)s; }",
        "int f(const int *x, int n)"
        "{ unsigned s = 0; while (n-- > 0) s += (unsigned)*x++; return (int)s; }",
        "",
    ),
    "last-one-missing": (
        "int f(const char *p, int n)"
        "{ int s = 0; for (int i = 0; i < n; i++) s |= p[i]; return s; }",
        "int f(const char *p, int n)"
        "{ int s = 0; for (int i = 0; i + 1 < n; i++) s |= p[i]; return s; }",
        "",
    ),
    "negative-zero": (
        "float f(float x) { return 0.0f - x; }",
        "float f(float x) { return -x; }",
        "",
    ),
    "not-a-number": (
        "int f(double x) { return x != x; }",
        "int f(double x) { (void)x; return 0; }",
        "",
    ),
    "aliases": (
        "int f(int *p, int *q) { *p = 1; *q = 2; return *p; }",
        "int f(int *p, int *q) { *p = 1; *q = 2; return 1; }",
        "",
    ),
    "signed-overflow": (
        "int f(int a, int b) { return (int)((unsigned)a + (unsigned)b); }",
        "int f(int a, int b) { return a + b; }",
        "",
    ),
    "long-loop": (
        "int f(int x) { unsigned s = 0; for (int i = 0; i < 99; i++) s += x; return (int)s; }",
        "int f(int x) { return (int)(99u * (unsigned)x); }",
        "",
    ),
    "volatile": (
        "int f(volatile int *p) { return *p + *p; }",
        "int f(volatile int *p) { return *p * 2; }",
        "",
    ),
    "long-double": (
        "long double f(long double x) { return x; }",
        "long double f(long double x) { return x + 1; }",
        "",
    ),
    "other-call": (
        "int f(int x) { return known(x) + 1; }",
        "int f(int x) { return 1 + other(x); }",
        "int known(int), other(int);",
    ),
    "same-calls": (
        "int f(int x) { return known(x) + other(x); }",
        "int f(int x) { int a = known(x); return other(x) + a; }",
        "int known(int), other(int);",
    ),
    "same-text": ("int f(int x) { return x; }", "int f(int y) { return y; }", ""),
    "searched": (
        "int f(const char *s) { return strlen(s) == 3; }",
        "int f(const char *s) { return s[0] && s[1] && s[2] && !s[3]; }",
        "#include <string.h>",
    ),
    "slow": (
        "double f(double x) { return x * 0.5; }",
        "double f(double x) { return x / 3.0; }",
        "",
    ),
}


def unit(directory: Path, name: str) -> tuple[UnitContext, list[Step]]:
    """The unit of a pair's original, and its candidate."""
    need("clang-19", "opt-19")
    original, candidate, common = PAIRS[name]
    made = context(directory, f"{common}\n{original}\n", "clang-19")
    return made, [source_step(made, "f", candidate.encode())]


def printed(name: str) -> Answer:
    _, _, text = (PRINTED / f"{name}.txt").read_text().partition("\n")
    return alive.read(text)


def judged(directory: Path, name: str, contract: Contract | None = None) -> Verdict:
    made, steps = unit(directory, name)
    return equivalence.judge(made, "f", steps, SANDBOX, contract)


# What it printed


EXPECTED = {
    "average": Equal(bounded=False),
    "sum": Equal(bounded=True),
    "searched": Equal(bounded=True),
    "same-calls": Equal(bounded=False),
    "same-text": Equal(bounded=False),
    "slow": Unknown("Timeout"),
    "volatile": Unknown("Unsupported instruction:   %0 = load volatile i32, ptr %p, align 4"),
    "long-double": Unknown("Unsupported type: x86_fp80"),
    "long-loop": Unknown("The source program doesn't reach a return instruction."),
}
DIFFERENT = {
    "overflow": ("Value mismatch", {"a": 15, "b": -15}),
    "negative-zero": ("Value mismatch", {"x": 0.0}),
    "signed-overflow": ("Target is more poisonous than source", {"a": 8, "b": 0x7FFFFFF8}),
    "last-one-missing": ("Value mismatch", {"n": 2}),
    "aliases": ("Value mismatch", {}),
    "other-call": ("Source is more defined than target", {"x": 0}),
}


def test_there_is_an_expectation_of_each_file() -> None:
    names = {path.stem for path in PRINTED.iterdir()}
    assert names == set(PAIRS) == {*EXPECTED, *DIFFERENT, "not-a-number"}


@pytest.mark.parametrize("name", EXPECTED)
def test_what_it_printed_is_read(name: str) -> None:
    assert printed(name) == EXPECTED[name]


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_counterexample_is_read(name: str) -> None:
    answer = printed(name)
    assert isinstance(answer, Differs)
    assert (answer.example.reason, answer.example.values()) == DIFFERENT[name]


def test_a_counterexample_says_what_it_shows() -> None:
    overflow, aliases = printed("overflow"), printed("aliases")
    assert isinstance(overflow, Differs)
    assert isinstance(aliases, Differs)
    assert str(overflow.example) == (
        "Value mismatch, with a = 15, b = -15; "
        "Source value: #x80000000 (2147483648, -2147483648); Target value: #x00000000 (0)"
    )
    assert not overflow.example.memory
    # Pointers are no numbers: what is behind them has to be made as well.
    assert aliases.example.memory
    assert [argument.type for argument in aliases.example.arguments] == ["ptr", "ptr"]


def test_numbers_of_all_types_are_read() -> None:
    answer = printed("not-a-number")
    assert isinstance(answer, Differs)
    assert math.isnan(answer.example.values()["x"])
    for type_, text, value in (
        ("i1", "#x1 (1)", 1),
        ("i1", "#b1", 1),
        ("i8", "#xff (255, -1)", -1),
        ("i7", "#b1000000 (64, -64)", -64),
        ("i64", f"#x{2**63:016x} (?)", -(2**63)),
        ("float", "#x3e851eb8 (0.259999990463?)", struct.unpack(">f", b"\x3e\x85\x1e\xb8")[0]),
        ("double", "#xfff0000000000000 (-oo)", -math.inf),
        ("ptr", "pointer(non-local, block_id=1, offset=0) / Address=#x4", None),
        ("i32", "poison", None),
        ("i32", "undef", None),
        ("<2 x i32>", "< #x00000000 (0), #x00000001 (1) >", None),
    ):
        assert alive.Argument("x", type_, text).value == value, text


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_half_an_answer_is_none(name: str) -> None:
    """Cut off anywhere, or with a line lost or twice, nothing is equal that was not before."""
    text = (PRINTED / f"{name}.txt").read_text()
    lines = text.splitlines(keepends=True)[1:]
    for number in range(len(lines)):
        assert isinstance(alive.read("".join(lines[:number])), Unknown)
        lost = alive.read("".join(lines[:number] + lines[number + 1 :]))
        twice = alive.read("".join([*lines[: number + 1], *lines[number:]]))
        for answer in (lost, twice):
            assert isinstance(answer, (type(EXPECTED.get(name, printed(name))), Unknown)), number
    assert isinstance(alive.read("".join(lines), status=1), Unknown)
    assert isinstance(alive.read("".join(lines + lines)), Unknown)


def test_a_warning_or_another_function_is_no_answer() -> None:
    text = (PRINTED / "average.txt").read_text().partition("\n")[2]
    assert isinstance(alive.read(text), Equal)
    for old, new in (
        ("Summary:", "WARNING: Source function is always UB.\nSummary:"),
        ("Summary:", "ERROR: something\nSummary:"),
        ("Summary:", "Transformation seems to be correct!\nSummary:"),
        ("  1 correct", "  2 correct"),
        ("  0 failed", "  1 failed"),
        ("to be correct!", "to be correct! (almost)"),
        ("Alive2 errors", "errors"),
    ):
        assert old in text
        assert isinstance(alive.read(text.replace(old, new)), Unknown), new


# The module's side


MODULE = """
@table = internal constant [2 x i32] [i32 1, i32 2]
define internal i32 @helper(i32 noundef %x) #0 {
entry:
  ret i32 %x
}
define internal i32 @kept(i32 noundef %x) #1 {
  ret i32 %x
}
define dso_local i32 @f(ptr noundef %p, i32 noundef %n, i64 %a.b, i1 zeroext %c) #0 {
entry:
  %v = load i32, ptr %p, align 4, !tbaa !5
  %one = call i32 @helper(i32 noundef %v)
  %two = tail call i32 %one(ptr noundef @helper)
  call void (ptr, ...) @printf(ptr @table)
  %three = call %struct.p @"odd name"(ptr byval(%struct.p) align 8 %p)
  call void asm sideeffect "nop", "~{memory}"() #3
  ret i32 %v
}
attributes #0 = { nounwind }
attributes #1 = { noinline nounwind }
!5 = !{!6, !6, i64 0}
!6 = !{!"int", !7, i64 0}
!7 = !{!"omnipotent char", !8, i64 0}
"""


def test_who_is_called_is_read_of_a_block() -> None:
    block = ir.define_block(MODULE, "f")
    assert ir.callees(block) == ["helper", None, "printf", "odd name", None]


def test_static_functions_are_inlined_but_for_those_that_may_not_be() -> None:
    made = ir.inlining(MODULE, "f")
    assert "@helper(i32 noundef %x) alwaysinline #0 {" in made
    assert "@kept(i32 noundef %x) #1 {" in made
    assert re.search(r"@f\(.*\) #0 \{", made)


def test_types_of_accesses_are_read_and_left_out() -> None:
    assert ir.accessed_types(MODULE, "f") == {"int"}
    assert ir.accessed_types(MODULE, "helper") == set()
    assert "!tbaa" not in ir.without_metadata(MODULE, ("tbaa",))


def test_a_function_may_access_its_own_variables_as_what_they_are() -> None:
    block = """define void @g(ptr %p, i64 %i) {{
  %x = alloca {0}, align 4
  %e = getelementptr inbounds {0}, ptr %x, i64 0, i64 %i
  %v = load i32, ptr %{1}, align 4, !tbaa !5
  ret void
}}
"""
    for variable, accessed, types in (
        ("i32", "x", set()),
        ("[4 x [2 x i32]]", "e", set()),
        ("[8 x i8]", "e", {"int"}),
        ("float", "x", {"int"}),
        ("i32", "p", {"int"}),
    ):
        assert ir.accessed_types(block.format(variable, accessed) + MODULE, "g") == types


def test_ranges_of_integers_are_assumed() -> None:
    assert ir.integers(MODULE, "f") == {"n": 32, "a.b": 64, "c": 1}
    made = ir.assuming(MODULE, "f", {"n": (-4, 9), "a.b": (0, 2**63)})
    assert "entry:\n  %llmopt.0.ge = icmp sge i32 %n, -4\n" in made
    assert "icmp ule i64 %a.b, 9223372036854775808" in made
    assert made.count("declare void @llvm.assume(i1)") == 1


# Its own word, where it is installed


@pytest.mark.parametrize("name", sorted(set(PAIRS) - {"slow"}))
def test_it_says_the_same_today(tmp_path: Path, name: str) -> None:
    need("alive-tv")
    made, steps = unit(tmp_path, name)
    question = equivalence._ask(made, "f", steps, Contract())
    answer = question.answer(SANDBOX, 2)
    assert type(answer) is type(printed(name))
    if isinstance(answer, Unknown):
        assert answer == printed(name)


@pytest.mark.parametrize(
    ("name", "evidence"), [("average", "any bound"), ("sum", 8), ("same-calls", "any bound")]
)
def test_equal_functions_pass(tmp_path: Path, name: str, evidence: object) -> None:
    need("alive-tv")
    verdict = judged(tmp_path, name)
    assert isinstance(verdict, Passed), verdict
    assert verdict.evidence["bound"] == evidence


@pytest.mark.parametrize("name", ["overflow", "last-one-missing", "negative-zero", "aliases"])
def test_different_functions_are_refuted(tmp_path: Path, name: str) -> None:
    need("alive-tv")
    verdict = judged(tmp_path, name)
    assert isinstance(verdict, Refuted), verdict
    assert ", with " in verdict.counterexample


@pytest.mark.parametrize("name", ["volatile", "long-double", "long-loop", "other-call"])
def test_what_it_does_not_model_is_inconclusive(tmp_path: Path, name: str) -> None:
    need("alive-tv")
    assert isinstance(judged(tmp_path, name), Inconclusive)


def test_the_counterexample_differs_when_it_is_run(tmp_path: Path) -> None:
    """It becomes a test: both functions are called with it."""
    need("alive-tv", "gcc")
    made, steps = unit(tmp_path, "overflow")
    found = equivalence.counterexample(made, "f", steps, SANDBOX)
    assert found is not None
    given = found.values()
    assert set(given) == {"a", "b"}
    original, candidate, _ = PAIRS["overflow"]
    said = []
    for number, text in enumerate((original, candidate)):
        main = f'printf("%u\\n", f((unsigned){given["a"]}, (unsigned){given["b"]}));'
        program = f"#include <stdio.h>\n{text}\nint main(void) {{ {main} return 0; }}\n"
        said.append(output(tmp_path, compiled(tmp_path, program, f"p{number}")))
    assert said[0] != said[1]


def test_a_helper_of_the_candidate_is_looked_into(tmp_path: Path) -> None:
    need("alive-tv", "clang-19")
    original = "int f(int x) { return x < 0 ? 0 : x > 9 ? 9 : x; }"
    helper = "static int h__llmopt_1(int x, int m) {{ return x > m ? {0} : x; }}\n"
    body = "int f(int x) { return x < 0 ? 0 : h__llmopt_1(x, 9); }"
    made = context(tmp_path, original, "clang-19")
    for most, kind in (("m", Passed), ("m + (x == 77)", Refuted)):
        step = source_step(made, "f", (helper.format(most) + body).encode(), ("h__llmopt_1",))
        assert isinstance(equivalence.judge(made, "f", [step], SANDBOX), kind), most


def test_a_contract_keeps_to_what_callers_promise(tmp_path: Path) -> None:
    need("alive-tv", "clang-19")
    made = context(tmp_path, "int f(int n) { return n < 0 ? -1 : n / 4; }", "clang-19")
    step = source_step(made, "f", b"int f(int n) { return n >> 2; }")

    def with_contract(contract: Contract | None) -> Verdict:
        return equivalence.judge(made, "f", [step], SANDBOX, contract)

    assert isinstance(with_contract(None), Refuted)
    assert isinstance(with_contract(Contract(range={"n": (0, 1e9)})), Passed)
    assert isinstance(with_contract(Contract(range={"n": (-9, 9)})), Refuted)
    # What is said of `n` in C is not understood here.
    assert isinstance(with_contract(Contract(require=("n >= 0",))), Inconclusive)


def test_what_is_undefined_for_huge_lengths_only_refutes_nothing(tmp_path: Path) -> None:
    """A loop up to `n - 1` overflows for the least length of all."""
    need("alive-tv", "clang-19")
    made = context(tmp_path, "int f(int n) { return n <= 0; }", "clang-19")
    right, wrong = (
        source_step(made, "f", f"int f(int n) {{ return n - 1 < {end}; }}".encode())
        for end in (0, 1)
    )
    verdict = equivalence.judge(made, "f", [right], SANDBOX)
    assert isinstance(verdict, Inconclusive)
    assert "undefined only with huge arguments" in verdict.reason
    assert isinstance(equivalence.judge(made, "f", [wrong], SANDBOX), Refuted)
    contract = Contract(range={"n": (0, 1 << 20)})
    assert isinstance(equivalence.judge(made, "f", [right], SANDBOX, contract), Passed)


def test_memory_read_as_another_type_is_inconclusive(tmp_path: Path) -> None:
    """The compiler relies on types, which the tool does not look at."""
    need("alive-tv", "clang-19")
    made = context(tmp_path, "int f(float *x) { return *x == 1.0f; }", "clang-19")
    step = source_step(made, "f", b"int f(float *x) { return *(int *)x == 0x3f800000; }")
    verdict = equivalence.judge(made, "f", [step], SANDBOX)
    assert isinstance(verdict, Inconclusive)
    assert "accesses memory as int" in verdict.reason


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ("-O2", ""),
        ("-O2 -mfma", "fused"),
        ("-O2 -ffast-math", "more than one way"),
        ("-O2 -fno-signed-zeros", "more than one way"),
    ],
)
def test_rounding_that_the_compiler_may_choose_is_inconclusive(
    tmp_path: Path, pretended: Path, options: str, reason: str
) -> None:
    """The original's IR allows more results than the one that it is compiled to."""
    need("clang-19")
    text = "double f(double a, double b, double c) { return a * b + c; }"
    made = context(tmp_path, text, "clang-19", options)
    candidate = text.replace("return a * b", "double p = a * b; return p")
    verdict = equivalence.judge(made, "f", [source_step(made, "f", candidate.encode())], SANDBOX)
    assert isinstance(verdict, Inconclusive if reason else Passed), verdict
    assert reason in str(verdict)


def test_memory_copied_into_a_variable_may_be_of_another_type(tmp_path: Path) -> None:
    need("alive-tv", "clang-19")
    text = "#include <string.h>\nint f(const unsigned char *p) { return p[0] == 1 && p[1] == 0; }"
    made = context(tmp_path, text, "clang-19")
    for value, kind in ((1, Passed), (256, Refuted)):
        copied = (
            "int f(const unsigned char *p) { if (p[0] != 1) return 0; "
            f"unsigned short w; memcpy(&w, p, 2); return w == {value}; }}"
        )
        step = source_step(made, "f", copied.encode())
        assert isinstance(equivalence.judge(made, "f", [step], SANDBOX), kind), value


@pytest.mark.parametrize(
    ("original", "candidate"),
    [
        ("known(x); return known(x + 1);", "int a = known(x + 1); known(x); return a;"),
        ("known(x); return known(x);", "return known(x);"),
        ("return known(x);", "known(x); return known(x);"),
        ("known(x); return x;", "return x;"),
    ],
)
def test_calls_are_neither_lost_nor_moved(tmp_path: Path, original: str, candidate: str) -> None:
    need("alive-tv", "clang-19")
    made = context(tmp_path, f"int known(int);\nint f(int x) {{ {original} }}", "clang-19")
    step = source_step(made, "f", f"int f(int x) {{ {candidate} }}".encode())
    assert isinstance(equivalence.judge(made, "f", [step], SANDBOX), Inconclusive)


def test_candidates_at_ir_level_are_judged(tmp_path: Path) -> None:
    need("alive-tv", "clang-19")
    made = context(tmp_path, "int f(int x) { return x * 8; }", "clang-19")
    for shift, kind in ((3, Passed), (4, Refuted)):
        text = (
            f"define dso_local i32 @f(i32 noundef %x) nounwind {{\n"
            f"  %r = shl nsw i32 %x, {shift}\n  ret i32 %r\n}}\n"
        )
        step = IrText("f", "of whatever", text)
        assert isinstance(equivalence.judge(made, "f", [step], SANDBOX), kind), shift


HEAD = "int f(unsigned char a, signed char b)"
LOOP = "int n = 0; for (int i = 0; i {0} (b {1} 3); i++) n += a; return {2};"


@pytest.mark.parametrize(
    ("original", "candidates"),
    [
        (
            "return (a & b) + (a | b);",
            ("return a + b;", "return (a ^ b) + 2 * (a & b);", "return (a & b) + (a ^ b);"),
        ),
        (
            LOOP.format("<", "&", "n"),
            (
                LOOP.format("<", "&", "a * (b & 3)"),
                LOOP.format("<=", "&", "n"),
                LOOP.format("<", "&", "n + (a == 200 && b == 77)"),
            ),
        ),
    ],
)
def test_it_is_right_of_functions_that_can_be_run_on_all_inputs(
    tmp_path: Path, original: str, candidates: tuple[str, ...]
) -> None:
    need("alive-tv", "clang-19", "gcc")
    made = context(tmp_path, f"{HEAD} {{ {original} }}", "clang-19")
    for body in candidates:
        old, new = (HEAD.replace(" f(", f" {name}(") for name in ("old", "new"))
        text = (
            f"#include <stdio.h>\n{old} {{ {original} }}\n{new} {{ {body} }}\n"
            "int main(void) { int found = 0; for (int a = 0; a < 256; a++) "
            "for (int b = -128; b < 128; b++) found += old(a, b) != new(a, b); "
            'printf("%d\\n", found); return 0; }\n'
        )
        differs = output(tmp_path, compiled(tmp_path, text)) != "0\n"
        step = source_step(made, "f", f"{HEAD} {{ {body} }}".encode())
        verdict = equivalence.judge(made, "f", [step], SANDBOX)
        assert isinstance(verdict, Refuted if differs else Passed), (body, verdict)


# Without an answer


def test_without_the_tool_it_is_inconclusive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, steps = unit(tmp_path, "average")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    if alive.installed():
        pytest.skip("alive-tv is among the system's own programs here")
    verdict = equivalence.judge(made, "f", steps, SANDBOX)
    assert verdict == Inconclusive("equivalence", "alive-tv is not on PATH")


@pytest.fixture
def pretended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of its name that says that all is equal, for what must not come as far as it."""
    tools = tmp_path / "tools"
    tools.mkdir()
    text = (PRINTED / "average.txt").read_text().partition("\n")[2]
    (tools / "said").write_text(text)
    (tools / "alive-tv").write_text(f"#!/bin/sh\ncat {tools}/said\n")
    (tools / "alive-tv").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    return tools


def test_what_is_made_below_the_ir_is_inconclusive(tmp_path: Path, pretended: Path) -> None:
    made, _ = unit(tmp_path, "average")
    for step in (AssemblyText("f", "", "f: ret"), Donor(("f",), ("-O3",))):
        verdict = equivalence.judge(made, "f", [step], SANDBOX)
        assert isinstance(verdict, Inconclusive)
        assert "below the IR" in verdict.reason


def test_units_of_gcc_are_inconclusive(tmp_path: Path, pretended: Path) -> None:
    need("gcc")
    made = context(tmp_path, PAIRS["average"][0], "gcc")
    step = source_step(made, "f", PAIRS["average"][1].encode())
    assert isinstance(equivalence.judge(made, "f", [step], SANDBOX), Inconclusive)


def test_calls_through_pointers_are_inconclusive(tmp_path: Path, pretended: Path) -> None:
    need("clang-19")
    made = context(tmp_path, "int f(int (*p)(int), int x) { return p(x); }", "clang-19")
    step = source_step(made, "f", b"int f(int (*p)(int), int x) { int r = p(x); return r; }")
    verdict = equivalence.judge(made, "f", [step], SANDBOX)
    assert isinstance(verdict, Inconclusive)
    assert "what a pointer" in verdict.reason


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("kill -SEGV $$", "signal 11"),
        ("cat {0}/said; exit 1", "exit status 1"),
        ("exit 0", "without a summary"),
    ],
)
def test_a_tool_that_fails_gives_no_answer(
    tmp_path: Path, pretended: Path, script: str, reason: str
) -> None:
    made, steps = unit(tmp_path, "average")
    assert isinstance(equivalence.judge(made, "f", steps, SANDBOX), Passed)
    (pretended / "alive-tv").write_text(f"#!/bin/sh\n{script.format(pretended)}\n")
    verdict = equivalence.judge(made, "f", steps, SANDBOX)
    assert isinstance(verdict, Inconclusive)
    assert reason in verdict.reason
