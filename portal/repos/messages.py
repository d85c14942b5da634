"""Messages of a case: written once, read in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from portal.domain.cases.case import Case
from portal.domain.identity.access import Actor, ActorKind
from portal.models.message import Message
from portal.repos.kept_texts import KeptTexts, new_salt

MESSAGES = Message.__table__
_READ = tuple(MESSAGES.c[name] for name in ("id", "author_kind", "author_id", "body", "is_internal", "created_at"))
_OF_CASE = select(*_READ).where(MESSAGES.c.case_id == bindparam("case_id")).order_by(MESSAGES.c.id)
_TOLD_OF_CASE = _OF_CASE.where(MESSAGES.c.is_internal.is_(False))


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenMessage:
    """A message as it was written. `author_kind` is that of the actor, `is_internal`: staff note it for themselves."""

    id: int
    author_kind: ActorKind
    author_id: int | None
    body: str
    is_internal: bool
    created_at: datetime


class Messages:
    """`work.messages`."""

    def __init__(self, connection: Connection, now: datetime, texts: KeptTexts) -> None:
        self._connection, self._now, self._texts = connection, now, texts

    def add(self, case: Case, body: str, actor: Actor, *, is_internal: bool = False) -> int:
        """Its id."""
        row = {
            "shop_id": actor.shop_id,
            "case_id": case.id,
            "author_kind": actor.kind,
            "author_id": actor.id or None,
            "body": body,
            "is_internal": is_internal,
            "created_at": self._now,
        }
        salt = new_salt()
        written = insert(MESSAGES).values(row | {"salt": salt}).returning(MESSAGES.c.id)
        message_id = int(self._connection.execute(written).scalar_one())
        self._texts.note(case.order_id, "message", message_id, salt, row)
        return message_id

    def of_case(self, case_id: int, *, with_internal: bool = False) -> list[WrittenMessage]:
        """Oldest first; what staff note for themselves only where it is asked for."""
        query = _OF_CASE if with_internal else _TOLD_OF_CASE
        rows = self._connection.execute(query, {"case_id": case_id}).mappings()
        return [WrittenMessage(**row) for row in rows]
