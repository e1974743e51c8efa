"""From samples to hot functions: who is chosen, and what cannot be told apart."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmopt.config.model import HotSection
from llmopt.errors import ProfileError
from llmopt.profile.hot import (
    Definitions,
    HotFunction,
    Profile,
    Spot,
    plain_name,
    profile_from_bytes,
    summarize,
)
from llmopt.profile.perf import Place, Samples
from llmopt.values.command import Command, Unit
from tests import recipes
from tests.conftest import need

functions = st.builds(
    HotFunction,
    name=recipes.names,
    source=recipes.texts,
    share=st.floats(0, 1),
    symbols=recipes.words,
    reason=recipes.texts,
    spots=st.lists(st.builds(Spot, recipes.names, st.integers(0), st.floats(0, 1)), max_size=3).map(
        tuple
    ),
)
profiles = st.builds(
    Profile,
    command=recipes.texts,
    event=recipes.names,
    samples=st.integers(0),
    functions=st.lists(functions, max_size=4).map(tuple),
)


@given(profiles)
def test_a_profile_comes_back_from_json(profile: Profile) -> None:
    assert profile_from_bytes(json.dumps(profile.to_json()).encode()) == profile


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff",
        b"7",
        b"null",
        b'"text"',
        b"[]",
        b"{}",
        b'{"functions": 7}',
        b'{"functions": ["a"]}',
        b'{"functions": [{}]}',
        b'{"functions": [{"symbols": 7}]}',
        b'{"functions": [], "command": "a"}',
        b'{"functions": [], "command": "a", "event": "e", "samples": 1, "more": 2}',
    ],
)
def test_a_damaged_profile_is_a_profile_error(data: bytes) -> None:
    with pytest.raises(ProfileError, match="profile again"):
        profile_from_bytes(data)


def profile(*shares: float, source: str = "a.c", reason: str = "") -> Profile:
    made = [HotFunction(f"f{i}", source, share, (), reason) for i, share in enumerate(shares)]
    return Profile("cmd", "", "cycles:u", 100, tuple(made))


@pytest.mark.parametrize(
    ("shares", "section", "count"),
    [
        ((0.5, 0.3, 0.1), HotSection(), 3),
        ((0.5, 0.3, 0.019), HotSection(), 2),
        ((0.5, 0.3, 0.1), HotSection(min_share=0.3), 2),
        ((0.5, 0.46, 0.04), HotSection(), 2),
        ((0.5, 0.3, 0.1), HotSection(cumulative=0.5), 1),
        ((0.5, 0.3, 0.1), HotSection(max_functions=1), 1),
        ((), HotSection(), 0),
    ],
)
def test_hot_functions_are_the_first_within_the_limits(
    shares: tuple[float, ...], section: HotSection, count: int
) -> None:
    made = profile(*shares)
    assert made.hot(section) == made.functions[:count]


def test_what_cannot_be_worked_on_is_not_hot() -> None:
    assert profile(0.5, source="").hot(HotSection()) == ()
    assert profile(0.5, reason="also defined in b.c").hot(HotSection()) == ()


def test_what_cannot_be_worked_on_takes_no_place_but_counts_as_covered() -> None:
    libc = HotFunction("memcpy", "", 0.5, (), "not compiled")
    mine = HotFunction("f", "a.c", 0.3, ())
    made = Profile("cmd", "", "cycles:u", 1, (libc, mine))
    assert made.hot(HotSection(max_functions=1)) == (mine,)
    assert made.hot(HotSection(cumulative=0.5)) == ()


@pytest.mark.parametrize(
    ("symbol", "plain"),
    [
        ("f", "f"),
        ("f.constprop.0", "f"),
        ("f.part.0.isra.1", "f"),
        ("f.cold", "f"),
        ("f.isra.0.cold", "f"),
        ("f.lto_priv.3", "f"),
        ("f.llvm.123456", "f"),
        ("f_cold", "f_cold"),
        ("f.colder", "f.colder"),
        ("f__llmopt_avx2", "f__llmopt_avx2"),
    ],
)
def test_a_clone_has_the_name_of_its_function(symbol: str, plain: str) -> None:
    assert plain_name(symbol) == plain


# Which unit defines what

TEXTS = {
    "one/util.c": "static __attribute__((used)) int helper(void) { return 1; }\n"
    "int first(void) { return 1; }\n",
    "two/util.c": "static __attribute__((used)) int helper(void) { return 2; }\n"
    "int second(void) { return 2; }\n",
    "main.c": "static __attribute__((used)) int helper(void) { return 3; }\n"
    "static __attribute__((used)) int only(void) { return 3; }\n"
    "int twice(void) { return 3; }\nextern int outside(void);\nint main(void) { return 0; }\n",
    "other.c": "int twice(void) { return 4; }\n",
}


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> Definitions:
    """Of real objects."""
    need("gcc")
    root = tmp_path_factory.mktemp("objects")
    objects = []
    for source, text in TEXTS.items():
        path = root / source
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        output = path.with_suffix(".o")
        subprocess.run(["gcc", "-c", source, "-o", output], cwd=root, check=True)
        command = Command(str(root), ("cc", "-c", source), "ccS", source, str(output))
        objects.append((Unit(str(root), command), output.read_bytes()))
    return Definitions(objects)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place("app", "first", ""), ("one/util.c", "")),
        (Place("app", "main", ""), ("main.c", "")),
        (Place("app", "only", "main.c"), ("main.c", "")),
        (Place("app", "only", "/build/main.c"), ("main.c", "")),
        (Place("app", "helper", "main.c"), ("main.c", "")),
        (Place("app", "helper", "util.c"), ("one/util.c", "also defined in two/util.c")),
        (Place("app", "twice", ""), ("main.c", "also defined in other.c")),
        (Place("app", "only", ""), ("", "not compiled by this build")),
        (Place("app", "first", "util.c"), ("", "not compiled by this build")),
        (Place("app", "outside", ""), ("", "not compiled by this build")),
        (Place("libc.so.6", "[unknown]", ""), ("", "not compiled by this build")),
    ],
)
def test_a_place_comes_from_the_one_unit_that_defines_it(
    definitions: Definitions, place: Place, expected: tuple[str, str]
) -> None:
    assert definitions.source(place) == expected


def test_no_object_defines_nothing() -> None:
    assert Definitions([]).source(Place("a", "main", ""))[0] == ""


def test_a_profile_without_samples_is_an_error() -> None:
    with pytest.raises(ProfileError, match="no samples"):
        summarize("cmd", "", Samples({}, "", 0), Definitions([]))


def test_clones_are_counted_with_their_function(tmp_path: Path) -> None:
    need("gcc")
    text = ".text\n.globl f\n.type f, @function\nf: ret\n.size f, .-f\n" + (
        ".type f.cold, @function\nf.cold: ret\n.size f.cold, .-f.cold\n"
    )
    (tmp_path / "f.s").write_text('.file "f.c"\n' + text)
    subprocess.run(["gcc", "-c", "f.s", "-o", "f.o"], cwd=tmp_path, check=True)
    command = Command(str(tmp_path), ("cc", "-c", "f.c"), "ccS", "f.c", "f.o")
    known = Definitions([(Unit(str(tmp_path), command), (tmp_path / "f.o").read_bytes())])
    weights = {
        Place("app", "f", ""): 6.0,
        Place("app", "f.cold", "f.c"): 1.0,
        Place("/lib/libc.so.6", "f", "x.c"): 3.0,
    }
    made = summarize("cmd", "", Samples(weights, "cycles:u", 10), known)
    assert made.functions == (
        HotFunction("f", "f.c", 0.7, ("f", "f.cold")),
        HotFunction("f", "", 0.3, ("f",), "[libc.so.6]: not compiled by this build"),
    )


def test_the_hottest_instructions_of_a_function_are_kept_by_their_share_of_it(
    definitions: Definitions,
) -> None:
    place, clone = Place("app", "first", ""), Place("app", "memcpy", "")
    weights = {place: 50.0, clone: 50.0}
    offsets = {place: {4: 40.0, 8: 9.96, 12: 0.04}, clone: {0: 50.0}}
    made = summarize("cmd", "", Samples(weights, "cycles:u", 9, offsets), definitions)
    kept = {function.name: function.spots for function in made.functions}
    assert kept["first"] == (Spot("first", 4, 0.8), Spot("first", 8, 0.1992))
    assert kept["memcpy"] == ()


def test_a_profile_from_before_instructions_were_kept_can_be_read() -> None:
    old = profile(0.5).to_json()
    del old["functions"][0]["spots"]
    assert profile_from_bytes(json.dumps(old).encode()) == profile(0.5)
