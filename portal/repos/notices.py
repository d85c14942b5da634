"""Notices: collected by the service, written with its effect; listed, read, marked as sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from portal.domain.codec import to_plain
from portal.models.account import Customer
from portal.models.job import Notice
from portal.models.shop import Shop
from portal.repos.rows import Row, all_rows, row_or_none

NOTICES = Notice.__table__
CUSTOMERS = Customer.__table__
SHOPS = Shop.__table__


class Notices:
    """`work.notices`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now
        self._waiting: list[dict[str, Any]] = []

    def tell(
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

    def find_to_send(self, notice_id: int) -> Row | None:
        """The notice with its customer's contacts and its shop; None where it was erased with its customer."""
        query = (
            select(
                NOTICES,
                CUSTOMERS.c.mail,
                CUSTOMERS.c.phone,
                CUSTOMERS.c.locale,
                CUSTOMERS.c.zone,
                SHOPS.c.name.label("shop_name"),
                SHOPS.c.key.label("shop_key"),
                SHOPS.c.settings,
            )
            .join(CUSTOMERS, CUSTOMERS.c.id == NOTICES.c.customer_id)
            .join(SHOPS, SHOPS.c.id == NOTICES.c.shop_id)
            .where(NOTICES.c.id == notice_id)
        )
        return row_or_none(self._connection.execute(query))

    def mark_sent(self, notice_id: int, **when: datetime) -> None:
        """`mailed_at` and/or `texted_at`."""
        self._connection.execute(update(NOTICES).where(NOTICES.c.id == notice_id).values(**when))

    def of_customer(self, customer_id: int, *, before: int | None, limit: int) -> list[Row]:
        """Newest first, `limit` of them below the id `before`."""
        query = select(NOTICES).where(NOTICES.c.customer_id == customer_id)
        if before:
            query = query.where(NOTICES.c.id < before)
        return all_rows(self._connection.execute(query.order_by(NOTICES.c.id.desc()).limit(limit)))

    def unread(self, customer_id: int) -> int:
        query = select(func.count()).where(NOTICES.c.customer_id == customer_id, NOTICES.c.read_at.is_(None))
        return int(self._connection.execute(query).scalar_one())

    def mark_read(self, customer_id: int) -> None:
        mine = (NOTICES.c.customer_id == customer_id) & NOTICES.c.read_at.is_(None)
        self._connection.execute(update(NOTICES).where(mine).values(read_at=self._now))
