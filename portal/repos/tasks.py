"""Staff tasks: what only a person can resolve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, update

from portal.models.job import StaffTask as TaskRow
from portal.repos.dialects import insert_or_ignore, upsert
from portal.repos.rows import Row, row_or_none

TASKS = TaskRow.__table__


@dataclass(frozen=True, slots=True)
class LateTask:
    """An open task whose time is over."""

    id: int
    kind: str
    order_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffTask:
    """`about`: what its key names, `refund`: the number of the refund it is about, "" for none; `case_id`
    the row of its case."""

    kind: str
    about: str
    refund: str
    case_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedTask:
    """An open task by its key, with what is known of it."""

    id: int
    key: str
    detail: dict[str, Any]


class Tasks:
    """`work.tasks`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def open(
        self, shop_id: int, kind: str, *, dedup_key: str, detail: dict[str, Any], **ids: int | datetime | None
    ) -> None:
        """One task per `dedup_key`; `ids`: order_id, case_id, refund_id, deadline_at."""
        row = {
            "shop_id": shop_id,
            "kind": kind,
            "dedup_key": dedup_key,
            "detail": detail,
            "created_at": self._now,
            **ids,
        }
        insert_or_ignore(self._connection, TASKS, [row])

    def keep_open(self, shop_id: int, kind: str, *, dedup_key: str, detail: dict[str, Any], order_id: int) -> None:
        """As `open`; one that is open is about `detail` now."""
        told = {"shop_id": shop_id, "kind": kind, "dedup_key": dedup_key, "created_at": self._now}
        statement = upsert(self._connection, TASKS).on_conflict_do_update(
            index_elements=[TASKS.c.dedup_key], set_={"detail": detail}, where=TASKS.c.done_at.is_(None)
        )
        self._connection.execute(statement, {**told, "detail": detail, "order_id": order_id})

    def reopen(
        self,
        shop_id: int,
        kind: str,
        *,
        dedup_key: str,
        detail: dict[str, Any] | None = None,
        **ids: int | datetime | None,
    ) -> bool:
        """The task under this key is open afterwards: a new one, or one that was done and is to be done again, in time
        of its own. False where it was open before."""
        told = {"shop_id": shop_id, "kind": kind, "dedup_key": dedup_key, "created_at": self._now}
        row: dict[str, Any] = {**told, "detail": detail or {}, **ids}
        again = {"done_at": None, "escalated_at": None, "created_at": self._now, "deadline_at": row.get("deadline_at")}
        statement = upsert(self._connection, TASKS).on_conflict_do_update(
            index_elements=[TASKS.c.dedup_key], set_=again, where=TASKS.c.done_at.is_not(None)
        )
        return self._connection.execute(statement.returning(TASKS.c.id), row).first() is not None

    def close(self, dedup_key: str) -> None:
        mine = (TASKS.c.dedup_key == dedup_key) & TASKS.c.done_at.is_(None)
        self._connection.execute(update(TASKS).where(mine).values(done_at=self._now))

    def forget(self, dedup_key: str) -> None:
        """An open task that turned out to be none."""
        mine = (TASKS.c.dedup_key == dedup_key) & TASKS.c.done_at.is_(None)
        self._connection.execute(delete(TASKS).where(mine))

    def open_keys(self, kind: str) -> set[str]:
        """Under which keys tasks of a kind are open, in every shop."""
        query = select(TASKS.c.dedup_key).where(TASKS.c.kind == kind, TASKS.c.done_at.is_(None))
        return set(self._connection.execute(query).scalars())

    def open_after(self, kind: str, shop_ids: Sequence[int], after: int, *, limit: int) -> list[KeyedTask]:
        """Open tasks of a kind, by id, from the one after that on."""
        mine = (TASKS.c.shop_id.in_(shop_ids), TASKS.c.kind == kind, TASKS.c.done_at.is_(None))
        query = select(TASKS.c.id, TASKS.c.dedup_key, TASKS.c.detail).where(*mine, TASKS.c.id > after)
        found = self._connection.execute(query.order_by(TASKS.c.id).limit(limit))
        return [KeyedTask(id=row.id, key=row.dedup_key, detail=row.detail) for row in found]

    def close_of_case(self, case_id: int, kind: str) -> None:
        """Every open task of this kind about the case."""
        mine = (TASKS.c.case_id == case_id) & (TASKS.c.kind == kind) & TASKS.c.done_at.is_(None)
        self._connection.execute(update(TASKS).where(mine).values(done_at=self._now))

    def close_by_id(self, shop_id: int, task_id: int) -> StaffTask | None:
        """The task that a person has resolved, None where it is not there or was closed before."""
        mine = (TASKS.c.id == task_id) & (TASKS.c.shop_id == shop_id) & TASKS.c.done_at.is_(None)
        done = update(TASKS).where(mine).values(done_at=self._now).returning(TASKS)
        return _task_of(row_or_none(self._connection.execute(done)))

    def past_due(self, moment: datetime, limit: int) -> list[LateTask]:
        """Open tasks about refunds whose time is over and that nobody was told of yet, the longest
        first."""
        return self._past_due(moment, limit, TASKS.c.kind != "customer_wrote")

    def messages_past_due(self, moment: datetime, limit: int) -> list[LateTask]:
        """The same of messages that nobody has answered."""
        return self._past_due(moment, limit, TASKS.c.kind == "customer_wrote")

    def _past_due(self, moment: datetime, limit: int, what: ColumnElement[bool]) -> list[LateTask]:
        query = select(TASKS.c.id, TASKS.c.kind, TASKS.c.order_id).where(
            TASKS.c.done_at.is_(None), TASKS.c.escalated_at.is_(None), TASKS.c.deadline_at < moment, what
        )
        found = self._connection.execute(query.order_by(TASKS.c.deadline_at).limit(limit))
        return [LateTask(row.id, row.kind, row.order_id) for row in found]

    def escalate(self, task_id: int) -> StaffTask | None:
        """The task, once; None where it is done or was escalated before."""
        late = (TASKS.c.id == task_id) & TASKS.c.done_at.is_(None) & TASKS.c.escalated_at.is_(None)
        escalated = update(TASKS).where(late).values(escalated_at=self._now).returning(TASKS)
        return _task_of(row_or_none(self._connection.execute(escalated)))


def _task_of(row: Row | None) -> StaffTask | None:
    if row is None:
        return None
    _, _, about = row["dedup_key"].partition(":")
    refund = str(row["detail"].get("refund", ""))
    return StaffTask(kind=row["kind"], about=about, refund=refund, case_id=row["case_id"])
