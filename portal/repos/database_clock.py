"""The time by the database's clock: one for however many machines, whatever their own say (law 11).

It is asked when a connection is made, and once a minute as one is taken from the pool; in between it is counted on by
what cannot be set. So a machine whose clock is minutes off, or jumps, ends nobody's session, acts on no deadline before
its time and writes nothing down as later than it was.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, event

from portal.ports import Clock

ASKED_EVERY = 60.0
"""Seconds: two crystals differ by a millisecond by then."""
_LONGEST_TRIP = 2.0
"""Seconds. What was on its way for longer says little about now."""


class DatabaseClock:
    """The port `Clock` over a prepared engine to PostgreSQL. `machine`: by which it goes until the database was first
    asked, and by which somebody rests. `asked_every`: seconds."""

    def __init__(self, engine: Engine, machine: Clock, *, asked_every: float = ASKED_EVERY) -> None:
        self._machine, self._asked_every = machine, asked_every
        self._no_answer: type[Exception] = engine.dialect.loaded_dbapi.Error
        self._known: tuple[datetime, float] = (machine.now(), 0.0)
        event.listen(engine, "connect", self._connected)
        event.listen(engine, "checkout", self._taken)

    def now(self) -> datetime:
        moment, since = self._known
        if not since:
            return self._machine.now()
        return moment + timedelta(seconds=time.monotonic() - since)

    @property
    def asked_at(self) -> float:
        """By `time.monotonic`; 0 before the first time."""
        return self._known[1]

    def rest(self, seconds: float) -> None:
        self._machine.rest(seconds)

    def _connected(self, raw: Any, _record: Any) -> None:
        self._ask(raw)

    def _taken(self, raw: Any, _record: Any, _proxy: Any) -> None:
        if time.monotonic() - self.asked_at > self._asked_every:
            self._ask(raw)

    def _ask(self, raw: Any) -> None:
        """A database that does not answer says so to whoever wanted the connection."""
        began = time.monotonic()
        try:
            (moment,) = raw.execute("SELECT clock_timestamp()").fetchone()
        except self._no_answer:
            return
        trip = time.monotonic() - began
        if not self.asked_at or trip < _LONGEST_TRIP:
            self._known = moment.astimezone(UTC) + timedelta(seconds=trip / 2), began + trip
