"""Objects with recipes' steps in them: made once, past the static gate, then from the cache."""

from __future__ import annotations

from llmopt.errors import NotApplicable, StoreError
from llmopt.flow.project import Project
from llmopt.rewrite.build import build
from llmopt.rewrite.unit import UnitContext
from llmopt.values.step import Step
from llmopt.values.verdict import Passed, Verdict, describe
from llmopt.verify import static


def object_with(
    project: Project, context: UnitContext, function: str, steps: tuple[Step, ...]
) -> bytes:
    """The unit's object with `steps` applied, the last of them for `function`.

    Raises NotApplicable when a step does not fit or the static gate does not pass, ToolFailed when
    the compiler refuses the text, SourceError when it cannot be located, StoreError when the cache
    cannot be written.
    """
    key = context.unit_key(steps)
    known = project.cache.object(key)
    if known is not None:
        return known
    _check(static.judge_texts(context, steps))
    made = build(context, steps, diagnose=False).object
    _check(static.judge_object(context, function, steps, made))
    project.cache.add_object(key, made)
    if project.cache.object(key) != made:
        raise StoreError("the cache does not give back what was put into it")
    return made


def _check(verdict: Verdict) -> None:
    if not isinstance(verdict, Passed):
        raise NotApplicable(describe(verdict))
