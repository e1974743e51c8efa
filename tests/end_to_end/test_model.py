"""`llmopt optimize --model anthropic`: real HTTP, the real SDK, a scripted model, real gates."""

from __future__ import annotations

import json
import re

import pytest

from tests.conftest import need
from tests.flow.test_attempt import FASTER, PROJECT, UNIT
from tests.messages_server import calls, message, ok, question, replaying, says, serving
from tests.messages_server import error as turned_down

from .support import Project

UNIT = UNIT.replace('"%d\\n"', '"the sum of the secret is %d\\n"')
MODEL = """
model:
  small: a-small-model
budget:
  run_tokens: 200000
prices:
  a-small-model: {input: 1.0, output: 5.0, cache_write: 1.25, cache_read: 0.1}
"""
#: Right on what the workload does, wrong for a value that it never has.
WRONG = FASTER.replace("values[k] == value;", "(short)values[k] == (short)value;")


@pytest.fixture
def project(tmp_path):
    need("llmopt", "gcc", "perf")
    (tmp_path / "unit.c").write_text(UNIT)
    (tmp_path / "llmopt.yaml").write_text(PROJECT + MODEL)
    return Project(tmp_path, tmp_path / "cache")


def built(project: Project) -> bytes:
    unit = project.root / "unit.c"
    project.run("llmopt", "gcc", "-O1", "-c", unit, "-o", "unit.o")
    return (project.root / "unit.o").read_bytes()


def recorded(answer):
    """A line of a recording: what an agent of the source level was answered."""
    return {
        "model": "a-strong-model",
        "function": "repeated",
        "move": "rewrite source",
        "conversation": "002",
        "answer": answer,
    }


def submits(text: str):
    return calls("submit", {"text": text})


def test_a_model_s_candidate_is_refuted_repaired_and_swapped_in(project):
    before = built(project)
    replies = [ok([submits("int repeated(")]), ok([submits(WRONG)]), ok([submits(FASTER)])]
    with serving([*replies, ok([says("That is all.")])]) as server:
        words = ("optimize", "--model", "anthropic", "--strategy", "single:source", "--json")
        there = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "sk-none"}
        run = json.loads(project.run("llmopt", *words, changes=there).stdout)
    (recipe,) = run["recipes"]
    assert recipe["provenance"]["agent"] == "a-small-model"
    assert recipe["speedup"]["low"] > 1.03
    assert run["kept_answers"] == 0
    (function,) = [f for f in run["functions"] if f["function"] == "repeated"]
    versions = function["versions"]
    assert [v["move"] for v in versions] == [
        f"a-small-model source {number}" for number in (1, 2, 3)
    ]
    assert versions[-1]["gain"] > 1.03
    told = [r["messages"][-1]["content"][0]["content"] for r in server.requests[1:]]
    assert re.search("refuted|inconclusive", told[0])
    assert "repeated(values=" in told[1], "an input that shows it"
    assert told[2].startswith("Accepted")
    asked = json.dumps(server.requests[0])
    assert "How many of the first" not in asked
    assert "secret" not in asked
    assert (run["tokens"], run["dollars"]) == (480, pytest.approx(4 * 200e-6))
    assert built(project) != before
    page = project.run("llmopt", "report").stdout
    assert "a-small-model source 3" in page
    assert "models took 480 tokens, $0.0008" in page
    (recording,) = (project.root / ".llmopt" / "transcripts").glob("*/calls.jsonl")
    assert len(recording.read_text().splitlines()) == 4
    assert "sk-none" not in recording.read_text()
    (transcript,) = (project.root / ".llmopt" / "transcripts").glob("*/*.md")
    assert "That is all." in transcript.read_text()


def test_a_second_run_asks_nobody_and_takes_its_candidates_through_the_gates(project):
    with serving([ok([submits(WRONG)]), ok([submits(FASTER)]), ok([says("Enough.")])]) as server:
        words = ("optimize", "--model", "anthropic", "--strategy", "single:source", "--json")
        there = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "sk-none"}
        first, second = (
            json.loads(project.run("llmopt", *words, changes=there).stdout) for _ in range(2)
        )
        assert len(server.requests) == 3
    assert (second["kept_answers"], second["tokens"]) == (3, 0)
    assert [r["digest"] for r in second["recipes"]] == [r["digest"] for r in first["recipes"]]
    assert "3 answers of models came from the cache" in project.run("llmopt", "report").stdout


def test_at_the_level_of_ir_a_model_turns_knobs_and_writes_pipelines(project):
    need("clang-19", "opt-19")
    settings = project.root / "llmopt.yaml"
    settings.write_text(settings.read_text().replace("gcc -O1", "clang-19 -O1"))
    apart = "__attribute__((noinline)) int repeated("
    (project.root / "unit.c").write_text(UNIT.replace("int repeated(", apart))
    replies = [
        ok([calls("options", {"fast_math": True})]),
        ok([calls("passes", {"pipeline": "print<loops>"})]),
        # The options of the build itself: no gain that noise could show.
        ok([calls("options", {"optimize": "1"})]),
        ok([calls("passes", {"pipeline": "default<O3>"})]),
        ok([calls("options", {"optimize": "3", "unroll": 4})]),
    ]
    with serving([*replies, ok([says("That is all.")])]) as server:
        words = ("optimize", "--model", "anthropic", "--strategy", "single:ir", "--json")
        there = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "sk-none"}
        run = json.loads(project.run("llmopt", *words, changes=there).stdout)
    told = [r["messages"][-1]["content"][0]["content"] for r in server.requests[1:]]
    assert "no option" in told[0]
    assert "not taken" in told[1]
    assert "same code" in told[2]
    assert told[3].startswith("Accepted")
    (function,) = [f for f in run["functions"] if f["function"] == "repeated"]
    assert [v["move"] for v in function["versions"]] == [
        "a-small-model ir options 1",
        "a-small-model ir passes 2",
        "a-small-model ir options 3",
    ]
    (recipe,) = run["recipes"]
    assert re.fullmatch("a-small-model ir (options|passes) [23]", recipe["provenance"]["move"])
    assert recipe["provenance"]["agent"] == "a-small-model"
    assert "Samples by line" in question(server.requests[0])
    assert "secret" not in json.dumps(server.requests)


def test_a_session_that_was_kept_runs_again_and_the_strong_model_comes_after_the_small(
    project, tmp_path_factory
):
    settings = project.root / "llmopt.yaml"
    small = "small: a-small-model"
    settings.write_text(settings.read_text().replace(small, f"{small}\n  strong: a-strong-model"))
    answers = [submits(WRONG), submits(FASTER), says("Enough.")]
    lines = [recorded(message([block])) for block in answers]
    recording = tmp_path_factory.mktemp("kept") / "calls.jsonl"
    recording.write_text("".join(json.dumps(line) + "\n" for line in lines))
    with serving(replaying(recording)) as server:
        there = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "sk-none"}
        words = ("optimize", "--model", "anthropic", "--strategy", "single:source", "--json")
        run = json.loads(project.run("llmopt", *words, changes=there).stdout)
    (recipe,) = run["recipes"]
    assert recipe["provenance"]["move"] == "a-strong-model source 2"
    assert [asked["model"] for asked in server.requests] == ["a-small-model"] + [
        "a-strong-model"
    ] * 3


def test_a_guide_chooses_moves_and_agents_and_what_they_make_is_the_model_s(project):
    def answer(_number, asked):
        turn = sum(m["role"] == "assistant" for m in asked["messages"])
        if "You guide" in asked["system"][0]["text"]:
            choices = [
                calls("move", {"name": "no such move"}),
                calls("rewrite", {"level": "source"}),
                calls("rewrite", {"level": "asm", "version": 1}),
                calls("stop", {"reason": "enough"}),
            ]
            return ok([choices[turn]])
        if turn:
            return ok([says("That is all.")])
        if "level of assembly" in asked["system"][0]["text"]:
            return ok([submits(question(asked).partition("\n\n")[2])])
        return ok([submits(FASTER)])

    with serving(answer) as server:
        there = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "sk-none"}
        words = ("optimize", "--model", "anthropic", "--strategy", "guided", "--json")
        run = json.loads(project.run("llmopt", *words, changes=there).stdout)
    (recipe,) = run["recipes"]
    assert recipe["provenance"]["agent"] == "a-small-model"
    told = server.requests[-1]["messages"][-1]["content"][0]["content"]
    assert "1: a-small-model source 1 on 0" in told
    assert "2: a-small-model asm 1 on 1" in told
    moves = {m["move"]: m["tokens"] for m in project.json("budget")["last_run"]}
    assert moves == {"guide": 480, "rewrite source": 240, "rewrite asm": 240}


def test_the_first_function_leaves_the_others_their_parts_of_the_budget(project):
    unit, settings = project.root / "unit.c", project.root / "llmopt.yaml"
    start, end = UNIT.index("int repeated"), UNIT.index("int main")
    other = UNIT[start:end].replace("repeated", "doubled").replace("> 1", "== 2")
    text = (
        UNIT[:end]
        + other
        + UNIT[end:].replace("table, i % 60", "table, i % 60) + doubled(table, 250 + i % 90")
    )
    unit.write_text(text)
    settings.write_text(settings.read_text().replace("model:\n", "model:\n  turns: 60\n"))
    words = ("optimize", "--model", "anthropic", "--strategy", "single:source", "--json")
    with serving([ok([submits("int (")], usage={"input_tokens": 9000})]) as server:
        there = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "sk-none"}
        run = json.loads(project.run("llmopt", *words, changes=there).stdout)
    first, second = run["functions"]
    took = {m["function"]: m["tokens"] for m in project.json("budget")["last_run"]}
    part = 200_000 * first["share"] / (first["share"] + second["share"])
    assert part / 2 < took[first["function"]] <= part
    assert "part of budget.run_tokens" in first["note"]
    assert took[second["function"]] > (200_000 - part) / 2


def test_when_the_model_cannot_be_asked_llmopt_goes_on_by_itself(project):
    with serving([turned_down(500, "api_error", {"retry-after-ms": "1"})]) as server:
        there = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "sk-none"}
        words = ("optimize", "--model", "anthropic", "--strategy", "guided", "--json")
        run = json.loads(project.run("llmopt", *words, changes=there).stdout)
    assert run["tokens"] == 0
    (function,) = [f for f in run["functions"] if f["function"] == "repeated"]
    assert function["trials"] > 0


def test_without_a_key_nothing_is_begun(project):
    changes = {"ANTHROPIC_API_KEY": None, "HOME": str(project.root)}
    done = project.run("llmopt", "optimize", "--model", "anthropic", status=2, changes=changes)
    assert "ANTHROPIC_API_KEY" in done.stderr
    assert not (project.root / ".llmopt" / "build").exists()


def test_a_dry_run_says_what_is_left_of_the_limits(project):
    project.run("llmopt", "budget", "--set", "day_tokens=70000")
    words = ("optimize", "--model", "anthropic", "--dry-run")
    said = project.json(*words)
    assert said["most_tokens"] == sum(part["tokens"] for part in said["parts"]) == 70000
    assert len(said["parts"]) == len(said["functions"])
    assert said["levels"] == ["source", "asm", "ir"]
    page = project.run("llmopt", *words).stdout
    assert f"{said['parts'][0]['tokens']:,} tokens" in page
    assert "at level source, asm, ir" in page
    alone = project.json("optimize", "--dry-run")
    assert (alone["most_tokens"], alone["parts"], alone["levels"]) == (0, [], [])


def test_without_a_model_a_strategy_that_needs_one_is_an_error(project):
    done = project.run("llmopt", "optimize", "--strategy", "single:source", status=2)
    assert "--model anthropic" in done.stderr


def test_a_ledger_that_breaks_on_the_way_ends_the_asking_and_loses_nothing(project):
    def answer(number, _asked):
        if number == 1:
            (project.cache / "ledger.sqlite").write_bytes(b"no database" * 1000)
        return ok([submits(FASTER)])

    with serving(answer) as server:
        there = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "sk-none"}
        words = ("optimize", "--model", "anthropic", "--strategy", "single:source", "--json")
        done = project.run("llmopt", *words, changes=there)
    (recipe,) = json.loads(done.stdout)["recipes"]
    assert recipe["provenance"]["agent"] == "a-small-model"
    assert "no model is asked any more" in done.stderr
    assert "ledger.sqlite" in done.stderr


def test_of_a_file_that_is_not_allowed_nothing_is_sent(project):
    settings = project.root / "llmopt.yaml"
    settings.write_text(settings.read_text().replace("\nmodel:", '\nmodel:\n  files: ["other/*"]'))
    with serving([ok([submits(FASTER)])]) as server:
        there = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "sk-none"}
        words = ("optimize", "--model", "anthropic", "--strategy", "single:source", "--json")
        run = json.loads(project.run("llmopt", *words, changes=there).stdout)
        assert not server.requests
    assert not run["recipes"]
    assert "model.files" in run["functions"][0]["note"]


def test_a_pipeline_works_at_each_level_on_the_best_so_far(project):
    def answer(_number, asked):
        if any(m["role"] == "assistant" for m in asked["messages"]):
            return ok([says("That is all.")])
        if "one C function" in asked["system"][0]["text"]:
            return ok([submits(WRONG), submits(FASTER)])
        if "level of LLVM IR" in asked["system"][0]["text"]:
            return ok([calls("options", {"align_loops": 64})])
        return ok([submits("nonsense")])

    need("clang-19", "opt-19")
    settings = project.root / "llmopt.yaml"
    settings.write_text(settings.read_text().replace("gcc -O1", "clang-19 -O1"))
    apart = "__attribute__((noinline)) int repeated(const int *, int);\n/* How"
    (project.root / "unit.c").write_text(UNIT.replace("/* How", apart))
    with serving(answer) as server:
        there = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "sk-none"}
        words = ("optimize", "--model", "anthropic", "--strategy", "pipeline", "--json")
        run = json.loads(project.run("llmopt", *words, changes=there).stdout)
    (function,) = [f for f in run["functions"] if f["function"] == "repeated"]
    versions = function["versions"]
    parents = {v["move"].removeprefix("a-small-model "): v["parent"] for v in versions}
    assert parents["source 1"] == parents["source 2"] == 0
    # The first is as fast, and wrong: nothing is built on it.
    assert versions[0]["verdict"].startswith("tests: refuted")
    assert parents["ir options 1"] == 2
    assert parents["asm 1"] in (2, 3)
    shown = [question(asked) for asked in server.requests if len(asked["messages"]) == 1][:2]
    assert ["stands_twice" in text for text in shown] == [False, True]
