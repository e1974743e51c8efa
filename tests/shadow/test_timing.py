"""Candidates timed from snapshots."""

from __future__ import annotations

from pathlib import Path

from llmopt.shadow.timing import speedup, timings
from llmopt.verify import shadow
from tests.conftest import need
from tests.shadow.programs import RUNTIME, TIMEOUT, Program

UNIT = """
#include <stdio.h>
static long table[4096];
static __attribute__((noinline)) long total(int first, int count)
{
    long sum = 0;
    for (int i = 0; i < count; i++) {
        sum += table[(first + i) & 4095] / (i + 3);
        table[(first + i) & 4095] = sum;
    }
    return sum;
}
int main(void)
{
    long sum = 0;
    for (int i = 0; i < 4096; i++)
        table[i] = i * 77;
    for (int i = 0; i < 3000; i++)
        sum += total(i * 31, 100 + i % 100);
    printf("%ld\\n", sum);
    return 0;
}
"""


def test_a_candidate_that_does_everything_twice_takes_twice_as_long(tmp_path: Path) -> None:
    need("gcc")
    program = Program(tmp_path, "total", UNIT)
    twice = """static long total(int first, int count)
    {
        volatile long sum = 0;
        for (int i = 0; i < count; i++)
            sum += table[(first + i) & 4095] / (i + 3);
        sum = 0;
        for (int i = 0; i < count; i++) {
            sum += table[(first + i) & 4095] / (i + 3);
            table[(first + i) & 4095] = sum;
        }
        return sum;
    }"""
    program.tree.place(shadow.objects((program.context,), "total", (program.step(twice),), RUNTIME))
    found = timings(program.tree, program.command, TIMEOUT, rounds=6, snapshots=3)
    assert len(found) == 3
    assert 0.2 < speedup(found) < 0.8
