"""The benchmark that runs suites of programs beside their peers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.suites.case import Effort, chosen, repeats
from benchmarks.suites.curve import curve, half, median_share
from benchmarks.suites.polybench import with_runtime_sizes
from benchmarks.suites.portable import machine_options
from benchmarks.suites.programs import Programs
from benchmarks.suites.rows import Rows, geomeans
from tests.conftest import need

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "suite.py"

#: In the form of PolyBench, with a function that uses a size's macro.
FIXED = """\
/* N times M */
static void init(int n, int m, double POLYBENCH_2D(A,N,M,n,m))
{
  for (int i = 0; i < N; i++)
    for (int j = 0; j < _PB_M; j++)
      A[i][j] = (double)(i * j) / M;
}

int main(int argc, char** argv)
{
  int n = N;
  int m = M;
  double alpha;
  POLYBENCH_2D_ARRAY_DECL(A,double,N,M,n,m);
}
"""
ASKED = """\
/* N times M */
static void init(int n, int m, double POLYBENCH_2D(A,N,M,n,m))
{
  for (int i = 0; i < n; i++)
    for (int j = 0; j < _PB_M; j++)
      A[i][j] = (double)(i * j) / m;
}

extern int size_of_run(int argc, char **argv, int which, int usual);

int main(int argc, char** argv)
{
  int n = size_of_run(argc, argv, 1, N);
  int m = size_of_run(argc, argv, 2, M);
  double alpha;
  POLYBENCH_2D_ARRAY_DECL(A,double,N,M,n,m);
}
"""

#: Its loops walk down columns.
PRODUCT = r"""
#include <stdio.h>
#define N 220

static double a[N][N], b[N][N], c[N][N];

__attribute__((noinline)) void product(double x[N][N], double y[N][N], double z[N][N]) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            for (int k = 0; k < N; k++)
                z[i][j] += x[i][k] * y[k][j];
}

int main(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = (i * j % 7) / 3.0;
            b[i][j] = (i + j) % 5 / 7.0;
        }
    for (int time = 0; time < 4; time++)
        product(a, b, c);
    double sum = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            sum = sum * 0.5 + c[i][j];
    printf("%a\n", sum);
    return 0;
}
"""


def row(name: str, ratio: float = 1.0, *, identical: bool = True) -> dict[str, Any]:
    interval = {"speedup": ratio, "ci_low": ratio, "ci_high": ratio, "identical": identical}
    return {
        "name": name,
        **interval,
        "difference": "" if identical else "prints something else",
        "baseline_seconds": 1.0,
        "seconds": 60.0,
        "half_seconds": None,
        "moves": [],
        "portable": {"ok": True},
        "peers": {"llmopt": interval, "pgo": interval if ratio > 1 else {"error": "no profile"}},
    }


# Sizes that come at run time


def test_sizes_come_from_the_command_line_in_the_order_of_main():
    assert with_runtime_sizes(FIXED) == (ASKED, ("N", "M"))


def test_a_kernel_without_sizes_is_refused():
    with pytest.raises(ValueError, match="no sizes"):
        with_runtime_sizes("int main(int argc, char** argv)\n{\n  int one = 1;\n}\n")


# Rows


def test_what_has_no_recipe_counts_and_what_failed_is_named():
    rows = Rows({"suite": "kernels"})
    for one in (row("fast", 4.0), row("same", 1.0), {"name": "broken", "error": "no clang"}):
        rows.add(one)
    assert geomeans(rows.rows) == {"llmopt": pytest.approx(2.0), "pgo": pytest.approx(4.0)}
    assert rows.to_json()["failed"] == ["broken"]
    assert not rows.good
    page = rows.page()
    assert "geomean of 2 of 3: llmopt 2.000x" in page
    assert "geomean of 1 of 3: pgo 4.000x" in page
    assert "broken failed: no clang" in page


@pytest.mark.parametrize("identical", [True, False])
def test_another_output_is_no_success(*, identical: bool):
    rows = Rows({})
    rows.add(row("one", 2.0, identical=identical))
    assert rows.good is identical
    assert f"identical: {identical:d} of 1" in rows.page()


def test_a_run_goes_on_where_its_file_ends(tmp_path: Path):
    path = tmp_path / "rows.json"
    first = Rows({"suite": "kernels", "size": "LARGE"}, path)
    first.resume()
    for one in (row("done", 2.0), {"name": "failed", "error": "no memory"}):
        first.add(one)
    kept = json.loads(path.read_text())
    assert [one["name"] for one in kept["kernels"]] == ["done", "failed"]
    assert kept["geomean"] == pytest.approx(2.0)
    second = Rows({"suite": "kernels", "size": "LARGE"}, path)
    second.resume()
    assert (second.has("done"), second.has("failed"), second.has("new")) == (True, False, False)


def test_rows_of_other_settings_do_not_mix(tmp_path: Path):
    path = tmp_path / "rows.json"
    Rows({"size": "LARGE"}, path).add(row("one"))
    with pytest.raises(ValueError, match="is of size 'LARGE', not 'MEDIUM'"):
        Rows({"size": "MEDIUM"}, path).resume()


# How soon gains come


def version(at: float, gain: float, verdict: str = "screening: passed", parent: int = 0) -> Any:
    return {"move": f"m{at:g}", "at_seconds": at, "gain": gain, "verdict": verdict,
            "parent": parent}  # fmt: skip


def test_the_best_so_far_counts_what_came_to_a_recipe():
    run = {
        "recipes": [{"function": "f", "source": "a.c", "provenance": {"move": "m20, m30"}}],
        "functions": [
            {
                "function": "f", "source": "a.c", "share": 1.0,
                "versions": [
                    version(10, 9.0, "differential: refuted: prints 2"),
                    version(20, 2.0),
                    version(30, 5.0, parent=2),
                    version(40, 7.0),  # refused later: the recipe is another
                ],
            },
            {"function": "g", "source": "a.c", "share": 0.0, "versions": [version(5, 3.0)]},
        ],
    }  # fmt: skip
    points = curve(run)
    assert points == [(0.0, 1.0), (20, pytest.approx(2.0)), (30, pytest.approx(5.0))]
    assert half(points) == 30
    assert median_share([points, [(0.0, 1.0)]], [0, 25, 30]) == pytest.approx([0, 0.25, 1])


def test_where_nothing_is_gained_there_is_no_half():
    assert curve({"recipes": [], "functions": []}) == [(0.0, 1.0)]
    assert half([(0.0, 1.0)]) is None


# What a program is given


@pytest.mark.parametrize("once", [0.00002, 0.03, 0.6, 20.0])
def test_a_workload_is_as_long_as_it_has_to_be(once: float):
    count = repeats(lambda times: once * times)
    assert count == 1 or 0.5 <= count * once <= 1


def test_long_programs_are_measured_less_and_searched_shorter():
    short, long = (Effort(10).settings(seconds, seconds) for seconds in (0.7, 15.0))
    assert short["gates"] == {"pairs": 7}
    assert long["gates"] == {"pairs": 5}
    assert 10 > short["search"]["minutes"] > long["search"]["minutes"] >= 3


def test_options_for_one_processor_are_seen_and_widths_are_not():
    words = ("-O3", "-mllvm", "-march=native", "-mprefer-vector-width=256", "-mavx2", "-mfma")
    assert machine_options(words) == ["-march=native", "-mavx2", "-mfma"]


def test_unknown_kernels_are_refused_with_what_there_is(tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.c").touch()
    suite = Programs(tmp_path, "cc", Effort(1))
    assert chosen(suite, []) == ["one", "two"]
    assert chosen(suite, ["two"]) == ["two"]
    with pytest.raises(ValueError, match="no kernel three there; there are one, two"):
        chosen(suite, ["three"])


# The whole way


def test_a_kernel_is_optimized_timed_and_compared(tmp_path: Path):
    need("llmopt", "clang-19", "cmake", "perf")
    kernels, file = tmp_path / "kernels", tmp_path / "rows.json"
    kernels.mkdir()
    (kernels / "product.c").write_text(PRODUCT)

    def suite(*words: object) -> subprocess.CompletedProcess[str]:
        common = ("--suite", "kernels", "--dir", kernels, "--minutes", "1", "--rounds", "2")
        return subprocess.run(
            [sys.executable, SCRIPT, *map(str, (*common, "--json", file, *words))],
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    done = suite("--peers", "native")
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = json.loads(file.read_text())["kernels"]
    assert found["identical"]
    assert found["swapped"] == 1
    assert found["speedup"] > 1.2
    assert 0 < found["half_seconds"] < found["seconds"]
    assert set(found["peers"]) == {"llmopt", "native"}
    before = file.read_bytes()
    again = suite("--resume")
    assert again.returncode == 0
    assert "optimize" not in again.stderr
    assert file.read_bytes() == before
    (kernels / "broken.c").write_text("int main(void) { return 0 }\n")
    failed = suite("--resume")
    assert failed.returncode == 1
    assert "broken failed: ToolFailed" in failed.stdout
    assert [one["name"] for one in json.loads(file.read_text())["kernels"]] == ["product", "broken"]
