"""Paying the fee of a withdrawal: told apart, taken once, never lost (S32, S33)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.errors import Conflict, Invalid, NotFound, ProviderUnavailable, Reused
from portal.domain.money import Money
from portal.domain.results import FeeTried
from portal.models.fee import FeePayment
from portal.ports import CollectAnswer, CollectAsk, RefundAnswer
from portal.services.deadlines.run import run_deadlines
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.refunds.reconcile import reconcile_refunds
from portal.services.withdrawing.pay_fee import pay_fee
from tests.services.cancelling.test_races import at_once
from tests.support.fees import AMOUNT, by, fee_of, pay, state, tries, under_way, withdraw
from tests.support.make import make_customer

SECOND = timedelta(seconds=1)


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
    assert pay(world, case_no).state == "open"
    assert (state(world, case_no), tries(world)) == (("in_transit", "due"), [("failed", problem, 0)])
    assert pay(world, case_no, "card", "again") == FeeTried(case_no=case_no, state="paid")
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


@pytest.mark.req("S33", "P14", "N7")
@pytest.mark.parametrize(
    "said", [Money(1201, "CNY"), Money(1200, "EUR"), Money(500, "EUR"), Money(0, "CNY"), Money(-1, "CNY"), None]
)
def test_an_amount_that_is_not_ours_is_a_task_and_no_state_and_is_asked_about_again(world, said):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    world.rail.next_collect(CollectAnswer(outcome="pending"), booked=True)
    world.rail.next_payment_find(CollectAnswer(outcome="paid", amount=said))
    assert pay(world, case_no).state == "open"
    assert (state(world, case_no), tries(world)) == (("in_transit", "processing"), [("processing", "", 0)])
    (task,) = differing(world)
    shown = f"{said.decimal()} {said.currency}" if said is not None else "-"
    assert task["detail"]["reason"] == f"{case_no}-F1-1 12.00 CNY / {shown}" and task["done_at"] is None
    world.settle(2)
    assert (state(world, case_no), world.rail.collected()) == (("sending_back", "paid"), AMOUNT)
    assert len(differing(world)) == 1 and differing(world)[0]["done_at"] is not None


def differing(world):
    return [task for task in world.tasks if task["kind"] == "notice_differs"]


@pytest.mark.req("P14", "N7")
def test_a_fee_that_goes_back_in_another_currency_has_not_gone_back(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    world.rail.next_collect(CollectAnswer(outcome="paid", amount=Money(500, "CNY")))
    pay(world, case_no)
    for _ in range(2):
        world.rail.next_find(RefundAnswer(outcome="succeeded", amount=Money(500, "EUR")))
    work_all_jobs(deps=world.deps)
    assert tries(world) == [("returning", "less_than_due", 500)]
    assert (world.tasks[-1]["kind"], world.tasks[-1]["done_at"]) == ("fee_return_failed", None)


@pytest.mark.req("S33", "P3")
def test_a_payment_of_unknown_outcome_is_asked_for_under_its_number_and_taken_once(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    world.rail.next_collect(ProviderUnavailable("fake", "timeout"), booked=True)
    assert pay(world, case_no).state == "open"
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


@pytest.mark.req("S37")
def test_the_same_request_pays_once_and_another_body_is_refused(world):
    _, case_no = under_way(world)
    withdraw(world, case_no)
    assert {pay(world, case_no) for _ in range(3)} == {FeeTried(case_no=case_no, state="paid")}
    assert world.rail.collected() == AMOUNT
    with pytest.raises(Reused):
        pay(world, case_no, "card")


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
    assert sum(isinstance(result, FeeTried) for result in results) == 1
    assert (world.rail.collected(), state(world, case_no)) == (AMOUNT, ("sending_back", "paid"))


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
