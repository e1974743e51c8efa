"""The gates that run a program: built by CMake, through the launcher, in private trees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from llmopt.config.model import BuildSection, Config, GateSection, WorkloadSection
from llmopt.rewrite.build import build, source_step
from llmopt.rewrite.texts import text_of
from llmopt.rewrite.unit import UnitContext
from llmopt.sandbox.limits import Limits
from llmopt.sandbox.run import Completed, Sandbox
from llmopt.toolchain.commands import launcher_path
from llmopt.values.measurement import Speedup
from llmopt.values.step import AssemblyText, Donor, IrText
from llmopt.values.verdict import Inconclusive, Passed, Refuted
from llmopt.verify import differential, project_tests, sanitizers
from llmopt.verify import time as time_gate
from llmopt.verify.outputs import Outcome, difference, outcome
from llmopt.verify.sanitizers import SanitizedBuild
from llmopt.workspace.tree import Tree
from tests.conftest import need

CMAKE = """
cmake_minimum_required(VERSION 3.18)
project(tiny LANGUAGES C)
add_executable(tiny src/main.c src/work.c)
enable_testing()
add_test(NAME works COMMAND tiny 4)
set_tests_properties(works PROPERTIES PASS_REGULAR_EXPRESSION "sum 6")
"""
WORK = """
int work(const int *x, int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += x[i];
    return sum;
}
int risky(const int *x, int n) { return n > 40 ? x[n] : 0; }
"""
MAIN = """
#include <stdio.h>
#include <stdlib.h>
int work(const int *, int), risky(const int *, int);
int main(int argc, char **argv)
{
    int n = argc > 1 ? atoi(argv[1]) : 4;
    int *x = malloc(sizeof *x * (unsigned)n);
    for (int i = 0; i < n; i++)
        x[i] = i;
    int sum = work(x, n);
    FILE *file = fopen("result", "w");
    if (file) {
        if (sum >= 0)
            fprintf(file, "%d\\n", sum);
        fclose(file);
        if (sum < 0)
            remove("result");
    }
    printf("sum %d\\n", sum < 0 ? 6 : sum);
    int risk = risky(x, n);
    free(x);
    return risk & 0;
}
"""
HEAD = "int work(const int *x, int n)"
GOOD = HEAD + " { int sum = 0; while (n-- > 0) sum += x[n]; return sum; }"
COMMAND = "{build}/tiny 4"


def config(root: Path, compiler: str = "gcc", **workload: object) -> Config:
    section = WorkloadSection(command=COMMAND, timeout=20, **workload)  # type: ignore[arg-type]
    steps = BuildSection(
        configure=(
            "cmake -G Ninja -S {source} -B {build} -DCMAKE_BUILD_TYPE=Release "
            f"-DCMAKE_C_COMPILER={compiler} -DCMAKE_C_COMPILER_LAUNCHER={{launcher}}"
        ),
        build="cmake --build {build}",
        test="ctest --test-dir {build}",
        timeout=60,
    )
    return Config(str(root), str(root / "cache"), steps, section)


def write(root: Path, cmake: str = CMAKE, work: str = WORK) -> None:
    (root / "src").mkdir(parents=True, exist_ok=True)
    (root / "CMakeLists.txt").write_text(cmake)
    (root / "src" / "main.c").write_text(MAIN)
    (root / "src" / "work.c").write_text(work)


class Project:
    """The tiny project with a tree for candidates and one that is instrumented."""

    def __init__(self, root: Path, compiler: str = "gcc") -> None:
        write(root)
        self.config = config(root, compiler)
        self.sandbox = Sandbox("prefer")
        self.tree = Tree(self.config, self.sandbox, launcher_path(), "cand")
        self.tree.prepare()
        self.unit = next(u for u in self.tree.units() if u.source == "src/work.c")
        self.context = UnitContext(self.unit, self.sandbox)
        self.sanitized = SanitizedBuild(
            Tree(
                self.config,
                self.sandbox,
                launcher_path(),
                "san",
                sanitizers.ENVIRONMENT,
                sanitized=True,
            ),
            replace(self.config.workload, checks=("{build}/tiny 9", "{build}/tiny 1")),
            self.sandbox,
        )

    def place(self, text: str | None) -> None:
        data = {}
        if text is not None:
            step = source_step(self.context, "work", text.encode())
            data = {self.unit.command.output_path: build(self.context, [step]).object}
        self.tree.place(data)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    need("cmake", "ninja", "gcc")
    return Project(tmp_path_factory.mktemp("tiny") / "project")


def section(**more: object) -> WorkloadSection:
    return WorkloadSection(command=COMMAND, timeout=20, **more)  # type: ignore[arg-type]


# Differential


def compared(
    project: Project, text: str | None, workload: WorkloadSection, *, ran: bool = True
) -> Passed | Refuted | Inconclusive:
    project.place(None)
    expected = differential.baseline(project.tree, workload)
    assert differential.unstable(expected, differential.baseline(project.tree, workload)) is None
    project.place(text)
    return differential.judge(expected, project.tree, workload, ran=ran)


def test_a_candidate_that_does_the_same_passes(project: Project) -> None:
    workload = section(checks=("{build}/tiny 1", "{build}/tiny 33"), files=("result",))
    verdict = compared(project, GOOD, workload)
    assert isinstance(verdict, Passed), verdict
    assert verdict.evidence["commands"] == 3
    assert isinstance(compared(project, None, workload), Passed)


def test_runs_that_were_cut_off_at_the_same_place_are_not_the_same(project: Project) -> None:
    project.place(None)
    limited = Sandbox("prefer", Limits(output=1))
    tree = Tree(project.config, limited, launcher_path(), "cand")
    workload = section(checks=("yes",))
    runs = [differential.baseline(tree, workload) for _ in range(2)]
    assert "went beyond the sandbox's limit of output" in (differential.unstable(*runs) or "")


def test_a_function_that_was_not_seen_to_run_proves_nothing(project: Project) -> None:
    assert isinstance(compared(project, GOOD, section(), ran=False), Inconclusive)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("return 7 + x[0];", "prints something else: line 1 was 'sum 6', is 'sum 7'"),
        ("void _exit(int); _exit(3);", "exits with 3, the original with 0"),
        ("void abort(void); abort();", "the original with 0"),
        ('int puts(const char *); puts("more"); return 6;', "prints something else"),
        ('void perror(const char *); perror("x"); return 6;', "says on stderr something else"),
    ],
)
def test_what_a_program_does_otherwise_is_refuted(project: Project, body: str, reason: str) -> None:
    verdict = compared(project, f"{HEAD} {{ {body} }}", section())
    assert isinstance(verdict, Refuted), verdict
    assert reason in verdict.counterexample


def test_another_input_may_show_what_the_workload_does_not(project: Project) -> None:
    text = f"{HEAD} {{ int sum = 0; for (int i = 0; i < (n & ~3); i++) sum += x[i]; return sum; }}"
    assert isinstance(compared(project, text, section()), Passed)
    verdict = compared(project, text, section(checks=("{build}/tiny 7",)))
    assert isinstance(verdict, Refuted), verdict


def test_a_file_that_is_not_written_any_more_is_missed(project: Project) -> None:
    """The one that an earlier run left must not stand in for it."""
    text = f"{HEAD} {{ return x[0] - 1; }}"
    assert isinstance(compared(project, text, section()), Passed)
    verdict = compared(project, text, section(files=("result",)))
    assert isinstance(verdict, Refuted), verdict
    assert "writes another result" in verdict.counterexample
    quiet = f'{HEAD} {{ void exit(int); int puts(const char *); puts("sum 6"); exit(0); }}'
    verdict = compared(project, quiet, section(files=("result",)))
    assert isinstance(verdict, Refuted), verdict


def test_a_candidate_that_does_not_end_is_refuted(project: Project) -> None:
    verdict = compared(
        project,
        f"{HEAD} {{ for (volatile int i = 1; i;) ; return 0; }}",
        replace(section(), timeout=2),
    )
    assert isinstance(verdict, Refuted), verdict
    assert "did not end in time" in verdict.counterexample


def test_an_original_that_differs_from_itself_is_told(project: Project) -> None:
    project.place(None)
    workload = section(checks=("date +%N",))
    first, second = (differential.baseline(project.tree, workload) for _ in range(2))
    assert "prints something else" in str(differential.unstable(first, second))


# Outcomes


def made(stdout: bytes = b"", status: int = 0, tree: Path = Path("/t"), **more: bool) -> Outcome:
    done = Completed(status, stdout, b"", 0.1, more.get("timed_out", False))
    return outcome("run", done, tree, WorkloadSection(varying=("[0-9]+ ms",)))


def test_outcomes_differ_in_what_they_say_only() -> None:
    assert difference(made(b"a"), made(b"a")) is None
    assert difference(made(b"/t/x"), made(b"/u/x", tree=Path("/u"))) is None
    assert difference(made(b"in 12 ms"), made(b"in 7 ms")) is None
    assert "exits with 1" in str(difference(made(), made(status=1)))
    assert "in time" in str(difference(made(), made(timed_out=True)))
    assert "2 lines became 1" in str(difference(made(b"a\nb\n"), made(b"a\n")))
    assert "something else" in str(difference(made(b"a\n"), made(b"a")))
    assert "line 2" in str(difference(made(b"a\nb\n"), made(b"a\nc\n")))


def test_a_file_that_is_not_there_has_an_outcome(tmp_path: Path) -> None:
    done = Completed(0, b"", b"", 0.1, timed_out=False)
    (tmp_path / "out").write_text("1")
    old = outcome("run", done, tmp_path, WorkloadSection(files=("out",)))
    (tmp_path / "out").unlink()
    new = outcome("run", done, tmp_path, WorkloadSection(files=("out",)))
    assert difference(old, new) == "`run` writes another out"
    assert difference(new, new) is None


# Sanitizers


def test_a_candidate_that_reads_one_too_many_is_refuted(project: Project) -> None:
    """The program prints the same: the value that is read beyond the end is never that one."""
    loop = "for (int i = 0; i < n; i++) sum += x[i]; return x[n] == 123456789 ? 0 : sum;"
    text = f"{HEAD} {{ int sum = 0; {loop} }}"
    step = source_step(project.context, "work", text.encode())
    assert isinstance(compared(project, text, section()), Passed)
    verdict = project.sanitized.judge(project.unit, [step])
    assert isinstance(verdict, Refuted), verdict
    assert "AddressSanitizer" in verdict.counterexample


def test_a_candidate_with_undefined_arithmetic_is_refuted(project: Project) -> None:
    loop = "for (int i = 0; i < n; i++) sum += x[i]; return k ? sum : 1;"
    text = f"{HEAD} {{ int sum = 0, k = 2147483647; k += n; {loop} }}"
    step = source_step(project.context, "work", text.encode())
    verdict = project.sanitized.judge(project.unit, [step])
    assert isinstance(verdict, Refuted), verdict
    assert "runtime error" in verdict.counterexample


def test_a_clean_candidate_passes_and_donors_rest_on_the_original(project: Project) -> None:
    step = source_step(project.context, "work", GOOD.encode())
    verdict = project.sanitized.judge(project.unit, [step])
    assert isinstance(verdict, Passed), verdict
    assert verdict.evidence["on"] == "the candidate"
    verdict = project.sanitized.judge(project.unit, [Donor(("work",), ("-O3",))])
    assert isinstance(verdict, Passed), verdict
    assert verdict.evidence["on"] == "the original"
    verdict = project.sanitized.judge(project.unit, [AssemblyText("work", "", "")])
    assert isinstance(verdict, Passed), verdict
    assert verdict.evidence["on"] == "the original"


def test_ir_of_a_changed_source_is_instrumented_as_well(tmp_path: Path) -> None:
    need("cmake", "ninja", "clang-19")
    made = Project(tmp_path / "project", "clang-19")
    source = source_step(made.context, "work", GOOD.encode())
    loop = "for (int i = 0; i < n; i++) sum += x[i]; return x[n] == 123456789 ? 0 : sum;"
    over = source_step(made.context, "work", f"{HEAD} {{ int sum = 0; {loop} }}".encode())
    right, wrong = (
        IrText("work", "", text_of(made.context, "work", "ir", [step])) for step in (source, over)
    )
    verdict = made.sanitized.judge(made.unit, [source, right])
    assert isinstance(verdict, Passed), verdict
    assert verdict.evidence["on"] == "the candidate"
    verdict = made.sanitized.judge(made.unit, [source, wrong])
    assert isinstance(verdict, Refuted), verdict
    assert "AddressSanitizer" in verdict.counterexample


def sanitized(project: Project, root: Path, name: str, **more: object) -> SanitizedBuild:
    made = config(root)
    made = replace(made, build=replace(made.build, **more)) if more else made
    tree = Tree(
        made, project.sandbox, launcher_path(), name, sanitizers.ENVIRONMENT, sanitized=True
    )
    return SanitizedBuild(tree, replace(made.workload, command="{build}/tiny 50"), project.sandbox)


def test_an_original_with_undefined_behaviour_is_refused(project: Project) -> None:
    verdict = sanitized(project, Path(project.config.root), "san2").judge(project.unit, [])
    assert isinstance(verdict, Refuted), verdict
    assert "the original itself trips a sanitizer" in verdict.counterexample


def test_a_project_that_cannot_be_built_instrumented_is_inconclusive(
    project: Project, tmp_path: Path
) -> None:
    broken = CMAKE + 'string(FIND "${CMAKE_C_FLAGS}" sanitize found)\n'
    write(tmp_path, broken + 'if(found GREATER -1)\nmessage(FATAL_ERROR "not so")\nendif()\n')
    verdict = sanitized(project, tmp_path, "san").judge(project.unit, [])
    assert isinstance(verdict, Inconclusive), verdict
    assert "cannot be built instrumented" in verdict.reason


def test_a_build_that_takes_no_flags_is_not_taken_for_instrumented(
    project: Project, tmp_path: Path
) -> None:
    """A clean run of a program without instrumentation would be no evidence."""
    write(tmp_path, CMAKE.replace("add_exe", 'set(CMAKE_C_FLAGS "-O2")\nadd_exe'))
    build_ = sanitized(project, tmp_path, "san")
    verdict = build_.judge(replace(project.unit, root=str(project.config.root)), [])
    assert isinstance(verdict, Inconclusive), verdict
    assert "no instrumentation" in verdict.reason


# Project tests


def test_the_projects_tests_decide(project: Project) -> None:
    steps = project.config.build
    project.place(None)
    baseline = project_tests.judge(project.tree, steps, None)
    assert isinstance(baseline, Passed), baseline
    project.place(f"{HEAD} {{ return x[0] + 8; }}")
    verdict = project_tests.judge(project.tree, steps, baseline)
    assert isinstance(verdict, Refuted), verdict
    assert "ctest" in verdict.counterexample
    assert isinstance(project_tests.judge(project.tree, steps, verdict), Inconclusive)
    project.place(GOOD)
    assert isinstance(project_tests.judge(project.tree, steps, baseline), Passed)
    assert isinstance(
        project_tests.judge(project.tree, replace(steps, test=""), baseline), Inconclusive
    )
    slow = replace(steps, test="sleep 30", timeout=0.5)
    verdict = project_tests.judge(project.tree, slow, baseline)
    assert isinstance(verdict, Refuted)
    assert "took more than" in verdict.counterexample


# Time


def speedup(low: float, high: float = 2.0, noise: float = 1.01) -> Speedup:
    return Speedup((low + high) / 2, low, high, 7, 0.99, noise)


@pytest.mark.parametrize(
    ("function", "workload", "reason"),
    [
        (speedup(1.02), speedup(1.0), "does not reach 1.03x"),
        (speedup(1.04, noise=1.05), speedup(1.0), "cannot be told from the noise"),
        (speedup(1.04, noise=1.04), speedup(1.0), "cannot be told from the noise"),
        (speedup(1.2), speedup(0.9, 0.99), "the workload became slower"),
        (speedup(1.03), speedup(0.9, 1.0), None),
        (speedup(1.2), speedup(0.99, 1.1), None),
    ],
)
def test_time_is_judged_by_lower_bounds(
    function: Speedup, workload: Speedup, reason: str | None
) -> None:
    verdict = time_gate.judge(function, workload, {}, GateSection(), ran=True, timed="ab" * 32)
    if reason is None:
        assert isinstance(verdict, Passed)
        assert verdict.evidence["pairs"] == 7
    else:
        assert isinstance(verdict, Refuted)
        assert reason in verdict.counterexample


def test_time_needs_the_function_to_have_run() -> None:
    fast = Speedup(1.5, 1.4, 1.6, 7, 0.99, 1.01)
    verdict = time_gate.judge(fast, fast, {}, GateSection(), ran=False, timed="ab" * 32)
    assert isinstance(verdict, Inconclusive)
    assert "not seen" in verdict.reason


@pytest.mark.parametrize(("limit", "believed"), [(32.0, False), (50.0, True)])
def test_a_speedup_beyond_belief_is_no_record(limit: float, *, believed: bool) -> None:
    fast = Speedup(40.0, 39.0, 41.0, 7, 0.99, 1.01)
    section = GateSection(max_gain=limit)
    verdict = time_gate.judge(fast, fast, {}, section, ran=True, timed="ab" * 32)
    assert isinstance(verdict, Passed if believed else Inconclusive), verdict


@pytest.mark.parametrize(("high", "slower"), [(0.97, True), (0.985, False), (1.1, False)])
def test_no_other_size_may_become_slower_by_more_than_the_noise(
    high: float, *, slower: bool
) -> None:
    fast = Speedup(1.5, 1.4, 1.6, 7, 0.99, 1.01)
    check = Speedup(0.96, 0.95, high, 7, 0.98, 1.02)
    verdict = time_gate.judge(
        fast, fast, {"./tiny 1": check}, GateSection(), ran=True, timed="ab" * 32
    )
    assert isinstance(verdict, Refuted if slower else Passed), verdict
    if isinstance(verdict, Refuted):
        assert "./tiny 1 became slower" in verdict.counterexample
