"""Jobs that do not get on, for whoever looks after them: of one shop, or of all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)

from portal.models.declaration import Declaration
from portal.models.fee import FeePayment
from portal.models.job import Job, Notice
from portal.models.pickup import Pickup
from portal.models.refund import Refund
from portal.repos.jobs import EVERY
from portal.repos.rows import Row, all_rows, row_or_none
from portal.repos.tickets import MOST_COUNTED, TOLD, Tickets

JOBS: Table = Job.__table__
LATE_AFTER = timedelta(minutes=1)
TRIED_OFTEN = 3
"""So many attempts that failed are worth a look, though it goes on by itself."""
JobTrouble = Literal["dead", "late", "failing"]
_WAITS = and_(JOBS.c.done_at.is_(None), JOBS.c.dead_at.is_(None))
_DUE = (JOBS.c.urgency, JOBS.c.run_at, JOBS.c.id)
_OF_SHOPS = (
    "tell_staff",
    "staff_mail",
    "staff_digest",
    "robot",
    "webhook",
    "guest_notice",
    "policy",
    "hand_over_cases",
    "reconcile",
)
"""Kinds that say themselves for which shop they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubledJob:
    """dead: given up; late: due, and nobody does it; failing: tried again and again. `about`: what of, "" for nothing
    that has a number."""

    id: int
    kind: str
    trouble: JobTrouble
    about: str
    attempts: int
    error: str
    since: datetime
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueJobs:
    """Of one kind. `oldest`: how long it has been due; `count` is over at most MOST_COUNTED of its urgency."""

    kind: str
    count: int
    oldest: timedelta


class JobLists:
    """`work.job_lists`. What belongs to no shop, such as files to be forgotten, is the operator's alone."""

    def __init__(self, connection: Connection, now: datetime, tickets: Tickets) -> None:
        self._connection, self._now, self._tickets = connection, now, tickets

    def troubled(self, shop_id: int | None, *, limit: int, only_dead: bool = False) -> list[TroubledJob]:
        """Those given up first, then by when they are due. `shop_id` None: of all shops, and of none.

        Two queries, each of what an index of its own holds, however many are done.
        """
        found = self._some(JOBS.c.dead_at.is_not(None), literal("dead"), (JOBS.c.dead_at,), shop_id, limit)
        if only_dead or len(found) >= limit:
            return found
        is_late = JOBS.c.run_at < self._now - LATE_AFTER
        is_failing = and_(JOBS.c.attempts >= TRIED_OFTEN, JOBS.c.error != "")
        waiting, trouble = and_(_WAITS, or_(is_late, is_failing)), case((is_late, "late"), else_="failing")
        return found + self._some(waiting, trouble, _DUE, shop_id, limit - len(found))

    def due_by_kind(self) -> list[DueJobs]:
        """Over all shops, by the index that jobs are leased by: it costs the same however many wait."""
        some = union_all(*(self._due(urgency) for urgency in EVERY)).subquery()
        query = select(some.c.kind, func.count().label("number"), func.min(some.c.run_at).label("since"))
        rows = self._connection.execute(query.group_by(some.c.kind).order_by(some.c.kind))
        return [
            DueJobs(kind=row.kind, count=row.number, oldest=max(self._now - row.since, timedelta(0))) for row in rows
        ]

    def _due(self, urgency: int) -> Select[tuple[str, datetime]]:
        due = select(JOBS.c.kind, JOBS.c.run_at).where(_WAITS, JOBS.c.urgency == urgency, JOBS.c.run_at <= self._now)
        some = due.order_by(*_DUE).limit(MOST_COUNTED).subquery()
        return select(some.c.kind, some.c.run_at)

    def _some(
        self,
        which: ColumnElement[bool],
        trouble: ColumnElement[str],
        order: tuple[ColumnElement[Any], ...],
        shop_id: int | None,
        limit: int,
    ) -> list[TroubledJob]:
        query = select(JOBS, trouble.label("trouble")).where(which)
        if shop_id is not None:
            query = query.where(of_shop(shop_id))
        return [_troubled(row) for row in all_rows(self._connection.execute(query.order_by(*order).limit(limit)))]

    def retry(self, job_id: int, shop_id: int | None) -> TroubledJob | None:
        """Due now with all its attempts before it; None where it is done, being done, or another shop's."""
        mine = and_(JOBS.c.id == job_id, JOBS.c.done_at.is_(None), JOBS.c.lease.is_(None))
        if shop_id is not None:
            mine = and_(mine, of_shop(shop_id))
        values = {"run_at": self._now, "timed_at": self._now, "dead_at": None, "attempts": 0}
        row = row_or_none(self._connection.execute(update(JOBS).where(mine).values(values).returning(JOBS)))
        if row:
            self._tickets.send(list(self._connection.execute(select(*TOLD).where(JOBS.c.id == job_id))))
        return _troubled({**row, "trouble": "late"}) if row else None


def of_shop(shop_id: int) -> ColumnElement[bool]:
    """By what a job is about: it is a row of the shop's, or says so."""
    said = and_(JOBS.c.kind.in_(_OF_SHOPS), JOBS.c.payload["shop"].as_integer() == shop_id)
    return or_(
        said,
        _is_about("refund", JOBS.c.payload["refund"].as_string(), Refund.__table__.c.refund_id, shop_id),
        _is_about("fee_payment", JOBS.c.payload["payment"].as_string(), FeePayment.__table__.c.number, shop_id),
        _is_about("pickup", JOBS.c.payload["pickup"].as_string(), Pickup.__table__.c.number, shop_id),
        _is_about("notice", JOBS.c.payload["notice"].as_integer(), Notice.__table__.c.id, shop_id),
        *(
            _is_about(kind, JOBS.c.payload["declaration"].as_integer(), Declaration.__table__.c.id, shop_id)
            for kind in ("declaration", "acknowledgement")
        ),
    )


def _is_about(kind: str, named: ColumnElement[Any], key: ColumnElement[Any], shop_id: int) -> ColumnElement[bool]:
    table = key.table
    theirs = select(key).where(key == named, table.c.shop_id == shop_id).exists()
    return and_(JOBS.c.kind == kind, theirs)


def _troubled(row: Row) -> TroubledJob:
    payload = row["payload"]
    about = next((str(payload[name]) for name in ("refund", "payment", "pickup", "case_no") if payload.get(name)), "")
    return TroubledJob(
        id=row["id"],
        kind=row["kind"],
        trouble=row["trouble"],
        about=about,
        attempts=row["attempts"],
        error=row["error"],
        since=row["created_at"],
        next_at=None if row["dead_at"] else row["run_at"],
    )
