from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.cancelling.decide import CancelAsk, decide_cancel
from portal.domain.cancelling.reasons import cancel_reasons
from portal.domain.money import Money
from portal.domain.orders.decisions import Allowed, Refused, Review, shown_digest
from portal.domain.orders.effects import claimed
from portal.domain.orders.order import Discount
from tests.support.order_facts import NOON, TERMS, make_line, make_order, parcel


def decide(order, units=(), now=NOON):
    return decide_cancel(order, CancelAsk(units=units, reason="changed_mind"), TERMS, now)


@pytest.mark.req("S7")
def test_an_unpaid_order_is_cancelled_at_once_with_nothing_to_refund_and_everything_back():
    points = Discount(kind="points", amount=Money(100, "CNY"), points=100)
    coupon = Discount(kind="coupon", code="C-1", amount=Money(200, "CNY"))
    decision = decide(make_order(status="awaiting_payment", discounts=(points, coupon)))
    assert isinstance(decision, Allowed)
    assert decision.rules == ("SHOP-1",)
    assert not decision.plan.refund
    assert decision.plan.tenders == ()
    assert decision.plan.points_back == 100
    assert [back.code for back in decision.plan.coupons_back] == ["C-1"]


@pytest.mark.req("S7")
def test_an_unpaid_order_goes_as_a_whole_or_not_at_all():
    order = make_order(make_line("1", 2, 2000), status="awaiting_payment")
    assert decide(order, (("1", 1),)).why == "unpaid_whole_only"
    assert isinstance(decide(order, (("1", 2),)), Allowed)


@pytest.mark.req("S8", "P1")
def test_a_paid_order_is_cancelled_by_rule_with_the_whole_payment():
    decision = decide(make_order(freight=800))
    assert isinstance(decision, Allowed)
    assert decision.plan.refund.minor == 1800


@pytest.mark.req("P1")
def test_an_order_being_packed_is_a_question_to_the_warehouse():
    decision = decide(make_order(status="picking"))
    assert isinstance(decision, Review)
    assert (decision.rules, decision.answer_by, decision.priority) == (("SHOP-2",), TERMS.answer_by, False)
    assert decision.plan.refund.minor == 1000


@pytest.mark.req("S9")
def test_a_late_order_that_is_not_packed_still_cancels_at_once():
    order = make_order(promised_ship_by=NOON - timedelta(minutes=1))
    decision = decide(order)
    assert isinstance(decision, Allowed)
    assert "late" in decision.notes


@pytest.mark.req("S9")
def test_a_late_order_being_packed_goes_ahead_of_the_queue():
    decision = decide(make_order(status="picking", promised_ship_by=NOON - timedelta(minutes=1)))
    assert isinstance(decision, Review)
    assert decision.priority


@pytest.mark.req("S9")
def test_without_a_promised_date_an_order_is_late_48_hours_after_payment():
    order = make_order()
    paid = order.paid_at
    assert not order.is_late(paid + timedelta(hours=48), TERMS.ship_within)
    assert order.is_late(paid + timedelta(hours=48, seconds=1), TERMS.ship_within)
    assert "late_shipment" not in cancel_reasons(order, late=False)
    assert "late_shipment" in cancel_reasons(order, late=True)


@pytest.mark.req("S10")
def test_a_line_out_of_stock_is_cancelled_by_rule_even_while_being_packed():
    order = make_order(make_line("1", 1, 500, stock_problem="out_of_stock"), make_line("2", 1, 700), status="picking")
    assert isinstance(decide(order, (("1", 1),)), Allowed)
    assert isinstance(decide(order), Allowed)
    assert isinstance(decide(order, (("2", 1),)), Review)
    assert "stock_problem" in cancel_reasons(order, late=False)


@pytest.mark.req("S11")
def test_a_shipped_order_cannot_be_cancelled_and_says_how_to_return_it():
    order = make_order(make_line("1", 1, 500, shipped=1), shipments=(parcel(("1", 1)),), status="shipped")
    decision = decide(order)
    assert isinstance(decision, Refused)
    assert (decision.rules, decision.why) == (("SHOP-3",), "shipped")
    assert decision.instead == ("refuse_parcel", "return_after_delivery", "contact")
    assert decision.facts["carrier"] == "SF"


@pytest.mark.req("S11")
@pytest.mark.parametrize("status", ["delivered", "completed"])
def test_a_delivered_order_cannot_be_cancelled(status):
    order = make_order(make_line("1", 1, 500, shipped=1, delivered=1), status=status)
    assert (decide(order).rules, decide(order).why) == (("SHOP-3",), "delivered")


@pytest.mark.req("S11")
def test_of_a_partly_shipped_order_the_units_that_have_not_left_can_be_cancelled():
    order = make_order(make_line("1", 3, 3000, shipped=1), freight=500, shipments=(parcel(("1", 1)),))
    decision = decide(order)
    assert isinstance(decision, Allowed)
    assert (decision.plan.units, decision.plan.refund.minor, decision.plan.freight.minor) == ((("1", 2),), 2000, 0)
    assert order.state == "shipped"


def test_more_units_than_have_not_left_are_refused_and_never_cut():
    order = make_order(make_line("1", 3, 3000, shipped=1), shipments=(parcel(("1", 1)),))
    assert isinstance(decide(order, (("1", 3),)), Refused)
    assert isinstance(decide(order, (("1", -1),)), Refused)
    assert isinstance(decide(order, (("9", 1),)), Refused)


@pytest.mark.req("P14", "S37")
def test_a_second_cancel_while_one_waits_is_led_to_the_first():
    order = make_order(status="picking")
    waiting = replace(claimed(order, (("1", 1),)), waiting_case="T20261120ABCDEFGH")
    decision = decide(waiting)
    assert (decision.why, decision.facts["case_no"]) == ("already_asked", "T20261120ABCDEFGH")


def test_a_cancelled_order_has_nothing_left_to_cancel():
    assert decide(make_order(make_line("1", 1, 100, gone=1, cancelled=1))).rules == ("SHOP-6",)
    assert decide(make_order(status="cancelled")).why == "already_cancelled"


def test_a_fully_refunded_order_has_nothing_left_to_cancel():
    order = make_order(make_line("1", 2, 100, gone=2))
    assert decide(order).rules == ("SHOP-6",)


def test_cash_on_delivery_that_was_not_collected_is_cancelled_with_nothing_to_refund():
    decision = decide(make_order(payment_terms="cod"))
    assert isinstance(decision, Allowed)
    assert (decision.plan.refund.minor, decision.notes) == (0, ("cod",))


def test_cash_on_delivery_that_was_collected_goes_to_a_person():
    order = make_order(payment_terms="cod", tenders=(("cod", 1000),))
    assert (decide(order).rules, decide(order).why) == (("SHOP-7",), "cod_collected")


def test_what_was_shown_covers_the_facts_and_the_choice():
    order = make_order(make_line("1", 2, 2000))
    one, two = decide(order, (("1", 1),)), decide(order)
    first = shown_digest(one, (order.no, 1), one.plan.units)
    assert first == shown_digest(one, (order.no, 1), one.plan.units)
    assert first.split(".")[0] == shown_digest(two, (order.no, 1), two.plan.units).split(".")[0]
    assert first.split(".")[1] != shown_digest(two, (order.no, 1), two.plan.units).split(".")[1]
    assert first.split(".")[0] != shown_digest(one, (order.no, 2), one.plan.units).split(".")[0]


@pytest.mark.req("S9", "S11")
def test_while_one_cancel_waits_for_the_warehouse_no_second_one_can_be_asked_for():
    order = make_order(make_line("1", 2, claimed=1), status="picking", waiting_case="T1")
    decision = decide_cancel(order, CancelAsk(), TERMS, NOON)
    assert (decision.rules, decision.why, decision.facts) == (("SHOP-6",), "already_asked", {"case_no": "T1"})
