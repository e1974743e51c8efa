"""Candidates given to snapshots that were kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from llmopt.errors import NotApplicable
from llmopt.shadow import live
from llmopt.shadow.run import Settings
from tests.conftest import need
from tests.shadow.programs import RUNTIME, Program

SETTINGS = Settings(live=5, stretch_ms=5, timeout_ms=500, patience_ms=300)

UNIT = """
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static unsigned table[256];
static int used;
static __thread int depth;
const char *last;
char *kept[8];
static __attribute__((noinline)) unsigned mix(unsigned value, unsigned key)
{
    static unsigned calls;
    calls++;
    return value * 31 + (key ^ calls);
}
static unsigned note(const char *text, int length)
{
    unsigned sum = 7;
    for (int i = 0; i < length; i++)
        sum = mix(sum, table[(unsigned char)text[i]]);
    used += length;
    last = length > 20 ? "long" : "short";
    free(kept[sum % 8]);
    kept[sum % 8] = malloc(strlen(text) + 1);
    strcpy(kept[sum % 8], text);
    if (sum % 977 == 1)
        fprintf(stderr, "%s\\n", last);
    return sum;
}
int main(void)
{
    char text[64];
    unsigned sum = 0;
    for (int i = 0; i < 256; i++)
        table[i] = (unsigned)i * 2654435761u;
    for (int i = 0; i < 3000; i++) {
        memset(text, 'a' + i % 26, sizeof text);
        text[i % 40] = 0;
        sum = sum * 17 + note(text, (int)strlen(text));
    }
    printf("%u %d %s %d\\n", sum, used, last, depth);
    return 0;
}
"""
NOTE = UNIT[UNIT.index("static unsigned note") : UNIT.index("int main")].rstrip()


@contextmanager
def kept(program: Program, seconds: float = 3.0) -> Iterator[live.Live]:
    with live.keep(
        program.tree,
        program.context,
        program.function,
        program.command,
        RUNTIME,
        SETTINGS,
        seconds,
    ) as found:
        yield found


@pytest.fixture(scope="module", params=["gcc", "clang-19"])
def snapshots(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Program, live.Live]]:
    need(request.param)
    program = Program(tmp_path_factory.mktemp("live"), "note", UNIT, compiler=request.param)
    with kept(program) as found:
        yield program, found


def test_the_original_is_not_refuted(snapshots: tuple[Program, live.Live]) -> None:
    program, found = snapshots
    for steps in ((), (program.step(NOTE),)):
        answer = found.judge(steps)
        assert not answer.difference
        assert answer.compared == SETTINGS.live
        assert answer.judged < 1.0


WRONG = {
    "constant": ("unsigned sum = 7;", "unsigned sum = 8;", "kept holds"),
    "static data": ("used += length;", "used += length + (length > 30);", " in call "),
    "heap": ("+ 1);", "+ 2);", "kept"),
    "leak": ("free(kept[sum % 8]);", "", "heap block"),
    "crash": ("used += length;", "used += *(int *)(long)length;", "SIGSEGV"),
    "hang": ("used += length;", "used += length; while (used) last = text;", "does not end"),
    "system call": ("used += length;", "used += length; remove(text);", "system call"),
    "double free": (
        "free(kept[sum % 8]);",
        "free(kept[sum % 8]); if (kept[sum % 8]) free(kept[sum % 8]);",
        "no live block",
    ),
}


@pytest.mark.parametrize(
    ("snapshots", "what"),
    [*(("gcc", what) for what in WRONG), ("clang-19", "heap")],
    indirect=["snapshots"],
    scope="module",
)
def test_a_wrong_candidate_is_refuted_when_the_program_has_ended(
    snapshots: tuple[Program, live.Live], what: str
) -> None:
    program, found = snapshots
    old, new, says = WRONG[what]
    assert old in NOTE
    answer = found.judge((program.step(NOTE.replace(old, new)),))
    assert says in answer.difference
    assert answer.judged < 5.0


HOLDER = """
import sys, time
from pathlib import Path
from tests.shadow.programs import Program
from tests.shadow.test_live import UNIT, kept
open_to_all, shut_in = (
    Program(Path(sys.argv[1], mode), "note", UNIT, mode=mode) for mode in ("off", "prefer")
)
with kept(open_to_all) as one, kept(shut_in) as other:
    print(len(one.kept) + len(other.kept), flush=True)
    time.sleep(60)
"""


def test_snapshots_end_when_whoever_keeps_them_is_killed(tmp_path: Path) -> None:
    need("gcc")
    words = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert int(holder.stdout.readline()) == 2 * SETTINGS.live
        assert len(running(tmp_path)) >= 2 * SETTINGS.live
        holder.kill()
    deadline = time.monotonic() + 10
    while (left := running(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not left


def running(directory: Path) -> list[str]:
    """Processes whose command names a directory."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if str(directory).encode() in path.read_bytes():
                found.append(path.parent.name)
    return found


def test_snapshots_that_are_killed_say_nothing_and_none_stays_behind(tmp_path: Path) -> None:
    need("gcc")
    program = Program(tmp_path, "note", UNIT)
    wrong = program.step(NOTE.replace("unsigned sum = 7;", "unsigned sum = 8;"))
    with kept(program) as found:
        programs = [p for p in running(tmp_path) if is_program(p)]
        assert len(programs) == SETTINGS.live
        for pid in programs[1:]:
            os.kill(int(pid), signal.SIGKILL)
        assert found.judge((wrong,)).difference
        os.kill(int(programs[0]), signal.SIGKILL)
        answer = found.judge((wrong,))
        assert not answer.difference
        assert answer.reason
    assert not running(tmp_path)


def is_program(pid: str) -> bool:
    return Path(f"/proc/{pid}/exe").resolve().name == "program"


def test_where_the_function_is_not_called_there_is_nothing_to_keep(tmp_path: Path) -> None:
    need("gcc")
    unit = UNIT.replace("i < 3000", "i < 0")
    with pytest.raises(NotApplicable, match="no call of"), kept(Program(tmp_path, "note", unit)):
        pass


def test_the_slow_candidate_is_ranked_behind(snapshots: tuple[Program, live.Live]) -> None:
    program, found = snapshots
    slow = NOTE.replace(
        "unsigned sum = 7;",
        "unsigned sum = 7; for (volatile int i = 0; i < 40 * length; i++);",
    )
    same = found.speedup((program.step(NOTE),), rounds=5)
    slower = found.speedup((program.step(slow),), rounds=5)
    assert same
    assert slower
    assert slower < 0.7 * same


UNTOLD = {
    "a variable of each thread's own": ("used += length;", "used += length; depth++;"),
    "no own.0 of its own": ("used += length;", "static int own; own += length; used += length;"),
    "several variables are called calls": (
        "used += length;",
        "static unsigned calls; if (calls++ > 9) last = text; used += length;",
    ),
}


@pytest.mark.parametrize("snapshots", ["gcc"], indirect=True, scope="module")
@pytest.mark.parametrize("reason", UNTOLD)
def test_what_cannot_be_told_of_an_image_is_no_verdict(
    snapshots: tuple[Program, live.Live], reason: str
) -> None:
    program, found = snapshots
    old, new = UNTOLD[reason]
    assert old in NOTE
    answer = found.judge((program.step(NOTE.replace(old, new)),))
    assert not answer.difference
    assert reason in answer.reason


PLACES = {
    "a fixed place": ("gcc -no-pie", "-O2 -fno-pie"),
    "much inlining": ("gcc", "-O3 -g -fno-plt"),
}


@pytest.mark.parametrize("where", PLACES)
def test_images_fit_programs_of_all_kinds(tmp_path: Path, where: str) -> None:
    need("gcc")
    compiler, options = PLACES[where]
    program = Program(tmp_path, "note", UNIT, compiler=compiler, options=options)
    with kept(program) as found:
        answer = found.judge((program.step(NOTE),))
        assert answer.compared == SETTINGS.live, answer
        assert not answer.difference
        wrong = NOTE.replace("unsigned sum = 7;", "unsigned sum = 8;")
        assert "kept holds" in found.judge((program.step(wrong),)).difference


def test_names_of_other_units_are_not_mixed_up(tmp_path: Path) -> None:
    """One that the linker made local, and a static one that is called like one of the unit's."""
    need("gcc")
    unit = """
    static int used;
    unsigned scaled(unsigned value);
    unsigned note(unsigned value)
    {
        used += (int)value;
        return scaled(value) + (unsigned)used;
    }
    """
    main = """
    #include <stdio.h>
    unsigned note(unsigned value);
    static int used = 99;
    __attribute__((visibility("hidden"))) unsigned scaled(unsigned value)
    {
        return value * 3 + (unsigned)used++;
    }
    int main(void)
    {
        unsigned sum = 0;
        for (unsigned i = 0; i < 5000; i++)
            sum = sum * 31 + note(i);
        printf("%u %d\\n", sum, used);
        return 0;
    }
    """
    text = unit[unit.index("unsigned note") :].strip()
    program = Program(tmp_path, "note", unit, main)
    with kept(program) as found:
        answer = found.judge((program.step(text),))
        assert answer.compared == SETTINGS.live, answer
        wrong = program.step(text.replace("used += (int)value;", "used += (int)value / 7 * 7;"))
        assert "used holds" in found.judge((wrong,)).difference
