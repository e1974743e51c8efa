"""A function's text in any version of it, and the steps that other text makes on top of others."""

from __future__ import annotations

import pytest

from llmopt.errors import NotApplicable
from llmopt.rewrite.build import build, source_step
from llmopt.rewrite.texts import kept_steps, lower_step, text_of
from llmopt.values.step import Donor
from tests import units

TEXT = """
int scale(int x, int y)
{
    return x * 12345 + y;
}
"""
OTHER = "int scale(int x, int y)\n{\n    return y + x * 54321;\n}"


@pytest.fixture
def context(tmp_path):
    return units.context(tmp_path, TEXT, "clang-19")


def test_a_version_shows_its_own_text_at_each_level(context):
    step = source_step(context, "scale", OTHER.encode())
    for at in ("source", "ir", "asm"):
        assert "12345" in text_of(context, "scale", at)
        assert "54321" in text_of(context, "scale", at, [step])


def test_text_goes_on_top_of_what_is_kept_and_in_the_place_of_its_own_kind(context):
    first = source_step(context, "scale", OTHER.encode())
    shown = text_of(context, "scale", "ir", [first])
    second = lower_step(context, "scale", "ir", shown.replace("54321", "777"), [first])
    assert "777" in text_of(context, "scale", "asm", [first, second])
    assert kept_steps("scale", "ir", [first, second]) == (first,)
    assert kept_steps("scale", "source", [first]) == ()
    assembly = text_of(context, "scale", "asm", [first, second])
    third = lower_step(context, "scale", "asm", assembly.replace("$777", "$999"), [first, second])
    assert kept_steps("scale", "asm", [first, second, third]) == (first, second)
    assert (999).to_bytes(4, "little") in build(context, [first, second, third]).object
    with pytest.raises(NotApplicable):
        build(context, [first, third])  # it was made from another text


def test_what_was_changed_below_a_level_gets_no_text_there(context):
    donor = Donor(("scale",), ("-O3",))
    for at in ("source", "ir"):
        with pytest.raises(NotApplicable, match="below"):
            kept_steps("scale", at, [donor])
    with pytest.raises(NotApplicable):
        text_of(context, "scale", "source", [donor])
    assert kept_steps("scale", "asm", [donor]) == (donor,)
