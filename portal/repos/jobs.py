"""Jobs: enqueued in the caller's transaction, leased by workers, done once (ARCHITECTURE, processes and jobs)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, literal, or_, select, update

from portal.models.job import Job
from portal.ports.origin import NOWHERE, Origin, current_origin
from portal.ports.queues import Dispatcher
from portal.repos.dialects import database_time, delete_some, insert_or_ignore, upsert
from portal.repos.rows import one_row
from portal.repos.tickets import MOST_COUNTED, TOLD, WAITS, Tickets

JOBS = Job.__table__
URGENT, USUAL, OUTSIDE = 0, 1, 2
"""OUTSIDE: what waits for the systems of shops, which may take their time; a thread of its own does it."""
EVERY = (URGENT, USUAL, OUTSIDE)
_OUTSIDE_KINDS = frozenset({"webhook"})
_URGENT_KINDS = frozenset({"refund", "fee_payment", "code", "policy"})
_SPARE = timedelta(minutes=1)
"""Clocks of several machines may differ by less than this."""
_DUE = (JOBS.c.urgency, JOBS.c.run_at, JOBS.c.id)
_LEASED = [JOBS.c[name] for name in ("id", "kind", "payload", "attempts", "run_at", "origin")]


@dataclass(frozen=True, slots=True)
class Leased:
    """`origin`: the request that wanted it, empty where a deadline or the worker itself did."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    lease: str
    origin: Origin = NOWHERE


class Jobs:
    """`work.jobs`. When a job is due goes by the portal's clock, how long a lease lasts by the database's.

    With a dispatcher a job is brought to a worker by its ticket, without one whoever has nothing to do leases the next.
    """

    def __init__(self, connection: Connection, now: datetime, dispatcher: Dispatcher | None = None) -> None:
        self._connection, self._now = connection, now
        self.tickets = Tickets(connection, now, dispatcher)
        self._waiting: list[dict[str, Any]] = []

    def enqueue(
        self, kind: str, payload: dict[str, Any], *, run_at: datetime | None = None, dedup_key: str | None = None
    ) -> None:
        """The same `dedup_key` twice is one job, as long as the first is kept. It carries where it comes from."""
        self._waiting.append(
            {
                "kind": kind,
                "payload": payload,
                "dedup_key": dedup_key,
                "urgency": _urgency(kind),
                "run_at": run_at or self._now,
                "attempts": 0,
                "error": "",
                "created_at": self._now,
                "timed_at": self._now,
                "origin": current_origin().written(),
            }
        )

    def lease(self, *, token: str, lasts: timedelta, most: int, of: tuple[int, ...] = EVERY) -> list[Leased]:
        """Up to `most` jobs of these urgencies that are due and that nobody holds: urgent ones first, then what is due
        longest.

        Two workers never get the same one: a lease ends by the database's clock, which all of them share.
        """
        clock = database_time(self._connection)
        found: list[Leased] = []
        for urgency in of:
            if len(found) < most:
                found += self._lease(urgency, token, clock, clock + lasts, most - len(found))
        return found

    def _lease(self, urgency: int, token: str, clock: datetime, until: datetime, most: int) -> list[Leased]:
        is_free = or_(JOBS.c.leased_until.is_(None), JOBS.c.leased_until < clock)
        due = (
            select(JOBS.c.id)
            .where(WAITS, JOBS.c.urgency == urgency, JOBS.c.run_at <= self._now, JOBS.c.ticket.is_(None), is_free)
            .order_by(JOBS.c.run_at, JOBS.c.id)
            .limit(most)
            .with_for_update(skip_locked=True)
            # By itself, before any row is changed: a subquery may be asked again and give other rows.
            .cte("due")
        )
        taken = (
            update(JOBS)
            .where(JOBS.c.id.in_(select(due.c.id)))
            .values(lease=token, leased_until=until, attempts=JOBS.c.attempts + 1)
            .returning(*_LEASED)
        )
        rows = sorted(self._connection.execute(taken), key=lambda row: (row.run_at, row.id))
        return [_leased(row, token) for row in rows]

    def lease_brought(self, job_id: int, ticket: int, *, token: str, lasts: timedelta) -> Leased | None:
        """The job that this ticket is for. None where it is done, has another ticket by now, or somebody holds it."""
        clock = database_time(self._connection)
        is_free = or_(JOBS.c.leased_until.is_(None), JOBS.c.leased_until < clock)
        mine = update(JOBS).where(WAITS, JOBS.c.id == job_id, JOBS.c.ticket == ticket, is_free)
        taken = mine.values(lease=token, leased_until=clock + lasts, attempts=JOBS.c.attempts + 1)
        return next((_leased(row, token) for row in self._connection.execute(taken.returning(*_LEASED))), None)

    def renew(self, token: str, lasts: timedelta) -> int:
        """What is held under `token` is held as long again from now; how many jobs that are."""
        until = database_time(self._connection) + lasts
        held = update(JOBS).where(JOBS.c.lease == token).values(leased_until=until)
        return int(self._connection.execute(held).rowcount)

    def finish(self, job: Leased) -> None:
        self._close(job, done_at=self._now, leased_until=None, error="")

    def again(self, job: Leased, *, run_at: datetime, attempts: int, error: str = "") -> None:
        """Not done yet: it comes back at `run_at`. `attempts` is what counts of the tries so far."""
        values = {"run_at": run_at, "timed_at": self._now, "attempts": attempts, "error": error[:500]}
        self.tickets.send(self._close(job, leased_until=None, **values))

    def give_back(self, jobs: Sequence[Leased]) -> None:
        """Leased and not begun: whoever asks next may have them, and nobody has tried."""
        for job in jobs:
            self.tickets.send(self._close(job, leased_until=None, attempts=job.attempts - 1))

    def free(self, worker: str) -> int:
        """Leases that a worker of this name held: it is gone, and its successor need not wait for them to run out."""
        held = [row.id for row in self._held() if row.lease.startswith(f"{worker}/")]
        self._change(held, lease=None, leased_until=None)
        if held:
            brought = select(*TOLD).where(JOBS.c.id.in_(held), JOBS.c.ticket.is_not(None), WAITS)
            self.tickets.send(list(self._connection.execute(brought)))
        return len(held)

    def _held(self) -> list[Any]:
        """Jobs that are leased: never many, and found in the order of their own index."""
        held = select(JOBS.c.id, JOBS.c.lease, JOBS.c.leased_until).where(JOBS.c.lease.is_not(None))
        return list(self._connection.execute(held.order_by(JOBS.c.lease).limit(MOST_COUNTED)))

    def _change(self, ids: list[int], **values: Any) -> None:
        if ids:
            self._connection.execute(update(JOBS).where(JOBS.c.id.in_(ids)).values(**values))

    def mark_dead(self, job: Leased, error: str) -> None:
        """Kept and listed, never tried again by itself."""
        self._close(job, dead_at=self._now, leased_until=None, error=error[:500])

    def _close(self, job: Leased, **values: Any) -> list[Any]:
        """What is still held under its lease is written down; the row, or none."""
        mine = (JOBS.c.id == job.id) & (JOBS.c.lease == job.lease)
        closed = update(JOBS).where(mine).values(lease=None, **values).returning(*TOLD)
        return list(self._connection.execute(closed))

    def correct_future_times(self, longest_lease: timedelta) -> int:
        """A clock that was set back, nobody knows how far, holds nothing up: jobs that were timed in what is the future
        now are due, and no lease lasts longer than one that is taken now. Whoever still works renews it by then."""
        ahead = and_(WAITS, JOBS.c.timed_at > self._now + _SPARE, JOBS.c.ticket.is_(None))
        due = {"run_at": self._now, "timed_at": self._now}
        until = database_time(self._connection) + longest_lease
        self._change([row.id for row in self._held() if row.leased_until > until + _SPARE], leased_until=until)
        return int(self._connection.execute(update(JOBS).where(ahead).values(due)).rowcount)

    def make_due_now(self, dedup_key: str) -> bool:
        """An unfinished job, a dead one too, is due now. False where there is none."""
        mine = (JOBS.c.dedup_key == dedup_key) & JOBS.c.done_at.is_(None)
        return self._is_due_now(mine, dead_at=None, attempts=0)

    def put_off(self, dedup_key: str, until: datetime | None) -> bool:
        """Jobs of this key, and of keys that go on from it after a colon, that wait and that nobody works on, come back
        then; None: not at all. False where there is none."""
        mine = _named(dedup_key) & JOBS.c.lease.is_(None)
        values = {"run_at": until, "timed_at": self._now} if until else {"done_at": self._now}
        rows = list(self._connection.execute(update(JOBS).where(mine).values(values).returning(*TOLD)))
        if until:
            self.tickets.send(rows)
        return bool(rows)

    def end(self, dedup_key: str) -> None:
        """None of them comes back, whoever has one in hand: there is nothing left to do."""
        values = {"done_at": self._now, "lease": None, "leased_until": None}
        self._connection.execute(update(JOBS).where(_named(dedup_key)).values(values))

    def make_all_due_now(self, dedup_keys: list[str]) -> None:
        """Those that wait, and are not being worked on; dead ones stay."""
        for start in range(0, len(dedup_keys), 200):
            mine = JOBS.c.dedup_key.in_(dedup_keys[start : start + 200]) & WAITS & (JOBS.c.run_at > self._now)
            self._is_due_now(mine)

    def _is_due_now(self, which: ColumnElement[bool], **values: Any) -> bool:
        """Whether there are such. Who has one in hand says when it comes back."""
        due = update(JOBS).where(which).values(run_at=self._now, **values).returning(*TOLD)
        rows = list(self._connection.execute(due))
        self.tickets.send([row for row in rows if row.lease is None])
        return bool(rows)

    def find_payload(self, job_id: int, kind: str) -> dict[str, Any] | None:
        """Also of one that is done, as long as it is kept."""
        query = select(JOBS.c.payload).where(JOBS.c.id == job_id, JOBS.c.kind == kind)
        found: dict[str, Any] | None = self._connection.execute(query).scalar_one_or_none()
        return found

    def counts(self) -> dict[str, int]:
        """Waiting, late (due for over a minute) and dead jobs, for the metrics; each at most MOST_COUNTED."""
        since = self._now - timedelta(minutes=1)
        late = (_count(and_(WAITS, JOBS.c.urgency == one, JOBS.c.run_at < since), *_DUE) for one in EVERY)
        query = select(
            _count(WAITS, *_DUE).label("waiting"),
            sum(late, literal(0)).label("late"),
            _count(JOBS.c.dead_at.is_not(None), JOBS.c.dead_at).label("dead"),
        )
        return dict(one_row(self._connection.execute(query)))

    def sweep(self, before: datetime, most: int) -> int:
        """Forgets up to `most` jobs that were done before; how many it were."""
        return delete_some(self._connection, JOBS, JOBS.c.done_at < before, JOBS.c.done_at, most)

    def flush(self) -> None:
        """A key that is there already stays as it is; nothing is aborted (law 5)."""
        if self._waiting and self.tickets.dispatcher is None:
            insert_or_ignore(self._connection, JOBS, self._waiting)
        elif self._waiting:
            new = upsert(self._connection, JOBS).on_conflict_do_nothing().returning(*TOLD)
            self.tickets.send(list(self._connection.execute(new, self._waiting)))


def _leased(row: Any, token: str) -> Leased:
    return Leased(row.id, row.kind, row.payload, row.attempts, token, Origin.read(row.origin))


def _urgency(kind: str) -> int:
    return URGENT if kind in _URGENT_KINDS else OUTSIDE if kind in _OUTSIDE_KINDS else USUAL


def _count(condition: ColumnElement[bool], *order: ColumnElement[Any]) -> ColumnElement[int]:
    """In the order of the index that holds them, so that a database goes by it whatever it knows of the table."""
    some = select(JOBS.c.id).where(condition).order_by(*order).limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _named(dedup_key: str) -> ColumnElement[bool]:
    """Of those that wait: of this key, and of keys that go on from it after a colon."""
    return WAITS & ((JOBS.c.dedup_key == dedup_key) | JOBS.c.dedup_key.startswith(f"{dedup_key}:", autoescape=True))
