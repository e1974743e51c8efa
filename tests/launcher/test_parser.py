"""What the launcher makes of a command line: `llmopt --analyse`."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from .conftest import SOURCES

UNITS = {
    "plain": ("cc -O2 -c a.c -o a.o", "a.o", "ckcSoo"),
    "no -o: basename in the working directory": ("cc -O2 -c ../src/b.x.c", "b.x.o", "ckcS"),
    "the last -o wins": ("cc -O2 -c a.c -o x.o -oy.o", "y.o", "ckcSooo"),
    "the last -O wins": ("cc -O0 -c a.c -O", "a.o", "ckcSk"),
    "-x c": ("cc -O2 -c -x c a.inc", "a.o", "ckcllS"),
    "-xc joined": ("cc -O2 -c -xc a.inc", "a.o", "ckclS"),
    "-x none goes back to the suffix": ("cc -O2 -c -x c -x none a.c", "a.o", "ckcllllS"),
    "Intel's processor is no language": ("icx -O2 -xCORE-AVX2 -c a.c", "a.o", "ckkcS"),
    "dependencies": (
        "cc -O2 -MD -MMD -MP -MF a.d -MFb.d -MT a.o -MQ a.o -c a.c",
        "a.o",
        "ckddddddddddcS",
    ),
    "-Wp,-MMD,f": ("cc -O2 -Wp,-MMD,a.d -Wp,-MD,b.d,-MT,a.o -c a.c", "a.o", "ckddcS"),
    "-Wp with macros": ("cc -O2 -Wp,-D_FORTIFY_SOURCE=2,-UX -c a.c", "a.o", "ckpcS"),
    "-include and -imacros": ("cc -O2 -include a.h -imacros b.h -c a.c", "a.o", "ckppppcS"),
    "preprocessor": (
        (
            "cc -O2 -I inc -Iinc -D A=1 -DB -UC -isystem s -iquote q -idirafter d -nostdinc "
            "--sysroot=/s -isysroot /s -c a.c"
        ),
        "a.o",
        "ck" + "pp" + "p" + "pp" + "pp" + "pppppp" + "pppp" + "cS",
    ),
    "prefix maps and -g": (
        (
            "cc -O2 -g -ggdb3 -gdwarf-4 -fdebug-prefix-map=a=b -ffile-prefix-map=a=b "
            "-fmacro-prefix-map=a=b -c a.c"
        ),
        "a.o",
        "ckkkkkkkcS",
    ),
    "-march=native and kin": (
        "gcc -O2 -march=haswell -mtune=haswell -mavx2 -c a.c",
        "a.o",
        "ckkkkcS",
    ),
    "code options": (
        (
            "gcc -std=c11 -pthread -O3 -fno-strict-aliasing -fPIC -fno-builtin-memcpy "
            "-ftree-vectorize -falign-functions=32 --param max-inline-insns=3 -mno-sse4.1 -c a.c"
        ),
        "a.o",
        "ckkkkkkkkkkkcS",
    ),
    "clang's code options": (
        (
            "clang-19 -O2 --target=x86_64-linux-gnu -target x86_64-linux-gnu -mllvm "
            "-inline-threshold=9 -fslp-vectorize -ffp-model=precise -c a.c"
        ),
        "a.o",
        "ckkkkkkkkcS",
    ),
    "neutral": (
        (
            "gcc -O2 -Wall -Wno-unused -Werror=format -w -pedantic -fdiagnostics-color=always "
            "-fcolor-diagnostics -fmessage-length=0 -pipe -Qunused-arguments -c a.c"
        ),
        "a.o",
        "cknnnnnnnnnncS",
    ),
    "linker options under -c": ("gcc -O2 -Wl,-z,now -L lib -Llib -lm -c a.c", "a.o", "cknnnnncS"),
    "a target and a version": ("x86_64-linux-gnu-gcc-12 -O2 -c a.c", "a.o", "ckcS"),
    "a path": ("/usr/lib/llvm-19/bin/clang -O2 -c a.c", "a.o", "ckcS"),
    "llmopt llmopt cc": ("llmopt cc -O2 -c a.c", "a.o", "cckcS"),
    "llmopt ccache cc": ("ccache cc -O2 -c a.c", "a.o", "cckcS"),
    "CMake's Ninja generator": (
        (
            "/usr/bin/cc -DX -I/p/inc -O3 -DNDEBUG -std=gnu11 -MD -MT CMakeFiles/p.dir/a.c.o "
            "-MF CMakeFiles/p.dir/a.c.o.d -o CMakeFiles/p.dir/a.c.o -c /p/a.c"
        ),
        "CMakeFiles/p.dir/a.c.o",
        "cppkpkdddddoocS",
    ),
    "Meson": (
        (
            "cc -Ip -I. -fdiagnostics-color=always -Wall -Winvalid-pch -std=c11 -O2 -g -fPIC "
            "-MD -MQ p/a.c.o -MF p/a.c.o.d -o p/a.c.o -c ../a.c"
        ),
        "p/a.c.o",
        "cppnnnkkkkdddddoocS",
    ),
    "Automake": (
        "gcc -DHAVE_CONFIG_H -I. -g -O2 -MT a.o -MD -MP -MF .deps/a.Tpo -c -o a.o a.c",
        "a.o",
        "cppkkdddddd" + "c" + "ooS",
    ),
}

PASSES = {
    "several inputs": ("cc -O2 -c a.c b.c", "several inputs"),
    "no -c": ("cc -O2 a.c -o a", "no -c"),
    "linking": ("cc -O2 a.o -o a -lm", "no -c"),
    "linking with options we do not know": ("cc -O2 -Tx.ld -fprofile-use a.o -o a", "no -c"),
    "-E": ("cc -O2 -E a.c", "preprocesses only"),
    "-E with -c": ("cc -O2 -c -E a.c", "preprocesses only"),
    "-M": ("cc -O2 -M a.c", "writes dependencies only"),
    "-MM": ("cc -O2 -MM -c a.c", "writes dependencies only"),
    "-S": ("cc -O2 -S a.c", "compiles to assembly"),
    "-fsyntax-only": ("cc -O2 -c -fsyntax-only a.c", "checks syntax only"),
    "-emit-llvm": ("clang -O2 -c -emit-llvm a.c", "writes something else than an object"),
    "stdin": ("cc -O2 -c -x c - -o a.o", "input is not a file"),
    "-o -": ("cc -O2 -c a.c -o -", "output is not a file"),
    "-o /dev/null": ("cc -O2 -c a.c -o /dev/null", "output is not a file"),
    "/dev/null in": ("cc -O2 -c -x c /dev/null", "input is not a file"),
    "-x c++": ("cc -O2 -c -x c++ a.c", "language other than C"),
    "-x assembler": ("cc -O2 -c -xassembler a.c", "language other than C"),
    "-x c++ taken back": ("cc -O2 -c -x c++ -x none a.c", "language other than C"),
    "C++ source": ("gcc -O2 -c a.cpp", "not a C source"),
    "assembly source": ("gcc -O2 -c a.S", "not a C source"),
    "an object": ("gcc -O2 -c a.o", "not a C source"),
    "nothing before the suffix": ("gcc -O2 -c src/.c", "not a C source"),
    "-x c and nothing": ("cc -O2 -c -x c src/", "not a C source"),
    "Intel's native": ("icx -O2 -xHost -c a.c", "compiled for this machine alone"),
    "another compiler's wrapper": ("afl-gcc -O2 -c a.c", "unknown compiler"),
    "a clang option that is no -o": ("clang -O2 -c a.c -object-file-name=x", "unknown option"),
    "-meabi, which takes a word under clang": ("clang -O2 -c -meabi a.c", "unknown option"),
    "a character set of the C library's": (
        "gcc -O2 -fexec-charset=latin1 -c a.c",
        "unknown option",
    ),
    "-R, which takes a word under gcc": ("cc -O2 -c -R b.c a.c", "unknown option"),
    "-isystem-after, which takes one under clang": (
        "cc -O2 -c -isystem-after a.c",
        "unknown option",
    ),
    "a target that is not Linux": (
        "clang -O2 --target=x86_64-pc-windows-msvc -c a.c",
        "unknown option",
    ),
    "-target": ("clang -O2 -target spirv64 -c a.c", "unknown option"),
    "no input": ("gcc -O2 -c", "no input"),
    "@file": ("cc -O2 -c @args a.c", "response file"),
    "-Wp with something else": ("cc -O2 -Wp,-v -c a.c", "option for an inner tool"),
    "-Wp with a mixture": ("cc -O2 -Wp,-DA,-MD,f -c a.c", "option for an inner tool"),
    "-Wp cut off": ("cc -O2 -Wp,-MD -c a.c", "option for an inner tool"),
    "a value is missing": ("cc -O2 -c a.c -o", "option without its value"),
    "-O0": ("cc -O2 -c a.c -O0", "not optimized"),
    "no -O": ("cc -c a.c", "not optimized"),
    "-O with nonsense": ("cc -O2x -c a.c", "unknown option"),
    "unknown option": ("cc -O2 -fno-such-thing -c a.c", "unknown option"),
    "unknown -m option": ("cc -O2 -mno-such-thing -c a.c", "unknown option"),
    "a flag with a value": ("cc -O2 -ftree-vectorize=2 -c a.c", "unknown option"),
    "an -f option without its value": ("cc -O2 -ftls-model -c a.c", "unknown option"),
    "--": ("cc -O2 -c -- a.c", "unknown option"),
    "g++": ("g++ -O2 -c a.c", "unknown compiler"),
    "clang++": ("clang++-19 -O2 -c a.c", "unknown compiler"),
    "c++": ("c++ -O2 -c a.c", "unknown compiler"),
    "gcc-ar": ("gcc-ar rc a.a a.o", "unknown compiler"),
    "ccache alone": ("ccache -s", "unknown compiler"),
    "ccache with a setting": ("ccache debug=1 cc -O2 -c a.c", "unknown compiler"),
    "only a wrapper": ("ccache", "unknown compiler"),
    **{
        option: (f"cc -O2 -c a.c {option}", reason)
        for reason, options in {
            "keeps intermediate files": "-save-temps -save-temps=obj --save-temps",
            "dumps compiler internals": "-fdump-tree-all -fdump-rtl-expand",
            "writes a compilation database": "-MJa.json",
            "traces the compiler's time": "-ftime-trace -ftime-trace=x -ftime-trace-granularity=5",
            "toggles debug info": "-gtoggle",
            "modules": "-fmodules -fmodules-ts -fmodule-file=x -gmodules -fbuiltin-module-map",
            "split debug info": "-gsplit-dwarf -gsplit-dwarf=single",
            "precompiled header": "-fpch-preprocess -fpch-codegen",
            "compiler plugin": "-fplugin=x.so -fplugin-arg-x-y=z -fpass-plugin=x.so",
            "specs or configuration file": "-specs=x --specs=x --config=x",
            "records the command line": "-frecord-gcc-switches -frecord-command-line "
            "-grecord-gcc-switches -grecord-command-line",
            "profile or coverage": "-fprofile-generate -fprofile-use=x -fprofile-arcs --coverage "
            "-coverage -ftest-coverage -fprofile-instr-generate -fcs-profile-generate -pg",
            "instruments the program": "-finstrument-functions -fxray-instrument",
            "sanitizer": "-fsanitize=address -fsanitize-coverage=edge",
            "compiled for this machine alone": "-march=native -mcpu=native -mtune=native",
            "link-time optimization": "-flto -flto=thin -flto-partition=none",
            "option for an inner tool": "-Wa,-a=f -Wa,--noexecstack",
            "writes further files": "-fopt-info -fopt-info-vec=f -fsave-optimization-record "
            "-fsave-optimization-record=yaml -fstack-usage -foptimization-record-file=f "
            "-fcallgraph-info -fdiagnostics-format=sarif-file",
        }.items()
        for option in options.split()
    },
    **{
        f"{option} {value}": (f"cc -O2 -c a.c {option} {value}", reason)
        for option, value, reason in (
            ("-MJ", "a.json", "writes a compilation database"),
            ("-wrapper", "gdb,--args", "runs through -wrapper"),
            ("-Xclang", "-ast-dump", "option for an inner tool"),
            ("-Xpreprocessor", "-DX", "option for an inner tool"),
            ("-Xassembler", "-a", "option for an inner tool"),
            ("-mllvm", "-stats", "option for an inner tool"),
            ("-mllvm", "-info-output-file=9", "option for an inner tool"),
            ("-B", "tools", "tools from another directory"),
            ("-include-pch", "a.pch", "precompiled header"),
            ("-specs", "x", "specs or configuration file"),
            ("--config", "x", "specs or configuration file"),
            ("-aux-info", "x", "writes further files"),
            ("--serialize-diagnostics", "x", "writes further files"),
            ("-arch", "x86_64", "-arch"),
        )
    },
}


def analyse(launcher: Path, *words: str | bytes, **options: Any) -> dict[str, Any]:
    result = subprocess.run(
        [launcher, "--analyse", *words], capture_output=True, check=False, **options
    )
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.count(b"\n") == 1
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_understood(name: str, either_launcher: Path) -> None:
    command, output, classes = UNITS[name]
    words = command.split()
    answer = analyse(either_launcher, *words)
    assert answer["kind"] == "unit"
    assert answer["reason"] is None
    assert answer["classes"] == classes
    assert len(classes) == len(words)
    assert answer["source"] == words[classes.index("S")]
    assert answer["output"] == output


@pytest.mark.parametrize("name", PASSES)
def test_what_is_not_plainly_known_is_passed(name: str, either_launcher: Path) -> None:
    command, reason = PASSES[name]
    assert analyse(either_launcher, *command.split()) == {"kind": "pass", "reason": reason}


def test_bytes_survive_json(either_launcher: Path) -> None:
    source = bytes(range(1, 256)).replace(b"/", b"") + b".c"
    answer = analyse(either_launcher, "cc", "-O2", "-c", b"./" + source)
    assert answer["source"].encode("latin-1") == b"./" + source
    assert answer["output"].encode("latin-1") == source[:-2] + b".o"


def test_analysis_depends_on_nothing_but_the_words(launcher: Path, tmp_path: Path) -> None:
    environment = {"LLMOPT_DISABLE": "1", "CCACHE_DISABLE": "1", "DEPENDENCIES_OUTPUT": "x"}
    words = ["no-such-gcc", "-O2", "-c", "a.c"]
    assert analyse(launcher, *words, env=environment, cwd=tmp_path)["kind"] == "unit"


def test_many_words(either_launcher: Path) -> None:
    answer = analyse(either_launcher, "cc", "-O2", *["-DX=1"] * 20000, "-c", "a.c")
    assert answer["classes"] == "ck" + "p" * 20000 + "cS"


def test_empty_words_are_passed(either_launcher: Path) -> None:
    for words in (["cc", "-O2", "-c", ""], ["", "-c"], ["cc", "-O2", "-c", "a.c", "-o", ""]):
        assert analyse(either_launcher, *words)["kind"] == "pass"


@pytest.mark.parametrize("table", ["code_options.def", "machine_options.def"])
def test_tables_are_sorted(table: str) -> None:
    """They are searched by halves."""
    names = re.findall(r'"([^"]+)"', (SOURCES / table).read_text())
    assert names == sorted(set(names), key=str.encode)
    assert len(names) > 100


@pytest.mark.parametrize("table", ["code_options.def", "machine_options.def"])
def test_every_name_in_a_table_is_found(table: str, launcher: Path) -> None:
    names = re.findall(r'"([^"]+)"', (SOURCES / table).read_text())
    letter = "-f" if table.startswith("code") else "-m"
    words = [letter + name + ("1" if name.endswith("=") else "") for name in names]
    assert analyse(launcher, "cc", "-O2", *words, "-c", "a.c")["kind"] == "unit"
