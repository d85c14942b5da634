"""The platforms of shops, which of their orders are which of ours, and what they are to be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from portal.domain.connectors.config import Platform
from portal.models.connector import ConnectedOrder, Connector, PlatformPush
from portal.models.order import Order
from portal.models.shop import Shop
from portal.repos.dialects import insert_or_ignore, upsert
from portal.repos.rows import all_rows, row_or_none, value_of

CONNECTORS = Connector.__table__
ORDERS = ConnectedOrder.__table__
PUSHES = PlatformPush.__table__
OURS = Order.__table__
SHOPS = Shop.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptConnector:
    """As models.connector.Connector."""

    shop_id: int
    platform: Platform
    host: str
    sealed_config: str
    refund: bool
    set_at: datetime
    webhook_at: datetime | None
    refused_webhook_at: datetime | None
    backfill_since: datetime | None
    backfill_cursor: str
    backfill_began_at: datetime | None
    backfill_ended_at: datetime | None
    orders_read: int
    events_cursor: str
    compared_at: datetime | None
    compared_from: datetime | None
    differences: list[dict[str, str]]
    problem: str
    problem_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPush:
    """As models.connector.PlatformPush."""

    id: int
    shop_id: int
    key: str
    what: str
    order_no: str
    case_no: str
    state: str
    reason: str
    created_at: datetime
    settled_at: datetime | None


class Connectors:
    """`work.connectors`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def find(self, shop_id: int) -> KeptConnector | None:
        row = row_or_none(self._connection.execute(select(CONNECTORS).where(CONNECTORS.c.shop_id == shop_id)))
        return value_of(KeptConnector, row) if row else None

    def find_by_key(self, shop_key: str) -> KeptConnector | None:
        """By the shop's own key."""
        query = select(CONNECTORS).join(SHOPS, SHOPS.c.id == CONNECTORS.c.shop_id).where(SHOPS.c.key == shop_key)
        row = row_or_none(self._connection.execute(query))
        return value_of(KeptConnector, row) if row else None

    def every(self) -> list[KeptConnector]:
        """Of all shops, by shop."""
        rows = all_rows(self._connection.execute(select(CONNECTORS).order_by(CONNECTORS.c.shop_id)))
        return [value_of(KeptConnector, row) for row in rows]

    def set(self, shop_id: int, *, is_other: bool, **values: Any) -> None:
        """platform, host, sealed_config, refund. `is_other`: what was known of the shop connected before is dropped;
        `values` may hold events_cursor then."""
        fresh: dict[str, Any] = {"webhook_at": None, "refused_webhook_at": None, "backfill_since": None}
        fresh |= {"backfill_cursor": "", "backfill_began_at": None, "backfill_ended_at": None, "orders_read": 0}
        fresh |= {"events_cursor": "", "compared_at": None, "compared_from": None, "differences": []}
        if is_other:
            self._forget(shop_id)
        changed = (fresh if is_other else {}) | {"problem": "", "problem_at": None, "set_at": self._now} | values
        statement = upsert(self._connection, CONNECTORS).on_conflict_do_update(
            index_elements=[CONNECTORS.c.shop_id], set_=changed
        )
        self._connection.execute(statement, {"shop_id": shop_id} | fresh | changed)

    def note(self, shop_id: int, **values: Any) -> None:
        """Any column but the configuration."""
        self._connection.execute(update(CONNECTORS).where(CONNECTORS.c.shop_id == shop_id).values(**values))

    def remove(self, shop_id: int) -> None:
        self._forget(shop_id)
        self._connection.execute(delete(CONNECTORS).where(CONNECTORS.c.shop_id == shop_id))

    def _forget(self, shop_id: int) -> None:
        self._connection.execute(delete(PUSHES).where(PUSHES.c.shop_id == shop_id))
        self._connection.execute(delete(ORDERS).where(ORDERS.c.shop_id == shop_id))

    def saw_orders(self, shop_id: int, seen: Mapping[str, str]) -> None:
        """Platform's id to our number."""
        rows = [
            {"shop_id": shop_id, "external_id": external_id, "order_no": order_no, "seen_at": self._now}
            for external_id, order_no in seen.items()
        ]
        statement = upsert(self._connection, ORDERS)
        changed = {"order_no": statement.excluded.order_no, "seen_at": statement.excluded.seen_at}
        if rows:
            self._connection.execute(
                statement.on_conflict_do_update(index_elements=[ORDERS.c.shop_id, ORDERS.c.external_id], set_=changed),
                rows,
            )

    def external_id(self, shop_id: int, order_no: str) -> str | None:
        """The platform's own id of our order; the one seen last, should a number have been given twice."""
        mine = (ORDERS.c.shop_id == shop_id) & (ORDERS.c.order_no == order_no)
        query = select(ORDERS.c.external_id).where(mine).order_by(ORDERS.c.seen_at.desc(), ORDERS.c.id.desc()).limit(1)
        found: str | None = self._connection.execute(query).scalar_one_or_none()
        return found

    def is_of_platform(self, shop_id: int, order_id: int) -> bool:
        """Whether our order, by its row, came from there."""
        query = (
            select(ORDERS.c.id)
            .join(OURS, (OURS.c.shop_id == ORDERS.c.shop_id) & (OURS.c.number == ORDERS.c.order_no))
            .where(OURS.c.id == order_id, ORDERS.c.shop_id == shop_id)
            .limit(1)
        )
        return self._connection.execute(query).first() is not None

    def order_no(self, shop_id: int, external_id: str) -> str | None:
        mine = (ORDERS.c.shop_id == shop_id) & (ORDERS.c.external_id == external_id)
        found: str | None = self._connection.execute(select(ORDERS.c.order_no).where(mine)).scalar_one_or_none()
        return found

    def add_pushes(self, pushes: Iterable[Mapping[str, Any]]) -> None:
        """shop_id, key, what, order_no, case_no. The same key again adds nothing."""
        rows = [dict(push) | {"state": "waiting", "reason": "", "created_at": self._now} for push in pushes]
        if rows:
            insert_or_ignore(self._connection, PUSHES, rows)

    def find_push(self, shop_id: int, key: str) -> KeptPush | None:
        mine = (PUSHES.c.shop_id == shop_id) & (PUSHES.c.key == key)
        row = row_or_none(self._connection.execute(select(PUSHES).where(mine)))
        return value_of(KeptPush, row) if row else None

    def settle_push(self, push: KeptPush, state: str, reason: str) -> bool:
        """Compare and set: False where it was settled before."""
        mine = (PUSHES.c.id == push.id) & (PUSHES.c.state == "waiting")
        changed = {"state": state, "reason": reason, "settled_at": self._now}
        return self._connection.execute(update(PUSHES).where(mine).values(**changed)).rowcount == 1

    def pushes(self, shop_id: int, *, states: Sequence[str], limit: int) -> list[KeptPush]:
        """Newest first."""
        mine = (PUSHES.c.shop_id == shop_id) & PUSHES.c.state.in_(states)
        rows = all_rows(self._connection.execute(select(PUSHES).where(mine).order_by(PUSHES.c.id.desc()).limit(limit)))
        return [value_of(KeptPush, row) for row in rows]

    def count_pushes(self, shop_id: int, state: str) -> int:
        mine = (PUSHES.c.shop_id == shop_id) & (PUSHES.c.state == state)
        return int(self._connection.execute(select(func.count()).where(mine)).scalar_one())
