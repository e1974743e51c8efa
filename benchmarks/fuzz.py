"""Feeds the launcher's parsers with whatever libFuzzer comes up with, under ASan and UBSan.

    .venv/bin/python benchmarks/fuzz.py --runs 1000000 [--json FILE] [--target NAME ...]

The targets stand in tests/launcher/fuzz, one C file each. Seeds are the formats' example files, and
manifests that verify. Printed are runs and findings of each target. The exit status is 1 where
there is a finding; its input is kept in --keep.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from llmopt.report.text import table

ROOT = Path(__file__).resolve().parents[1]
LAUNCHER = ROOT / "llmopt" / "launcher"
TARGETS = ROOT / "tests" / "launcher" / "fuzz"
COMPILER = "clang-19"
FLAGS = (
    "-std=c11 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer "
    "-fno-sanitize-recover=all"
).split()
LONGEST = {"words": 2048, "index": 4096, "manifest": 2048, "response": 512, "object": 256}
WORDS = ("words", "response")

#: Commands with something of each kind; libFuzzer crosses them.
COMMANDS = (
    "cc -O2 -c a.c -o a.o",
    "llmopt ccache gcc-12 -O0 -c ../src/b.x.c -O3 -x c -xnone -oout",
    "clang-19 -O2 -MD -MMD -MP -MF a.d -MFb.d -MT a.o -MQ a.o -c a.c",
    "cc -O2 -Wp,-MMD,a.d -Wp,-MD,b.d,-MT,a.o -Wp,-D_FORTIFY_SOURCE=2,-UX -c a.c",
    "cc -O2 -include a.h -imacros b.h -I inc -Iinc -DA=1 -isystem s --sysroot=/s -c a.c",
    "clang -O2 --target=x86_64-linux-gnu -mllvm -inline-threshold=9 -fslp-vectorize -c a.c",
    "gcc -std=c11 -O3 -fno-strict-aliasing -mno-sse4.1 --param max-inline-insns=3 -c a.c -lm",
    "cc -O2 -E a.c @args -save-temps -fprofile-use=x -flto -Xclang -S - -o -",
)


def main() -> int:
    """Builds, runs and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=100_000, help="of each target")
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--target", action="append", help="only this one; may be repeated")
    parser.add_argument("--seed", type=int, default=1, help="of the mutations (default: 1)")
    parser.add_argument("--keep", metavar="DIRECTORY", help="for inputs that found something")
    options = parser.parse_args()
    names = options.target or sorted(path.stem for path in TARGETS.glob("*.c"))
    memory = Path("/dev/shm")
    within = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="llmopt-fuzz-", dir=within) as directory:
        place = Path(directory)
        build(place, names)
        with ThreadPoolExecutor(max_workers=2) as pool:
            figures = list(
                pool.map(lambda name: fuzz(place, name, options.runs, options.seed), names)
            )
        if options.keep:
            keep(place, Path(options.keep))
    print(page(figures))
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=1) + "\n")
    return int(any(figure["finding"] for figure in figures))


def build(place: Path, names: list[str]) -> None:
    """The launcher's files once, without their main, and each target with them."""
    objects = place / "objects"
    objects.mkdir()
    sources = [path for path in sorted(LAUNCHER.glob("*.c")) if path.name != "main.c"]

    def compile_one(source: Path) -> str:
        built = objects / (source.parent.name + "-" + source.stem + ".o")
        sanitize = "-fsanitize=fuzzer-no-link,address,undefined"
        run([COMPILER, *FLAGS, sanitize, f"-I{LAUNCHER}", "-c", str(source), "-o", str(built)])
        return str(built)

    with ThreadPoolExecutor(max_workers=2) as pool:
        common = list(pool.map(compile_one, sources))
        own = list(pool.map(compile_one, [TARGETS / f"{name}.c" for name in names]))
    for name, built in zip(names, own, strict=True):
        sanitize = "-fsanitize=fuzzer,address,undefined"
        run([COMPILER, sanitize, built, *common, "-o", str(place / name)])


def run(command: list[str]) -> None:
    """A step of the build; ends everything when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")


def fuzz(place: Path, name: str, runs: int, seed: int) -> dict[str, object]:
    """One target in a directory of its own."""
    own = place / f"{name}-place"
    corpus, findings = own / "corpus", own / "findings"
    for folder in (corpus, findings, own / "plain/.llmopt", own / "locked/.llmopt"):
        folder.mkdir(parents=True)
    (own / "locked/llmopt.lock").write_text("lock")
    for content in seeds(own, name):
        (corpus / hashlib.sha256(content).hexdigest()).write_bytes(content)
    limits = [f"-max_len={LONGEST.get(name, 1024)}", "-timeout=20", "-rss_limit_mb=4096"]
    if name in WORDS:
        (own / "words.dict").write_text(dictionary())
        limits.append(f"-dict={own / 'words.dict'}")
    command = [str(place / name), f"-runs={runs}", f"-seed={seed}", *limits]
    command += [f"-artifact_prefix={findings}/", "-print_final_stats=1", str(corpus)]
    environment = os.environ | {
        "LLMOPT_FUZZ_PLACE": str(own),
        "UBSAN_OPTIONS": "print_stacktrace=1",
    }
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=own,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    found = sorted(path.name for path in findings.iterdir())
    failed = bool(found) or done.returncode != 0
    counted = re.search(r"stat::number_of_executed_units: (\d+)", done.stderr)
    covered = re.findall(r"cov: (\d+)", done.stderr)
    if failed:
        print(f"{name}:\n{done.stderr[-6000:]}", file=sys.stderr)
    return {
        "target": name,
        "runs": int(counted[1]) if counted else 0,
        "edges": int(covered[-1]) if covered else 0,
        "corpus": len(list(corpus.iterdir())),
        "seconds": round(time.monotonic() - started, 1),
        "finding": (found or [f"status {done.returncode}"]) if failed else [],
    }


def seeds(place: Path, name: str) -> list[bytes]:
    """Inputs to begin with, from the reference encoders, so that they follow the formats."""
    if name in WORDS:
        separator = b"\0" if name == "words" else b" "
        return [command.encode().replace(b" ", separator) for command in COMMANDS]
    sys.path.insert(0, str(ROOT))
    from tests.launcher import formats  # noqa: PLC0415  (of the repository, not installed)

    if name == "object":
        return [bytes([kind]) + b"an object\n" for kind in range(6)]
    found = [text for key, text in formats.examples().items() if key.startswith(name)]
    if name == "index":
        found += [
            formats.encode_index([b"src/sort.c", b"main.c"], slots=slots) for slots in (2, 4, 128)
        ]
    else:
        source, header = place / "sort.c", place / "sort.h"
        source.write_text("int sort;\n")
        header.write_text("")
        records = [formats.FileRecord.of(path) for path in (source, header)]
        absents = [os.fsencode(place / "stdio.h"), os.fsencode(source / "below")]
        found.append(formats.encode_manifest(records, absents=absents, built=b"an object\n"))
        left = (b"sort.o: sort.c\n", b"sort.c: warning\n")
        found.append(formats.encode_manifest(records[:1], absents=absents[:1], left=left))
    return found


def dictionary() -> str:
    """What the tables know, as libFuzzer's words."""
    lists = {"options.def": "", "code_options.def": "-f", "machine_options.def": "-m"}
    words = []
    for name, letter in lists.items():
        lines = (LAUNCHER / name).read_text().splitlines()
        text = "\n".join(line for line in lines if not line.startswith("//"))
        words += [letter + word for word in re.findall(r'"([^"]+)"', text)]
    return "".join(f'"{word}"\n' for word in dict.fromkeys(words))


def keep(place: Path, target: Path) -> None:
    """The inputs that found something, to be tried again."""
    for found in place.glob("*-place/findings/*"):
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(found, target / f"{found.parents[1].name}-{found.name}")


def page(figures: list[dict[str, object]]) -> str:
    """The figures as a table."""
    head = ["target", "runs", "edges", "corpus", "seconds", "findings"]
    rows = []
    for figure in figures:
        found = figure["finding"]
        assert isinstance(found, list)
        rows.append(
            [str(figure[key]) for key in ("target", "runs", "edges", "corpus", "seconds")]
            + [", ".join(found) or "none"]
        )
    return table(head, rows, right=(1, 2, 3, 4))


if __name__ == "__main__":
    raise SystemExit(main())
