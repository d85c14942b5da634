"""Messages of a case: written once, read in order."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from portal.domain.identity.access import Actor
from portal.models.message import Message
from portal.repos.rows import Row, all_rows

MESSAGES = Message.__table__
_OF_CASE = select(MESSAGES).where(MESSAGES.c.case_id == bindparam("case_id")).order_by(MESSAGES.c.id)
_TOLD_OF_CASE = _OF_CASE.where(MESSAGES.c.is_internal.is_(False))


class Messages:
    """`work.messages`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def add(self, case_id: int, body: str, actor: Actor, *, is_internal: bool = False) -> int:
        """Its id."""
        row = {
            "shop_id": actor.shop_id,
            "case_id": case_id,
            "author_kind": actor.kind,
            "author_id": actor.id or None,
            "body": body,
            "is_internal": is_internal,
            "created_at": self._now,
        }
        return int(self._connection.execute(insert(MESSAGES).values(row).returning(MESSAGES.c.id)).scalar_one())

    def of_case(self, case_id: int, *, with_internal: bool = False) -> list[Row]:
        """Oldest first; what staff note for themselves only where it is asked for."""
        query = _OF_CASE if with_internal else _TOLD_OF_CASE
        return all_rows(self._connection.execute(query, {"case_id": case_id}))
