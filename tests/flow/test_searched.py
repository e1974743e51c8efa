"""Who made a version, when several had a part in it."""

from __future__ import annotations

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
