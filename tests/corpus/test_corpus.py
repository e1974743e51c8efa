"""A part of the corpus before the gates that need no program: benchmarks/corpus.py takes all."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import need
from tests.corpus.runner import candidates, functions, judge, shown

GATES = ("identity", "static", "build", "tests")
#: By function: a right one and wrong ones of the levels.
CHOSEN = {
    "bucket_take": (
        "right-locals.c",
        "wrong-clock-back.ll",
        "wrong-elapsed_times_rate.c",
        "wrong-short-division.s",
    ),
    "calibrate": ("wrong-fused.ll", "wrong-halves-to-even.c", "wrong-no-number.s"),
    "buffer_append": ("wrong-frees_on_failure.c", "wrong-length-before-copy.ll"),
    "hash_bytes": ("right-words-copied.c",),
}


def test_every_candidate_says_what_it_is() -> None:
    kinds = Counter((c.level, c.right) for d in functions() for c in candidates(d))
    assert len(functions()) >= 25
    assert sum(count for (_, right), count in kinds.items() if right) >= 60
    assert kinds["source", False] >= 200
    assert kinds["ir", False] >= 30
    assert kinds["asm", False] >= 30


@pytest.mark.parametrize("function", CHOSEN)
def test_the_right_pass_and_the_wrong_do_not(tmp_path: Path, function: str) -> None:
    need("llmopt", "clang-19", "perf")
    directory = next(d for d in functions() if d.name == function)
    only = [c for c in candidates(directory) if c.path.name in CHOSEN[function]]
    assert len(only) == len(CHOSEN[function])
    for judged in judge(directory, tmp_path, GATES, only=only, each=False):
        assert judged.together == ("passed" if judged.candidate.right else "refuted"), shown(judged)
