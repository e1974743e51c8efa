"""Generators: a contract's own words for the arguments of some of the calls."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from llmopt.errors import ToolFailed
from llmopt.harness.compare import Oracle, oracle
from llmopt.harness.program import Harness
from llmopt.harness.suite import Suite
from llmopt.rewrite.build import source_step
from llmopt.values.contract import Contract
from llmopt.values.verdict import Passed, Refuted
from llmopt.verify import tests
from tests.units import SANDBOX, context

#: No made-up text begins like this.
MAGIC = """
int version(const char *text)
{
    if (text[0] != 'v' || text[1] < '0' || text[1] > '9' || text[2] != '.' || text[3] != 'x')
        return -1;
    return 10 * (text[1] - '0') + (text[4] == '!');
}
"""
WRONG = MAGIC.replace("10 *", "11 *")
WORDS = """
char *at = (char *)text;
at[0] = 'v'; at[1] = (char)llmopt_draw('0', '9'); at[2] = '.'; at[3] = 'x';
at[4] = llmopt_draw(0, 1) ? '!' : 0;
"""
HEADED = Contract(nonnull=("text",), generate=(WORDS,))


def made(directory: Path, contract: Contract) -> Harness:
    return Harness(context(directory, MAGIC, "clang-19"), "version", SANDBOX, contract=contract)


def known_of(harness: Harness, cases: int, seed: int = 1) -> Oracle:
    return oracle(harness, harness.original, seed, cases, harness.constants(), seconds=3.0)


def test_what_made_up_arguments_do_not_reach_a_generator_does(tmp_path):
    harness = made(tmp_path, HEADED)
    known = known_of(harness, 400)
    own = [case.planned for case in known.cases if case.planned.generator]
    assert len(own) == 100
    assert {case.generator for case in own} == {1}
    wrong = source_step(harness.context, "version", WRONG.encode())
    verdict = tests.judge(Suite(harness, 3, 400), [wrong])
    assert isinstance(verdict, Refuted), verdict
    # The call is shown as the generator made it.
    assert re.search(r"version\(text=.*\.x", verdict.counterexample)
    same = source_step(harness.context, "version", MAGIC.strip().encode())
    assert isinstance(tests.judge(Suite(harness, 3, 400), [same]), Passed)


def test_generators_share_a_quarter_of_the_cases(tmp_path):
    two = Contract(nonnull=("text",), generate=(WORDS, "text = 0;"))
    harness = made(tmp_path, two)
    known = known_of(harness, 400)
    count = [sum(c.planned.generator == number for c in known.cases) for number in (1, 2)]
    assert count == [50, 0], "the original does not take NULL"
    assert known.dropped["faulted"] >= 50


def test_the_same_seed_makes_the_same_arguments(tmp_path):
    harness = made(tmp_path, HEADED)
    one, other = (known_of(harness, 200, seed=5) for _ in range(2))
    assert one.cases[:50] == other.cases[:50]
    states = {case.run.state for case in one.cases if case.planned.generator}
    assert len(states) > 10


def test_what_does_not_compile_says_where(tmp_path):
    harness = made(tmp_path, Contract(generate=("int i = 0;", "text[0] = 'v';")))
    with pytest.raises(ToolFailed) as raised:
        _ = harness.original
    assert "generator-2:1" in raised.value.output
