"""Messages of a case: written once, read in order."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from portal.domain.access import Actor
from portal.models.message import Message
from portal.repos.rows import Row

MESSAGES = Message.__table__


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
        query = select(MESSAGES).where(MESSAGES.c.case_id == case_id)
        if not with_internal:
            query = query.where(MESSAGES.c.is_internal.is_(False))
        return list(self._connection.execute(query.order_by(MESSAGES.c.id)).mappings())
