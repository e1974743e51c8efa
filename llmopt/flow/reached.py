"""What the project's own runs reach of a text: its workload and checks, in the private build."""

from __future__ import annotations

from llmopt.flow.session import Session
from llmopt.harness.coverage import covered
from llmopt.harness.exercise import Exercise, Marking
from llmopt.rewrite.unit import UnitContext
from llmopt.toolchain.assembly import Mark

#: Code with marks is not optimized: it was seen to take up to ten times as long.
_SLOWER = 10


def by_workload(session: Session, context: UnitContext) -> Exercise:
    """Runs the workload and the checks with the unit's marked object in the candidate's tree, which
    is the caller's to put back.
    """
    section = session.config.workload

    def exercise(marking: Marking) -> list[Mark]:
        tree = session.candidate
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
