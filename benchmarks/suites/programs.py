"""A directory of self-contained kernels: each `*.c` a program whose stdout is its output."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.suites.builds import Builds, execute
from benchmarks.suites.case import Case, Effort, cmake_build, repeats, write_settings

_CMAKE = """\
cmake_minimum_required(VERSION 3.18)
project(kernel C)
set(CMAKE_C_FLAGS_RELEASE -O3)
add_executable(program {source})
target_link_libraries(program m)
"""


@dataclass(frozen=True)
class Programs:
    """The programs in a directory; headers beside them come along."""

    root: Path
    compiler: str
    effort: Effort

    def names(self) -> list[str]:
        """The programs, by name. Raises ValueError when there are none."""
        found = sorted(path.stem for path in self.root.glob("*.c"))
        if not found:
            raise ValueError(f"no *.c in {self.root}")
        return found

    def make(self, name: str, work: Path, environment: Mapping[str, str]) -> Case:
        """The project of a program, its workload calibrated on a build of the baseline."""
        project = work / "project"
        project.mkdir(parents=True)
        for path in (self.root / f"{name}.c", *self.root.glob("*.h")):
            shutil.copy2(path, project)
        (project / "CMakeLists.txt").write_text(_CMAKE.format(source=f"{name}.c"))
        build = {"build": cmake_build(self.compiler)}
        write_settings(project, build)
        there = Builds(project, environment).build(work / "calibrated")
        program = "{build}/program"

        def seconds(count: int) -> float:
            return execute(_again(program, count), there, project, environment).seconds

        count = repeats(seconds, most=1024)
        workload = {"command": _again(program, count), "checks": [program], "timeout": 600}
        effort = self.effort.settings(seconds(count), seconds(1))
        write_settings(project, {**build, "workload": workload, **effort})
        shutil.rmtree(there)
        return Case(name, project, program, (program,), program=("program",))


def _again(program: str, count: int) -> str:
    """A command that starts a program so many times."""
    if count == 1:
        return program
    return f"i=0; while [ $i -lt {count} ]; do {program} || exit 1; i=$((i+1)); done"
