"""What llmopt asks of a compiler agrees with calling it directly."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from llmopt.errors import NotApplicable, ToolError, ToolFailed
from llmopt.toolchain.compiler import Compiler, Identity
from tests.conftest import need
from tests.units import SANDBOX, context, run

TEXT = """
#include <stdint.h>
static const double weights[4] = {0.5, 1.25, 2.5, 5.0};
int pick(int kind)
{
    switch (kind) {
    case 0: return 11;
    case 1: return 7;
    case 2: return 23;
    case 3: return 40;
    case 4: return 3;
    case 9: return 2;
    default: return -1;
    }
}
double weigh(const double *x, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += x[i] * weights[i & 3];
    return sum;
}
const char *name(int kind) { return kind ? "odd \\"one\\"" : "even"; }
"""


def test_a_compiler_says_what_it_is(compiler: str, tmp_path: Path) -> None:
    identity = context(tmp_path, TEXT, compiler).compiler.identity
    assert identity.family == ("gcc" if compiler == "gcc" else "clang")
    assert identity.version == run(compiler, "--version").stdout.decode().splitlines()[0]
    assert identity.target == run(compiler, "-dumpmachine").stdout.decode().strip()
    assert identity.path == os.path.realpath(run("which", compiler).stdout.decode().strip())
    dumped = run(compiler, "-dumpversion").stdout.decode().split(".")[0]
    assert identity.major == int(dumped)


@pytest.mark.parametrize(
    ("line", "major"),
    [
        ("gcc (Debian 12.2.0-14+deb12u1) 12.2.0", 12),
        ("gcc (GCC) 14.1.1 20240522 (Red Hat 14.1.1-4)", 14),
        ("Ubuntu clang version 18.1.3 (1ubuntu1)", 18),
        ("Debian clang version 19.1.7 (3+b1)", 19),
        ("something else", 0),
    ],
)
def test_the_major_version_is_read_from_the_first_line(line: str, major: int) -> None:
    assert Identity("gcc", line, "x", "y").major == major


def test_what_is_no_c_compiler_is_refused(tmp_path: Path) -> None:
    fake = tmp_path / "gcc"
    fake.write_text("#!/bin/sh\necho some other compiler 1.0\n")
    fake.chmod(0o755)
    with pytest.raises(ToolError, match="neither clang nor gcc"):
        _ = context(tmp_path, TEXT, str(fake)).compiler.identity


def test_a_unit_keeps_its_own_options(compiler: str, tmp_path: Path) -> None:
    options = "-O3 -std=gnu11 -DDEPTH=3 -Iinclude -Wall -fPIC -MD -MF unit.d"
    unit = context(tmp_path, TEXT, compiler, options)
    assert unit.compiler.options(["-O1"]) == [
        *("-O3", "-std=gnu11", "-DDEPTH=3", "-Iinclude", "-Wall", "-fPIC", "-O1"),
    ]


def test_objects_and_texts_are_what_the_build_would_make(compiler: str, tmp_path: Path) -> None:
    options = "-O2 -g -DX=1 -Iinclude -Wall"
    unit = context(tmp_path, TEXT, compiler, options)
    direct = [compiler, *options.split()]
    run(*direct, "-c", "unit.c", "-o", "direct.o", cwd=tmp_path)
    run(*direct, "-S", "unit.c", "-o", "direct.s", cwd=tmp_path)
    text = run(*direct, "-E", "unit.c", cwd=tmp_path).stdout
    made, said = unit.compiler.object()
    assert (made, said) == ((tmp_path / "direct.o").read_bytes(), "")
    assert unit.compiler.assembly() == (tmp_path / "direct.s").read_text()
    assert unit.compiler.preprocess() == text
    assert not list(tmp_path.glob("*.d"))


def test_what_the_compiler_says_is_kept_and_a_refusal_carries_it(
    compiler: str, tmp_path: Path
) -> None:
    unit = context(tmp_path, "int f(void) { int unused; return 1; }\n", compiler, "-O2 -Wall")
    assert "unused variable" in unit.compiler.object()[1]
    wrong = context(tmp_path, "int f(void) { return undeclared_name; }\n", compiler)
    with pytest.raises(ToolFailed) as caught:
        wrong.compiler.object()
    assert "undeclared_name" in caught.value.output
    assert caught.value.status == 1


@pytest.mark.parametrize("options", ["-O2", "-O3 -fPIC -ffunction-sections", "-O2 -fcf-protection"])
def test_the_way_through_assembly_gives_the_same_object(
    compiler: str, options: str, tmp_path: Path
) -> None:
    unit = context(tmp_path, TEXT, compiler, options)
    assert unit.compiler.assemble(unit.compiler.assembly()) == unit.object


def test_the_way_through_ir_gives_the_same_object(clang: str, tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT, clang, "-O2")
    module = unit.compiler.module()
    assert "define dso_local double @weigh(" in module
    assert unit.compiler.assemble(unit.compiler.assembly_of_module(module)) == unit.object
    assert unit.compiler.module(optimized=True) != module


def test_assembling_does_not_describe_the_assembly_text(compiler: str, tmp_path: Path) -> None:
    """With `-g` an assembler would add its own lines to those that the text has."""
    unit = context(tmp_path, "int f(int a) { return a + 1; }\n", compiler, "-O2 -g")
    path = tmp_path / "again.o"
    path.write_bytes(unit.compiler.assemble(unit.compiler.assembly()))
    shown = run("readelf", "--debug-dump=decodedline", path).stdout.decode()
    assert "unit.c" in shown
    assert ".s" not in shown.replace("unit.c", "").replace("again.o", "").split("Contents")[-1]


def test_passes_run_on_the_unoptimized_module(clang: str, tmp_path: Path) -> None:
    need("opt-19")
    unit = context(tmp_path, TEXT, clang)
    assert "alloca" in unit.compiler.module()
    assert "alloca" not in unit.compiler.after_passes(unit.compiler.module(), "default<O3>")
    with pytest.raises(ToolFailed, match="unknown pass"):
        unit.compiler.after_passes(unit.compiler.module(), "no-such-pass")


def test_opt_is_the_one_of_the_compilers_version(clang: str, tmp_path: Path) -> None:
    need("opt-19")
    unit = context(tmp_path, TEXT, clang)
    assert "LLVM version 19." in run(unit.compiler.tool("opt"), "--version").stdout.decode()
    with pytest.raises(NotApplicable, match="no-such-tool of LLVM 19 is not installed"):
        unit.compiler.tool("no-such-tool")


def test_gcc_has_neither_ir_nor_opt(tmp_path: Path) -> None:
    need("gcc")
    unit = context(tmp_path, TEXT, "gcc")
    with pytest.raises(NotApplicable, match="LLVM IR does not exist under gcc"):
        unit.compiler.module()
    with pytest.raises(NotApplicable, match="opt does not exist under gcc"):
        unit.compiler.tool("opt")


def test_search_directories_are_in_the_order_of_the_command(compiler: str, tmp_path: Path) -> None:
    for name in ("quoted", "first", "second", "system"):
        (tmp_path / name).mkdir()
    options = "-O2 -Isecond -iquote quoted -Ifirst -isystem system"
    unit = context(tmp_path, TEXT, compiler, options)
    reading = unit.compiler.read()
    assert reading.quoted == ("quoted",)
    assert reading.angled[:3] == ("second", "first", "system")
    assert "/usr/include" in reading.angled


def test_a_directory_that_may_yet_appear_is_told(compiler: str, tmp_path: Path) -> None:
    """Compilers leave it out of their list; once it is there, headers in it may come first."""
    (tmp_path / "there").mkdir()
    options = "-O2 -Imissing -Ithere -iquote absent"
    unit = context(tmp_path, TEXT, compiler, options)
    reading = unit.compiler.read()
    assert {"missing", "absent"} <= set(reading.missing)
    assert "there" in reading.angled
    assert not {"missing", "absent"} & {*reading.quoted, *reading.angled}


def test_search_directories_do_not_depend_on_the_language(
    compiler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = context(tmp_path, TEXT, compiler).compiler.read()
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    unit = context(tmp_path, TEXT, compiler)
    assert dict(unit.unit.command.environment)["LC_ALL"] == "de_DE.UTF-8"
    assert unit.compiler.read() == plain


def test_recorded_variables_reach_the_compiler(
    compiler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "extra").mkdir()
    (tmp_path / "extra" / "own.h").write_text("int own;\n")
    monkeypatch.setenv("CPATH", str(tmp_path / "extra"))
    unit = context(tmp_path, '#include "own.h"\n', compiler)
    monkeypatch.delenv("CPATH")
    assert b"int own;" in unit.preprocessed


def test_the_compilers_programs_are_files(compiler: str, tmp_path: Path) -> None:
    programs = context(tmp_path, TEXT, compiler).compiler.programs()
    assert all(os.path.isfile(program) for program in programs)
    assert os.path.realpath(run("which", compiler).stdout.decode().strip()) in programs
    assert any(program.endswith("cc1") for program in programs) == (compiler == "gcc")


def test_the_compilers_own_headers_are_found(compiler: str, tmp_path: Path) -> None:
    assert (
        Path(context(tmp_path, TEXT, compiler).compiler.include_directory) / "stddef.h"
    ).is_file()


def test_a_launcher_in_front_of_the_compiler_is_left_out(compiler: str, tmp_path: Path) -> None:
    fake = tmp_path / "ccache"
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    unit = context(tmp_path, TEXT, compiler)
    command = replace(
        unit.unit.command,
        argv=(str(fake), *unit.unit.command.argv),
        classes="c" + unit.unit.command.classes,
    )
    assert Compiler(SANDBOX, command).object()[0] == unit.object


def test_a_compiler_that_is_a_script_is_refused(tmp_path: Path) -> None:
    """Its environment is in no key: Nix and Yocto put options there."""
    need("gcc")
    script = tmp_path / "gcc"
    script.write_text('#!/bin/sh\nexec gcc $HIDDEN "$@"\n')
    script.chmod(0o755)
    compiler = context(tmp_path, TEXT, str(script)).compiler
    with pytest.raises(NotApplicable, match="is a script"):
        compiler.check_program()


def test_a_compiler_that_is_a_program_is_not(compiler: str, tmp_path: Path) -> None:
    context(tmp_path, TEXT, compiler).compiler.check_program()


def test_a_configuration_file_of_clang_s_is_refused(clang: str, tmp_path: Path) -> None:
    """What stands in it is in no key."""
    (tmp_path / "odd.cfg").write_text("-fwrapv\n")
    unit = context(tmp_path, TEXT, clang).compiler
    unit._words = (clang, f"--config={tmp_path / 'odd.cfg'}")
    with pytest.raises(NotApplicable, match="reads options from a file"):
        unit.read()
