"""The ledger of a user: no call of a model without a reservation of the most that it can cost.

One SQLite file for all processes; each step is one transaction that holds the write lock. A call is
*reserved*, then *begun*, then *settled*:

- What is reserved counts in full until it is settled, so the limits hold whoever else is asking.
- A process that dies before it asked leaves a reservation that expires and costs nothing.
- One that dies after it began may have been billed for all of it: that counts in full for ever.

So what was really billed never exceeds a limit, at any interleaving.

It also knows which part of a run's budget is whose, and what conversations have brought so far.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from llmopt.budget.split import part
from llmopt.errors import BudgetExceeded, LedgerError
from llmopt.values.cost import Allowance, Cost, Paid

#: Seconds that a process waits for another one's transaction.
_PATIENCE = 60.0
#: Shares of a limit at which a user wants to know.
WARNINGS = (0.5, 0.8)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL, day TEXT NOT NULL, function TEXT NOT NULL,
    model TEXT NOT NULL, purpose TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('reserved', 'begun', 'settled')),
    tokens INTEGER NOT NULL CHECK (tokens >= 0),
    microdollars INTEGER NOT NULL CHECK (microdollars >= 0),
    expires REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS limits (
    scope TEXT PRIMARY KEY, tokens INTEGER NOT NULL, microdollars INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS parts (
    run TEXT NOT NULL, function TEXT NOT NULL,
    tokens INTEGER NOT NULL, microdollars INTEGER NOT NULL,
    PRIMARY KEY (run, function)
);
CREATE TABLE IF NOT EXISTS outcomes (
    run TEXT NOT NULL, function TEXT NOT NULL, model TEXT NOT NULL, purpose TEXT NOT NULL,
    tokens INTEGER NOT NULL, gain REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS by_run ON entries (run, function);
CREATE INDEX IF NOT EXISTS by_day ON entries (day);
"""
#: What counts: all that may have been billed, and what may still be.
_COUNTED = "(state != 'reserved' OR expires > :now)"
#: The entries that a limit is over.
_SCOPES = {
    "run": "run = :run",
    "function": "run = :run AND function = :function",
    "part": "run = :run AND function = :function",
    "day": "day = :day",
    "total": "TRUE",
}
#: Those that hold for a run as a whole.
_WHOLE = ("run", "day", "total")
#: The entries of one purpose, and the outcomes.
_SAME = "run = :run AND function = :function AND model = :model AND purpose = :move"


@dataclass(frozen=True)
class Purpose:
    """Who asks: the run, the function that is worked on, the model, and for which move."""

    run: str
    function: str
    model: str
    move: str


@dataclass(frozen=True)
class Limits:
    """The most that each scope may cost; 0 of a kind is no limit. A day is one of UTC."""

    run: Cost = Cost()
    function: Cost = Cost()
    day: Cost = Cost()
    total: Cost = Cost()

    def of(self, scope: str) -> Cost:
        """The limit of a scope by its name."""
        found = getattr(self, scope)
        assert isinstance(found, Cost)
        return found


@dataclass(frozen=True)
class Reservation:
    """A call that may be made until it expires."""

    id: int
    worst: Cost


@dataclass(frozen=True)
class Account:
    """What a scope has cost, what is held for calls that are not settled, and its limit."""

    scope: str
    spent: Cost
    held: Cost
    limit: Cost

    @property
    def share(self) -> float:
        """The part of the limit that is gone, of tokens or dollars, whichever is more."""
        used = self.spent + self.held
        parts = [
            mine / most
            for mine, most in (
                (used.tokens, self.limit.tokens),
                (used.microdollars, self.limit.microdollars),
            )
            if most
        ]
        return max(parts, default=0.0)


class Ledger:
    """The account book in a file, made where it is missing. All methods raise LedgerError where it
    cannot be read or written.
    """

    def __init__(self, path: Path, limits: Limits, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self.limits = limits
        self._clock = clock
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LedgerError(f"{path} cannot be made: {error.strerror}") from error
        with self._transaction() as connection:
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)

    def reserve(self, purpose: Purpose, worst: Cost, seconds: float) -> Reservation:
        """Holds the most that a call can cost, for so many seconds.

        Raises BudgetExceeded, which names the limit, where that would be more than is left.
        """
        with self._transaction() as connection:
            where = self._where(purpose.run, purpose.function)
            for scope in _SCOPES:
                self._check(connection, scope, where, worst)
            row = connection.execute(
                "INSERT INTO entries (run, day, function, model, purpose, state, tokens,"
                " microdollars, expires) VALUES (:run, :day, :function, :model, :move, 'reserved',"
                " :tokens, :microdollars, :now + :seconds)",
                {
                    **where,
                    "model": purpose.model,
                    "move": purpose.move,
                    "tokens": worst.tokens,
                    "microdollars": worst.microdollars,
                    "seconds": seconds,
                },
            )
            assert row.lastrowid is not None
            return Reservation(row.lastrowid, worst)

    def begin(self, reservation: Reservation) -> None:
        """Says that the call is made now: from here on it counts, whatever becomes of the process.

        Raises BudgetExceeded where the reservation has expired: others may have what it held.
        """
        with self._transaction() as connection:
            begun = connection.execute(
                "UPDATE entries SET state = 'begun'"
                f" WHERE id = :id AND state = 'reserved' AND {_COUNTED}",
                {"id": reservation.id, "now": self._clock()},
            )
            if not begun.rowcount:
                raise BudgetExceeded("the reservation of this call has expired")

    def settle(self, reservation: Reservation, cost: Cost) -> None:
        """Puts what a call did cost in the place of the most that it could; nothing, where it was
        not made or not billed.
        """
        with self._transaction() as connection:
            connection.execute(
                "UPDATE entries SET state = 'settled', tokens = ?, microdollars = ? WHERE id = ?",
                (cost.tokens, cost.microdollars, reservation.id),
            )

    def account(self, scope: str, run: str = "", function: str = "") -> Account:
        """How one of the scopes `run`, `function`, `part`, `day` and `total` stands."""
        with self._transaction() as connection:
            where = self._where(run, function)
            spent, held = (
                _sum(connection, scope, where, f"state {sign} 'settled'") for sign in ("=", "!=")
            )
            return Account(scope, spent, held, self._limit(connection, scope, where))

    def left(self, run: str) -> Allowance:
        """The most that a run may still cost."""
        with self._transaction() as connection:
            return self._left(connection, run)

    def allot(self, run: str, function: str, shares: Sequence[float]) -> Allowance:
        """Gives a function its part of what is left to a run, as a limit beside the others: its
        share, which comes first, of those of all functions that are still to come. It is no more
        than the function may cost.
        """
        with self._transaction() as connection:
            where = self._where(run, function)
            most = self._left_of(connection, "function", where)
            given = part(self._left(connection, run), shares).at_most(most)
            used = _sum(connection, "part", where, "TRUE")
            connection.execute(
                "INSERT OR REPLACE INTO parts (run, function, tokens, microdollars)"
                " VALUES (:run, :function, :tokens, :microdollars)",
                {
                    **where,
                    "tokens": _limit_of(given.tokens, used.tokens),
                    "microdollars": _limit_of(given.microdollars, used.microdollars),
                },
            )
            return given

    def set_limit(self, scope: str, limit: Cost) -> None:
        """A limit of the user's own, for all projects, beside those of `limits`; 0 of a kind is
        none. The smaller one holds.
        """
        assert scope in _SCOPES
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO limits (scope, tokens, microdollars) VALUES (?, ?, ?)",
                (scope, limit.tokens, limit.microdollars),
            )

    def own_limit(self, scope: str) -> Cost:
        """The user's own limit of a scope."""
        with self._transaction() as connection:
            return _own(connection, scope)

    def latest_run(self) -> str:
        """The run that asked last; empty where none has."""
        with self._transaction() as connection:
            row = connection.execute("SELECT run FROM entries ORDER BY id DESC LIMIT 1").fetchone()
        return str(row[0]) if row else ""

    def by_move(self, run: str) -> dict[tuple[str, str, str], Cost]:
        """What a run has cost, by function, model and move."""
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT function, model, purpose, SUM(tokens), SUM(microdollars) FROM entries"
                f" WHERE run = :run AND {_COUNTED} GROUP BY function, model, purpose",
                {"run": run, "now": self._clock()},
            ).fetchall()
        return {(row[0], row[1], row[2]): Cost(row[3], row[4]) for row in rows}

    def note(self, purpose: Purpose, gain: float) -> None:
        """Notes the log of the speedup that a conversation has brought; 0 where there was none.

        One that cost nothing, since all answers were kept ones, says nothing new: it is left out.
        """
        with self._transaction() as connection:
            where = {**self._where(purpose.run, purpose.function), **vars(purpose), "gain": gain}
            # There may be several for one purpose: what those before have cost is noted already.
            spent = f"SELECT SUM(tokens) FROM entries WHERE {_SAME} AND {_COUNTED}"
            noted = f"SELECT SUM(tokens) FROM outcomes WHERE {_SAME}"
            connection.execute(
                "INSERT INTO outcomes (run, function, model, purpose, tokens, gain)"
                " SELECT :run, :function, :model, :move, tokens, :gain"
                f" FROM (SELECT ({spent}) - COALESCE(({noted}), 0) AS tokens) WHERE tokens > 0",
                where,
            )

    def paid(self) -> dict[tuple[str, str], Paid]:
        """What has paid so far in all runs, by model and move."""
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT model, purpose, COUNT(*), SUM(tokens), SUM(gain) FROM outcomes"
                " GROUP BY model, purpose"
            ).fetchall()
        return {(row[0], row[1]): Paid(row[2], row[3], row[4]) for row in rows}

    def _left(self, connection: sqlite3.Connection, run: str) -> Allowance:
        where, left = self._where(run, ""), Allowance()
        for scope in _WHOLE:
            left = left.at_most(self._left_of(connection, scope, where))
        return left

    def _left_of(
        self, connection: sqlite3.Connection, scope: str, where: dict[str, object]
    ) -> Allowance:
        used = _sum(connection, scope, where, "TRUE")
        return Allowance.left(self._limit(connection, scope, where), used)

    def _check(
        self, connection: sqlite3.Connection, scope: str, where: dict[str, object], worst: Cost
    ) -> None:
        limit = self._limit(connection, scope, where)
        used = _sum(connection, scope, where, "TRUE")
        wanted = used + worst
        if limit.tokens and wanted.tokens > limit.tokens:
            left = max(0, limit.tokens - used.tokens)
            raise BudgetExceeded(
                f"{_name(scope)}_tokens: {limit.tokens:,} is the limit, {left:,} are left, and "
                f"this call may take {worst.tokens:,}"
            )
        if limit.microdollars and wanted.microdollars > limit.microdollars:
            left = max(0, limit.microdollars - used.microdollars)
            raise BudgetExceeded(
                f"{_name(scope)}_dollars: {limit.dollars:g} is the limit, {left / 1e6:.4f} are "
                f"left, and this call may cost {worst.dollars:.4f}"
            )

    def _limit(self, connection: sqlite3.Connection, scope: str, where: dict[str, object]) -> Cost:
        """What holds of the limits of the project and of the user, or what was allotted."""
        if scope == "part":
            return _part(connection, where)
        mine, own = self.limits.of(scope), _own(connection, scope)
        return Cost(
            _smaller(mine.tokens, own.tokens), _smaller(mine.microdollars, own.microdollars)
        )

    def _where(self, run: str, function: str) -> dict[str, object]:
        now = self._clock()
        day = time.strftime("%Y-%m-%d", time.gmtime(now))
        return {"run": run, "function": function, "day": day, "now": now}

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """A transaction that no other process's can come between."""
        try:
            with closing(
                sqlite3.connect(self.path, timeout=_PATIENCE, isolation_level=None)
            ) as connection:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise LedgerError(
                f"{self.path}: {error}: if it is damaged, move it away; what was spent is then "
                "forgotten"
            ) from error


def _smaller(one: int, other: int) -> int:
    """Of two limits; 0 is none."""
    return min(one, other) if one and other else one or other


def _name(scope: str) -> str:
    """How a user knows a scope."""
    return "this function's part of budget.run" if scope == "part" else f"budget.{scope}"


def _limit_of(given: int | None, used: int) -> int:
    """What was allotted, beside what was used before, as a limit; 0 would be none."""
    return 0 if given is None else max(1, used + given)


def _part(connection: sqlite3.Connection, where: dict[str, object]) -> Cost:
    query = "SELECT tokens, microdollars FROM parts WHERE run = :run AND function = :function"
    row = connection.execute(query, where).fetchone()
    return Cost(*row) if row else Cost()


def _own(connection: sqlite3.Connection, scope: str) -> Cost:
    query = "SELECT tokens, microdollars FROM limits WHERE scope = ?"
    row = connection.execute(query, (scope,)).fetchone()
    return Cost(*row) if row else Cost()


def _sum(connection: sqlite3.Connection, scope: str, where: dict[str, object], what: str) -> Cost:
    row = connection.execute(
        "SELECT COALESCE(SUM(tokens), 0), COALESCE(SUM(microdollars), 0) FROM entries"
        f" WHERE {_SCOPES[scope]} AND {_COUNTED} AND {what}",
        where,
    ).fetchone()
    return Cost(row[0], row[1])
