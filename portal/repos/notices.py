"""Notices: collected by the service, written with its effect; listed, read, marked as sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, insert, select, update

from portal.domain.codec import to_plain
from portal.models.account import Customer
from portal.models.job import Notice
from portal.models.shop import Shop

NOTICES = Notice.__table__
CUSTOMERS = Customer.__table__
SHOPS = Shop.__table__
_TOLD = tuple(NOTICES.c[name] for name in ("id", "kind", "params", "order_no", "case_no", "created_at", "read_at"))
_TO_SEND = (
    *(NOTICES.c[name] for name in ("kind", "params", "order_no", "case_no", "created_at", "mailed_at", "texted_at")),
    *(CUSTOMERS.c[name] for name in ("mail", "phone", "locale", "zone")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldNotice:
    """A notice as its customer reads it: the words are written from `kind` and `params`."""

    id: int
    kind: str
    params: dict[str, Any]
    order_no: str
    case_no: str
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeToSend:
    """A notice with its customer's contacts and its shop's settings; what was sent already carries its time."""

    kind: str
    params: dict[str, Any]
    order_no: str
    case_no: str
    created_at: datetime
    mailed_at: datetime | None
    texted_at: datetime | None
    mail: str | None
    phone: str | None
    locale: str
    zone: str
    shop_name: str
    shop_key: str
    policy: str
    settings: dict[str, Any]


class Notices:
    """`work.notices`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now
        self._waiting: list[dict[str, Any]] = []

    def add(
        self,
        shop_id: int,
        customer_id: int | None,
        kind: str,
        params: dict[str, Any],
        *,
        order_no: str = "",
        case_no: str = "",
    ) -> None:
        """Shown in the portal and sent by mail and SMS (S15). Nobody to tell where the order has no customer."""
        if customer_id is None:
            return
        self._waiting.append(
            {
                "shop_id": shop_id,
                "customer_id": customer_id,
                "kind": kind,
                "params": to_plain(params),
                "order_no": order_no,
                "case_no": case_no,
                "created_at": self._now,
            }
        )

    def flush(self) -> list[int]:
        """Writes what was collected, in one statement; the ids, for the jobs that send them."""
        if not self._waiting:
            return []
        written = self._connection.execute(insert(NOTICES).returning(NOTICES.c.id), self._waiting)
        return list(written.scalars())

    def find_to_send(self, notice_id: int) -> NoticeToSend | None:
        """The notice with its customer's contacts and its shop; None where it was erased with its customer."""
        query = (
            select(*_TO_SEND, SHOPS.c.name.label("shop_name"), SHOPS.c.key.label("shop_key"))
            .add_columns(SHOPS.c.policy, SHOPS.c.settings)
            .join(CUSTOMERS, CUSTOMERS.c.id == NOTICES.c.customer_id)
            .join(SHOPS, SHOPS.c.id == NOTICES.c.shop_id)
            .where(NOTICES.c.id == notice_id)
        )
        row = self._connection.execute(query).mappings().one_or_none()
        return NoticeToSend(**row) if row else None

    def mark_sent(self, notice_id: int, way: Literal["mail", "text"]) -> None:
        """It has gone this way."""
        column = NOTICES.c.mailed_at if way == "mail" else NOTICES.c.texted_at
        self._connection.execute(update(NOTICES).where(NOTICES.c.id == notice_id).values({column: self._now}))

    def of_customer(self, customer_id: int, *, before: int | None, limit: int) -> list[ToldNotice]:
        """Newest first, `limit` of them below the id `before`."""
        query = select(*_TOLD).where(NOTICES.c.customer_id == customer_id)
        if before:
            query = query.where(NOTICES.c.id < before)
        rows = self._connection.execute(query.order_by(NOTICES.c.id.desc()).limit(limit)).mappings()
        return [ToldNotice(**row) for row in rows]

    def unread(self, customer_id: int) -> int:
        query = select(func.count()).where(NOTICES.c.customer_id == customer_id, NOTICES.c.read_at.is_(None))
        return int(self._connection.execute(query).scalar_one())

    def mark_read(self, customer_id: int) -> None:
        mine = (NOTICES.c.customer_id == customer_id) & NOTICES.c.read_at.is_(None)
        self._connection.execute(update(NOTICES).where(mine).values(read_at=self._now))
