"""What a rail lists of a span of days, in a file of its own: a day may hold more than memory, in no order.

The file is private to its connection and gone with it. It has no name that anybody could open.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self

from portal.domain.money import Money
from portal.ports import RailPayment, RailRefund

BookedAs = Literal["refund", "payment"]
_SCHEMA = """
PRAGMA cache_size = -2000;
PRAGMA temp_store = FILE;
PRAGMA journal_mode = OFF;
CREATE TABLE line (booked TEXT, number TEXT, data TEXT NOT NULL, PRIMARY KEY (booked, number)) WITHOUT ROWID;
CREATE TABLE doubt (booked TEXT, number TEXT, PRIMARY KEY (booked, number)) WITHOUT ROWID;
CREATE TABLE noted (key TEXT PRIMARY KEY) WITHOUT ROWID;
BEGIN;
"""
_DOUBTS = "SELECT booked, number FROM doubt WHERE (booked, number) > (?, ?) ORDER BY booked, number LIMIT ?"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A number that is to be looked at more closely."""

    booked: BookedAs
    number: str


class RailStatement:
    """To be used by `with`. Where a rail lists a number twice, what it lists last counts."""

    def __init__(self) -> None:
        self._sql = sqlite3.connect("", isolation_level=None)
        self._sql.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._sql.close()

    def clear(self) -> None:
        """For the next span."""
        for statement in ("DELETE FROM line", "DELETE FROM doubt", "DELETE FROM noted"):
            self._sql.execute(statement)

    def take(self, lines: Iterable[RailRefund | RailPayment]) -> None:
        """Line by line. Raises what `lines` raises."""
        self._sql.executemany("INSERT OR REPLACE INTO line VALUES (?, ?, ?)", map(_row, lines))

    def refund(self, number: str) -> RailRefund | None:
        data = self._data("refund", number)
        return _refund(number, data) if data else None

    def payment(self, number: str) -> RailPayment | None:
        data = self._data("payment", number)
        return _payment(number, data) if data else None

    def agree(self, booked: BookedAs, number: str) -> None:
        """Our books say the same of it."""
        self._sql.execute("DELETE FROM line WHERE booked = ? AND number = ?", (booked, number))

    def doubt(self, booked: BookedAs, number: str) -> None:
        """Our books say something else, or the rail lists nothing."""
        self._sql.execute("INSERT OR IGNORE INTO doubt VALUES (?, ?)", (booked, number))

    def doubts(self, at_once: int) -> Iterator[tuple[Doubt, ...]]:
        """What is not agreed, by number, some at a time: what was doubted, and what our books did not name at all."""
        self._sql.execute("INSERT OR IGNORE INTO doubt SELECT booked, number FROM line")
        after: tuple[str, ...] = ("", "")
        # Every page is read to its end: what comes of it may be noted here before the next.
        while rows := self._sql.execute(_DOUBTS, (*after, at_once)).fetchall():
            yield tuple(Doubt(booked, number) for booked, number in rows)
            after = rows[-1]

    def note(self, key: str) -> None:
        """It is known by that key."""
        self._sql.execute("INSERT OR IGNORE INTO noted VALUES (?)", (key,))

    def is_noted(self, key: str) -> bool:
        return self._sql.execute("SELECT 1 FROM noted WHERE key = ?", (key,)).fetchone() is not None

    def _data(self, booked: BookedAs, number: str) -> list[Any] | None:
        query = "SELECT data FROM line WHERE booked = ? AND number = ?"
        found = self._sql.execute(query, (booked, number)).fetchone()
        return json.loads(found[0]) if found else None


def _row(line: RailRefund | RailPayment) -> tuple[BookedAs, str, str]:
    data: list[Any] = [line.amount.minor, line.amount.currency, line.at.isoformat()]
    if isinstance(line, RailPayment):
        return "payment", line.number, json.dumps(data)
    return "refund", line.number, json.dumps([*data, line.payment_reference, line.outcome])


def _payment(number: str, data: list[Any]) -> RailPayment:
    minor, currency, at = data
    return RailPayment(number=number, amount=Money(minor, currency), at=datetime.fromisoformat(at))


def _refund(number: str, data: list[Any]) -> RailRefund:
    minor, currency, at, reference, outcome = data
    amount, when = Money(minor, currency), datetime.fromisoformat(at)
    return RailRefund(number=number, payment_reference=reference, amount=amount, outcome=outcome, at=when)
