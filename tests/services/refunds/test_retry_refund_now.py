"""Refunds that fail are tried again by hand, tasks are ticked off (S42, S12, N7)."""

from __future__ import annotations

import pytest

from portal.domain.errors import Conflict, Forbidden, NotFound
from portal.domain.shops.settings import ShopSettings
from portal.pages.staff.refunds import staff_refunds_page
from portal.ports import RefundAnswer
from portal.repos.unit_of_work import unit_of_work
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.refunds.retry_refund_now import finish_task, retry_refund_now
from tests.support.make import make_staff
from tests.support.order_facts import make_order
from tests.support.world import World


@pytest.fixture
def failed(world: World) -> str:
    """The number of a refund that its rail has refused."""
    make_staff(world.deps, "agent-1", "agent")
    world.cancel(world.take(make_order()))
    world.rail.next_refund(RefundAnswer(outcome="failed", reason="账户已注销"))
    work_all_jobs(deps=world.deps)
    return str(world.refunds[0]["number"])


def page(world: World):
    return staff_refunds_page(actor=world.made.staff("agent"), settings=ShopSettings(), deps=world.deps)


@pytest.mark.req("S42", "S12", "N7")
def test_a_failed_refund_is_listed_and_goes_out_again_under_the_same_number(world: World, failed: str) -> None:
    listed = page(world)
    assert [(refund.refund_no, refund.trouble, refund.reason) for refund in listed.refunds] == [
        (failed, "failed", "账户已注销")
    ]
    assert [(task.kind, task.closes_itself) for task in listed.tasks] == [("refund_failed", True)]
    assert work_all_jobs(deps=world.deps) == 0
    retry_refund_now(refund_no=failed, actor=world.made.staff("agent"), request_id="h1", deps=world.deps)
    world.rail.settle()
    world.settle()
    assert (world.refunds[0]["number"], world.refunds[0]["state"]) == (failed, "succeeded")
    assert (page(world).refunds, page(world).tasks) == ((), ())
    with pytest.raises(Conflict):
        retry_refund_now(refund_no=failed, actor=world.made.staff("agent"), request_id="h2", deps=world.deps)


def test_a_job_that_was_given_up_comes_back(world: World, failed: str) -> None:
    with world.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE job SET dead_at = created_at WHERE kind = 'refund'")
    retry_refund_now(refund_no=failed, actor=world.made.staff("supervisor"), request_id="h1", deps=world.deps)
    world.settle()
    assert world.refunds[0]["state"] == "succeeded"


def test_who_may_not_and_what_is_not_there(world: World, failed: str) -> None:
    with pytest.raises(Forbidden):
        retry_refund_now(refund_no=failed, actor=world.made.staff("auditor"), request_id="h1", deps=world.deps)
    with pytest.raises(NotFound):
        retry_refund_now(refund_no="R-none", actor=world.made.staff("agent"), request_id="h2", deps=world.deps)
    with pytest.raises(NotFound):
        finish_task(task_id=world.tasks[0]["id"], actor=world.made.staff("agent"), request_id="t1", deps=world.deps)
    assert world.tasks[0]["done_at"] is None


@pytest.mark.req("S12", "N7")
def test_a_refund_that_has_not_arrived_after_an_hour_is_listed_as_stuck(world: World) -> None:
    world.cancel(world.take(make_order()))
    assert page(world).refunds == ()
    world.clock.move(hours=1, seconds=1)
    assert [refund.trouble for refund in page(world).refunds] == ["waiting"]
    world.rail.next_refund(RefundAnswer(outcome="pending"))
    work_all_jobs(deps=world.deps)
    assert [refund.trouble for refund in page(world).refunds] == ["stuck"]


def test_a_task_that_only_a_person_can_end_is_ticked_off_once(world: World) -> None:
    make_staff(world.deps, "agent-1", "agent")
    with unit_of_work(world.deps) as work:
        work.tasks.open(world.made.shop_id, "payment_left", dedup_key="payment_left:1", detail={})
    task_id = page(world).tasks[0].id
    for _ in range(2):
        finish_task(task_id=task_id, actor=world.made.staff("agent"), request_id="t1", deps=world.deps)
    assert page(world).tasks == ()
    with pytest.raises(NotFound):
        finish_task(task_id=task_id, actor=world.made.staff("agent"), request_id="t2", deps=world.deps)
