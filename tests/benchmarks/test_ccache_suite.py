"""The benchmark that runs ccache's suite, on a suite of our own that is built as ccache's is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "ccache_suite.py"

RUN = r"""
find_compiler() { command -v "$1"; }
TEST() { CURRENT_TEST=$1; cd "$START/testdir/1"; }
test_failed_internal() { echo "$1"; exit 1; }
test_failed() { test_failed_internal "$@"; }
expect_stat() { test_failed_internal "no statistics here"; }
expect_exists() { [ -e "$1" ] || test_failed_internal "Expected $1 to exist"; }
for suite in $(sed -En 's/^addtest\((.*)\)$/\1/p' "$(dirname "$0")/CMakeLists.txt"); do
    . "$(dirname "$0")/suites/$suite.bash"
done
START=$PWD
mkdir -p testdir/1/compiler
COMPILER_ARGS=${CC#* }
COMPILER_ARGS=" $COMPILER_ARGS"
REAL_COMPILER_BIN=$(find_compiler "${CC%% *}")
COMPILER=$PWD/testdir/1/compiler/${CC%% *}
printf '#!/bin/sh\nexec %s "$@"\n' "$CC" >"$COMPILER"
chmod +x "$COMPILER"
SUITE_$1
"""

ONE = r"""
SUITE_one() {
    TEST "statistics alone"
    expect_stat cache_miss 1

    TEST "compiles"
    echo 'int one;' >one.c
    $CCACHE $COMPILER -c one.c
    expect_exists one.o
    expect_stat cache_miss 1

    for name in dependencies other; do
        TEST "writes $name"
        echo 'int two;' >two.c
        rm -f two.d
        $CCACHE $COMPILER -MD -c two.c
        expect_exists two.d
        expect_exists two.other
    done

    TEST "writes dependencies"
    rm -f two.d
    $CCACHE $COMPILER -MD -c two.c
    if [ ! -e two.d ]; then
        test_failed "no dependency file"
    fi

    TEST "tells of a failed compile"
    if $CCACHE $COMPILER -c missing.c 2>/dev/null; then
        test_failed "compiled what is not there"
    fi
}
"""

TWO = r"""
SUITE_two() {
    TEST "begins"
    expect_exists .
    exit 3
    TEST "is never reached"
}
"""

SKIPPED = r"""
SUITE_three() {
    echo "Skipped test suite three [no such machine]"
    exit 125
}
"""

DROPS = """#!/bin/bash
words=()
for word in "$@"; do [[ $word = -MD ]] || words+=("$word"); done
"${words[@]}"
exit 0
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    suites = tmp_path / "checkout" / "test" / "suites"
    suites.mkdir(parents=True)
    for name, text in (("one", ONE), ("two", TWO), ("three", SKIPPED)):
        (suites / f"{name}.bash").write_text(text)
    (suites.parent / "run").write_text(RUN)
    (suites.parent / "CMakeLists.txt").write_text("addtest(one)\naddtest(two)\naddtest(three)\n")
    return suites.parents[1]


def run(checkout: Path, launcher: Path) -> tuple[subprocess.CompletedProcess[str], dict]:
    results = checkout / "results"
    options = ["--ccache", checkout, "--launcher", launcher, "--json", results]
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, options)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done, json.loads(results.read_text())


def program(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_a_transparent_launcher_is_as_good_as_a_shim(checkout: Path, tmp_path: Path) -> None:
    done, results = run(checkout, program(tmp_path / "same", '#!/bin/sh\nexec "$@"\n'))
    assert done.returncode == 0, done.stdout + done.stderr
    assert results["worse"] == []
    one, two, three = results["rows"]
    # Without the one that asserts nothing but statistics; no suite writes `two.other`.
    assert one == {"suite": "one", "asserting": 5, "shim": 3, "launcher": 3}
    assert two == {"suite": "two", "asserting": 1, "shim": 0, "launcher": 0}
    assert three == {"suite": "three", "asserting": 0, "shim": 0, "launcher": 0}
    assert "the suite ended here with status 3" in done.stdout
    assert "no such machine" in done.stdout


def test_what_fails_with_the_launcher_alone_is_named(checkout: Path, tmp_path: Path) -> None:
    done, results = run(checkout, program(tmp_path / "drops", DROPS))
    assert done.returncode == 1, done.stdout + done.stderr
    assert results["rows"][0] == {"suite": "one", "asserting": 5, "shim": 3, "launcher": 1}
    # The suite goes on after a failing test; the assertion that fails with both is not named.
    assert results["worse"] == [
        "one / writes dependencies: one.bash:17: Expected two.d to exist",
        "one / writes other: one.bash:17: Expected two.d to exist",
        "one / writes dependencies (2): one.bash:25: no dependency file",
        "one / tells of a failed compile: one.bash:30: compiled what is not there",
    ]
