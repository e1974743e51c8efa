"""PolyBench/C 4.2.1, which the user has fetched: each kernel as a project of its own.

What is built is the kernel's file as it is, but that numbers are dumped with all bits (`%a`), with
PolyBench's own timer around the kernel. The program that is timed is also what is compared: it
dumps its arrays where it is called with an empty name and more than 42 arguments, which is how
PolyBench keeps the compiler from dropping them. The workload is the same object, its `main` called
again and again: many kernels are done before perf has seen them.

With sizes known only at run time, the text gets them from the command line, by a function in a file
of its own, and arrays have these sizes as their dimensions (`POLYBENCH_USE_C99_PROTO`).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.suites.builds import Builds, execute
from benchmarks.suites.case import Case, Effort, cmake_build, printed, repeats, write_settings

SIZES = ("MINI", "SMALL", "MEDIUM", "LARGE", "EXTRALARGE")
#: As PolyBench dumps numbers, which hides their last bits.
_ROUNDED = re.compile(r'"%0\.2l?f "')
#: A size of `main`: its variable, and the macro that has it.
_SIZE = re.compile(r"^(\s*)int (\w+) = ([A-Z][A-Z0-9]*);", re.MULTILINE)
#: Other sizes for the checks, one for each that a kernel has.
_ODD = ((23, 29, 31, 37, 41), (8, 9, 10, 11, 12))

#: Seconds of a run beside which a dump is short.
_LONG = 3.0

_CMAKE = """\
cmake_minimum_required(VERSION 3.18)
project(kernel C)
set(CMAKE_C_FLAGS_RELEASE -O3)
include_directories(. utilities)
add_compile_definitions(POLYBENCH_TIME {definitions})
link_libraries(m)
add_library(kernel OBJECT {source})
add_executable(program $<TARGET_OBJECTS:kernel> utilities/polybench.c size.c)
add_executable(repeat $<TARGET_OBJECTS:kernel> utilities/polybench.c size.c repeat.c)
target_compile_definitions(repeat PRIVATE POLYBENCH_NO_FLUSH_CACHE)
target_link_options(repeat PRIVATE -Wl,--wrap=main)
"""
_REPEAT = """\
/* Calls a program's main as often as the first argument says. */
#include <stdlib.h>

int __real_main(int argc, char **argv);
int __wrap_main(int argc, char **argv);

int __wrap_main(int argc, char **argv) {
    int status = 0;
    for (long left = argc > 1 ? strtol(argv[1], 0, 10) : 0; left > 0 && !status; left--)
        status = __real_main(argc - 1, argv + 1);
    return status;
}
"""
_SIZE_OF_RUN = """\
/* A size of this run, which no compiler knows. */
#include <stdlib.h>

int size_of_run(int argc, char **argv, int which, int usual);

int size_of_run(int argc, char **argv, int which, int usual) {
    return argc > which && argv[which][0] ? atoi(argv[which]) : usual;
}
"""
#: Calls PolyBench's program so that it dumps its arrays, and prints a digest of them.
_DUMP = """\
#!/bin/bash
set -o pipefail
program=$1
shift
while [ $# -lt 43 ]; do set -- "$@" ""; done
(exec -a "" "$program" "$@") 2>&1 >/dev/null | sha256sum
"""
_DECLARED = "extern int size_of_run(int argc, char **argv, int which, int usual);\n\n"


@dataclass(frozen=True)
class PolyBench:
    """The kernels below `root`, at one of PolyBench's sizes."""

    root: Path
    compiler: str
    size: str
    runtime_sizes: bool
    effort: Effort

    def names(self) -> list[str]:
        """The kernels, as PolyBench lists them. Raises ValueError when it is not there."""
        return [path.stem for path in self._listed()]

    def _listed(self) -> list[Path]:
        try:
            listed = (self.root / "utilities" / "benchmark_list").read_text().split()
        except OSError as error:
            raise ValueError(f"{self.root} is not PolyBench/C: {error}") from error
        return [self.root / path for path in listed]

    def make(self, name: str, work: Path, environment: Mapping[str, str]) -> Case:
        """The project of a kernel, its workload calibrated on a build of the baseline."""
        project, sizes = self._copied(name, work, environment)
        words = " ".join(sizes)
        case = Case(
            name,
            project,
            timed=f"{{build}}/program {words}".strip(),
            compared=tuple(
                " ".join(("{source}/dump {build}/program", *run))
                for run in (sizes, *self._odd(len(sizes)))
            ),
            seconds=printed,
            reference="-DPOLYBENCH_DUMP_ARRAYS",
            program=("program", *sizes),
            functions=(f"kernel_{name.replace('-', '_')}",),
        )
        write_settings(project, {"build": cmake_build(self.compiler)})
        builds = Builds(project, environment)
        there = builds.build(work / "calibrated")

        def repeated(count: int) -> str:
            return f"{{build}}/repeat {count} {words}".strip() + " >/dev/null"

        def seconds(command: str) -> float:
            return execute(command, there, project, environment).seconds

        count = repeats(lambda times: seconds(repeated(times)))
        workload, checks = repeated(count), list(case.compared)
        if count == 1 and seconds(workload) > _LONG:
            # It may as well say what it computes, and no other run has to.
            workload, *checks = case.compared
        effort = self.effort.settings(seconds(workload), sum(map(seconds, checks)))
        write_settings(project, {**self._settings(workload, checks), **effort})
        shutil.rmtree(there)
        return case

    def _settings(self, workload: str, checks: Sequence[str]) -> dict[str, Any]:
        return {
            "build": cmake_build(self.compiler),
            "workload": {"command": workload, "checks": list(checks), "timeout": 600},
            "hot": {"max_functions": 2},
        }

    def _copied(
        self, name: str, work: Path, environment: Mapping[str, str]
    ) -> tuple[Path, tuple[str, ...]]:
        """The project's directory, and the sizes that its program is called with."""
        path = next(path for path in self._listed() if path.stem == name)
        project = Path(shutil.copytree(path.parent, work / "project"))
        shutil.copytree(self.root / "utilities", project / "utilities")
        for header in project.glob("*.h"):
            header.write_text(_ROUNDED.sub('"%a "', header.read_text()))
        (project / "repeat.c").write_text(_REPEAT)
        (project / "size.c").write_text(_SIZE_OF_RUN)
        dump = project / "dump"
        dump.write_text(_DUMP)
        dump.chmod(0o755)
        definitions = f"{self.size}_DATASET"
        sizes: tuple[str, ...] = ()
        if self.runtime_sizes:
            text, macros = with_runtime_sizes(path.read_text())
            (project / path.name).write_text(text)
            definitions += " POLYBENCH_USE_C99_PROTO"
            sizes = self._values(project, f"{name}.h", macros, environment)
        made = _CMAKE.format(definitions=definitions, source=path.name)
        (project / "CMakeLists.txt").write_text(made)
        return project, sizes

    def _values(
        self, project: Path, header: str, macros: tuple[str, ...], environment: Mapping[str, str]
    ) -> tuple[str, ...]:
        """What macros of a kernel's header are at this size."""
        (project / "sizes.c").write_text(f'#include "{header}"\n{" ".join(macros)}\n')
        command = f"{self.compiler} -E -P -D{self.size}_DATASET sizes.c"
        return tuple(execute(command, project, project, environment).stdout.decode().split())

    def _odd(self, count: int) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(map(str, sizes[:count])) for sizes in _ODD) if count else ()


def with_runtime_sizes(text: str) -> tuple[str, tuple[str, ...]]:
    """A kernel's text with its sizes from the command line, and the macros that have them, in the
    order of the arguments. Where a function uses such a macro, it is its parameter now. Raises
    ValueError when `main` has no sizes.
    """
    at = text.find("int main(")
    sizes: dict[str, str] = {}

    def asked(found: re.Match[str]) -> str:
        indent, variable, macro = found.groups()
        sizes[macro] = variable
        return f"{indent}int {variable} = size_of_run(argc, argv, {len(sizes)}, {macro});"

    program = _SIZE.sub(asked, text[at:])
    if at < 0 or not sizes:
        raise ValueError("this kernel's main has no sizes")
    words = re.compile(rf"\b({'|'.join(sizes)})\b")
    before = "".join(
        words.sub(lambda found: sizes[found[1]], line)
        if line[:1].isspace() and "POLYBENCH_" not in line
        else line
        for line in text[:at].splitlines(keepends=True)
    )
    return f"{before}{_DECLARED}{program}", tuple(sizes)
