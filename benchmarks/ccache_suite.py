"""ccache's own integration tests, run against another launcher: beside a transparent shim.

    .venv/bin/python benchmarks/ccache_suite.py --ccache DIR [--mode pass|identity]
        [--suites base,direct] [--compiler "gcc -O1"] [--launcher PROGRAM] [--json FILE]

DIR is a checkout of ccache (GPL: it is fetched by whoever runs this, and nothing of it stands
here). Its `test/run` is called from a directory of links to its parts, where the last suite that
it reads is ours: that one redefines some of its functions, so that statistics are not asserted, a
failing test does not end its suite, and every test says by itself how it went.

Counted are the tests that assert anything besides statistics. Many of those assert what only
ccache does (its log, its cache directory), and fail with every other launcher. What counts is
therefore the comparison: the exit status is 1 where an assertion fails with the launcher and not
with a shim, which does nothing but `exec "$@"`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from llmopt.report.text import table
from llmopt.toolchain.commands import launcher_path

#: Sourced by ccache's `test/run` after all suites, so that its definitions are the ones that hold.
RUNNER = r"""
record() { # record KIND TEXT: with the line of the suite that is being run
    local i=1
    while [[ -n ${BASH_SOURCE[i]} && ${BASH_SOURCE[i]} != */suites/* ||
        ${BASH_SOURCE[i]} == */"$(basename "${BASH_SOURCE[0]}")" ]]; do
        i=$((i + 1))
    done
    printf '%s\0' "$1" "$(basename "${BASH_SOURCE[i]}"):${BASH_LINENO[i - 1]}" "$2" \
        >>"$LLMOPT_SUITE_EVENTS"
}

rename() { eval "$2() $(declare -f "$1" | tail -n +2)"; }

rename TEST original_TEST
TEST() {
    record test "$1"
    # The suite's compiler is a shell script, which no launcher should take for a compiler: let it
    # be the real one, by a link, with its options in plain sight.
    COMPILER=${COMPILER%% *}
    ln -sf "$REAL_COMPILER_BIN" "$COMPILER"
    COMPILER+=$COMPILER_ARGS
    original_TEST "$@"
}

for function in $(compgen -A function expect_); do
    case $function in
        expect_stat*) eval "$function() { :; }" ;;
        *)
            rename "$function" "original_$function"
            eval "$function() { record assertion $function; original_$function \"\$@\"; }"
            ;;
    esac
done

test_failed() { record failed "$1"; }
test_failed_internal() { record failed "$1"; }
"""
RUNNER_SUITE = "zz_runner"

#: A launcher that does nothing; called by a compiler's name, it is the next one on PATH.
SHIM = r"""#!/bin/sh
name=${0##*/}
if [ "$name" != shim ]; then
    IFS=:
    for directory in $PATH; do
        if [ -x "$directory/$name" ] && ! [ "$directory/$name" -ef "$0" ]; then
            exec "$directory/$name" "$@"
        fi
    done
    exit 127
fi
exec "$@"
"""

#: A unit that is not optimized is the compiler's, and the suite's own commands have no -O.
COMPILER = "gcc -O1"
SKIPPED = 125
NOT_RUN = "did not run"
PROJECT = "version: 1\n"


@dataclass(frozen=True)
class Test:
    """One test of a suite, as it went."""

    suite: str
    name: str
    #: How many tests of that name came before it in its suite.
    number: int
    #: Does it assert anything besides statistics?
    asserts: bool
    #: The failed assertions: where, and what was expected.
    failures: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, int]:
        """What it is found by in another run."""
        return self.suite, self.name, self.number


@dataclass(frozen=True)
class SuiteRun:
    """One suite under one launcher."""

    suite: str
    tests: tuple[Test, ...] = ()
    skipped: str = ""
    #: What the launcher says that it did, where it keeps a log.
    actions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A suite under the shim and under the launcher."""

    suite: str
    asserting: int
    shim: int
    launcher: int


# Events to tests


def read_events(data: bytes) -> list[tuple[str, str, str]]:
    """Kind, place and text of each event that the runner recorded."""
    words = data.decode(errors="replace").split("\0")[:-1]
    return list(zip(words[0::3], words[1::3], words[2::3], strict=True))


def direct_failures(source: str) -> dict[int, bool]:
    """By line of each TEST in a suite: does it call `test_failed` itself, after an `if`?"""
    found: dict[int, bool] = {}
    last = 0
    for number, line in enumerate(source.splitlines(), start=1):
        word = line.split("#", maxsplit=1)[0].strip()
        if word.startswith("TEST "):
            last = number
            found[last] = False
        elif last and re.search(r"\btest_failed\b", word):
            found[last] = True
    return found


def tests_of(
    suite: str, events: Iterable[tuple[str, str, str]], direct: Mapping[str, Mapping[int, bool]]
) -> tuple[Test, ...]:
    """The tests of one run; `direct` is by file what `direct_failures` says of it."""
    tests: list[Test] = []
    seen: Counter[str] = Counter()
    for kind, place, text in events:
        if kind == "test":
            file, _, line = place.rpartition(":")
            tests.append(Test(suite, text, seen[text], direct.get(file, {}).get(int(line), False)))
            seen[text] += 1
        elif tests:
            now = tests[-1]
            reason = (f"{place}: {text}",) if kind == "failed" else ()
            tests[-1] = Test(suite, now.name, now.number, True, now.failures + reason)
    return tuple(tests)


def unfinished(suite: str, tests: tuple[Test, ...], why: str) -> tuple[Test, ...]:
    """The tests of a suite that ended before its time: the last one failed."""
    if not tests:
        return (Test(suite, "(the suite itself)", 0, True, (why,)),)
    last = tests[-1]
    return (*tests[:-1], Test(suite, last.name, last.number, True, (*last.failures, why)))


# Comparing


@dataclass(frozen=True)
class Pair:
    """A test that asserts, under the shim and under the launcher."""

    title: str
    shim: tuple[str, ...]
    launcher: tuple[str, ...]

    @property
    def worse(self) -> tuple[str, ...]:
        """What fails with the launcher alone; a test that fails with both has other assertions."""
        left = Counter(map(place_of, self.shim))
        found = []
        for failure in self.launcher:
            if left[place_of(failure)] > 0:
                left[place_of(failure)] -= 1
            else:
                found.append(failure)
        return tuple(found)


def place_of(failure: str) -> str:
    """File and line of a failed assertion."""
    return failure.split(": ", maxsplit=1)[0]


def pairs(shim: SuiteRun, run: SuiteRun) -> list[Pair]:
    """The tests of a suite that assert anything besides statistics."""
    absent = Test(shim.suite, "", 0, False, (NOT_RUN,))
    before = {test.key: test for test in shim.tests}
    after = {test.key: test for test in run.tests}
    found = []
    for key in {**before, **after}:
        one, other = before.get(key, absent), after.get(key, absent)
        if one.asserts or other.asserts:
            found.append(Pair(title(*key), one.failures, other.failures))
    return found


def row(suite: str, tests: Sequence[Pair]) -> Row:
    """A line of the table."""
    return Row(
        suite,
        len(tests),
        sum(not test.shim for test in tests),
        sum(not test.launcher for test in tests),
    )


def title(suite: str, name: str, number: int) -> str:
    """A test in one line."""
    return f"{suite} / {name}" + (f" ({number + 1})" if number else "")


def one_line(text: str, width: int = 150) -> str:
    """A failed assertion in one line, without the directory that it happened in."""
    line = " ".join(re.sub(r"/\S*/testdir/\d+/", "…/", text.replace("\\n", " ")).split())
    return line if len(line) <= width else line[: width - 1] + "…"


# Running


def arrange(checkout: Path, place: Path) -> list[str]:
    """Makes the directory that `test/run` is called from; the suites that there are."""
    listed = re.findall(r"(?m)^addtest\((.*)\)$", (checkout / "test/CMakeLists.txt").read_text())
    place.mkdir()
    for part in (checkout / "test").iterdir():
        if part.name not in ("suites", "CMakeLists.txt"):
            (place / part.name).symlink_to(part)
    (place / "suites").mkdir()
    for part in (checkout / "test/suites").iterdir():
        (place / "suites" / part.name).symlink_to(part)
    (place / "suites" / f"{RUNNER_SUITE}.bash").write_text(RUNNER)
    lines = [f"addtest({suite})\n" for suite in (*listed, RUNNER_SUITE)]
    (place / "CMakeLists.txt").write_text("".join(lines))
    return listed


def run_suite(
    suite: str, tests: Path, place: Path, environment: Mapping[str, str], limit: float
) -> SuiteRun:
    """One suite in a directory of its own."""
    events = place / "events"
    with (place / "output").open("w+") as output:
        process = subprocess.Popen(
            ["bash", tests / "run", suite],
            cwd=place,
            env={**environment, "LLMOPT_SUITE_EVENTS": str(events)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status: int | None = process.wait(limit)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        output.seek(0)
        text = output.read()
    if status == SKIPPED:
        reason = re.search(r"Skipped test suite \S+ \[(.*)\]", text)
        return SuiteRun(suite, skipped=reason[1] if reason else text.strip())
    direct = {path.name: direct_failures(path.read_text()) for path in tests.glob("suites/*.bash")}
    found = tests_of(suite, read_events(events.read_bytes()) if events.exists() else [], direct)
    if status is None:
        found = unfinished(suite, found, f"not done after {limit:.0f} s")
    elif status != 0:
        found = unfinished(suite, found, f"the suite ended here with status {status}")
    return SuiteRun(suite, found, actions=actions(place / ".llmopt"))


def actions(state: Path) -> dict[str, int]:
    """How often the launcher did what, by its log."""
    counted: Counter[str] = Counter()
    for name in ("launcher.log.1", "launcher.log"):
        if (state / name).is_file():
            for line in (state / name).read_text().splitlines():
                entry = json.loads(line)
                counted[entry["action"]] += 1
    return dict(counted)


def run_all(
    suites: Sequence[str],
    tests: Path,
    place: Path,
    environment: Mapping[str, str],
    options: argparse.Namespace,
    *,
    identity: bool,
) -> list[SuiteRun]:
    """All suites under one launcher, one after the other."""
    runs = []
    for suite in suites:
        directory = place / suite
        directory.mkdir(parents=True)
        if identity:
            (directory / "llmopt.yaml").write_text(PROJECT)
        print(f"{place.name}: {suite}", file=sys.stderr, flush=True)
        runs.append(run_suite(suite, tests, directory, environment, options.limit))
        if not options.keep:
            shutil.rmtree(directory, ignore_errors=True)
    return runs


def environments(
    launcher: str, place: Path, options: argparse.Namespace
) -> tuple[dict[str, str], dict[str, str]]:
    """What the shim and the launcher see; nothing of the caller's own settings."""
    shim = place / "shim"
    shim.write_text(SHIM)
    shim.chmod(0o755)
    base = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LLMOPT_", "CCACHE"))
    }
    base |= {"CC": options.compiler, "EXIT_IF_SKIPPED": "1", "KEEP_TESTDIR": "1"}
    base["LLMOPT_CACHE_DIR"] = str(place / "cache")
    base["PATH"] = f"{Path(sys.executable).parent}:{base['PATH']}"
    own = base | {"CCACHE": launcher}
    if options.mode == "identity":
        own["LLMOPT_IDENTITY"] = "1"
    return base | {"CCACHE": str(shim)}, own


# Telling


def page(compared: Mapping[str, Sequence[Pair]], runs: Sequence[SuiteRun]) -> str:
    """The table, and why tests fail."""
    lines = []
    total: Counter[str] = Counter()
    for run in runs:
        total.update(run.actions)
        if tests := compared[run.suite]:
            lines.append(cells(row(run.suite, tests), run.actions))
    everything = [test for tests in compared.values() for test in tests]
    lines.append(cells(row("all", everything), total))
    head = ["suite", "asserting", "shim passes", "launcher passes", "launcher's log"]
    parts = [table(head, lines, right=(1, 2, 3))]
    failing = [
        ["launcher only" if test.worse else "both", test.title, one_line(test.launcher[0])]
        for test in everything
        if test.launcher
    ]
    if failing:
        parts.append("failing\n" + table(["with", "test", "first failed assertion"], failing))
    skipped = [[run.suite, run.skipped] for run in runs if run.skipped]
    if skipped:
        parts.append("not run\n" + table(["suite", "why"], skipped))
    return "\n\n".join(parts)


def cells(line: Row, did: Mapping[str, int]) -> list[str]:
    """A line of the table as text."""
    log = ", ".join(f"{count} {action}" for action, count in sorted(did.items()))
    return [line.suite, str(line.asserting), str(line.shim), str(line.launcher), log]


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--ccache", metavar="DIR", type=Path, required=True, help="a checkout")
    parser.add_argument("--launcher", metavar="PROGRAM", help="instead of this llmopt")
    parser.add_argument("--mode", choices=("pass", "identity"), default="pass")
    parser.add_argument("--suites", metavar="A,B", help="these only")
    parser.add_argument(
        "--compiler", default=COMPILER, help=f"with options (default: {COMPILER!r})"
    )
    parser.add_argument("--limit", type=float, default=1800, help="seconds for one suite")
    parser.add_argument("--keep", metavar="DIR", type=Path, help="leave what the tests wrote here")
    parser.add_argument("--json", metavar="FILE", help="write all results as JSON")
    return parser.parse_args()


def main() -> int:
    """Runs, compares and prints."""
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # suites end with us
    launcher = os.path.abspath(options.launcher or launcher_path())
    with tempfile.TemporaryDirectory(prefix="llmopt-suite-") as directory:
        place = Path(options.keep or directory).resolve()
        place.mkdir(parents=True, exist_ok=True)
        listed = arrange(options.ccache.resolve(), place / "tests")
        suites = options.suites.split(",") if options.suites else listed
        if unknown := set(suites) - set(listed):
            sys.exit(f"no such suite: {', '.join(sorted(unknown))}")
        for_shim, for_launcher = environments(launcher, place, options)
        tests = place / "tests"
        shims = run_all(suites, tests, place / "with-shim", for_shim, options, identity=False)
        identity = options.mode == "identity"
        runs = run_all(suites, tests, place / "with-own", for_launcher, options, identity=identity)
    compared = {run.suite: pairs(shim, run) for shim, run in zip(shims, runs, strict=True)}
    worse = [
        f"{test.title}: {one_line(failure)}"
        for tests in compared.values()
        for test in tests
        for failure in test.worse
    ]
    print(page(compared, runs))
    if options.json:
        results = {
            "launcher": launcher,
            "mode": options.mode,
            "compiler": options.compiler,
            "rows": [asdict(row(suite, tests)) for suite, tests in compared.items()],
            "shim": [asdict(run) for run in shims],
            "own": [asdict(run) for run in runs],
            "worse": worse,
        }
        Path(options.json).write_text(json.dumps(results, indent=1) + "\n")
    if worse:
        print("\nfails with the launcher alone:\n  " + "\n  ".join(worse))
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
