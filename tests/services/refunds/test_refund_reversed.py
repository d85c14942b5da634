"""A refund that had arrived comes back from the bank: owed again, told truthfully, paid when a person says so."""

from __future__ import annotations

from typing import Any

import pytest

from portal.domain.errors import ProviderUnavailable
from portal.ports import RefundAnswer
from portal.repos.unit_of_work import unit_of_work
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.refunds.recheck_refund import plan_recheck, recheck_refund
from portal.services.refunds.reconcile import reconcile_refunds
from portal.services.refunds.retry_refund_now import retry_refund_now
from tests.support.order_facts import make_order
from tests.support.reconciling import compare
from tests.support.world import World

pytestmark = pytest.mark.req("S12", "P3")


def refunded(world: World) -> tuple[str, str]:
    """An order that was cancelled, its money back: the order's number, the refund's."""
    order_no = world.take(make_order())
    world.cancel(order_no)
    world.settle()
    return order_no, world.refunds[0]["number"]


def sent_back(world: World, number: str) -> None:
    """Twenty days later the bank has sent it back, and something makes us ask."""
    world.clock.move(days=20)
    world.rail.settle(number, "failed")
    hint(world)
    work_all_jobs(deps=world.deps)


def hint(world: World) -> None:
    with unit_of_work(world.deps) as work:
        plan_recheck(work, world.refunds[0]["refund_id"])


def money(world: World) -> tuple[int, int]:
    payment = world.payments[0]
    return payment["refunded_minor"], payment["in_flight_minor"]


def test_its_money_is_owed_again_and_both_books_agree(world: World) -> None:
    _, number = refunded(world)
    assert money(world) == (1000, 0)
    sent_back(world, number)
    assert money(world) == (0, 1000)
    (refund,) = world.refunds
    assert (refund["state"], refund["settled_at"]) == ("failed", None)
    assert refund["reason"]
    assert reconcile_refunds(deps=world.deps) == []


def test_staff_have_a_task_with_a_time_and_the_customer_is_told_that_it_came_back(world: World) -> None:
    order_no, number = refunded(world)
    sent_back(world, number)
    (task,) = [task for task in world.tasks if task["kind"] == "refund_failed"]
    assert task["done_at"] is None
    assert task["deadline_at"] > world.clock.now()
    assert world.notices[-1] == "refund_reversed"
    assert world.events()[-1] == "rail:refund:reversed"
    assert world.order(order_no).state == "cancelled"


def test_it_is_not_sent_again_by_itself_and_goes_out_when_a_person_says_so(world: World) -> None:
    _, number = refunded(world)
    sent_back(world, number)
    calls = len(world.rail.calls)
    world.clock.move(days=3)
    world.settle()
    assert len(world.rail.calls) == calls and money(world) == (0, 1000)
    retry_refund_now(refund_no=number, actor=world.made.staff("agent"), request_id="r-1", deps=world.deps)
    world.settle()
    assert money(world) == (1000, 0)
    assert [task["done_at"] is None for task in world.tasks if task["kind"] == "refund_failed"] == [False]
    assert world.notices[-1] == "refund_succeeded"


def test_coming_back_twice_is_a_task_and_a_notice_twice(world: World) -> None:
    _, number = refunded(world)
    sent_back(world, number)
    retry_refund_now(refund_no=number, actor=world.made.staff("agent"), request_id="r-1", deps=world.deps)
    world.settle()
    sent_back(world, number)
    assert world.notices.count("refund_reversed") == 2
    assert [task["done_at"] for task in world.tasks if task["kind"] == "refund_failed"] == [None]
    assert money(world) == (0, 1000)


def test_a_hint_that_the_rail_does_not_confirm_changes_nothing(world: World) -> None:
    refunded(world)
    before = (world.refunds, world.events(), world.notices)
    hint(world)
    hint(world)
    work_all_jobs(deps=world.deps)
    assert (world.refunds, world.events(), world.notices) == before


def test_a_rail_that_does_not_answer_is_asked_again_later(world: World) -> None:
    _, number = refunded(world)
    world.rail.is_down = True
    sent_back(world, number)
    assert money(world) == (1000, 0)
    world.rail.is_down = False
    world.clock.move(minutes=10)
    work_all_jobs(deps=world.deps)
    assert money(world) == (0, 1000)


def test_two_that_ask_at_once_record_it_once(world: World) -> None:
    _, number = refunded(world)
    world.rail.settle(number, "failed")
    refund_id: Any = world.refunds[0]["refund_id"]
    for _ in range(2):
        recheck_refund(refund_id=refund_id, deps=world.deps)
    assert world.notices.count("refund_reversed") == 1
    assert world.events().count("rail:refund:reversed") == 1


def test_what_is_still_in_flight_is_left_to_its_own_job(world: World) -> None:
    order_no = world.take(make_order())
    world.cancel(order_no)
    world.rail.next_refund(ProviderUnavailable("fake", "timeout"))
    work_all_jobs(deps=world.deps)
    calls = len(world.rail.calls)
    recheck_refund(refund_id=world.refunds[0]["refund_id"], deps=world.deps)
    assert len(world.rail.calls) == calls


def test_a_callback_that_was_lost_is_healed_by_the_daily_comparison(world: World) -> None:
    _, number = refunded(world)
    world.clock.move(days=20)
    world.rail.settle(number, "failed")
    assert compare(world) == ["refund_not_theirs"]
    assert money(world) == (0, 1000)
    assert world.notices[-1] == "refund_reversed"
    assert compare(world) == []


def test_what_a_statement_does_not_have_yet_is_no_difference_where_the_rail_knows_the_number(world: World) -> None:
    refunded(world)
    world.clock.move(hours=1)
    # A bill of yesterday: nothing of today stands in it.
    world.rail.refunds_since = lambda since, until=None: ()
    assert reconcile_refunds(deps=world.deps) == []
    assert compare(world) == []


def test_a_rail_that_spends_its_numbers_is_not_asked_under_twenty_of_them_within_minutes(world: World) -> None:
    order_no = world.take(make_order())
    world.cancel(order_no)
    began = world.clock.now()
    for _ in range(12):
        world.rail.next_refund(RefundAnswer(outcome="failed", reason="declined"))
        world.rail.next_refund(RefundAnswer(outcome="number_spent"))
    while world.refunds[0]["number"][-2:] != "-6":
        world.settle(1)
        world.clock.move(minutes=1)
    assert (world.clock.now() - began).total_seconds() > 3600
