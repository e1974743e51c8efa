"""A kernel that the compiler inlines into `main`: perf sees `main`, and the kernel is worked on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llmopt.toolchain.elf import ObjectFile
from tests.conftest import need

from .support import Project, note

PROGRAM = """\
#include <stdio.h>
#include <stdlib.h>

#define N 32

static void add_rows(int rounds, double m[N][N], const double v[N], double *restrict out)
{
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++)
                out[j] += m[i][j] * v[i] + v[j];
}

static double m[N][N], v[N], out[N];

int main(int count, char **words)
{
    int rounds = count > 1 ? atoi(words[1]) : 1;
    for (int i = 0; i < N; i++) {
        v[i] = 1.0 / (i + 1);
        for (int j = 0; j < N; j++)
            m[i][j] = (i * j) % 17 / 17.0;
    }
    add_rows(rounds, m, v, out);
    for (int i = 0; i < N; i += 3)
        printf("%a\\n", out[i]);
    return 0;
}
"""
SETTINGS = """\
version: 1
build:
  build: >-
    {{launcher}} {compiler} -O2 $CFLAGS -c {{source}}/rows.c -o {{build}}/rows.o &&
    {compiler} $LDFLAGS {{build}}/rows.o -o {{build}}/rows
workload:
  command: "{{build}}/rows 100000"
  checks: ["{{build}}/rows 3"]
search:
  trials: 2
gates:
  pairs: 5
launcher:
  wait_seconds: 60
"""


@pytest.fixture(params=["gcc", "clang-19"])
def inlined(request: pytest.FixtureRequest, tools, tmp_path: Path) -> Project:
    """A program of one file, of which the compiler makes one function."""
    need(request.param)
    project = Project(tmp_path / "project", tmp_path / "cache", request.param)
    project.root.mkdir()
    (project.root / "rows.c").write_text(PROGRAM)
    (project.root / "llmopt.yaml").write_text(SETTINGS.format(compiler=request.param))
    findings = {f["name"]: f for f in project.json("doctor")}
    if not findings["perf"]["ok"]:
        pytest.skip(f"perf does not sample here: {findings['perf']['said']}")
    return project


def made(project: Project, *launcher: str) -> bytes:
    """The object of a compile in the project, and the program beside it."""
    words = [*launcher, project.compiler, "-O2", "-c", "rows.c", "-o", "rows.o"]
    project.run(*words)
    project.run(project.compiler, "rows.o", "-o", "rows")
    return (project.root / "rows.o").read_bytes()


def test_an_inlined_kernel_is_worked_on_and_becomes_faster_in_the_next_build(inlined: Project):
    plain = made(inlined)
    assert "add_rows" not in ObjectFile(plain).defined
    answers = [inlined.run("./rows", rounds).stdout for rounds in ("100000", "7")]

    profile = inlined.json("profile")
    first = profile["functions"][0]
    assert (first["name"], first["source"], first["symbols"]) == ("add_rows", "rows.c", ["main"])
    assert first["share"] > 0.5

    run = json.loads(
        inlined.run("llmopt", "optimize", "add_rows", "--strategy", "offline", "--json").stdout
    )
    (function,) = run["functions"]
    assert function["function"] == "add_rows"
    passed = [v for v in function["versions"] if v["verdict"].startswith("screening: passed")]
    assert passed, function["versions"]
    (recipe,) = run["recipes"]
    assert recipe["function"] == "add_rows"
    said = [verdict["gate"] for verdict in recipe["verdicts"]]
    assert {"identity", "tests", "shadow", "sanitizers", "differential", "time"} <= set(said)

    swapped = made(inlined, "llmopt")
    assert note(swapped) == [recipe["digest"]]
    assert [inlined.run("./rows", rounds).stdout for rounds in ("100000", "7")] == answers


def test_a_text_of_a_person_stands_on_code_of_its_own(inlined: Project):
    inlined.json("profile")
    text = inlined.run("llmopt", "try", "rows.c:add_rows", "--level", "asm", "--show").stdout
    assert "add_rows:" in text
    # Other code that does the same: gates pass, and the stopwatch alone says no.
    (inlined.root / "own.s").write_text(text.replace("add_rows:\n", "add_rows:\n\tnop\n", 1))
    said = json.loads(
        inlined.run(
            *("llmopt", "try", "rows.c:add_rows", "--candidate", "own.s", "--json"), status=None
        ).stdout
    )
    verdicts = {verdict["gate"]: verdict["verdict"] for verdict in said["verdicts"]}
    # Generated tests cannot tell: with its one caller known, the compiler relies on arguments.
    passed = {"identity", "static", "build", "differential", "sanitizers"}
    assert {gate for gate in passed if verdicts.get(gate) != "passed"} == set(), said
