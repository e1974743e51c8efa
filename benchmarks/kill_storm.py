"""Builds killed at random moments, and what the next build makes of what they left.

    .venv/bin/python benchmarks/kill_storm.py [--builds 200] [--seed 1] [--json FILE]
                                              [--at-once] [--bare]

Builds a copy of example_project in identity mode, so that every unit is resolved, swapped or served
from the cache. Before each build some sources change between two variants, and at times the outputs
or the launcher's state are removed; at a random moment SIGKILL goes to the whole build, or to one
process of it alone. When nothing of it runs any more, it is built to its end, by Ninja: make does
not notice an object that a compiler was killed in the middle of. Every object and dependency file
must be, byte for byte, what a build without llmopt makes of the same sources. Exit status 1 where
one is not.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmopt.toolchain.commands import launcher_path

EXAMPLE = Path(__file__).parents[1] / "example_project"
#: Seconds; what a killed build leaves running has to end by itself.
LONGEST = 120.0
#: Added to a source, it changes its object and no other.
VARIANT = "\nint storm_variant_of_{name};\n"


def main() -> int:
    """Storms and reports."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--builds", type=int, default=200, help="builds to kill (default: 200)")
    parser.add_argument("--seed", type=int, default=1, help="of all choices (default: 1)")
    parser.add_argument("--compiler", default="gcc", help="default: gcc")
    parser.add_argument(
        "--at-once", action="store_true", help="rebuild while what was not killed still runs"
    )
    parser.add_argument("--bare", action="store_true", help="without the launcher, to compare")
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON")
    options = parser.parse_args()
    # Resolvers may be at work in it to the end.
    with tempfile.TemporaryDirectory(
        prefix="llmopt-storm-", ignore_cleanup_errors=True
    ) as directory:
        chosen = random.Random(options.seed)
        waits, launched = not options.at_once, not options.bare
        storm = Storm(Path(directory), options.compiler, chosen, waits, launched)
        figures = storm.rage(options.builds)
    print(json.dumps(figures, indent=1))
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=1) + "\n")
    return 1 if figures["wrong"] else 0


@dataclass
class Storm:
    """One project below `place`, built again and again."""

    place: Path
    compiler: str
    chosen: random.Random
    waits: bool
    launched: bool

    def __post_init__(self) -> None:
        self.root = self.place / "project"
        self.build = self.place / "build"
        self.state = self.root / ".llmopt"
        ignored = shutil.ignore_patterns(".llmopt", "build", "llmopt.lock", "llmopt-recipes")
        shutil.copytree(EXAMPLE, self.root, ignore=ignored)
        self.sources = sorted((self.root / "src").glob("*.c"))
        self.texts = {source: source.read_text() for source in self.sources}
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "PWD"},
            "LLMOPT_CACHE_DIR": str(self.place / "cache"),
        }
        self.right = {variant: self._right(variant=variant) for variant in (False, True)}

    def _right(self, *, variant: bool) -> dict[str, bytes]:
        """What a build without llmopt leaves behind, at the same path."""
        for source in self.sources:
            self._set(source, variant=variant)
        self._configure(launched=False)
        subprocess.run(self._command(2), env=self.environment, check=True, capture_output=True)
        made = self._made()
        shutil.rmtree(self.build)
        return made

    def _configure(self, *, launched: bool) -> None:
        words = ["cmake", "-S", self.root, "-B", self.build, "-G", "Ninja"]
        words += [f"-DCMAKE_C_COMPILER={self.compiler}", "-DCMAKE_BUILD_TYPE=Release"]
        # Always said: the example's own choice would be to use llmopt where it is installed.
        launcher = launcher_path() if launched else ""
        words += [
            f"-DCMAKE_C_COMPILER_LAUNCHER={launcher}",
            "-DCMAKE_DISABLE_FIND_PACKAGE_LLMOpt=1",
        ]
        subprocess.run(list(map(str, words)), env=self.environment, check=True, capture_output=True)

    def _command(self, jobs: int) -> list[str]:
        return ["cmake", "--build", str(self.build), "--parallel", str(jobs)]

    def _set(self, source: Path, *, variant: bool) -> None:
        text = self.texts[source] + (VARIANT.format(name=source.stem) if variant else "")
        if source.read_text() != text:
            source.write_text(text)

    def _made(self) -> dict[str, bytes]:
        """Objects and dependency files by their names below the build directory."""
        return {
            str(path.relative_to(self.build)): path.read_bytes()
            for pattern in ("*.o", "*.o.d")
            for path in sorted(self.build.rglob(pattern))
        }

    def rage(self, builds: int) -> dict[str, Any]:
        """Kills so many builds, each followed by one that ends."""
        self.environment["LLMOPT_IDENTITY"] = "1"
        self._configure(launched=self.launched)
        wrong: list[str] = []
        kinds: Counter[str] = Counter()
        for number in range(1, builds + 1):
            variants = self._change(kinds)
            kinds[self._killed_build()] += 1
            if not self._finish():
                wrong.append(f"build {number}: fails")
                continue
            wrong += [f"build {number}: {name}" for name in self._differences(variants)]
            if number % 10 == 0:
                print(f"\r{number} of {builds} builds", end="", file=sys.stderr, flush=True)
        print("\r", end="", file=sys.stderr)
        log = [*self.state.glob("launcher.log*")]
        lines = [json.loads(line) for path in log for line in path.read_bytes().splitlines()]
        return {
            "builds": builds,
            "wrong": wrong,
            "kinds": dict(sorted(kinds.items())),
            "actions": dict(Counter(line["action"] for line in lines)),
            "left_temporary_files": len([*self.build.rglob(".llmopt-*")]),
        }

    def _change(self, kinds: Counter[str]) -> dict[str, bool]:
        """Sets each source to a variant; removes outputs or state at times."""
        variants = {}
        for source in self.sources:
            variants[source.name] = self.chosen.random() < 0.2
            self._set(source, variant=variants[source.name])
        if self.chosen.random() < 0.3:
            kinds["outputs removed"] += 1
            for path in [*self.build.rglob("*.o"), *self.build.rglob("*.o.d")]:
                path.unlink()
        if self.chosen.random() < 0.1:
            kinds["state removed"] += 1
            shutil.rmtree(self.state, ignore_errors=True)
        return variants

    def _killed_build(self) -> str:
        """A build that is killed; says how."""
        running = subprocess.Popen(
            self._command(8),
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        # Most of what can go wrong happens in the first moments of each compile.
        time.sleep(self.chosen.choice((0.05, 0.3, 1.5)) * self.chosen.random())
        ours = members(running.pid)
        if running.poll() is not None:
            return "ended before"
        kind = "all killed" if self.chosen.random() < 0.5 else "one killed"
        if kind == "one killed":
            kill(self.chosen.choice(ours))
        deadline = time.monotonic() + LONGEST
        # One that outlives the build tool, as a compiler does without us, still writes its object:
        # the next build is for after its end.
        while running.poll() is None or (self.waits and members(running.pid)):
            if kind == "all killed":
                for pid in members(running.pid):
                    kill(pid)
            if time.monotonic() > deadline:
                sys.exit("a build hangs after one of its processes was killed")
            time.sleep(0.01)
        return kind

    def _finish(self) -> bool:
        done = subprocess.run(
            self._command(2), env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            print(f"\nthe build after a killed one fails:\n{done.stdout[-2000:]}", file=sys.stderr)
        return done.returncode == 0

    def _differences(self, variants: dict[str, bool]) -> list[str]:
        made = self._made()
        found = sorted(self.right[False].keys() ^ made.keys())
        for name in made.keys() & self.right[False].keys():
            source = Path(name).name.removesuffix(".d").removesuffix(".o")
            if made[name] != self.right[variants.get(source, False)][name]:
                found.append(name)
        return found


def members(session: int) -> list[int]:
    """The processes of a session that have not ended."""
    found = map(int, filter(str.isdigit, os.listdir("/proc")))
    return [pid for pid in found if session_of(pid) == session and not is_zombie(pid)]


def is_zombie(pid: int) -> bool:
    """Has it ended, and waits for its parent?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def session_of(pid: int) -> int:
    """The session of a process; 0 where it has ended."""
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0


def kill(pid: int) -> None:
    """SIGKILL to a process that may have ended."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


if __name__ == "__main__":
    raise SystemExit(main())
