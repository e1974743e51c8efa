"""What models have cost, and the limits of a user."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from llmopt.budget.ledger import Ledger, Limits, Purpose
from llmopt.cli.main import main
from llmopt.values.cost import Cost


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    (tmp_path / "llmopt.yaml").write_text("version: 1\nbudget: {run_tokens: 1000}\n")
    monkeypatch.setenv("LLMOPT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return Ledger(tmp_path / "cache" / "ledger.sqlite", Limits())


def spend(ledger: Ledger, cost: Cost) -> None:
    call = ledger.reserve(Purpose("a-run", "filter", "small", "rewrite ir"), cost, 60)
    ledger.begin(call)
    ledger.settle(call, cost)


def test_what_was_spent_is_shown_with_limits_and_moves(ledger, capsys):
    assert main(["budget"]) == 0
    assert "3,000,000 tokens" in capsys.readouterr().out
    spend(ledger, Cost(500, 20_000))
    assert main(["budget"]) == 0
    said = capsys.readouterr().out
    assert "500 tokens, $0.0200" in said
    assert "[##########..........] 50%" in said
    assert "rewrite ir" in said


def test_limits_are_set_and_told_to_scripts(ledger, capsys):
    wanted = ["--set", "day_tokens=70", "--set", "total_dollars=1.5", "--set", "day_dollars=2"]
    assert main(["budget", *wanted, "--json"]) == 0
    accounts = {a["scope"]: a["limit"] for a in json.loads(capsys.readouterr().out)["accounts"]}
    assert accounts == {
        "run": {"tokens": 1000, "microdollars": 0},
        "day": {"tokens": 70, "microdollars": 2_000_000},
        "total": {"tokens": 0, "microdollars": 1_500_000},
    }
    assert main(["budget", "--set", "day_tokens=0"]) == 0
    assert ledger.own_limit("day") == Cost(0, 2_000_000)


@pytest.mark.parametrize("text", ["", "day", "day_tokens", "day_tokens=x", "day_tokens=-1",
                                  "week_tokens=1", "day_euros=1", "day_tokens=nan"])  # fmt: skip
def test_a_limit_that_makes_no_sense_is_an_error(ledger, capsys, text):
    assert main(["budget", "--set", text]) == 2
    assert "--set" in capsys.readouterr().err
