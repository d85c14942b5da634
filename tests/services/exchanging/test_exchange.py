"""An exchange from the application to the new goods: dearer, cheaper, the same, and out of stock (P9)."""

import pytest

from portal.domain.cases.ask import WantedVariant
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.models.case import Case
from portal.models.fee import Fee, FeePayment
from portal.services.deadlines.run import run_deadlines
from portal.services.replacing.no_stock import report_no_stock
from portal.services.replacing.refund_instead import refund_instead
from portal.services.returning.choose_rejected import choose_rejected
from portal.services.returning.receive_parcel import receive_goods
from portal.services.returning.send_back import delivered_to_customer, send_goods_back
from portal.services.withdrawing.pay_fee import pay_fee
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.services.applying.test_apply_for import apply, case_of, no_differences
from tests.services.returning.test_inspect import by, choose, inspect, ship
from tests.support.applications import bought
from tests.support.exchanges import PAID, arrive, back, catalogue, exchanging, sell, send
from tests.support.order_facts import make_line
from tests.support.said import decide_case

P9 = pytest.mark.req("P9")


def line(world, number):
    found = world.order(number).lines[0]
    return found.claimed, found.gone, found.refunded


def state(world, case_no):
    return case_of(world, case_no)["state"]


def refunded(world):
    return [refund["amount_minor"] for refund in world.refunds]


def pay(world, case_no, method="alipay"):
    return pay_fee(case_no=case_no, method=method, **by(world, "shopper", f"pay-{method}"))


def no_stock(world, case_no, role="agent"):
    return report_no_stock(case_no=case_no, reason="断货了", **by(world, role, "none"))


@P9
def test_the_same_goods_come_for_those_that_went_back_and_no_money_moves(world):
    number, case_no = exchanging(world)
    assert (state(world, case_no), line(world, number)) == ("awaiting_return", (3, 0, 0))
    back(world, case_no)
    assert (state(world, case_no), line(world, number)) == ("replacing", (3, 0, 0))
    send(world, case_no)
    assert case_of(world, case_no)["replacement"]["tracking_no"] == "SF7000"
    arrive(world, case_no)
    assert (state(world, case_no), line(world, number), refunded(world)) == ("completed", (0, 0, 0), [])
    assert world.rows(Fee) == []
    no_differences(world)


@P9
def test_an_exchange_is_the_shops_to_answer_within_48_hours_then_approved_by_rule(world):
    catalogue(world.made, world.deps)
    number = world.take(bought(make_line("1", 1, PAID)))
    case_no = apply(world, number, kind="exchange", reason="no_reason")
    row = case_of(world, case_no)
    assert (row["state"], row["deadline_kind"]) == ("submitted", "shop_answers_return")
    world.clock.move(hours=48, seconds=1)
    run_deadlines(deps=world.deps)
    assert state(world, case_no) == "awaiting_return"


@P9
def test_what_costs_more_is_paid_as_a_fee_before_the_new_goods_leave(world):
    _, case_no = exchanging(world, "UP")
    back(world, case_no)
    fee = world.rows(Fee)[-1]
    assert (fee["for_what"], fee["amount_minor"], fee["state"]) == ("exchange", 6000, "due")
    with pytest.raises(Conflict, match="fee_open"):
        send(world, case_no)
    pay(world, case_no)
    assert world.rows(Fee)[-1]["state"] == "paid"
    send(world, case_no)
    arrive(world, case_no)
    assert (state(world, case_no), refunded(world)) == ("completed", [])


@P9
def test_the_surcharge_cannot_be_left_to_the_courier(world):
    _, case_no = exchanging(world, "UP")
    back(world, case_no)
    with pytest.raises(Invalid):
        pay(world, case_no, "cod")


@P9
def test_what_costs_less_is_refunded_when_the_new_goods_leave_and_once(world):
    number, case_no = exchanging(world, "DOWN")
    back(world, case_no)
    assert refunded(world) == []
    send(world, case_no)
    send(world, case_no, "SF7001")
    assert (refunded(world), line(world, number)) == ([4500], (3, 0, 4500))
    arrive(world, case_no)
    assert state(world, case_no) == "refunding"
    world.settle()
    assert (state(world, case_no), line(world, number)) == ("completed", (0, 0, 4500))
    no_differences(world)


@P9
def test_the_price_is_that_of_the_day_it_was_applied_for(world):
    _, case_no = exchanging(world, "UP")
    sell(world.made, world.deps, "UP", 99900, updated_at=world.clock.now())
    back(world, case_no)
    assert world.rows(Fee)[-1]["amount_minor"] == 6000


@P9
def test_new_goods_that_are_returned_pay_what_was_left_of_what_was_paid(world):
    number, case_no = exchanging(world, "DOWN")
    back(world, case_no)
    send(world, case_no)
    arrive(world, case_no)
    world.settle()
    again = apply(world, number, units=(("1", 3),))
    assert case_of(world, again)["summary"]["refund"]["minor"] == 3 * PAID - 4500


@P9
@pytest.mark.parametrize("moment", ["submitted", "in_transit"])
def test_without_stock_it_goes_on_as_a_return_from_where_it_stands(world, moment):
    catalogue(world.made, world.deps)
    number = world.take(bought(make_line("1", 3, 3 * PAID)))
    wanted = (WantedVariant(line_id="1", sku="UP"),)
    case_no = apply(world, number, kind="exchange", reason="no_reason", units=(("1", 3),), variants=wanted)
    if moment != "submitted":
        decide_case(case_no=case_no, decision="accept", **by(world, "agent", "yes"))
        ship(world, case_no)
    no_stock(world, case_no)
    row = case_of(world, case_no)
    assert (row["kind"], row["state"]) == (
        "return_refund",
        "awaiting_return" if moment == "submitted" else row["state"],
    )
    if row["state"] == "awaiting_return":
        ship(world, case_no)
    inspect(world, case_no, ("1", 3, 0), request_id="seen")
    world.settle()
    assert (state(world, case_no), refunded(world)) == ("completed", [3 * PAID])
    assert "exchange_no_stock" in world.notices


@P9
def test_without_stock_once_the_goods_are_back_they_are_paid_and_the_surcharge_with_them(world):
    number, case_no = exchanging(world, "UP")
    back(world, case_no)
    pay(world, case_no)
    refund_instead(case_no=case_no, reason="断货了", **by(world, "agent", "instead"))
    world.settle()
    assert (state(world, case_no), refunded(world)) == ("completed", [3 * PAID])
    assert (world.rows(Fee)[-1]["state"], world.rows(FeePayment)[-1]["state"]) == ("refunded", "returned")
    assert line(world, number) == (0, 3, 3 * PAID)
    with pytest.raises(Conflict):
        send(world, case_no)


@P9
def test_a_surcharge_that_nobody_pays_is_void_and_the_goods_are_paid_for(world):
    _, case_no = exchanging(world, "UP")
    back(world, case_no)
    world.clock.move(hours=72, seconds=1)
    run_deadlines(deps=world.deps)
    assert world.rows(Fee)[-1]["state"] == "voided"
    world.settle()
    assert (state(world, case_no), refunded(world)) == ("completed", [3 * PAID])


@P9
def test_a_cheaper_parcel_that_never_came_is_paid_for_without_what_went_back_before(world):
    _, case_no = exchanging(world, "DOWN", units=1)
    back(world, case_no, accepted=1)
    send(world, case_no)
    refund_instead(case_no=case_no, reason="包裹丢了", **by(world, "agent", "instead"))
    world.settle()
    assert (sorted(refunded(world)), state(world, case_no)) == ([1500, PAID - 1500], "completed")


@P9
def test_of_goods_that_are_not_all_accepted_the_rest_is_exchanged_once_the_customer_has_chosen(world):
    number, case_no = exchanging(world, "UP")
    back(world, case_no, accepted=2, rejected=1)
    assert (state(world, case_no), line(world, number), world.rows(Fee)) == ("received", (3, 0, 0), [])
    choose(world, case_no, "give_up")
    assert (state(world, case_no), line(world, number)) == ("replacing", (2, 1, 0))
    assert world.rows(Fee)[-1]["amount_minor"] == 4000
    pay(world, case_no)
    send(world, case_no)
    arrive(world, case_no)
    assert (state(world, case_no), line(world, number)) == ("completed", (0, 1, 0))


@P9
def test_what_was_not_accepted_goes_back_first_then_the_rest_is_exchanged(world):
    number, case_no = exchanging(world, "DOWN")
    back(world, case_no, accepted=2, rejected=1)
    choose_rejected(case_no=case_no, choice="send_back", **by(world, "shopper", "choose"))
    send_goods_back(case_no=case_no, carrier="SF", tracking_no="SF8000", **by(world, "warehouse", "back"))
    delivered_to_customer(case_no=case_no, accepted=True, **by(world, "warehouse", "door"))
    assert (state(world, case_no), line(world, number)) == ("replacing", (2, 0, 0))
    send(world, case_no)
    assert refunded(world) == [3000]


@P9
def test_goods_of_which_none_is_accepted_are_not_exchanged(world):
    number, case_no = exchanging(world, "UP")
    back(world, case_no, accepted=0, rejected=3)
    choose(world, case_no, "give_up")
    assert (state(world, case_no), line(world, number), world.rows(Fee)) == ("rejected", (0, 3, 0), [])


@P9
def test_an_exchange_is_withdrawn_free_until_the_goods_are_on_their_way(world):
    number, case_no = exchanging(world, "UP")
    withdraw_case(case_no=case_no, reason="changed_mind", **by(world, "shopper", "withdraw"))
    assert (state(world, case_no), line(world, number)) == ("withdrawn", (0, 0, 0))


@P9
def test_units_in_an_exchange_cannot_be_asked_for_elsewhere(world):
    number, _ = exchanging(world)
    with pytest.raises(Exception, match="already_asked"):
        apply(world, number, kind="return_refund", reason="no_reason", units=(("1", 1),))


@P9
def test_what_is_not_on_sale_any_more_is_refused_by_its_line(world):
    catalogue(world.made, world.deps)
    number = world.take(bought(make_line("1", 1, PAID)))
    with pytest.raises(Invalid) as refused:
        apply(world, number, kind="exchange", reason="no_reason", variants=(WantedVariant(line_id="1", sku="Z"),))
    assert refused.value.problems == (("variant-1", "not_offered"),)
    assert world.rows(Case) == []


@P9
def test_only_who_decides_about_cases_says_that_there_is_none_and_only_in_time(world):
    _, case_no = exchanging(world)
    with pytest.raises(Forbidden):
        no_stock(world, case_no, "warehouse")
    back(world, case_no)
    with pytest.raises(Conflict):
        no_stock(world, case_no)


@P9
def test_goods_that_nobody_looks_at_are_accepted_by_rule_and_exchanged(world):
    _, case_no = exchanging(world)
    ship(world, case_no)

    receive_goods(case_no=case_no, **by(world, "warehouse", "receive"))
    world.clock.move(days=6)
    run_deadlines(deps=world.deps)
    run_deadlines(deps=world.deps)
    assert state(world, case_no) == "replacing"
