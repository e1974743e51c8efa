"""What a level's agent is shown first: the function's text, what it needs, what tools say of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from llmopt.agents.findings import first_findings
from llmopt.agents.veil import Veil
from llmopt.profile.hot import Spot
from llmopt.rewrite.texts import text_of
from llmopt.rewrite.unit import UnitContext
from llmopt.values.step import Level, Step

#: Characters of declarations that are shown; a model that needs more has been shown too much.
_DECLARATIONS = 12_000
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Assignment:
    """What an agent works on: a version of a function, and its share of the program's time. `spots`
    are the hottest instructions of the function as written.
    """

    context: UnitContext
    function: str
    level: Level
    share: float
    steps: tuple[Step, ...] = ()
    spots: tuple[Spot, ...] = ()


def question_of(assignment: Assignment, veil: Veil) -> str:
    """The first question. Raises NotApplicable, SourceError, ToolFailed where there is no text of
    the function at the level.
    """
    *parts, text = _shown(assignment, veil)
    if assignment.level == "source":
        needed = veil.hide(declared(assignment.context, assignment.function))
        parts += [f"What it needs, after preprocessing:\n\n{needed}", "The function:"]
    return "\n\n".join([*parts, text])


def sketch_of(assignment: Assignment, veil: Veil) -> str:
    """What a guide is shown: the function without what it needs. Raises as `question_of`."""
    return "\n\n".join(_shown(assignment, veil))


def _shown(assignment: Assignment, veil: Veil) -> list[str]:
    """The function's share, what tools say of it, and its text at the level."""
    context, function, level = assignment.context, assignment.function, assignment.level
    identity = context.compiler.identity
    head = (
        f"The function `{function}` takes {assignment.share:.0%} of the program's time.\n"
        f"Compiler: {' '.join(identity.version.splitlines()[:1])}; target {identity.target}."
    )
    plain = text_of(context, function, level, assignment.steps)
    steps, spots = assignment.steps, assignment.spots
    findings = first_findings(context, function, level, steps, spots, plain)
    return [*filter(None, [head, findings]), veil.hide(plain, level)]


def declared(context: UnitContext, function: str) -> str:
    """The macros and declarations that a function needs. Raises SourceError, ToolFailed."""
    return _macros(context, function) + _declarations(context, function)


def _macros(context: UnitContext, function: str) -> str:
    """The macros that a function's text names, and those that these name."""
    known = context.compiler.macros()
    waiting = _NAME.findall(context.locate(function).text.decode("utf-8", "replace"))
    found: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        if name in known and name not in found:
            found[name] = f"#define {name}{known[name]}\n"
            waiting += _NAME.findall(known[name])
    return "".join(sorted(found.values()))


def _declarations(context: UnitContext, function: str) -> str:
    """The declarations and definitions that a function reaches, without its own."""
    chunks = context.lexical.closure(function).chunks
    texts = [chunk.text for chunk in chunks if function not in chunk.names]
    kept: list[str] = []
    # The nearest to the function, which stand last, say most.
    for text in reversed(texts):
        if sum(map(len, kept)) + len(text) > _DECLARATIONS:
            break
        kept.append(text)
    left_out = len(texts) - len(kept)
    head = f"/* {left_out} earlier declarations are left out */\n" if left_out else ""
    return head + "".join(reversed(kept))
