"""Winners together: of one unit, of several, and what does not carry its weight."""

from __future__ import annotations

from pathlib import Path

from llmopt.flow.confirm import Winner, confirm
from llmopt.flow.gates import Gatekeeper
from llmopt.flow.objects import object_with
from llmopt.flow.trial import open_subject
from llmopt.profile.hot import HotFunction
from llmopt.rewrite.build import source_step
from llmopt.search.tree import Version
from llmopt.values.step import Donor, Step
from llmopt.values.verdict import Passed
from tests.conftest import need
from tests.corpus.runner import Silent
from tests.projects import built

ONE = """
int first(const int *values, int count)
{
    int found = 0;
    for (int k = 0; k < 40; k++)
        for (int i = 0; i < count; i++)
            found += values[i] & (k + 5);
    return found;
}
int second(const int *values, int count)
{
    int found = 1;
    for (int k = 0; k < 40; k++)
        for (int i = 0; i < count; i++)
            found ^= values[i] + k;
    return found;
}
int idle(const int *values, int count)
{
    int found = 2;
    for (int k = 0; k < 40; k++)
        for (int i = 0; i < count; i++)
            found += values[i] | k;
    return found;
}
"""
OTHER = ONE.replace("first", "third").replace("second", "fourth").replace("idle", "unused")
MAIN = """
#include <stdio.h>
int first(const int *, int), second(const int *, int), idle(const int *, int);
int third(const int *, int);
int main(void)
{
    static int values[1000];
    int sum = 0;
    for (int i = 0; i < 1000; i++)
        values[i] = i * 7919 % 1000;
    for (int i = 0; i < 3000; i++) {
        values[i % 1000] = i;
        sum ^= first(values, 1000) ^ second(values, 1000) ^ idle(values, 1000)
            ^ third(values, 1000);
    }
    printf("%d\\n", sum);
    return 0;
}
"""
PROJECT = """
version: 1
build:
  build: >-
    {launcher} gcc -O1 -c {source}/one.c -o {build}/one.o &&
    {launcher} gcc -O1 -c {source}/other.c -o {build}/other.o &&
    gcc -O1 -c {source}/main.c -o {build}/main.o &&
    gcc -o {build}/program {build}/main.o {build}/one.o {build}/other.o
workload:
  command: "{build}/program"
gates:
  pairs: 5
  required: [identity, static, build, differential, time]
"""


def test_functions_of_one_unit_and_of_others_go_together_and_what_brings_nothing_goes(
    tmp_path: Path,
) -> None:
    need("gcc", "perf")
    session = built(tmp_path, PROJECT, {"one.c": ONE, "other.c": OTHER, "main.c": MAIN})

    def winner(name: str, source: str, *words: str) -> Winner:
        subject = open_subject(session, name, source)
        steps: tuple[Step, ...] = (Donor((name,), words, level="asm"),)
        if not words:
            text = subject.context.locate(name).text.replace(
                b"int found = 2;", b"int found = 1 + 1;"
            )
            steps = (source_step(subject.context, name, text),)
        version = Version(1, 0, "donor", steps, Passed("screening"), 2.0)
        function = HotFunction(name, source, 0.25, (name,))
        passed = tuple(Passed(gate) for gate in ("identity", "static", "build", "differential"))
        return Winner(function, subject, version, ("donor",), passed)

    winners = [
        winner("second", "one.c", "-O3"),
        winner("idle", "one.c"),
        winner("third", "other.c", "-O3"),
        winner("first", "one.c", "-O3"),
    ]
    found = confirm(session, Silent(), Gatekeeper(session, Silent()), winners)
    assert {timed.name for timed in found.dropped} == {"idle"}
    assert {recipe.function for recipe in found.recipes} == {"first", "second", "third"}
    assert found.workload is not None
    assert found.workload.ratio > 1.0
    # What was measured last stands in the tree: all that are left, and nothing of what went.
    by_name = {w.function.name: w for w in winners}
    context = by_name["first"].subject.context
    steps = tuple(s for name in ("first", "second") for s in by_name[name].version.steps)
    standing = Path(context.unit.command.output_path).read_bytes()
    assert standing == object_with(session, context, "second", steps)
