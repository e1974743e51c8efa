"""Every row of the checklist of what a compiler launcher must get right, as commands.

Each script runs in a directory of its own with the sources of `commands.SOURCES`. A script with two
compiles of the same command is about what must not be taken from the first for the second.
"""

from __future__ import annotations

from enum import Enum

from .commands import BOTH, Case

GCC = ("gcc",)
CLANG = ("clang-19",)


class Row(Enum):
    """The rows: the launcher has to get each of them right."""

    RESPONSE = "@file"
    OUTPUT = "no -o, and the last -o wins"
    OTHER_WORK = "several inputs, no -c, linking, -E, -M, -MM, -S, -fsyntax-only"
    NO_FILES = "stdin -, -o -, /dev/null, an output that is no regular file or a symlink"
    LANGUAGE = "-x lang"
    DEPENDENCIES = "-MD -MMD -MF -MT -MQ -MP, -Wp,-MMD,f"
    INNER = "-save-temps, -fdump-*, -MJ, -ftime-trace, and other options for inner tools"
    MEANING = "-fprofile-*, --coverage, -fsanitize=*, -O0"
    LTO = "-flto"
    FURTHER = "options that write further files, and any option unknown to us"
    INCLUDED = "-include, -imacros"
    PREFIXES = "-fdebug-prefix-map, -ffile-prefix-map, -fmacro-prefix-map, -g, PWD"
    NATIVE = "-march=native and kin"
    TIMES = "__TIME__, __DATE__, __TIMESTAMP__, #embed, .incbin"
    ENVIRONMENT = "CPATH and other variables"
    DEPENDENCY_VARIABLES = "DEPENDENCIES_OUTPUT, SUNPRO_DEPENDENCIES"
    TERMINAL = "colours, terminal"
    EXISTING = "an existing hard-linked or read-only .o"
    FAILED = "failed compile"
    NEWER = "source newer than the compile's start"
    CHAINED = "chained launchers"
    MASQUERADE = "masquerade"
    SIGNALS = "signals"
    EXEC = "exec failure"
    DAMAGE = "unwritable cache, damaged state, bad config, full disk"
    OBJECTS = "objects are copied"
    WARNINGS = "warnings on stderr"
    PATHS = "paths of any bytes"
    SURROUNDINGS = "umask, closed descriptors, directories that are read-only or gone"
    EDITS = "edits between two compiles of one command"


#: What compilers put into names of temporary files.
TEMPORARY = (r"\bcc[A-Za-z0-9]{6}\b", "ccXXXXXX"), (r"-[0-9a-f]{6}\.(o|s)\b", r"-XXXXXX.\1")
ADDRESS = (r"0x[0-9a-f]+", "0x0")
CLOCK = (
    (r"\d\d:\d\d:\d\d", "hh:mm:ss"),
    (r"\b[A-Z][a-z]{2} [ \d]\d \d{4}\b", "Mmm dd yyyy"),
)
#: Runs one compile whose header is edited in between, without a second chance by a later stamp.
TWICE = "cc {0} && cp a.o first.o && {1} && cc {0}"


def _twice(words: str, change: str) -> str:
    return TWICE.format(words, change)


def _wrapped(options: str) -> str:
    """Runs the compiler, with what stands before it, behind a program that does not know `cc`."""
    return options + ' ${LAUNCHER:+"$LAUNCHER"} "$COMPILER" '


#: For outputs below /dev: a compiler that root runs may put a file in the place of the link there.
OWN_DEVICES = _wrapped("bwrap --bind / / --dev /dev --")

CASES = (
    # Response files
    Case(Row.RESPONSE, "plain", "printf '%s\\n' '-O2 -c a.c' '-o a.o' > args; cc @args", 1),
    Case(
        Row.RESPONSE,
        "nested",
        "echo '-O2 -DX=1' > inner; echo '@inner -c a.c' > args; cc @args -o a.o",
        None,
    ),
    Case(
        Row.RESPONSE,
        "quotes",
        """echo "'-O2'" '"-DTEXT=two words" -c' > args; cc @args q.c -o q.o""",
        1,
        {"q.c": "#define S(x) #x\n#define T(x) S(x)\nconst char text[] = T(TEXT);\n"},
    ),
    Case(
        Row.RESPONSE,
        "quotes and escapes",
        r"""printf '%s\n' '-O2 "-DTEXT=\"two words\"" -DNAME=a\ b' "'-DQ=1 2' -c q.c" > args
        cc @args""",
        None,
        {
            "q.c": "const char text[] = TEXT;\n#define S(x) #x\n#define T(x) S(x)\n"
            "const char name[] = T(NAME) T(Q);\n"
        },
    ),
    Case(Row.RESPONSE, "missing", "cc -O2 -c a.c @none"),
    Case(Row.RESPONSE, "of itself", "echo '-O2 -c a.c @args' > args; cc @args"),
    Case(Row.RESPONSE, "empty", ": > args; cc -O2 -c a.c -o a.o @args", 1),
    Case(
        Row.RESPONSE,
        "another content, the same words",
        _twice("-O2 -c a.c -o a.o @args", "echo -DFACTOR=7 > args").replace(
            "cc", ": > args; cc", 1
        ),
        2,
        {"h.h": "#ifndef FACTOR\n#define FACTOR 3\n#endif\n"},
    ),
    Case(Row.RESPONSE, "that links", "cc -O2 -c a.c main.c && echo a.o main.o > l && cc @l -o p"),
    # Outputs
    Case(Row.OUTPUT, "no -o", "cc -O2 -c sub/b.c", 1, compiled=1),
    Case(Row.OUTPUT, "no -o, several dots", "cp a.c a.b.c; cc -O2 -c ./a.b.c", 1, compiled=1),
    Case(Row.OUTPUT, "two", "cc -O2 -o one.o -c a.c -o two.o", 1, compiled=1),
    Case(Row.OUTPUT, "joined", "cc -O2 -c a.c -osub/a.o", 1),
    Case(Row.OUTPUT, "no value", "cc -O2 -c a.c -o"),
    Case(Row.OUTPUT, "empty value", "cc -O2 -c a.c -o ''"),
    Case(Row.OUTPUT, "no directory", "cc -O2 -c a.c -o none/a.o"),
    # Other work than one object
    Case(Row.OTHER_WORK, "several inputs", "cc -O2 -c a.c sub/b.c; cc -O2 -c a.c sub/b.c -o x.o"),
    Case(Row.OTHER_WORK, "no -c", "cc -O2 a.c main.c -o program && ./program; echo $?"),
    Case(
        Row.OTHER_WORK,
        "linking",
        "cc -O2 -fPIC -shared a.c -o liba.so; cc main.c ./liba.so -o p; ./p",
    ),
    Case(Row.OTHER_WORK, "-E", "cc -E a.c; cc -E -P a.c -o a.i; cc -O2 -E -dM -c a.c -o macros"),
    Case(Row.OTHER_WORK, "-M and -MM", "cc -M a.c; cc -MM a.c -MF d; cc -O2 -MM -MG -c a.c -o o"),
    Case(Row.OTHER_WORK, "-S", "cc -O2 -S a.c; cc -O2 -S -c a.c -o -"),
    Case(Row.OTHER_WORK, "-fsyntax-only", "cc -O2 -fsyntax-only -Wall -c warn.c -o w.o"),
    Case(
        Row.OTHER_WORK,
        "nothing to do",
        "cc; cc -c; cc -O2 -c none.c; cc --version; cc -dumpversion; cc -print-search-dirs",
    ),
    # Inputs and outputs that are no files
    Case(Row.NO_FILES, "stdin", "cc -O2 -x c -c - -o a.o < a.c; cc -E -P - -x c < a.c"),
    Case(Row.NO_FILES, "/dev/stdin", "cat sub/b.c | cc -O2 -x c -c /dev/stdin -o a.o", None),
    Case(Row.NO_FILES, "-o -", "cc -O2 -c a.c -o - > out; cc -O2 -S sub/b.c -o -"),
    Case(
        Row.NO_FILES,
        "/dev/null as output",
        OWN_DEVICES + "-O2 -c a.c -o /dev/null",
        needs=("bwrap",),
    ),
    Case(Row.NO_FILES, "/dev/null as input", "cc -O2 -x c -c /dev/null -o a.o"),
    Case(
        Row.NO_FILES,
        "/dev/full",
        OWN_DEVICES + "-O2 -c a.c -o /dev/full",
        usual=(*TEMPORARY, ADDRESS),
        needs=("bwrap",),
    ),
    Case(
        Row.NO_FILES,
        "/dev/stdout",
        OWN_DEVICES + "-O2 -c a.c -o /dev/stdout > out",
        usual=TEMPORARY,
        needs=("bwrap",),
    ),
    Case(Row.NO_FILES, "symlink", "echo old > real; ln -s real a.o; cc -O2 -c a.c -o a.o"),
    Case(Row.NO_FILES, "symlink to nothing", "ln -s sub/real.o a.o; cc -O2 -c a.c -o a.o"),
    Case(Row.NO_FILES, "directory", "mkdir a.o; cc -O2 -c a.c -o a.o", usual=TEMPORARY),
    # Languages
    Case(Row.LANGUAGE, "C by -x", "cp a.c a.txt; cc -O2 -x c -c a.txt -o a.o", 1),
    Case(Row.LANGUAGE, "C by joined -x, a header", "cc -O2 -xc -c h.h -o a.o", 1),
    Case(Row.LANGUAGE, "none resets", "cc -O2 -x c -x none -c a.c -o a.o", 1),
    Case(Row.LANGUAGE, "none resets another", "cc -O2 -x c++ -x none -c a.c -o a.o", None),
    Case(Row.LANGUAGE, "after the input", "cp a.c a.txt; cc -O2 -c a.txt -x c -o a.o; ls"),
    Case(
        Row.LANGUAGE, "preprocessed", "cc -E a.c -o a.i; cc -O2 -c a.i; cc -O2 -x cpp-output -c a.i"
    ),
    Case(
        Row.LANGUAGE,
        "assembly",
        "cc -O2 -S sub/b.c; cc -O2 -c b.s; cc -O2 -x assembler -c b.s -o x.o;"
        "cp b.s b.S; cc -O2 -c b.S -o y.o",
    ),
    Case(Row.LANGUAGE, "C++", "cp sub/b.c b.cc; cc -O2 -c b.cc; cc -O2 -x c++ -c sub/b.c -o x.o"),
    Case(Row.LANGUAGE, "Intel's -xHost", "cc -O2 -xHost -c a.c"),
    Case(Row.LANGUAGE, "no such language", "cc -O2 -x nothing -c a.c; cc -O2 -c a.c -x"),
    # Dependency files
    Case(
        Row.DEPENDENCIES,
        "-MD",
        "cc -O2 -MD -c sub/b.c; cc -O2 -MD -c a.c -o sub/a.o",
        2,
        compiled=1,
    ),
    Case(Row.DEPENDENCIES, "-MMD -MF", "mkdir d; cc -O2 -MMD -MF d/a.d -c a.c -o a.o", 1),
    Case(
        Row.DEPENDENCIES,
        "-MT -MQ -MP",
        "cc -O2 -MD -MT 'one$two' -MQ 'one$two' -MTthree -MP -MFa.d -c a.c -o a.o",
        1,
    ),
    Case(Row.DEPENDENCIES, "-Wp,-MMD,f", "cc -O2 -Wp,-MMD,deps -c a.c -o a.o", 1, compiled=1),
    Case(Row.DEPENDENCIES, "-Wp,-MD,f,-MT,x", "cc -O2 -Wp,-MD,deps,-MT,x,-MP -c a.c -o a.o", None),
    Case(Row.DEPENDENCIES, "-MF -", "cc -O2 -MMD -MF - -c a.c -o a.o", None),
    Case(
        Row.DEPENDENCIES,
        "-MF /dev/null",
        OWN_DEVICES + "-O2 -MMD -MF /dev/null -c a.c -o a.o",
        None,
        needs=("bwrap",),
    ),
    Case(Row.DEPENDENCIES, "two -MF", "cc -O2 -MMD -MF one -MF two -c a.c -o a.o", 1),
    Case(Row.DEPENDENCIES, "-MF into no directory", "cc -O2 -MMD -MF none/a.d -c a.c -o a.o"),
    Case(Row.DEPENDENCIES, "-MF without -MD", "cc -O2 -MF a.d -c a.c -o a.o", None),
    Case(
        Row.DEPENDENCIES,
        "-MF over a link and a read-only file",
        "echo old > real; chmod 444 real; ln real hard; ln -s real a.d;"
        "cc -O2 -MMD -MF a.d -c a.c -o a.o; cc -O2 -MMD -MF hard -c a.c -o a.o; cat real",
        None,
    ),
    Case(Row.DEPENDENCIES, "-MF into a directory", "mkdir a.d; cc -O2 -MMD -MF a.d -c a.c -o a.o"),
    Case(
        Row.DEPENDENCIES,
        "-MG",
        "cc -O2 -MMD -MG -c a.c; cc -O2 -MD -MG -c g.c",
        None,
        {"g.c": '#include "made.h"\n'},
    ),
    Case(
        Row.DEPENDENCIES,
        "another set of headers, the same words",
        _twice("-O2 -MMD -MF a.d -c a.c -o a.o", "cp a.d first.d; echo '#include \"n.h\"' >> h.h"),
        2,
        {"n.h": "\n"},
        alternates=True,
    ),
    # Options for inner tools
    Case(
        Row.INNER,
        "-save-temps",
        "cc -O2 -save-temps -c a.c; cc -O2 -save-temps=obj -c sub/b.c -o sub/b.o;"
        "cc -O2 --save-temps -c sub/b.c",
    ),
    Case(
        Row.INNER,
        "-fdump-*",
        "cc -O2 -fdump-tree-optimized -fdump-rtl-final -c sub/b.c",
        compilers=GCC,
        usual=(ADDRESS,),
    ),
    Case(Row.INNER, "-MJ", "cc -O2 -MJ db.json -c a.c -o a.o", compilers=CLANG),
    Case(
        Row.INNER,
        "-ftime-trace",
        "cc -O2 -ftime-trace -c a.c -o a.o; ls; rm -f a.json",
        compilers=CLANG,
    ),
    Case(Row.INNER, "-wrapper", "cc -O2 -wrapper env,LC_ALL=C -c a.c -o a.o", compilers=GCC),
    Case(Row.INNER, "-gtoggle", "cc -O2 -g -gtoggle -c a.c -o a.o", compilers=GCC),
    Case(
        Row.INNER,
        "modules",
        "cc -O2 -fmodules -fmodules-cache-path=m -c a.c -o a.o; rm -r m",
        compilers=CLANG,
    ),
    Case(Row.INNER, "-gsplit-dwarf", "cc -O2 -g -gsplit-dwarf -c a.c -o a.o"),
    Case(
        Row.INNER,
        "precompiled header",
        "mkdir pre; cp h.h pre; cc -O2 -x c-header pre/h.h -o pre/h.h.gch;"
        "cc -O2 -include pre/h.h -Winvalid-pch -c a.c -o a.o",
        None,
        usual=((r"(?s)\Agpch.*", "a precompiled header"), (r"(?s)\ACPCH.*", "another")),
    ),
    Case(Row.INNER, "-Xclang", "cc -O2 -Xclang -fno-validate-pch -c a.c -o a.o"),
    Case(Row.INNER, "-Xpreprocessor", "cc -O2 -Xpreprocessor -DX -c a.c -o a.o"),
    Case(Row.INNER, "-Xassembler", "cc -O2 -Xassembler -g -c a.c -o a.o", usual=TEMPORARY),
    Case(Row.INNER, "-fplugin", "cc -O2 -fplugin=./none.so -c a.c -o a.o"),
    Case(Row.INNER, "-specs", ": > s; cc -O2 -specs=s -c a.c -o a.o; cc -O2 -specs=none -c a.c"),
    Case(Row.INNER, "--config", "echo -DX > c; cc -O2 --config ./c -c a.c -o a.o", compilers=CLANG),
    Case(Row.INNER, "-frecord-gcc-switches", "cc -O2 -frecord-gcc-switches -c a.c -o a.o"),
    # Options whose meaning a swap would change
    Case(
        Row.MEANING,
        "-fprofile-*",
        "cc -O2 -fprofile-generate -frandom-seed=1 -c a.c -o a.o;"
        "cc -O2 -fprofile-use -c sub/b.c -o b.o; ls",
    ),
    Case(Row.MEANING, "--coverage", "cc -O2 --coverage -frandom-seed=1 -c a.c -o a.o"),
    Case(Row.MEANING, "-fsanitize=*", "cc -O2 -fsanitize=undefined -c a.c -o a.o"),
    Case(Row.MEANING, "-pg", "cc -O2 -pg -c a.c -o a.o"),
    Case(Row.MEANING, "-O0", "cc -O0 -c a.c -o a.o; cc -c a.c -o b.o; cc -O2 -O0 -c a.c -o c.o"),
    Case(
        Row.LTO,
        "whole",
        "cc -O2 -flto -frandom-seed=1 -c a.c -o a.o; cc -O2 -flto=auto -frandom-seed=1 -c sub/b.c",
    ),
    Case(Row.LTO, "thin", "cc -O2 -flto=thin -c a.c -o a.o", compilers=CLANG),
    Case(Row.LTO, "with machine code", "cc -O2 -flto -ffat-lto-objects -frandom-seed=1 -c a.c"),
    # Further files and unknown options
    Case(
        Row.FURTHER,
        "of gcc",
        "cc -O2 -aux-info p -c a.c; cc -O2 -fopt-info-all=o -c a.c; cc -O2 -fcallgraph-info -c a.c;"
        "cc -O2 -fdiagnostics-format=json -Wall -c warn.c -o w.o; cc -O2 -Wa,-adhln=list -c a.c",
        1,
        compilers=GCC,
    ),
    Case(Row.FURTHER, "-fstack-usage", "cc -O2 -fstack-usage -c a.c"),
    Case(
        Row.FURTHER,
        "of clang",
        "cc -O2 -fsave-optimization-record -c a.c; cc -O2 --serialize-diagnostics d -c warn.c;"
        "cc -O2 -Wa,-a=list -c a.c; cc -O2 -emit-llvm -c a.c -o a.bc; cc --analyze -c warn.c",
        compilers=CLANG,
    ),
    Case(
        Row.FURTHER,
        "unknown",
        "cc -O2 -fno-such -c a.c; cc -O2 -Wno-such-warning -Wall -c warn.c -o x.o;"
        "cc -O2 --none -c a.c; cc -O2 -mnone -c a.c; cc -O2 -none -c a.c -o y.o",
        None,
    ),
    Case(Row.FURTHER, "-###", "cc -### -O2 -c a.c -o a.o", usual=TEMPORARY),
    # Included from the command line
    Case(
        Row.INCLUDED,
        "-include",
        _twice("-O2 -include p.h -c a.c -o a.o", "echo 'int p2;' > p.h"),
        2,
        {"p.h": "int p1;\n"},
        compilers=GCC,
        alternates=True,
    ),
    Case(
        Row.INCLUDED,
        "-imacros",
        _twice("-O2 -imacros m.h -c m.c -o a.o", "echo '#define V 2' > m.h"),
        2,
        {"m.h": "#define V 1\n", "m.c": "int m = V;\n"},
        compilers=CLANG,
        alternates=True,
    ),
    Case(Row.INCLUDED, "none", "cc -O2 -include none.h -c a.c -o a.o"),
    # Debug info and where it says that it comes from
    Case(
        Row.PREFIXES, "-g", "cc -O2 -g3 -gdwarf-5 -c a.c -o a.o; cc -Og -ggdb -c sub/b.c -o b.o", 2
    ),
    Case(
        Row.PREFIXES,
        "maps",
        'cc -O2 -g -fdebug-prefix-map="$PWD"=/d -c a.c -o a.o;'
        'cc -O2 -g -ffile-prefix-map="$PWD"=/f -c "$PWD/a.c" -o b.o;'
        'cc -O2 -g -fmacro-prefix-map="$PWD"=/m -c "$PWD/a.c" -o c.o',
        3,
    ),
    Case(
        Row.PREFIXES,
        "a linked directory",
        "ln -s . link; export PWD; for d in link . ../project/link/link; do"
        " (cd $d && cc -O2 -g -c a.c -o a.o; cp a.o $(echo $d | tr / _).o); done;"
        "PWD=/none; cc -O2 -g -c a.c -o a.o",
        4,
    ),
    Case(
        Row.PREFIXES,
        "the same words in two directories",
        "for d in x y; do mkdir $d; (cd $d; cc -O2 -g -c ../a.c -o a.o); done",
        2,
    ),
    # The machine
    Case(Row.NATIVE, "-march=native", "cc -O2 -march=native -mtune=native -c a.c -o a.o", None),
    Case(Row.NATIVE, "-mcpu=native", "cc -O2 -mcpu=native -c a.c -o a.o", None),
    # What is not in the preprocessed text, or differs each time
    Case(
        Row.TIMES,
        "__TIME__ and __DATE__",
        "cc -O2 -c t.c -o a.o; cc -O2 -c u.c -o u.o; cc -O2 -Wdate-time -c t.c -o b.o",
        files={
            "t.c": "const char *t = __DATE__ __TIME__;\n",
            "t.h": "#define NOW __TIME__\n",
            "u.c": '#include "t.h"\nconst char *u = NOW;\n',
        },
        usual=CLOCK,
    ),
    Case(
        Row.TIMES,
        "__TIMESTAMP__",
        "touch -d 2001-02-03 t.c; cc -O2 -c t.c -o a.o; touch -d 2002-03-04 t.c;"
        "cc -O2 -c t.c -o b.o",
        files={"t.c": "const char *t = __TIMESTAMP__;\n"},
    ),
    Case(
        Row.TIMES,
        ".incbin",
        "printf one > blob; "
        + _twice("-O2 -c i.c -o a.o", "printf two > blob")
        + "; printf one > blob; "
        + _twice("-O2 -c j.c -o a.o", "printf two > blob"),
        files={
            "i.c": '__asm__(".data\\n.globl b\\nb: .incbin \\"blob\\"\\n.text");\n',
            "j.h": '#define TAKE(f) __asm__(".data\\n.inc" "bin \\"" f "\\"\\n.text")\n',
            "j.c": '#include "j.h"\nTAKE("blob");\n',
        },
    ),
    Case(
        Row.TIMES,
        ".include",
        "echo '.globl s1' > part.s; " + _twice("-O2 -c i.c -o a.o", "echo '.globl s2' > part.s"),
        None,
        {"i.c": '__asm__(".include \\"part.s\\"");\nint i;\n'},
    ),
    Case(
        Row.TIMES,
        "#embed",
        "printf one > blob; " + _twice("-O2 -std=c23 -c e.c -o a.o", "printf two > blob"),
        None,
        {"e.c": 'const unsigned char e[] = {\n#embed "blob"\n};\n'},
        compilers=CLANG,
    ),
    # The environment
    *(
        Case(
            Row.ENVIRONMENT,
            name,
            f"for {name} in one two; do export {name}; cc -O2 -c v.c -o a.o; cp a.o ${name}.o;done",
            2,
            {
                "v.c": "#include <v.h>\nint v = V;\n",
                "one/v.h": "#define V 1\n",
                "two/v.h": "#define V 2\n",
            },
        )
        for name in ("CPATH", "C_INCLUDE_PATH")
    ),
    Case(
        Row.ENVIRONMENT,
        "COMPILER_PATH and GCC_EXEC_PREFIX",
        "cc -O2 -c a.c -o a.o; chmod +x tools/as; (export COMPILER_PATH=$PWD/tools;"
        "cc -O2 -c a.c -o b.o); (export GCC_EXEC_PREFIX=$PWD/tools/; cc -O2 -c a.c -o c.o)",
        None,
        {"tools/as": '#!/bin/sh\nexec /usr/bin/as --defsym extra=1 "$@"\n'},
    ),
    Case(
        Row.ENVIRONMENT,
        "LANG and LC_*",
        "for LC_ALL in C C.UTF-8 none; do export LC_ALL; cc -O2 -Wall -c warn.c; done;"
        "unset LC_ALL; LANG=C.UTF-8; cc -O2 -Wall -c warn.c; LC_CTYPE=C; export LC_CTYPE;"
        "cc -O2 -Wall -c warn.c",
        None,
    ),
    Case(
        Row.ENVIRONMENT,
        "SOURCE_DATE_EPOCH",
        "for SOURCE_DATE_EPOCH in 1 1000000000; do export SOURCE_DATE_EPOCH;"
        "cc -O2 -c t.c -o $SOURCE_DATE_EPOCH.o; done; SOURCE_DATE_EPOCH=none; cc -O2 -c t.c",
        files={"t.c": "const char *t = __DATE__ __TIME__;\n"},
    ),
    Case(
        Row.ENVIRONMENT,
        "GCC_COLORS, COLUMNS and TERM",
        "w='-O2 -Wall -fdiagnostics-color=always -c warn.c'; cc $w; (export GCC_COLORS=warning=36;"
        "cc $w); (export COLUMNS=20; cc $w); (export TERM=dumb; cc $w); (unset TERM; cc $w)",
        None,
    ),
    Case(
        Row.ENVIRONMENT,
        "TMPDIR",
        "(export TMPDIR=$PWD/none; cc -O2 -c a.c -o a.o); mkdir t; (export TMPDIR=$PWD/t;"
        "cc -O2 -c a.c -o b.o)",
        2,
    ),
    Case(Row.ENVIRONMENT, "bare", _wrapped("env -i") + "-O2 -c a.c -o a.o; env -i ls", None),
    Case(
        Row.ENVIRONMENT,
        "CCC_OVERRIDE_OPTIONS",
        "export CCC_OVERRIDE_OPTIONS='# +-DFACTOR=9'; cc -O2 -c a.c -o a.o",
        compilers=CLANG,
    ),
    Case(
        Row.DEPENDENCY_VARIABLES,
        "both",
        "(export DEPENDENCIES_OUTPUT='deps goal'; cc -O2 -c a.c; cc -O2 -c sub/b.c);"
        "(export SUNPRO_DEPENDENCIES='sun goal'; cc -O2 -c a.c)",
    ),
    # Terminals
    Case(Row.TERMINAL, "warnings", "cc -O2 -Wall -c warn.c -o w.o", 1, compiled=1, terminal=True),
    Case(Row.TERMINAL, "errors", "cc -O2 -Wall -c error.c -o w.o", terminal=True),
    Case(
        Row.TERMINAL,
        "after a pipe",
        "cc -O2 -Wall -c warn.c -o w.o 2> one; rm w.o; cc -O2 -Wall -c warn.c -o w.o;"
        "cc -O2 -Wall -c warn.c -o w.o 2> three",
        None,
        terminal=True,
    ),
    Case(
        Row.TERMINAL,
        "of other width",
        "for w in 20 200; do stty cols $w; COLUMNS=$w; export COLUMNS; cc -O2 -Wall -c l.c; done",
        None,
        {"l.c": "int f(int x) { return x + " + "0 + " * 60 + "1; int unused_name; }\n"},
        terminal=True,
    ),
    Case(
        Row.TERMINAL,
        "options",
        "cc -O2 -Wall -fdiagnostics-color=never -c warn.c; cc -O2 -Wall -fno-color-diagnostics "
        "-c warn.c; cc -O2 -Wall -fdiagnostics-color=always -c warn.c 2>&1 | cat",
        None,
        terminal=True,
    ),
    # Objects that are there already
    Case(
        Row.EXISTING,
        "hard-linked",
        "echo old > a.o; ln a.o b.o; cc -O2 -c a.c -o a.o; cat b.o",
        1,
        compiled=1,
    ),
    Case(Row.EXISTING, "read-only", "echo old > a.o; chmod 444 a.o; cc -O2 -c a.c -o a.o", 1),
    Case(Row.EXISTING, "open to all", "echo old > a.o; chmod 777 a.o; cc -O2 -c a.c -o a.o", 1),
    # Failed compiles
    Case(
        Row.FAILED,
        "with old files",
        "echo old > a.o; echo old > a.d; cc -O2 -Wall -MMD -c error.c -o a.o; ls",
    ),
    Case(
        Row.FAILED,
        "after one that did not",
        _twice("-O2 -MMD -c a.c -o a.o", "echo 'int f( {' >> a.c") + "; echo $?; ls",
        None,
    ),
    Case(
        Row.FAILED,
        "-Werror",
        "cc -O2 -Wall -MD -c warn.c -o w.o; cc -O2 -Wall -Werror -MD -c warn.c -o w.o; ls",
        1,
    ),
    Case(Row.FAILED, "#error", "echo '#error no' > e.c; cc -O2 -MD -c e.c; cc -O2 -c none.c; ls"),
    Case(
        Row.FAILED,
        "in the assembler",
        "echo '__asm__(\"nonsense\");' > e.c; cc -O2 -MD -c e.c; ls",
        usual=TEMPORARY,
    ),
    Case(
        Row.FAILED,
        "late, when more is at work",
        # Long enough for whatever runs beside the compiler to have begun, and to be ended.
        "seq 30000 | sed 's/.*/int f&(int x) { return x * & + &; }/' > s.c;"
        "echo 'int broken = ;' >> s.c; cc -O1 -c s.c -o s.o; ls",
        compilers=GCC,
    ),
    # Sources of the future
    Case(
        Row.NEWER,
        "source and header",
        "touch -d '+1 hour' a.c; cc -O2 -c a.c -o a.o; touch -d '+1 hour' h.h; cc -O2 -c a.c",
        None,
    ),
    # Chains
    Case(Row.CHAINED, "twice", _wrapped("${LAUNCHER:+$LAUNCHER}") + "-O2 -c a.c -o a.o", 1),
    Case(
        Row.CHAINED,
        "ccache under us",
        '${LAUNCHER:+"$LAUNCHER"} ccache "$COMPILER" -O2 -Wall -MMD -c warn.c -o w.o;'
        '${LAUNCHER:+"$LAUNCHER"} ccache "$COMPILER" -O2 -Wall -MMD -c warn.c -o w.o',
        None,
        needs=("ccache",),
    ),
    Case(
        Row.CHAINED,
        "under ccache",
        _wrapped("ccache")
        + "-O2 -Wall -MMD -c warn.c -o w.o; rm w.*;"
        + _wrapped("ccache")
        + "-O2 -Wall -MMD -c warn.c -o w.o",
        needs=("ccache",),
    ),
    Case(
        Row.CHAINED,
        "other programs",
        _wrapped("nice") + "-O2 -c a.c -o a.o;"
        '${LAUNCHER:+"$LAUNCHER"} env X=1 "$COMPILER" -O2 -c a.c -o b.o;'
        '${LAUNCHER:+"$LAUNCHER"} sh -c "exit 3"; echo $?',
        1,
    ),
    # Links with a compiler's name
    Case(
        Row.MASQUERADE,
        "on PATH",
        'PATH="$MASQUERADE$PATH"; "$COMPILER" -O2 -MMD -Wall -c warn.c -o w.o;'
        '"$COMPILER" -O2 a.c main.c -o p; "$COMPILER" -c none.c; "$COMPILER" -print-prog-name=as',
        1,
    ),
    Case(
        Row.MASQUERADE,
        "by its path",
        'd=${MASQUERADE:+"${MASQUERADE%:}/"}; "${d}cc" -O2 -c a.c -o a.o;'
        '"${d}g++" -O2 -x c++ -c sub/b.c',
        1,
        compilers=GCC,
        needs=("g++",),
    ),
    # Signals
    *(
        Case(
            Row.SIGNALS,
            name,
            # The compiler waits for a pipe's other end: it is in the middle of its work.
            f"mkfifo f; timeout -s {name} 0.3 "
            '${LAUNCHER:+"$LAUNCHER"} "$COMPILER" -O2 -include f -c a.c -o a.o; echo $?; ls',
        )
        for name in ("TERM", "INT")
    ),
    Case(
        Row.SIGNALS,
        "SIGPIPE",
        "seq 30000 > big.c; { cc -E big.c; echo $? > status; } 2> said | head -c 1; ls",
    ),
    # Programs that do not run
    Case(
        Row.EXEC,
        "status",
        "chmod +x bad; for c in no-such-cc ./none/cc ./a.c ./sub ./bad; do COMPILER=$c;"
        "cc -O2 -c a.c 2> /dev/null; echo $?; done",
        files={"bad": "#!/no/such/interpreter\n"},
    ),
    # State that cannot be used
    Case(
        Row.DAMAGE,
        "no directory for the state",
        "rm -rf .llmopt; : > .llmopt; cc -O2 -Wall -MMD -c warn.c; ls",
        None,
    ),
    Case(
        Row.DAMAGE,
        "a read-only project",
        "mkdir out; chmod -R a-w .; "
        + _wrapped('bwrap --dev-bind / / --ro-bind "$PWD" "$PWD" --bind "$PWD/out" "$PWD/out" --')
        + "-O2 -Wall -MMD -c warn.c -o out/w.o; chmod -R u+w .",
        None,
        needs=("bwrap",),
    ),
    Case(
        Row.DAMAGE,
        "a full disk",
        "mkdir -p .llmopt; "
        + _wrapped('bwrap --dev-bind / / --size 4096 --tmpfs "$PWD/.llmopt" --')
        + "-O2 -Wall -MMD -c warn.c -o w.o",
        None,
        needs=("bwrap",),
    ),
    Case(Row.DAMAGE, "bad configuration", "echo '{{{' > llmopt.yaml; cc -O2 -MMD -c a.c; ls", None),
    Case(
        Row.DAMAGE,
        "nonsense in the state",
        "cc -O2 -Wall -MMD -c warn.c; mv warn.o first.o;"
        "for f in $(find .llmopt -type f 2> /dev/null); do echo nonsense > $f; done;"
        "cc -O2 -Wall -MMD -c warn.c; rm -rf .llmopt",
        None,
    ),
    Case(
        Row.DAMAGE,
        "cut off state",
        "cc -O2 -Wall -MMD -c warn.c; mv warn.o first.o;"
        "for f in $(find .llmopt -type f 2> /dev/null); do truncate -s -7 $f; done;"
        "cc -O2 -Wall -MMD -c warn.c; rm -rf .llmopt",
        None,
    ),
    # Objects
    Case(
        Row.OBJECTS,
        "that are written into",
        "cc -O2 -c a.c -o a.o; echo junk >> a.o; cc -O2 -c a.c -o a.o; chmod 400 a.o;"
        "mv a.o b.o; cc -O2 -c a.c -o a.o; cmp a.o b.o",
        3,
        repeats=2,
    ),
    # Diagnostics
    Case(Row.WARNINGS, "one", "cc -O2 -Wall -Wextra -c warn.c -o w.o", 1),
    Case(
        Row.WARNINGS,
        "twice and in order",
        "w='-Wextra -c warn.c -o w.o'; cc -O2 -Wall $w > all 2>&1; cc -O2 -Wall $w >> all 2>&1;"
        "cc -O2 -w $w; cc -O2 $w 2>&1 > /dev/null | wc -c",
        4,
        repeats=1,
    ),
    Case(Row.WARNINGS, "-H", "cc -O2 -H -c a.c -o a.o", None),
    Case(Row.WARNINGS, "-v", "cc -O2 -v -c a.c -o a.o", None, usual=TEMPORARY),
    Case(
        Row.WARNINGS,
        "#pragma message",
        "cc -O2 -c p.c -o p.o; cc -O2 -c p.c -o p.o 2>&1",
        2,
        {"p.c": '#pragma message "caf\\u00e9 \\xff"\n#warning said\nint p;\n'},
        repeats=1,
    ),
    Case(
        Row.WARNINGS, "for the linker", "cc -O2 -lm -Wl,-z,now -c a.c -o a.o; cc -O2 -c a.c x.o", 1
    ),
    # Paths
    *(
        Case(
            Row.PATHS,
            name,
            f'd=$(printf -- \'{text}.\'); d=${{d%.}}; mkdir "./$d"; cp a.c h.h "./$d/";'
            'cp warn.c "./$d/$d.c"; cc -O2 -Wall -g -MD -MP -c "./$d/$d.c" -o "./$d/$d.o"',
            1,
            compilers=compilers,
        )
        for name, text, compilers in (
            ("blanks", " a  b ", GCC),
            ("quotes", r"it\047s \"q\"", GCC),
            ("newline", r"a\nb\n", BOTH),
            ("not UTF-8", r"\344\377", BOTH),
            ("UTF-8", r"\303\244\342\202\254", CLANG),
            ("signs of make and shell", "$x#y:z%%&(;|*?~=,", CLANG),
            ("backslash", r"a\\\\b\\\\", BOTH),
            ("dash", "-c", CLANG),
            ("control bytes", r"a\001\t\033[31m", GCC),
        )
    ),
    Case(
        Row.PATHS,
        "long",
        'd=$(printf "%0200d" 0); mkdir -p $d/$d/$d; cp a.c h.h $d/$d/$d; cd $d/$d/$d;'
        "cc -O2 -MMD -c a.c -o a.o",
        1,
    ),
    Case(
        Row.PATHS,
        "absolute and with dots",
        'cc -O2 -MMD -c "$PWD/sub/..//./a.c" -o ./sub/../a.o',
        1,
    ),
    Case(
        Row.PATHS,
        "a linked source",
        "ln -s sub/b.c l.c; cc -O2 -MMD -g -c l.c; rm l.c; ln -s a.c l.c; cc -O2 -MMD -g -c l.c",
        2,
        alternates=True,
    ),
    # Surroundings
    *(
        Case(
            Row.SURROUNDINGS,
            f"umask {mask}",
            f"umask {mask}; cc -O2 -Wall -MMD -c warn.c -o w.o",
            1,
        )
        for mask in ("077", "027", "000", "777")
    ),
    *(
        Case(Row.SURROUNDINGS, f"closed: {closed}", f"cc -O2 -Wall -MMD -c warn.c {closed}", None)
        for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-")
    ),
    Case(Row.SURROUNDINGS, "stderr is full", "cc -O2 -Wall -MMD -c warn.c 2> /dev/full; ls", None),
    Case(
        Row.SURROUNDINGS,
        "a reader that is gone",
        # The reader's end is closed before the writer of `gone` is.
        "mkfifo gone; { cat gone; cc -O2 -Wall -MMD -c warn.c; echo $? > status; } 2>&1 |"
        " { exec 9> gone; }; ls",
        None,
    ),
    Case(
        Row.SURROUNDINGS,
        "a deleted working directory",
        "p=$PWD; mkdir d; cd d; rmdir ../d; cc -O2 -c $p/a.c -o $p/a.o; cc -O2 -c $p/a.c",
        None,
        usual=TEMPORARY,
    ),
    Case(
        Row.SURROUNDINGS,
        "read-only sources",
        "mkdir out; "
        + _wrapped('bwrap --dev-bind / / --ro-bind "$PWD/sub" "$PWD/sub" --')
        + "-O2 -MMD -c sub/b.c -o out/b.o",
        1,
        needs=("bwrap",),
    ),
    Case(
        Row.SURROUNDINGS,
        "an unwritable output directory",
        "mkdir out; cc -O2 -c a.c -o out/a.o; cp out/a.o old.o; "
        + _wrapped('bwrap --dev-bind / / --ro-bind "$PWD/out" "$PWD/out" --')
        + "-O2 -MMD -c a.c -o out/a.o",
        1,
        usual=TEMPORARY,
        needs=("bwrap",),
    ),
    # Edits: what was taken once does not hold for other files
    Case(
        Row.EDITS,
        "a header, at once, of the same size",
        _twice("-O2 -c a.c -o a.o", "echo '#define FACTOR 5' > h.h"),
        2,
        alternates=True,
    ),
    Case(
        Row.EDITS,
        "a header, with its old times",
        _twice(
            "-O2 -c a.c -o a.o",
            "cp -p h.h old.h; echo '#define FACTOR 5' > h.h; touch -r old.h h.h",
        ),
        2,
        compilers=CLANG,
        alternates=True,
    ),
    Case(
        Row.EDITS,
        "a header that comes before the other",
        _twice("-O2 -Ione -Itwo -c v.c -o a.o", "mkdir -p one; echo 'int one;' > one/v.h"),
        2,
        {"v.c": "#include <v.h>\n", "two/v.h": "int two;\n"},
        alternates=True,
    ),
    Case(
        Row.EDITS,
        "__has_include",
        _twice("-O2 -c v.c -o a.o", "touch n.h"),
        2,
        {"v.c": '#if __has_include("n.h")\nint n = 1;\n#endif\nint v;\n'},
        alternates=True,
    ),
    Case(
        Row.EDITS,
        "white space and __LINE__",
        _twice("-O2 -g -c v.c -o a.o", "sed -i 1i/**/ v.c"),
        2,
        {"v.c": "int v = __LINE__;\n"},
        compilers=GCC,
        alternates=True,
    ),
    Case(
        Row.EDITS,
        "the source, there and back",
        _twice("-O2 -c sub/b.c -o a.o", "sed -i.old s/2/3/ sub/b.c")
        + "; mv sub/b.c.old sub/b.c; cc -O2 -c sub/b.c -o a.o; cmp a.o first.o",
        3,
        compilers=GCC,
        alternates=True,
    ),
)

#: Rows where the launcher is looked at, and one compiler is as good as another.
_ANY_COMPILER = {
    Row.CHAINED,
    Row.DAMAGE,
    Row.DEPENDENCY_VARIABLES,
    Row.EDITS,
    Row.ENVIRONMENT,
    Row.EXEC,
    Row.NEWER,
    Row.OBJECTS,
    Row.SURROUNDINGS,
}


def compilers_of(case: Case) -> tuple[str, ...]:
    """The compilers that a case is run with."""
    return case.compilers[:1] if case.row in _ANY_COMPILER else case.compilers
