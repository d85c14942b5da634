"""Messages of a case: written once, read in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Connection, bindparam, cast, insert, literal, null, select, union_all

from portal.domain.cases.case import Case
from portal.domain.identity.access import Actor, ActorKind
from portal.models.account import Customer
from portal.models.job import Notice
from portal.models.message import Message
from portal.repos.kept_texts import KeptTexts, new_salt
from portal.repos.notices import NoticeOfCase
from portal.repos.rows import all_rows, value_of

CUSTOMERS = Customer.__table__
MESSAGES = Message.__table__
NOTICES = Notice.__table__
_OF_MESSAGE = ("id", "author_kind", "author_id", "staff_id", "body", "is_internal", "created_at")
_SENT = ("mailed_at", "texted_at", "mail_refused_at", "text_refused_at")
_READ = tuple(MESSAGES.c[name] for name in _OF_MESSAGE)
_OF_CASE = select(*_READ).where(MESSAGES.c.case_id == bindparam("case_id")).order_by(MESSAGES.c.id)
_TOLD_OF_CASE = _OF_CASE.where(MESSAGES.c.is_internal.is_(False))


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenMessage:
    """A message as it was written. `author_kind` is that of the actor, `is_internal`: staff note it for themselves;
    `staff_id`: whoever of the staff wrote it in the author's place."""

    id: int
    author_kind: ActorKind
    author_id: int | None
    staff_id: int | None
    body: str
    is_internal: bool
    created_at: datetime


def _told_of_case() -> CompoundSelect[Any]:
    """What was written on a case and what was sent of it, in one statement: a page of a case shows both."""
    nothing: dict[str, Any] = {name: cast(null(), NOTICES.c[name].type).label(name) for name in _SENT}
    nobody = {name: cast(null(), CUSTOMERS.c[name].type).label(name) for name in ("mail", "phone")}
    written = select(
        literal("message").label("what"),
        *_READ,
        *nothing.values(),
        *nobody.values(),
    ).where(MESSAGES.c.case_id == bindparam("case_id"), MESSAGES.c.is_internal.is_(False))
    sent = (
        select(
            literal("notice").label("what"),
            NOTICES.c.id,
            NOTICES.c.kind,
            cast(null(), MESSAGES.c.author_id.type),
            cast(null(), MESSAGES.c.staff_id.type),
            cast(null(), MESSAGES.c.body.type),
            cast(null(), MESSAGES.c.is_internal.type),
            *(NOTICES.c[name] for name in ("created_at", *_SENT)),
            CUSTOMERS.c.mail,
            CUSTOMERS.c.phone,
        )
        .join(CUSTOMERS, CUSTOMERS.c.id == NOTICES.c.customer_id)
        .where(NOTICES.c.customer_id == bindparam("customer_id"), NOTICES.c.case_no == bindparam("case_no"))
    )
    return union_all(written, sent)


_TOLD = _told_of_case()


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
            "staff_id": actor.by_staff or None,
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

    def told_of_case(self, case: Case) -> tuple[list[WrittenMessage], list[NoticeOfCase]]:
        """What both sides wrote, oldest first, and what its customer was told of it, newest first."""
        values = {"case_id": case.id, "customer_id": case.customer_id, "case_no": case.case_no}
        rows = sorted(all_rows(self._connection.execute(_TOLD, values)), key=lambda row: int(row["id"]))
        messages = [value_of(WrittenMessage, row) for row in rows if row["what"] == "message"]
        notices = [
            value_of(NoticeOfCase, {**row, "kind": row["author_kind"]}) for row in rows if row["what"] == "notice"
        ]
        return messages, notices[::-1]
