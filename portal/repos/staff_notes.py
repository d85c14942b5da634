"""What the staff want to be mailed, and what is gathered for each until it goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from portal.models.account import Staff
from portal.models.staff_note import StaffNote
from portal.repos.dialects import insert_or_ignore
from portal.repos.rows import all_rows, value_of

NOTES = StaffNote.__table__
STAFF = Staff.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptNote:
    """One thing to be told of; `page` as of the single mails."""

    id: int
    what: str
    order_no: str
    case_no: str
    page: str
    deadline_at: datetime | None
    created_at: datetime


class StaffNotes:
    """`work.staff_notes`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def wanted(self, staff_id: int) -> dict[str, str]:
        """As chosen, {} for nothing chosen yet."""
        found = self._connection.execute(select(STAFF.c.notices).where(STAFF.c.id == staff_id)).scalar_one_or_none()
        return dict(found or {})

    def choose(self, staff_id: int, wanted: dict[str, str]) -> None:
        self._connection.execute(update(STAFF).where(STAFF.c.id == staff_id).values(notices=wanted))

    def add(self, **values: Any) -> None:
        """staff_id, shop_id, how, what, order_no, case_no, page, deadline_at, key. The same key again adds nothing."""
        insert_or_ignore(self._connection, NOTES, [values | {"created_at": self._now}])

    def gathered(self, staff_id: int, shop_id: int, how: str) -> list[KeptNote]:
        """Oldest first."""
        mine = (NOTES.c.staff_id == staff_id) & (NOTES.c.shop_id == shop_id) & (NOTES.c.how == how)
        names = ("id", "what", "order_no", "case_no", "page", "deadline_at", "created_at")
        query = select(*(NOTES.c[name] for name in names)).where(mine).order_by(NOTES.c.id)
        return [value_of(KeptNote, row) for row in all_rows(self._connection.execute(query))]

    def drop(self, ids: list[int]) -> None:
        self._connection.execute(delete(NOTES).where(NOTES.c.id.in_(ids)))
