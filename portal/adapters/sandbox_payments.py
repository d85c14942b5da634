"""What the sandbox rail takes from customers, in its books: one entry a number, taken once or refused for good."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.adapters.sandbox_books import FOR_EVER, Booking, sortable
from portal.domain.money import Money
from portal.ports import CollectAsk

# Books that were begun before fees were collected get it with their next call.
_TABLE = """
CREATE TABLE IF NOT EXISTS collected (
    number TEXT PRIMARY KEY, order_no TEXT NOT NULL, taken INTEGER NOT NULL, currency TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('due', 'taken', 'refused')), reason TEXT NOT NULL,
    booked_at TEXT NOT NULL, due_at TEXT NOT NULL)
"""
_COLUMNS = "number, order_no, taken, currency, state, reason, booked_at, due_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenPayment:
    """`state` is due, taken or refused, `reason` why refused; of what is due or taken `amount` is what is taken."""

    number: str
    order_no: str
    amount: Money
    state: str
    reason: str
    booked_at: datetime
    due_at: datetime


class SandboxPayments:
    """Payments within one transaction on the books."""

    def __init__(self, entry: Booking) -> None:
        self.entry = entry
        entry.sql.execute(_TABLE)
        self._take_what_is_due()

    def find(self, number: str) -> TakenPayment | None:
        row = self._rows("WHERE number = ?", number).fetchone()
        return _taken(row) if row else None

    def since(self, at: datetime, until: datetime | None = None) -> tuple[TakenPayment, ...]:
        """What was taken, by when it was asked for: at `at` or later and before `until`, oldest first."""
        booked = "WHERE state = 'taken' AND booked_at >= ? AND booked_at < ? ORDER BY booked_at, number"
        rows = self._rows(booked, sortable(at), sortable(until or FOR_EVER))
        return tuple(map(_taken, rows))

    def take(self, ask: CollectAsk, amount: Money, *, due_in: timedelta = timedelta()) -> None:
        """Books it once, and takes it at once where nothing is to be waited for."""
        self._book(ask, amount, "due", "", self.entry.now + due_in)
        self._take_what_is_due()

    def refuse(self, ask: CollectAsk, reason: str) -> None:
        self._book(ask, Money(0, ask.amount.currency), "refused", reason, self.entry.now)

    def _book(self, ask: CollectAsk, amount: Money, state: str, reason: str, due_at: datetime) -> None:
        # As with refunds, two shops may have an order of the same number.
        order_no = f"{ask.shop}:{ask.order_no}" if ask.shop else ask.order_no
        row = (
            ask.number,
            order_no,
            amount.minor,
            amount.currency,
            state,
            reason,
            sortable(self.entry.now),
            sortable(due_at),
        )
        self.entry.sql.execute("INSERT INTO collected VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)

    def _take_what_is_due(self) -> None:
        """Exactly one `paid` in the log per number; from now on it can be refunded like any other payment."""
        due = self._rows("WHERE state = 'due' AND due_at <= ?", sortable(self.entry.now)).fetchall()
        for one in map(_taken, due):
            self.entry.sql.execute("UPDATE collected SET state = 'taken' WHERE number = ?", (one.number,))
            self.entry.sql.execute(
                "INSERT INTO payment (reference, payment_id, order_no, captured, currency) VALUES (?, ?, ?, ?, ?)",
                (one.number, one.number, one.order_no, one.amount.minor, one.amount.currency),
            )
            self.entry.log("", one.number, one.amount, "paid", at=one.due_at)

    def _rows(self, where: str, *values: str) -> sqlite3.Cursor:
        return self.entry.sql.execute(f"SELECT {_COLUMNS} FROM collected {where}", values)


def _taken(row: tuple[str, str, int, str, str, str, str, str]) -> TakenPayment:
    number, order_no, amount, currency, state, reason, booked_at, due_at = row
    return TakenPayment(
        number=number,
        order_no=order_no,
        amount=Money(amount, currency),
        state=state,
        reason=reason,
        booked_at=datetime.fromisoformat(booked_at),
        due_at=datetime.fromisoformat(due_at),
    )
