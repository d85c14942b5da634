"""Orders as they stood before anybody applied: for simulating past applications, many at once, in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from portal.domain import effects
from portal.domain.codec import from_plain
from portal.domain.decisions import Plan
from portal.domain.orders import Line, Order, Payment, Shipment
from portal.models.account import Customer
from portal.models.case import Case
from portal.models.order import Order as OrderRow
from portal.models.order import OrderLine
from portal.models.order import Payment as PaymentRow
from portal.repos.order_rows import line_facts, order_facts, payment_facts

ORDERS = OrderRow.__table__
LINES = OrderLine.__table__
PAYMENTS = PaymentRow.__table__
CASES = Case.__table__
CUSTOMERS = Customer.__table__
_AT_ONCE = 500
_PAID_BACK = ("refunding", "completed")


@dataclass(frozen=True, slots=True)
class PastOrder:
    """An order without what live cases claim or took of it, and its customer's zone, "" where it is not known."""

    order: Order
    zone: str


def past_orders(connection: Connection, shop_id: int, numbers: Sequence[str]) -> Iterator[PastOrder]:
    """The orders of that shop with these numbers; those that do not exist are left out."""
    for start in range(0, len(numbers), _AT_ONCE):
        yield from _some(connection, shop_id, numbers[start : start + _AT_ONCE])


def _some(connection: Connection, shop_id: int, numbers: Sequence[str]) -> Iterator[PastOrder]:
    query = select(ORDERS, CUSTOMERS.c.zone).outerjoin(CUSTOMERS, CUSTOMERS.c.id == ORDERS.c.customer_id)
    query = query.where(ORDERS.c.shop_id == shop_id, ORDERS.c.number.in_(numbers))
    rows = connection.execute(query).mappings().all()
    ids = [row["id"] for row in rows]
    currency_of = {row["id"]: row["currency"] for row in rows}
    lines = _lines(connection, ids, currency_of)
    payments = _payments(connection, ids, currency_of)
    taken = _taken_by_cases(connection, ids)
    for row in rows:
        order = order_facts({**row, "shipments": ()}, tuple(lines[row["id"]]), tuple(payments[row["id"]]))
        order = replace(order, shipments=tuple(map(_shipment, row["shipments"])), waiting_case=None)
        for plan in taken[row["id"]]:
            order = effects.given_back(order, plan)
        yield PastOrder(order, row["zone"] or "")


def _lines(connection: Connection, ids: Sequence[int], currency_of: dict[int, str]) -> dict[int, list[Line]]:
    """What is claimed is claimed by live cases, which do not count."""
    found: dict[int, list[Line]] = defaultdict(list)
    query = select(LINES).where(LINES.c.order_id.in_(ids)).order_by(LINES.c.order_id, LINES.c.position)
    for row in connection.execute(query).mappings():
        found[row["order_id"]].append(line_facts({**row, "claimed": 0}, currency_of[row["order_id"]]))
    return found


def _payments(connection: Connection, ids: Sequence[int], currency_of: dict[int, str]) -> dict[int, list[Payment]]:
    found: dict[int, list[Payment]] = defaultdict(list)
    columns = [column.label(f"p_{column.name}") for column in PAYMENTS.c]
    query = select(*columns).where(PAYMENTS.c.order_id.in_(ids)).order_by(PAYMENTS.c.id)
    for row in connection.execute(query).mappings():
        found[row["p_order_id"]].append(payment_facts(row, currency_of[row["p_order_id"]]))
    return found


def _taken_by_cases(connection: Connection, ids: Sequence[int]) -> dict[int, list[Plan]]:
    """The plans of live applications that turned into refunds. A cancelled order is cancelled, in the past as now."""
    found: dict[int, list[Plan]] = defaultdict(list)
    query = select(CASES.c.order_id, CASES.c.summary).where(
        CASES.c.order_id.in_(ids), CASES.c.kind.not_in(("cancel", "exchange")), CASES.c.state.in_(_PAID_BACK)
    )
    for order_id, summary in connection.execute(query.order_by(CASES.c.id.desc())):
        found[order_id].append(from_plain(Plan, summary))
    return found


def _shipment(stored: dict[str, Any]) -> Shipment:
    """As the codec reads it, but at the pace that parcels of a thousand lines need."""
    return Shipment(
        id=stored["id"],
        carrier=stored["carrier"],
        tracking_no=stored["tracking_no"],
        shipped_at=datetime.fromisoformat(stored["shipped_at"]),
        delivered_at=_moment(stored["delivered_at"]),
        status=stored["status"],
        promised_at=_moment(stored["promised_at"]),
        last_scan_at=_moment(stored["last_scan_at"]),
        lines=tuple((line_id, count) for line_id, count in stored["lines"]),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
