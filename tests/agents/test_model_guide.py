"""The model's guide: what it is told, and what its choices come to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from llmopt.agents.catalogue import at_levels
from llmopt.agents.model_guide import guide
from llmopt.agents.veil import Veil
from llmopt.models.conversation import Asked, Ended, Enough
from llmopt.search.tree import Version, VersionTree
from llmopt.values.step import LEVELS
from llmopt.values.verdict import Passed, Refuted

MOVES = at_levels(LEVELS)
MOVE = MOVES[0].option.name


class Room:
    """Takes the place of models: calls tools, one after the other."""

    def __init__(self, *calls: tuple[str, Mapping[str, Any]]) -> None:
        self.calls = calls
        self.told: list[str] = []

    def converse(self, asked: Asked, function: str, move: str) -> Ended:
        self.asked, self.purpose = asked, (function, move)
        tools = {tool.name: tool for tool in asked.tools}
        try:
            for name, given in self.calls:
                self.told.append(tools[name].run(given))
        except Enough:
            return Ended("done")
        return Ended("turns")


class Desk:
    """Notes what is chosen; every move passes."""

    def __init__(self) -> None:
        self.tree = VersionTree.rooted()
        self.chosen: list[tuple[str, object]] = []

    def rewrite(self, level: str, version: int) -> str:
        self.chosen.append((f"rewrite {level}", version))
        refuted = Refuted("tests", "f(x=3): 4, not 5")
        self.tree = self.tree.add(Version(0, 0, f"small {level} 1", (), refuted, 0.0))
        return "The agent submitted 1 versions."

    def move(self, name: str, version: int) -> str:
        self.chosen.append((name, version))
        self.tree = self.tree.add(Version(0, version, name, (), Passed("screening"), 1.5))
        return ""

    def strengthen(self) -> str:
        self.chosen.append(("tests", None))
        return "9 of 9 mutants told"

    def left(self) -> str:
        return "Of the run's budget 7% is spent."


def guided(*calls: tuple[str, Mapping[str, Any]]) -> tuple[Room, Desk, Ended]:
    room, desk = Room(*calls), Desk()
    shown = "The function `filter` takes 40%"
    return room, desk, guide(room, "small", "filter", shown, MOVES, desk, Veil(), turns=9)


def test_it_is_told_of_the_function_the_moves_and_the_budget():
    room, _, ended = guided(("stop", {}))
    for words in ("`filter` takes 40%", "0: as written", "7% is spent", MOVES[0].summary):
        assert words in room.asked.question
    assert ended == Ended("done")
    assert room.asked.turns == 9
    assert room.purpose == ("filter", "guide")


def test_it_sees_the_tree_after_each_choice():
    again = {"name": MOVE, "version": 1}
    calls = [("move", {"name": MOVE}), ("rewrite", {"level": "source"}), ("move", again)]
    room, desk, _ = guided(*calls)
    assert desk.chosen == [(MOVE, 0), ("rewrite source", 0), (MOVE, 1)]
    assert f"1: {MOVE} on 0, 1.50 times as fast" in room.told[0]
    assert "2: small source 1 on 0, not measured" in room.told[1]
    assert "f(x=3): 4, not 5" in room.told[1]
    assert f"3: {MOVE} on 1" in room.told[2]


def test_it_can_have_the_tests_made_better():
    room, desk, _ = guided(("tests", {}))
    assert desk.chosen == [("tests", None)]
    assert "9 of 9 mutants told" in room.told[0]


def test_of_what_a_compiler_says_it_sees_the_error():
    room, desk = Room(("move", {"name": MOVE})), Desk()
    long = f"clang {'-Wall ' * 60}failed: unit.c:3:5: error: call of g"
    desk.tree = desk.tree.add(Version(0, 0, "small source 1", (), Refuted("build", long), 0.0))
    guide(room, "small", "filter", "", MOVES, desk, Veil(), turns=9)
    assert "1: small source 1 on 0, not measured; build: refuted: error: call of g" in room.told[0]


@pytest.mark.parametrize(
    ("tool", "given", "said"),
    [
        ("move", {}, "there is no move None"),
        ("move", {"name": "x"}, "there is no move 'x'"),
        ("move", {"name": ["x"]}, "there is no move"),
        ("move", {"name": MOVE, "version": 5}, "there is no version 5"),
        ("move", {"name": MOVE, "version": -1}, "there is no version -1"),
        ("move", {"name": MOVE, "version": True}, "there is no version True"),
        ("rewrite", {"level": "asm; rm"}, "there is no level"),
        ("rewrite", {"level": ["asm"]}, "there is no level"),
        ("rewrite", {}, "there is no level None"),
        ("rewrite", {"level": "ir", "version": 1}, "there is no version 1"),
    ],
)
def test_a_choice_that_there_is_not_is_told_and_not_done(tool, given, said):
    room, desk, _ = guided((tool, given))
    assert said in room.told[0]
    assert not desk.chosen
