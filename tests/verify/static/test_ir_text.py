"""What IR may not bring in or lose, and that its honest neighbour may stand."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from llmopt.toolchain import ir
from llmopt.values.step import IrText
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from llmopt.verify.static.ir_text import judge_ir
from tests.conftest import need
from tests.units import context

UNIT = r"""
#include <pthread.h>
extern int outside(int);
extern void (*hook)(int);
pthread_mutex_t guard;
volatile int flag;
int shared, other;
int f(int *a, const int *b, int n)
{
    for (int i = 0; i < n; i++)
        a[i] = b[i] * 3 + shared;
    return a[0];
}
float g(const float *x, unsigned n)
{
    float sum = 0;
    for (unsigned i = 0; i < n; i++)
        sum += x[i] * 2;
    return sum;
}
static void add(void *sum, const char *x) { *(float *)sum += *(const float *)x; }
void calls(void *sum, const char *x, int n)
{
    for (int i = 0; i < n; i++)
        add(sum, x + 4L * i);
}
int locked(int n)
{
    pthread_mutex_lock(&guard);
    shared += n + flag;
    pthread_mutex_unlock(&guard);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return __atomic_fetch_add(&other, 1, __ATOMIC_SEQ_CST) + outside(n);
}
"""
Judge = Callable[..., Verdict]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Judges a function's own IR with pieces of text replaced, each once."""
    need("clang-19")
    unit = context(tmp_path_factory.mktemp("unit"), UNIT, "clang-19")
    module, optimized = unit.compiler.module(), unit.compiler.module(optimized=True)

    def judged(
        function: str, *edits: tuple[str, str], of: str = module, behind: str = ""
    ) -> Verdict:
        text = ir.excerpt(of, function)
        if behind:  # the branch that closes the loop, which is the last
            text = re.sub(r"(.*br label %[\w.]+)", rf"\1{behind}", text, count=1, flags=re.DOTALL)
        for old, new in edits:
            assert old in text, (old, text)
            text = text.replace(old, new, 1)
        return judge_ir(IrText(function, "", text), module, optimized)

    def either(
        function: str, *edits: tuple[str, str], late: bool = False, behind: str = ""
    ) -> Verdict:
        return judged(function, *edits, of=optimized if late else module, behind=behind)

    return either


LOCK = "%5 = call i32 @pthread_mutex_lock(ptr noundef @guard) nounwind\n"
UNLOCK = "%11 = call i32 @pthread_mutex_unlock(ptr noundef @guard) nounwind\n"
REFUSED = {
    "fast": ("g", ("call float @llvm.fmuladd", "call fast float @llvm.fmuladd")),
    "reassociation": ("g", ("call float @llvm.fmuladd", "call reassoc nsz float @llvm.fmuladd")),
    "contraction": ("g", ("call float @llvm.fmuladd", "call contract float @llvm.fmuladd")),
    "fused for sure": ("g", ("@llvm.fmuladd.f32", "@llvm.fma.f32")),
    "assume": ("f", ("  %9 = load", "  call void @llvm.assume(i1 true)\n  %9 = load")),
    "unreachable": ("f", ("ret i32 %32", "unreachable")),
    "assembly": ("f", ("  %9 =", '  call void asm sideeffect "nop", ""()\n  %9 =')),
    "range by metadata": ("f", ("%18 = load i32, ptr %17, align 4",
                                "%18 = load i32, ptr %17, align 4, !range !{i32 0, i32 9}")),
    "invariant": ("f", ("%20 = load i32, ptr @shared, align 4",
                        "%20 = load i32, ptr @shared, align 4, !invariant.load !{}")),
    "no alias": ("f", ("ptr noundef %0", "ptr noalias noundef %0")),
    "not null": ("f", ("ptr noundef %1", "ptr nonnull noundef %1")),
    "dereferenceable": ("f", ("ptr noundef %1", "ptr dereferenceable(64) noundef %1")),
    "aligned parameter": ("f", ("ptr noundef %1", "ptr align 16 noundef %1")),
    "a range of the result": ("f", ("dso_local i32", "dso_local range(i32 0, 9) i32")),
    "aligned access": ("f", ("load i32, ptr %17, align 4", "load i32, ptr %17, align 16")),
    "reads nothing": ("f", (" nounwind", " nounwind memory(none)")),
    "only argument memory": ("f", (" nounwind", " nounwind memory(argmem: readwrite)")),
    "always returns": ("f", (" nounwind", " nounwind willreturn")),
    "never returns": ("f", (" nounwind", " nounwind noreturn")),
    "no unwind tables": ("f", (" uwtable", "")),
    "no stack protector": ("f", ('"stack-protector-buffer-size"="8"', "")),
    "another processor": ("f", ('"target-cpu"="x86-64"', '"target-cpu"="haswell"')),
    "unsafe arithmetic": ("f", (" nounwind", ' nounwind "unsafe-fp-math"="true"')),
    "another convention": ("f", ("define dso_local i32", "define dso_local fastcc i32")),
    "another linkage": ("f", ("define dso_local i32", "define internal i32")),
    "another type": ("f", ("i32 noundef %2", "i64 noundef %2")),
    "a section": ("f", (" nounwind", ' nounwind section ".init"')),
    "a prefix": ("f", (" {\n", " prefix i32 7 {\n")),
    "a personality": ("f", (" {\n", " personality ptr @outside {\n")),
    "a system call": ("f", ("  %9 =", "  %99 = call i64 @syscall(i64 39)\n  %9 =")),
    "another callee": ("locked", ("call i32 @outside(i32", "call i32 @inside(i32")),
    "a call at run time": ("f", ("  %9 =", "  call void %0(i32 1)\n  %9 =")),
    "a register": ("f", ("  %9 =", '  %99 = call i64 @llvm.read_register.i64(metadata !{!"rsp"})'
                                   "\n  %9 =")),
    "the clock": ("f", ("  %9 =", "  %99 = call i64 @llvm.readcyclecounter()\n  %9 =")),
    "another address space": ("f", ("load i32, ptr %17", "load i32, ptr addrspace(257) null")),
    "a must-tail call": ("locked", ("call i32 @outside", "musttail call i32 @outside")),
    "facts about an argument": ("locked", ("@outside(i32 noundef", "@outside(i32 range(i32 0, 4)")),
    "lost: volatile": ("locked", ("load volatile i32", "load i32")),
    "lost: the lock": ("locked", (LOCK, "%5 = add i32 %0, 0\n")),
    "lost: the unlock": ("locked", (UNLOCK, "%11 = add i32 %0, 0\n")),
    "lost: the fence": ("locked", ("fence seq_cst", "")),
    "lost: its order": ("locked", ("fence seq_cst", "fence acquire")),
    "lost: the atomic's order": ("locked", ("i32 %12 seq_cst", "i32 %12 monotonic")),
    "lost: the atomic": ("locked", ("atomicrmw add ptr @other, i32 %12 seq_cst, align 4",
                                    "load i32, ptr @other, align 4")),
    "a global": ("f", ("define ", "@more = global i32 0\ndefine ")),
    "a module's assembly": ("f", ("define ", 'module asm "nop"\ndefine ')),
    "another function": ("f", ("define ", "define i32 @more() {\n  ret i32 0\n}\ndefine ")),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_ir_may_not_do_is_refuted(judge: Judge, what: str) -> None:
    function, *edits = REFUSED[what]
    verdict = judge(function, *edits)
    assert isinstance(verdict, Refuted), verdict
    if what.startswith("lost: "):
        assert "lost" in verdict.counterexample


DOUBTED = {
    "no wrap": ("g", ("add i32 %21, 1", "add nuw nsw i32 %21, 1")),
    "more no wrap": ("f", ("%10 = load", "%98 = add nsw i32 %9, 1\n  %10 = load")),
    "exact": ("f", ("mul nsw i32 %18, 3", "sdiv exact i32 %18, 3")),
    "poison": ("f", ("mul nsw i32 %18, 3", "mul i32 poison, 3")),
    "undefined": ("f", ("ret i32 %32", "ret i32 undef")),
    "a natural alignment": ("f", ("load i32, ptr %17, align 4", "load i32, ptr %17, align 8")),
    "recursion": ("f", ("  %9 =", "  %99 = call i32 @f(ptr %0, ptr %1, i32 0)\n  %9 =")),
    "stack without a bound": ("f", ("  %4 = alloca", "  %99 = alloca i32, i32 %2\n  %4 = alloca")),
    "one more fence": ("locked", ("fence seq_cst", "fence seq_cst\n  fence seq_cst")),
    "one more volatile": ("locked", ("  %8 = add", "  %99 = load volatile i32, ptr @flag, align 4"
                                                   "\n  %8 = add")),
    "a store behind the lock": ("locked", ("store i32 %10, ptr @shared, align 4\n  " + UNLOCK,
                                           UNLOCK + "store i32 %10, ptr @shared, align 4\n")),
}  # fmt: skip


@pytest.mark.parametrize("what", DOUBTED)
def test_what_may_be_right_is_inconclusive(judge: Judge, what: str) -> None:
    function, *edits = DOUBTED[what]
    assert isinstance(verdict := judge(function, *edits), Inconclusive), verdict


ADMITTED = {
    "itself": ("f",),
    "another operation": ("f", ("mul nsw i32 %18, 3", "mul i32 3, %18")),
    "fewer promises": ("f", ("getelementptr inbounds", "getelementptr"), ("mul nsw", "mul")),
    "a comment": ("f", ("  %9 =", "  ; fast unreachable @llvm.assume(\n  %9 =")),
    "vectors of the same alignment": (
        "f",
        ("%18 = load i32, ptr %17, align 4", "%90 = load <4 x i32>, ptr %17, align 4\n"
         "  %18 = extractelement <4 x i32> %90, i64 0"),
    ),
    "a splat": (
        "f",
        (
            "  %9 =",
            "  %90 = insertelement <4 x i32> poison, i32 %2, i64 0\n"
            "  %91 = shufflevector <4 x i32> %90, <4 x i32> poison, <4 x i32> zeroinitializer\n"
            "  %9 =",
        ),
    ),
    "what only computes": (
        "f",
        ("  %9 =", "  %90 = call i32 @llvm.smax.i32(i32 %2, i32 0)\n  %9 ="),
    ),
    "its lock": ("locked", ("add nsw i32 %9, %8", "add nsw i32 %8, %9")),
    "a name like a flag": (
        "f",
        ("%18 = load", "%fast = load"),
        ("mul nsw i32 %18", "mul nsw i32 %fast"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", ADMITTED)
def test_the_honest_neighbour_passes(judge: Judge, what: str) -> None:
    function, *edits = ADMITTED[what]
    assert isinstance(verdict := judge(function, *edits), Passed), verdict


@pytest.mark.parametrize("function", ["f", "g", "locked"])
def test_what_the_optimizer_made_passes(judge: Judge, function: str) -> None:
    assert isinstance(verdict := judge(function, late=True), Passed), verdict


def test_what_the_optimizer_found_out_holds_of_no_more(judge: Judge) -> None:
    store = ("  ret float", "  store float 0.0, ptr %0, align 4\n  ret float")
    assert isinstance(verdict := judge("g", store, late=True), Refuted), verdict
    assert "memory" in verdict.counterexample


HINT = '!{!"llvm.loop.%s"%s}'


def attached(*hints: tuple[str, str]) -> str:
    """Hints as they stand behind a branch."""
    nodes = ", ".join(HINT % (name, value and f", {value}") for name, value in hints)
    return f", !llvm.loop !{{{nodes}}}"


@pytest.mark.parametrize(
    "hints",
    [
        [("unroll.count", "i32 4")],
        [("vectorize.width", "i32 8"), ("interleave.count", "i32 2")],
        [("unroll.disable", "")],
        [("vectorize.enable", "i1 false"), ("distribute.enable", "i1 true")],
    ],
)
def test_hints_for_loops_steer_and_promise_nothing(judge: Judge, hints) -> None:
    assert isinstance(judge("f", behind=attached(*hints)), Passed)


@pytest.mark.parametrize(
    ("function", "hint", "said"),
    [
        ("f", ("mustprogress", ""), "mustprogress"),
        ("f", ("parallel_accesses", "i32 4"), "parallel_accesses"),
        ("f", ("unroll.count", "i32 65"), "value"),
        ("f", ("unroll.count", ""), "value"),
        ("f", ("vectorize.enable", "i32 1"), "value"),
        ("g", ("vectorize.width", "i32 4"), "another order"),
        ("g", ("vectorize.enable", "i1 true"), "another order"),
        ("calls", ("vectorize.width", "i32 4"), "another order"),
    ],
)
def test_hints_that_promise_are_refused(judge: Judge, function, hint, said) -> None:
    verdict = judge(function, behind=attached(hint))
    assert isinstance(verdict, Refuted)
    assert said in verdict.counterexample


def test_other_metadata_beside_a_hint_is_refused(judge: Judge) -> None:
    hint = attached(("unroll.count", "i32 4"))
    assert isinstance(judge("f", behind=hint), Passed)
    assert isinstance(judge("f", behind=hint.replace("4}", '4}, !{!"x"}')), Refuted)
    assert isinstance(judge("f", behind=hint.replace("!llvm.loop", "!tbaa", 1)), Refuted)


def test_what_cannot_be_predicted_may_be_said(judge: Judge) -> None:
    assert isinstance(judge("f", behind=", !unpredictable !{}"), Passed)
    assert isinstance(judge("f", behind=", !unpredictable !{i32 1}"), Refuted)
    assert isinstance(judge("f", behind=", !nonnull !{}"), Refuted)


def test_attributes_that_steer_may_be_added(judge: Judge) -> None:
    assert isinstance(judge("f", (" {\n", ' optsize "prefer-vector-width"="128" {\n')), Passed)
    assert isinstance(judge("f", (" {\n", " memory(none) {\n")), Refuted)
