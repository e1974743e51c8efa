"""Who made a version, when several had a part in it, and when it was known."""

from __future__ import annotations

import time

from llmopt.flow.events import Trial
from llmopt.flow.searched import Searched
from llmopt.profile.hot import HotFunction
from llmopt.search.tree import Version
from llmopt.values.recipe import OWN
from llmopt.values.verdict import Passed


def test_what_a_model_had_a_part_in_stays_the_model_s():
    """Else llmopt's own move on top would spare it the proof that is asked of others' texts."""
    entry = Searched(HotFunction("filter", "a.c", 0.4, ("filter",)), None)
    entry.origins["small source 1"] = {"agent": "small"}
    for parent, move in ((0, "small source 1"), (1, "polly"), (0, "polly")):
        entry.tree = entry.tree.add(Version(0, parent, move, (), Passed("screening"), 1.5))
    root, written, both, own = entry.tree.versions
    assert [entry.origin(v)["agent"] for v in (root, written, both, own)] == [
        OWN, "small", "small", OWN
    ]  # fmt: skip


def test_a_version_says_when_it_was_known():
    told: list[Trial] = []

    class Told:
        def trial(self, trial: Trial) -> None:
            told.append(trial)

    function = HotFunction("filter", "a.c", 0.4, ("filter",))
    entry = Searched(function, None, began=time.monotonic() - 100)
    entry.add(Told(), Version(0, 0, "polly", (), Passed("screening"), 1.5))
    assert [trial.move for trial in told] == ["polly"]
    assert entry.tree.root.at == 0
    assert 100 <= entry.tree.versions[1].at < 110
