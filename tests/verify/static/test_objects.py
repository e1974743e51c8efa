"""The object that would be linked, whatever its texts say: what is refused and what passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.rewrite.build import build, source_step
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from llmopt.verify import static
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
MORE = (
    TEXT
    + """
void copied(char *a, const char *b, unsigned long n)
{
    if (n > 9)
        __builtin___memcpy_chk(a, b, n, 16);
}
"""
)
HEAD = "int f(int *a, const int *b, int n)"


def judged(
    tmp_path: Path, compiler: str, text: str, function: str = "f", **more: object
) -> Verdict:
    unit = context(tmp_path, TEXT, compiler)
    step = source_step(unit, function, text.encode(), **more)  # type: ignore[arg-type]
    return static.judge(unit, function, [step], build(unit, [step]).object)


def body(text: str) -> str:
    return f"{HEAD}\n{{ {text} }}"


def compiled(tmp_path: Path, compiler: str, text: str, *options: str) -> bytes:
    (tmp_path / "other.c").write_text(text)
    words = (compiler, "-O2", "-w", *options, "-c", "other.c", "-o", "other.o")
    assert (done := run(*words, cwd=tmp_path)).returncode == 0, done.stderr
    return (tmp_path / "other.o").read_bytes()


# Objects of texts that no rule for texts has seen.
REFUSED = {
    "a new symbol": ("int set(", "int added(void) { return 1; }\nint set("),
    "asks for puts": ("return a[0];", 'extern int puts(const char *); return puts("x");'),
    "asks for sin": ("return a[0];", "extern double sin(double); return (int)sin(a[0]);"),
    "f asks for outside": ("return a[0];", "return outside(a[0]);"),
    "names the data shared": ("return a[0];", "return shared++;"),
    "new data": ("return a[0];", "static int calls; return calls++;"),
    "that no step announced": (
        "int f(",
        "static __attribute__((noinline)) int own(int n) { return n * shared; }\nint f(",
        "return a[0];",
        "return own(n) + own(a[0]);",
    ),
    "thread-local": ("return a[0];", "static __thread int calls; return calls++;"),
    "changed from": ("int set(", '__attribute__((visibility("hidden"))) int set('),
    "another size": ("volatile int *port;", "volatile int *port[2];"),
    "no longer calls pthread_mutex_unlock": ("pthread_mutex_unlock(&guard);", ""),
    "without the check of __memcpy_chk": ("__builtin___memcpy_chk(a, b, n, 16)", "memcpy(a, b, n)"),
    "a new section .mine": ("int set(", '__attribute__((section(".mine"))) int set('),
}
CALLS = "int uses(void) { return outside(3); }\n"


@pytest.mark.parametrize("reason", REFUSED)
def test_what_an_object_may_not_be(compiler: str, reason: str, tmp_path: Path) -> None:
    edits = REFUSED[reason]
    text = MORE + CALLS
    for old, new in zip(edits[::2], edits[1::2], strict=True):
        assert old in text
        text = text.replace(old, new, 1)
    unit = context(tmp_path, MORE + CALLS, compiler)
    made = compiled(tmp_path, compiler, text)
    verdicts = [static.judge(unit, function, [], made) for function in ("f", "locked", "copied")]
    found = [v.counterexample for v in verdicts if isinstance(v, Refuted)]
    assert any(reason in said or "changed from" in said for said in found), verdicts


def test_hardening_stays(compiler: str, tmp_path: Path) -> None:
    unit = context(tmp_path, MORE, compiler, "-O2 -fcf-protection")
    loose = compiled(tmp_path, compiler, MORE, "-fcf-protection=none")
    assert isinstance(verdict := static.judge(unit, "f", [], loose), Refuted), verdict
    same = compiled(tmp_path, compiler, MORE, "-fcf-protection")
    assert isinstance(verdict := static.judge(unit, "f", [], same), Passed), verdict


def test_a_frame_may_be_large_only_where_it_was(compiler: str, tmp_path: Path) -> None:
    def framed(size: int) -> str:
        text = TEXT.replace("return a[0];", f"char t[{size}]; filled(t); return t[n];")
        return text.replace("int f(", "extern void filled(char *);\nint f(")

    unit = context(tmp_path, framed(9), compiler)
    for size, outcome in ((60000, Passed), (70000, Inconclusive)):
        made = compiled(tmp_path, compiler, framed(size))
        assert isinstance(verdict := static.judge(unit, "f", [], made), outcome), verdict
    own = context(tmp_path, framed(70000), compiler)
    assert isinstance(static.judge(own, "f", [], own.object), Passed)


def test_what_a_function_reaches_is_seen_through_others(compiler: str, tmp_path: Path) -> None:
    def calling(f: str, g: str) -> str:
        inner = "static __attribute__((noinline)) int inner(int n) { return outside(n); }\n"
        body = f"int f(int n) {{ return {f}; }}\nint g(int n) {{ return {g}; }}\n"
        return f"extern int outside(int);\n{inner}{body}"

    unit = context(tmp_path, calling("inner(n) + 1", "n"), compiler)
    made = compiled(tmp_path, compiler, calling("outside(n) + inner(n)", "n"))
    assert isinstance(static.judge(unit, "f", [], made), Passed)
    made = compiled(tmp_path, compiler, calling("inner(n) + 1", "inner(n) + 2"))
    assert isinstance(static.judge(unit, "g", [], made), Refuted)


def test_a_function_that_becomes_private_is_refused(compiler: str, tmp_path: Path) -> None:
    verdict = judged(
        tmp_path,
        compiler,
        "static " + body("return a[n] + *b;") + "\nint use(int *a) { return f(a, a, 1); }",
    )
    assert isinstance(verdict, Refuted), verdict


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


def test_a_function_without_a_symbol_is_inconclusive(compiler: str, tmp_path: Path) -> None:
    text = "static int f(int a) { return a + 1; }\nint g(int a) { return f(a); }\n"
    unit = context(tmp_path, text, compiler)
    assert isinstance(static.judge(unit, "f", [], unit.object), Inconclusive)
