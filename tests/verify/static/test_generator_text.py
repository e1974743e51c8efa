"""What a generator of somebody else's may say before a compiler reads it."""

from __future__ import annotations

import pytest

from llmopt.values.verdict import Passed, Refuted
from llmopt.verify.static import judge_generator


@pytest.mark.parametrize(
    "text",
    [
        "x = llmopt_draw(1, 9);",
        'strcpy((char *)name, "system(1)"); /* system(2) */ // exit(3)',
        "for (int i = 0; i < 4; i++) { ((int *)at)[i] = own_function(i); }",
        "if (x) { x = 1; } else while (x) x--;",
        "char c = '{'; (void)c;",
    ],
)
def test_statements_that_make_arguments(text):
    assert isinstance(judge_generator(text, {"own_function"}), Passed)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('system("true");', "system"),
        ("own_function(1);", "own_function"),
        ("} int llmopt_agree(void) {", "llmopt_agree"),
        ("x = 1; } int other(void) { return 0;", "other"),
        ("x = 1; } {", "closes nothing"),
        ("if (x) {", "lacks a }"),
        ("x = (1;", "lacks a )"),
        ('#include "/etc/passwd"\n', "directive"),
        ('%: include "/etc/passwd"\n', "directive"),
        ("llmopt_mutant = 3;", "llmopt_mutant"),
        ("__builtin_trap();", "__builtin_trap"),
        ('asm("nop");', "asm"),
        ("goto out;", "goto"),
        ("void (*p)(void) = 0; (*p)();", "void"),
        ("((void (*)(int))address)(1);", "void"),
        ("x = 1;" * 5000, "characters"),
    ],
)
def test_what_does_more_is_refused(text, said):
    verdict = judge_generator(text, ())
    assert isinstance(verdict, Refuted)
    assert said in verdict.counterexample
