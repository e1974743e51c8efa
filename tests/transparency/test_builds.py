"""Whole builds are the same, byte for byte, whoever the build tool calls for a compiler."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import need

from .harness import Report, Setting, Workshop

EXAMPLE = Path(__file__).parents[2] / "example_project"
#: Little optimization takes little time, and is still a unit.
CMAKE = ("-DCMAKE_C_FLAGS_RELEASE=-O1 -g", "-DCMAKE_VERBOSE_MAKEFILE=ON")
MESON = ("--buildtype=plain", "-Dc_args=-O1 -g", "-Dwarning_level=3")

MAKEFILE = r"""
CFLAGS = -O1 -g -Wall -MMD -MP
OBJECTS = main.o sub/part.o 'odd name.o'
program: main.o sub/part.o odd\ name.o
	$(CC) $(OBJECTS) -o $@
	./program
%.o: %.c
	$(CC) $(CFLAGS) -c "$<" -o "$@"
odd\ name.o: odd\ name.c
	echo '$(CFLAGS) -DODD="\"quoted name\"" -c "odd\\ name.c"' > args
	$(CC) -O2 -DODD=1 -c 'odd name.c' -o 'odd name.o'
"""
SOURCES = {
    "Makefile": MAKEFILE,
    "main.c": '#include <stdio.h>\n#include "sub/part.h"\nint odd(void);\n'
    'int main(void) { int unused; printf("%s %d\\n", __FILE__, part(odd())); return 0; }\n',
    "sub/part.c": '#include "part.h"\nint part(int x) { return PART * x; }\n',
    "sub/part.h": "#define PART 6\nint part(int);\n",
    "odd name.c": "int odd(void) { return ODD + 6; }\n",
}


def check(report: Report, units: int) -> None:
    """No difference; all units are taken in identity mode, then without the compiler."""
    assert not report.failed
    assert report.control.changed == ()
    found = {build.label: list(map(str, all_)) for build, all_ in report.launched}
    assert found == {label: [] for label in found}
    for build, _ in report.launched:
        expected = {"pass": (0, 0), "first": (units, 0), "second": (0, units)}
        taken = (build.actions("swapped"), build.actions("direct"))
        assert taken == expected[build.label.split()[0]], build.log
        assert not build.reasons


@pytest.mark.parametrize("compiler_name", ["gcc", "clang-19"])
def test_with_plain_make(compiler_name: str, launcher: Path, tmp_path: Path):
    need("make", compiler_name)
    project = tmp_path / "project"
    for name, text in SOURCES.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    workshop = Workshop(tmp_path / "work", launcher, count=True)
    report = workshop.examine(Setting(project, "make", compiler_name), jobs=(1, 8))
    check(report, 3)
    assert report.control.varying == {}
    assert report.control.varying_steps == frozenset()
    assert {build.label: build.compiles for build, _ in report.launched} == {
        f"{kind} -j{jobs}": 0 if kind == "second" else 3
        for kind in ("pass", "first", "second")
        for jobs in (1, 8)
    }
    assert b"main.c 42" in report.plain[0].steps[0].stdout
    assert b"unused" in report.plain[0].steps[0].stderr


@pytest.mark.parametrize(
    ("builder", "compiler_name", "jobs", "configure"),
    [
        ("cmake", "clang-19", 8, CMAKE),
        ("cmake-make", "gcc", 1, CMAKE),
        ("meson", "gcc", 8, MESON),
    ],
)
def test_the_example_project(
    builder: str,
    compiler_name: str,
    jobs: int,
    configure: tuple[str, ...],
    launcher: Path,
    tmp_path: Path,
):
    need("cmake", "ninja", "make", compiler_name, *(["meson"] if builder == "meson" else []))
    targets = ("libsigkit_core.a",) if builder == "meson" else ("sigkit_core",)
    setting = Setting(EXAMPLE, builder, compiler_name, configure, targets=targets)
    report = Workshop(tmp_path / "work", launcher).examine(setting, jobs=(jobs,))
    check(report, 18)
    assert "build/libsigkit_core.a" in report.plain[0].tree.entries
    assert "build/libsigkit_core.a" not in report.control.varying
