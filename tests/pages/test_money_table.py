"""The one money table: list price − the line's own discount − its share of the order's = paid, and what goes back.

Exact in minor units for any part of any line, whatever is cancelled, returned, kept, asked for less or given back.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.cancelling.decide import CancelAsk, decide_cancel
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.domain.orders.combining import combined
from portal.domain.orders.decisions import Allowed, Refused
from portal.domain.orders.order import FreightWaived
from portal.domain.policy.pack import FeeRule, FeeRules
from portal.domain.returning.inspection import plan_accepted
from portal.pages.parts.refunds import rows_of
from tests.support.any_orders import any_order, some_units
from tests.support.applications import CN, EU, IN_WINDOW, OPEN, SIGNED, ask, decide, sent
from tests.support.order_facts import NOON, TERMS, make_line, make_order, orders

REPRICING = replace(OPEN, thresholds="reprice")
WITH_FEE = replace(OPEN, fees=FeeRules(restocking=FeeRule(how="withheld", percent=Decimal(10))))
NAMES = ("goods", "own", "promotion", "coupon", "points", "adjustment", "tax", "paid")


def check(plan) -> None:
    """Every row and the sum of all rows, as a reader would add them up."""
    for line in plan.lines:
        parts = {name: getattr(line, name) for name in NAMES}
        assert min(parts.values()) >= 0, parts
        assert line.goods - line.discount + line.tax == line.paid
        assert line.paid - line.deducted - line.already - line.less == line.amount >= 0
    assert sum(row.amount.minor for row in rows_of(plan)) == plan.refund.minor


def whole(order) -> dict[str, int]:
    """What the table of the whole order would say."""
    return {"list": sum(line.list_price for line in order.lines), "net": sum(line.net for line in order.lines)}


@pytest.mark.req("P2", "N3")
@given(any_order(most_lines=6), st.data())
@settings(max_examples=150, deadline=None)
def test_the_tables_of_all_partial_cancels_add_up_to_the_list_price_and_to_what_was_paid(order, data):
    seen = {"list": 0, "net": 0}
    expected = whole(order)
    while order.units_unshipped():
        decision = decide_cancel(
            order, CancelAsk(units=data.draw(some_units(order)), reason="changed_mind"), TERMS, NOON
        )
        assert isinstance(decision, Allowed)
        check(decision.plan)
        seen["list"] += sum(line.goods for line in decision.plan.lines)
        seen["net"] += sum(line.paid for line in decision.plan.lines)
        order = effects.cancelled(order, decision.plan)
    assert seen == expected


@pytest.mark.req("P2", "N3")
@given(orders(most_lines=4, most_units=50), st.data())
@settings(max_examples=200, deadline=None)
def test_the_rows_of_any_application_add_up_to_its_refund(order, data):
    order, policy = prepared(order, data), data.draw(st.sampled_from([CN, EU, OPEN, REPRICING, WITH_FEE]))
    for _ in range(data.draw(st.integers(1, 6))):
        line = data.draw(st.sampled_from(order.lines))
        asked = {
            "kind": data.draw(st.sampled_from(["refund_only", "return_refund", "contract_withdrawal"])),
            "reason": data.draw(st.sampled_from(["no_reason", "quality", "other", "signed_not_received"])),
            "units": ((line.id, data.draw(st.integers(1, line.quantity))),),
        }
        decision = decide(order, policy, IN_WINDOW, **asked)
        if isinstance(decision, Refused):
            continue
        most = decision.plan.refund
        if most and data.draw(st.booleans()):
            less = Money(data.draw(st.integers(1, most.minor)), order.currency)
            decision = decide(order, policy, IN_WINDOW, **asked, amount=less)
            assert decision.plan.refund == less
        check(decision.plan)
        order = effects.refunded(order, decision.plan)


def prepared(order, data):
    """Delivered, some of it refunded by the shop already, with offers that a part may break and gifts of a line."""
    order = sent(order, delivered_at=SIGNED, status="delivered")
    half = Money(sum(line.total.minor for line in order.lines) // 2, order.currency)
    discounts = tuple(replace(one, threshold=half) for one in order.discounts)
    waived = FreightWaived(amount=Money(700, order.currency), threshold=half)
    order = replace(order, discounts=discounts, freight_waived=data.draw(st.sampled_from([None, waived])))
    first = order.lines[0]
    if data.draw(st.booleans()):
        first = replace(first, refunded=data.draw(st.integers(0, first.net)))
    gifts = [
        replace(line, gift_of=first.id, gift_value=Money(300, order.currency)) if data.draw(st.booleans()) else line
        for line in order.lines[1:]
    ]
    return replace(order, lines=(first, *gifts))


@pytest.mark.req("P2", "N11")
@given(orders(most_lines=3, most_units=9), st.data())
@settings(max_examples=100, deadline=None)
def test_the_rows_add_up_after_an_inspection_and_after_its_appeal(order, data):
    """Nothing accepted: the goods with their prices, and 0; later accepted after all: the two refunds as one table."""
    order = sent(order, delivered_at=SIGNED, status="delivered")
    held = tuple((line.id, data.draw(st.integers(1, line.quantity))) for line in order.lines)
    accepted = tuple((line_id, some) for line_id, most in held if (some := data.draw(st.integers(0, most))))
    asked, nothing = ask(order, units=held), Money(0, order.currency)
    first = plan_accepted(order, held, accepted, OPEN, ask=asked, carriage=nothing)
    check(first)
    assert first.refund.minor or not first.units or not sum(line.paid for line in first.lines)
    left = {line_id: most - dict(accepted).get(line_id, 0) for line_id, most in held}
    rest = tuple((line_id, count) for line_id, count in left.items() if count)
    after = effects.refunded(order, first) if accepted else order
    if rest:
        second = plan_accepted(after, rest, rest, OPEN, ask=asked, carriage=nothing)
        check(combined(first, second))


@pytest.mark.parametrize(
    ("line", "units", "table"),
    [
        (make_line("1", 1, 9000, discount=1000), 1, (10_000, 1000, 0, 9000)),
        (make_line("1", 3, 2000, discount=1000), 1, (999, 333, 0, 666)),
        (make_line("1", 2, 9500, discount=1000, tax=500), 1, (5000, 500, 250, 4750)),
        (make_line("1", 1, 0, discount=1000), 1, (1000, 1000, 0, 0)),
        (make_line("1", 7, 5, discount=0, tax=4), 1, (0, 0, 0, 0)),
    ],
    ids=["a discount of its own", "three units of 10.00", "tax beside the price", "free by its discount", "cents"],
)
def test_the_price_in_the_table_is_the_list_price(line, units, table):
    decision = decide_cancel(make_order(line), CancelAsk(units=(("1", units),), reason="changed_mind"), TERMS, NOON)
    row = decision.plan.lines[0]
    assert (row.goods, row.own, row.tax, row.paid) == table


def test_what_an_earlier_refund_took_is_not_taken_off_the_price():
    order = sent(make_order(make_line("1", 1, 20_000, discount=2200)), delivered_at=SIGNED, status="delivered")
    kept = decide(order, OPEN, IN_WINDOW, kind="refund_only", reason="quality", amount=Money(2000, "CNY")).plan
    assert [(row.name, row.amount.minor) for row in rows_of(kept)] == [
        ("goods", 22_200),
        ("discount", -2200),
        ("freight", 0),
        ("less", -18_000),
    ]
    rest = decide(effects.refunded(order, kept), OPEN, IN_WINDOW).plan
    assert [(row.name, row.amount.minor) for row in rows_of(rest)] == [
        ("goods", 22_200),
        ("discount", -2200),
        ("freight", 0),
        ("already", -2000),
    ]
    assert rest.refund == Money(18_000, "CNY")
