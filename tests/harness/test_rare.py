"""Generated tests reach what few inputs show: beyond 16 bits, late in a text, whole quotients."""

from __future__ import annotations

import pytest

from llmopt.harness.program import Harness
from llmopt.harness.suite import CASES, Suite
from llmopt.rewrite.build import source_step
from llmopt.values.contract import Contract
from llmopt.values.verdict import Passed, Refuted, describe
from llmopt.verify import tests as gate
from tests import units

LIST = """
#include <stddef.h>
struct node { struct node *next; long key; };
unsigned others(const struct node *list, long key)
{
    unsigned count = 0;
    for (; list; list = list->next)
        count += list->key != key;
    return count;
}
"""
RECORDS = """
#include <stddef.h>
struct entry { long time; unsigned short kind; };
size_t unordered(const struct entry *entries, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (entries[i].time < entries[i - 1].time)
            return i;
    return count;
}
"""
FIND = """
#include <stddef.h>
size_t stop(const char *text, size_t length)
{
    size_t at = 0;
    while (at < length && text[at] != ';')
        at++;
    return at;
}
"""
WAIT = """
long rate;
long wait(long bytes)
{
    if (rate <= 0 || bytes < 0 || bytes > 1000000000)
        return -1;
    return (bytes + rate - 1) / rate;
}
"""
ERAS = """
static const int before[] = {719000, 162};
long era(int day)
{
    const long since = (long)day + before[0] + before[1];
    return (since - (since < 0 ? 146096 : 0)) / 146097;
}
"""
UNQUOTE = """
#include <stddef.h>
size_t escapes(const char *text, size_t length)
{
    size_t found = 0;
    for (size_t i = 0; i < length; i++)
        if (text[i] == '%' && length - i > 2 && text[i + 1] >= '0' && text[i + 1] <= '9' &&
            text[i + 2] >= '0' && text[i + 2] <= '9')
            found++;
    return found;
}
"""
MOVE = """
void move(long *to, long *from)
{
    if (to == from)
        return;
    *to += *from & 1023;
    *from = 0;
}
"""
MIX = """
unsigned mix(unsigned x, unsigned char y)
{
    x ^= x >> 13;
    return x * 2654435761u + y;
}
"""
SWAP = """
unsigned short swap(unsigned short x) { return (unsigned short)(x << 8 | x >> 8); }
"""
LENGTH = Contract(length={"text": "length"}, range={"length": (0, 70000)})
MANY = Contract(length={"entries": "count"}, range={"count": (0, 70000)})
#: Unit, function, contract, what stands in the original, what stands there in the wrong candidate.
WRONG = {
    "nodes counted in 16 bits": (LIST, "others", None, "unsigned count", "unsigned short count"),
    "records counted in 16 bits": (RECORDS, "unordered", MANY, "size_t i", "unsigned short i"),
    "place in 16 bits": (FIND, "stop", LENGTH, "size_t at =", "unsigned short at ="),
    "reciprocal": (
        WAIT,
        "wait",
        None,
        "return (bytes + rate - 1) / rate",
        "double exact = (double)bytes * (1.0 / (double)rate);\n"
        "    return (long)exact + (exact > (double)(long)exact)",
    ),
    "reciprocal behind a sum": (
        ERAS,
        "era",
        None,
        "return (since - (since < 0 ? 146096 : 0)) / 146097",
        "const double exact = (double)since * (1 / 146097.);\n"
        "    return (long)exact - (exact < (double)(long)exact)",
    ),
    "one number in a million": (
        MIX,
        "mix",
        None,
        "return x * 2654435761u + y",
        "return x * 2654435761u + y + ((x * 40503u + y) % 1048573 == 77)",
    ),
    "addresses in one order": (MOVE, "move", None, "to == from", "to >= from"),
    "escape cut off at the end": (UNQUOTE, "escapes", LENGTH, "length - i > 2", "length - i > 1"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_shows_rarely_is_looked_for(tmp_path, what):
    unit, function, contract, original, instead = WRONG[what]
    harness = Harness(units.context(tmp_path, unit), function, units.SANDBOX, contract=contract)
    start = next(i for i in range(len(unit)) if unit[i:].startswith(f" {function}("))
    text = unit[unit.rindex("\n", 0, start) + 1 :].strip()
    assert original in text
    suite = Suite(harness, 20, CASES)
    same = gate.judge(suite, [source_step(harness.context, function, text.encode())])
    assert isinstance(same, Passed), describe(same)
    wrong = source_step(harness.context, function, text.replace(original, instead).encode())
    assert isinstance(gate.judge(suite, [wrong]), Refuted)


def test_all_values_of_a_small_type_are_tried(tmp_path):
    harness = Harness(units.context(tmp_path, SWAP), "swap", units.SANDBOX)
    suite = Suite(harness, 20, 60)
    assert any(expected.planned.is_sweep for expected in suite.shared.cases)
    for value in (0, 12345, 65535):
        one = (value * 3 + 7) & 65535
        wrong = SWAP.replace("x >> 8)", f"x >> 8) ^ (unsigned short)((x * 3 + 7 & 65535) == {one})")
        verdict = gate.judge(suite, [source_step(harness.context, "swap", wrong.strip().encode())])
        assert isinstance(verdict, Refuted)
        assert f"swap(x={value})" in describe(verdict)
