"""What a model is shown of a function beside its text: samples, remarks, figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from llmopt.agents.findings import later_findings
from llmopt.agents.knobs import options_of
from llmopt.agents.question import Assignment, question_of
from llmopt.agents.veil import Veil
from llmopt.errors import ProfileError
from llmopt.profile.hot import Definitions, HotFunction, Spot, summarize
from llmopt.profile.perf import Profiler
from llmopt.rewrite.build import source_step
from llmopt.rewrite.texts import lower_step, text_of
from llmopt.rewrite.unit import UnitContext
from llmopt.sandbox.run import Completed, Job, shell
from llmopt.values.step import Donor
from tests import units
from tests.conftest import need

TEXT = """
#include <stdio.h>
static double cells[4096];
static inline double heavy(double x)
{
    return x / 1.0009765625; /* a private formula */
}
__attribute__((noinline)) double chain(const double *x, int n, const char *name)
{
    double sum = 1; // the secret start
    if (n < 0)
        printf("customer %s\\n", name);
    for (int i = 0; i < n; i++)
        sum = heavy(sum) + x[i];
    return sum;
}
int main(void)
{
    double sum = 0;
    for (int i = 0; i < 12000; i++)
        sum += chain(cells, 4096, "x");
    printf("%f\\n", sum);
    return 0;
}
"""
SECRETS = ("secret", "private", "customer", "/tmp")
#: The same, with a loop of other shape.
OTHER = """double chain(const double *x, int n, const char *name)
{
    double sum = 1;
    if (n < 0)
        printf("customer %s\\n", name);
    const double *end = x + (n > 0 ? n : 0);
    while (x < end)
        sum = heavy(sum) + *x++;
    return sum;
}"""


class Program:
    """Runs in its directory."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def run(self, command: str, timeout: float, outside: tuple[str, ...] = ()) -> Completed:
        """Runs a command."""
        return units.SANDBOX.run(Job(shell(command), str(self.path), timeout, outside=outside))


Sampled = tuple[UnitContext, HotFunction]


@pytest.fixture(scope="module", params=["clang-19", "gcc"])
def sampled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sampled:
    """A unit, and its hot function as perf saw it."""
    need(request.param, "perf")
    directory = tmp_path_factory.mktemp("sampled")
    context = units.context(directory, TEXT, request.param)
    units.program(directory, context.object)
    try:
        profiler = Profiler(units.SANDBOX)
    except ProfileError as error:
        pytest.skip(str(error))
    done, samples = profiler.sample(Program(directory), "./program", 60)
    assert done.status == 0, done.tail
    profile = summarize("", "", samples, Definitions([(context.unit, context.object)]))
    return context, next(f for f in profile.functions if f.name == "chain")


def asked(sampled: Sampled, level: str, spots: tuple[Spot, ...] | None = None) -> str:
    context, function = sampled
    chosen = function.spots if spots is None else spots
    return question_of(Assignment(context, "chain", level, 0.9, (), chosen), Veil())  # type: ignore[arg-type]


def test_most_samples_are_at_the_line_that_takes_the_time(sampled: Sampled) -> None:
    question = asked(sampled, "source")
    shown = re.findall(r"^(\d+)% (.*)$", question, re.MULTILINE)
    places = {"inlined: `return x / 1.0009765625;`", "7: `sum = heavy(sum) + x[i];`"}
    if not sampled[0].compiler.is_clang:
        # Behind its division comes the loop's counter, where a sample of it may fall.
        places.add("6: `for (int i = 0; i < n; i++)`")
    assert sum(int(share) for share, place in shown if place in places) > 60, shown
    assert not any(secret in question for secret in SECRETS)


def test_at_the_level_of_assembly_they_are_at_instructions_of_the_text(sampled: Sampled) -> None:
    question = asked(sampled, "asm")
    text = text_of(sampled[0], "chain", "asm").splitlines()
    shown = re.findall(r"^(\d+)% (\d+): `(.*)`$", question, re.MULTILINE)
    if sampled[0].compiler.is_clang:
        assert sum(int(share) for share, _, _ in shown) > 80, question
    for _, number, code in shown:
        assert " ".join(text[int(number) - 1].split()) == code


def test_the_hottest_loop_is_foreseen_by_llvm_mca(sampled: Sampled) -> None:
    need("llvm-mca-19")
    question = asked(sampled, "asm")
    found = re.search(r"^- `.*: ([\d.]+) cycles for (\d+) instructions", question, re.MULTILINE)
    assert found, question
    assert float(found[1]) > 20, "a division and an addition wait for each other"
    assert "assuming x86-64" in question


def test_samples_of_other_code_are_not_shown(sampled: Sampled, tmp_path: Path) -> None:
    context, function = sampled
    name = "clang-19" if context.compiler.is_clang else "gcc"
    changed = units.context(tmp_path, TEXT, name)
    changed.object = units.context(tmp_path / "other", TEXT, name, "-O1 -fno-inline").object
    for level in ("source", "asm"):
        assert "Samples" not in asked((changed, function), level)


def test_without_samples_the_rest_is_shown(sampled: Sampled) -> None:
    need("llvm-mca-19")
    assert "Samples" not in asked(sampled, "source", ())
    assert "llvm-mca" in asked(sampled, "asm", ())


def test_the_compiler_s_remarks_name_lines_of_the_function(sampled: Sampled) -> None:
    for level in ("source", "ir") if sampled[0].compiler.is_clang else ("source",):
        question = asked(sampled, level)
        assert re.search(r"^\d+: `(for|sum).*loop not vectorized: ", question, re.MULTILINE), (
            question
        )
        assert "main" not in question.partition("What it needs")[0]


def test_a_version_of_other_text_is_remarked_on_by_its_own_lines(sampled: Sampled) -> None:
    context, _ = sampled
    step = source_step(context, "chain", OTHER.encode())
    told = later_findings(context, "chain", "source", (step,))
    if context.compiler.is_clang:
        assert re.search(r"^[78]: `(while|sum).*not vectorized", told, re.MULTILINE), told
    assert not any(secret in told for secret in SECRETS)


def test_versions_at_the_lower_levels_are_looked_at_as_well(sampled: Sampled) -> None:
    need("llvm-mca-19")
    context, _ = sampled
    text = text_of(context, "chain", "asm")
    step = lower_step(context, "chain", "asm", text)
    told = later_findings(context, "chain", "asm", (step,))
    assert "As written: llvm-mca" in told
    assert "Yours: llvm-mca" in told
    of_each = re.findall(r"^- `(\.L\w+)`.*cycles", told, re.MULTILINE)
    assert of_each[: len(of_each) // 2] == of_each[len(of_each) // 2 :], (
        "labels as they were written"
    )
    if context.compiler.is_clang:
        step = lower_step(context, "chain", "ir", text_of(context, "chain", "ir"))
        assert "vectorized" in later_findings(context, "chain", "ir", (step,))
        donor = Donor(("chain",), options_of({"unroll": 4}, ["chain"]))
        told = later_findings(context, "chain", "ir", (donor,))
        assert "unrolled" in told
        assert not any(secret in told for secret in SECRETS)
        passes = Donor(("chain",), passes="default<O3>")
        assert later_findings(context, "chain", "ir", (passes,)) == ""
