"""Does a build through the launcher differ from one without? Any project, several ways.

    .venv/bin/python benchmarks/transparency.py --project DIR [--compiler gcc --compiler clang-19]
        [--builder auto] [--jobs 1,8] [--modes pass,identity] [--configure ARGS] [--json FILE]

Builds copies of the project at one and the same path: plain, twice for each number of jobs, then
through the launcher; compares exit status, stdout, stderr and every file's content, kind and mode.
Identity mode builds twice from clean: the launcher puts the compiler's own object in the place of
the compiler's own object, first beside the compiler, then without it. What differs between plain
builds is named, and only its kind and mode are compared. The status is 1 where something differs.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from llmopt.report.text import table
from llmopt.toolchain.commands import launcher_path
from tests.transparency.harness import (
    BUILDERS,
    MODES,
    Report,
    Setting,
    Workshop,
    builder_of,
    excluded,
    split_arguments,
)

SHOWN = 20


def main() -> int:
    """Builds, compares and prints."""
    options = arguments()
    reports = []
    builders = options.builder or ["auto"]
    for compiler in options.compiler or ["gcc"]:
        for given in builders:
            source = options.project / options.source
            builder = builder_of(source) if given == "auto" else given
            setting = Setting(
                options.project.resolve(),
                builder,
                compiler,
                split_arguments(options.configure),
                options.source,
                tuple(options.target),
            )
            reports.append(examine(setting, options))
            print(page(reports[-1]), flush=True)
    if options.json:
        Path(options.json).write_text(json.dumps([facts(r) for r in reports], indent=1) + "\n")
    return int(any(report.differences or report.failed for report in reports))


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--project", type=Path, required=True, help="directory with the sources")
    parser.add_argument("--source", default=".", help="below it, where the build starts")
    parser.add_argument("--builder", action="append", choices=("auto", *BUILDERS))
    parser.add_argument("--compiler", action="append", help="default: gcc; may be repeated")
    parser.add_argument("--jobs", type=numbers, default=[1, 8], help="default: 1,8")
    parser.add_argument("--modes", type=modes, default=list(MODES), help="default: pass,identity")
    parser.add_argument(
        "--configure", default="", help="more words for cmake, meson, configure, or for plain make"
    )
    parser.add_argument("--target", action="append", default=[], help="build this, not all")
    parser.add_argument("--json", metavar="FILE", help="write the figures as JSON")
    return parser.parse_args()


def numbers(text: str) -> list[int]:
    """Numbers of jobs."""
    return [int(part) for part in text.split(",")]


def modes(text: str) -> list[str]:
    """Modes of the launcher. Raises ArgumentTypeError."""
    for part in text.split(","):
        if part not in MODES:
            raise argparse.ArgumentTypeError(f"{part}: not one of {', '.join(MODES)}")
    return text.split(",")


def examine(setting: Setting, options: argparse.Namespace) -> Report:
    """All builds of one setting, in a directory that is removed afterwards."""
    directory = Path(tempfile.mkdtemp(prefix="llmopt-transparency-"))
    try:
        workshop = Workshop(directory / "work", Path(launcher_path()), count=True)
        return workshop.examine(setting, options.jobs, options.modes)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


HEAD = (
    "build", "compiler calls", "units", "swapped", "direct", "passed", "files", "differences"
)  # fmt: skip


def rows(report: Report) -> list[list[str]]:
    """A line for each build through the launcher."""
    found = []
    plain = report.plain[0]
    found.append(["plain", str(plain.compiles), "", "", "", "", str(len(plain.tree.entries)), ""])
    for build, differences in report.launched:
        reasons = ", ".join(f"{count} {why}" for why, count in build.reasons.most_common())
        found.append(
            [
                build.label,
                str(build.compiles),
                str(len(build.log)),
                str(build.actions("swapped")),
                str(build.actions("direct")),
                reasons or "0",
                str(len(build.tree.entries)),
                str(len(differences)),
            ]
        )
    return found


def page(report: Report) -> str:
    """The figures, the differences, and what was not compared."""
    setting = report.setting
    lines = [
        f"{setting.project.name}, {setting.builder}, {setting.compiler}",
        "",
        table(HEAD, rows(report), right=(1, 2, 3, 4, 6, 7)),
        "",
    ]
    lines += [f"FAILED without the launcher: {name}" for name in report.failed]
    lines += [f"CONTROL: {text}" for text in report.control.changed]
    for build, differences in report.launched:
        lines += [f"DIFFERS {build.label}: {found}" for found in differences[:SHOWN]]
        if len(differences) > SHOWN:
            lines.append(f"... and {len(differences) - SHOWN} more")
    for step in sorted(report.control.varying_steps):
        lines.append(f"not reproducible by itself: what `{step}` says")
    for path, why in sorted(excluded(report).items()):
        lines.append(f"content not compared: {path}: {why}")
    names = sorted(report.normalised)
    if names:
        lines.append(f"compared without the launcher's word: {', '.join(names)}")
    return "\n".join(lines) + "\n"


def facts(report: Report) -> dict[str, Any]:
    """The same for a program."""
    setting = report.setting
    return {
        "project": setting.project.name,
        "builder": setting.builder,
        "compiler": setting.compiler,
        "failed": report.failed,
        "builds": [
            {
                "build": build.label,
                "compiler_calls": build.compiles,
                "compiler_calls_behind": build.compiles_behind,
                "units": len(build.log),
                "swapped": build.actions("swapped"),
                "direct": build.actions("direct"),
                "passed": dict(build.reasons),
                "differences": [str(found) for found in differences],
            }
            for build, differences in report.launched
        ],
        "not_compared": excluded(report),
        "steps_not_compared": sorted(report.control.varying_steps),
        "normalised": sorted(report.normalised),
    }


if __name__ == "__main__":
    raise SystemExit(main())
