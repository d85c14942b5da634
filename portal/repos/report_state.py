"""How far the sums of the reports are, and which orders are to be counted next."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, select, tuple_, union, union_all, update

from portal.domain.reports.counting import Counts
from portal.models.archive import ArchivedOrder
from portal.models.case import Case
from portal.models.event import Event
from portal.models.order import Order, Payment
from portal.models.refund import Refund
from portal.models.report import ReportOrder
from portal.models.report import ReportState as StateRow
from portal.models.shop import Shop
from portal.repos.dialects import insert_or_ignore, oldest_open_txid, upsert
from portal.repos.events import place_of
from portal.repos.order_lists import Cursor
from portal.repos.rows import all_rows, one_row, row_or_none, value_of

CASES = Case.__table__
EVENTS = Event.__table__
ORDERS = Order.__table__
ARCHIVED = ArchivedOrder.__table__
PAYMENTS = Payment.__table__
REFUNDS = Refund.__table__
COUNTED = ReportOrder.__table__
STATES = StateRow.__table__
SHOPS = Shop.__table__
_EVERY_ORDER: tuple[tuple[Table, ColumnElement[int]], ...] = (
    (ORDERS, ORDERS.c.id),
    (ARCHIVED, ARCHIVED.c.order_id),
)
"""Whether it is in the archive or not, it was sold."""
FIRST_DAY = date(1900, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportState:
    """Of a shop (models.report.ReportState)."""

    shop_id: int
    zone: str
    txid: int
    event_id: int
    pass_no: int
    pass_from: date | None
    pass_after: int
    is_cleared: bool
    rolled_at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What an order counts for in the sums, since which pass."""

    pass_no: int
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldOrder:
    """What was paid for an order, in minor units."""

    id: int
    placed_at: datetime
    currency: str
    paid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HappenedToOrder:
    """An event of an order, with its place in the feed."""

    txid: int
    id: int
    order_id: int
    kind: str


class ReportStates:
    """`work.report_states`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def shops(self) -> list[int]:
        """Ids of all shops."""
        return list(self._connection.execute(select(SHOPS.c.id).order_by(SHOPS.c.id)).scalars())

    def find(self, shop_id: int) -> ReportState | None:
        """None for a shop that was never counted."""
        row = row_or_none(self._connection.execute(select(STATES).where(STATES.c.shop_id == shop_id)))
        return value_of(ReportState, row) if row else None

    def of(self, shop_ids: Collection[int]) -> list[ReportState]:
        """Those of these shops that have one."""
        rows = all_rows(self._connection.execute(select(STATES).where(STATES.c.shop_id.in_(shop_ids))))
        return [value_of(ReportState, row) for row in rows]

    def lock(self, seen: ReportState) -> bool:
        """Holds it until the end of the transaction; False where somebody else has gone on meanwhile."""
        return self.hold(seen).revision == seen.revision

    def hold(self, seen: ReportState) -> ReportState:
        """As it is now, held until the end of the transaction."""
        query = select(STATES).where(STATES.c.shop_id == seen.shop_id).with_for_update()
        return value_of(ReportState, one_row(self._connection.execute(query)))

    def begin(self, shop_id: int, zone: str) -> None:
        """A shop that was never counted: from its first day on, and what happens from now on."""
        txid, event_id = self.end_of_feed(shop_id)
        first = {"pass_no": 1, "pass_from": FIRST_DAY, "pass_after": 0, "is_cleared": False, "revision": 0}
        row = {"shop_id": shop_id, "zone": zone, "txid": txid, "event_id": event_id, "rolled_at": self._now}
        insert_or_ignore(self._connection, STATES, [row | first])

    def go_on(self, state: ReportState, **changed: Any) -> None:
        """As far as that, as of now. Only under its lock."""
        values = changed | {"revision": state.revision + 1, "rolled_at": self._now}
        self._connection.execute(update(STATES).where(STATES.c.shop_id == state.shop_id).values(values))

    def end_of_feed(self, shop_id: int) -> tuple[int, int]:
        """The last event that no open transaction could still come before."""
        query = select(EVENTS.c.txid, EVENTS.c.id).where(EVENTS.c.shop_id == shop_id)
        if (oldest := oldest_open_txid(self._connection)) is not None:
            query = query.where(EVENTS.c.txid < oldest)
        last = self._connection.execute(query.order_by(EVENTS.c.txid.desc(), EVENTS.c.id.desc()).limit(1)).first()
        return (last.txid, last.id) if last else (0, 0)

    def happened(self, shop_id: int, *, after: tuple[int, int], limit: int) -> list[HappenedToOrder]:
        """Events of orders after that place in the feed, on PostgreSQL those that no open transaction could still come
        before."""
        shown = (EVENTS.c[name] for name in HappenedToOrder.__dataclass_fields__)
        query = select(*shown).where(EVENTS.c.shop_id == shop_id, EVENTS.c.order_id.is_not(None))
        query = query.where(tuple_(EVENTS.c.txid, EVENTS.c.id) > place_of(after))
        if (oldest := oldest_open_txid(self._connection)) is not None:
            query = query.where(EVENTS.c.txid < oldest)
        rows = all_rows(self._connection.execute(query.order_by(EVENTS.c.txid, EVENTS.c.id).limit(limit)))
        return [value_of(HappenedToOrder, row) for row in rows]

    def are_more_orders(self, after: int) -> bool:
        """Whether any order has a higher id, of whatever shop."""
        queries = (select(key).where(key > after).order_by(key).limit(1) for _, key in _EVERY_ORDER)
        return any(self._connection.execute(query).first() is not None for query in queries)

    def with_after_sales(self, order_ids: Collection[int]) -> list[int]:
        """Of these orders, those that have a case or a refund."""
        found = [select(table.c.order_id).where(table.c.order_id.in_(order_ids)) for table in (CASES, REFUNDS)]
        found.append(select(ARCHIVED.c.order_id).where(ARCHIVED.c.order_id.in_(order_ids), ARCHIVED.c.after_sales))
        return sorted(self._connection.execute(union(*found)).scalars()) if order_ids else []

    def with_after_sales_within(self, shop_id: int, after: int, until: int) -> list[int]:
        """The shop's orders with ids above `after` up to `until` that have a case or a refund."""
        # Whose they are is looked at here: a database would rather go through all the shop has.
        found = [
            select(table.c.order_id, table.c.shop_id).where(table.c.order_id > after, table.c.order_id <= until)
            for table in (CASES, REFUNDS)
        ]
        within = and_(ARCHIVED.c.order_id > after, ARCHIVED.c.order_id <= until, ARCHIVED.c.after_sales)
        found.append(select(ARCHIVED.c.order_id, ARCHIVED.c.shop_id).where(within))
        return sorted(row.order_id for row in self._connection.execute(union(*found)) if row.shop_id == shop_id)

    def placed_within(self, shop_id: int, after: int, until: int) -> list[datetime]:
        """When the shop's orders with such ids were placed."""
        found = [
            select(table.c.placed_at, table.c.shop_id).where(key > after, key <= until) for table, key in _EVERY_ORDER
        ]
        return [row.placed_at for row in self._connection.execute(union_all(*found)) if row.shop_id == shop_id]

    def placed(self, order_ids: Collection[int]) -> list[datetime]:
        """When these orders were placed."""
        found = [select(table.c.placed_at).where(key.in_(order_ids)) for table, key in _EVERY_ORDER]
        return list(self._connection.execute(union_all(*found)).scalars())

    def sold(
        self, shop_id: int, since: datetime, until: datetime, *, after: Cursor | None, limit: int
    ) -> list[SoldOrder]:
        """Orders placed from `since` on and before `until`, latest first, with what was paid for each."""
        found = []
        for table, key in _EVERY_ORDER:
            paid = select(func.coalesce(func.sum(PAYMENTS.c.captured_minor), 0)).where(PAYMENTS.c.order_id == key)
            placed_at = table.c.placed_at
            query = select(key.label("id"), placed_at, table.c.currency, paid.scalar_subquery().label("paid"))
            query = query.where(table.c.shop_id == shop_id, placed_at >= since, placed_at < until)
            if after:
                older = (placed_at < after.placed_at) | ((placed_at == after.placed_at) & (key < after.id))
                query = query.where(older, placed_at <= after.placed_at)
            found += all_rows(self._connection.execute(query.order_by(placed_at.desc(), key.desc()).limit(limit)))
        sold = [SoldOrder(**{**row, "paid": int(row["paid"])}) for row in found]
        return sorted(sold, key=lambda order: (order.placed_at, order.id), reverse=True)[:limit]

    def counted(self, order_ids: Collection[int]) -> dict[int, Counted]:
        """What these orders count for by now, by id."""
        query = select(COUNTED.c.order_id, COUNTED.c.pass_no, COUNTED.c.counts)
        rows = all_rows(self._connection.execute(query.where(COUNTED.c.order_id.in_(order_ids))))
        return {row["order_id"]: Counted(row["pass_no"], row["counts"]) for row in rows}

    def keep_counted(self, shop_id: int, pass_no: int, counts: Mapping[int, Counts]) -> None:
        """From now on they count for that."""
        rows = [
            {"order_id": order_id, "shop_id": shop_id, "pass_no": pass_no, "counts": found}
            for order_id, found in counts.items()
        ]
        if rows:
            new = upsert(self._connection, COUNTED)
            kept = {"pass_no": new.excluded.pass_no, "counts": new.excluded.counts}
            self._connection.execute(new.on_conflict_do_update(index_elements=["order_id"], set_=kept), rows)
