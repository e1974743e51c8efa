"""What a recipe is found by, and what names an object, in real units."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.errors import SourceError
from llmopt.rewrite.build import source_step
from llmopt.rewrite.unit import UnitContext
from tests.units import context

TEXT = """
#include "own.h"
#define SCALE 3
#ifdef OTHER
#define UNUSED OTHER
#endif
struct item { int value; float weight; };
static int table[3] = {1, 2, 3};
static int helper(int a) { return a * OWN; }
int other(int a) { return a - 1; }
/* a comment */
int f(const struct item *item, int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += item[i].value * SCALE + helper(i) + table[i % 3];
    return sum;
}
"""


def unit(
    tmp_path: Path, compiler: str, text: str = TEXT, options: str = "-O2", name: str = "unit.c"
) -> UnitContext:
    header = tmp_path / Path(name).parent / "own.h"
    header.parent.mkdir(exist_ok=True)
    if not header.exists():
        header.write_text("#define OWN 5\n")
    return context(tmp_path, text, compiler, options, name)


KEPT = {
    "comment": ("/* a comment */", "/* another */\n\n\n"),
    "other function": ("return a - 1;", "return a - 2;"),
    "blank": ("int sum = 0;", "int  sum\n= 0 ;"),
    "new function": ("int other", "float added(void) { return 1; }\nint other"),
    "unused type": ("struct item {", "struct unused { int x; };\nstruct item {"),
}
CHANGED = {
    "body": ("sum = 0", "sum = 1"),
    "macro": ("SCALE 3", "SCALE 4"),
    "type": ("int value; float weight;", "float weight; int value;"),
    "callee": ("return a * OWN;", "return a + OWN;"),
    "initializer": ("{1, 2, 3}", "{1, 2, 4}"),
    "pragma": ("int other", "#pragma pack(1)\nint other"),
}


@pytest.mark.parametrize("edit", KEPT)
def test_a_function_key_survives_what_does_not_matter(
    compiler: str, edit: str, tmp_path: Path
) -> None:
    old, new = KEPT[edit]
    before = unit(tmp_path, compiler).function_key("f")
    assert old in TEXT
    changed = unit(tmp_path, compiler, TEXT.replace(old, new))
    assert changed.function_key("f") == before


@pytest.mark.parametrize("edit", CHANGED)
def test_a_function_key_changes_with_all_that_matters(
    compiler: str, edit: str, tmp_path: Path
) -> None:
    old, new = CHANGED[edit]
    assert old in TEXT
    before = unit(tmp_path, compiler)
    keys = before.function_key("f"), before.unit_key()
    changed = unit(tmp_path, compiler, TEXT.replace(old, new))
    assert changed.function_key("f") != keys[0]
    assert changed.unit_key() != keys[1]


def test_a_header_counts_as_far_as_it_is_used(compiler: str, tmp_path: Path) -> None:
    before = unit(tmp_path, compiler).function_key("f")
    (tmp_path / "own.h").write_text("#define OWN 5\nextern int declared;\n")
    assert unit(tmp_path, compiler).function_key("f") == before
    (tmp_path / "own.h").write_text("#define OWN 6\n")
    assert unit(tmp_path, compiler).function_key("f") != before


# Options: whether the function's key, and the unit's key, stay as with -O2.
OPTIONS = {
    "-O2 -DOTHER=1": (True, True),  # not seen in the preprocessed text
    "-O2 -Wall -Wextra": (True, True),
    "-O2 -fdiagnostics-color=never": (True, True),
    "-O2 -MD -MF x.d": (True, True),
    "-O2 -fPIC": (True, False),
    "-O2 -fPIE": (True, False),
    "-O2 -g": (True, False),
    "-O2 -g3": (None, False),  # gcc keeps macro definitions in the text: refused
    "-O2 -ffile-prefix-map=/a=/b": (True, None),
    "-O3": (False, False),
    "-O2 -std=c99": (False, False),
    "-O2 -DSCALE=9 -USCALE": (True, True),
    "-O2 -fno-strict-aliasing": (False, False),
    "-O2 -funroll-loops": (False, False),
    "-O2 -mavx2": (False, False),
    "-O2 -fsigned-char": (False, False),
    "-O2 -include more.h": (False, False),
    "-O2 -x c": (None, None),
}


@pytest.mark.parametrize("options", OPTIONS)
def test_options_count_where_they_change_code(compiler: str, options: str, tmp_path: Path) -> None:
    (tmp_path / "more.h").write_text("#define helper helper_of_more\n")
    plain, other = unit(tmp_path, compiler), unit(tmp_path, compiler, options=options)
    same_function, same_unit = OPTIONS[options]
    if same_function is not None:
        assert (other.function_key("f") == plain.function_key("f")) == same_function
    elif options == "-O2 -g3" and compiler == "gcc":
        with pytest.raises(SourceError):
            other.function_key("f")
    if same_unit is not None:
        assert (other.unit_key() == plain.unit_key()) == same_unit


def test_the_same_key_is_the_same_object(compiler: str, tmp_path: Path) -> None:
    """What a unit key promises, over all options of the table."""
    objects: dict[str, bytes] = {}
    (tmp_path / "more.h").write_text("#define helper helper_of_more\n")
    for options in ["-O2", *OPTIONS]:
        found = unit(tmp_path, compiler, options=options)
        assert objects.setdefault(found.unit_key(), found.object) == found.object
    assert len(objects) > 5


def test_debug_information_ties_a_unit_to_its_directory(compiler: str, tmp_path: Path) -> None:
    keys = {}
    for place in ("one", "two"):
        for options in ("-O2", "-O2 -g", "-O2 -g0"):
            (tmp_path / place).mkdir(exist_ok=True)
            keys[place, options] = unit(tmp_path / place, compiler, options=options)
    for options, same in (("-O2", True), ("-O2 -g", False)):
        one, two = keys["one", options], keys["two", options]
        assert (one.unit_key() == two.unit_key()) == same
        assert (one.object == two.object) == same
        assert one.function_key("f") == two.function_key("f")


def test_compilers_and_functions_have_keys_of_their_own(tmp_path: Path) -> None:
    text = "int f(void) { return 1; }\nint g(void) { return 1; }\n"
    gcc, clang = (context(tmp_path, text, name) for name in ("gcc", "clang-19"))
    assert gcc.function_key("f") != clang.function_key("f")
    assert gcc.function_key("f") != gcc.function_key("g")
    assert gcc.unit_key() != clang.unit_key()
    with pytest.raises(SourceError):
        gcc.function_key("missing")


def test_steps_are_part_of_a_unit_key(compiler: str, tmp_path: Path) -> None:
    found = unit(tmp_path, compiler)
    one = source_step(found, "f", b"int f(const struct item *item, int n) { return n; }")
    two = source_step(found, "f", b"int f(const struct item *item, int n) { return -n; }")
    keys = {found.unit_key(), found.unit_key((one,)), found.unit_key((two,))}
    assert len(keys) == 3
    assert found.unit_key((one, two)) != found.unit_key((two, one))
