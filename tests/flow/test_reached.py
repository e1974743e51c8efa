"""A project's own runs: what they reach of a text, and what a sanitizer says in them of IR."""

import pytest

from llmopt.config.model import BuildSection, Config, WorkloadSection
from llmopt.flow.reached import by_workload
from llmopt.harness.exercise import Marking, candidate_gaps, original_gaps
from llmopt.rewrite.build import ir_digest, source_step
from llmopt.rewrite.unit import UnitContext
from llmopt.sandbox.run import Sandbox
from llmopt.toolchain import ir
from llmopt.toolchain.commands import launcher_path
from llmopt.values.step import IrText
from llmopt.values.verdict import Passed, Refuted
from llmopt.verify import sanitizers
from llmopt.workspace.tree import Tree

WORK = """\
static const int table[4] = {1, 2, 3, 4};
int work(int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        if (i % 7 == 6)
            sum -= 1;
        else
            sum += table[i & 3];
    return sum;
}
"""
MAIN = """\
#include <stdio.h>
#include <stdlib.h>
int work(int);
int main(int count, char **words) { printf("%d\\n", work(count > 1 ? atoi(words[1]) : 0)); }
"""
BUILD = (
    "{launcher} clang-19 -O1 $CFLAGS -c {source}/work.c -o {build}/work.o && "
    "clang-19 $LDFLAGS {source}/main.c {build}/work.o -o {build}/program"
)


class Project:
    def __init__(self, root):
        root.mkdir()
        (root / "work.c").write_text(WORK)
        (root / "main.c").write_text(MAIN)
        self.section = WorkloadSection(command="{build}/program 5", timeout=20)
        self.config = Config(
            str(root), str(root / "cache"), BuildSection(build=BUILD, timeout=60), self.section
        )
        self.sandbox = Sandbox("prefer")

    def tree(self, name, variables=None, *, sanitized=False):
        made = Tree(
            self.config, self.sandbox, launcher_path(), name, variables or {}, sanitized=sanitized
        )
        made.prepare()
        made.place({})
        return made


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return Project(tmp_path_factory.mktemp("reached") / "project")


@pytest.fixture(scope="module")
def tree(project):
    return project.tree("cand")


@pytest.fixture(scope="module")
def unit(tree):
    (found,) = tree.units()
    return found


def test_the_workload_and_the_checks_together_leave_out_what_none_of_them_reaches(
    project, tree, unit
):
    context = UnitContext(unit, project.sandbox)
    short = by_workload(tree, project.section, context)
    (gap,) = original_gaps(context, "work", short)
    assert gap.code == "if (i % 7 == 6)"
    checks = WorkloadSection(command="{build}/program 5", checks=("{build}/program 9",), timeout=20)
    longer = by_workload(tree, checks, context)
    assert original_gaps(context, "work", longer) == []
    assert longer(Marking(context.content, ("work",))) == []
    assert not (tree.path / "llmopt-marks").exists()


def test_a_trap_in_a_candidate_stays_out_of_reach(project, tree, unit):
    context = UnitContext(unit, project.sandbox)
    text = WORK[WORK.index("int work") :].rstrip()
    trap = text.replace("return sum;", "if (n == 123456)\n        sum = 0;\n    return sum;")
    step = source_step(context, "work", trap.encode())
    checks = WorkloadSection(command="{build}/program 5", checks=("{build}/program 9",), timeout=20)
    (gap,) = candidate_gaps(context, [step], by_workload(tree, checks, context))
    assert (gap.line, gap.code) == (9, "if (n == 123456)")


def test_ir_is_instrumented_in_a_whole_build(project, unit):
    sanitized = sanitizers.SanitizedBuild(
        Tree(
            project.config,
            project.sandbox,
            launcher_path(),
            "san",
            sanitizers.ENVIRONMENT,
            sanitized=True,
        ),
        project.section,
        project.sandbox,
    )
    compiler = UnitContext(unit, project.sandbox).compiler
    module = compiler.module()
    text = ir.excerpt(module, "work")
    derived = ir_digest(module, compiler.module(optimized=True), "work")
    assert isinstance(sanitized.judge(unit, [IrText("work", derived, text)]), Passed)
    beyond = text.replace(", 3\n", ", 7\n")
    assert beyond != text
    verdict = sanitized.judge(unit, [IrText("work", derived, beyond)])
    assert isinstance(verdict, Refuted)
    assert "AddressSanitizer: global-buffer-overflow" in verdict.counterexample
