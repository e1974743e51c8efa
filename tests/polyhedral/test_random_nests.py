"""Random nests, each rewritten by every move that applies, do to every byte what they did.

`LLMOPT_NESTS_SEED` is the first seed and `LLMOPT_NESTS` how many there are, for more than these.
"""

from __future__ import annotations

import os

import pytest

from tests.conftest import need
from tests.polyhedral.running import CONFIGURATIONS, Batch
from tests.polyhedral.written import written

FIRST = int(os.environ.get("LLMOPT_NESTS_SEED", "0"))
COUNT = int(os.environ.get("LLMOPT_NESTS", "16"))


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    need("gcc")
    seeds = range(FIRST, FIRST + COUNT)
    functions = {f"f{seed}": written(seed, f"f{seed}") for seed in seeds}
    made = Batch(tmp_path_factory.mktemp("nests"), functions)
    made.rewrite()
    assert made.moves
    return made


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_rewritten_nests_do_what_they_did(configuration: str, batch: Batch) -> None:
    need(CONFIGURATIONS[configuration][0])
    printed = batch.call(configuration, 40)
    assert "differs" not in printed, printed
    assert "done" in printed, printed
