from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.cancelling.decide import CancelAsk, decide_cancel
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.domain.orders.decisions import Allowed
from portal.domain.orders.order import Discount
from portal.domain.orders.planning import plan_units
from portal.domain.orders.tenders import in_refund_order, over_tenders
from tests.support.order_facts import NOON, TERMS, make_line, make_order, orders

CNY = "CNY"


def cancel(order, units=()):
    decision = decide_cancel(order, CancelAsk(units=units, reason="changed_mind"), TERMS, NOON)
    assert isinstance(decision, Allowed), decision
    return decision.plan, effects.cancelled(order, decision.plan)


@pytest.mark.req("S12", "S14", "P2")
@given(orders(), st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_is_cancelled_in_whatever_order_gives_back_exactly_what_was_paid(order, data):
    given_back, points, coupons = 0, 0, []
    while left := order.units_unshipped():
        line_id, most = data.draw(st.sampled_from(left))
        plan, order = cancel(order, ((line_id, data.draw(st.integers(1, most))),))
        assert plan.refund.minor >= 0
        assert all(line.amount >= 0 and line.goods >= 0 for line in plan.lines)
        assert sum(tender.amount.minor for tender in plan.tenders) == plan.refund.minor
        given_back += plan.refund.minor
        points += plan.points_back
        coupons += [coupon.code for coupon in plan.coupons_back]
        assert given_back <= order.captured.minor
    assert given_back == order.captured.minor
    assert order.state == "cancelled"
    assert points == sum(discount.points for discount in order.discounts)
    assert sorted(coupons) == sorted(d.code for d in order.discounts if d.kind == "coupon")


@pytest.mark.req("S12")
@given(orders())
@settings(deadline=None)
def test_cancelling_the_whole_order_gives_back_every_tender_whole(order):
    plan, after = cancel(order)
    assert plan.refund == order.captured
    assert all(payment.left == 0 for payment in after.payments)
    assert plan.freight == order.freight


@pytest.mark.req("S12")
def test_freight_goes_back_once_with_the_last_unit_and_not_before():
    order = make_order(make_line("1", 2, 1000), freight=600)
    first, order = cancel(order, (("1", 1),))
    assert (first.refund.minor, first.freight.minor, first.freight_kept.minor) == (500, 0, 600)
    last, order = cancel(order)
    assert (last.refund.minor, last.freight.minor) == (1100, 600)


def test_freight_is_kept_when_a_part_of_the_order_has_left():
    order = make_order(make_line("1", 2, 1000, shipped=1), freight=600, status="picking")
    order = replace(order, status="paid")
    plan, _ = cancel(order)
    assert plan.units == (("1", 1),)
    assert (plan.refund.minor, plan.freight.minor) == (500, 0)


@pytest.mark.req("S14")
def test_a_coupon_comes_back_only_when_everything_it_covered_is_gone():
    coupon = Discount(kind="coupon", code="C-9", amount=Money(300, CNY), line_ids=("1",))
    order = make_order(make_line("1", 3, 3000), make_line("2", 1, 500), discounts=(coupon,))
    first, order = cancel(order, (("1", 2),))
    assert (first.refund.minor, first.coupons_back, first.coupons_wait) == (1800, (), ("C-9",))
    second, order = cancel(order, (("1", 1),))
    assert [coupon.code for coupon in second.coupons_back] == ["C-9"]
    third, order = cancel(order)
    assert third.coupons_back == ()


@pytest.mark.req("S14")
def test_points_earned_with_the_order_are_taken_back_in_parts_that_sum_to_all():
    order = make_order(make_line("1", 3, 1000), make_line("2", 1, 999), points_earned=10)
    taken = 0
    for units in ((("1", 1),), (("2", 1),), (("1", 2),)):
        plan, order = cancel(order, units)
        taken += plan.points_taken
    assert taken == 10


def test_what_the_shop_refunded_itself_lowers_what_is_left():
    order = make_order(make_line("1", 2, 2000), freight=1000)
    payment = replace(order.payments[0], refunded=1000)
    plan, _ = cancel(replace(order, payments=(payment,)))
    assert (plan.refund.minor, plan.already.minor) == (2000, 1000)


def test_a_refund_in_flight_lowers_the_ceiling():
    order = make_order(make_line("1", 2, 2000))
    payment = replace(order.payments[0], in_flight=1500)
    plan = plan_units(replace(order, payments=(payment,)), (("1", 2),), with_freight=True)
    assert plan.refund.minor == 500


def test_a_line_that_was_refunded_above_its_share_pays_only_what_is_left_of_it():
    order = make_order(make_line("1", 2, 2000, gone=1, refunded=1700))
    plan = plan_units(order, (("1", 1),), with_freight=False)
    assert plan.refund.minor == 300


def test_tenders_are_paid_back_gift_card_first_then_the_latest_then_by_id():
    order = make_order(
        make_line("1", 1, 6000), tenders=(("card", 1000), ("store_credit", 2000), ("alipay", 2000), ("gift_card", 1000))
    )
    assert [payment.id for payment in in_refund_order(order.payments)] == ["p-4", "p-2", "p-3", "p-1"]
    same_time = tuple(replace(payment, paid_at=NOON, method="card") for payment in reversed(order.payments))
    assert [payment.id for payment in in_refund_order(same_time)] == ["p-1", "p-2", "p-3", "p-4"]


def test_a_tender_never_gets_more_than_it_paid():
    order = make_order(make_line("1", 1, 3000), tenders=(("card", 1000), ("alipay", 2000)))
    parts = over_tenders(Money(2500, CNY), order.payments)
    assert [(part.payment_id, part.amount.minor) for part in parts] == [("p-2", 2000), ("p-1", 500)]
    with pytest.raises(ValueError, match="more than the payments have left"):
        over_tenders(Money(3001, CNY), order.payments)


def test_gifts_go_with_their_parent():
    order = make_order(make_line("1", 2, 2000), make_line("2", 2, 0, gift_of="1"), make_line("3", 1, 100))
    part, _ = cancel(order, (("1", 1),))
    assert part.units == (("1", 1),)
    whole, _ = cancel(order, (("1", 2),))
    assert whole.units == (("1", 2), ("2", 2))


def test_the_plan_does_not_depend_on_the_hour():
    order = make_order()
    early = decide_cancel(order, CancelAsk(), TERMS, NOON)
    late = decide_cancel(order, CancelAsk(), TERMS, NOON + timedelta(hours=1))
    assert early.plan == late.plan
