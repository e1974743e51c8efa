"""Random nests, each rewritten by every move that applies, do to every byte what they did."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import need
from tests.polyhedral.running import CONFIGURATIONS, Batch
from tests.polyhedral.written import written

FIRST = int(os.environ.get("LLMOPT_NESTS_SEED", "0"))
COUNT = int(os.environ.get("LLMOPT_NESTS", "16"))


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_rewritten_nests_do_what_they_did(configuration: str, tmp_path: Path) -> None:
    need(CONFIGURATIONS[configuration][0])
    seeds = range(FIRST, FIRST + COUNT)
    batch = Batch(tmp_path, {f"f{seed}": written(seed, f"f{seed}") for seed in seeds})
    batch.rewrite()
    assert batch.moves
    printed = batch.call(configuration, 40)
    assert "differs" not in printed, printed
    assert "done" in printed, printed
