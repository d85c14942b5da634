"""Withdrawing while the goods are on their way: a fee of its own, a way back for the parcel, nothing lost (S30–S33)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound, ProviderUnavailable, Reused
from portal.domain.money import Money
from portal.models.fee import FeePayment
from portal.ports import CollectAnswer, CollectAsk, RefundAnswer
from portal.services.close_with_consent import close_with_consent
from portal.services.pay_fee import pay_fee
from portal.services.receive_goods import receive_goods
from portal.services.reconcile_refunds import reconcile_refunds
from portal.services.run_deadlines import run_deadlines
from portal.services.send_goods_back import goods_handed_over, send_goods_back
from portal.services.work_jobs import work_all_jobs
from tests.make import make_customer
from tests.services.fees import AMOUNT, by, charge, fee_of, pay, state, tries, under_way, withdraw
from tests.services.test_apply_for import apply, case_of, no_differences
from tests.services.test_inspect_goods import inspect
from tests.services.test_races import at_once

SECOND = timedelta(seconds=1)


def hand_over(world, case_no, *, accepted, turn="1"):
    send_goods_back(case_no=case_no, carrier="SF", tracking_no="SF2000", **by(world, "warehouse", f"send-{turn}"))
    goods_handed_over(case_no=case_no, accepted=accepted, **by(world, "warehouse", f"door-{turn}"))


@pytest.mark.req("S31", "S33")
def test_a_withdrawal_waits_for_its_fee_and_the_application_stays_as_it_is(world):
    number, case_no = under_way(world)
    withdraw(world, case_no)
    fee = fee_of(world, case_no)
    assert (state(world, case_no), fee["amount_minor"]) == (("in_transit", "due"), AMOUNT)
    assert fee["due_at"] == world.clock.now() + timedelta(hours=72)
    assert (world.order(number).lines[0].claimed, world.notices[-1]) == (3, "fee_due")


@pytest.mark.req("S32", "N10")
@pytest.mark.parametrize("method", ["card", "alipay", "wechat"])
def test_once_it_is_paid_the_parcel_turns_back_and_at_the_door_it_is_withdrawn(world, method):
    number, case_no = under_way(world)
    withdraw(world, case_no)
    assert pay(world, case_no, method) == f"case:{case_no}"
    assert state(world, case_no) == ("sending_back", "paid")
    assert (world.order(number).lines[0].claimed, world.notices[-1]) == (3, "withdrawal_begun")
    assert world.tasks[-1]["kind"] == "goods_to_send_back"
    hand_over(world, case_no, accepted=True)
    assert (state(world, case_no), world.notices[-1]) == (("withdrawn", "paid"), "application_withdrawn")
    assert (world.order(number).lines[0].claimed, world.rail.collected()) == (0, AMOUNT)
    assert reconcile_refunds(deps=world.deps) == []
    no_differences(world)


@pytest.mark.req("N10")
def test_without_a_fee_the_parcel_turns_back_at_once(world):
    number, case_no = under_way(world, return_freight_cap="30.00")
    withdraw(world, case_no)
    assert case_of(world, case_no)["state"] == "sending_back"
    assert world.order(number).lines[0].claimed == 3
    hand_over(world, case_no, accepted=True)
    assert case_of(world, case_no)["state"] == "withdrawn"


@pytest.mark.req("S31")
@pytest.mark.parametrize(
    ("fees", "reason", "amount"),
    [
        ({"withdrawal_percent": "10"}, "no_reason", 3000),
        ({"withdrawal_fixed": "12.00", "withdrawal_percent": "1.5"}, "no_reason", 1650),
        ({"withdrawal_fixed": "5000.00"}, "no_reason", 30000),
        ({"withdrawal_fixed": "0.00"}, "no_reason", None),
        ({"withdrawal_fixed": "12.00"}, "quality", None),
    ],
)
def test_a_fee_is_what_the_shop_says_never_above_the_goods_and_never_for_a_fault(world, fees, reason, amount):
    _, case_no = under_way(world, reason, **fees)
    withdraw(world, case_no)
    if amount is None:
        assert case_of(world, case_no)["state"] == "sending_back"
    else:
        assert fee_of(world, case_no)["amount_minor"] == amount


@pytest.mark.req("S33")
@pytest.mark.parametrize(
    ("outcome", "problem"),
    [
        ("wrong_password", "wrong_password"),
        ("no_funds", "no_funds"),
        ("unavailable", "provider_down"),
        ("declined", "declined"),
    ],
)
def test_a_payment_that_did_not_work_is_told_apart_and_may_be_tried_again(world, outcome, problem):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    world.rail.next_collect(CollectAnswer(outcome=outcome))
    assert pay(world, case_no) == f"fee:{case_no}"
    assert (state(world, case_no), tries(world)) == (("in_transit", "due"), [("failed", problem, 0)])
    assert pay(world, case_no, "card", "again") == f"case:{case_no}"
    numbers = [row["number"] for row in world.rows(FeePayment)]
    assert numbers == [f"{case_no}-F1-1", f"{case_no}-F1-2"]
    assert (state(world, case_no)[0], world.rail.collected()) == ("sending_back", AMOUNT)


@pytest.mark.req("S33")
def test_less_than_is_due_goes_back_whole_and_can_be_paid_again(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    world.rail.next_collect(CollectAnswer(outcome="paid", amount=Money(500, "CNY")))
    pay(world, case_no)
    assert (state(world, case_no), tries(world)) == (("in_transit", "due"), [("returning", "less_than_due", 500)])
    world.settle(2)
    assert tries(world) == [("returned", "less_than_due", 500)]
    assert (world.rail.moved(f"{case_no}-F1-1"), world.notices[-1]) == (500, "fee_returned")
    pay(world, case_no, request_id="again")
    assert state(world, case_no) == ("sending_back", "paid")
    assert reconcile_refunds(deps=world.deps) == []


@pytest.mark.req("S33", "N7")
def test_less_that_comes_back_after_the_fee_was_paid_leaves_it_paid(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    world.rail.next_collect(CollectAnswer(outcome="paid", amount=Money(500, "CNY")))
    pay(world, case_no)
    pay(world, case_no, request_id="again")
    world.settle(3)
    assert (state(world, case_no)[1], tries(world)) == (
        "paid",
        [("returned", "less_than_due", 500), ("paid", "", 1200)],
    )


@pytest.mark.req("S33", "P3")
def test_a_payment_of_unknown_outcome_is_asked_for_under_its_number_and_taken_once(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    world.rail.next_collect(ProviderUnavailable("fake", "timeout"), booked=True)
    assert pay(world, case_no) == f"fee:{case_no}"
    assert state(world, case_no) == ("in_transit", "processing")
    with pytest.raises(Conflict) as raised:
        pay(world, case_no, "card", "again")
    assert raised.value.what == "fee_confirming"
    world.clock.move(minutes=1)
    work_all_jobs(deps=world.deps)
    assert (state(world, case_no), world.rail.collected()) == (("sending_back", "paid"), AMOUNT)
    assert len(world.rows(FeePayment)) == 1


@pytest.mark.req("S33", "N7")
def test_a_rail_that_says_paid_and_has_not_booked_it_is_asked_again_under_the_same_number(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    world.rail.next_collect(CollectAnswer(outcome="pending"))
    pay(world, case_no)
    assert (state(world, case_no)[1], world.rail.collected()) == ("processing", 0)
    world.settle(2)
    assert (state(world, case_no)[1], world.rail.collected()) == ("paid", AMOUNT)
    assert {number for what, number in world.rail.calls if what == "collect"} == {f"{case_no}-F1-1"}


@pytest.mark.req("S33", "S15")
def test_a_payment_that_turns_out_not_to_have_worked_is_told_and_gets_its_time_back(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    due_at = fee_of(world, case_no)["due_at"]
    world.rail.next_collect(ProviderUnavailable("fake", "timeout"))
    pay(world, case_no)
    world.clock.move(hours=80)
    assert run_deadlines(deps=world.deps)["fee_voided"] == 0
    world.rail.next_payment_find(CollectAnswer(outcome="no_funds"))
    work_all_jobs(deps=world.deps)
    fee = fee_of(world, case_no)
    assert (fee["state"], fee["due_at"]) == ("due", due_at + timedelta(hours=80))
    assert world.notices[-1] == "fee_not_paid"


@pytest.mark.req("S36", "N6")
def test_a_fee_may_be_paid_in_its_last_second_and_is_void_in_the_next(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    due_at = fee_of(world, case_no)["due_at"]
    assert run_deadlines(as_of=due_at, deps=world.deps)["fee_voided"] == 0
    assert run_deadlines(as_of=due_at + SECOND, deps=world.deps)["fee_voided"] == 1
    assert run_deadlines(as_of=due_at + SECOND, deps=world.deps)["fee_voided"] == 0
    assert (state(world, case_no), world.notices[-1]) == (("in_transit", "voided"), "fee_voided")
    assert "system:fee:voided" in world.events()
    withdraw(world, case_no, "second thoughts")
    world.clock.set(fee_of(world, case_no)["due_at"])
    pay(world, case_no)
    assert state(world, case_no) == ("sending_back", "paid")


@pytest.mark.req("S36")
def test_a_fee_past_its_time_cannot_be_paid_even_before_the_worker_comes(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    world.clock.set(fee_of(world, case_no)["due_at"] + SECOND)
    with pytest.raises(Conflict) as raised:
        pay(world, case_no)
    assert (raised.value.what, world.rail.calls) == ("deadline", [])


@pytest.mark.req("S32", "N10")
def test_cash_on_delivery_pauses_the_case_and_paid_at_the_door_it_is_withdrawn(world):
    number, case_no = under_way(world)
    withdraw(world, case_no)
    assert pay(world, case_no, "cod") == f"case:{case_no}"
    assert state(world, case_no) == ("sending_back", "on_delivery")
    assert run_deadlines(as_of=world.clock.now() + timedelta(days=30), deps=world.deps)["fee_voided"] == 0
    hand_over(world, case_no, accepted=True)
    assert state(world, case_no) == ("withdrawn", "paid")
    assert (tries(world), world.order(number).lines[0].claimed) == ([("paid", "", AMOUNT)], 0)
    assert reconcile_refunds(deps=world.deps) == []


@pytest.mark.req("S32", "N10")
def test_cash_on_delivery_refused_at_the_door_brings_the_parcel_back_and_the_case_goes_on(world):
    number, case_no = under_way(world)
    withdraw(world, case_no)
    pay(world, case_no, "cod")
    hand_over(world, case_no, accepted=False)
    assert state(world, case_no) == ("in_transit", "voided")
    assert (world.order(number).lines[0].claimed, "withdrawn_for" in case_of(world, case_no)["outcome"]) == (3, False)
    inspect(world, case_no, ("1", 3, 0))
    world.settle(3)
    assert case_of(world, case_no)["state"] == "completed"


@pytest.mark.req("S31")
def test_the_fee_goes_back_where_the_case_ends_for_the_customer_after_all(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    pay(world, case_no, "wechat")
    hand_over(world, case_no, accepted=False)
    assert state(world, case_no) == ("in_transit", "paid")
    inspect(world, case_no, ("1", 3, 0))
    world.settle(4)
    assert (state(world, case_no), tries(world)) == (("completed", "refunded"), [("returned", "", AMOUNT)])
    assert world.rail.moved(f"{case_no}-F1-1") == AMOUNT
    assert reconcile_refunds(deps=world.deps) == []


@pytest.mark.req("S31")
def test_the_fee_stays_where_nothing_of_it_is_accepted(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    pay(world, case_no)
    hand_over(world, case_no, accepted=False)
    inspect(world, case_no, ("1", 0, 3), reason="不是我们的商品")
    assert fee_of(world, case_no)["state"] == "paid"


@pytest.mark.req("N6", "N10")
def test_goods_that_arrive_first_make_the_fee_void(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    receive_goods(case_no=case_no, **by(world, "warehouse", "receive"))
    assert state(world, case_no) == ("received", "voided")
    with pytest.raises(Conflict):
        pay(world, case_no)
    with pytest.raises(Conflict) as raised:
        withdraw(world, case_no, "again")
    assert raised.value.what == "goods_received"


@pytest.mark.req("N6", "N7")
def test_a_payment_that_is_confirmed_after_the_goods_arrived_goes_back(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    world.rail.next_collect(ProviderUnavailable("fake", "timeout"), booked=True)
    pay(world, case_no)
    receive_goods(case_no=case_no, **by(world, "warehouse", "receive"))
    assert state(world, case_no) == ("received", "processing")
    world.settle(3)
    assert (state(world, case_no), world.rail.moved(f"{case_no}-F1-1")) == (("received", "refunded"), AMOUNT)
    assert [kind for kind in world.notices if "fee" in kind] == ["fee_due", "fee_voided", "fee_returned"]


@pytest.mark.req("N7")
def test_money_that_does_not_go_back_is_tried_again_and_staff_are_told(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    world.rail.next_collect(CollectAnswer(outcome="paid", amount=Money(500, "CNY")))
    pay(world, case_no)
    world.rail.next_refund(RefundAnswer(outcome="failed", reason="不在服务时间"))
    work_all_jobs(deps=world.deps)
    assert (world.tasks[-1]["kind"], world.tasks[-1]["done_at"]) == ("fee_return_failed", None)
    world.rail.next_refund(RefundAnswer(outcome="number_spent"))
    world.settle(6)
    assert world.rows(FeePayment)[0]["refund_number"] == f"{case_no}-F1-1-R2"
    assert tries(world) == [("returned", "less_than_due", 500)]
    assert world.tasks[-1]["done_at"] is not None


def test_a_second_withdrawal_does_not_add_a_second_fee(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    with pytest.raises(Conflict) as raised:
        withdraw(world, case_no, "again")
    assert raised.value.what == "fee_open"


def test_nothing_is_taken_out_of_a_parcel_that_is_on_its_way(world):
    _, case_no = under_way(world)
    with pytest.raises(Invalid):
        withdraw(world, case_no, units=(("1", 1),))
    withdraw(world, case_no, "whole", units=(("1", 3),))
    assert fee_of(world, case_no)["state"] == "due"


@pytest.mark.req("S37")
def test_the_same_request_pays_once_and_another_body_is_refused(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    assert {pay(world, case_no) for _ in range(3)} == {f"case:{case_no}"}
    assert world.rail.collected() == AMOUNT
    with pytest.raises(Reused):
        pay(world, case_no, "card")


def test_what_was_not_shown_is_not_done(world):
    _, case_no = under_way(world)
    with pytest.raises(Conflict):
        withdraw(world, case_no, shown="something else")
    withdraw(world, case_no)
    with pytest.raises(Conflict):
        pay_fee(case_no=case_no, method="card", shown="something else", **by(world, "shopper", "pay"))
    assert world.rail.calls == []


def test_no_way_to_pay_and_nobody_elses_fee(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    for method in ("", "bitcoin"):
        with pytest.raises(Invalid):
            pay(world, case_no, method)
    somebody_else = replace(world.shopper, id=make_customer(world.deps, world.made.shop_id, 2))
    with pytest.raises(NotFound):
        pay_fee(case_no=case_no, method="card", **by(world, "shopper", "other") | {"actor": somebody_else})


@pytest.mark.req("S37", "P3")
def test_ten_payments_at_once_take_the_money_once(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    results = at_once([lambda n=n: pay(world, case_no, request_id=f"click-{n}") for n in range(10)])
    assert sum(isinstance(result, str) for result in results) == 1
    assert (world.rail.collected(), state(world, case_no)) == (AMOUNT, ("sending_back", "paid"))


@pytest.mark.req("N6", "S36")
def test_pay_against_the_deadline_has_one_winner(world):
    for turn in range(4):
        _, case_no = under_way(world)
        withdraw(world, case_no, f"w-{turn}")
        as_of = fee_of(world, case_no)["due_at"] + SECOND

        def paying(case_no=case_no, turn=turn):
            return pay(world, case_no, request_id=f"p-{turn}")

        def ending(as_of=as_of):
            return run_deadlines(as_of=as_of, deps=world.deps)

        at_once([paying, ending] if turn % 2 else [ending, paying])
        assert state(world, case_no) in (("sending_back", "paid"), ("in_transit", "voided"))
        took = AMOUNT if state(world, case_no)[1] == "paid" else 0
        assert world.rail.collected(case_no) == took


@pytest.mark.req("N6", "N10")
def test_pay_against_receive_leaves_goods_and_money_on_one_side(world):
    for turn in range(4):
        _, case_no = under_way(world)
        withdraw(world, case_no, f"w-{turn}")

        def paying(case_no=case_no, turn=turn):
            return pay(world, case_no, request_id=f"p-{turn}")

        def receiving(case_no=case_no, turn=turn):
            return receive_goods(case_no=case_no, **by(world, "warehouse", f"r-{turn}"))

        at_once([paying, receiving] if turn % 2 else [receiving, paying])
        world.settle(3)
        kept = world.rail.collected(case_no) - world.rail.moved(f"{case_no}-F1-1")
        if case_of(world, case_no)["state"] == "sending_back":
            assert (fee_of(world, case_no)["state"], kept) == ("paid", AMOUNT)
        else:
            assert (case_of(world, case_no)["state"], kept) == ("received", 0)
            assert fee_of(world, case_no)["state"] in ("voided", "refunded")


@pytest.mark.req("S30")
def test_staff_close_a_case_with_the_consent_of_the_customer_on_record(world):
    charge(world)
    number, case_no = under_way(world)
    other = apply(world, number, units=(("2", 1),))
    words = "11月20日电话确认，客户同意撤销"
    close_with_consent(case_no=other, reason=words, **by(world, "agent", "close"))
    row = case_of(world, other)
    assert (row["state"], row["outcome"]["consent"], row["outcome"]["closed_by"]) == ("withdrawn", words, "staff:1")
    assert ("staff:case:withdrawn" in world.events(), world.notices[-1]) == (True, "application_withdrawn")
    assert world.order(number).lines[1].claimed == 0
    withdraw(world, case_no)
    close_with_consent(case_no=case_no, reason=words, **by(world, "agent", "turn"))
    assert state(world, case_no) == ("sending_back", "waived")
    with pytest.raises(Conflict):
        close_with_consent(case_no=case_no, reason=words, **by(world, "agent", "again"))


def test_a_case_is_not_closed_without_words_or_by_who_may_not(world):
    _, case_no = under_way(world)
    with pytest.raises(Invalid):
        close_with_consent(case_no=case_no, reason=" ", **by(world, "agent", "empty"))
    for role in ("warehouse", "auditor", "admin"):
        with pytest.raises(Forbidden):
            close_with_consent(case_no=case_no, reason="同意", **by(world, role, "close"))


def test_a_case_whose_payment_is_being_confirmed_is_not_closed(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    world.rail.next_collect(ProviderUnavailable("fake", "timeout"))
    pay(world, case_no)
    with pytest.raises(Conflict):
        close_with_consent(case_no=case_no, reason="同意", **by(world, "agent", "close"))


@pytest.mark.req("N7")
def test_money_the_books_do_not_agree_on_is_listed(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    ask = CollectAsk(number="X-1", order_no="A", case_no="X", method="card", amount=Money(700, "CNY"))
    world.rail.collect(ask)
    world.rail.next_collect(ProviderUnavailable("fake", "timeout"), booked=True)
    pay(world, case_no)
    found = reconcile_refunds(deps=world.deps)
    assert [line.partition(":")[0] for line in found] == [f"{case_no}-F1-1", "X-1"]
