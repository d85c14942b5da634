"""Orders for domain tests: built as intake builds them, discounts apportioned, so that they always add up."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from portal.domain.cancelling.decide import CancelTerms
from portal.domain.money import Money
from portal.domain.orders.apportion import largest_remainder
from portal.domain.orders.order import Discount, Line, Order, OrderFee, Payment, Shipment

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
TERMS = CancelTerms(ship_within=timedelta(hours=48), answer_by=NOON + timedelta(hours=2))


def make_line(line_id: str = "1", quantity: int = 1, total: int = 1000, currency: str = "CNY", **values: Any) -> Line:
    return Line(
        id=line_id,
        sku=f"S-{line_id}",
        title=f"商品{line_id}",
        quantity=quantity,
        total=Money(total, currency),
        **values,
    )


def make_order(
    *lines: Line,
    currency: str = "CNY",
    freight: int = 0,
    fees: int = 0,
    discounts: tuple[Discount, ...] = (),
    tenders: tuple[tuple[str, int], ...] | None = None,
    **values: Any,
) -> Order:
    """Discounts are shared over the lines. `tenders` (method, minor) default to one alipay payment of all."""
    lines = lines or (make_line(currency=currency),)
    for discount in discounts:
        lines = shared(lines, discount)
    values = {"status": "paid", "no": "A-1", "placed_at": NOON - timedelta(hours=3)} | values
    order = Order(
        currency=currency,
        lines=lines,
        discounts=discounts,
        freight=Money(freight, currency),
        freight_tax=Money(0, currency),
        fees=(OrderFee(title="包装", amount=Money(fees, currency)),) if fees else (),
        **values,
    )
    if tenders is None:
        is_paid = order.status != "awaiting_payment" and order.payment_terms == "prepaid" and order.total.minor
        tenders = (("alipay", order.total.minor),) if is_paid else ()
    payments = tuple(
        Payment(
            id=f"p-{number}",
            method=method,
            captured=Money(amount, currency),
            paid_at=NOON - timedelta(hours=2, minutes=-number),
            reference=f"ref-{number}",
        )
        for number, (method, amount) in enumerate(tenders, 1)
    )
    return replace(order, payments=payments)


def shared(lines: tuple[Line, ...], discount: Discount) -> tuple[Line, ...]:
    """One order-level discount over the lines it covers (ARCHITECTURE law 3)."""
    covered = [line for line in lines if discount.covers(line.id)]
    weights = [line.total.minor for line in covered]
    shares = largest_remainder(discount.amount.minor, weights, [line.net for line in covered])
    counts = largest_remainder(discount.points, [w or 1 for w in weights], [discount.points] * len(covered))
    name = discount.kind
    by_id = {
        line.id: replace(line, **{name: getattr(line, name) + share}, points_count=line.points_count + count)
        for line, share, count in zip(covered, shares, counts, strict=True)
    }
    return tuple(by_id.get(line.id, line) for line in lines)


def parcel(*units: tuple[str, int], delivered: bool = False) -> Shipment:
    return Shipment(
        id="s-1",
        carrier="SF",
        tracking_no="SF100",
        shipped_at=NOON - timedelta(hours=1),
        delivered_at=NOON if delivered else None,
        lines=units,
    )


@st.composite
def orders(draw: st.DrawFn, *, most_lines: int = 8, most_units: int = 100_000, status: str = "paid") -> Order:
    """Any order that adds up: lines, quantities, discounts of every kind, freight, fees, one to three tenders."""
    currency = draw(st.sampled_from(["CNY", "JPY", "KWD", "EUR"]))
    count = draw(st.integers(1, most_lines))
    lines = tuple(
        make_line(
            str(number),
            draw(st.integers(1, 5) | st.integers(1, most_units)),
            total := draw(st.integers(0, 500_000)),
            currency,
            discount=draw(st.just(0) | st.integers(0, 90_000)),
            tax=draw(st.just(0) | st.integers(0, total)),
        )
        for number in range(1, count + 1)
    )
    left = sum(line.total.minor for line in lines)
    discounts = []
    for kind in draw(st.lists(st.sampled_from(["promotion", "coupon", "points", "adjustment"]), unique=True)):
        amount = draw(st.integers(0, left))
        left -= amount
        points = draw(st.integers(0, 5000)) if kind == "points" else 0
        discounts.append(Discount(kind=kind, code=f"C-{kind}", amount=Money(amount, currency), points=points))
    order = make_order(
        *lines,
        currency=currency,
        freight=draw(st.integers(0, 5000)),
        fees=draw(st.integers(0, 300)),
        discounts=tuple(discounts),
        points_earned=draw(st.integers(0, 500)),
        status=status,
        tenders=(),
    )
    return replace(order, payments=draw(tenders(order.total.minor, currency)))


@st.composite
def tenders(draw: st.DrawFn, whole: int, currency: str) -> tuple[Payment, ...]:
    cuts = sorted(draw(st.lists(st.integers(0, whole), max_size=2)))
    edges = [0, *cuts, whole]
    amounts = [high - low for low, high in itertools.pairwise(edges) if high > low]
    methods = draw(st.lists(st.sampled_from(["alipay", "card", "gift_card", "store_credit"]), min_size=3, max_size=3))
    return tuple(
        Payment(
            id=f"p-{number}",
            method=methods[number % 3],
            captured=Money(amount, currency),
            paid_at=NOON - timedelta(minutes=draw(st.integers(0, 3))),
        )
        for number, amount in enumerate(amounts)
    )
