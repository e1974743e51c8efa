"""Projects of one hot function each, with sessions that were recorded on them: see README.md.

    python -m tests.sessions.projects NAME DIR

makes a project in DIR, as the sessions were recorded on it.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

SESSIONS = Path(__file__).parent
ROOT = SESSIONS.parents[1]
#: Who answered: the model that recordings name.
MODEL = "by-hand"
#: Functions of example_project; the others are projects of their own, by their function's name.
EXAMPLES = ("edit_distance", "crc32_update")
#: The strategies with a model.
STRATEGIES = ("single:source", "single:ir", "single:asm", "pipeline", "guided")
OFFLINE = "offline"
#: Settings with which the model that recordings name is asked.
SETTINGS = f"""
model:
  small: {MODEL}
  timeout: 3600
  retries: 0
budget:
  run_tokens: 400000
  function_tokens: 0
"""
_PROJECT = """\
version: 1
build:
  build: >-
    {launcher} clang-19 -O2 $CFLAGS -c {source}/unit.c -o {build}/unit.o &&
    {launcher} clang-19 -O2 $CFLAGS -c {source}/main.c -o {build}/main.o &&
    clang-19 $LDFLAGS {build}/unit.o {build}/main.o -o {build}/program
workload:
  command: "{build}/program"
  checks:
    - "{build}/program 3"
    - "{build}/program 0"
hot:
  max_functions: 1
"""
#: What callers promise.
_CONTRACTS = {
    "life_step": """
contracts:
  life_step:
    range: {rows: [0, 40], columns: [0, 40]}
    length: {cells: rows * columns, next: rows * columns}
    nonnull: [cells, next]
    apart: [cells, next]
""",
    "lower_bound": """
contracts:
  lower_bound:
    range: {count: [0, 300]}
    length: {keys: count}
""",
}


def names() -> list[str]:
    """The functions with a project."""
    return [*EXAMPLES, *sorted(path.parent.name for path in SESSIONS.glob("*/unit.c"))]


def recording(name: str, strategy: str) -> Path:
    """Where the session on a function with a strategy stands, if there is one."""
    return SESSIONS / name / f"{strategy.removeprefix('single:')}.jsonl"


def make(name: str, directory: Path) -> Path:
    """Makes the project of a function in a new directory."""
    if name in EXAMPLES:
        shutil.copytree(
            ROOT / "example_project",
            directory,
            ignore=shutil.ignore_patterns(".llmopt", "build"),
        )
        settings = (directory / "llmopt.yaml").read_text()
    else:
        directory.mkdir(parents=True)
        for path in (SESSIONS / name).glob("*.c"):
            shutil.copy2(path, directory)
        settings = _PROJECT + _CONTRACTS.get(name, "")
    (directory / "llmopt.yaml").write_text(settings + SETTINGS)
    return directory


def main() -> None:
    """Makes a project."""
    parser = argparse.ArgumentParser(description="Makes the project of a recorded session.")
    parser.add_argument("name", choices=names())
    parser.add_argument("directory", type=Path)
    options = parser.parse_args()
    print(make(options.name, options.directory))


if __name__ == "__main__":
    main()
