"""Conversations over real HTTP, with the real SDK, and a server that behaves or does not."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from llmopt.budget.ledger import Ledger, Limits
from llmopt.config.model import ModelSection
from llmopt.errors import ConfigError, ToolFailed
from llmopt.models.conversation import Asked, Ended, Enough, Models, Tool
from llmopt.store.cache import Cache
from llmopt.values.cost import Cost, Price
from tests.messages_server import Reply, Server, calls, marks, ok, says, serving
from tests.messages_server import error as turned_down

PRICES = {"small": Price(input=1.0, output=5.0, cache_write=1.25, cache_read=0.1)}
KEY = "sk-a-secret"


class Desk:
    """Models in a directory, with a tool that notes what it is given."""

    def __init__(self, path: Path, limits: Limits, **section: Any) -> None:
        self.given: list[Mapping[str, Any]] = []
        self.path = path
        self.ledger = Ledger(path / "ledger.sqlite", limits)
        self.turns = section.pop("turns", 4)
        settings = {"timeout": 5.0, "retries": 2, "max_tokens": 1000, **section}
        self.answers = Cache(str(path / "cache"))
        self.section = ModelSection(**settings)
        self.begin("run")
        self.tool = Tool(
            "submit",
            "Takes a text.",
            {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
            self.take,
        )

    def begin(self, run: str) -> None:
        """Begins a run, as another process would."""
        self.models = Models(
            self.section, self.ledger, PRICES, self.path / "talks", run, self.answers
        )

    def take(self, given: Mapping[str, Any]) -> str:
        self.given.append(given)
        return f"candidate {len(self.given)} was refuted"

    @property
    def asked(self) -> Asked:
        return Asked(
            "source of filter", "small", "You write C.", "int f(void);", [self.tool], self.turns
        )

    def talk(self) -> Ended:
        return self.models.converse(self.asked, "filter", "rewrite source")

    @property
    def cost(self) -> Cost:
        account = self.ledger.account("run", "run")
        return account.spent + account.held

    @property
    def transcript(self) -> str:
        return "".join(path.read_text() for path in sorted((self.path / "talks").iterdir()))


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    for name in ("ANTHROPIC_AUTH_TOKEN", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    def at(server: Server, limits: Limits | None = None, **section: Any) -> Desk:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        return Desk(tmp_path, limits or Limits(), **section)

    return at


def submits(text: str) -> dict[str, Any]:
    return calls("submit", {"text": text})


def test_a_model_calls_tools_until_it_has_enough(desk):
    with serving([ok([says("first"), submits("a")]), ok([submits("b")]), ok([says("done")])]) as s:
        here = desk(s)
        assert here.talk() == Ended("done")
    assert here.given == [{"text": "a"}, {"text": "b"}]
    first, second, third = s.requests
    assert first["system"][0]["cache_control"] == {"type": "ephemeral"}
    assert (first["model"], first["max_tokens"]) == ("small", 1000)
    assert second["messages"][-1]["content"][0]["content"] == "candidate 1 was refuted"
    assert len(third["messages"]) == 5
    assert here.cost == Cost(360, 3 * (100 + 5 * 20))


def test_each_turn_marks_what_it_writes_and_what_the_turn_before_has_written(desk):
    """For the provider's cache, of which a request may hold four marks at most."""
    two = ok([says("Two at once."), submits("a"), submits("b")])
    with serving([ok([submits("first")]), two, ok([submits("c")]), ok([says("done")])]) as s:
        desk(s).talk()
    assert [marks(request) for request in s.requests] == [
        [(-1, 0), (0, 0)],
        [(-1, 0), (0, 0), (2, 0)],
        [(-1, 0), (2, 0), (4, 1)],
        [(-1, 0), (4, 1), (6, 0)],
    ]
    assert all("cache_control" not in request for request in s.requests)
    for before, after in itertools.pairwise(s.requests):
        said = unmarked(before)["messages"]
        assert unmarked(after)["messages"][: len(said)] == said, "what was written is what is read"


def unmarked(request: dict[str, Any]) -> dict[str, Any]:
    return json.loads(
        json.dumps(request), object_hook=lambda d: {k: d[k] for k in d if k != "cache_control"}
    )


def test_what_was_said_stands_in_a_file_without_the_key(desk):
    with serving([ok([says("I look."), submits("int f;")]), ok([says("That is all.")])]) as s:
        here = desk(s)
        here.talk()
    assert KEY in str(s.headers[0])
    for words in ("You write C.", "I look.", "int f;", "candidate 1 was refuted", "That is all."):
        assert words in here.transcript
    assert KEY not in here.transcript


@pytest.mark.parametrize("status", [429, 500, 529])
def test_what_failed_for_the_moment_is_asked_again_and_costs_nothing(desk, status):
    busy = turned_down(status, "overloaded_error", {"retry-after-ms": "10"})
    with serving([busy, busy, ok([says("done")])]) as s:
        here = desk(s)
        assert here.talk() == Ended("done")
    assert len(s.requests) == 3
    assert here.cost == Cost(120, 200)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 529])
def test_what_fails_for_good_ends_the_conversation(desk, status):
    with serving(
        [ok([submits("a")]), turned_down(status, "some_error", {"retry-after-ms": "1"})]
    ) as s:
        here = desk(s)
        ended = here.talk()
    assert ended.how == "failed"
    assert "some_error" in ended.detail
    assert KEY not in ended.detail
    assert here.given == [{"text": "a"}], "what was finished is kept"
    assert here.cost == Cost(120, 200)


def test_a_server_that_is_too_slow_is_not_waited_for(desk):
    with serving([Reply(body=b"{}", delay=3.0)]) as s:
        here = desk(s, timeout=0.3, retries=1)
        ended = here.talk()
    assert ended.how == "failed"
    assert len(s.requests) == 2
    worst = here.ledger.account("run", "run").held
    assert worst.tokens > 2 * 1000, "it may have been billed: both attempts stay spent"


def test_no_server_at_all_is_an_end_as_well(desk):
    with serving([ok([])]) as s:
        here = desk(s, retries=1)
    assert here.talk().how == "failed"
    assert here.cost == Cost(), "nothing was sent"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=ok([says("x" * 5000)]).body, cut=500),
        Reply(body=b'{"id": "msg_1", "type": "message", "content": [{"type"'),
        Reply(body=b"[]"),
        Reply(body=b"null"),
        Reply(body=b'{"content": 7, "usage": "much"}'),
        Reply(body=b"<html>a proxy</html>", headers={"content-type": "text/html"}),
        Reply(body=b""),
    ],
    ids=["cut off", "half a JSON", "a list", "null", "other types", "a page", "nothing"],
)
def test_an_answer_that_cannot_be_read_ends_the_conversation_and_stays_spent(desk, reply):
    with serving([ok([submits("a")]), reply]) as s:
        here = desk(s, retries=0)
        ended = here.talk()
    assert ended.how in ("failed", "done")
    assert here.given == [{"text": "a"}]
    account = here.ledger.account("run", "run")
    assert account.spent == Cost(120, 200)
    assert account.held.tokens > 1000


def test_wrong_names_and_inputs_of_tools_are_told_to_the_model(desk):
    wrong = [calls("no_such_tool", {"x": 1}), calls("submit", {"other": 1}), calls("submit", {})]
    with serving([ok(wrong), ok([submits("a")]), ok([says("done")])]) as s:
        here = desk(s)
        assert here.talk() == Ended("done")
    results = s.requests[1]["messages"][-1]["content"]
    assert results[0]["is_error"]
    assert "no_such_tool" in str(results[0]["content"])
    assert here.given[-1] == {"text": "a"}


def test_endless_tool_loops_end_after_so_many_turns(desk):
    with serving([ok([submits("again")])]) as s:
        here = desk(s, turns=3)
        assert here.talk() == Ended("turns")
    assert len(s.requests) == len(here.given) == 3


def test_a_bill_is_not_believed_beyond_the_reservation_in_dollars_either(desk):
    """Many tokens of a long question were reserved; as many of an answer would cost more."""
    with serving([ok([says("Well.")], usage={"output_tokens": 3000})]) as s:
        here = desk(s)
        worst = here.models.prices["small"].worst(3000, 1000)
        here.talk()
    assert here.cost.tokens > 3000
    assert here.cost.microdollars <= worst.microdollars


def test_a_ledger_that_breaks_on_the_way_ends_the_conversation(desk):
    with serving([ok([submits("a")]), ok([says("done")])]) as s:
        here = desk(s)
        take = here.take

        def breaks(given: Mapping[str, Any]) -> str:
            (here.path / "ledger.sqlite").write_bytes(b"no database" * 1000)
            return take(given)

        here.tool = Tool("submit", "", here.tool.schema, breaks)
        ended = here.talk()
    assert ended.how == "failed"
    assert "ledger.sqlite" in ended.detail
    assert len(s.requests) == 1, "what cannot be reserved is not asked"


def test_an_answer_of_200_000_tokens_costs_no_more_than_its_reservation(desk):
    huge = ok([says("word " * 200_000)], usage={"output_tokens": 200_000})
    with serving([huge]) as s:
        here = desk(s)
        assert here.talk() == Ended("done")
    assert here.cost.tokens < 5000


@pytest.mark.parametrize(
    ("stop", "how"), [("refusal", "refused"), ("max_tokens", "truncated"), ("end_turn", "done")]
)
def test_how_an_answer_stopped_is_told(desk, stop, how):
    with serving([ok([says("Well.")], stop=stop)]) as s:
        assert desk(s).talk().how == how


def test_no_call_is_made_that_may_cost_more_than_is_left(desk):
    with serving([ok([submits("a")])]) as s:
        here = desk(s, Limits(run=Cost(6000)), turns=60)
        ended = here.talk()
    assert ended.how == "budget"
    assert "budget.run_tokens" in ended.detail
    assert here.given
    assert len(s.requests) == len(here.given)
    assert here.cost.tokens <= 6000


def test_a_tool_that_has_enough_ends_the_conversation(desk):
    def take(_given: Mapping[str, Any]) -> str:
        raise Enough

    with serving([ok([submits("a"), submits("b")])]) as s:
        here = desk(s)
        here.tool = Tool("submit", "", here.tool.schema, take)
        assert here.talk() == Ended("done")
    assert len(s.requests) == 1


@pytest.mark.parametrize("error", [ToolFailed("it fails", status=1, output=""), KeyError("it")])
def test_an_error_of_ours_in_a_tool_is_not_told_to_the_model_alone(desk, error):
    def take(_given: Mapping[str, Any]) -> str:
        raise error

    with serving([ok([submits("a")])]) as s:
        here = desk(s)
        here.tool = Tool("submit", "", here.tool.schema, take)
        with pytest.raises(type(error), match="it"):
            here.talk()
    assert len(s.requests) == 1


def test_without_a_key_there_is_an_error_that_says_so(desk, monkeypatch):
    with serving([ok([says("done")])]) as s:
        here = desk(s)
        monkeypatch.delenv("ANTHROPIC_API_KEY")
        monkeypatch.setenv("HOME", str(here.path))
        with pytest.raises(ConfigError, match="ANTHROPIC_API_KEY"):
            here.talk()
    assert here.cost == Cost(), "nothing was sent"


# Answers that were kept


def recorded(desk: Desk) -> list[dict[str, Any]]:
    lines = (desk.path / "talks" / "calls.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_the_same_conversation_in_a_later_run_asks_nobody_and_costs_nothing(desk):
    with serving([ok([submits("a")]), ok([submits("b")]), ok([says("done")])]) as s:
        here = desk(s)
        assert here.talk() == Ended("done")
        assert here.models.kept_answers == 0
        before = here.cost
        here.given.clear()
        here.begin("later")
        assert here.talk() == Ended("done")
        assert len(s.requests) == 3
    assert here.models.kept_answers == 3
    assert here.given == [{"text": "a"}, {"text": "b"}], "the tools run, and the gates behind them"
    assert here.ledger.account("run", "later").spent == Cost()
    assert here.cost == before
    assert [line["cached"] for line in recorded(here)] == [False] * 3 + [True] * 3
    assert recorded(here)[0]["answer"] == recorded(here)[3]["answer"]


def test_what_the_gates_say_otherwise_is_another_request(desk):
    """A kept answer follows the verdicts that it was given for, and no others."""
    with serving([ok([submits("a")]), ok([says("done")])]) as s:
        here = desk(s)
        here.talk()
        here.begin("later")
        here.talk()  # whose candidate is told of as the second
        assert len(s.requests) == 3
    assert here.models.kept_answers == 1


def test_who_asks_the_same_twice_in_one_run_gets_two_answers_and_the_same_two_later(desk):
    with serving([ok([says("one")]), ok([says("two")]), ok([says("three")])]) as s:
        here = desk(s)
        here.talk()
        here.talk()
        here.begin("later")
        here.talk()
        here.talk()
        here.talk()
        assert len(s.requests) == 3
    texts = [line["answer"]["content"][0]["text"] for line in recorded(here)]
    assert texts == ["one", "two", "one", "two", "three"]


@pytest.mark.parametrize(
    "change",
    [{"title": "asm"}, {"model": "strong"}, {"system": "You write asm."}, {"question": "int g;"},
     {"tools": []}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_only_the_very_same_request_gets_a_kept_answer(desk, change):
    with serving([ok([says("done")])]) as s:
        here = desk(s)
        here.talk()
        here.begin("later")
        here.models.converse(replace(here.asked, **change), "other", "other")
        assert len(s.requests) == (1 if "title" in change else 2), "a title is not sent"


def test_another_server_or_another_length_is_another_request(desk, monkeypatch):
    with serving([ok([says("done")])]) as one, serving([ok([says("done")])]) as other:
        here = desk(one)
        here.talk()
        here.section = replace(here.section, max_tokens=999)
        here.begin("longer")
        here.talk()
        assert len(one.requests) == 2
        monkeypatch.setenv("ANTHROPIC_BASE_URL", other.url)
        here.begin("elsewhere")
        here.talk()
        assert len(other.requests) == 1


@pytest.mark.parametrize(
    "reply",
    [
        ok([says("Well")], stop="max_tokens"),
        ok([says("No.")], stop="refusal"),
        ok([says("Well")], stop="model_context_window_exceeded"),
        ok([]),
        turned_down(400, "some_error"),
        Reply(body=b"[]"),
        Reply(body=b'{"type": "message", "stop_reason": "end_turn", "content": ["text"]}'),
        Reply(body=b'{"type": "message", "content": [{"type": "text", "text": "x"}]}'),
        Reply(body=b"<html>a proxy</html>", headers={"content-type": "text/html"}),
        Reply(body=ok([says("x" * 5000)]).body, cut=500),
    ],
    ids=["cut short", "refused", "too long", "empty", "an error", "a list", "odd blocks",
         "without a stop", "a page", "cut off"],
)  # fmt: skip
def test_only_whole_answers_are_kept(desk, reply):
    with serving([reply, ok([says("done")])]) as s:
        here = desk(s, retries=0)
        here.talk()
        here.begin("later")
        assert here.talk() == Ended("done")
        assert len(s.requests) == 2


def test_an_answer_that_was_asked_for_again_is_kept(desk):
    busy = turned_down(529, "overloaded_error", {"retry-after-ms": "1"})
    with serving([busy, ok([says("done")])]) as s:
        here = desk(s)
        here.talk()
        here.begin("later")
        assert here.talk() == Ended("done")
        assert len(s.requests) == 2


def test_a_kept_answer_that_is_damaged_is_asked_for_again(desk):
    with serving([ok([says("x" * 100_000)])]) as s:
        here = desk(s)
        here.talk()
        (kept,) = [p for p in (here.path / "cache").rglob("*.val") if p.stat().st_size > 100_000]
        kept.write_bytes(kept.read_bytes().replace(b"xx", b"xy", 1))
        here.begin("later")
        here.talk()
        assert len(s.requests) == 2


def test_without_the_cache_everything_is_asked_for_anew(desk):
    with serving([ok([says("done")])]) as s:
        here = desk(s, cache=False)
        here.talk()
        here.begin("later")
        here.talk()
        assert len(s.requests) == 2
    assert here.models.kept_answers == 0
