"""What was compiled twice and then changed somewhere: the third build must be the compiler's.

In identity mode the first build keeps the compiler's object and the second one is a direct hit, so
a change that is not noticed leaves an old object or an old dependency file in the third.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import need

SOURCE = '#include "x.h"\nint f(void) { return X; }\n'
WORDS = "-O2 -Ii1 -Ii2 -MD -MF a.d -c a.c -o a.o"


@dataclass(frozen=True)
class Case:
    """A change after two builds; `files` replace or add to a.c and i2/x.h."""

    change: str  # shell
    words: str = WORDS
    files: tuple[tuple[str, str], ...] = ()
    before: str = ":"  # shell, before the first build
    compilers: tuple[str, ...] = ("gcc", "clang-19")
    refused: bool = False  # the second build may be a compile: nothing can be promised


SHADOW = "echo '#define X 2' > i1/x.h"
CASES = {
    "a header before the one that was found": Case(SHADOW),
    "in the source's own directory": Case("echo '#define X 2' > x.h"),
    "a directory that appears": Case(
        "mkdir i0; echo '#define X 2' > i0/x.h", WORDS.replace("-Ii1", "-Ii0 -Ii1")
    ),
    "a directory with the header's name becomes the header": Case(
        f"rmdir i1/x.h; {SHADOW}", before="mkdir i1/x.h", refused=True
    ),
    "a file in the place of a directory of headers": Case(
        "rm i0; mkdir i0; echo '#define X 2' > i0/x.h",
        WORDS.replace("-Ii1", "-Ii0 -Ii1"),
        before="touch i0",
        refused=True,
    ),
    "a directory by another name is another one": Case(
        "mkdir d; echo '#define X 2' > d/x.h; ln -sfn d b",
        WORDS.replace("-Ii1", "-Ii1 -Ib"),
        before="ln -s i1 b",
    ),
    "a link to a directory of headers is retargeted": Case(
        "ln -sfn v2 current",
        WORDS.replace("-Ii1", '-isystem "$PWD/current"'),
        files=(("v1/x.h", "#define X 1\n"), ("v2/x.h", "#define X 2\n")),
        before="rm i2/x.h; ln -s v1 current",
    ),
    "a second header that #pragma once skipped": Case(
        "rm b/x.h; echo '#define Y 2' > b/x.h",
        files=(
            ("a.c", '#include "i2/x.h"\n#include "b/x.h"\n#ifdef Y\nint y;\n#endif\nint f;\n'),
            ("i2/x.h", "#pragma once\n#define X 1\n"),
        ),
        before="mkdir b; ln -s ../i2/x.h b/x.h",
    ),
    "an include behind a byte order mark": Case(SHADOW, files=(("a.c", "\ufeff" + SOURCE),)),
    "an include behind a form feed": Case(SHADOW, files=(("a.c", "\f" + SOURCE),)),
    "a blank behind a backslash": Case(
        SHADOW, files=(("a.c", SOURCE.replace("#inc", "#inc\\ \n")),), compilers=("gcc",)
    ),
    "a raw string that looks like a comment": Case(
        SHADOW,
        WORDS.replace("-O2", "-O2 -std=gnu11"),
        files=(("a.c", 'const char *s = R"(" /*)";\n' + SOURCE),),
        compilers=("gcc",),
    ),
    "a name by a macro": Case(
        SHADOW, files=(("a.c", "#define H <x.h>\n#include H\nint f = X;\n"),)
    ),
    "a name by a macro behind #line": Case(
        SHADOW,
        files=(("a.c", '#define H "x.h"\n#line 5 "foo.y"\n#include H\nint f = X;\n'),),
    ),
    "the header that gcc includes by itself": Case(
        "echo '#define X 2' > i1/stdc-predef.h",
        files=(("a.c", "#ifndef X\n#define X 1\n#endif\nint f = X;\n"),),
    ),
    "a precompiled header where no header is": Case(
        "echo '#define X 2' > o.h; gcc -O2 -x c-header o.h -o i1/x.h.gch", compilers=("gcc",)
    ),
    "__has_include in a file": Case(
        "touch i1/new.h", files=(("a.c", '#if __has_include("new.h")\nint y;\n#endif\nint f;\n'),)
    ),
    "__has_include in an option": Case(
        "touch i1/new.h",
        """-O2 -Ii1 '-DHAS=__has_include("new.h")' -MD -MF a.d -c a.c -o a.o""",
        files=(("a.c", "#if HAS\nint y;\n#endif\nint f;\n"),),
        refused=True,
    ),
    "#pragma GCC dependency": Case(
        "touch parse.y",
        "-O2 -Werror -c a.c -o a.o",
        files=(("a.c", '#pragma GCC dependency "parse.y"\nint f;\n'),),
        before="touch -d '1 hour ago' parse.y",
        refused=True,
    ),
    "a directory that -Wmissing-include-dirs misses": Case(
        "rmdir i1", WORDS.replace("-O2", "-O2 -Werror -Wmissing-include-dirs"), refused=True
    ),
    "a header with its time set back": Case(
        "echo '#define X 2' > i2/x.h; touch -d '1 hour ago' i2/x.h",
        before="touch -d '1 hour ago' i2/x.h",
    ),
    "a dependency file named like an option": Case(
        "true", "-O2 -Ii2 -MD -MF -MT.d -c a.c -o a.o", compilers=("gcc",)
    ),
    "an assembler that reads a file": Case(
        "echo 2222 > blob",
        "-O2 -c a.c -o a.o",
        files=(("a.c", '__asm__(".inc"\n#line 5 "q"\n"bin \\"blob\\"");\n'),),
        before="echo 1111 > blob",
        refused=True,
    ),
}


class Place:
    """A directory in which a case is played."""

    def __init__(self, directory: Path, case: Case, compiler: str) -> None:
        self.root = directory
        self.case = case
        self.compiler = compiler
        for folder in ("i1", "i2", "bin"):
            (self.root / folder).mkdir()
        files = {"a.c": SOURCE, "i2/x.h": "#define X 1\n", "llmopt.yaml": "version: 1\n"}
        for name, text in {**files, **dict(case.files)}.items():
            (self.root / name).parent.mkdir(exist_ok=True)
            (self.root / name).write_text(text)
        self.shell(case.before)

    def shell(self, command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """A command in the directory."""
        names = {k: v for k, v in os.environ.items() if not k.startswith("LLMOPT_")}
        cache = {"LLMOPT_CACHE_DIR": str(self.root / ".llmopt" / "cache"), "LC_ALL": "C"}
        return subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=self.root,
            env={**names, **cache, **variables},
            capture_output=True,
            text=True,
            check=False,
        )

    def build(self, launcher: str) -> tuple[object, ...]:
        """Status, words and files of a build from clean."""
        for output in (*self.root.glob("*.o"), *self.root.glob("*.d")):
            output.unlink()
        done = self.shell(f"{launcher} {self.compiler} {self.case.words}", LLMOPT_IDENTITY="1")
        outputs = sorted((*self.root.glob("*.o"), *self.root.glob("*.d")))
        files = [(path.name, path.read_bytes()) for path in outputs]
        return done.returncode, done.stdout, done.stderr, files

    @property
    def action(self) -> str:
        """What the launcher did last."""
        lines = (self.root / ".llmopt" / "launcher.log").read_text().splitlines()
        return str(json.loads(lines[-1])["action"])


@pytest.mark.parametrize(
    ("name", "compiler"),
    [(name, compiler) for name, case in CASES.items() for compiler in case.compilers],
)
def test_a_change_is_noticed(name: str, compiler: str, tmp_path: Path) -> None:
    need("llmopt", compiler)
    case = CASES[name]
    place = Place(tmp_path, case, compiler)
    first = place.build("")
    assert place.build("llmopt") == first
    assert place.build("llmopt") == first
    if not case.refused:
        assert place.action == "direct", "the change is noticed where there is something to lose"
    changed = place.shell(case.change)
    assert changed.returncode == 0, changed.stderr
    assert place.build("llmopt") == place.build("")


def link(root: Path, first: str, second: str) -> Callable[[], None]:
    """A compiler by a link of the user's; the result retargets it."""
    path = root / "bin" / "cc"
    path.symlink_to(str(shutil.which(first)))

    def retarget() -> None:
        path.unlink()
        path.symlink_to(str(shutil.which(second)))

    return retarget


def test_a_compiler_s_link_that_leads_elsewhere_is_noticed(tmp_path: Path) -> None:
    """As update-alternatives does it."""
    need("llmopt", "gcc", "clang-19")
    place = Place(tmp_path, Case(":"), "bin/cc")
    retarget = link(tmp_path, "gcc", "clang-19")
    first = place.build("")
    assert [place.build("llmopt"), place.build("llmopt")] == [first, first]
    assert place.action == "direct"
    retarget()
    changed = place.build("llmopt")
    assert changed == place.build("")
    assert changed != first


def test_a_limit_of_file_sizes_ends_nothing(tmp_path: Path) -> None:
    """Our log is larger than the limit: SIGXFSZ is for the compiler alone."""
    need("llmopt", "gcc")
    place = Place(tmp_path, Case(":"), "gcc")
    first = place.build("")
    assert [place.build("llmopt"), place.build("llmopt")] == [first, first]
    log = tmp_path / ".llmopt" / "launcher.log"
    log.write_bytes(log.read_bytes() + b"\n" * 300_000)
    assert place.build("ulimit -f 100; llmopt") == first


def test_a_pipe_as_source_is_the_compiler_s_to_read(tmp_path: Path) -> None:
    need("llmopt", "gcc")
    place = Place(tmp_path, Case(":", "-O2 -c a.c -o a.o"), "gcc")
    (tmp_path / "a.c").unlink()
    os.mkfifo(tmp_path / "a.c")
    status, *_ = place.build("(echo 'int f;' > a.c)& timeout 20 llmopt")
    assert status == 0


def test_what_cannot_be_said_is_the_compiler_s_failure(tmp_path: Path) -> None:
    need("llmopt", "clang-19")
    words = "-O2 -Wall -Ii2 -c a.c -o a.o"
    place = Place(tmp_path, Case(":", words, (("a.c", "static int unused;\n"),)), "clang-19")
    first = place.build("")
    assert [place.build("llmopt"), place.build("llmopt")] == [first, first]
    assert place.action == "direct"
    place.case = Case(":", f"{words} 2>/dev/full", place.case.files)
    assert place.build("llmopt") == place.build("")
