"""Bodies that call what the carrier has inlined, taken with it; real compilers, linked and run."""

from __future__ import annotations

from pathlib import Path

import pytest

from llmopt.errors import NotApplicable
from llmopt.toolchain.assembly import absorbed, functions, parse, take
from tests.conftest import need
from tests.toolchain.test_assembly import COMPILERS, compiled, run

HERE = Path(__file__).parent
CALLS = {"gcc": "-O2 -fno-inline -fno-ipa-icf", "clang-19": "-O2 -fno-inline"}


@pytest.fixture(autouse=True)
def compilers() -> None:
    need(*COMPILERS)


def texts(compiler: str, source: str, variant: str = "") -> tuple[str, str]:
    """A carrier in which static functions are inlined, and a donor in which they are called."""
    path = str(HERE / source) if "\n" not in source else source
    carrier, donor = (f"{options} {variant}".strip() for options in ("-O3", CALLS[compiler]))
    return compiled(compiler, path, carrier), compiled(compiler, path, donor)


@pytest.mark.parametrize("variant", ["", "-g", "-fPIC -ffunction-sections"])
@pytest.mark.parametrize("name", ["sum", "word", "length"])
@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_body_brings_the_functions_that_only_its_build_has(
    compiler: str, name: str, variant: str, tmp_path: Path
) -> None:
    carrier, donor = texts(compiler, "helpers.c", variant)
    with pytest.raises(NotApplicable, match="not defined in the carrier"):
        take(carrier, donor, [name])
    merged = take(carrier, absorbed(donor, carrier, [name]), [name])
    assert functions(parse(merged)) == functions(parse(carrier))
    assert run(compiler, merged, tmp_path) == run(compiler, carrier, tmp_path, "own")


@pytest.mark.parametrize("compiler", COMPILERS)
def test_bodies_that_are_taken_one_after_the_other_bring_their_own(
    compiler: str, tmp_path: Path
) -> None:
    carrier, donor = texts(compiler, "helpers.c")
    merged = carrier
    for name in ("sum", "word", "length"):
        merged = take(merged, absorbed(donor, merged, [name]), [name])
    assert run(compiler, merged, tmp_path) == run(compiler, carrier, tmp_path, "own")
    kinds = [line for line in merged.splitlines() if line.endswith("within_kind:")]
    assert len(set(kinds)) == len(kinds) == 2


@pytest.mark.parametrize("compiler", COMPILERS)
def test_of_two_that_are_taken_together_and_call_the_same_one_none_is_torn_apart(
    compiler: str,
) -> None:
    carrier, donor = texts(compiler, "helpers.c")
    names = ["sum", "word"]
    with pytest.raises(NotApplicable):
        take(carrier, absorbed(donor, carrier, names), names)


ADDRESS = """
static int inner(int x) { return x * 7 + 1; }
int f(int x) { int (*volatile g)(int) = inner; return g(x) + inner(x); }
"""


@pytest.mark.parametrize("compiler", COMPILERS)
def test_a_function_whose_address_is_taken_stays_where_it_is(compiler: str) -> None:
    _, donor = texts(compiler, ADDRESS)
    carrier = compiled(compiler, "int f(int x) { return x; }\n", "-O2")
    assert absorbed(donor, carrier, ["f"]) == donor


@pytest.mark.parametrize("compiler", COMPILERS)
def test_what_the_carrier_has_is_not_brought(compiler: str) -> None:
    _, donor = texts(compiler, "helpers.c")
    assert absorbed(donor, donor, ["sum", "word", "length"]) == donor
