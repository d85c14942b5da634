"""Between two transactions anything may happen: the worker's lease runs out, the clock jumps, one row is poison."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.domain.errors import ProviderUnavailable
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.orders.order import Discount
from portal.domain.results import OfOrder
from portal.models.job import Job
from portal.ports import RefundAnswer
from portal.repos.unit_of_work import unit_of_work
from portal.services.deadlines.run import run_deadlines
from portal.services.jobs.leases import LEASE
from portal.services.jobs.work_jobs import GIVE_UP_AFTER, correct_future_times, free_leases, work_all_jobs, work_one_job
from portal.services.refunds.refund_money import refund_money
from tests.support.fake_rail import FakeRail
from tests.support.make import make_shop
from tests.support.order_facts import NOON, make_line, make_order
from tests.support.world import World


class WorkerKilled(BaseException):
    pass


def job_of(world: World, kind: str = "refund") -> Any:
    return next(row for row in world.rows(Job) if row["kind"] == kind)


def on_rail(world: World, rail: FakeRail) -> World:
    world.rail, world.deps = rail, replace(world.deps, rail=rail)
    return world


@pytest.mark.req("N7", "P3")
def test_an_answer_about_a_spent_number_never_spends_the_next_one_too(world: World) -> None:
    """Two workers hear that the number is spent; the slower one must not move on from the faster one's new number."""

    class SlowRail(FakeRail):
        meanwhile: Any = None

        def refund(self, ask: Any) -> RefundAnswer:
            if self.meanwhile:
                act, self.meanwhile = self.meanwhile, None
                act()
                return RefundAnswer(outcome="number_spent")
            return super().refund(ask)

    on_rail(world, SlowRail(world.clock))
    world.cancel(world.take(make_order()))
    refund_id = world.refunds[0]["refund_id"]

    def another_worker() -> None:
        world.rail.next_refund(RefundAnswer(outcome="number_spent"))
        refund_money(refund_id=refund_id, deps=world.deps)
        refund_money(refund_id=refund_id, deps=world.deps)

    world.rail.meanwhile = another_worker  # type: ignore[attr-defined]
    refund_money(refund_id=refund_id, deps=world.deps)
    assert world.refunds[0]["series"] == 2
    world.settle()
    assert sum(world.rail.moved(payment["reference"]) for payment in world.payments) == 1000
    assert world.refunds[0]["number"] in {number for _, number in world.rail.calls}


@pytest.mark.req("N7")
def test_a_refund_that_pends_for_long_is_not_given_up_for_one_mishap(world: World) -> None:
    world.cancel(world.take(make_order()))
    for _ in range(GIVE_UP_AFTER + 5):
        world.rail.next_find(RefundAnswer(outcome="pending"))
        work_all_jobs(deps=world.deps)
        world.clock.move(seconds=30)
    world.rail.next_find(RuntimeError("a mishap"))  # type: ignore[arg-type]
    world.settle(20)
    assert job_of(world)["dead_at"] is None
    assert [refund["state"] for refund in world.refunds] == ["succeeded"]


@pytest.mark.req("N7")
def test_an_outage_of_any_length_buries_nothing(world: World) -> None:
    world.cancel(world.take(make_order()))
    world.mailer.is_down = world.rail.is_down = True
    for _ in range(GIVE_UP_AFTER + 20):
        work_all_jobs(deps=world.deps)
        world.clock.move(seconds=600)
    assert not any(row["dead_at"] for row in world.rows(Job))
    world.mailer.is_down = world.rail.is_down = False
    world.settle(20)
    world.clock.move(hours=12)  # at night no text goes out
    work_all_jobs(deps=world.deps)
    assert all(row["done_at"] for row in world.rows(Job))


@pytest.mark.req("N7")
def test_what_a_killed_worker_had_in_hand_goes_on_at_once_under_the_next_of_its_name(world: World) -> None:
    class DeadlyRail(FakeRail):
        def refund(self, ask: Any) -> RefundAnswer:
            raise WorkerKilled

    rail = world.rail
    on_rail(world, DeadlyRail(world.clock))
    world.cancel(world.take(make_order(), customer_id=None), actor=world.made.staff("agent"))
    with pytest.raises(WorkerKilled):
        work_one_job(deps=world.deps, worker="here:8000")
    on_rail(world, rail)
    # What is told to the guest meanwhile has a job of its own.
    work_all_jobs(deps=world.deps)
    free_leases(worker="here:80", deps=world.deps)
    assert not work_one_job(deps=world.deps)
    free_leases(worker="here:8000", deps=world.deps)
    assert work_one_job(deps=world.deps)
    assert world.refunds[0]["state"] == "pending"


@pytest.mark.req("N7", "N6")
def test_a_lease_taken_before_the_databases_clock_was_set_back_lasts_no_longer_than_any_other(world: World) -> None:
    world.cancel(world.take(make_order()))
    with unit_of_work(world.deps) as work:
        assert work.jobs.lease(token="gone/t", lasts=LEASE + timedelta(days=2), most=1)
    correct_future_times(deps=world.deps)
    # It is not taken from whoever may still work on it: they renew it, or it ends in a minute.
    assert job_of(world)["lease"] == "gone/t"
    assert job_of(world)["leased_until"] <= datetime.now(UTC) + LEASE
    world.let_leases_run_out()
    world.settle()
    assert [refund["state"] for refund in world.refunds] == ["succeeded"]


@pytest.mark.req("N7", "N6")
def test_a_job_timed_before_the_clock_was_set_back_is_due_and_others_keep_their_time(world: World) -> None:
    with unit_of_work(world.deps) as work:
        work.jobs.enqueue("policy", {}, run_at=work.now + timedelta(days=1), dedup_key="next week")
    world.clock.move(days=2)
    with unit_of_work(world.deps) as work:
        work.jobs.enqueue("notice", {"notice": 0}, dedup_key="ahead")
    world.clock.move(days=-2)
    correct_future_times(deps=world.deps)
    times = {row["dedup_key"]: row["run_at"] for row in world.rows(Job) if row["dedup_key"]}
    assert times == {"next week": NOON + timedelta(days=1), "ahead": NOON}


@pytest.mark.req("S36", "N7")
def test_one_order_that_cannot_be_expired_holds_up_no_other(world: World) -> None:
    from sqlalchemy import text

    unpaid = [
        world.take(make_order(status="awaiting_payment", pay_by=NOON + timedelta(minutes=minutes)))
        for minutes in (1, 2, 3)
    ]
    with world.deps.database.writing() as connection:
        connection.execute(text("UPDATE orders SET discounts = '[{\"kind\": 1}]' WHERE number = :n"), {"n": unpaid[0]})
    world.clock.move(minutes=10)
    with pytest.raises(ExceptionGroup):
        run_deadlines(deps=world.deps)
    assert [world.order(number).state for number in unpaid[1:]] == ["cancelled", "cancelled"]


@pytest.mark.req("P3", "S12")
@pytest.mark.parametrize("codes", [("", ""), ("C-1", "C-1"), ("优惠" * 100, "B")])
def test_coupons_named_alike_or_at_length_are_each_given_back_once(world: World, codes: tuple[str, str]) -> None:
    discounts = tuple(
        Discount(kind="coupon", code=code, amount=Money(100, "CNY"), line_ids=(line,))
        for code, line in zip(codes, "12", strict=True)
    )
    number = world.take(make_order(make_line("1"), make_line("2"), discounts=discounts))
    world.cancel(number, (("1", 1),))
    world.cancel(number)
    assert world.events(number).count("system:coupon:returned") == 2
    assert world.order(number).state == "cancelled"


@pytest.mark.req("N7")
def test_a_database_that_stays_locked_is_told_as_one_that_does_not_answer(sqlite_url: str) -> None:
    from sqlalchemy import create_engine

    from portal.repos.database import SqlDatabase, prepare_engine

    engine = prepare_engine(create_engine(sqlite_url))
    database = SqlDatabase(engine)
    with database.writing(), pytest.raises(ProviderUnavailable), database.writing():
        pass
    engine.dispose()


@pytest.mark.req("S15")
def test_a_mail_server_that_is_away_keeps_no_text_from_being_sent_and_none_is_sent_twice(world: World) -> None:
    world.mailer.is_down = True
    world.cancel(world.take(make_order(status="awaiting_payment")))
    world.settle(4)
    assert (len(world.mailer.sent), len(world.texts.sent)) == (0, 1)
    world.mailer.is_down = False
    world.settle(4)
    assert (len(world.mailer.sent), len(world.texts.sent)) == (1, 1)


@pytest.mark.req("S37")
def test_two_shops_may_use_the_same_request_id(world: World) -> None:
    other = make_shop(world.deps, "another")
    for shop_id in (world.made.shop_id, other.shop_id):
        feed = Actor(kind="feed", shop_id=shop_id)
        with unit_of_work(world.deps) as work:
            assert work.requests.claim(feed, "nightly", f"digest {shop_id}", OfOrder) is None
            work.requests.finish(feed, "nightly", OfOrder(order_no=str(shop_id)))
