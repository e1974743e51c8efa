"""Project-tests gate: the project's own tests, on a build with the candidate in it."""

from __future__ import annotations

from llmopt.config.model import BuildSection
from llmopt.values.verdict import Inconclusive, Passed, Refuted, Verdict
from llmopt.workspace.tree import Tree

GATE = "project-tests"


def judge(tree: Tree, section: BuildSection, baseline: Verdict | None) -> Verdict:
    """Judges the candidate that stands in `tree`; `baseline` is the original's verdict, if known.

    Tests that fail with the original as well can tell nothing.
    """
    if not section.test:
        return Inconclusive(GATE, "build.test names no tests")
    if isinstance(baseline, (Refuted, Inconclusive)):
        return Inconclusive(GATE, "the project's tests do not pass with the original")
    done = tree.run(section.test, section.timeout, builds=True)
    if done.timed_out:
        return Refuted(GATE, f"`{section.test}` took more than {section.timeout:g} s")
    if done.status != 0:
        return Refuted(GATE, f"`{section.test}` exits with {done.status}: {done.tail[-600:]}")
    return Passed(GATE, {"command": section.test, "seconds": round(done.seconds, 2)})
