"""A carrier for one machine that fetches goods at the door: it behaves like the real ones, and misbehaves where the
plan asks for it. Its books are a SQLite file, shared by all processes; they hold nothing personal."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from portal.adapters.sandbox_books import sortable
from portal.adapters.sandbox_plan import SandboxPlan
from portal.domain.errors import ProviderUnavailable
from portal.domain.policy.pack import Amounts
from portal.domain.returning.pickup import PickupOffer, Slot
from portal.ports import Clock, PickupAnswer, PickupAsk, SlotAsk

DAYS = 10
"""So far ahead it can be booked."""
WINDOWS = ((9, 12), (13, 16), (16, 19))
"""Hours of the local day."""
_PRICE = Amounts((("*", Decimal("12.00")), ("JPY", Decimal(900))))
_NOTICE = timedelta(hours=2)
"""So long before the courier comes one can still call off."""
_COMES_AFTER = timedelta(hours=1)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS pickup (
    number TEXT PRIMARY KEY, carrier TEXT NOT NULL, state TEXT NOT NULL, comes_at TEXT NOT NULL, at TEXT NOT NULL)
"""


class SandboxCouriers:
    """Idempotent by number, over any number of processes. The courier takes the goods an hour after the slot begins.

    Of the plan's kinds, pickups know: down (no answer, nothing booked), late (no answer, but booked), refused (no
    courier then), missed (comes, and finds nobody).
    """

    name = "sandbox"

    def __init__(self, books: Path, clock: Clock, *, plan: Path | None = None) -> None:
        self._file, self._clock, self._plan = books, clock, SandboxPlan(plan)

    def offer(self, ask: SlotAsk) -> PickupOffer:
        if self._plan.kind_for("pickup", "") == "down":
            raise ProviderUnavailable(self.name, "down")
        zone = ZoneInfo(ask.zone)
        first = ask.since.astimezone(zone).date()
        days = (first + timedelta(days=count) for count in range(DAYS))
        slots = (_slot(day, hours, zone) for day in days for hours in WINDOWS)
        fitting = tuple(slot for slot in slots if slot.cancel_by > ask.since)
        return PickupOffer(price=_PRICE.of(ask.currency), slots=fitting)

    def book(self, ask: PickupAsk) -> PickupAnswer:
        kind = self._plan.kind_for("pickup", ask.number)
        if kind == "down":
            raise ProviderUnavailable(self.name, "down")
        with self._entry() as books:
            state = "refused" if kind == "refused" else "booked"
            comes_at = sortable(ask.slot.start + _COMES_AFTER)
            books.execute(
                "INSERT INTO pickup VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (ask.number, ask.carrier, state, comes_at, sortable(self._clock.now())),
            )
            answer = self._told(books, ask.number)
        if kind == "late":
            raise ProviderUnavailable(self.name, "timeout")
        return answer

    def cancel(self, number: str) -> PickupAnswer:
        if self._plan.kind_for("pickup", number) == "down":
            raise ProviderUnavailable(self.name, "down")
        with self._entry() as books:
            answer = self._told(books, number)
            if answer.outcome != "booked":
                return answer
            books.execute("UPDATE pickup SET state = 'cancelled' WHERE number = ?", (number,))
            return PickupAnswer(outcome="cancelled", at=self._clock.now())

    def find(self, number: str) -> PickupAnswer:
        if self._plan.kind_for("pickup", number) == "down":
            raise ProviderUnavailable(self.name, "down")
        with self._entry() as books:
            return self._told(books, number)

    def bookings(self) -> dict[str, str]:
        """State by number: for whoever compares the books."""
        with self._entry() as books:
            return dict(books.execute("SELECT number, state FROM pickup ORDER BY number").fetchall())

    def _told(self, books: sqlite3.Connection, number: str) -> PickupAnswer:
        """What the books say once the courier has been where the time for it has come."""
        row: Any = books.execute("SELECT carrier, state, comes_at FROM pickup WHERE number = ?", (number,)).fetchone()
        if row is None:
            return PickupAnswer(outcome="unknown_number")
        carrier, state, comes_at = row
        if state == "booked" and comes_at <= sortable(self._clock.now()):
            state = "missed" if self._plan.kind_for("pickup", number) == "missed" else "picked_up"
            books.execute("UPDATE pickup SET state = ? WHERE number = ?", (state, number))
        if state == "picked_up":
            at = datetime.fromisoformat(comes_at)
            return PickupAnswer(outcome="picked_up", tracking_no=tracking_no(carrier, number), at=at)
        return PickupAnswer(outcome=state, reason="没有可派的快递员" if state == "refused" else "")

    @contextmanager
    def _entry(self) -> Iterator[sqlite3.Connection]:
        """A transaction that alone writes. Raises ProviderUnavailable on a bad disk."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._file, timeout=10, isolation_level=None)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(_SCHEMA)
                yield connection
                connection.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise ProviderUnavailable(self.name, f"books: {type(error).__name__}") from error


def tracking_no(carrier: str, number: str) -> str:
    """The parcel's, the same however often it is asked for."""
    digits = int(hashlib.sha256(number.encode()).hexdigest(), 16) % 10**12
    return f"{carrier}{digits:012}"


def _slot(day: Any, hours: tuple[int, int], zone: ZoneInfo) -> Slot:
    start, end = (datetime.combine(day, time(hour), zone).astimezone(UTC) for hour in hours)
    return Slot(start=start, end=end, cancel_by=start - _NOTICE)
