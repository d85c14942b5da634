"""Any order that adds up: what issue 3 names, up to its sizes. Shrinks to one line of one unit."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st

from portal.domain.money import Money
from portal.domain.orders.order import Discount, Line, Order, Payment
from tests.support.order_facts import NOON, make_line, make_order

METHODS = ("alipay", "card", "gift_card", "store_credit", "wechat")
MOST_LINES = 40
MOST_UNITS = 100_000


@st.composite
def any_order(draw: st.DrawFn, *, statuses: tuple[str, ...] = ("paid",), most_lines: int = MOST_LINES) -> Order:
    """1–40 lines of 1–100,000 units, gifts, discounts of every kind on all or some lines, points, freight and its tax,
    fees, up to three tenders, in currencies of 0, 2 and 3 digits."""
    currency = draw(st.sampled_from(["CNY", "JPY", "KWD"]))
    count = draw(st.integers(1, 3) | st.integers(1, most_lines))
    lines = tuple(draw(_line(str(number), currency, count)) for number in range(1, count + 1))
    discounts = tuple(draw(_discounts(lines, currency)))
    status = draw(st.sampled_from(statuses))
    order = make_order(
        *lines,
        currency=currency,
        freight=draw(st.integers(0, 5_000)),
        fees=draw(st.integers(0, 300)),
        discounts=discounts,
        points_earned=draw(st.just(0) | st.integers(0, 5_000)),
        status=status,
        tenders=(),
    )
    order = replace(order, freight_tax=Money(draw(st.just(0) | st.integers(0, 900)), currency))
    if status == "awaiting_payment":
        return replace(order, pay_by=NOON + timedelta(minutes=30) if draw(st.booleans()) else None)
    return replace(order, payments=draw(_tenders(order.total.minor, currency)))


@st.composite
def _line(draw: st.DrawFn, line_id: str, currency: str, count: int) -> Line:
    quantity = draw(st.integers(1, 5) | st.integers(1, MOST_UNITS))
    # A price that divides, and one that leaves a remainder on the units.
    total = draw(st.integers(0, 500_000) | st.integers(0, 900).map(lambda price: price * quantity))
    gift_of = None
    if count > 1 and int(line_id) > 1 and draw(st.integers(0, 9)) == 9:
        gift_of, total = "1", 0
    trouble = draw(st.sampled_from([None] * 9 + ["out_of_stock"]))
    own, tax = draw(st.just(0) | st.integers(0, 90_000)), draw(st.just(0) | st.integers(0, total))
    return make_line(line_id, quantity, total, currency, gift_of=gift_of, stock_problem=trouble, discount=own, tax=tax)


@st.composite
def _discounts(draw: st.DrawFn, lines: tuple[Line, ...], currency: str) -> list[Discount]:
    """Each within what its lines still have after the ones before it; a coupon may hold for some lines only."""
    made = []
    left = {line.id: line.total.minor for line in lines}
    for kind in draw(st.lists(st.sampled_from(["promotion", "coupon", "points", "adjustment"]), unique=True)):
        ids = draw(st.just(()) | st.lists(st.sampled_from(sorted(left)), unique=True, min_size=1).map(tuple))
        if kind != "coupon":
            ids = ()
        covered = ids or tuple(left)
        # A discount over some lines takes from them alone, so the later ones can take what it surely left.
        amount = draw(st.integers(0, sum(left[line_id] for line_id in covered)))
        points = draw(st.integers(0, 5_000)) if kind == "points" else 0
        discount = Discount(
            kind=kind, code=f"C-{kind}", amount=Money(amount, currency), points=points, line_ids=tuple(sorted(ids))
        )
        made.append(discount)
        left = _after(lines, made)
    return made


def _after(lines: tuple[Line, ...], discounts: list[Discount]) -> dict[str, int]:
    order = make_order(*lines, currency=lines[0].total.currency, discounts=tuple(discounts), tenders=())
    return {line.id: line.net for line in order.lines}


@st.composite
def _tenders(draw: st.DrawFn, whole: int, currency: str) -> tuple[Payment, ...]:
    """One to three payments of `whole`; the moments may be the same, so that ids decide."""
    cuts = sorted(draw(st.lists(st.integers(0, whole), max_size=2)))
    amounts = [high - low for low, high in itertools.pairwise([0, *cuts, whole]) if high > low]
    return tuple(
        Payment(
            id=f"p-{number}",
            method=draw(st.sampled_from(METHODS)),
            captured=Money(amount, currency),
            paid_at=NOON - timedelta(minutes=draw(st.integers(0, 2))),
            reference=f"ref-{number}",
        )
        for number, amount in enumerate(amounts)
    )


@st.composite
def some_units(draw: st.DrawFn, order: Order) -> tuple[tuple[str, int], ...]:
    """Some of what has not left: at least one unit, in line order."""
    open_units = order.units_unshipped()
    chosen = draw(st.lists(st.sampled_from(open_units), unique=True, min_size=1, max_size=4))
    wanted = {}
    for line_id, most in chosen:
        wanted[line_id] = draw(st.integers(1, most) | st.just(most))
    return tuple((line_id, wanted[line_id]) for line_id, _ in open_units if line_id in wanted)
