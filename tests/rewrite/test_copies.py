"""Copies behind a dispatcher made to run, values counted, and the note in an object."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.errors import SourceError
from llmopt.rewrite.build import build, source_step
from llmopt.rewrite.dispatcher import asks, variants
from llmopt.rewrite.note import SECTION, with_note
from llmopt.rewrite.observe import instrumented
from llmopt.toolchain.elf import ObjectFile
from llmopt.values.step import Donor
from tests.conftest import need
from tests.units import SANDBOX, compiled, context, printed, program, run

TEXT = "int f(int a) { return a; }\nint g(int a) { return a; }\n"
CALLS = '#include <stdio.h>\nint f(int);\nint main(void) { printf("%d\\n", f(5)); }\n'


def copies(*levels: str) -> bytes:
    """A dispatcher over copies that say who they are."""
    text = ""
    body = ""
    for number, level in enumerate(levels):
        head = f"static __attribute__((noinline)) int f_{number}(int a)"
        text += f"{head} {{ return a + {number}000; }}\n"
        body += f"    if ({asks(level)}) return f_{number}(a);\n"
    return f"{text}int f(int a)\n{{\n{body}    return a + 9000;\n}}".encode()


def test_each_copy_can_be_made_to_run(compiler: str, tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT, compiler)
    step = source_step(unit, "f", copies("sse2", "mmx", "sse"), ("f_0", "f_1", "f_2"))
    donor = Donor(("g",), ("-O3",))
    driver = compiled(tmp_path, CALLS)
    assert printed(tmp_path, build(unit, [step]).object, driver) == "5\n"
    found = variants(unit, (donor, step))
    assert [steps[0] for steps in found] == [donor] * 3
    shown = [printed(tmp_path, build(unit, steps[1:]).object, driver) for steps in found]
    assert shown == ["1005\n", "2005\n", "9005\n"]


def test_a_copy_that_cannot_run_here_is_still_passed_over(compiler: str, tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT, compiler)
    step = source_step(unit, "f", copies("sse4a", "sse2"), ("f_0", "f_1"))
    driver = compiled(tmp_path, CALLS)
    shown = [printed(tmp_path, build(unit, s).object, driver) for s in variants(unit, (step,))]
    assert shown[-1] == "9005\n"


def test_versions_without_a_dispatcher_have_no_variants(tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT)
    plain = source_step(unit, "f", b"int f(int a) { return 1 + a; }")
    assert variants(unit, (plain, Donor(("g",), ("-O3",)))) == []


def test_several_dispatchers_are_refused(tmp_path: Path) -> None:
    unit = context(tmp_path, TEXT)
    one = source_step(unit, "f", copies("sse2"), ("f_0",))
    two = source_step(unit, "g", copies("sse2").replace(b"f", b"g").replace(b"ig (", b"if ("))
    with pytest.raises(SourceError, match="several dispatchers"):
        variants(unit, (one, two))


# Counting values

COUNTED = """
struct s { int n; unsigned m; };
int f(const struct s *s, int k)
{
    int n = s->n, m = (int)s->m;
    return n + m + k;
}
static int quiet(long v) { return (int)v * 2; }
int wrap(int a) { return quiet(a); }
int line(void) { return __LINE__; }
"""
WORKLOAD = """
#include <stdio.h>
#include <unistd.h>
#include <sys/wait.h>
struct s { int n; unsigned m; };
int f(const struct s *, int), wrap(int), line(void);
int main(void)
{
    int sum = 0;
    pid_t child = fork();
    for (int i = 0; i < 30; i++) {
        struct s s = {child ? 3 : 4, 4000000000u};
        sum += f(&s, i % 10 == 0 ? -1 : 7) + wrap(i);
    }
    if (child)
        waitpid(child, 0, 0);
    printf("%d %d\\n", sum, line());
    return 0;
}
"""


def test_values_are_counted_in_every_process(compiler: str, tmp_path: Path) -> None:
    unit = context(tmp_path, COUNTED, compiler, name="src/unit.c")
    counts = tmp_path / "counts"
    counts.mkdir()
    functions = [unit.locate("f"), unit.locate("quiet")]
    data = instrumented(unit, functions, str(counts))
    driver = compiled(tmp_path, WORKLOAD)
    done = run(program(tmp_path, data, driver))
    assert done.returncode == 0
    plain = run(program(tmp_path, unit.object, driver, name="plain"))
    assert done.stdout == plain.stdout
    files = sorted(counts.iterdir())
    assert len(files) == 2
    assert all(file.name.startswith("src_unit_c.") for file in files)
    lines = [set(file.read_text().splitlines()) for file in files]
    assert {"f 30 3 30 s->n"} <= lines[0] | lines[1]
    assert sum("f 30 3 30 s->n" in found for found in lines) == 1
    assert sum("f 30 4 30 s->n" in found for found in lines) == 1
    for found in lines:
        assert "f 30 4000000000 30 s->m" in found
        assert {"f 30 -1 3 k", "f 30 7 27 k"} <= found
        # More values than are told apart: what is shown does not cover all calls.
        shown = [line.split() for line in found if line.startswith("quiet ")]
        assert len(shown) == 16
        assert {words[1] for words in shown} == {"30"}


# The note


def test_a_note_names_the_recipes_and_changes_nothing_else(compiler: str, tmp_path: Path) -> None:
    need("objcopy", "readelf")
    unit = context(tmp_path, "int f(int a) { return a + 4; }\n", compiler, "-O2 -g")
    noted = with_note(SANDBOX, unit.object, ["abc" * 10, "def" * 10])
    old, new = ObjectFile(unit.object), ObjectFile(noted)
    (note,) = [s for s in new.sections if s.name == SECTION]
    assert note.data.decode() == "abc" * 10 + "\n" + "def" * 10 + "\n"
    assert note.flags == 0
    assert new.code("f") == old.code("f")
    assert {s.name: s.contract for s in new.symbols} == {s.name: s.contract for s in old.symbols}
    path = tmp_path / "noted.o"
    path.write_bytes(noted)
    assert "abcabc" in run("readelf", "-p", SECTION, path).stdout.decode()
    made = program(tmp_path, noted, compiled(tmp_path, CALLS))
    done = run(made)
    assert done.stdout == b"9\n"
    # Nothing that is loaded carries it, and the linker says nothing of it.
    shown = run("readelf", "-lW", made).stdout.decode()
    assert SECTION not in shown


def test_without_objcopy_the_object_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = context(tmp_path, TEXT)
    data = unit.object
    monkeypatch.setenv("PATH", str(tmp_path))
    assert with_note(SANDBOX, data, ["abc"]) == data
