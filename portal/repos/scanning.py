"""What a number on a label leads to: each way by its own index, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, select, union

from portal.domain.cases.case import Case
from portal.domain.cases.search_keys import is_phone_end
from portal.domain.identity.access import Actor
from portal.domain.typed import as_key
from portal.models.case import Case as CaseRow
from portal.models.case import CaseKey
from portal.models.order import Order, OrderLine, TrackingNumber
from portal.repos.case_rows import case_of
from portal.repos.rows import Row, all_rows

CASES = CaseRow.__table__
KEYS = CaseKey.__table__
LINES = OrderLine.__table__
ORDERS = Order.__table__
TRACKING = TrackingNumber.__table__
MOST_HITS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedCase:
    """`title` of the first of the order's goods."""

    case: Case
    title: str


class Scanning:
    """`work.scanning`. Everything within the actor's shop."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def cases(self, actor: Actor, readings: Sequence[str]) -> list[ScannedCase]:
        """The newest cases whose number, return number, parcel, order or order's parcel is called so."""
        found = union(*_ids_of_cases(actor.shop_id, readings)).subquery()
        first = select(LINES.c.title).where(LINES.c.order_id == CASES.c.order_id).order_by(LINES.c.line_id).limit(1)
        query = (
            select(CASES, ORDERS.c.number, first.correlate(CASES).scalar_subquery().label("title"))
            .join(ORDERS, ORDERS.c.id == CASES.c.order_id)
            .where(CASES.c.id.in_(select(found.c.id)))
            .order_by(CASES.c.id.desc())
            .limit(MOST_HITS)
        )
        return [_scanned(row) for row in all_rows(self._connection.execute(query))]

    def order_no(self, actor: Actor, readings: Sequence[str]) -> str:
        """Of the newest order that is called so, or whose parcel is; "" for none."""
        ids = union(*_ids_of_orders(actor.shop_id, readings)).subquery()
        query = select(ORDERS.c.number).where(ORDERS.c.id.in_(select(ids.c.id))).order_by(ORDERS.c.id.desc()).limit(1)
        return self._connection.execute(query).scalar_one_or_none() or ""

    def orders_of_parcel(self, actor: Actor, tracking_no: str) -> list[str]:
        """Numbers of the shop's orders whose parcel is called exactly so, the newest first."""
        mine = (TRACKING.c.shop_id == actor.shop_id) & (TRACKING.c.tracking_no == tracking_no)
        query = select(ORDERS.c.number).join(TRACKING, TRACKING.c.order_id == ORDERS.c.id).where(mine)
        return list(self._connection.execute(query.order_by(ORDERS.c.id.desc()).limit(MOST_HITS)).scalars())

    def cases_of_parcel(self, actor: Actor, tracking_no: str) -> list[Case]:
        """The shop's cases that once had a parcel of that number, the newest first, without what they claim."""
        key = as_key(tracking_no)
        found = select(KEYS.c.case_id).where(KEYS.c.shop_id == actor.shop_id, KEYS.c.key == key)
        query = (
            select(CASES, ORDERS.c.number).join(ORDERS, ORDERS.c.id == CASES.c.order_id).where(CASES.c.id.in_(found))
        )
        return [
            case_of(row)
            for row in all_rows(self._connection.execute(query.order_by(CASES.c.id.desc()).limit(MOST_HITS)))
        ]


def _ids_of_cases(shop_id: int, readings: Sequence[str]) -> list[Select[tuple[int]]]:
    of_shop = CASES.c.shop_id == shop_id
    keys = [key for reading in readings if not is_phone_end(key := as_key(reading))]
    by_parcel = select(KEYS.c.case_id).where(KEYS.c.shop_id == shop_id, KEYS.c.key.in_(keys))
    orders = union(*_ids_of_orders(shop_id, readings)).subquery()
    return [
        select(CASES.c.id).where(of_shop, CASES.c.return_no.in_(readings)),
        select(CASES.c.id).where(of_shop, CASES.c.case_no.in_(readings)),
        by_parcel.order_by(KEYS.c.case_id.desc()).limit(MOST_HITS).subquery().select(),
        select(CASES.c.id).join(orders, orders.c.id == CASES.c.order_id),
    ]


def _ids_of_orders(shop_id: int, readings: Sequence[str]) -> list[Select[tuple[int]]]:
    keys = list(map(as_key, readings))
    return [
        select(ORDERS.c.id).where(ORDERS.c.shop_id == shop_id, ORDERS.c.number_key.in_(keys)),
        select(TRACKING.c.order_id.label("id")).where(
            TRACKING.c.shop_id == shop_id, TRACKING.c.tracking_no.in_(readings)
        ),
    ]


def _scanned(row: Row) -> ScannedCase:
    return ScannedCase(case=case_of(row), title=row["title"] or "")
