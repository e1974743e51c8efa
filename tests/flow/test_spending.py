"""What a run may cost is split over its functions and levels; real requests, a real ledger."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from llmopt.budget.ledger import Purpose
from llmopt.config.model import BudgetSection, Config, ModelSection, SearchSection
from llmopt.flow.asking import ledger_of
from llmopt.flow.spending import Spending
from llmopt.models.conversation import Asked, Ended, Models, Tool
from llmopt.profile.hot import HotFunction
from llmopt.search.levels import PATIENCE
from llmopt.store.cache import Cache
from llmopt.values.cost import Allowance, Cost
from llmopt.values.step import LEVELS, Level
from tests.messages_server import calls, ok, serving

HOT = tuple(
    HotFunction(name, "unit.c", share, (name,))
    for name, share in (("sort", 0.5), ("hash", 0.3), ("parse", 0.1))
)


def spending(path: Path, strategy: Any = "all", **budget: Any) -> Spending:
    settings = {"run_tokens": 90_000, "function_tokens": 0, "day_tokens": 0, **budget}
    config = Config(
        str(path),
        str(path / "cache"),
        search=SearchSection(strategy=strategy),
        model=ModelSection(small="small", strong="strong", turns=6, max_tokens=1000),
        budget=BudgetSection(**settings),
    )
    return Spending(config, ledger_of(config), "run")


def spend(account: Spending, function: str, level: Level, model: str, tokens: int) -> None:
    purpose = Purpose(account.run, function, model, f"rewrite {level}")
    call = account.ledger.reserve(purpose, Cost(tokens), 60)
    account.ledger.begin(call)
    account.ledger.settle(call, Cost(tokens))


@pytest.fixture
def endless(monkeypatch, tmp_path):
    """A conversation about a function that nothing ends but its budget."""
    for name in ("ANTHROPIC_AUTH_TOKEN", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-none")

    def take(_given: Mapping[str, Any]) -> str:
        return "refuted"

    def talk(account: Spending, function: str) -> Ended:
        models = Models(
            account.config.model,
            account.ledger,
            {},
            tmp_path / "talks",
            account.run,
            Cache(account.config.cache),
        )
        asked = Asked(
            function, "small", "", "int f;", [Tool("submit", "", {"type": "object"}, take)], 1000
        )
        return models.converse(asked, function, "rewrite source")

    with serving([ok([calls("submit", {})], usage={"input_tokens": 2000})]) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        yield talk


def test_the_first_function_leaves_the_later_ones_their_parts(tmp_path, endless):
    account = spending(tmp_path)
    used = []
    for at, function in enumerate(HOT):
        part = account.allot(HOT[at:]).tokens
        ended = endless(account, function.name)
        assert ended.how == "budget"
        used.append(account.ledger.account("function", "run", function.name).spent.tokens)
        assert part is not None
        assert used[-1] <= part
    assert used[0] > 40_000
    assert used[1] > 20_000
    assert used[2] > 3_000
    assert sum(used) <= 90_000


def test_several_conversations_about_a_function_stay_within_its_part(tmp_path, endless):
    account = spending(tmp_path)
    account.allot(HOT)
    ends = [endless(account, "sort") for _ in range(3)]
    assert [ended.how for ended in ends] == ["budget"] * 3
    assert "this function's part of budget.run_tokens: 50,000 is the limit" in ends[-1].detail
    assert account.ledger.account("function", "run", "sort").spent.tokens <= 50_000


def test_a_function_that_takes_nothing_leaves_its_part_to_those_after_it(tmp_path):
    account = spending(tmp_path)
    assert account.allot(HOT) == Allowance(50_000)
    assert account.allot(HOT[1:]) == Allowance(67_500)
    spend(account, "hash", "source", "small", 60_000)
    assert account.allot(HOT[2:]) == Allowance(30_000)


def test_the_parts_of_a_run_to_come_are_told_within_all_limits(tmp_path):
    account = spending(tmp_path)
    assert [part.tokens for part in account.parts(HOT)] == [50_000, 30_000, 10_000]
    spend(account, "sort", "source", "small", 9_000)
    other = spending(tmp_path, day_tokens=18_000, function_tokens=4_000, run_dollars=0.9)
    told = Spending(other.config, other.ledger).parts(HOT)
    assert [part.tokens for part in told] == [4_000, 3_750, 1_250]
    assert [part.microdollars for part in told] == [500_000, 300_000, 100_000]


def test_levels_are_asked_in_the_order_in_which_they_have_paid(tmp_path):
    account = spending(tmp_path)
    assert account.in_order(LEVELS) == ("source", "asm", "ir")
    spend(account, "sort", "ir", "strong", 5_000)
    account.note("sort", "ir", "strong", 4.0)
    assert account.in_order(LEVELS) == ("ir", "source", "asm")
    assert account.in_order(("source", "asm")) == ("source", "asm")
    chosen = spending(tmp_path, "pipeline")
    assert chosen.in_order(LEVELS) == LEVELS, "by definition"


def test_a_level_at_which_nothing_was_accepted_gets_less(tmp_path):
    account = spending(tmp_path)
    for _ in range(PATIENCE):
        spend(account, "sort", "source", "small", 100)
        account.note("sort", "source", "small", 1.0)
    assert account.in_order(LEVELS) == ("asm", "ir", "source")
    assert account.turns("source", "small") == 3
    assert account.turns("source", "strong") == account.turns("ir", "small") == 6
    assert spending(tmp_path, "pipeline").turns("source", "small") == 3
    assert spending(tmp_path, "single:source").turns("source", "small") == 6, "somebody chose it"
