"""A refund that nobody can be asked about is for a person, in whatever state it is (PAYMENTS rule 13)."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from portal.domain.errors import ProviderUnavailable
from portal.domain.refunds.life_cycle import MOST_ATTEMPTS, RefundState
from portal.models.job import Job
from portal.ports import NoLookUp, RefundAnswer
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.refunds.note_differences import plan_reconciliation
from portal.services.refunds.retry_refund_now import retry_refund_now
from portal.services.refunds.take_result import take_result
from tests.support.fake_rails import FakeConnectedRail
from tests.support.make import make_staff
from tests.support.order_facts import make_order
from tests.support.rails import operator, with_rail
from tests.support.world import World

pytestmark = pytest.mark.req("P14", "N7")
Meanwhile = Callable[[], object]


def nothing() -> None:
    """Nobody says anything meanwhile."""


def cannot_be_asked(rail: FakeConnectedRail, *, is_lost: bool = False, meanwhile: Meanwhile = nothing) -> None:
    """`meanwhile`: what happens while it is asked."""

    def refuse(_ask: object) -> RefundAnswer:
        meanwhile()
        raise NoLookUp(is_lost=is_lost)

    rail.find_refund = refuse  # type: ignore[method-assign]


def sent(world: World, rail: FakeConnectedRail, state: RefundState) -> str:
    """A refund that is submitted (its answer was lost) or pending, by its number."""
    if state == "submitted":
        rail.next_refund(ProviderUnavailable("merchant", "timeout"))
    world.cancel(world.take(make_order()))
    work_all_jobs(deps=world.deps)
    (refund,) = world.refunds
    assert (refund["state"], refund["parked_at"]) == (state, None)
    return str(refund["number"])


def say(world: World, number: str, state: str) -> None:
    said = RefundAnswer(outcome=state)  # type: ignore[arg-type]
    take_result(refund_no=number, said=said, actor=operator(world), request_id=None, deps=world.deps)


def parked(world: World) -> tuple[str, bool, list[str]]:
    """Its state, whether it is parked, and open tasks."""
    (refund,) = world.refunds
    tasks = [task["kind"] for task in world.tasks if task["done_at"] is None]
    return refund["state"], refund["parked_at"] is not None, tasks


PARKS: dict[RefundState, tuple[bool, bool]] = {
    "planned": (False, False),
    "submitted": (True, True),
    "pending": (False, True),
    "failed": (False, False),
    "succeeded": (False, False),
}
"""Whether a rail that cannot be asked has it parked at once, and one that has lost sight of it itself."""
assert PARKS.keys() == set(get_args(RefundState))


@pytest.mark.parametrize("is_lost", [False, True])
@pytest.mark.parametrize("state", ["submitted", "pending"])
def test_what_was_sent_and_cannot_be_asked_about(world: World, state: RefundState, is_lost: bool) -> None:
    rail = with_rail(world)
    cannot_be_asked(rail, is_lost=is_lost)
    sent(world, rail, state)
    calls = list(rail.calls)
    world.settle(3)
    parks = PARKS[state][is_lost]
    assert parked(world) == (state, parks, ["refund_parked"] if parks else [])
    assert rail.calls == calls


@pytest.mark.parametrize("is_lost", [False, True])
@pytest.mark.parametrize("state", ["failed", "succeeded"])
def test_what_was_settled_while_it_was_asked_about_is_not_parked(
    world: World, state: RefundState, is_lost: bool
) -> None:
    rail = with_rail(world)
    number = sent(world, rail, "submitted")
    cannot_be_asked(rail, is_lost=is_lost, meanwhile=lambda: say(world, number, state))
    world.clock.move(seconds=70)
    work_all_jobs(deps=world.deps)
    assert parked(world) == (state, PARKS[state][is_lost], ["refund_failed"] if state == "failed" else [])


def test_what_was_never_sent_is_sent(world: World) -> None:
    rail = with_rail(world)
    cannot_be_asked(rail)
    world.cancel(world.take(make_order()))
    assert parked(world) == ("planned", PARKS["planned"][False], [])
    work_all_jobs(deps=world.deps)
    assert parked(world) == ("pending", False, [])


def test_a_word_that_never_comes_is_for_a_person_once_its_customer_expects_the_money(world: World) -> None:
    rail = with_rail(world)
    cannot_be_asked(rail)
    number = sent(world, rail, "pending")
    expected = world.refunds[0]["arrival_to"]
    while world.clock.now().astimezone(ZoneInfo("Asia/Shanghai")).date() <= expected:
        assert parked(world) == ("pending", False, [])
        world.clock.move(hours=6)
        work_all_jobs(deps=world.deps)
    world.clock.move(days=1)
    work_all_jobs(deps=world.deps)
    assert parked(world) == ("pending", True, ["refund_parked"])
    say(world, number, "succeeded")
    assert parked(world) == ("succeeded", False, [])


def test_a_press_counts_though_the_worker_that_has_parked_it_is_not_done_yet(world: World) -> None:
    rail = with_rail(world)
    cannot_be_asked(rail)
    number = sent(world, rail, "submitted")
    world.settle(2)
    of_refund, held = Job.__table__.c.kind == "refund", {"done_at": None, "lease": "w/1"}
    with world.deps.database.writing() as connection:
        connection.execute(update(Job.__table__).where(of_refund).values(held))
    make_staff(world.deps, "agent-1", "agent")
    retry_refund_now(refund_no=number, actor=world.made.staff("agent"), request_id="r-1", deps=world.deps)
    with world.deps.database.writing() as connection:
        done = {"done_at": world.clock.now(), "lease": None}
        connection.execute(update(Job.__table__).where(of_refund, Job.__table__.c.lease == "w/1").values(done))
    work_all_jobs(deps=world.deps)
    assert [call for call in rail.calls if call[0] == "refund"] == [("refund", number)] * 2
    assert parked(world) == ("pending", False, [])
    say(world, number, "succeeded")
    assert [job for job in world.rows(Job) if job["kind"] == "refund" and job["done_at"] is None] == []


def test_a_person_has_it_sent_once_more_under_its_number_whatever_its_state(world: World) -> None:
    rail = with_rail(world)
    cannot_be_asked(rail, is_lost=True)
    number = sent(world, rail, "pending")
    world.settle(2)
    make_staff(world.deps, "agent-1", "agent")
    agent = world.made.staff("agent")
    rail.next_refund(RefundAnswer(outcome="pending"))
    retry_refund_now(refund_no=number, actor=agent, request_id="r-1", deps=world.deps)
    work_all_jobs(deps=world.deps)
    assert [call for call in rail.calls if call[0] == "refund"] == [("refund", number)] * 2
    assert parked(world) == ("pending", False, [])
    world.settle(2)
    assert parked(world) == ("pending", True, ["refund_parked"])


def down_for_days(world: World, rail: FakeConnectedRail) -> str:
    """The number of a refund whose rail has not answered about three days long."""
    number = sent(world, rail, "submitted")
    with world.deps.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE refund SET attempts = {MOST_ATTEMPTS - 1}")
    rail.is_down = True
    for _ in range(2):
        assert parked(world) == ("submitted", False, [])
        world.clock.move(minutes=11)
        work_all_jobs(deps=world.deps)
    return number


def test_a_rail_that_does_not_answer_for_days_is_for_a_person_who_may_have_it_sent(world: World) -> None:
    rail = with_rail(world)
    number = down_for_days(world, rail)
    assert parked(world) == ("submitted", True, ["refund_parked"])
    calls = list(rail.calls)
    world.settle(5)
    assert rail.calls == calls
    rail.is_down = False
    make_staff(world.deps, "agent-1", "agent")
    retry_refund_now(refund_no=number, actor=world.made.staff("agent"), request_id="r-1", deps=world.deps)
    world.settle(2)
    assert parked(world) == ("succeeded", False, [])


@pytest.mark.parametrize("is_away_still", [True, False])
def test_it_is_asked_about_once_a_day_and_goes_on_by_itself_once_its_rail_answers(
    world: World, is_away_still: bool
) -> None:
    rail = with_rail(world)
    down_for_days(world, rail)
    rail.is_down = is_away_still
    world.clock.move(days=1)
    plan_reconciliation(deps=world.deps)
    world.settle(3)
    waiting = ("submitted", True, ["refund_parked", "rail_uncompared"])
    assert parked(world) == (waiting if is_away_still else ("succeeded", False, []))
    assert [job for job in world.rows(Job) if job["kind"] == "refund_recheck" and job["done_at"] is None] == []


def test_what_failed_as_often_is_sent_by_a_press_alone(world: World) -> None:
    rail = with_rail(world)
    rail.next_refund(RefundAnswer(outcome="failed", reason="账户已注销"))
    world.cancel(world.take(make_order()))
    work_all_jobs(deps=world.deps)
    with world.deps.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE refund SET attempts = {MOST_ATTEMPTS}")
    calls = list(rail.calls)
    world.settle(5)
    assert (parked(world)[0], rail.calls) == ("failed", calls)
    make_staff(world.deps, "agent-1", "agent")
    number = world.refunds[0]["number"]
    retry_refund_now(refund_no=number, actor=world.made.staff("agent"), request_id="r-1", deps=world.deps)
    world.settle(2)
    assert parked(world) == ("succeeded", False, [])
