"""No compiler acts on a text before it was read: a compiler that did would wait at a pipe here."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from llmopt.config.model import GATES
from llmopt.flow.gates import Gatekeeper
from llmopt.flow.trial import Bench, Subject, open_subject
from llmopt.rewrite.build import assembly_digest, ir_digest
from llmopt.toolchain import assembly, ir
from llmopt.values.step import AssemblyText, IrText, SourceText, Step
from llmopt.values.verdict import Passed
from tests.conftest import need
from tests.corpus.runner import CORPUS, Silent, project

FUNCTION = "hash_bytes"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Gatekeeper, Bench, Subject]:
    need("clang-19")
    gates = [gate for gate in GATES if gate != "time"]
    session = project(CORPUS / FUNCTION, tmp_path_factory.mktemp("unread"), gates, "clang-19")
    return Gatekeeper(session, Silent()), Bench(session), open_subject(session, FUNCTION, "unit.c")


def reading(what: str, subject: Subject, pipe: Path) -> Step:
    """A step that has a compiler read a pipe, or load it."""
    context = subject.context
    own = context.locate(FUNCTION).text.decode()
    if what == "C":
        return SourceText(FUNCTION, "any", f'#include "{pipe}"\n{own}', "any")
    if what == "embedded assembly":
        return SourceText(FUNCTION, "any", f'{own}\nasm(".incbin \\"{pipe}\\"");\n', "any")
    if what == "an option":
        return SourceText(FUNCTION, "any", own, "any", options=(f"-include{pipe}",))
    if what == "a plugin":
        return SourceText(FUNCTION, "any", own, "any", options=(f"-fplugin={pipe}",))
    module = context.compiler.module()
    if what == "IR":
        digest = ir_digest(module, context.compiler.module(optimized=True), FUNCTION)
        text = ir.excerpt(module, FUNCTION)
        asm = f'  call void asm sideeffect ".incbin \\22{pipe}\\22", ""()\n'
        head, brace, rest = text.partition("{\n")
        return IrText(FUNCTION, digest, head + brace + asm + rest)
    text = context.compiler.assembly()
    own = assembly.excerpt(text, FUNCTION)
    return AssemblyText(FUNCTION, assembly_digest(text, FUNCTION), f'{own}\t.incbin "{pipe}"\n')


@pytest.mark.parametrize(
    "what", ["C", "embedded assembly", "an option", "a plugin", "IR", "assembly"]
)
def test_a_compiler_gets_nothing_that_has_it_read_other_files(
    made: tuple[Gatekeeper, Bench, Subject], what: str, tmp_path: Path
) -> None:
    gates, bench, subject = made
    pipe = tmp_path / "secret"
    os.mkfifo(pipe)
    step = reading(what, subject, pipe)
    start = time.monotonic()
    (verdict,) = gates.judge(subject, (step,))
    assert not isinstance(verdict, Passed)
    assert verdict.gate == "static"
    tried = bench.try_version(subject, (step,)).verdict
    assert (tried.gate, type(tried)) == ("static", type(verdict))
    assert time.monotonic() - start < 10
