"""A shop's group robot, and what is gathered for it until it goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from portal.domain.messages.robots import RobotForm
from portal.models.robot import Robot, RobotNote
from portal.repos.dialects import insert_or_ignore, upsert
from portal.repos.rows import all_rows, row_or_none, value_of
from portal.repos.staff_notes import KeptNote

ROBOTS = Robot.__table__
NOTES = RobotNote.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRobot:
    """As models.robot.Robot."""

    shop_id: int
    form: RobotForm
    sealed_url: str
    sealed_secret: str
    host: str
    tail: str
    kinds: list[str]
    set_at: datetime
    tried_at: datetime | None
    problem: str
    status: int
    said: str
    retry_at: datetime | None
    retry_job: int | None


class RobotRows:
    """`work.robots`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def find(self, shop_id: int) -> KeptRobot | None:
        row = row_or_none(self._connection.execute(select(ROBOTS).where(ROBOTS.c.shop_id == shop_id)))
        return value_of(KeptRobot, row) if row else None

    def set(self, shop_id: int, **values: Any) -> None:
        """form, sealed_url, sealed_secret, host, tail, kinds. What the last try came to is of the one before."""
        fresh = {"set_at": self._now, "tried_at": None, "problem": "", "status": 0, "said": ""}
        row = {"shop_id": shop_id, "retry_at": None, "retry_job": None} | fresh | values
        statement = upsert(self._connection, ROBOTS).on_conflict_do_update(
            index_elements=[ROBOTS.c.shop_id], set_={name: value for name, value in row.items() if name != "shop_id"}
        )
        self._connection.execute(statement, row)

    def remove(self, shop_id: int) -> None:
        """With what was gathered for it."""
        self._connection.execute(delete(NOTES).where(NOTES.c.shop_id == shop_id))
        self._connection.execute(delete(ROBOTS).where(ROBOTS.c.shop_id == shop_id))

    def tried(self, shop_id: int, **values: Any) -> None:
        """problem, status, said, retry_at, retry_job."""
        mine = ROBOTS.c.shop_id == shop_id
        self._connection.execute(update(ROBOTS).where(mine).values(tried_at=self._now, **values))

    def add_note(self, **values: Any) -> None:
        """shop_id, what, order_no, case_no, page, deadline_at, key. The same key again adds nothing."""
        insert_or_ignore(self._connection, NOTES, [values | {"created_at": self._now}])

    def gathered(self, shop_id: int, *, limit: int) -> list[KeptNote]:
        """Oldest first."""
        names = ("id", "what", "order_no", "case_no", "page", "deadline_at", "created_at")
        query = select(*(NOTES.c[name] for name in names)).where(NOTES.c.shop_id == shop_id)
        rows = all_rows(self._connection.execute(query.order_by(NOTES.c.id).limit(limit)))
        return [value_of(KeptNote, row) for row in rows]

    def drop_notes(self, ids: list[int]) -> None:
        """What was posted; what came meanwhile waits for the next message."""
        self._connection.execute(delete(NOTES).where(NOTES.c.id.in_(ids)))
