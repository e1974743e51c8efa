"""`llmopt init`: detects the build system and writes a commented llmopt.yaml."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from llmopt.cli.project import common, print_json
from llmopt.config.load import FILE
from llmopt.errors import ConfigError

_CMAKE = (
    "cmake -S {source} -B {build}GENERATOR -DCMAKE_BUILD_TYPE=Release "
    "-DCMAKE_C_COMPILER=CC_HERE -DCMAKE_C_COMPILER_LAUNCHER={launcher}"
)
_COMMANDS = {
    "CMakeLists.txt": (
        "CMake",
        _CMAKE,
        "cmake --build {build} --parallel",
        "ctest --test-dir {build} --output-on-failure",
    ),
    "meson.build": (
        "Meson",
        'CC="{launcher} CC_HERE" meson setup {build} {source} --buildtype=release',
        "meson compile -C {build}",
        "meson test -C {build}",
    ),
}
_TEMPLATE = """\
# llmopt: what is built, run and measured. docs/configuration.md has every setting.
version: 1

# llmopt builds in directories of its own below .llmopt/build, never in yours.
# {{source}} is this directory, {{build}} the build directory, {{launcher}} the llmopt program.
build:
  configure: >-
    {configure}
  build: {build}
  # Must exit with 0 on the original and on every optimized build.
  test: {test}

workload:
  # The command whose time you care about: a few seconds, the same output in every run.
  # It runs in {{build}}, which is all it can write to.
  command: "{command}"
  # More commands whose output must stay the same, bit for bit: other inputs, odd sizes, options.
  # They also run under AddressSanitizer and UndefinedBehaviorSanitizer: keep them short.
  checks: []
  # Files these commands write that must stay the same, relative to {{build}}.
  files: []

hot:
  # Functions below this share of the samples are left to the compiler.
  min_share: 0.02
  max_functions: 8

search:
  levels: [source, ir, asm]
  trials: 12
  minutes: 6

gates:
  # A function's speedup that is worth a change; the interval's lower bound counts.
  min_gain: 1.03

sandbox:
  # require, prefer or off: bubblewrap around every program under test.
  mode: prefer
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    common(parser)
    parser.add_argument("--force", action="store_true", help="overwrite an existing llmopt.yaml")
    parser.add_argument("--compiler", metavar="CC", help="the compiler; default: clang, else cc")
    parser.add_argument("--workload", metavar="CMD", default="", help="the workload's command")


def run(options: argparse.Namespace) -> int:
    """Writes the file."""
    root = Path(options.project or ".").absolute()
    path = root / FILE
    if path.exists() and not options.force:
        raise ConfigError(f"{path} is there already: edit it, or use --force")
    found = next((name for name in _COMMANDS if (root / name).is_file()), None)
    if found is None:
        raise ConfigError(
            f"{root} has neither CMakeLists.txt nor meson.build: call `llmopt init` at the top of "
            "a CMake or Meson project (docs/make.md says how to use llmopt with make)"
        )
    system, configure, build, test = _COMMANDS[found]
    compiler = options.compiler or _compiler()
    generator = " -G Ninja" if shutil.which("ninja") else ""
    configure = configure.replace("CC_HERE", compiler).replace("GENERATOR", generator)
    text = _TEMPLATE.format(
        configure=configure, build=build, test=test, command=_quoted(options.workload)
    )
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error
    ignored = _ignore_state(root)
    if options.json:
        print_json({"written": str(path), "build_system": system, "compiler": compiler})
        return 0
    print(f"{path}: a {system} project, built with {compiler}")
    if ignored:
        print(f"{root / '.gitignore'}: .llmopt/ added")
    print("next: set workload.command in it, then `llmopt profile` and `llmopt optimize`")
    return 0


def _compiler() -> str:
    for name in ("clang", *(f"clang-{major}" for major in range(25, 13, -1)), "cc"):
        if shutil.which(name):
            return name
    raise ConfigError("no C compiler on PATH: name one with --compiler")


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _ignore_state(root: Path) -> bool:
    """Adds `.llmopt/` to a .gitignore that is there; a project without one has its reasons."""
    path = root / ".gitignore"
    if not path.is_file():
        return False
    text = path.read_bytes()
    if any(line.strip().rstrip(b"/") in (b".llmopt", b"/.llmopt") for line in text.splitlines()):
        return False
    path.write_bytes(text + (b"" if text.endswith(b"\n") or not text else b"\n") + b".llmopt/\n")
    return True
