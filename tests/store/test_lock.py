"""llmopt.lock and the recipes beside it: what is read is what was pinned, or nothing is."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from llmopt.errors import StoreError
from llmopt.store.lock import (
    Pin,
    export,
    exported,
    read_lock,
    recipe_to_yaml,
    write_lock,
)
from llmopt.values.recipe import Recipe, recipe_from_json
from llmopt.values.step import AssemblyText, Donor, SourceText
from tests import recipes
from tests.recipes import recipe

TEXTS = {
    "tabs": "int f(void)\n{\n\treturn\t1;\n}\n",
    "trailing blanks": "int f(void) \n{\n  return 1;  \n}   \n",
    "no final newline": "int f(void)\n{ return 1; }",
    "many final newlines": "int f(void);\n\n\n",
    "not ASCII": 'const char *s = "äöü €  𝄞";\nint é;\n',
    "leading blanks": "   int f(void);\nint g(void);\n",
    "carriage returns": "int f(void);\r\nint g(void);\r\n",
    "looks like YAML": "---\nkey: [1, 2]\n# comment\n- item: 'x\n...\n",
    "empty lines in front": "\n\nint f(void);\n",
    "separators": "a\x85b\u2028c\u2029d\n",
    "form feed": "int f(void);\f\nint g(void);\n",
    "undecodable bytes": "/* \udce4 */\nint f;\n",
    "long": "int a;" * 500 + "\nint b;\n",
    "empty": "",
}


def pin(made: Recipe) -> Pin:
    return Pin(made.source, made.function, made.digest, "; ".join(made.tiers))


def text_recipe(text: str) -> Recipe:
    return recipe(AssemblyText("hot", "00" * 32, text))


def test_a_lock_comes_back(tmp_path: Path) -> None:
    assert read_lock(tmp_path) is None
    made = [
        recipe(function="z", source="b.c"),
        recipe(function="a", source="b.c", gates=("sanitizers",)),
        recipe(Donor(("ä",)), function="z", source="a ä.c"),
    ]
    path = write_lock(tmp_path, made)
    assert path == tmp_path / "llmopt.lock"
    assert read_lock(tmp_path) == [pin(made[2]), pin(made[1]), pin(made[0])]
    assert [p.tier for p in read_lock(tmp_path) or []] == ["", "sanitized", ""]
    for one in made:
        assert exported(tmp_path, pin(one)) == one


def test_the_same_recipes_make_the_same_lock(tmp_path: Path) -> None:
    made = [recipe(Donor((name,)), function=name) for name in "abc"]
    first = write_lock(tmp_path, made).read_bytes()
    assert write_lock(tmp_path, made[::-1]).read_bytes() == first


def test_an_empty_lock_pins_nothing(tmp_path: Path) -> None:
    write_lock(tmp_path, [])
    assert read_lock(tmp_path) == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_comes_back_byte_for_byte(tmp_path: Path, text: str) -> None:
    made = text_recipe(text)
    export(tmp_path, made)
    back = exported(tmp_path, pin(made))
    assert back == made
    assert back
    (step,) = back.steps
    assert isinstance(step, AssemblyText)
    assert step.text == text


@given(recipes.recipes, st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
@example(recipe(), "\ta \n\n")
def test_every_recipe_comes_back_from_yaml(made: Recipe, text: str) -> None:
    longer = recipe(*made.steps, SourceText("hot", "00", text, "11", (text,)))
    for one in (made, longer):
        assert recipe_from_json(yaml.safe_load(recipe_to_yaml(one))) == one


def test_a_text_is_a_block_that_a_reviewer_can_read(tmp_path: Path) -> None:
    page = export(tmp_path, text_recipe("int f(void)\n{\n  return 1;\n}\n")).read_text()
    assert "text: |\n    int f(void)\n    {\n      return 1;\n    }\n" in page


def test_a_function_with_odd_letters_has_a_plain_directory(tmp_path: Path) -> None:
    made = recipe(function="../../x.y")
    path = export(tmp_path, made)
    assert path.parent.name == f"______x_y-{made.digest[:12]}"
    assert path.parent.parent == tmp_path / "llmopt-recipes"


# What is refused


def test_a_recipe_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert exported(tmp_path, pin(recipe())) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return 1", "return 2"),
        ("function_key: key", "function_key: other"),
        ("derived_from: '00", "derived_from: '01"),
        ("level: asm", "level: ir"),
        ("gate: time", "gate: luck"),
        ("format: 2", "format: 3"),
        ("kind: AssemblyText", "kind: IrText"),
        ("\nsteps:", "\nsteps: []\nother:"),
    ],
)
def test_a_recipe_that_was_tampered_with_is_refused(tmp_path: Path, old: str, new: str) -> None:
    made = text_recipe("int f(void)\n{ return 1; }\n")
    path = export(tmp_path, made)
    assert path.read_text().count(old) == 1
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(StoreError):
        exported(tmp_path, pin(made))


def test_a_recipe_in_the_place_of_another_is_refused(tmp_path: Path) -> None:
    one, other = text_recipe("one"), text_recipe("other")
    path = export(tmp_path, one)
    path.write_bytes(export(tmp_path, other).read_bytes())
    with pytest.raises(StoreError, match=r"is not the recipe that llmopt\.lock pins"):
        exported(tmp_path, pin(one))


@pytest.mark.parametrize(
    "content",
    [b"", b"- a\n", b"text", b"a: [\n", b"\xff\xfe\xfd", b"d: 2024-13-45\n", b"steps: x\n"],
)
def test_a_recipe_that_is_damaged_is_a_store_error(tmp_path: Path, content: bytes) -> None:
    made = recipe()
    export(tmp_path, made).write_bytes(content)
    with pytest.raises(StoreError):
        exported(tmp_path, pin(made))


@pytest.mark.parametrize("digest", ["", "../../../etc/passwd", "A" * 64, "0" * 63])
def test_a_pin_that_is_no_digest_reads_nothing(tmp_path: Path, digest: str) -> None:
    with pytest.raises(StoreError, match="is not the digest of a recipe"):
        exported(tmp_path, Pin("a.c", "hot", digest, "tested"))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text\n",
        b"- 1\n",
        b"version: [\n",
        b"\xff\xfe\xfd\n",
        b"version: 2\nrecipes: []\n",
        b"version: 1\n",
        b"version: 1\nrecipes:\n",
        b"version: 1\nrecipes: [a]\n",
        b"version: 1\nrecipes: [{unit: a.c}]\n",
        b"version: 1\nrecipes: 2024-13-45\n",
        b"version: 1\nrecipes: !!python/object/apply:os.system [true]\n",
        b"<<<<<<< ours\nversion: 1\n",
    ],
)
def test_a_damaged_lock_is_a_store_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "llmopt.lock").write_bytes(content)
    with pytest.raises(StoreError, match=r"llmopt\.lock"):
        read_lock(tmp_path)


def test_every_lock_that_is_cut_off_is_refused_or_pins_less() -> None:
    """Never another recipe than one that was pinned."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        made = [recipe(Donor((name,)), function=name) for name in "ab"]
        content = write_lock(root, made).read_bytes()
        pins = {(p.unit, p.function, p.recipe) for p in read_lock(root) or []}
        for size in range(len(content)):
            (root / "llmopt.lock").write_bytes(content[:size])
            try:
                found = read_lock(root) or []
            except StoreError:
                continue
            assert {(p.unit, p.function, p.recipe) for p in found} <= pins
