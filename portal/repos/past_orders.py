"""Orders as they stood before anybody applied: for simulating past applications, many at once, in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select, tuple_

from portal.domain.codec import from_plain
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Discount, Line, Order, Payment, Shipment
from portal.models.account import Customer
from portal.models.case import Case
from portal.models.order import Order as OrderRow
from portal.models.order import OrderLine
from portal.models.order import Payment as PaymentRow
from portal.repos.order_rows import line_facts, order_facts, payment_facts
from portal.repos.rows import Row, all_rows

ORDERS = OrderRow.__table__
LINES = OrderLine.__table__
PAYMENTS = PaymentRow.__table__
CASES = Case.__table__
CUSTOMERS = Customer.__table__
_AT_ONCE = 500
REST = "\x00rest"
"""No line of a shop can be called so (INTERFACE, line ids)."""
_SEEN = tuple(
    ORDERS.c[name]
    for name in (
        "id number currency status placed_at version discounts fees shipments extra freight_minor freight_tax_minor "
        "freight_returned promised_ship_by agreed_ship_by pay_by pay_url payment_terms jurisdiction country "
        "points_earned waiting_case"
    ).split()
)
_OF_LINES = tuple(column for column in LINES.c if column.name not in ("claimed", "image_url", "product_url"))
_COUNTED = (
    "quantity promotion coupon points adjustment points_count gone cancelled shipped delivered refunded_minor faulted"
).split()
_SUMMED = (*_COUNTED, "total_minor")
_FACT_OF = {"refunded_minor": "refunded"}
_PAID_BACK = ("refunding", "completed")


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """An order without what live cases claim or took of it, and its customer's zone, "" where it is not known."""

    order: Order
    zone: str


def past_orders(
    connection: Connection, shop_id: int, asked: Mapping[str, Set[str]], *, whole: bool = False
) -> Iterator[StoredOrder]:
    """The orders of that shop by their numbers, with the line ids asked about; those that do not exist are left out.

    Lines nobody asks about are one, their sum, where that makes no difference to the others. `whole`: it does.
    """
    numbers = list(asked)
    for start in range(0, len(numbers), _AT_ONCE):
        yield from _some(
            connection, shop_id, {number: asked[number] for number in numbers[start : start + _AT_ONCE]}, whole
        )


def _some(connection: Connection, shop_id: int, asked: Mapping[str, Set[str]], whole: bool) -> Iterator[StoredOrder]:
    query = select(*_SEEN, CUSTOMERS.c.zone).outerjoin(CUSTOMERS, CUSTOMERS.c.id == ORDERS.c.customer_id)
    query = query.where(ORDERS.c.shop_id == shop_id, ORDERS.c.number.in_(list(asked)))
    rows = all_rows(connection.execute(query))
    ids = [row["id"] for row in rows]
    currency_of = {row["id"]: row["currency"] for row in rows}
    sums = _sums(connection, ids)
    in_full = {row["id"] for row in rows if whole or _depends_on_other_lines(row, sums[row["id"]])}
    pairs = [(row["id"], line_id) for row in rows if row["id"] not in in_full for line_id in asked[row["number"]]]
    lines = _lines(connection, in_full, pairs, currency_of)
    payments = _payments(connection, ids, currency_of)
    taken = _taken_by_cases(connection, ids)
    for row in rows:
        found = lines[row["id"]]
        known = {line.id for line in found}
        if rest := _rest(sums[row["id"]], found, row["currency"]):
            found = [*found, rest]
        bare = {**row, "shipments": (), "discounts": (), "waiting_case": None}
        order = replace(
            order_facts(bare, tuple(found), tuple(payments[row["id"]])),
            shipments=tuple(_shipment(stored, known) for stored in row["shipments"]),
            discounts=tuple(_discount(stored, row["currency"]) for stored in row["discounts"]),
        )
        for plan in taken[row["id"]]:
            order = effects.given_back(order, plan)
        yield StoredOrder(order, row["zone"] or "")


def _depends_on_other_lines(row: Row, sums: Row) -> bool:
    """Whether what a line is worth depends on which other lines there are."""
    return bool(row["points_earned"] or sums["gifts"] or any(discount["line_ids"] for discount in row["discounts"]))


def _sums(connection: Connection, ids: Sequence[int]) -> dict[int, Row]:
    columns = (func.sum(LINES.c[name]).label(name) for name in _SUMMED)
    query = select(LINES.c.order_id, *columns, func.count(LINES.c.gift_of).label("gifts"))
    query = query.where(LINES.c.order_id.in_(ids)).group_by(LINES.c.order_id)
    return {row["order_id"]: row for row in all_rows(connection.execute(query))}


def _lines(
    connection: Connection, in_full: Set[int], pairs: Sequence[tuple[int, str]], currency_of: dict[int, str]
) -> dict[int, list[Line]]:
    """What is claimed is claimed by live cases, which do not count."""
    found: dict[int, list[Line]] = defaultdict(list)
    in_part = [order_id for order_id, _ in pairs]  # Said as well, or SQLite reads the whole table.
    one_by_one = and_(LINES.c.order_id.in_(in_part), tuple_(LINES.c.order_id, LINES.c.line_id).in_(pairs))
    for wanted in ([LINES.c.order_id.in_(in_full)] if in_full else []) + ([one_by_one] if pairs else []):
        rows = all_rows(connection.execute(select(*_OF_LINES).where(wanted)))
        for row in sorted(rows, key=_position):
            found[row["order_id"]].append(line_facts({**row, "claimed": 0}, currency_of[row["order_id"]]))
    return found


def _position(row: Row) -> int:
    return int(row["position"])


def _rest(sums: Row, lines: Sequence[Line], currency: str) -> Line | None:
    """The lines that were not loaded, as one; None where all were."""
    left = {"quantity": 0} | {
        _FACT_OF.get(name, name): int(sums[name]) - sum(getattr(line, _FACT_OF.get(name, name)) for line in lines)
        for name in _COUNTED
        if sums[name]
    }
    if not left["quantity"]:
        return None
    total = Money(int(sums["total_minor"]) - sum(line.total.minor for line in lines), currency)
    return Line(id=REST, sku="", title="", total=total, **left)


def _payments(connection: Connection, ids: Sequence[int], currency_of: dict[int, str]) -> dict[int, list[Payment]]:
    found: dict[int, list[Payment]] = defaultdict(list)
    columns = [column.label(f"p_{column.name}") for column in PAYMENTS.c]
    query = select(*columns).where(PAYMENTS.c.order_id.in_(ids)).order_by(PAYMENTS.c.id)
    for row in all_rows(connection.execute(query)):
        found[row["p_order_id"]].append(payment_facts(row, currency_of[row["p_order_id"]]))
    return found


def _taken_by_cases(connection: Connection, ids: Sequence[int]) -> dict[int, list[Plan]]:
    """The plans of live applications that turned into refunds. A cancelled order is cancelled, in the past as now."""
    found: dict[int, list[Plan]] = defaultdict(list)
    query = select(CASES.c.order_id, CASES.c.summary).where(
        CASES.c.order_id.in_(ids), CASES.c.kind.not_in(("cancel", "exchange")), CASES.c.state.in_(_PAID_BACK)
    )
    for order_id, summary in connection.execute(query.order_by(CASES.c.id.desc())):
        plan = from_plain(Plan, summary)
        if plan.lines:  # else it was answered with goods
            found[order_id].append(plan)
    return found


def _shipment(stored: dict[str, Any], known: Set[str]) -> Shipment:
    """As the codec reads it, but at the pace that parcels of a thousand lines need; what is not known is the rest."""
    lines = [(line_id, count) for line_id, count in stored["lines"] if line_id in known]
    rest = sum(count for _, count in stored["lines"]) - sum(count for _, count in lines)
    return Shipment(
        id=stored["id"],
        carrier=stored["carrier"],
        tracking_no=stored["tracking_no"],
        shipped_at=datetime.fromisoformat(stored["shipped_at"]),
        delivered_at=_moment(stored["delivered_at"]),
        status=stored["status"],
        promised_at=_moment(stored["promised_at"]),
        last_scan_at=_moment(stored["last_scan_at"]),
        lines=(*lines, (REST, rest)) if rest else tuple(lines),
    )


def _discount(stored: dict[str, Any], currency: str) -> Discount:
    threshold = stored["threshold"]
    return Discount(
        kind=stored["kind"],
        amount=Money(stored["amount"]["minor"], currency),
        code=stored["code"],
        points=stored["points"],
        line_ids=tuple(stored["line_ids"]),
        expires_at=_moment(stored["expires_at"]),
        threshold=Money(threshold["minor"], currency) if threshold else None,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
