"""The static gate: what it refuses, and that it lets the honest pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.rewrite.build import build, source_step
from llmopt.values.step import AssemblyText, Donor, IrText, SourceText, Step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from llmopt.verify import building, static
from tests.units import context, run

TEXT = """
#include <string.h>
#include <pthread.h>
extern int outside(int);
pthread_mutex_t guard;
static int hidden = 1;
int shared;
volatile int *port;
int f(int *a, const int *b, int n)
{
    for (int i = 0; i < n; i++)
        a[i] = b[i] * 3 + hidden;
    return a[0];
}
int locked(int n)
{
    pthread_mutex_lock(&guard);
    shared += n;
    pthread_mutex_unlock(&guard);
    __atomic_fetch_add(&shared, 1, __ATOMIC_SEQ_CST);
    return *(volatile int *)&shared;
}
int set(int n) { return hidden = n; }
"""
HEAD = "int f(int *a, const int *b, int n)"


def judged(
    tmp_path: Path, compiler: str, text: str, function: str = "f", **more: object
) -> Verdict:
    unit = context(tmp_path, TEXT, compiler)
    step = source_step(unit, function, text.encode(), **more)  # type: ignore[arg-type]
    return static.judge(unit, function, [step], build(unit, [step]).object)


def body(text: str) -> str:
    return f"{HEAD}\n{{ {text} }}"


REFUSED = {
    "a new symbol": "int added(void) { return 1; }\n" + body("return added() + a[n] + *b;"),
    "asks for puts": "int puts(const char *);\n" + body('return puts("x") + a[n] + *b;'),
    "asks for sin": "double sin(double);\n" + body("return (int)sin(n + a[n] + *b);"),
    "new data": body("static int calls; return calls++ + a[n] + *b;"),
    "no step announced": (
        "__attribute__((noinline)) static int own(int n) { return n * n; }\n"
        + body("return own(n) + own(a[n]) + *b;")
    ),
    "inline assembly": body('__asm__ volatile("" ::: "memory"); return a[n] + *b;'),
    r"aliasing \(restrict\)": (
        "int f(int *restrict a, const int *__restrict b, int n) { return a[n] + *b; }"
    ),
    r"unreachable, assume\)": body("if (n < 0) __builtin_unreachable(); return a[n] + *b;"),
    "a pragma": body('_Pragma("GCC ivdep") for (int i = 0; i < n; i++) a[i] = *b; return 0;'),
    "more than code generation": "__attribute__((\nconstructor)) static void go(void) { }\n"
    + body("return a[n] + *b;"),
    "changed from": '__attribute__((visibility("hidden")))\n' + body("return a[n] + *b;"),
    "a system call": "long syscall(long, ...);\n" + body("return (int)syscall(1) + a[n] + *b;"),
}  # fmt: skip


@pytest.mark.parametrize("reason", REFUSED)
def test_what_a_text_may_not_bring_in(compiler: str, reason: str, tmp_path: Path) -> None:
    verdict = judged(tmp_path, compiler, REFUSED[reason])
    assert isinstance(verdict, Refuted), verdict
    import re

    assert re.search(reason, verdict.counterexample), verdict


def test_a_function_that_becomes_private_is_refused(compiler: str, tmp_path: Path) -> None:
    verdict = judged(
        tmp_path,
        compiler,
        "static " + body("return a[n] + *b;") + "\nint use(int *a) { return f(a, a, 1); }",
    )
    assert isinstance(verdict, Refuted), verdict


LOCKED = {
    "lost.*pthread_mutex_lock": "__atomic_fetch_add(&shared, 1, 5); return *(volatile int *)&n;",
    "lost __atomic_fetch_add": (
        "pthread_mutex_lock(&guard); shared += n; pthread_mutex_unlock(&guard);"
        "shared++; return *(volatile int *)&shared;"
    ),
    "lost volatile": (
        "pthread_mutex_lock(&guard); shared += n; pthread_mutex_unlock(&guard);"
        "__atomic_fetch_add(&shared, 1, 5); return shared;"
    ),
}


@pytest.mark.parametrize("reason", LOCKED)
def test_what_a_text_may_not_lose(compiler: str, reason: str, tmp_path: Path) -> None:
    import re

    text = f"int locked(int n) {{ {LOCKED[reason]} }}"
    verdict = judged(tmp_path, compiler, text, "locked")
    assert isinstance(verdict, Refuted), verdict
    assert re.search(reason, verdict.counterexample)


@pytest.mark.parametrize(
    "option",
    [
        "-ffast-math", "-Ofast", "-ffp-contract=fast", "-ffp-contract=on", "-fno-math-errno",
        "-fassociative-math", "-freciprocal-math", "-fno-signed-zeros", "-fno-trapping-math",
        "-fstrict-aliasing", "-fstrict-overflow", "-fno-stack-protector", "-march=native",
        "-mavx2", "-mfma", "-fopenmp", "-fwrapv", "-fno-delete-null-pointer-checks",
        "-polly-ignore-aliasing", "-force-vector-width=8", "-fcf-protection=none",
    ],
)  # fmt: skip
def test_options_that_may_change_results_are_refused(option: str, tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT)
    steps: list[Step] = [Donor(("f",), (option,))]
    verdict = static.judge(unit, "f", steps, unit.object)
    assert isinstance(verdict, Refuted), verdict
    assert option in verdict.counterexample
    text = source_step(unit, "f", unit.locate("f").text, options=(option,))
    assert isinstance(static.judge(unit, "f", [text], unit.object), Refuted)


@pytest.mark.parametrize(
    "option",
    ["-funsigned-char", "-DNDEBUG", "-fshort-enums", "-fcx-limited-range", "-m32", "-std=c99"],
)
def test_options_that_nobody_looked_at_are_inconclusive(option: str, tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT)
    verdict = static.judge(unit, "f", [Donor(("f",), (option,))], unit.object)
    assert isinstance(verdict, Inconclusive), verdict


def test_the_options_of_all_moves_are_known() -> None:
    from llmopt.agents.moves import codegen, gcc_options, loops, polly
    from llmopt.errors import NotApplicable

    known = [*codegen.MOVES, *gcc_options.MOVES, *loops.MOVES, *polly.MOVES]
    assert len(known) > 10
    for move in known:
        for family in ("clang", "gcc"):
            try:
                steps = move.propose(_Subject(family))  # type: ignore[arg-type]
            except NotApplicable:
                continue
            for step in steps:
                assert static._option_fault(step) is None
                assert static._unknown_option(step) is None, step


class _Subject:
    """Enough of a subject for moves that only add options."""

    steps = ()
    bodies = ("f",)

    def __init__(self, family: str) -> None:
        from types import SimpleNamespace

        self.context = SimpleNamespace(
            unit=SimpleNamespace(command=SimpleNamespace(arguments=lambda _: ("-O1",))),
            compiler=SimpleNamespace(
                identity=SimpleNamespace(family=family, version=family),
                is_clang=family == "clang",
                tool=lambda name: name,
            ),
        )


def test_the_honest_pass(compiler: str, tmp_path: Path) -> None:
    for text, more in (
        (body("for (int i = n; i-- > 0;) a[i] = hidden + 3 * b[i]; return *a;"), {}),
        (body("memcpy(a, b, sizeof *a * (unsigned)n); return *a;"), {}),
        (
            "static __attribute__((noinline)) int f__copy(int n) { return n * hidden; }\n"
            + body("return f__copy(n) + f__copy(a[n]) + *b;"),
            {"helpers": ("f__copy",)},
        ),
    ):
        verdict = judged(tmp_path, compiler, text, **more)
        assert isinstance(verdict, Passed), verdict
    kept = (
        "int locked(int n) { pthread_mutex_lock(&guard); shared = n + shared; "
        "pthread_mutex_unlock(&guard); __atomic_fetch_add(&shared, 1, __ATOMIC_SEQ_CST);"
        "return *(volatile int *)&shared; }"
    )
    assert isinstance(judged(tmp_path, compiler, kept, "locked"), Passed)
    unit = context(tmp_path, TEXT, compiler)
    assert isinstance(static.judge(unit, "f", [], unit.object), Passed)


def test_an_executable_stack_is_refused(compiler: str, tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT, compiler)
    text = unit.compiler.assembly()
    assert ".note.GNU-stack" in text
    loose = text.replace('.note.GNU-stack,"",@progbits', '.note.GNU-stack,"x",@progbits').replace(
        '".note.GNU-stack","",@progbits', '".note.GNU-stack","x",@progbits'
    )
    verdict = static.judge(unit, "f", [], unit.compiler.assemble(loose))
    assert isinstance(verdict, Refuted), verdict
    silent = "\n".join(line for line in text.splitlines() if "GNU-stack" not in line) + "\n"
    verdict = static.judge(unit, "f", [], unit.compiler.assemble(silent))
    assert isinstance(verdict, Refuted), verdict
    assert "stack" in verdict.counterexample


def test_objects_are_looked_at_whatever_the_text_says(compiler: str, tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT, compiler)
    for added, reason in (
        (
            '__attribute__((section(".init_array"), used)) '
            "static void (*const go)(void) = (void (*)(void))set;",
            "start or exit",
        ),
        ("int more_data = 4;", "a new symbol"),
        ('void *way(void) { return 0; } int g(void) __attribute__((ifunc("way")));', "new"),
    ):
        (tmp_path / "more.c").write_text(TEXT + added + "\n")
        assert (
            run(compiler, "-O2", "-w", "-c", "more.c", "-o", "more.o", cwd=tmp_path).returncode == 0
        )
        verdict = static.judge(unit, "f", [], (tmp_path / "more.o").read_bytes())
        assert isinstance(verdict, Refuted), verdict
        assert reason in verdict.counterexample
    gone = context(
        tmp_path, TEXT.replace("int set(int n)", "static int set(int n)"), compiler
    ).object
    verdict = static.judge(context(tmp_path, TEXT, compiler), "f", [], gone)
    assert isinstance(verdict, Refuted)
    assert "set is gone" in verdict.counterexample


@pytest.mark.parametrize(
    "text", ["syscall", "int $0x80", ".section .init_array", ".data", ".comm x,4"]
)
def test_assembly_that_does_more_than_compute_is_refused(text: str, tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT)
    verdict = static.judge(
        unit, "f", [AssemblyText("f", "", f"f:\n\t{text}\n\tret\n")], unit.object
    )
    assert isinstance(verdict, Refuted), verdict


@pytest.mark.parametrize("text", ["call void asm sideeffect", "fadd fast float", "@llvm.assume"])
def test_ir_that_promises_more_is_refused(text: str, tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT)
    verdict = static.judge(unit, "f", [IrText("f", "", text)], unit.object)
    assert isinstance(verdict, Refuted), verdict


def test_a_function_without_a_symbol_is_inconclusive(compiler: str, tmp_path: Path) -> None:
    text = "static int f(int a) { return a + 1; }\nint g(int a) { return f(a); }\n"
    unit = context(tmp_path, text, compiler)
    assert isinstance(static.judge(unit, "f", [], unit.object), Inconclusive)


# The build gate


def test_a_new_kind_of_warning_is_refuted(compiler: str, tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT, compiler, "-O2 -Wall", name="two words.c")
    step = source_step(unit, "f", body("int unused; return a[n] + *b;").encode())
    verdict = building.judge(unit.diagnostics, build(unit, [step]).diagnostics)
    assert isinstance(verdict, Refuted), verdict
    assert "unused" in verdict.counterexample
    assert isinstance(building.judge(unit.diagnostics, unit.diagnostics), Passed)


def test_warnings_that_the_original_has_may_be_repeated(compiler: str, tmp_path: Path) -> None:
    text = TEXT.replace("return a[0];", "int unused; return a[0];")
    unit = context(tmp_path, text, compiler, "-O2 -Wall")
    own = unit.locate("f").text
    copy = own.replace(b"int f(", b"static int f__copy(") + b"\n" + own.replace(
        b"return a[0]", b"return a[0] + f__copy(a, b, n)"
    )  # fmt: skip
    said = build(unit, [source_step(unit, "f", copy, ("f__copy",))]).diagnostics
    assert said.count("unused variable") == 2
    assert isinstance(building.judge(unit.diagnostics, said), Passed)


def test_warnings_in_other_languages_are_warnings() -> None:
    said = "a b.c:3:5: Warnung: Variable »x« wird nicht verwendet [-Wunused-variable]\n"
    assert isinstance(building.judge("", said), Refuted)
    assert isinstance(building.judge(said, said.replace(":3:", ":9:")), Passed)


def test_source_text_of_the_function_itself_passes_both(compiler: str, tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT, compiler, "-O2 -Wall")
    step: SourceText = source_step(unit, "f", unit.locate("f").text)
    made = build(unit, [step])
    assert isinstance(static.judge(unit, "f", [step], made.object), Passed)
    assert isinstance(building.judge(unit.diagnostics, made.diagnostics), Passed)
