"""What the agents of the three levels show a model, and what comes back to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from llmopt.agents.level import propose
from llmopt.agents.question import Assignment
from llmopt.models.conversation import Asked, Ended
from tests import units

TEXT = """
#include <stdio.h>
#define WIDE 8
#define LIMIT (5 * WIDE) /* a secret of ours */
#define NOWHERE 1
struct row { int *cells; int count; };
static int unused(int x) { return x * 77; }
static int square(int x) { return x * x; } // the trick
struct never { double weight; };
/* sums a row */
int total(const struct row *row, const char *name)
{
    int sum = 0; // of squares
    for (int i = 0; i < row->count && i < LIMIT; i++)
        sum += square(row->cells[i]);
    if (sum < 0)
        printf("customer %s owes %d\\n", name, sum);
    return sum;
}
"""


class Room:
    """Takes the place of models: keeps what is asked, and submits what it is given."""

    def __init__(self, *inputs: Mapping[str, Any]) -> None:
        self.inputs = inputs
        self.told: list[str] = []

    def converse(self, asked: Asked, function: str, move: str) -> Ended:
        self.asked, self.purpose = asked, (function, move)
        (tool,) = asked.tools
        self.told = [tool.run(given) for given in self.inputs]
        return Ended("done")


def shown(tmp_path, level, *inputs, submit=lambda text: text, comments=False):
    context = units.context(tmp_path, TEXT, "clang-19")
    room = Room(*inputs)
    assignment = Assignment(context, "total", level, 0.25)
    propose(room, "small", assignment, submit, turns=4, comments=comments)
    return room


def test_the_source_agent_shows_the_function_and_what_it_needs(tmp_path):
    room = shown(tmp_path, "source")
    question = room.asked.question
    assert "#define LIMIT (5 * WIDE)\n#define WIDE 8\n" in question
    for needed in ("struct row", "square", "for (int i = 0;", "25%", "clang version 19"):
        assert needed in question
    for other in ("NOWHERE", "unused", "struct never", "secret", "trick", "of squares", "owes"):
        assert other not in question
    assert room.purpose == ("total", "rewrite source")
    assert "submit" in room.asked.system


def test_comments_and_strings_are_sent_where_the_user_allows_it(tmp_path):
    question = shown(tmp_path, "source", comments=True).asked.question
    assert "// of squares" in question
    assert "customer %s owes" in question


@pytest.mark.parametrize(
    ("level", "held"), [("ir", "define dso_local"), ("asm", "imul")], ids=["ir", "asm"]
)
def test_the_other_agents_show_one_function_of_their_level(tmp_path, level, held):
    question = shown(tmp_path, level).asked.question
    assert held in question
    assert "unused" not in question
    assert "owes" not in question


def test_what_is_submitted_has_its_strings_again_and_what_is_told_has_none(tmp_path):
    taken = []

    def submit(text: str) -> str:
        taken.append(text)
        return f'/home/me/project/src/unit.c:3: error: {text}; total(name="made up") is 4'

    room = shown(tmp_path, "source", {"text": 'puts("@1@")'}, submit=submit)
    assert taken == [r'puts("customer %s owes %d\n")']
    assert room.told == ['unit.c:3: error: puts("@1@"); total(name="made up") is 4']


@pytest.mark.parametrize("given", [{}, {"text": 7}, {"text": " "}, {"other": "x"}, {"text": None}])
def test_an_input_without_a_text_is_told_and_not_tried(tmp_path, given):
    def submit(text: str) -> str:
        raise AssertionError(text)

    assert "there was none" in shown(tmp_path, "source", given, submit=submit).told[0]


def test_what_is_told_has_a_limit(tmp_path):
    room = shown(tmp_path, "source", {"text": "int"}, submit=lambda text: text * 5000)
    assert len(room.told[0]) == 4000
