"""Signs of life: written by workers every few seconds, read by whoever asks whether all is well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select

from portal.models.signs import CallSign, WorkerSign
from portal.ports.watch import Tally
from portal.repos.dialects import database_time, insert_or_ignore, upsert
from portal.repos.rows import all_rows

WORKERS, CALLS = WorkerSign.__table__, CallSign.__table__
FORGOTTEN_AFTER = timedelta(days=1)
_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenWorker:
    """`ago`: since it was seen, by the database's clock."""

    name: str
    version: str
    started_at: datetime
    seen_at: datetime
    ago: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCalls:
    """`failures`: of the last 24 hours."""

    name: str
    shop_id: int
    succeeded_at: datetime | None
    failed_at: datetime | None
    problem: str
    failures: int


class Signs:
    """`work.signs`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def worker_lives(self, name: str, version: str) -> None:
        """Those that nobody has seen for a day are forgotten with it."""
        clock = database_time(self._connection)
        values = {"version": version[:32], "seen_at": clock}
        mine = upsert(self._connection, WORKERS).values(name=name[:64], started_at=clock, **values)
        self._connection.execute(mine.on_conflict_do_update(index_elements=["name"], set_=values))
        self._connection.execute(delete(WORKERS).where(WORKERS.c.seen_at < clock - FORGOTTEN_AFTER))

    def worker_starts(self, name: str) -> None:
        """Of that name there is a new one."""
        self._connection.execute(delete(WORKERS).where(WORKERS.c.name == name[:64]))

    def workers(self) -> list[SeenWorker]:
        clock = database_time(self._connection)
        rows = all_rows(self._connection.execute(select(WORKERS).order_by(WORKERS.c.name).limit(100)))
        return [SeenWorker(**row, ago=max(clock - row["seen_at"], timedelta(0))) for row in rows]

    def note_calls(self, tallies: Sequence[Tally]) -> None:
        """In one order, so that no two workers wait for each other."""
        for tally in sorted(tallies, key=lambda one: (one.name, one.shop_id)):
            self._note(tally)

    def _note(self, tally: Tally) -> None:
        empty = {"name": tally.name, "shop_id": tally.shop_id, "problem": "", "failures": []}
        insert_or_ignore(self._connection, CALLS, [empty])
        mine = (CALLS.c.name == tally.name) & (CALLS.c.shop_id == tally.shop_id)
        row = self._connection.execute(select(CALLS).where(mine).with_for_update()).one()
        values: dict[str, Any] = {}
        if tally.succeeded:
            values["succeeded_at"] = self._now
        if tally.failed:
            values |= {"failed_at": self._now, "problem": tally.problem[:64]}
            values["failures"] = _more(row.failures, self._now, tally.failed)
        self._connection.execute(CALLS.update().where(mine).values(values))

    def calls(self, shop_id: int | None = None) -> list[SeenCalls]:
        """Of everybody's and of this shop's own; None: of all shops."""
        query = select(CALLS).order_by(CALLS.c.name, CALLS.c.shop_id).limit(500)
        if shop_id is not None:
            query = query.where(CALLS.c.shop_id.in_((0, shop_id)))
        rows = all_rows(self._connection.execute(query))
        return [SeenCalls(**{**row, "failures": _lately(row["failures"], self._now)}) for row in rows]


def _more(kept: list[list[Any]], now: datetime, count: int) -> list[list[Any]]:
    """With the hour that runs counted up, and what is older than a day left out."""
    hour = now.replace(minute=0, second=0, microsecond=0).isoformat()
    hours = {at: number for at, number in kept if datetime.fromisoformat(at) > now - _DAY}
    return [[at, number] for at, number in sorted((hours | {hour: hours.get(hour, 0) + count}).items())]


def _lately(kept: list[list[Any]], now: datetime) -> int:
    return sum(number for at, number in kept if datetime.fromisoformat(at) > now - _DAY)
