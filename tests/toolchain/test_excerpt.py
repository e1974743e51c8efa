"""One function's assembly taken out, edited or not, and put back."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.errors import NotApplicable, SourceError
from llmopt.toolchain import assembly
from tests.units import compiled, context, printed

TEXT = """
#include <stdio.h>
#include <stdlib.h>
static int calls;
static const short table[6] = {5, 4, 3, 2, 1, 9};
__attribute__((cold, noinline)) static void complain(int n) { fprintf(stderr, "odd %d\\n", n); }
int choose(int kind, int x)
{
    static int used[2];
    calls++;
    switch (kind) {
    case 0: return x + 1000;
    case 1: return x * 7;
    case 2: return x - used[0]++;
    case 3: return table[x % 6];
    case 4: return x ^ 0x55;
    case 5: return calls;
    case 6: return x << 3;
    default: complain(kind); return -1;
    }
}
double weigh(const double *x, int n)
{
    double sum = 0.1;
    for (int i = 0; i < n; i++)
        sum = sum * 1.0625 + x[i] * 3.5;
    return sum;
}
const char *say(int n)
{
    if (__builtin_expect(n < 0, 0)) {
        complain(n);
        abort();
    }
    return n > 3 ? "many" : n == 1 ? "one" : "some";
}
"""
DRIVER = """
#include <stdio.h>
int choose(int, int);
double weigh(const double *, int);
const char *say(int);
int main(void)
{
    double x[5] = {1, 2.5, -3, 0.1, 7};
    for (int i = -1; i < 9; i++)
        printf("%d %d\\n", choose(i, 40 + i), choose(i, 3));
    printf("%a %s %s %s\\n", weigh(x, 5), say(1), say(2), say(4));
}
"""
FUNCTIONS = ("choose", "weigh", "say")


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("driver"), DRIVER)


@pytest.mark.parametrize("options", ["-O2", "-O2 -g", "-O3 -fPIC -g"])
def test_a_function_replaced_by_itself_does_the_same(
    compiler: str, options: str, driver: Path, tmp_path: Path
) -> None:
    own = " -fno-ipa-ra -gno-variable-location-views" if compiler == "gcc" else ""
    unit = context(tmp_path, TEXT, compiler, options + own)
    carrier = unit.compiler.assembly()
    expected = printed(tmp_path, unit.object, driver)
    together = carrier
    for name in FUNCTIONS:
        text = assembly.excerpt(carrier, name)
        assert ".loc" not in text
        replaced = assembly.replace(carrier, name, text)
        assert replaced != carrier
        assert assembly.canonical(replaced, name) == assembly.canonical(carrier, name)
        assert printed(tmp_path, unit.compiler.assemble(replaced), driver) == expected
        if name == "choose":
            together = replaced
    # A text can be put where another was put before.
    again = assembly.excerpt(together, "choose")
    assert (
        printed(
            tmp_path, unit.compiler.assemble(assembly.replace(together, "choose", again)), driver
        )
        == expected
    )


@pytest.mark.parametrize("options", ["-O2", "-O2 -g"])
@pytest.mark.parametrize(
    ("name", "old", "new", "shown"),
    [
        ("choose", "1000", "2000", "2040"),  # a constant in an instruction
        ("say", '"many"', '"lots"', "lots"),  # a private string
    ],
)
def test_an_edited_text_does_what_it_says(
    compiler: str, options: str, name: str, old: str, new: str, shown: str, driver: Path,
    tmp_path: Path,
) -> None:  # fmt: skip
    unit = context(tmp_path, TEXT, compiler, options)
    carrier = unit.compiler.assembly()
    text = assembly.excerpt(carrier, name)
    assert old in text
    replaced = assembly.replace(carrier, name, text.replace(old, new))
    output = printed(tmp_path, unit.compiler.assemble(replaced), driver)
    assert shown in output
    before = printed(tmp_path, unit.object, driver)
    assert shown not in before
    changed = [a for a, b in zip(before.split(), output.split(), strict=True) if a != b]
    assert len(changed) == (2 if name == "choose" else 1)


def test_an_edited_constant_of_a_private_section_counts(
    compiler: str, driver: Path, tmp_path: Path
) -> None:
    """3.5 becomes 4.5: compilers print the bits in different ways."""
    unit = context(tmp_path, TEXT, compiler)
    text = assembly.excerpt(unit.compiler.assembly(), "weigh")
    spellings = {"0x400c000000000000": "0x4012000000000000", "1074528256": "1074921472"}
    found = [old for old in spellings if old in text]
    assert found
    edited = text.replace(found[0], spellings[found[0]])
    replaced = assembly.replace(unit.compiler.assembly(), "weigh", edited)
    wanted = context(tmp_path, TEXT.replace("3.5", "4.5"), compiler).object
    expected = printed(tmp_path, wanted, driver)
    assert printed(tmp_path, unit.compiler.assemble(replaced), driver) == expected


def test_labels_that_the_text_does_not_define_are_refused(compiler: str, tmp_path: Path) -> None:
    carrier = context(tmp_path, TEXT, compiler).compiler.assembly()
    text = assembly.excerpt(carrier, "choose")
    with pytest.raises(NotApplicable, match=r"names \.Lnowhere, which it does not define"):
        assembly.replace(carrier, "choose", text.replace("\tret\n", "\tjmp\t.Lnowhere\n", 1)
                         .replace("\tretq\n", "\tjmp\t.Lnowhere\n", 1))  # fmt: skip
    # A label of another function is another function's, even if it has the name.
    inner = next(line[:-1] for line in assembly.excerpt(carrier, "weigh").splitlines()
                 if line.startswith(".L") and line.endswith(":"))  # fmt: skip
    assert f"{inner}:" in carrier
    foreign = "\n".join(
        f"\tjmp\t{inner}x" if line.strip() in ("ret", "retq") else line for line in text.split("\n")
    )
    with pytest.raises(NotApplicable, match="which it does not define"):
        assembly.replace(carrier, "choose", foreign)


def test_a_text_without_the_function_is_refused(compiler: str, tmp_path: Path) -> None:
    carrier = context(tmp_path, TEXT, compiler).compiler.assembly()
    other = assembly.excerpt(carrier, "weigh")
    with pytest.raises((NotApplicable, SourceError)):
        assembly.replace(carrier, "choose", other)
    with pytest.raises(SourceError, match="nothing is not defined"):
        assembly.excerpt(carrier, "nothing")
