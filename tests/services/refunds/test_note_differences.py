"""What the rail's books say otherwise is a task of the shop, once, and gone when they agree (PAYMENTS rule 10)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from portal.domain.errors import Forbidden, ProviderUnavailable
from portal.domain.refunds.book_days import book_day
from portal.models.job import Job, StaffTask
from portal.models.rail import RailDay
from portal.ports import NoLookUp, NoStatementYet
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.refunds.note_differences import LOOKS_BACK, RETRY_AFTER, plan_reconciliation, reconcile_now
from portal.services.refunds.reconcile import GIVE_UP_AFTER
from portal.services.refunds.retry_refund_now import finish_task
from tests.support.fakes import NOON
from tests.support.order_facts import make_order
from tests.support.rails import STRIPE, with_rail
from tests.support.reconciling import by_hand, compare, page
from tests.support.world import World

pytestmark = pytest.mark.req("N7")


def test_what_was_refunded_by_hand_is_listed_with_its_order_until_a_person_has_handled_it(world: World) -> None:
    world.take(make_order())
    by_hand(world, world.payments[0]["reference"])
    assert [compare(world) for _ in range(2)] == [["refund_not_ours"]] * 2
    (row,) = page(world).differences
    assert (row.code, row.order_no, row.detail) == ("refund_not_ours", "A-1", "by-hand 1.00 CNY")
    assert page(world).tasks == () and page(world).reconciled_at == world.clock.now()
    finish_task(task_id=row.id, actor=world.made.staff("agent"), request_id="t", deps=world.deps)
    assert compare(world) == []


def test_what_agrees_again_is_gone_and_may_differ_once_more(world: World) -> None:
    world.cancel(world.take(make_order()))
    world.settle()
    world.clock.move(hours=1)
    with world.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE refund SET state = 'pending'")
    for state, codes in (("pending", ["refund_done_there"]), ("succeeded", []), ("pending", ["refund_done_there"])):
        with world.deps.database.writing() as connection:
            connection.exec_driver_sql(f"UPDATE refund SET state = '{state}'")
        assert compare(world) == codes


def test_a_task_from_before_it_named_its_day_stays_as_long_as_it_differs(world: World) -> None:
    world.take(make_order())
    by_hand(world, world.payments[0]["reference"])
    assert compare(world) == ["refund_not_ours"]
    since = page(world).differences[0].since
    with world.deps.database.writing() as connection:
        tasks = StaffTask.__table__
        old = {"code": "refund_not_ours", "refund": "x", "reason": "x"}
        connection.execute(update(tasks).values(detail=old))
        row = dict(connection.execute(select(tasks)).mappings().one()) | {
            "dedup_key": "rail_differs:refund_not_ours:gone"
        }
        connection.execute(insert(tasks).values({name: value for name, value in row.items() if name != "id"}))
    assert compare(world) == ["refund_not_ours"]
    (task,) = page(world).differences
    assert (task.detail, task.since) == ("by-hand 1.00 CNY", since)


def test_what_was_sent_just_now_is_no_difference(world: World) -> None:
    world.cancel(world.take(make_order()))
    world.settle(2)
    assert compare(world) == []


def test_money_of_no_shop_of_ours_is_nobodys_task(world: World) -> None:
    by_hand(world, "elsewhere")
    assert compare(world) == []


def test_it_runs_once_a_day_and_when_somebody_asks(world: World) -> None:
    for _ in range(2):
        plan_reconciliation(deps=world.deps)
    world.settle(1)
    assert page(world).reconciled_at is not None
    world.clock.move(hours=1)
    reconcile_now(actor=world.made.staff("agent"), request_id="now", deps=world.deps)
    at = world.clock.now()
    world.settle(1)
    assert page(world).reconciled_at == at
    with pytest.raises(Forbidden):
        reconcile_now(actor=world.made.staff("auditor"), request_id="no", deps=world.deps)


class TestWhatDoesNotAnswer:
    """Each rail and each day is on its own."""

    def test_a_rail_that_is_down_is_asked_again_and_holds_up_no_other(self, world: World) -> None:
        mine = with_rail(world, STRIPE)
        mine.is_down = True
        plan_reconciliation(deps=world.deps)
        work_all_jobs(deps=world.deps)
        assert states(world) == {"sandbox": "compared", "stripe": "missing"}
        assert len([row for row in world.rows(RailDay) if row["problem"] == "down"]) == GIVE_UP_AFTER
        (task,) = page(world).tasks
        assert (task.kind, task.code, task.closes_itself) == ("rail_uncompared", "stripe", True)
        mine.is_down = False
        world.clock.move(seconds=RETRY_AFTER.total_seconds())
        work_all_jobs(deps=world.deps)
        assert set(states(world).values()) == {"compared"} and page(world).tasks == ()
        assert len(days_of(world, "stripe")) == LOOKS_BACK + 1

    def test_a_day_that_fails_is_the_only_one_that_is_asked_for_again(self, world: World, monkeypatch: Any) -> None:
        bad = NOON.date() - timedelta(days=3)
        asked = days_asked_for(world, monkeypatch, fails_on={bad})
        plan_reconciliation(deps=world.deps)
        work_all_jobs(deps=world.deps)
        assert len(set(asked)) == len(asked) == LOOKS_BACK + 1
        bad = NOON.date() - timedelta(days=3)
        assert [(rail.state, rail.day) for rail in page(world).rails] == [("missing", bad)]
        asked.clear()
        monkeypatch.undo()
        asked = days_asked_for(world, monkeypatch)
        world.clock.move(seconds=RETRY_AFTER.total_seconds())
        work_all_jobs(deps=world.deps)
        assert asked == [bad]

    def test_the_next_days_round_takes_over_what_was_left(self, world: World) -> None:
        world.rail.is_down = True
        plan_reconciliation(deps=world.deps)
        work_all_jobs(deps=world.deps)
        world.clock.move(hours=25)
        work_all_jobs(deps=world.deps)
        world.rail.is_down = False
        assert [job for job in world.rows(Job) if job["done_at"] is None] == []
        world.clock.move(minutes=1)
        plan_reconciliation(deps=world.deps)
        work_all_jobs(deps=world.deps)
        assert states(world) == {"sandbox": "compared"}

    def test_a_worker_that_dies_goes_on_with_the_next_day(self, world: World, monkeypatch: Any) -> None:
        asked = days_asked_for(world, monkeypatch, dies_on=NOON.date() - timedelta(days=10))
        plan_reconciliation(deps=world.deps)
        work_all_jobs(deps=world.deps)
        assert asked[-1] == NOON.date() - timedelta(days=10)
        first = set(asked[:-1])
        monkeypatch.undo()
        asked = days_asked_for(world, monkeypatch)
        world.clock.move(minutes=10)
        work_all_jobs(deps=world.deps)
        assert first.isdisjoint(asked) and len(first) + len(asked) == LOOKS_BACK + 1

    def test_the_shops_own_system_has_no_books_and_the_page_says_so(self, world: World) -> None:
        with_rail(world).refunds_since = without_books  # type: ignore[method-assign]
        plan_reconciliation(deps=world.deps)
        work_all_jobs(deps=world.deps)
        assert states(world) == {"merchant": "no_books", "sandbox": "compared"}

    def test_a_statement_that_is_not_made_yet_is_no_trouble(self, world: World) -> None:
        def late(since: datetime, until: datetime | None = None) -> tuple[()]:
            raise NoStatementYet

        world.rail.refunds_since = late  # type: ignore[method-assign]
        plan_reconciliation(deps=world.deps)
        work_all_jobs(deps=world.deps)
        assert states(world) == {"sandbox": "waiting"}


def without_books(since: datetime, until: datetime | None = None) -> tuple[()]:
    raise NoLookUp


def states(world: World) -> dict[str, str]:
    return {rail.rail: rail.state for rail in page(world).rails}


def days_of(world: World, rail: str) -> list[dict[str, Any]]:
    return [row for row in world.rows(RailDay) if row["rail"] == rail and row["compared_at"]]


def days_asked_for(
    world: World, monkeypatch: pytest.MonkeyPatch, *, fails_on: Collection[date] = (), dies_on: date | None = None
) -> list[date]:
    """Which days the rail is asked for from now on."""
    asked: list[date] = []
    real = world.rail.refunds_since

    def noting(since: datetime, until: datetime | None = None) -> Any:
        asked.append(book_day(since))
        if asked[-1] in fails_on:
            raise ProviderUnavailable("fake", "down")
        if asked[-1] == dies_on:
            raise RuntimeError("killed")
        return real(since, until)

    monkeypatch.setattr(world.rail, "refunds_since", noting)
    return asked
