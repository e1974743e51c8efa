"""The test agent: shows a model a function and what its tests do not tell, and hands on generators.

Of the candidates it sees nothing, and they see nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

from llmopt.agents.question import declared
from llmopt.agents.text_tool import text_tool
from llmopt.agents.veil import Veil
from llmopt.errors import NotApplicable, SourceError, ToolFailed
from llmopt.harness.score import Score, Survivor
from llmopt.models.conversation import Asked, Ended, Models
from llmopt.rewrite.texts import text_of
from llmopt.rewrite.unit import UnitContext
from llmopt.values.contract import Contract

_TEXT = "the statements, in C"
#: Mutants that are shown.
_SHOWN = 12


@dataclass(frozen=True)
class Untested:
    """A function, what its callers promise, the generators that it has, and how its tests stand:
    `score` is None where there are too few cases to have one.
    """

    context: UnitContext
    function: str
    contract: Contract
    score: Score | None


@dataclass(frozen=True)
class Tried:
    """What came of a generator, and how the tests stand now."""

    said: str
    score: Score | None


def strengthen(
    models: Models,
    model: str,
    untested: Untested,
    submit: Callable[[str], Tried],
    *,
    turns: int,
    comments: bool,
) -> Ended:
    """Has a model write generators until it or its turns come to an end.

    Raises what `submit` raises, NotApplicable where the function has no text, ConfigError where no
    model can be asked.
    """
    veil = Veil(is_open=comments)

    def take(text: str) -> str:
        tried = submit(veil.restore(text))
        return f"{veil.told(tried.said)}\n\n{_standing(tried.score, veil)}"

    try:
        question = _question(untested, veil)
    except (SourceError, ToolFailed) as error:
        raise NotApplicable(str(error)) from error
    asked = Asked(
        title=f"tests of {untested.function}",
        model=model,
        system=(files("llmopt.agents") / "prompts" / "tests.md").read_text("utf-8"),
        question=question,
        tools=[text_tool("generator", "Tries statements that make arguments.", _TEXT, take)],
        turns=turns,
    )
    return models.converse(asked, untested.function, "tests")


def _question(untested: Untested, veil: Veil) -> str:
    context, function = untested.context, untested.function
    parts = [
        f"The function `{function}`, after preprocessing, with what it needs:",
        veil.hide(declared(context, function)),
        veil.hide(text_of(context, function, "source")),
    ]
    if promised := _promised(untested.contract):
        parts += ["What its callers promise:", veil.hide(promised)]
    for number, text in enumerate(untested.contract.generate, 1):
        parts += [f"Generator {number}, which it has:", veil.hide(text)]
    return "\n\n".join([*parts, _standing(untested.score, veil)])


def _promised(contract: Contract) -> str:
    """What a contract says, but for the generators."""
    said = {name: value for name, value in vars(contract).items() if value not in ("", "auto")}
    return "\n".join(f"{n}: {value}" for n, value in said.items() if value and n != "generate")


def _standing(found: Score | None, veil: Veil) -> str:
    """What the tests tell, and the mutants that they do not, the smallest way to say it."""
    if found is None:
        return "The original takes too few of the calls that are made up: make some that it takes."
    told = f"The tests tell {found.killed} of {found.not_equivalent} mutants from the original."
    if not found.survivors:
        return told
    shown = [_line(survivor, veil) for survivor in found.survivors[:_SHOWN]]
    return "\n".join([f"{told} Not these:", *shown])


def _line(survivor: Survivor, veil: Veil) -> str:
    changed = [
        f"{line[0]} {veil.hide(line[1:]).split('/*')[0].strip()}"
        for line in survivor.diff.splitlines()
        if line[:1] in ("-", "+") and line[:3] not in ("---", "+++")
    ]
    return "\n".join(changed)
