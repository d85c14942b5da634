"""What the one search box finds, which view holds a case, and how the queue is worked through, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from itertools import pairwise
from typing import Any

import pytest

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.identity.access import Actor
from portal.pages.staff.cases import next_case_no
from portal.pages.staff.queue_asked import QueueAsked, place_of, write_place
from portal.repos.unit_of_work import reading
from portal.services.applying.apply_for import apply_for
from portal.services.cases.snooze import snooze_case
from portal.services.messages.ask_customer import ask_customer
from portal.services.messages.write_message import answer_shop
from tests.support.applications import bought
from tests.support.make import make_customer, make_shop
from tests.support.order_facts import make_line, make_order
from tests.support.queue import cases_in, queue_of
from tests.support.said import ship_back
from tests.support.world import World

S42 = pytest.mark.req("S42")
HOUR = timedelta(hours=1)


def agent(world: World) -> Actor:
    return world.made.staff("agent")


def waits(world: World, **values: Any) -> str:
    """The number of a case whose order is being packed."""
    order = make_order(make_line("1", 1, 1000), status="picking", placed_at=world.clock.now())
    return str(world.cancel(world.take(order, **values)).case_no)


def applied(world: World, kind: Any = "return_refund", reason: str = "no_reason", *, units: int = 1) -> str:
    line = make_line("1", units, 10000)
    order_no = world.take(replace(bought(line), placed_at=world.clock.now() - timedelta(days=9)))
    asked = ApplicationAsk(kind=kind, reason=reason, units=(("1", units),), received=True, conditions=CONDITIONS)
    by = {"actor": world.shopper, "request_id": f"apply-{order_no}", "deps": world.deps}
    return apply_for(order_no=order_no, ask=asked, evidence_ids=(), **by).case_no


def found(world: World, q: str, **asked: str) -> list[str]:
    return cases_in(agent(world), world.deps, **({"state": "all"} | asked), q=q)


@S42
def test_one_box_finds_a_case_by_whatever_a_caller_can_name(world: World) -> None:
    other = make_customer(world.deps, world.made.shop_id, 913)
    shopper = replace(world.shopper, id=other)
    mine = world.cancel(world.take(make_order(status="picking"), customer_id=other), actor=shopper).case_no
    sent = applied(world)
    parcel = {"carrier": "SF", "tracking_no": "SF7654321"}
    ship_back(case_no=sent, **parcel, actor=world.shopper, request_id="sent", deps=world.deps)
    with reading(world.deps) as work:
        return_no = work.cases.get(sent, agent(world)).return_no
    for q in ("A-1", mine, "c-913", "13800000913", "+86 138 0000 0913", "0913", "c913@example.com", "A-1-p-1"):
        assert found(world, q) == [mine], q
    for q in ("A-2", return_no, "SF7654321", "sf 7654321", "A-2-p-1"):
        assert found(world, q) == [sent], q
    # Both orders go to the recipient's phone, and have such goods.
    for q in ("0001", "138 0000 0001", "张三", "商品1"):
        assert set(found(world, q)) == {mine, sent}, q
    assert found(world, "0913", state="unread") == [] and found(world, "9130") == []


@S42
def test_nothing_of_another_shop_is_found(world: World) -> None:
    waits(world)
    stranger = replace(agent(world), shop_id=make_shop(world.deps, key="other", name="二号店").shop_id)
    for q in ("A-1", "0001", "A-1-p-1", "张三", "c1@example.com", ""):
        assert cases_in(stranger, world.deps, state="all", q=q) == [], q


@S42
def test_four_digits_are_also_part_of_a_number(world: World) -> None:
    case_no = waits(world)
    assert found(world, case_no[1:5]) == [case_no]


@S42
def test_what_the_customer_must_answer_does_not_wait_for_the_shop(world: World) -> None:
    hold, asked = waits(world), applied(world, "refund_only", "quality")
    by = {"actor": agent(world), "deps": world.deps}
    assert cases_in(*by.values(), state="waiting") == [hold, asked]
    ask_customer(case_no=asked, body="请补照片", request_id="ask", **by)
    assert cases_in(*by.values(), state="waiting") == [hold]
    assert cases_in(*by.values(), state="customer") == [asked]
    counts = {view.code: view.count for view in queue_of(*by.values()).views}
    assert (counts["waiting"], counts["customer"], counts["nobodys"]) == (1, 1, 1)


@S42
def test_the_morning_has_what_is_over_and_what_is_due_today(world: World) -> None:
    hold, today = waits(world), applied(world, "refund_only", "quality")
    assert cases_in(agent(world), world.deps, state="today") == [hold]
    world.clock.move(hours=3)
    assert cases_in(agent(world), world.deps, state="overdue") == [hold]
    assert cases_in(agent(world), world.deps, state="today") == []
    row = queue_of(agent(world), world.deps).rows[0]
    assert row.is_overdue and row.waiting_since is not None
    with reading(world.deps) as work:
        due = work.cases.get(today, agent(world)).due_at
    assert due is not None
    world.clock.set(due - timedelta(minutes=1))
    assert cases_in(agent(world), world.deps, state="today") == [today]
    assert cases_in(agent(world), world.deps, state="overdue", assignee="none") == [hold]


@S42
def test_what_goes_back_and_forth_or_stays_open_for_long_is_found(world: World) -> None:
    old = applied(world, "refund_only", "quality")
    world.clock.move(days=13)
    turning, by = applied(world, "refund_only", "quality"), {"actor": agent(world), "deps": world.deps}
    assert cases_in(*by.values(), state="stuck") == []
    world.clock.move(days=1, minutes=1)
    assert cases_in(*by.values(), state="stuck") == [old]
    for number in range(3):
        ask_customer(case_no=turning, body="请补照片", request_id=f"ask-{number}", **by)
        said = {"body": f"补充{number}", "request_id": f"say-{number}", "deps": world.deps}
        answer_shop(case_no=turning, actor=world.shopper, **said)
    assert cases_in(*by.values(), state="stuck") == [old, turning]
    assert {view.code: view.count for view in queue_of(*by.values()).views}["stuck"] == 2


@pytest.mark.req("S42", "P25")
def test_what_is_put_off_is_out_of_the_queue_until_then(world: World) -> None:
    case_no, now, by = waits(world), world.clock.now(), {"actor": agent(world), "deps": world.deps}
    snooze_case(case_no=case_no, until=now + HOUR, request_id="later", **by)
    assert cases_in(*by.values()) == [] and cases_in(*by.values(), state="snoozed") == [case_no]
    assert queue_of(*by.values(), state="open").rows[0].marks[-1] == "snoozed"
    world.clock.move(hours=1)
    assert cases_in(*by.values()) == [case_no] and cases_in(*by.values(), state="snoozed") == []
    assert world.events("A-1")[-1] == "staff:case:snoozed"


@pytest.mark.req("S42", "P25", "S41")
def test_a_customer_who_writes_brings_it_back(world: World) -> None:
    case_no, by = waits(world), {"actor": agent(world), "deps": world.deps}
    for number in (1, 2):
        until = world.clock.now() + HOUR
        snooze_case(case_no=case_no, until=until, request_id=f"later-{number}", **by)
        assert cases_in(*by.values()) == []
        said = {"body": f"在吗{number}", "request_id": f"say-{number}", "deps": world.deps}
        answer_shop(case_no=case_no, actor=world.shopper, **said)
        assert cases_in(*by.values()) == [case_no] == cases_in(*by.values(), state="unread")
    row = queue_of(*by.values()).rows[0]
    assert (row.said_by, row.said) == ("customer", "在吗2")


@S42
def test_the_next_case_follows_where_the_one_before_stood_although_that_has_gone(world: World) -> None:
    first, second, third = (waits(world) for _ in range(3))
    by: dict[str, Any] = {"actor": agent(world), "deps": world.deps}
    asked = QueueAsked(state="waiting")
    with reading(world.deps) as work:
        place = write_place(place_of(work.cases.get(second, agent(world)), "waiting"))
    listed = {"asked": asked, "zone": UTC, **by}
    assert next_case_no(place=place, but=second, **listed) == third
    snooze_case(case_no=second, until=world.clock.now() + HOUR, request_id="later", **by)
    assert next_case_no(place=place, but=second, **listed) == third
    assert next_case_no(place="", but="", **listed) == first
    for number, case_no in enumerate((first, third)):
        snooze_case(case_no=case_no, until=world.clock.now() + HOUR, request_id=f"later {number}", **by)
    assert next_case_no(place=place, but=second, **listed) == ""


@S42
def test_what_waits_is_sorted_by_priority_or_amount_where_that_is_asked_for(world: World) -> None:
    small = applied(world, "refund_only", "quality")
    hold = waits(world)
    large = applied(world, "refund_only", "other", units=3)
    by = (agent(world), world.deps)
    assert cases_in(*by, state="waiting") == [hold, small, large]
    assert cases_in(*by, state="waiting", order="priority") == [small, hold, large]
    assert cases_in(*by, state="waiting", order="amount") == [large, small, hold]
    assert cases_in(*by, state="waiting", order="amount", assignee="none") == [large, small, hold]
    assert cases_in(*by, state="waiting", order="priority", assignee="none") == [small, hold, large]
    assert cases_in(*by, state="open", order="amount") == cases_in(*by, state="open")


@S42
@pytest.mark.parametrize("order", ["", "priority", "amount"])
@pytest.mark.parametrize("assignee", ["", "none"])
def test_each_order_goes_on_where_a_page_ended_and_where_a_case_was_left(
    world: World, order: str, assignee: str
) -> None:
    for units in (1, 3, 2, 3):
        applied(world, "refund_only", "quality", units=units)
        applied(world, "refund_only", "other", units=units)
        waits(world)
    asked = QueueAsked(state="waiting", order=order, assignee=assignee)
    whole = cases_in(agent(world), world.deps, **asked.query)
    assert len(whole) == 12
    with reading(world.deps) as work:
        cases = {case.case_no: case for case in work.queue.called(agent(world), whole)}
    for here, following in pairwise(whole):
        after = write_place(place_of(cases[here], "waiting"))
        assert cases_in(agent(world), world.deps, after=after, **asked.query)[0] == following
        at = {"place": after, "but": here, "zone": UTC, "actor": agent(world), "deps": world.deps}
        assert next_case_no(asked=asked, **at) == following
