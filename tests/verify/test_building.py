"""The build gate: new kinds of warning."""

from __future__ import annotations

from pathlib import Path

from llmopt.rewrite.build import build, source_step
from llmopt.values.step import SourceText
from llmopt.values.verdict import Passed, Refuted
from llmopt.verify import building, static
from tests.units import context

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


def body(text: str) -> str:
    return f"{HEAD}\n{{ {text} }}"


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
