"""No limit of the ledger is exceeded, by whoever asks, and whenever they die."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from llmopt.budget.ledger import Ledger, Limits, Purpose, Reservation
from llmopt.errors import BudgetExceeded, StoreError
from llmopt.values.cost import Allowance, Cost, Paid

WORK = Purpose("run", "filter", "small", "rewrite source")
OTHER = Purpose("run", "parse", "small", "rewrite source")


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def ledger(directory: Path, limits: Limits, clock: Clock) -> Ledger:
    return Ledger(directory / "deep" / "ledger.sqlite", limits, clock)


def test_what_is_reserved_is_gone_and_what_was_not_needed_comes_back(tmp_path, clock):
    book = ledger(tmp_path, Limits(run=Cost(1000)), clock)
    first = book.reserve(WORK, Cost(700), 60)
    with pytest.raises(BudgetExceeded, match=r"budget\.run_tokens: 1,000 .* 300 are left"):
        book.reserve(OTHER, Cost(301), 60)
    book.begin(first)
    assert book.account("run", "run").held == Cost(700)
    book.settle(first, Cost(100))
    account = book.account("run", "run")
    assert (account.spent, account.held, account.share) == (Cost(100), Cost(0), 0.1)
    assert book.reserve(OTHER, Cost(900), 60).worst == Cost(900)


@pytest.mark.parametrize("scope", ["run", "function", "day", "total"])
@pytest.mark.parametrize("limit", [Cost(tokens=10), Cost(microdollars=10)])
def test_every_scope_has_limits_of_tokens_and_of_dollars(tmp_path, clock, scope, limit):
    book = ledger(tmp_path, Limits(**{scope: limit}), clock)
    book.reserve(WORK, Cost(10, 10), 1e6)
    with pytest.raises(BudgetExceeded, match=rf"budget\.{scope}_"):
        book.reserve(WORK, Cost(1, 1), 60)
    elsewhere = Purpose("other run", "other", "m", "move")
    if scope == "total":
        clock.now += 86400
        with pytest.raises(BudgetExceeded):
            book.reserve(elsewhere, Cost(1, 1), 60)
    elif scope == "day":
        with pytest.raises(BudgetExceeded):
            book.reserve(elsewhere, Cost(1, 1), 60)
        clock.now += 86400
        book.reserve(WORK, Cost(1, 1), 60)
    else:
        book.reserve(elsewhere, Cost(1, 1), 60)


def test_a_call_that_was_never_made_expires_and_one_that_was_begun_counts_for_ever(tmp_path, clock):
    book = ledger(tmp_path, Limits(total=Cost(100)), clock)
    unmade, made = book.reserve(WORK, Cost(50), 60), book.reserve(WORK, Cost(50), 60)
    book.begin(made)
    clock.now += 61
    assert book.account("total").held == Cost(50)
    book.reserve(WORK, Cost(50), 60)
    with pytest.raises(BudgetExceeded, match="expired"):
        book.begin(unmade)
    assert book.account("total").held == Cost(100)


def test_a_run_is_told_by_function_model_and_move(tmp_path, clock):
    book = ledger(tmp_path, Limits(), clock)
    for purpose, cost in ((WORK, Cost(5, 2)), (WORK, Cost(6, 1)), (OTHER, Cost(1, 0))):
        call = book.reserve(purpose, Cost(100, 100), 60)
        book.begin(call)
        book.settle(call, cost)
    assert book.by_move("run") == {
        ("filter", "small", "rewrite source"): Cost(11, 3),
        ("parse", "small", "rewrite source"): Cost(1, 0),
    }
    assert book.by_move("another") == {}


def test_a_user_s_own_limit_holds_for_all_projects_where_it_is_smaller(tmp_path, clock):
    book = ledger(tmp_path, Limits(day=Cost(100)), clock)
    other = ledger(tmp_path, Limits(), clock)
    book.set_limit("day", Cost(40, 7))
    assert other.account("day").limit == book.own_limit("day") == Cost(40, 7)
    with pytest.raises(BudgetExceeded, match=r"budget\.day_tokens: 40"):
        other.reserve(WORK, Cost(41), 60)
    book.set_limit("day", Cost(400))
    assert (book.account("day").limit, other.account("day").limit) == (Cost(100), Cost(400))
    book.set_limit("day", Cost())
    assert other.account("day").limit == Cost()
    assert book.latest_run() == ""
    book.reserve(WORK, Cost(1), 60)
    assert other.latest_run() == "run"


def spend(book: Ledger, purpose: Purpose, cost: Cost) -> None:
    call = book.reserve(purpose, cost, 60)
    book.begin(call)
    book.settle(call, cost)


def test_a_function_gets_its_part_and_what_it_leaves_goes_to_those_after_it(tmp_path, clock):
    book = ledger(tmp_path, Limits(run=Cost(1000, 5000)), clock)
    assert book.allot("run", "filter", [0.6, 0.2]) == Allowance(750, 3750)
    spend(book, WORK, Cost(300))
    with pytest.raises(BudgetExceeded, match=r"function's part of budget\.run_tokens: 750 .* 450"):
        book.reserve(WORK, Cost(451), 60)
    with pytest.raises(BudgetExceeded, match=r"function's part of budget\.run_dollars"):
        book.reserve(WORK, Cost(1, 3751), 60)
    assert book.account("part", "run", "filter").limit == Cost(750, 3750)
    assert book.allot("run", "parse", [0.2]) == Allowance(700, 5000)
    spend(book, OTHER, Cost(700))


def test_what_a_name_has_used_before_is_not_in_its_part(tmp_path, clock):
    """Two static functions of one name are one to the ledger."""
    book = ledger(tmp_path, Limits(run=Cost(1000)), clock)
    spend(book, WORK, Cost(400))
    assert book.allot("run", "filter", [0.1, 0.1]) == Allowance(300)
    assert book.account("part", "run", "filter").limit == Cost(700)
    assert book.account("part", "other run", "filter").limit == Cost()


def test_the_part_is_of_what_the_day_and_the_whole_leave_too(tmp_path, clock):
    book = ledger(tmp_path, Limits(run=Cost(1000), day=Cost(900), total=Cost(0, 80)), clock)
    spend(book, Purpose("another", "f", "m", "move"), Cost(700, 30))
    assert book.left("run") == Allowance(200, 50)
    assert book.allot("run", "filter", [1.0, 1.0]) == Allowance(100, 25)
    assert ledger(tmp_path, Limits(), clock).left("run") == Allowance()


def test_a_part_is_no_more_than_a_function_may_cost(tmp_path, clock):
    book = ledger(tmp_path, Limits(run=Cost(1000), function=Cost(300)), clock)
    assert book.allot("run", "filter", [0.9, 0.1]) == Allowance(300)
    assert book.account("part", "run", "filter").limit == Cost(300)
    assert book.allot("run", "parse", [0.1, 0.9]) == Allowance(100)


def test_a_part_of_nothing_is_nothing_and_no_part_of_everything_is_a_limit(tmp_path, clock):
    book = ledger(tmp_path, Limits(run=Cost(10)), clock)
    spend(book, OTHER, Cost(10))
    assert book.allot("run", "filter", [1.0]) == Allowance(0)
    with pytest.raises(BudgetExceeded):
        ledger(tmp_path, Limits(), clock).reserve(WORK, Cost(2), 60)
    free = ledger(tmp_path, Limits(), clock)
    assert free.allot("free", "filter", [0.1, 0.9]) == Allowance()
    free.reserve(Purpose("free", "filter", "m", "move"), Cost(10**9), 60)


def test_what_has_paid_is_told_by_model_and_move(tmp_path, clock):
    book = ledger(tmp_path, Limits(), clock)
    for tokens, gain in ((300, 0.5), (200, 0.0)):
        spend(book, WORK, Cost(tokens))
        book.note(WORK, gain)
    spend(book, OTHER, Cost(50))
    book.note(OTHER, 0.25)
    assert book.paid() == {("small", "rewrite source"): Paid(3, 550, 0.75)}
    spend(book, Purpose("run", "filter", "strong", "rewrite source"), Cost(9))
    assert len(book.paid()) == 1, "what has not ended has not failed"


def test_a_conversation_that_cost_nothing_says_nothing_new(tmp_path, clock):
    book = ledger(tmp_path, Limits(), clock)
    book.note(WORK, 0.5)
    assert book.paid() == {}
    spend(book, WORK, Cost(100))
    book.note(WORK, 0.5)
    book.note(WORK, 0.5)
    assert book.paid() == {("small", "rewrite source"): Paid(1, 100, 0.5)}


def test_a_damaged_ledger_is_a_store_error(tmp_path):
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match=r"ledger\.sqlite: .*move it away"):
        Ledger(path, Limits())
    with pytest.raises(StoreError, match="cannot be made"):
        Ledger(path / "below", Limits())


class Users(RuleBasedStateMachine):
    """Processes that reserve, ask, die and wait. What the model's owner bills is known here."""

    LIMITS = Limits(run=Cost(100, 300), function=Cost(60), day=Cost(150), total=Cost(220))

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.reserved: list[tuple[Reservation, Purpose]] = []
        self.begun: list[tuple[Reservation, Purpose]] = []
        self.billed: list[tuple[Purpose, str, Cost]] = []
        self.days: dict[int, str] = {}
        self.directory = tempfile.TemporaryDirectory(prefix="llmopt-ledger-")
        self.book = Ledger(Path(self.directory.name) / "ledger.sqlite", self.LIMITS, self.clock)

    def teardown(self) -> None:
        self.directory.cleanup()

    def day(self) -> str:
        return str(int(self.clock.now // 86400))

    @rule(
        tokens=st.integers(0, 60),
        paid=st.integers(0, 100),
        run=st.sampled_from("ab"),
        function=st.sampled_from("fg"),
    )
    def reserve(self, tokens: int, paid: int, run: str, function: str) -> None:
        purpose = Purpose(run, function, "m", "move")
        try:
            held = self.book.reserve(purpose, Cost(tokens, paid), 100)
        except BudgetExceeded:
            return
        self.days[held.id] = self.day()
        self.reserved.append((held, purpose))

    @precondition(lambda self: self.reserved)
    @rule(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        one = self.reserved.pop(data.draw(st.integers(0, len(self.reserved) - 1)))
        try:
            self.book.begin(one[0])
        except BudgetExceeded:
            return
        self.begun.append(one)

    @precondition(lambda self: self.begun)
    @rule(data=st.data(), part=st.floats(0, 1), dies=st.booleans())
    def is_billed(self, data: st.DataObject, part: float, *, dies: bool) -> None:
        held, purpose = self.begun.pop(data.draw(st.integers(0, len(self.begun) - 1)))
        cost = Cost(int(held.worst.tokens * part), int(held.worst.microdollars * part))
        self.billed.append((purpose, self.days[held.id], cost))
        if not dies:
            self.book.settle(held, cost)

    @precondition(lambda self: self.reserved)
    @rule()
    def dies_before_it_asks(self) -> None:
        self.reserved.pop()

    @rule(seconds=st.sampled_from([1, 99, 101, 40_000]))
    def waits(self, seconds: int) -> None:
        self.clock.now += seconds

    @rule(
        run=st.sampled_from("ab"),
        function=st.sampled_from("fg"),
        shares=st.lists(st.floats(0, 1), min_size=1, max_size=3),
    )
    def allot(self, run: str, function: str, shares: list[float]) -> None:
        self.book.allot(run, function, shares)

    @invariant()
    def no_bill_of_a_function_is_above_its_part(self) -> None:
        for run, function in {(purpose.run, purpose.function) for purpose, _, _ in self.billed}:
            limit = self.book.account("part", run, function).limit
            bills = [c for p, _, c in self.billed if (p.run, p.function) == (run, function)]
            cost = sum(bills, Cost())
            assert not limit.tokens or cost.tokens <= limit.tokens
            assert not limit.microdollars or cost.microdollars <= limit.microdollars

    @invariant()
    def no_bill_is_above_a_limit(self) -> None:
        groups: dict[tuple[str, str], Cost] = {}
        for purpose, day, cost in self.billed:
            for scope, key in (
                ("run", purpose.run),
                ("function", purpose.run + purpose.function),
                ("day", day),
                ("total", ""),
            ):
                groups[scope, key] = groups.get((scope, key), Cost()) + cost
        for (scope, key), cost in groups.items():
            limit = self.LIMITS.of(scope)
            assert not limit.tokens or cost.tokens <= limit.tokens, (scope, key)
            assert not limit.microdollars or cost.microdollars <= limit.microdollars, (scope, key)


Users.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_no_bill_is_above_a_limit = Users.TestCase

USER = """
import os, random, signal, sys
from pathlib import Path
from llmopt.budget.ledger import Ledger, Limits, Purpose
from llmopt.errors import BudgetExceeded
from llmopt.values.cost import Cost

path, bills, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
chance = random.Random(number)
book = Ledger(path, Limits(run=Cost(40_000), total=Cost(40_000)))

def may_die():
    if chance.random() < 0.03:
        os.kill(os.getpid(), signal.SIGKILL)

while True:
    worst = Cost(chance.randrange(1, 400))
    try:
        call = book.reserve(Purpose("run", "f", "m", "move"), worst, 0.5)
        may_die()
        book.begin(call)
    except BudgetExceeded:
        break
    may_die()
    cost = Cost(chance.randrange(worst.tokens + 1))
    with open(bills, "a") as file:
        file.write(f"{cost.tokens}\\n")
    may_die()
    book.settle(call, cost)
"""


def test_sixty_four_processes_that_are_killed_stay_within_the_limit(tmp_path):
    path, bills = tmp_path / "ledger.sqlite", tmp_path / "bills"
    users = [
        subprocess.Popen([sys.executable, "-c", USER, str(path), str(bills), str(number)])
        for number in random.Random(7).sample(range(1000), 64)
    ]
    ended = [user.wait(timeout=120) for user in users]
    assert set(ended) <= {0, -signal.SIGKILL}
    assert ended.count(-signal.SIGKILL) > 10
    billed = sum(map(int, bills.read_text().split()))
    account = Ledger(path, Limits(total=Cost(40_000))).account("total")
    assert account.spent.tokens <= billed <= account.spent.tokens + account.held.tokens <= 40_000
    assert billed > 10_000, "the limit was of use to nobody"
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
