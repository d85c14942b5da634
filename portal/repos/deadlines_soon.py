"""Deadlines of staff that come near, each found once: by how far the last look went, so a look reads what came since.

The tables and indexes are those that the deadlines themselves are found by; nothing is written to a case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, or_, select, update

from portal.domain.deadlines.soon import OF_STAFF, needed_to_meet
from portal.models.case import Case
from portal.models.deadline import DeadlineMark
from portal.models.goodwill import Goodwill
from portal.models.job import StaffTask
from portal.models.order import Order
from portal.repos.dialects import insert_or_ignore
from portal.repos.rows import Row, all_rows, one_row

CASES: Table = Case.__table__
GOODWILL: Table = Goodwill.__table__
MARKS: Table = DeadlineMark.__table__
ORDERS: Table = Order.__table__
TASKS: Table = StaffTask.__table__
LAST = 2**63 - 1
"""Above every id: of a moment that was looked at whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueSoon:
    """A deadline of staff: where it is met (`page`, `about`), by whom: who `needs` may change, whose case it is."""

    id: int
    at: datetime
    shop_id: int
    order_no: str
    case_no: str
    assignee_id: int | None
    page: str
    needs: str
    about: str


@dataclass(frozen=True, slots=True)
class Source:
    """`query`: the rows of `table` that have a deadline of staff; `read`: page, needs and about of one of them."""

    table: Table
    query: Select[Any] = field(repr=False)
    read: Callable[[Row], tuple[str, str, str]]


_NUMBERS = (ORDERS.c.number.label("order_no"), CASES.c.case_no, CASES.c.assignee_id)


def _of_case(row: Row) -> tuple[str, str, str]:
    return "cases", needed_to_meet(row["deadline_kind"]), row["case_no"]


def _of_task(row: Row) -> tuple[str, str, str]:
    if row["kind"] == "customer_wrote":
        return "cases", "cases", row["case_no"] or ""
    return "refunds", "refunds", row["dedup_key"].partition(":")[2]


def _of_proposal(row: Row) -> tuple[str, str, str]:
    return "approvals", "approvals", row["number"]


SOURCES: Mapping[str, Source] = {
    "cases": Source(
        CASES,
        select(CASES.c.id, CASES.c.deadline_at, CASES.c.shop_id, CASES.c.deadline_kind, *_NUMBERS)
        .join(ORDERS, ORDERS.c.id == CASES.c.order_id)
        .where(CASES.c.deadline_kind.in_(OF_STAFF)),
        _of_case,
    ),
    "tasks": Source(
        TASKS,
        select(TASKS.c.id, TASKS.c.deadline_at, TASKS.c.shop_id, TASKS.c.kind, TASKS.c.dedup_key, *_NUMBERS)
        .join(ORDERS, ORDERS.c.id == TASKS.c.order_id)
        .outerjoin(CASES, CASES.c.id == TASKS.c.case_id)
        .where(TASKS.c.done_at.is_(None), TASKS.c.escalated_at.is_(None)),
        _of_task,
    ),
    "approvals": Source(
        GOODWILL,
        select(GOODWILL.c.id, GOODWILL.c.deadline_at, GOODWILL.c.shop_id, GOODWILL.c.number, *_NUMBERS)
        .join(ORDERS, ORDERS.c.id == GOODWILL.c.order_id)
        .join(CASES, CASES.c.id == GOODWILL.c.case_id)
        .where(GOODWILL.c.state == "waiting", GOODWILL.c.escalated_at.is_(None)),
        _of_proposal,
    ),
}


class DeadlinesSoon:
    """`work.deadlines_soon`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def take(self, name: str, moment: datetime, ahead: timedelta, *, limit: int) -> list[DueSoon]:
        """The next of a source that come due within `ahead` of `moment` and were not taken yet, nearest first; taken
        with the transaction. What is past by now is left out, and so is what comes nearer later than its turn was."""
        until = moment + ahead
        since, last_id = self._reached(name, moment, ahead)
        if since > until:
            return []
        source = SOURCES[name]
        at, row_id = source.table.c.deadline_at, source.table.c.id
        query = source.query.where(at >= since, at <= until, or_(at > since, and_(at == since, row_id > last_id)))
        rows = all_rows(self._connection.execute(query.order_by(at, row_id).limit(limit)))
        reached = (rows[-1]["deadline_at"], rows[-1]["id"]) if len(rows) == limit else (until, LAST)
        values = {"told_until": reached[0], "last_id": reached[1]}
        self._connection.execute(update(MARKS).where(MARKS.c.name == name).values(values))
        return [_due_soon(row, source) for row in rows]

    def _reached(self, name: str, moment: datetime, ahead: timedelta) -> tuple[datetime, int]:
        """How far it was told, held until the end of the transaction. Clocks of several machines differ a little; a
        mark that is far ahead is of a clock that was set back since."""
        insert_or_ignore(self._connection, MARKS, [{"name": name, "told_until": moment, "last_id": LAST}])
        held = select(MARKS.c.told_until, MARKS.c.last_id).where(MARKS.c.name == name).with_for_update()
        row = one_row(self._connection.execute(held))
        if row["told_until"] > moment + 2 * ahead:
            return moment + ahead, LAST
        return (row["told_until"], row["last_id"]) if row["told_until"] > moment else (moment, LAST)


def _due_soon(row: Row, source: Source) -> DueSoon:
    page, needs, about = source.read(row)
    return DueSoon(
        id=row["id"],
        at=row["deadline_at"],
        shop_id=row["shop_id"],
        order_no=row["order_no"],
        case_no=row["case_no"] or "",
        assignee_id=row["assignee_id"],
        page=page,
        needs=needs,
        about=about,
    )
