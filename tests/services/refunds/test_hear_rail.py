"""Callbacks of rails: signed or refused, never believed, harmless however often and in whatever order they come."""

from __future__ import annotations

import json
from threading import Barrier, Thread
from typing import Any

import pytest

from portal.domain.errors import NotFound
from portal.domain.money import Money
from portal.models.rail import PaymentDispute
from portal.ports import BadNotice, CollectAnswer
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.refunds.hear_rail import hear_rail
from tests.support.fake_rails import FakeConnectedRail
from tests.support.fees import pay, under_way, withdraw
from tests.support.order_facts import make_order
from tests.support.rails import STRIPE, with_rail
from tests.support.world import World

pytestmark = pytest.mark.req("P14", "N7")


@pytest.fixture
def rail(world: World) -> FakeConnectedRail:
    return with_rail(world)


def cancelled(world: World) -> str:
    """Its refund, sent and pending."""
    world.cancel(world.take(make_order()))
    work_all_jobs(deps=world.deps)
    return str(world.refunds[0]["number"])


def hear(world: World, *, signed: str = "yes", kind: str = "merchant", **said: Any) -> None:
    body = json.dumps(said).encode()
    hear_rail(shop_key="tepai", kind=kind, headers={"Signed": signed}, body=body, deps=world.deps)


def open_tasks(world: World) -> list[str]:
    return [task["kind"] for task in world.tasks if task["done_at"] is None]


def payment(world: World) -> tuple[int, int]:
    (row,) = world.payments
    return row["refunded_minor"], row["in_flight_minor"]


def test_what_is_not_signed_is_refused_and_nobody_is_called(world: World, rail: FakeConnectedRail) -> None:
    number = cancelled(world)
    before = list(rail.calls)
    with pytest.raises(BadNotice):
        hear(world, signed="no", about="refund", number=number)
    work_all_jobs(deps=world.deps)
    assert rail.calls == before


def test_a_shop_or_a_rail_that_is_not_there_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        hear(world, about="refund", number="x")


def test_a_notice_only_has_the_rail_asked(world: World, rail: FakeConnectedRail) -> None:
    number = cancelled(world)
    hear(world, about="refund", number=number, amount=1000)
    assert world.refunds[0]["state"] == "pending"
    rail.settle()
    work_all_jobs(deps=world.deps)
    assert world.refunds[0]["state"] == "succeeded"


def test_a_notice_with_another_amount_is_a_task_and_no_state(world: World, rail: FakeConnectedRail) -> None:
    number = cancelled(world)
    rail.settle()
    calls = list(rail.calls)
    hear(world, about="refund", number=number, amount=1)
    assert work_all_jobs(deps=world.deps) == 0 and rail.calls == calls
    assert open_tasks(world) == ["notice_differs"] and world.refunds[0]["state"] == "pending"


@pytest.mark.parametrize(("said", "tasks"), [(500, []), (1200, ["notice_differs"])])
def test_of_a_fee_that_goes_back_the_amount_is_what_was_taken(world: World, said: int, tasks: list[str]) -> None:
    rail = with_rail(world, STRIPE)
    _, case_no = under_way(world)
    withdraw(world, case_no)
    rail.next_collect(CollectAnswer(outcome="paid", amount=Money(500, "CNY")))
    pay(world, case_no, method="card")
    work_all_jobs(deps=world.deps)
    hear(world, kind="stripe", about="refund", number=f"{case_no}-F1-1-R1", amount=said)
    assert [kind for kind in open_tasks(world) if kind == "notice_differs"] == tasks


def test_a_number_that_is_not_ours_leads_to_nothing(world: World, rail: FakeConnectedRail) -> None:
    cancelled(world)
    hear(world, about="refund", number="console-7")
    hear(world, about="nothing")
    assert open_tasks(world) == []


def test_the_same_notice_again_and_at_once_settles_once(world: World, rail: FakeConnectedRail) -> None:
    number = cancelled(world)
    rail.settle()
    at_once = Barrier(4)

    def arrive() -> None:
        at_once.wait()
        hear(world, about="refund", number=number, amount=1000)

    arrivals = [Thread(target=arrive) for _ in range(4)]
    for one in arrivals:
        one.start()
    for one in arrivals:
        one.join()
    world.settle(3)
    assert payment(world) == (1000, 0) and world.notices.count("refund_succeeded") == 1


def test_what_had_arrived_and_is_sent_back_is_owed_again_and_a_person_is_told(
    world: World, rail: FakeConnectedRail
) -> None:
    number = cancelled(world)
    world.settle(3)
    assert payment(world) == (1000, 0)
    rail.settle(number, "failed")
    for _ in range(2):
        hear(world, about="refund", number=number)
        work_all_jobs(deps=world.deps)
    assert world.refunds[0]["state"] == "failed" and payment(world) == (0, 1000)
    assert open_tasks(world) == ["refund_failed"] and world.notices.count("refund_reversed") == 1


@pytest.mark.req("P21")
def test_a_payment_in_dispute_holds_refunds_and_one_that_is_won_lets_them_go(
    world: World, rail: FakeConnectedRail
) -> None:
    number = world.take(make_order())
    dispute = {"about": "dispute", "number": f"{number}-p-1", "amount": 1000}
    hear(world, **dispute, dispute="open")
    world.cancel(number)
    world.settle(3)
    assert world.refunds[0]["state"] == "planned" and rail.calls == []
    assert open_tasks(world) == ["payment_disputed"]
    hear(world, **dispute, dispute="won")
    hear(world, **dispute, dispute="open")
    world.settle(3)
    assert world.refunds[0]["state"] == "succeeded" and open_tasks(world) == []


@pytest.mark.req("P21")
def test_a_lost_dispute_counts_as_given_back(world: World, rail: FakeConnectedRail) -> None:
    number = world.take(make_order())
    dispute = {"about": "dispute", "number": "pi_1", "amount": 400, "dispute": "lost"}
    hear(world, **dispute)
    assert world.rows(PaymentDispute) == []
    dispute["number"] = f"{number}-p-1"
    for _ in range(2):
        hear(world, **dispute)
    assert payment(world) == (400, 0) and open_tasks(world) == ["dispute_lost"]


@pytest.mark.req("P21")
def test_what_was_lost_is_not_refunded_once_more(world: World, rail: FakeConnectedRail) -> None:
    number = world.take(make_order())
    dispute = {"about": "dispute", "number": f"{number}-p-1", "amount": 1000}
    hear(world, **dispute, dispute="open")
    world.cancel(number)
    hear(world, **dispute, dispute="lost")
    world.settle(3)
    assert payment(world) == (1000, 0) and rail.calls == [] and open_tasks(world) == ["dispute_lost"]


@pytest.mark.req("S12")
def test_a_notice_about_what_is_parked_has_it_asked_about_again(world: World, rail: FakeConnectedRail) -> None:
    number = cancelled(world)
    with world.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE refund SET parked_at = created_at")
        connection.exec_driver_sql("UPDATE job SET done_at = created_at WHERE kind = 'refund'")
    world.settle(2)
    assert world.refunds[0]["parked_at"]
    hear(world, about="refund", number=number)
    world.settle(2)
    assert (world.refunds[0]["state"], world.refunds[0]["parked_at"]) == ("succeeded", None)
