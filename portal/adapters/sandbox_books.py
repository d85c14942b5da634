"""The sandbox rail's own books: a SQLite file, and a log with a JSON line per call.

A change and its log lines are committed together; only then are the lines appended to the log. How far the log has
been written is kept in the books as well, so a process killed between the two leaves no line out and repeats none.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.ports import RefundAsk

_SCHEMA = """
CREATE TABLE payment (
    id INTEGER PRIMARY KEY, reference TEXT NOT NULL, payment_id TEXT NOT NULL, order_no TEXT NOT NULL,
    captured INTEGER NOT NULL, currency TEXT NOT NULL, UNIQUE (reference, payment_id, order_no));
CREATE TABLE refund (
    number TEXT PRIMARY KEY, payment INTEGER NOT NULL REFERENCES payment, amount INTEGER NOT NULL,
    currency TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('due', 'moved', 'failed')), reason TEXT NOT NULL,
    booked_at TEXT NOT NULL, due_at TEXT NOT NULL);
CREATE INDEX refund_due ON refund (due_at) WHERE state = 'due';
CREATE INDEX refund_of_payment ON refund (payment);
CREATE TABLE told (number TEXT PRIMARY KEY);
CREATE TABLE unlogged (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE log (bytes INTEGER NOT NULL);
INSERT INTO log VALUES (0);
"""
_REFUNDS = (
    "SELECT number, reference, amount, refund.currency, state, reason, booked_at, due_at"
    " FROM refund JOIN payment ON payment.id = refund.payment"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedRefund:
    """A refund as the books have it: `state` is due, moved or failed. Only what is due or moved counts as refunded."""

    number: str
    reference: str
    amount: Money
    state: str
    reason: str
    booked_at: datetime
    due_at: datetime


FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)


class Booking:
    """One exclusive transaction on the books at `now`."""

    def __init__(self, connection: sqlite3.Connection, now: datetime) -> None:
        self.sql = connection
        self.now = now

    def find(self, number: str) -> BookedRefund | None:
        row = self.sql.execute(f"{_REFUNDS} WHERE number = ?", (number,)).fetchone()
        return _booked(row) if row else None

    def since(self, at: datetime, until: datetime | None = None) -> tuple[BookedRefund, ...]:
        """Refunds that were booked at `at` or later, and before `until`, the failed ones left out, oldest first."""
        booked = "state <> 'failed' AND booked_at >= ? AND booked_at < ?"
        rows = self.sql.execute(
            f"{_REFUNDS} WHERE {booked} ORDER BY booked_at, number", (sortable(at), sortable(until or FOR_EVER))
        )
        return tuple(_booked(row) for row in rows)

    def left(self, ask: RefundAsk) -> Money:
        """What of the payment is neither refunded nor about to be. The first ask tells the books what was captured."""
        captured, currency = self.sql.execute(
            "SELECT captured, currency FROM payment WHERE id = ?", (self._payment(ask),)
        ).fetchone()
        gone = self.sql.execute(
            "SELECT coalesce(sum(amount), 0) FROM refund WHERE payment = ? AND state <> 'failed' AND number <> ?",
            (self._payment(ask), ask.number),
        ).fetchone()[0]
        return Money(captured - gone, currency)

    def book(self, ask: RefundAsk, *, state: str, reason: str = "", due_in: timedelta = timedelta()) -> None:
        """Writes the refund down; one that had failed under the same number is tried again."""
        payment, booked_at, due_at = self._payment(ask), sortable(self.now), sortable(self.now + due_in)
        self.sql.execute(
            "INSERT INTO refund VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO UPDATE SET"
            " amount = excluded.amount, currency = excluded.currency, state = excluded.state, reason = excluded.reason,"
            " booked_at = excluded.booked_at, due_at = excluded.due_at WHERE state = 'failed'",
            (ask.number, payment, ask.amount.minor, ask.amount.currency, state, reason, booked_at, due_at),
        )

    def is_first_time(self, number: str) -> bool:
        """True for one caller only, however many ask about the number."""
        return self.sql.execute("INSERT INTO told VALUES (?) ON CONFLICT DO NOTHING", (number,)).rowcount == 1

    def log(self, number: str, reference: str, amount: Money, outcome: str, at: datetime | None = None) -> None:
        line = {
            "at": (at or self.now).isoformat(),
            "refund": number,
            "payment": reference,
            "amount": amount.decimal(),
            "currency": amount.currency,
            "outcome": outcome,
        }
        self.sql.execute("INSERT INTO unlogged (text) VALUES (?)", (json.dumps(line, ensure_ascii=False) + "\n",))

    def move_what_is_due(self) -> None:
        """Moves the money of every refund whose time has come, and logs each: exactly one `succeeded` per number."""
        due = self.sql.execute(f"{_REFUNDS} WHERE state = 'due' AND due_at <= ?", (sortable(self.now),)).fetchall()
        for refund in map(_booked, due):
            self.sql.execute("UPDATE refund SET state = 'moved' WHERE number = ?", (refund.number,))
            self.log(refund.number, refund.reference, refund.amount, "succeeded", at=refund.due_at)

    def balances(self) -> tuple[tuple[str, Money, Money], ...]:
        """Per payment: reference, captured, and what has moved back."""
        rows = self.sql.execute(
            "SELECT reference, captured, payment.currency, coalesce(sum(amount) FILTER (WHERE state = 'moved'), 0)"
            " FROM payment LEFT JOIN refund ON refund.payment = payment.id GROUP BY payment.id ORDER BY payment.id"
        )
        return tuple(
            (ref, Money(captured, currency), Money(moved, currency)) for ref, captured, currency, moved in rows
        )

    def _payment(self, ask: RefundAsk) -> int:
        # Two shops may have an order of the same number; their payments are not the same money.
        order_no = f"{ask.shop}:{ask.order_no}" if ask.shop else ask.order_no
        named = (ask.payment_reference, ask.payment_id, order_no)
        self.sql.execute(
            "INSERT INTO payment (reference, payment_id, order_no, captured, currency) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (*named, ask.captured.minor, ask.captured.currency),
        )
        found = self.sql.execute(
            "SELECT id FROM payment WHERE reference = ? AND payment_id = ? AND order_no = ?", named
        ).fetchone()
        return int(found[0])


class SandboxBooks:
    """`log` is the log's path; the SQLite file lies beside it under the same name with `.db`."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._file = log.with_suffix(".db")

    @contextmanager
    def entry(self, now: datetime) -> Iterator[Booking]:
        """A transaction that alone writes, in which what is due has moved. Raises ProviderUnavailable on a bad disk."""
        try:
            with closing(self._connect()) as connection:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    entry = Booking(connection, now)
                    entry.move_what_is_due()
                    yield entry
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
                self._append_lines(connection)
        except (sqlite3.Error, OSError) as error:
            raise ProviderUnavailable("sandbox", f"books: {type(error).__name__}") from error

    def _connect(self) -> sqlite3.Connection:
        if not self._file.exists():
            self._create()
        connection = sqlite3.connect(self._file, timeout=10, isolation_level=None)
        connection.execute("PRAGMA foreign_keys = ON")
        # In WAL mode this survives a killed process, which is all a sandbox has to survive.
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _create(self) -> None:
        """Made aside and linked in when complete: of several processes that start at once, one creates the books."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._file.parent) as aside:
            fresh = Path(aside) / "books"
            with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(_SCHEMA)
            try:
                os.link(fresh, self._file)
            except FileExistsError:
                return

    def _append_lines(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            lines = connection.execute("SELECT id, text FROM unlogged ORDER BY id").fetchall()
            if lines:
                known = connection.execute("SELECT bytes FROM log").fetchone()[0]
                size = self._append("".join(text for _, text in lines).encode(), beyond=known)
                connection.execute("UPDATE log SET bytes = ?", (size,))
                connection.execute("DELETE FROM unlogged WHERE id <= ?", (lines[-1][0],))
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def _append(self, data: bytes, *, beyond: int) -> int:
        """Appends `data`, less what a killed process left of it beyond the size it had recorded; the log's new size."""
        file = os.open(self._log, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            left_behind = os.pread(file, len(data), beyond)
            rest = data[len(left_behind) :] if data.startswith(left_behind) else data
            if os.write(file, rest) < len(rest):
                raise OSError("the log's disk is full")
            return os.fstat(file).st_size
        finally:
            os.close(file)


def sortable(at: datetime) -> str:
    """`at` as the books keep it: texts sort in the order of time."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _booked(row: tuple[str, str, int, str, str, str, str, str]) -> BookedRefund:
    number, reference, amount, currency, state, reason, booked_at, due_at = row
    return BookedRefund(
        number=number,
        reference=reference,
        amount=Money(amount, currency),
        state=state,
        reason=reason,
        booked_at=datetime.fromisoformat(booked_at),
        due_at=datetime.fromisoformat(due_at),
    )
