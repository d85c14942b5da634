from datetime import timedelta

import pytest

from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.domain.refunds.life_cycle import MOST_SERIES
from portal.ports import RefundAnswer, RefundAsk
from portal.services.deadlines.run import run_deadlines
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.refunds.reconcile import reconcile_refunds
from portal.services.refunds.retry_refund_now import retry_refund_now
from tests.support.order_facts import make_line, make_order

SECOND = timedelta(seconds=1)


def cancelled(world, **values):
    number = world.take(make_order(**values))
    world.cancel(number)
    return number


def press_retry(world):
    refund = world.refunds[0]
    press = {"request_id": f"press-{refund['series']}", "actor": world.made.staff("agent")}
    retry_refund_now(refund_no=refund["number"], **press, deps=world.deps)


@pytest.mark.req("N7", "P3")
def test_the_number_is_stored_before_the_first_call(world):
    cancelled(world)
    number = world.refunds[0]["number"]
    work_all_jobs(deps=world.deps)
    assert {called for _, called in world.rail.calls} == {number}


@pytest.mark.req("N7")
def test_a_provider_that_is_down_is_asked_again_under_the_same_number(world):
    cancelled(world)
    world.rail.is_down = True
    world.settle(4)
    assert [r["state"] for r in world.refunds] == ["submitted"]
    world.rail.is_down = False
    world.settle()
    assert [r["state"] for r in world.refunds] == ["succeeded"]
    assert len({called for _, called in world.rail.calls}) == 1
    assert moved(world) == 1000


@pytest.mark.req("N7")
def test_a_call_that_timed_out_but_was_booked_pays_once(world):
    cancelled(world)
    world.rail.next_refund(ProviderUnavailable("sandbox", "timeout"), booked=True)
    world.settle()
    assert [r["state"] for r in world.refunds] == ["succeeded"]
    assert moved(world) == 1000


@pytest.mark.req("N7")
def test_a_reply_that_lies_is_not_believed(world):
    cancelled(world)
    world.rail.next_refund(RefundAnswer(outcome="succeeded"), booked=False)
    work_all_jobs(deps=world.deps)
    assert world.refunds[0]["state"] == "submitted"
    assert world.payments[0]["refunded_minor"] == 0
    world.settle()
    assert moved(world) == 1000


@pytest.mark.req("N7", "P6", "S15")
def test_a_failed_refund_is_told_given_to_staff_and_tried_again_under_its_number(world):
    number = cancelled(world)
    world.rail.next_refund(RefundAnswer(outcome="failed", reason="账户状态异常"), booked=False)
    work_all_jobs(deps=world.deps)
    refund = world.refunds[0]
    assert (refund["state"], refund["reason"]) == ("failed", "账户状态异常")
    assert world.order(number).state == "cancelled"
    assert [task["kind"] for task in world.tasks] == ["refund_failed"]
    assert "refund_failed" in world.notices
    assert world.payments[0]["in_flight_minor"] == 1000
    world.settle()
    assert (world.refunds[0]["state"], world.refunds[0]["number"]) == ("succeeded", refund["number"])
    assert world.tasks[0]["done_at"] is not None


@pytest.mark.req("N10", "S15")
def test_a_failed_refund_is_escalated_once_when_staff_have_had_a_working_day(world):
    cancelled(world)
    world.rail.next_refund(RefundAnswer(outcome="failed", reason="账户状态异常"), booked=False)
    work_all_jobs(deps=world.deps)
    ends = world.tasks[0]["deadline_at"]
    assert ends > world.clock.now()
    assert run_deadlines(as_of=ends, deps=world.deps)["refund_escalated"] == 0
    assert run_deadlines(as_of=ends + SECOND, deps=world.deps)["refund_escalated"] == 1
    assert run_deadlines(as_of=ends + SECOND, deps=world.deps)["refund_escalated"] == 0
    assert world.tasks[0]["escalated_at"] is not None and world.tasks[0]["done_at"] is None
    assert "system:refund:escalated" in world.events()
    world.settle()
    assert world.refunds[0]["state"] == "succeeded"


@pytest.mark.req("N10")
def test_a_refund_that_went_through_in_time_is_not_escalated(world):
    cancelled(world)
    world.rail.next_refund(RefundAnswer(outcome="failed", reason="账户状态异常"), booked=False)
    work_all_jobs(deps=world.deps)
    ends = world.tasks[0]["deadline_at"]
    world.settle()
    assert run_deadlines(as_of=ends + SECOND, deps=world.deps)["refund_escalated"] == 0


@pytest.mark.req("N7")
def test_only_a_spent_number_makes_a_new_one(world):
    cancelled(world)
    first = world.refunds[0]["number"]
    world.rail.next_refund(RefundAnswer(outcome="number_spent"), booked=False)
    world.settle()
    refund = world.refunds[0]
    assert (refund["number"], refund["series"]) == (first.removesuffix("1") + "2", 2)
    assert moved(world) == 1000


@pytest.mark.req("N7")
def test_when_all_numbers_are_spent_each_press_of_a_person_takes_one_more(world):
    cancelled(world)
    spent = RefundAnswer(outcome="number_spent")
    for _ in range(MOST_SERIES):
        world.rail.next_refund(spent)
    world.settle(30)
    assert (world.refunds[0]["state"], world.refunds[0]["series"]) == ("failed", MOST_SERIES)
    for _ in range(2):
        world.rail.next_refund(spent)
    press_retry(world)
    world.settle()
    assert (world.refunds[0]["state"], world.refunds[0]["series"]) == ("failed", MOST_SERIES + 1)
    world.rail.next_refund(spent)
    press_retry(world)
    world.settle()
    assert (world.refunds[0]["state"], world.refunds[0]["series"]) == ("succeeded", MOST_SERIES + 2)
    assert moved(world) == 1000


@pytest.mark.req("P3")
def test_one_refund_of_a_payment_is_in_flight_at_a_time(world):
    number = world.take(make_order(make_line("1", 3, 3000)))
    world.cancel(number, (("1", 1),))
    world.cancel(number, (("1", 1),), request_id="second")
    work_all_jobs(deps=world.deps)
    assert sorted(r["state"] for r in world.refunds) == ["pending", "planned"]
    world.settle()
    assert [r["state"] for r in world.refunds] == ["succeeded", "succeeded"]
    assert world.payments[0]["refunded_minor"] == 2000


@pytest.mark.req("P14", "N7")
@pytest.mark.parametrize("outcome", ["succeeded", "pending"])
@pytest.mark.parametrize("said", [Money(1, "CNY"), Money(3000, "JPY"), Money(0, "CNY")])
def test_an_amount_the_rail_booked_otherwise_is_a_task_and_no_state(world, outcome, said):
    cancelled(world)
    world.rail.next_find(RefundAnswer(outcome=outcome, amount=said))
    work_all_jobs(deps=world.deps)
    assert world.refunds[0]["state"] == "submitted" and "refund_failed" not in world.notices
    (task,) = [task for task in world.tasks if task["kind"] == "notice_differs"]
    assert task["detail"]["reason"].endswith(f"/ {said.decimal()} {said.currency}")
    world.settle()
    assert world.refunds[0]["state"] == "succeeded"
    assert [what for what, _ in world.rail.calls].count("refund") == 1


@pytest.mark.req("S12")
def test_each_tender_gets_its_own_part(world):
    order = make_order(make_line("1", 1, 3000), tenders=(("card", 1000), ("alipay", 1500), ("gift_card", 500)))
    world.cancel(world.take(order))
    world.settle()
    assert [(r["method"], r["amount_minor"]) for r in world.refunds] == [
        ("gift_card", 500),
        ("alipay", 1500),
        ("card", 1000),
    ]
    assert all(p["refunded_minor"] == p["captured_minor"] for p in world.payments)


@pytest.mark.req("N7")
def test_reconciliation_finds_what_was_refunded_by_hand_and_nothing_else(world):
    cancelled(world)
    world.settle()
    assert reconcile_refunds(deps=world.deps) == []
    world.rail.refund_at_console(
        RefundAsk(
            number="by-hand-1",
            payment_reference="elsewhere",
            payment_id="p-9",
            order_no="A-9",
            method="alipay",
            amount=Money(100, "CNY"),
            captured=Money(100, "CNY"),
        )
    )
    found = reconcile_refunds(deps=world.deps)
    assert len(found) == 1
    assert "by-hand-1" in found[0]


def moved(world):
    return sum(world.rail.moved(payment["reference"]) for payment in world.payments)
