"""Results of the shop's own system, in whatever order they come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.domain.errors import Conflict, NotFound, ProviderUnavailable
from portal.domain.money import Money
from portal.models.job import Job
from portal.ports import RefundAnswer
from portal.repos.unit_of_work import unit_of_work
from portal.services.jobs.leases import lease_batch
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.refunds.take_result import take_result
from tests.support.order_facts import make_order
from tests.support.rails import operator, with_rail
from tests.support.reconciling import compare
from tests.support.world import World

pytestmark = pytest.mark.req("P14", "N7")


def cancelled(world: World) -> str:
    world.cancel(world.take(make_order()))
    work_all_jobs(deps=world.deps)
    return str(world.refunds[0]["number"])


def say(world: World, number: str, state: str, **more: Any) -> str:
    said = RefundAnswer(outcome=state, **more)  # type: ignore[arg-type]
    actor = operator(world)
    return take_result(refund_no=number, said=said, actor=actor, request_id=None, deps=world.deps).state


def test_a_result_settles_the_refund_with_what_it_names(world: World) -> None:
    with_rail(world)
    number = cancelled(world)
    assert say(world, number, "succeeded", reference="m-7", trace="T1") == "succeeded"
    assert say(world, number, "pending") == "succeeded"
    assert say(world, number, "succeeded") == "succeeded"
    (refund,), (payment,) = world.refunds, world.payments
    assert (refund["rail_reference"], refund["trace"], payment["refunded_minor"]) == ("m-7", "T1", 1000)
    assert world.notices.count("refund_succeeded") == 1


def test_what_succeeded_may_fail_and_then_succeed_after_all(world: World) -> None:
    with_rail(world)
    number = cancelled(world)
    say(world, number, "succeeded")
    assert say(world, number, "failed", reason="账户已注销") == "failed"
    (payment,) = world.payments
    assert (payment["refunded_minor"], payment["in_flight_minor"]) == (0, 1000)
    assert [task["kind"] for task in world.tasks if task["done_at"] is None] == ["refund_failed"]
    assert say(world, number, "succeeded") == "succeeded"
    assert [task for task in world.tasks if task["done_at"] is None] == []


def test_a_parked_refund_goes_on_with_the_result(world: World) -> None:
    rail = with_rail(world)
    world.cancel(world.take(make_order()))
    rail.next_refund(ProviderUnavailable("merchant", "timeout"))
    work_all_jobs(deps=world.deps)
    number = str(world.refunds[0]["number"])
    assert say(world, number, "pending") == "pending"
    assert say(world, number, "succeeded") == "succeeded"


def test_a_result_ends_the_job_that_a_worker_has_in_hand(world: World) -> None:
    """The worker has asked in vain just now, and is about to write down that it asks again in days."""
    rail = with_rail(world)
    rail.next_refund(RefundAnswer(outcome="pending"))
    number = cancelled(world)
    world.clock.move(days=30)
    held = lease_batch(deps=world.deps, worker="one", most=20)
    (job,) = [job for job in held.jobs if job.kind == "refund"]
    assert say(world, number, "succeeded") == "succeeded"
    with unit_of_work(world.deps) as work:
        work.jobs.again(job, run_at=work.now + timedelta(days=3), attempts=1)
    assert [row["kind"] for row in world.rows(Job) if row["kind"] == "refund" and row["done_at"] is None] == []


def open_tasks(world: World) -> list[tuple[str, str]]:
    return [(task["kind"], task["detail"].get("code", "")) for task in world.tasks if task["done_at"] is None]


def test_a_result_that_names_another_amount_is_a_task_and_no_state(world: World) -> None:
    with_rail(world)
    number = cancelled(world)
    for _ in range(2):
        assert say(world, number, "succeeded", amount=Money(999, "CNY")) == "pending"
    assert open_tasks(world) == [("notice_differs", "")] and world.payments[0]["refunded_minor"] == 0
    assert say(world, number, "succeeded", amount=Money(1000, "CNY")) == "succeeded"


def test_a_number_that_was_given_up_and_arrives_after_all_is_a_task_that_no_comparison_takes_back(
    world: World,
) -> None:
    rail = with_rail(world)
    number = cancelled(world)
    assert say(world, number, "failed", reason="余额不足") == "failed"
    rail.next_refund(RefundAnswer(outcome="number_spent"))
    rail.settle(number, "failed")
    world.settle()
    assert world.refunds[0]["number"] == number.replace("-1", "-2")
    for state in ("failed", "pending", "succeeded", "succeeded"):
        say(world, number, state)
    compare(world)
    assert open_tasks(world) == [("rail_differs", "refund_done_there")]
    assert world.payments[0]["refunded_minor"] == 1000


def test_only_what_the_merchant_rail_was_asked_for_has_a_result(world: World) -> None:
    number = cancelled(world)
    with pytest.raises(Conflict, match="not_merchant"):
        say(world, number, "succeeded")
    for nobody in ("nobody-1", number.replace("-1", "-2"), number.replace("-1", ""), number.replace("-1", "-٢")):
        with pytest.raises(NotFound):
            say(world, nobody, "succeeded")
    assert world.payments[0]["refunded_minor"] == 0
