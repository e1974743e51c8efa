"""The tools by which a model chooses among the compiler's own means for one function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from llmopt.agents.knobs import KNOBS, options_of
from llmopt.agents.question import Assignment
from llmopt.agents.subject import Subject
from llmopt.errors import NotApplicable
from llmopt.models.conversation import Tool
from llmopt.toolchain.pipeline import pipeline_fault
from llmopt.values.step import Donor

#: Tries the function as another build makes it, and says what came of it, in words for a model. The
#: first argument says what was chosen: `passes` or `options`.
Choose = Callable[[str, Donor], str]

_PASSES = {
    "type": "object",
    "properties": {
        "pipeline": {"type": "string", "description": "as in opt -passes=...; no file names"}
    },
    "required": ["pipeline"],
    "additionalProperties": False,
}


def choices(assignment: Assignment, choose: Choose) -> list[Tool]:
    """The tools for a function; none where its compiler is not clang."""
    if not assignment.context.compiler.is_clang:
        return []
    symbols = Subject(assignment.context, assignment.function, assignment.steps).bodies

    def passes(given: Mapping[str, Any]) -> str:
        pipeline = given.get("pipeline")
        if not isinstance(pipeline, str) or not pipeline.strip():
            return "passes takes an opt pipeline as `pipeline`; there was none"
        if fault := pipeline_fault(pipeline):
            return f"this pipeline is not taken: {fault}"
        return choose("passes", Donor(symbols, passes="".join(pipeline.split()), level="ir"))

    def options(given: Mapping[str, Any]) -> str:
        try:
            chosen = options_of(given, symbols)
        except NotApplicable as error:
            return str(error)
        return choose("options", Donor(symbols, chosen, level="ir"))

    knobs = {name: knob.schema for name, knob in KNOBS.items()}
    schema = {"type": "object", "properties": knobs, "additionalProperties": False}
    return [
        Tool("passes", "Compiles the function by another opt pipeline.", _PASSES, passes),
        Tool("options", "Compiles the function with other options.", schema, options),
    ]
