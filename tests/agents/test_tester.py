"""What a test agent is shown of a function and of its mutants, and what it hands on."""

from __future__ import annotations

import pytest

from llmopt.agents.tester import Tried, Untested, strengthen
from llmopt.harness.score import Score, Survivor
from llmopt.models.conversation import Ended
from llmopt.values.contract import Contract
from tests.units import context

UNIT = """
/* the password is swordfish */
int opens(const char *text)
{
    return text[0] == 'x' && text[1] == 'y'; /* of swordfish */
}
int named(const char *text) { return !__builtin_strcmp(text, "swordfish"); }
"""
DIFF = """\
--- original
+++ mutant
@@ -4 +4 @@
-    return text[0] == 'x' && text[1] == 'y'; /* of swordfish */
+    return text[0] == 'x' || text[1] == 'y'; /* of swordfish */
"""
SCORE = Score(7, 8, 0, 0, (Survivor(4, "`||`, not `&&`", DIFF),))


class Room:
    """Takes the place of models: hands in texts, one after the other."""

    def __init__(self, *given):
        self.given = given
        self.told = []

    def converse(self, asked, function, move):
        self.asked, self.purpose = asked, (function, move)
        (tool,) = asked.tools
        self.told = [tool.run(given) for given in self.given]
        return Ended("done")


@pytest.fixture
def unit(tmp_path):
    return context(tmp_path, UNIT)


def shown(unit, function, score, *given, submit=None):
    room = Room(*given)
    contract = Contract(nonnull=("text",), generate=("text = 0;",))
    untested = Untested(unit, function, contract, score)
    strengthen(room, "small", untested, submit, turns=4, comments=False)
    return room


def test_it_sees_what_is_not_told_yet_and_no_comment(unit):
    room = shown(unit, "opens", SCORE)
    question = room.asked.question
    for words in (
        "7 of 8 mutants",
        "+ return text[0] == 'x' || text[1] == 'y';",
        "nonnull: ('text',)",
        "Generator 1",
    ):
        assert words in question
    assert "swordfish" not in question
    assert room.purpose == ("opens", "tests")
    assert "takes too few" in shown(unit, "opens", None).asked.question


def test_strings_are_put_back_in_what_it_hands_on(unit):
    taken = []

    def submit(text):
        taken.append(text)
        return Tried('the string "swordfish" at /home/me/unit.c', SCORE)

    hands_in = {"text": 'memcpy((char *)text, "@1@", 10);'}
    room = shown(unit, "named", SCORE, hands_in, {"text": " "}, {}, submit=submit)
    assert taken == ['memcpy((char *)text, "swordfish", 10);']
    assert "swordfish" not in room.told[0]
    assert "/home" not in room.told[0]
    assert "7 of 8" in room.told[0]
    assert "there was none" in room.told[1]
    assert "there was none" in room.told[2]
