"""Comments and what stands in strings do not leave the machine, and answers get strings back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmopt.agents.veil import Veil

TEXT = """
/* the password is swordfish */
int ask(const char *name) // of the customer
{
    char quote = '"', slash = '/'; /* two
    lines */
    if (!strcmp(name, "swordfish") || !strcmp(name, "a \\"b\\" // c"))
        return printf("%5.2f, %s\\n", 1.0, "swordfish"), quote / slash;
    return '\\'' == name[0];
}
"""


def test_comments_and_strings_are_hidden_and_strings_come_back():
    veil = Veil()
    sent = veil.hide(TEXT)
    for secret in ("swordfish", "customer", "lines", "// c"):
        assert secret not in sent
    assert sent.count('"@1@"') == 2
    assert "'\"', slash = '/';" in sent
    assert '"%5.2f, %s\\n"' in sent, "it says nothing"
    assert sent.count("\n") == TEXT.count("\n")
    back = veil.restore(sent.replace("return", "return 1 +"))
    assert back.count('"swordfish"') == 2
    assert '"a \\"b\\" // c"' in back


def test_a_string_that_looks_like_a_name_is_hidden_as_well():
    veil = Veil()
    code = 'f("secret", "@1@", "@2@")'
    assert veil.hide(code) == 'f("@1@", "@2@", "@3@")'
    assert veil.restore(veil.hide(code)) == code


def test_an_open_veil_hides_nothing():
    assert Veil(is_open=True).hide(TEXT) == TEXT


@pytest.mark.parametrize("text", ['"@7@"', '"@0@"', '"@1@', "@1@", '"@99999999999999999999@"'])
def test_a_name_of_no_string_stays(text):
    assert Veil().restore(text) == text


@given(st.lists(st.text(st.characters(codec="ascii", exclude_characters='"\\\n/*'))))
def test_all_strings_come_back(texts):
    code = "; ".join(f'f("{text}")' for text in texts)
    veil = Veil()
    assert veil.restore(veil.hide(code)) == code


def test_below_the_source_the_words_of_the_format_stay():
    ir = 'define i32 @f() "frame-pointer"="all" { store [4 x i8] c"key\\00", ptr %a }'
    veil = Veil()
    assert veil.hide(ir, "ir") == ir.replace('"key\\00"', '"@1@"')
    assert veil.restore(veil.hide(ir, "ir")) == ir
    assembly = '\t.section\t.rodata,"a",@progbits\n\t.asciz\t"key \\"1\\""\n\t.string "lock"\n'
    sent = veil.hide(assembly, "asm")
    assert '"a",@progbits' in sent
    assert "key" not in sent
    assert "lock" not in sent
    assert veil.restore(sent) == assembly


def test_of_a_compiler_that_failed_neither_command_nor_paths_are_told():
    said = (
        "build: refuted: /usr/bin/clang-19 -I/home/me/project/src -DKEY=7 -c a.c failed in /tmp/x "
        "(status 1):\n/home/me/project/src/a.c:3:5: error: no g\nnote: -I/home/me/more -L/opt/lib/y"
    )
    assert Veil().told(said) == (
        "build: refuted: src/a.c:3:5: error: no g\nnote: -Imore -Ly".replace("src/", "")
    )
