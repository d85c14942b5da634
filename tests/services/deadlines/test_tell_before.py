"""Staff are told four hours before a deadline of theirs: once for each, whoever asks and however often (issue 15)."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import update

from portal.domain.deadlines.soon import AHEAD, OF_STAFF, needed_to_meet
from portal.domain.deadlines.table import OF_CASES
from portal.domain.identity.access import Actor
from portal.models.case import Case
from portal.repos.unit_of_work import reading
from portal.services.deadlines import tell_before as module
from portal.services.deadlines.run import run_deadlines
from portal.services.deadlines.tell_before import tell_before
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.messages.write_message import answer_shop, message_customer
from portal.services.team.choose_staff_notices import choose_staff_notices
from tests.services.deadlines.test_escalate import submitted
from tests.services.test_notify_staff import hire
from tests.support.world import World

pytestmark = pytest.mark.req("S21", "S42")


def crew(world: World) -> None:
    for login, role in (("kefu", "agent"), ("zhuguan", "supervisor"), ("cang", "warehouse"), ("guan", "admin")):
        hire(world, login, role)


def give(world: World, case_no: str, kind: str, at: datetime, **values: Any) -> None:
    with world.deps.database.writing() as connection:
        mine = Case.__table__.c.case_no == case_no
        connection.execute(update(Case.__table__).where(mine).values(deadline_kind=kind, deadline_at=at, **values))


def look(world: World) -> list[str]:
    """Who was mailed of a deadline that comes, by this look."""
    before = len(world.mailer.sent)
    tell_before(world.clock.now(), world.deps)
    work_all_jobs(deps=world.deps)
    return sorted(mail.to.partition("@")[0] for mail in world.mailer.sent[before:] if "4小时内到期" in mail.subject)


def test_every_deadline_of_staff_says_what_one_must_be_allowed_to_meet_it() -> None:
    assert {kind for kind, rule in OF_CASES.items() if rule.who == "customer"}.isdisjoint(OF_STAFF)
    assert {kind: needed_to_meet(kind) for kind in OF_STAFF if needed_to_meet(kind) != "cases"} == {
        "warehouse_answers": "hold",
        "shop_inspects": "inspect",
        "refunded_uninspected": "inspect",
    }


def test_whoever_may_answer_is_mailed_once_four_hours_before_with_the_time_and_the_link(world: World) -> None:
    crew(world)
    case_no = submitted(world)
    assert look(world) == [], "48 hours are left"
    world.clock.move(hours=43, minutes=59)
    assert look(world) == []
    world.clock.move(minutes=1)
    assert look(world) == ["kefu", "zhuguan"]
    body = world.mailer.sent[-1].body
    assert "还剩4小时" in body and f"/staff/cases/{case_no}" in body
    for _ in range(3):
        world.clock.move(minutes=30)
        assert look(world) == [], "restarts and repeats tell nobody again"


def test_a_deadline_that_is_set_anew_is_another_one_and_one_that_is_nearer_from_the_start_is_not_told_of(
    world: World,
) -> None:
    crew(world)
    case_no = submitted(world)
    world.clock.move(hours=44)
    assert look(world) == ["kefu", "zhuguan"]
    give(world, case_no, "shop_answers_refund", world.clock.now() + timedelta(hours=10))
    assert look(world) == []
    world.clock.move(hours=6)
    assert look(world) == ["kefu", "zhuguan"]
    give(world, case_no, "shop_answers_refund", world.clock.now() + timedelta(hours=2))
    assert look(world) == [], "who set it knows"


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("warehouse_answers", ["cang", "kefu", "zhuguan"]),
        ("shop_inspects", ["cang", "kefu", "zhuguan"]),
        ("appeal_decided", ["kefu", "zhuguan"]),
        ("customer_sends_back", []),
    ],
)
def test_each_kind_is_told_to_who_can_meet_it(world: World, kind: str, told: list[str]) -> None:
    crew(world)
    give(world, submitted(world), kind, world.clock.now() + timedelta(hours=3))
    assert look(world) == told


def test_whose_case_it_is_is_told_alone_and_the_others_where_they_are_away(world: World) -> None:
    crew(world)
    case_no = submitted(world)
    with reading(world.deps) as work:
        ids = {person.login: person.id for person in work.staff_sessions.colleagues(world.made.shop_id)}
    give(world, case_no, "shop_answers_refund", world.clock.now() + timedelta(hours=3), assignee_id=ids["zhuguan"])
    assert look(world) == ["zhuguan"]
    away = (world.clock.now() + timedelta(days=9)).strftime("%Y-%m-%d %H:%M:%S.%f")
    with world.deps.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE staff SET away_until = '{away}' WHERE login = 'zhuguan'")
    give(world, case_no, "shop_answers_refund", world.clock.now() + timedelta(hours=5))
    world.clock.move(hours=1)
    assert look(world) == ["kefu"]


def test_a_message_that_nobody_has_answered_is_told_of_before_and_not_once_it_is_answered(world: World) -> None:
    crew(world)
    case_no = submitted(world)
    give(world, case_no, "customer_adds_information", world.clock.now() + timedelta(days=9))
    by = {"case_no": case_no, "deps": world.deps}
    answer_shop(body="在吗", actor=world.shopper, request_id="a", **by)  # type: ignore[arg-type]
    world.clock.move(hours=44)
    assert look(world) == ["kefu", "zhuguan"]
    answer_shop(body="还在吗", actor=world.shopper, request_id="b", **by)  # type: ignore[arg-type]
    message_customer(body="在", actor=world.made.staff("agent"), request_id="c", **by)  # type: ignore[arg-type]
    world.clock.move(hours=44)
    assert look(world) == []


def test_many_at_one_moment_are_each_told_once_a_batch_at_a_time(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    at = world.clock.now() + timedelta(hours=5)
    for _ in range(5):
        give(world, submitted(world), "shop_answers_refund", at)
    assert [tell_before(moment, world.deps) for moment in (world.clock.now(), at - AHEAD, at - AHEAD, at)] == [
        *(0, 5, 0, 0)
    ]


def test_two_workers_and_a_clock_that_was_set_back_tell_of_nothing_twice(world: World) -> None:
    start = world.clock.now()
    for hours in (5, 6, 7):
        give(world, submitted(world), "shop_answers_refund", start + timedelta(hours=hours))
    moments = [start + timedelta(minutes=minutes) for minutes in (0, 70, 69, 71, 5, 200, 199)]
    assert sum(tell_before(moment, world.deps) for moment in moments) == 3
    assert all(one != other for one, other in pairwise(moments))
    tell_before(start + timedelta(days=90), world.deps)
    give(world, submitted(world), "shop_answers_refund", start + timedelta(hours=9))
    assert [tell_before(start + timedelta(hours=hours), world.deps) for hours in (4, 6)] == [0, 1]


def test_the_worker_looks_with_all_deadlines_and_a_digest_names_the_time(world: World) -> None:
    crew(world)
    with reading(world.deps) as work:
        mine = next(one for one in work.staff_sessions.colleagues(world.made.shop_id) if one.login == "kefu")
    me = Actor(kind="staff", shop_id=world.made.shop_id, id=mine.id, role="agent")
    choose_staff_notices(wanted={"deadline_soon": "hourly"}, actor=me, deps=world.deps)
    submitted(world)
    world.clock.move(hours=44, minutes=10)
    assert run_deadlines(deps=world.deps)["told_before"] == 1
    work_all_jobs(deps=world.deps)
    world.clock.move(minutes=60)
    work_all_jobs(deps=world.deps)
    digest = next(mail for mail in world.mailer.sent if "件事等您处理" in mail.subject)
    assert digest.to == "kefu@shop.example" and "4小时内到期，" in digest.body and "还剩" in digest.body
