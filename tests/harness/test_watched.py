"""Accesses to volatile objects are compared: which, in which order, and what is written."""

from __future__ import annotations

import pytest

from llmopt.harness import watched
from llmopt.harness.program import Harness
from llmopt.harness.suite import Suite
from llmopt.rewrite.build import assembly_digest, ir_digest, source_step
from llmopt.toolchain import assembly, ir
from llmopt.values.step import AssemblyText, Donor, IrText
from llmopt.values.verdict import Inconclusive, Passed, Refuted, describe
from llmopt.verify import tests as gate
from tests.conftest import need
from tests.units import SANDBOX, context

UNIT = """
struct device { volatile unsigned status, length, window[4], bell; };
int send(struct device *d, const unsigned *words, unsigned n, unsigned tries)
{
    unsigned status = 1;
    for (unsigned i = 0; i < tries && (status & 1); i++)
        status = d->status;
    if (status & 1)
        return -1;
    n = n < 4 ? n : 4;
    d->length = n;
    for (unsigned i = 0; i < n; i++)
        d->window[i] = words[i];
    d->bell = 1;
    return (int)n;
}
"""
SEND = UNIT[UNIT.index("int send") :].strip()
WRONG = {
    "another order": SEND.replace("    d->length = n;\n", "").replace(
        "    d->bell = 1;", "    d->length = n;\n    d->bell = 1;"
    ),
    "one look for all": SEND.replace("status = d->status;", "status = i ? status : d->status;"),
    "another look": SEND.replace("    d->length = n;", "    (void)d->status;\n    d->length = n;"),
    "as plain memory": SEND.replace(
        "d->window[i] = words[i]", "((unsigned *)d->window)[i] = words[i]"
    ),
    "in two writes": SEND.replace("d->bell = 1", "d->bell = 0;\n    d->bell = 1"),
}
RIGHT = SEND.replace("d->window[i] = words[i]", "*to++ = *words++").replace(
    "    d->length = n;", "    volatile unsigned *to = d->window;\n    d->length = n;"
)


@pytest.fixture(scope="module", params=["gcc", "clang-19"])
def suite(request, tmp_path_factory):
    need(request.param)
    unit = context(tmp_path_factory.mktemp("watched"), UNIT, request.param)
    return Suite(Harness(unit, "send", SANDBOX), 5, 150)


@pytest.mark.parametrize("what", WRONG)
def test_another_conversation_with_a_device_is_refuted(suite, what):
    step = source_step(suite.harness.context, "send", WRONG[what].encode())
    verdict = gate.judge(suite, [step])
    assert isinstance(verdict, Refuted), describe(verdict)


def test_the_same_conversation_in_other_words_passes(suite):
    step = source_step(suite.harness.context, "send", RIGHT.encode())
    assert RIGHT != SEND
    verdict = gate.judge(suite, [step])
    assert isinstance(verdict, Passed), describe(verdict)
    assert isinstance(gate.judge(suite, [Donor(("send",), ("-Os",))]), Passed)


def test_assembly_cannot_be_watched(suite):
    text = suite.harness.context.compiler.assembly()
    step = AssemblyText("send", assembly_digest(text, "send"), assembly.excerpt(text, "send"))
    verdict = gate.judge(suite, [step])
    assert isinstance(verdict, Inconclusive)
    assert "volatile" in verdict.reason


def test_ir_is_watched_as_well(tmp_path):
    need("clang-19")
    unit = context(tmp_path, UNIT, "clang-19")
    suite = Suite(Harness(unit, "send", SANDBOX), 5, 150)
    module = unit.compiler.module()
    digest = ir_digest(module, unit.compiler.module(optimized=True), "send")
    own = ir.excerpt(module, "send")
    assert isinstance(gate.judge(suite, [IrText("send", digest, own)]), Passed)
    at = own.index("store volatile i32 1,")
    bell = own[at : own.index("\n", at)]
    twice = IrText("send", digest, own.replace(bell, f"{bell}\n  {bell}", 1))
    assert isinstance(gate.judge(suite, [twice]), Refuted)


def test_a_unit_without_volatile_objects_is_not_watched(tmp_path):
    plain = Harness(context(tmp_path, "int one(int n)\n{\n    return n + 1;\n}\n"), "one", SANDBOX)
    assert watched.original(plain) is None
