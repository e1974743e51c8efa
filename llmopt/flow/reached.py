"""What the project's own runs reach of a text: its workload and checks, in the private build."""

from __future__ import annotations

from llmopt.config.model import WorkloadSection
from llmopt.harness.coverage import covered
from llmopt.harness.exercise import Exercise, Marking
from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain.assembly import Mark
from llmopt.workspace.tree import Tree

#: Code with marks is not optimized: it was seen to take up to ten times as long.
_SLOWER = 10


def by_workload(tree: Tree, section: WorkloadSection, context: UnitContext) -> Exercise:
    """Runs the workload and the checks with the unit's marked object in the tree, whose own one is
    the caller's to put back.
    """

    def exercise(marking: Marking) -> list[Mark]:
        made = covered(
            context,
            marking.text,
            marking.functions,
            tree.path / "llmopt-marks",
            marking.steps,
            marking.options,
        )
        try:
            tree.place({context.unit.command.output_path: made.object})
            for command in dict.fromkeys((section.command, *section.checks)):
                tree.run(command, section.timeout * _SLOWER)
            return made.left_out()
        finally:
            made.path.unlink()

    return exercise
