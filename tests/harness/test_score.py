import pytest

from llmopt.harness.compare import Expected, oracle
from llmopt.harness.program import Harness
from llmopt.harness.score import score, score_from_json, score_to_json
from tests.units import SANDBOX, context

TEXT = """\
#include <stddef.h>
int sum(const int *values, size_t count)
{
    unsigned total = 0;
    for (size_t i = 0; i < count; i++)
        if (values[i] > 0)
            total += (unsigned)values[i];
    return (int)total;
}
"""


@pytest.fixture(scope="module")
def harness(tmp_path_factory):
    unit = context(tmp_path_factory.mktemp("unit"), TEXT)
    return Harness(unit, "sum", SANDBOX)


@pytest.fixture(scope="module")
def known(harness):
    return oracle(harness, harness.original, 1, 120, harness.constants())


def test_good_tests_kill_nearly_all_mutants_and_show_the_others(harness, known):
    found = score(harness, known)
    assert found.value >= 0.9
    assert found.equivalent > 0
    assert found.killed + len(found.survivors) == found.not_equivalent
    # A zero adds nothing: only a proof could tell.
    assert "`>=`, not `>`" in {survivor.what for survivor in found.survivors}
    assert any("+        if (values[i] >= 0)" in survivor.diff for survivor in found.survivors)
    assert score_from_json(score_to_json(found)) == found


def test_what_is_proven_to_be_the_original_takes_no_part(harness, known):
    found = score(harness, known, same=lambda mutant: mutant.what == "`>=`, not `>`")
    assert "`>=`, not `>`" not in {survivor.what for survivor in found.survivors}


def test_weak_tests_have_a_low_score(harness, known):
    def is_empty(case: Expected) -> bool:
        return not any(size for _, size in case.planned.sizes)

    weak = type(known)(
        known.seed, known.constants, tuple(c for c in known.cases if is_empty(c)), {}
    )
    assert weak.cases
    assert score(harness, weak).value < 0.7
