"""Jobs: enqueued in the caller's transaction, leased by workers, done once (ARCHITECTURE, processes and jobs)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from portal.models.job import Job
from portal.repos.dialects import insert_or_ignore

JOBS = Job.__table__
_SPARE = timedelta(minutes=1)
"""Clocks of several machines may differ by less than this."""


@dataclass(frozen=True, slots=True)
class Leased:
    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    lease: str


class Jobs:
    """`work.jobs`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now
        self._waiting: list[dict[str, Any]] = []

    def enqueue(
        self, kind: str, payload: dict[str, Any], *, run_at: datetime | None = None, dedup_key: str | None = None
    ) -> None:
        """The same `dedup_key` twice is one job."""
        self._waiting.append(
            {
                "kind": kind,
                "payload": payload,
                "dedup_key": dedup_key,
                "run_at": run_at or self._now,
                "attempts": 0,
                "error": "",
                "created_at": self._now,
                "timed_at": self._now,
            }
        )

    def lease(self, *, token: str, until: datetime) -> Leased | None:
        """The job that is due longest and that nobody holds, or None. Two workers never get the same one.

        A lease that ends later than one taken now was taken before the clock was set back: it holds nobody up.
        """
        free = or_(JOBS.c.leased_until.is_(None), JOBS.c.leased_until < self._now, JOBS.c.leased_until > until)
        due = (
            select(JOBS.c.id)
            .where(JOBS.c.done_at.is_(None), JOBS.c.dead_at.is_(None), JOBS.c.run_at <= self._now, free)
            .order_by(JOBS.c.run_at, JOBS.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        taken = (
            update(JOBS)
            .where(JOBS.c.id == due.scalar_subquery())
            .values(lease=token, leased_until=until, attempts=JOBS.c.attempts + 1)
            .returning(JOBS.c.id, JOBS.c.kind, JOBS.c.payload, JOBS.c.attempts)
        )
        row = self._connection.execute(taken).first()
        return Leased(row.id, row.kind, row.payload, row.attempts, token) if row else None

    def finish(self, job: Leased) -> None:
        self._close(job, done_at=self._now, leased_until=None, error="")

    def again(self, job: Leased, *, run_at: datetime, attempts: int, error: str = "") -> None:
        """Not done yet: it comes back at `run_at`. `attempts` is what counts of the tries so far."""
        self._close(job, run_at=run_at, timed_at=self._now, leased_until=None, attempts=attempts, error=error[:500])

    def free(self, worker: str) -> int:
        """Leases that a worker of this name held: it is gone, and its successor need not wait for them to run out."""
        held = JOBS.c.lease.startswith(f"{worker}/", autoescape=True) & JOBS.c.done_at.is_(None)
        return int(self._connection.execute(update(JOBS).where(held).values(lease=None, leased_until=None)).rowcount)

    def bury(self, job: Leased, error: str) -> None:
        """Kept and listed, never tried again by itself."""
        self._close(job, dead_at=self._now, leased_until=None, error=error[:500])

    def _close(self, job: Leased, **values: Any) -> None:
        mine = (JOBS.c.id == job.id) & (JOBS.c.lease == job.lease)
        self._connection.execute(update(JOBS).where(mine).values(lease=None, **values))

    def mend_times(self) -> int:
        """Jobs that were timed in what is the future now are due: the clock has been set back, nobody knows how far."""
        ahead = JOBS.c.done_at.is_(None) & (JOBS.c.timed_at > self._now + _SPARE)
        mended = {"run_at": self._now, "timed_at": self._now, "leased_until": None}
        return int(self._connection.execute(update(JOBS).where(ahead).values(mended)).rowcount)

    def hurry(self, dedup_key: str) -> bool:
        """An unfinished job, a dead one too, is due now. False where there is none."""
        mine = (JOBS.c.dedup_key == dedup_key) & JOBS.c.done_at.is_(None)
        values = {"run_at": self._now, "dead_at": None, "attempts": 0}
        return self._connection.execute(update(JOBS).where(mine).values(values)).rowcount == 1

    def counts(self) -> dict[str, int]:
        """Waiting, late (due for over a minute) and dead jobs, for the metrics."""
        waiting = JOBS.c.done_at.is_(None) & JOBS.c.dead_at.is_(None)
        late = waiting & (JOBS.c.run_at < self._now - timedelta(minutes=1))
        query = select(
            func.count().filter(waiting).label("waiting"),
            func.count().filter(late).label("late"),
            func.count().filter(JOBS.c.dead_at.is_not(None)).label("dead"),
        )
        return dict(self._connection.execute(query).mappings().one())

    def flush(self) -> None:
        if self._waiting:
            insert_or_ignore(self._connection, JOBS, self._waiting)
