"""What an exchange costs more or less, exact: any order, any units, any prices (P9)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.cases.ask import WantedVariant
from portal.domain.exchanging.difference import plan_exchange
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.domain.orders.order import Discount
from portal.domain.orders.planning import plan_line, plan_units
from tests.support.order_facts import make_line, make_order, orders

P9 = pytest.mark.req("P9")


def wanted(line_id: str, price: int, currency: str = "CNY") -> WantedVariant:
    return WantedVariant(line_id=line_id, sku=f"V-{line_id}", name="大号", price=Money(price, currency))


@st.composite
def exchanges(draw: st.DrawFn):
    """An order, units of it, and what some of its lines get instead."""
    order = draw(orders(most_lines=5, most_units=40))
    units = tuple((line.id, draw(st.integers(1, line.left))) for line in order.lines if draw(st.booleans()))
    variants = tuple(
        wanted(line_id, draw(st.integers(0, 30_000)), order.currency) for line_id, _ in units if draw(st.booleans())
    )
    return order, units, variants


@P9
@given(exchanges())
@settings(max_examples=200, deadline=None)
def test_what_is_paid_more_and_less_is_the_difference_of_the_lines_that_change(one) -> None:
    order, units, variants = one
    plan, prices = plan_exchange(order, units, variants), {variant.line_id: variant.price for variant in variants}
    by_id = {line.id: line for line in order.lines}
    worth = {line_id: plan_line(by_id[line_id], count).amount for line_id, count in units}
    changes = {line_id: prices[line_id].minor * count - worth[line_id] for line_id, count in units if line_id in prices}
    more = plan.surcharge.minor if plan.surcharge else 0
    assert more - plan.refund.minor == sum(changes.values())
    assert not (more and plan.refund) and plan.refund.minor >= 0
    assert sum(line.amount for line in plan.lines) == plan.refund.minor == sum(t.amount.minor for t in plan.tenders)
    assert all(0 <= line.amount <= max(0, -changes.get(line.line_id, 0)) for line in plan.lines)
    assert all(line.amount == line.paid - line.already - line.less for line in plan.lines)


@P9
@given(exchanges())
@settings(max_examples=100, deadline=None)
def test_units_stay_and_a_later_return_of_everything_gives_back_exactly_what_was_paid(one) -> None:
    order, units, variants = one
    plan = plan_exchange(order, units, variants)
    after = effects.refunded(effects.released(effects.claimed(order, units), units), plan)
    assert [(line.gone, line.claimed) for line in after.lines] == [(line.gone, 0) for line in order.lines]
    everything = tuple((line.id, line.left) for line in after.lines)
    rest = plan_units(after, everything, with_freight=True)
    assert plan.refund.minor + rest.refund.minor == order.total.minor


@P9
@given(orders(most_lines=4, most_units=30), st.data())
@settings(max_examples=50, deadline=None)
def test_the_same_goods_move_no_money_whatever_they_cost_today(order, data) -> None:
    units = tuple((line.id, data.draw(st.integers(1, line.left))) for line in order.lines)
    plan = plan_exchange(order, units)
    assert (plan.refund.minor, plan.surcharge, plan.tenders) == (0, None, ())


@P9
def test_a_dearer_and_a_cheaper_line_are_set_off() -> None:
    order = make_order(make_line("1", 2, 10000), make_line("2", 1, 3000))
    plan = plan_exchange(order, (("1", 1), ("2", 1)), (wanted("1", 6000), wanted("2", 1500)))
    assert (plan.refund.minor, plan.surcharge) == (500, None)
    assert [line.amount for line in plan.lines] == [0, 500]
    plan = plan_exchange(order, (("1", 1), ("2", 1)), (wanted("1", 6000), wanted("2", 2500)))
    assert (plan.refund.minor, plan.surcharge) == (0, Money(500, "CNY"))


@P9
def test_what_counts_is_what_was_paid_after_every_discount_not_the_list_price() -> None:
    coupon = Discount(kind="coupon", code="C", amount=Money(1000, "CNY"))
    order = make_order(make_line("1", 1, 10000), discounts=(coupon,))
    assert plan_exchange(order, (("1", 1),), (wanted("1", 10000),)).surcharge == Money(1000, "CNY")


@P9
def test_no_more_goes_back_than_the_payments_have_left() -> None:
    order = make_order(make_line("1", 1, 10000))
    order = replace(order, payments=tuple(replace(one, refunded=9900) for one in order.payments))
    assert plan_exchange(order, (("1", 1),), (wanted("1", 1000),)).refund.minor == 100


@P9
def test_a_price_that_nobody_looked_up_is_no_price() -> None:
    order = make_order(make_line("1", 1, 10000))
    with pytest.raises(ValueError, match="not looked up"):
        plan_exchange(order, (("1", 1),), (WantedVariant(line_id="1", sku="V"),))
