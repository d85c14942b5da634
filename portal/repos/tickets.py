"""Jobs that are brought to workers, not fetched by them: each that waits has one ticket that counts, the newest.

A ticket is sent in the transaction that makes its job, or puts it off. Whatever was sent before is nothing from then
on, so a job may be due earlier, put off, or taken back without looking for the ticket that it had.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update

from portal.models.job import Job
from portal.ports.queues import Dispatcher, Ticket
from portal.repos.dialects import database_time

JOBS = Job.__table__
WAITS = and_(JOBS.c.done_at.is_(None), JOBS.c.dead_at.is_(None))
TOLD = (JOBS.c.id, JOBS.c.urgency, JOBS.c.run_at, JOBS.c.lease)
"""What is read of a job to send a ticket for it."""
_DUE = (JOBS.c.urgency, JOBS.c.run_at, JOBS.c.id)
MOST_COUNTED = 1_000
"""Counting costs the same however much is there: beyond this it says so much and no more."""


class Tickets:
    """Of one connection. Without a dispatcher nothing is sent: the table is drained."""

    def __init__(self, connection: Connection, now: datetime, dispatcher: Dispatcher | None) -> None:
        self._connection, self._now, self.dispatcher = connection, now, dispatcher

    def send(self, jobs: Sequence[Any]) -> None:
        """For rows of TOLD, of jobs that wait and that nobody has in hand: who has one says when it comes back."""
        if self.dispatcher is None or not jobs:
            return
        is_later = any(job.run_at > self._now for job in jobs)
        clock = database_time(self._connection) if is_later else self._now
        # By the difference: the clocks of this machine and of the database may be minutes apart.
        self._send([Ticket(job.id, job.urgency, _later(clock, job.run_at - self._now)) for job in jobs])

    def send_again(self, job_id: int, ticket: int, *, after: timedelta) -> None:
        """Whoever was brought it cannot have it yet. Nothing where it does not wait under this ticket any more."""
        mine = select(*TOLD).where(JOBS.c.id == job_id, JOBS.c.ticket == ticket, WAITS).with_for_update()
        at = database_time(self._connection) + after
        self._send([Ticket(row.id, row.urgency, at) for row in self._connection.execute(mine)])

    def _send(self, tickets: list[Ticket]) -> None:
        if self.dispatcher is None or not tickets:
            return
        numbers = self.dispatcher.send(self._connection, tickets)
        kept = [{"of": ticket.job_id, "number": number} for ticket, number in zip(tickets, numbers, strict=True)]
        counts = update(JOBS).where(JOBS.c.id == bindparam("of")).values(ticket=bindparam("number"))
        self._connection.execute(counts, kept)

    def give(self, most: int) -> int:
        """Up to `most` jobs that wait in the table, and that nobody has in hand, are brought from now on."""
        mine = and_(WAITS, JOBS.c.ticket.is_(None), self._is_free())
        rows = list(self._connection.execute(self._some(mine, most)))
        self._let_go([row.id for row in rows])
        self.send(rows)
        return len(rows)

    def take_back(self, most: int) -> list[int]:
        """Up to `most` jobs that are to be brought, and that nobody has in hand, wait in the table from now on; the
        tickets that they had."""
        mine = and_(WAITS, JOBS.c.ticket.is_not(None), self._is_free())
        rows = list(self._connection.execute(self._some(mine, most)))
        self._let_go([row.id for row in rows])
        return [row.ticket for row in rows]

    def renew_lost(self, before: datetime, most: int) -> int:
        """Jobs that were due before, and whose ticket is gone, because somebody emptied the library's tables: they get
        another. How many."""
        late = and_(WAITS, JOBS.c.ticket.is_not(None), JOBS.c.run_at < before, self._is_free())
        rows = list(self._connection.execute(self._some(late, most)))
        lost = self.dispatcher.lost([row.ticket for row in rows]) if self.dispatcher and rows else set()
        again = [row for row in rows if row.ticket in lost]
        self.send(again)
        return len(again)

    def count_other(self) -> int:
        """Jobs that wait in the way that is not this one, at most MOST_COUNTED."""
        other = JOBS.c.ticket.is_(None) if self.dispatcher else JOBS.c.ticket.is_not(None)
        some = select(JOBS.c.id).where(WAITS, other).order_by(*_DUE).limit(MOST_COUNTED).subquery()
        return int(self._connection.execute(select(func.count()).select_from(some)).scalar_one())

    def _is_free(self) -> Any:
        return or_(JOBS.c.lease.is_(None), JOBS.c.leased_until < database_time(self._connection))

    def _some(self, which: Any, most: int) -> Any:
        some = select(*TOLD, JOBS.c.ticket).where(which)
        return some.order_by(*_DUE).limit(most).with_for_update(skip_locked=True)

    def _let_go(self, ids: list[int]) -> None:
        if ids:
            values = {"ticket": None, "lease": None, "leased_until": None}
            self._connection.execute(update(JOBS).where(JOBS.c.id.in_(ids)).values(values))


def _later(clock: datetime, by: timedelta) -> datetime | None:
    return clock + by if by > timedelta(0) else None
