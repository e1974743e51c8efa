"""Pages for people: what was found, with its evidence, and what was not."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from llmopt.config.model import HotSection
from llmopt.profile.hot import HotFunction, Profile
from llmopt.report.text import describe_step, hot_table, recipe_page, report, table
from llmopt.values.measurement import Speedup
from llmopt.values.step import AssemblyText, Donor, IrText, SourceText, Step
from tests.recipes import recipe

PROFILE = Profile(
    command="./app --size 9",
    program="",
    event="cycles:u",
    samples=1234,
    functions=(
        HotFunction("blur", "src/image.c", 0.61, ("blur", "blur.cold")),
        HotFunction("memcpy", "", 0.2, ("memcpy",), "[libc.so.6]: not compiled by this build"),
        HotFunction("scale", "src/a.c", 0.1, ("scale",), "also defined in src/b.c"),
        HotFunction("sum", "src/sum.c", 0.05, ("sum",)),
        HotFunction("rare", "src/sum.c", 0.006, ("rare",)),
        HotFunction("never", "src/sum.c", 0.004, ("never",)),
    ),
)


def test_columns_are_as_wide_as_their_content() -> None:
    made = table(["a", "number"], [["long one", "1"], ["b", "22"]], right=(1,))
    assert made.splitlines() == ["a         number", "long one       1", "b             22"]
    assert table(["a", "b"], []) == "a  b"


def test_the_hot_table_marks_what_is_hot_and_says_why_the_rest_is_not() -> None:
    lines = hot_table(PROFILE, HotSection()).splitlines()
    assert lines[0] == "`./app --size 9`: 1234 samples of cycles:u"
    assert lines[2].split() == ["share", "function", "source"]
    assert lines[3].split() == ["61.0%", "hot", "blur", "src/image.c"]
    assert lines[4].split()[:3] == ["20.0%", "memcpy", "[libc.so.6]:"]
    assert lines[5].endswith("scale     src/a.c (also defined in src/b.c)")
    assert "hot" not in lines[5].split()
    assert lines[6].split() == ["5.0%", "hot", "sum", "src/sum.c"]
    assert lines[7].split() == ["0.6%", "rare", "src/sum.c"]
    assert len(lines) == 8, "what took next to no time is left out"


def test_the_hot_table_follows_the_limits_of_the_configuration() -> None:
    page = hot_table(PROFILE, HotSection(max_functions=1))
    assert [line.split()[2] for line in page.splitlines() if " hot " in line] == ["blur"]


@pytest.mark.parametrize(
    ("step", "line"),
    [
        (SourceText("f", "0", "t", "1"), "other text for f"),
        (
            SourceText(
                "f",
                "0",
                'if (__builtin_cpu_supports("sse2"))',
                "1",
                helpers=("f__llmopt_a", "f__llmopt_b"),
            ),
            "other text for f, 2 copies behind a dispatcher",
        ),
        (IrText("f", "0", "t"), "other IR for f"),
        (AssemblyText("f", "0", "t"), "other assembly for f"),
        (Donor(("f",), ("-O3", "-mavx2")), "as compiled with -O3 -mavx2"),
        (Donor(("f",), passes="default<O3>"), "as compiled with passes default<O3>"),
    ],
)
def test_a_step_is_one_line(step: Step, line: str) -> None:
    assert describe_step(step) == line


def test_a_recipe_is_shown_with_all_its_evidence() -> None:
    made = recipe(IrText("hot", "0", "t"), Donor(("hot",), ("-O3",)))
    assert recipe_page(made).splitlines() == [
        f"hot  src/hot.c  {made.digest[:12]}",
        "  speedup  1.250x [1.200, 1.300] of the function, 7 rounds",
        "  step     ir: other IR for hot",
        "  step     asm: as compiled with -O3",
        "  gate     identity: passed (runs 3)",
        "  gate     time: passed (runs 3)",
        "  tiers    none",
        "  made by  offline: donor O3, gcc 12.2",
    ]


def run(**changes: Any) -> dict[str, Any]:
    """A complete run of `llmopt optimize`, made up."""
    return {
        "recipes": [recipe().digest],
        "workload": asdict(Speedup(1.1, 1.08, 1.12, 7, 0.99, 1.01)),
        "command": "./app",
        "machine": "Some CPU",
        "isolated": True,
        "seconds": 12.5,
        "new_trials": 9,
        "interrupted": False,
        "functions": [
            {
                "function": "hot",
                "source": "src/hot.c",
                "share": 0.6,
                "trials": 7,
                "note": "",
                "versions": [],
            },
            {
                "function": "cold_one",
                "source": "src/b.c",
                "share": 0.123,
                "trials": 2,
                "note": "time: refuted: slower\nand more",
                "versions": [],
            },
        ],
        **changes,
    }


def test_a_report_has_the_run_the_recipes_and_what_was_left() -> None:
    page = report(run(), [recipe()])
    assert page.splitlines()[:3] == [
        "1 recipe for `./app`",
        "workload 1.100x [1.080, 1.120] over 7 interleaved rounds; "
        "noise (original against itself) [0.990, 1.010]",
        "measured on Some CPU; candidates ran in bubblewrap",
    ]
    assert recipe_page(recipe()) in page
    assert page.splitlines()[-1].split(maxsplit=3) == [
        "12.3%",
        "cold_one",
        "2",
        "time: refuted: slower",
    ]
    assert "left to the compiler:" in page
    assert "and more" not in page


def test_a_report_of_a_run_that_found_nothing() -> None:
    page = report(run(recipes=[], workload=None, functions=[]), [])
    assert page.startswith("0 recipes for `./app`\nmeasured on")
    assert "workload" not in page
    assert "left to the compiler" not in page


def test_a_report_says_what_weakens_it() -> None:
    page = report(run(isolated=False, interrupted=True), [recipe()])
    assert "candidates ran with limits only, no bubblewrap here" in page
    assert "the run was interrupted" in page


@pytest.mark.parametrize(
    ("kept", "said"), [(1, "1 answer of models came from"), (3, "3 answers of models came from")]
)
def test_a_report_says_how_many_answers_were_kept_ones(kept: int, said: str) -> None:
    assert said in report(run(kept_answers=kept), [recipe()])
    assert "answer" not in report(run(kept_answers=0), [recipe()])


def test_a_long_reason_is_cut() -> None:
    functions = [{**run()["functions"][1], "note": "x" * 500}]
    last = report(run(functions=functions), []).splitlines()[-1]
    assert last.endswith("x...")
    assert len(last) < 150
