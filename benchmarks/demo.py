"""From a clone to a verified speedup: what `make demo` and `make demo-replay` run.

Copies example_project below build, optimizes it there, builds it twice as a user would (plain, and
with the launcher in one line), runs its tests on the faster build, and times the workload of both,
interleaved. Ends with one line of JSON. A second run tries nothing anew.

With --replay a model is asked: recorded sessions answer in its place, over HTTP on this machine.
Every gate and every measurement runs anew.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from llmopt.measure.stats import speedup
from llmopt.report.text import table
from llmopt.sandbox.run import Job, Sandbox, shell
from tests.messages_server import replaying, serving
from tests.sessions.projects import SETTINGS, recording

ROOT = Path(__file__).resolve().parent.parent
REPLAYS = "--replay" in sys.argv[1:]
#: The sessions that are replayed: function and strategy.
SESSIONS = (("edit_distance", "single:source"), ("crc32_update", "guided"))
WORK = ROOT / "build" / ("demo-replay" if REPLAYS else "demo")
PROJECT = WORK / "project"
ROUNDS = 9
WORKLOAD = "./sigkit pipeline --seed 7"
CONFIGURE = "cmake -S {source} -B {build} -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER=clang-19"
LAUNCHER = "-DCMAKE_C_COMPILER_LAUNCHER=llmopt"


def main() -> int:
    """Runs the demo; exit status 0 when there is a verified speedup and all tests pass."""
    if not shutil.which("clang-19"):
        print(
            "demo: clang-19 is missing; .ci/system-packages says what to install", file=sys.stderr
        )
        return 2
    copy_project()
    environment = {**os.environ, "LLMOPT_CACHE_DIR": str(WORK / "cache")}
    runs = list(replayed(environment) if REPLAYS else optimized("optimize", environment))
    recipes = [recipe for run in runs for recipe in run["recipes"]]

    say("two builds as a user makes them: plain, and with one more option")
    sandbox = Sandbox("off")
    plain, fast = WORK / "plain", WORK / "fast"
    build(sandbox, plain, CONFIGURE, environment)
    build(sandbox, fast, f"{CONFIGURE} {LAUNCHER}", environment)
    tests = sandbox.run(Job(shell(f"ctest --test-dir {fast}"), str(PROJECT), 600, environment))

    say(f"timing `{WORKLOAD}`, {ROUNDS} rounds of plain, fast, plain")
    measured = speedup(*time_builds(sandbox, plain, fast))
    report(recipes, fast)
    print(f"tests on the faster build: {'passed' if tests.status == 0 else tests.tail}")
    if REPLAYS:
        print(f"models: {sum(run['tokens'] for run in runs):,} tokens, counted as four bytes each")
    print(
        f"\nworkload {measured} over {ROUNDS} interleaved rounds, "
        f"noise [{measured.noise_low:.3f}, {measured.noise_high:.3f}]"
    )
    line = {
        "demo": "example_project",
        "workload_speedup": round(measured.ratio, 4),
        "ci_low": round(measured.low, 4),
        "ci_high": round(measured.high, 4),
        "recipes": [recipe["function"] for recipe in recipes],
        "tests_passed": tests.status == 0,
        "new_trials": sum(run["new_trials"] for run in runs),
        "noise": [round(measured.noise_low, 4), round(measured.noise_high, 4)],
        "rounds": ROUNDS,
    }
    print(json.dumps(line))
    return 0 if tests.status == 0 and recipes and measured.low > 1 else 1


def optimized(words: str, environment: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """What `llmopt optimize` has found. Ends the demo where it fails."""
    say(f"llmopt {words}  (profile, search, verify, measure)")
    done = subprocess.run(
        ["llmopt", *words.split(), "--json"], cwd=PROJECT, env=environment, stdout=subprocess.PIPE,
        text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise SystemExit(done.returncode)
    yield json.loads(done.stdout)


def replayed(environment: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """What was found in the sessions, each with its model's answers."""
    settings = PROJECT / "llmopt.yaml"
    settings.write_text((ROOT / "example_project" / "llmopt.yaml").read_text() + SETTINGS)
    for function, strategy in SESSIONS:
        with serving(replaying(recording(function, strategy))) as server:
            there = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "replay"}
            words = f"optimize --model anthropic --strategy {strategy} {function}"
            yield from optimized(words, {**environment, **there})


def say(text: str) -> None:
    """A headline."""
    print(f"\n== {text}", flush=True)


def copy_project() -> None:
    """Brings the copy up to date; what did not change keeps its time, so that builds are reused."""
    source = ROOT / "example_project"
    for path in sorted(source.rglob("*")):
        relative = path.relative_to(source)
        if not path.is_file() or relative.parts[0] in (".llmopt", "build"):
            continue
        copy = PROJECT / relative
        if not copy.exists() or copy.read_bytes() != path.read_bytes():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy)


def build(sandbox: Sandbox, directory: Path, configure: str, environment: dict[str, str]) -> None:
    """Configures and builds from scratch."""
    shutil.rmtree(directory, ignore_errors=True)
    for command in (
        configure.format(source=PROJECT, build=directory),
        f"cmake --build {directory} --parallel",
    ):
        sandbox.check(Job(shell(command), str(PROJECT), 600, environment))


def time_builds(
    sandbox: Sandbox, plain: Path, fast: Path
) -> tuple[list[float], list[float], list[float]]:
    """Wall seconds of plain, fast and plain again, round by round; outputs must be the same."""
    seconds: tuple[list[float], list[float], list[float]] = ([], [], [])
    expected = sandbox.check(Job(shell(WORKLOAD), str(plain), 300)).stdout
    for _ in range(ROUNDS):
        for column, directory in zip(seconds, (plain, fast, plain), strict=True):
            done = sandbox.check(Job(shell(WORKLOAD), str(directory), 300))
            if done.stdout != expected:
                raise SystemExit(f"demo: {directory} prints something else: this is a bug")
            column.append(done.seconds)
    return seconds


def report(recipes: list[dict[str, Any]], fast: Path) -> None:
    """The recipes, and how many objects of the faster build carry one."""
    rows = [
        [
            recipe["function"],
            recipe["source"],
            ", ".join(dict.fromkeys(step["level"] for step in recipe["steps"])),
            recipe["provenance"]["move"],
            f"{recipe['speedup']['ratio']:.2f}x "
            f"[{recipe['speedup']['low']:.2f}, {recipe['speedup']['high']:.2f}]",
        ]
        for recipe in recipes
    ]
    print()
    print(table(["function", "source", "level", "move", "speedup of the function"], rows))
    swapped = sum(b".note.llmopt" in path.read_bytes() for path in fast.rglob("*.o"))
    print(f"\nobjects swapped in by the launcher: {swapped}")


if __name__ == "__main__":
    raise SystemExit(main())
