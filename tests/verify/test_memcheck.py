"""Assembly under valgrind: what no compiler can instrument is looked at while it runs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from llmopt.toolchain.commands import launcher_path
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from llmopt.verify import memcheck
from llmopt.workspace.tree import Tree
from tests.conftest import need
from tests.verify.test_runs import GOOD, HEAD, Project

SUM = "int sum = 0; for (int i = 0; i < n; i++) sum += x[i];"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    need("cmake", "ninja", "gcc", "valgrind")
    return Project(tmp_path_factory.mktemp("tiny") / "project")


@pytest.fixture(scope="module")
def original(project: Project) -> Tree:
    tree = Tree(project.config, project.sandbox, launcher_path(), "base")
    tree.prepare()
    return tree


def judged(project: Project, original: Tree, body: str, command: str = "{build}/tiny 9") -> Verdict:
    workload = replace(project.config.workload, checks=(command, "{build}/tiny 2"))
    project.place(f"{HEAD} {{ {body} }}")
    return memcheck.Memcheck(workload).judge(original, project.tree)


def test_a_clean_program_passes(project: Project, original: Tree) -> None:
    verdict = judged(project, original, GOOD[len(HEAD) :])
    assert isinstance(verdict, Passed), verdict
    assert verdict.evidence["with"] == "memcheck"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f"{SUM} return x[n] == 123456789 ? 0 : sum;", "Invalid read"),
        (f"volatile int k[4]; {SUM} return k[n & 3] == 12345 ? 0 : sum;", "uninitialised"),
        (
            f"void *malloc(unsigned long); int *volatile k = malloc(4); {SUM} *k = n; return sum;",
            "lost",
        ),
        (f"{SUM} return sum + (n == 2);", "prints something else"),
    ],
)
def test_what_memcheck_reports_refutes(
    project: Project, original: Tree, body: str, said: str
) -> None:
    verdict = judged(project, original, body)
    assert isinstance(verdict, Refuted), verdict
    assert said in verdict.counterexample


def test_an_original_that_is_not_clean_says_nothing(project: Project, original: Tree) -> None:
    verdict = judged(project, original, GOOD[len(HEAD) :], "{build}/tiny 50")
    assert isinstance(verdict, Inconclusive), verdict
    assert "the original itself" in verdict.reason


def test_instructions_that_valgrind_does_not_know_say_nothing(
    project: Project, original: Tree
) -> None:
    verdict = judged(project, original, f'{SUM} __asm__("vpxord %zmm0, %zmm0, %zmm0"); return sum;')
    assert isinstance(verdict, Inconclusive), verdict
    assert "does not know an instruction" in verdict.reason


def test_without_valgrind_nothing_is_said(
    project: Project, original: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memcheck, "installed", lambda: False)
    verdict = judged(project, original, GOOD[len(HEAD) :])
    assert isinstance(verdict, Inconclusive), verdict
    assert "valgrind is not installed" in verdict.reason
