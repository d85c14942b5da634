"""The sums of the reports: kept as things happen, the same as when everything is counted at once (P19)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from portal.domain.errors import NotFound
from portal.models.case import Case
from portal.models.event import Event
from portal.models.report import EVERY, ReportProduct, ReportSpan
from portal.repos.report_histories import histories_of
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.cancelling.answer_cancel import answer_cancel
from portal.services.deadlines.run import run_deadlines
from portal.services.reports.roll_up import RollUp, rebuild, roll_up
from tests.support.order_facts import make_line, make_order
from tests.support.world import World

pytestmark = pytest.mark.req("P19")


def spans(world: World, size: str = "day") -> dict[date, dict[str, int]]:
    with world.deps.database.reading() as connection:
        rows = connection.execute(select(ReportSpan.__table__)).mappings().all()
    return {row["starts"]: row["counts"] for row in rows if row["size"] == size and row["counts"]}


def but_sales(found: dict[date, dict[str, int]]) -> dict[date, dict[str, int]]:
    """Orders of these tests come without the feed's events, so what was sold is known only after a pass over all."""
    kept = {
        day: {name: count for name, count in counts.items() if not name.startswith(("sales|", "orders|"))}
        for day, counts in found.items()
    }
    return {day: counts for day, counts in kept.items() if counts}


def products(world: World) -> dict[tuple[str, date, str, str, str], int]:
    with world.deps.database.reading() as connection:
        rows = connection.execute(select(ReportProduct.__table__)).mappings().all()
    return {tuple(row[name] for name in ("size", "starts", "kind", "sku", "reason")): row["count"] for row in rows}


def in_all(world: World) -> Counter[str]:
    found: Counter[str] = Counter()
    for counts in spans(world).values():
        found.update(counts)
    return found


def sums(world: World) -> Any:
    return but_sales(spans(world)), but_sales(spans(world, "week")), but_sales(spans(world, "month")), products(world)


def keep(world: World) -> None:
    assert roll_up(deps=world.deps, most_seconds=60)


def count_anew(world: World, since: date | None = None) -> None:
    list(rebuild(shop_key="tepai", since=since, deps=world.deps))


def test_a_cancel_at_once_counts_with_its_reason_its_goods_and_its_money(world: World) -> None:
    keep(world)
    world.cancel(world.take(make_order(make_line("1", 2, 5000), make_line("2", 1, 3000))))
    keep(world)
    assert in_all(world)["outcome|cancel|at_once"] == 1 and not any("refund" in name for name in in_all(world))
    world.settle()
    keep(world)
    found = in_all(world)
    assert found["opened|cancel|changed_mind"] == found["kept|cancel"] == 1
    (refund,) = world.refunds
    about = f"cancel|CNY|changed_mind|{refund['method']}"
    assert found[f"refund|{about}"] == refund["amount_minor"] and found[f"refunds|{about}"] == 1
    assert sum(count for name, count in found.items() if name.startswith("money|cancel|")) == 1
    of_one = [key for key in products(world) if EVERY not in key]
    assert len(of_one) == 6, "two goods, in their day, its week and its month"
    assert len(products(world)) == 4 * len(of_one), "and of all kinds, of all reasons, and of both"


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_the_sums_kept_are_those_counted_anew_and_those_of_the_tables(world: World, seed: int) -> None:
    chance = Random(seed)
    keep(world)
    waiting: list[str] = []
    for step in range(14):
        act = chance.choice(("cancel", "cancel", "ask", "ask", "answer", "settle", "wait", "keep"))
        if act == "cancel":
            world.cancel(world.take(make_order(make_line("1", 2, chance.randrange(100, 9000)))), request_id=f"{step}")
        elif act == "ask":
            number = world.take(make_order(make_line("1", 1, 4000), status="picking"))
            waiting.append(world.cancel(number, request_id=f"{step}").case_no)
        elif act == "answer" and waiting:
            answered(world, waiting.pop(), chance.choice(("stopped", "too_late")))
        elif act == "settle":
            world.settle(chance.randrange(1, 4))
        elif act == "wait":
            world.clock.move(days=chance.randrange(1, 20))
            run_deadlines(deps=world.deps)
        else:
            keep(world)
    keep(world)
    kept = sums(world)
    count_anew(world)
    assert sums(world) == kept
    world.settle()
    keep(world)
    kept = sums(world)
    count_anew(world, since=world.clock.now().date())
    assert sums(world) == kept
    count_anew(world)
    assert sums(world) == kept and by_tables(world) == by_sums(world)


def answered(world: World, case_no: str, answer: str) -> None:
    left_at = world.clock.now() - timedelta(minutes=5) if answer == "too_late" else None
    known = {"actor": world.made.staff("warehouse"), "request_id": case_no, "deps": world.deps}
    answer_cancel(case_no=case_no, answer=answer, left_at=left_at, **known)


def by_tables(world: World) -> dict[tuple[date, str], int]:
    """Some of the sums, each added up from the tables without the portal's counting."""
    zone = ZoneInfo("Asia/Shanghai")
    found: Counter[tuple[date, str]] = Counter()
    for row in world.refunds:
        if row["state"] == "succeeded":
            day = row["settled_at"].astimezone(zone).date()
            found[day, "refund"] += row["amount_minor"]
            found[day, "refunds"] += 1
    for row in world.rows(Case):
        found[row["opened_at"].astimezone(zone).date(), "opened"] += 1
    for row in world.rows(Event):
        if row["kind"].endswith((":order:cancelled", ":units:cancelled")) and not row["case_no"]:
            found[row["at"].astimezone(zone).date(), "opened"] += 1
        if row["kind"] == "system:cancel:escalated":
            (case,) = (case for case in world.rows(Case) if case["case_no"] == row["case_no"])
            found[case["opened_at"].astimezone(zone).date(), "late"] += 1
    return dict(found)


def by_sums(world: World) -> dict[tuple[date, str], int]:
    found: Counter[tuple[date, str]] = Counter()
    for day, counts in spans(world).items():
        for name, count in counts.items():
            if (first := name.partition("|")[0]) in ("refund", "refunds", "opened", "late"):
                found[day, first] += count
    return dict(found)


def test_counting_an_order_twice_changes_nothing_and_a_half_pass_goes_on(world: World) -> None:
    for step in range(3):
        world.cancel(world.take(make_order(make_line("1", 2, 5000))), request_id=f"r-{step}")
    world.settle()
    keep(world)
    kept = sums(world)
    with unit_of_work(world.deps) as work:
        state = work.report_states.find(world.made.shop_id)
        assert state is not None
        work.report_states.go_on(state, txid=0, event_id=0)
    keep(world)
    assert sums(world) == kept
    steps = rebuild(shop_key="tepai", since=None, deps=world.deps)
    next(steps, None)
    steps.close()
    keep(world)
    assert sums(world) == kept


def test_who_has_seen_an_older_state_writes_nothing(world: World) -> None:
    world.cancel(world.take(make_order()))
    keep(world)
    with reading(world.deps) as work:
        state = work.report_states.find(world.made.shop_id)
    assert state is not None
    kept, rolling = sums(world), RollUp(world.made.shop_id, world.deps)
    rolling._write(replace(state, revision=state.revision - 1), lambda work: pytest.fail("written"))
    assert sums(world) == kept


def test_sales_are_of_the_day_an_order_was_placed_on_and_follow_its_payments(world: World) -> None:
    order = make_order(make_line("1", 1, 5000))
    world.take(order)
    keep(world)
    day = order.placed_at.astimezone(ZoneInfo("Asia/Shanghai")).date()
    assert spans(world)[day] == {"sales|CNY": 5000, "orders|CNY": 1}
    with world.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE payment SET captured_minor = 7000")
    with unit_of_work(world.deps) as work:
        work.report_sums.mark_stale(world.made.shop_id, [day])
    keep(world)
    assert spans(world)[day]["sales|CNY"] == 7000
    assert spans(world, "month")[day.replace(day=1)]["sales|CNY"] == 7000


def test_in_another_zone_everything_is_another_day(world: World) -> None:
    world.clock.set(datetime(2026, 11, 20, 1, 0, tzinfo=ZoneInfo("Asia/Shanghai")))
    world.cancel(world.take(make_order()))
    keep(world)
    before = {day for day, counts in spans(world).items() if "opened|cancel|changed_mind" in counts}
    with unit_of_work(world.deps) as work:
        work.shops.set(world.made.shop_id, settings={"zone": "America/New_York"})
    keep(world)
    after = {day for day, counts in spans(world).items() if "opened|cancel|changed_mind" in counts}
    assert (before, after) == ({date(2026, 11, 20)}, {date(2026, 11, 19)})


def test_a_shop_that_is_not_there_is_said_to_be_none(world: World) -> None:
    with pytest.raises(NotFound):
        list(rebuild(shop_key="nowhere", since=None, deps=world.deps))


def test_nothing_personal_comes_this_far(world: World) -> None:
    world.cancel(world.take(make_order()))
    world.settle()
    keep(world)
    with reading(world.deps) as work:
        history = histories_of(work.connection, [1])
    text = repr((sums(world), history))
    assert not any(one in text for one in personal(world)), text


def personal(world: World) -> Iterable[str]:
    return ("张三", "8613800000001", "c1@example.com", "A-1")
