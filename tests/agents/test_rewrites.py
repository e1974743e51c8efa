"""Every rewrite of the catalogue shows by its own examples what it does and what it leaves alone.

A file of `moves/` may hold `EXAMPLES`, functions before and after, and `REFUSED`.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from types import ModuleType

import pytest

from llmopt.agents import moves
from llmopt.agents.example import Example, Refused
from llmopt.agents.moves import dispatch
from llmopt.agents.subject import Move, Seen, Subject
from llmopt.errors import NotApplicable
from llmopt.harness.program import Harness
from llmopt.harness.suite import Suite
from llmopt.rewrite.build import build
from llmopt.rewrite.unit import UnitContext
from llmopt.source.lexical import tokenize
from llmopt.toolchain.cpu import levels
from llmopt.values.step import SourceText
from llmopt.values.verdict import Passed
from llmopt.verify import building, static, tests
from tests.conftest import need
from tests.units import SANDBOX, context

COMPILERS = ("gcc", "clang-19")
WARNINGS = "-O2 -Wall -Wextra -Wconversion -Wno-sign-conversion"

FILES: dict[str, ModuleType] = {
    found.name: importlib.import_module(f"{moves.__name__}.{found.name}")
    for found in pkgutil.iter_modules(moves.__path__)
}
EXAMPLES = {
    f"{name}-{number}": (name, example)
    for name, file in FILES.items()
    for number, example in enumerate(getattr(file, "EXAMPLES", ()), 1)
}
REFUSED = {
    f"{name}-{number}": (name, refused)
    for name, file in FILES.items()
    for number, refused in enumerate(getattr(file, "REFUSED", ()), 1)
}


def move_of(name: str, example: Example | Refused) -> Move:
    known = {move.option.name: move for move in FILES[name].MOVES}
    return known[example.move] if example.move else FILES[name].MOVES[0]


def unit_of(example: Example, directory: Path, compiler: str) -> UnitContext:
    return context(directory, f"{example.around}{example.before}\n", compiler, WARNINGS)


def proposed(unit: UnitContext, name: str, example: Example) -> SourceText:
    move = move_of(name, example)
    (step,) = move.propose(Subject(unit, "f", seen=Seen(example.usual)))
    assert isinstance(step, SourceText)
    return step


def fitting(unit: UnitContext, name: str, example: Example) -> SourceText | None:
    """The step; None where it is for the other compiler, or for another processor."""
    try:
        return proposed(unit, name, example)
    except NotApplicable as refused:
        if re.search(r"for gcc|this processor", str(refused)):
            return None
        raise


def tokens(text: str) -> list[str]:
    return tokenize(re.sub(r"^#line.*$", "", text, flags=re.MULTILINE))


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_becomes_what_it_says(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("gcc")
    monkeypatch.setattr(dispatch, "levels", lambda: ("x86-64-v3", "x86-64-v4"))
    name, shown = EXAMPLES[example]
    step = proposed(unit_of(shown, tmp_path, "gcc"), name, shown)
    assert tokens(step.text) == tokens(shown.after), step.text


@pytest.mark.parametrize("refused", REFUSED)
def test_what_is_refused_is_refused_for_its_reason(refused: str, tmp_path: Path) -> None:
    need("gcc")
    name, shown = REFUSED[refused]
    unit = context(tmp_path, f"{shown.unit}\n", "gcc", "-O2")
    with pytest.raises(NotApplicable, match=re.escape(shown.reason)):
        move_of(name, shown).propose(Subject(unit, "f", seen=Seen({"n": [1]})))


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("example", EXAMPLES)
def test_gates_find_nothing_in_an_example(example: str, compiler: str, tmp_path: Path) -> None:
    """Static rules, warnings, and calls made up by the harness, with all copies made to run."""
    need(compiler)
    name, shown = EXAMPLES[example]
    unit = unit_of(shown, tmp_path, compiler)
    assert not unit.diagnostics
    step = fitting(unit, name, shown)
    if step is None:
        return
    made = build(unit, (step,))
    for verdict in (
        static.judge(unit, "f", (step,), made.object),
        building.judge(unit.diagnostics, made.diagnostics),
        tests.judge(Suite(Harness(unit, "f", SANDBOX, contract=shown.contract), 1, 400), (step,)),
    ):
        assert isinstance(verdict, Passed), verdict


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("example", EXAMPLES)
def test_a_dispatcher_goes_on_top_of_a_rewrite(example: str, compiler: str, tmp_path: Path) -> None:
    need(compiler)
    if not levels():
        pytest.skip("nothing wider than the baseline here")
    name, shown = EXAMPLES[example]
    unit = unit_of(shown, tmp_path, compiler)
    first = fitting(unit, name, shown)
    if first is None or first.is_dispatcher:
        return
    try:
        (step,) = dispatch.propose_dispatch(Subject(unit, "f", (first,)))
    except NotApplicable as refused:
        # The C library's macros may ask what the compiler knows.
        if "__builtin_constant_p" in str(refused):
            return
        raise
    assert isinstance(step, SourceText)
    assert step.is_dispatcher
    made = build(unit, (step,))
    verdict = static.judge(unit, "f", (step,), made.object)
    assert isinstance(verdict, Passed), verdict
    assert set(Subject(unit, "f", (step,)).bodies) == set(step.helpers)


def test_every_rewrite_shows_examples_and_what_it_refuses() -> None:
    for name, file in FILES.items():
        if any(move.option.level == "source" for move in file.MOVES):
            assert file.EXAMPLES, name
            assert file.REFUSED, name
