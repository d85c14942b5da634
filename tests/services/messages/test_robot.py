"""A shop's group robot: what it is sent, how often, and what happens where it does not take it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from portal.domain.errors import Forbidden, Invalid, NotFound
from portal.domain.identity.access import Actor
from portal.domain.messages.robots import KINDS, MOST_BYTES
from portal.models.event import Event
from portal.models.job import Job
from portal.models.robot import Robot, RobotNote
from portal.ports import RobotAnswer
from portal.services.deadlines.tell_before import tell_before
from portal.services.identity.fresh_code import NO_CODE
from portal.services.jobs.work_jobs import GIVE_UP_AFTER, work_all_jobs
from portal.services.messages.try_robot import try_robot
from portal.services.messages.write_message import note_internally
from portal.services.shops.set_robot import OFF, TypedRobot, set_robot
from tests.services.deadlines.test_escalate import submitted
from tests.services.test_notify_staff import hire
from tests.support.world import World

pytestmark = pytest.mark.req("S21")
URL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0123456789abcdef"
REFUSED = RobotAnswer(problem="refused", status=200, said='{"errcode":93000}')


def operator(world: World) -> Actor:
    return Actor(kind="operator", shop_id=world.made.shop_id)


def connect(world: World, *kinds: str, form: str = "wecom", url: str = URL, secret: str = "", key: str = "1") -> None:
    typed = TypedRobot(form=form, url=url, secret=secret, kinds=kinds or KINDS)
    set_robot(typed=typed, code=NO_CODE, actor=operator(world), request_id=key, deps=world.deps)


def texts(world: World) -> list[str]:
    return [message.text for _address, message in world.robots.posted]


def go_on(world: World, **by: float) -> None:
    work_all_jobs(deps=world.deps)
    world.clock.move(**(by or {"minutes": 1}))
    work_all_jobs(deps=world.deps)


def test_what_comes_within_a_minute_is_one_message_with_numbers_and_links_and_nothing_of_a_customer(
    world: World,
) -> None:
    connect(world)
    cases = [submitted(world) for _ in range(3)]
    work_all_jobs(deps=world.deps)
    assert texts(world) == [], "the minute is not over"
    go_on(world)
    (text,) = texts(world)
    assert text.startswith("【特派商城】3件事等处理\n- 有新的申请或提问")
    assert all(case_no in text and f"https://after.example/staff/cases/{case_no}" in text for case_no in cases)
    assert "张" not in text and "138" not in text
    go_on(world)
    assert len(texts(world)) == 1 and world.rows(RobotNote) == []


def test_a_deadline_is_told_with_its_time_and_only_what_was_chosen_is_told(world: World) -> None:
    hire(world, "kefu", "agent")
    connect(world, "deadline_soon")
    case_no = submitted(world)
    go_on(world)
    assert texts(world) == []
    world.clock.move(hours=44)
    tell_before(world.clock.now(), world.deps)
    go_on(world)
    (text,) = texts(world)
    assert "4小时内到期，" in text and "还剩3小时）" in text and case_no in text
    (_address, message), *_ = world.robots.posted
    assert message.items[0].deadline is not None and message.items[0].what == "deadline_soon"


def test_a_mention_is_told_without_a_name(world: World) -> None:
    hire(world, "zhuguan", "supervisor")
    hire(world, "kefu", "agent")
    case_no = submitted(world)
    work_all_jobs(deps=world.deps)
    connect(world, "messages")
    by = {"actor": world.made.staff("supervisor"), "request_id": "n", "deps": world.deps}
    note_internally(case_no=case_no, body="@kefu 客户姓张", **by)  # type: ignore[arg-type]
    go_on(world)
    (text,) = texts(world)
    assert "内部备注里提到同事" in text and "kefu" not in text and "张" not in text


def test_many_fit_the_robots_limit_and_the_rest_is_a_number(world: World) -> None:
    connect(world)
    for _ in range(30):
        submitted(world)
    go_on(world)
    (text,) = texts(world)
    assert len(text.encode()) <= MOST_BYTES["wecom"] and "30件事等处理" in text and "另有" in text
    assert world.rows(RobotNote) == []


def test_nobody_there_is_tried_again_by_one_job_and_then_all_is_told_in_one_message(world: World) -> None:
    connect(world)
    world.robots.answers = [None, None]
    submitted(world)
    go_on(world)
    assert world.rows(Robot)[0]["problem"] == "unreachable"
    submitted(world)
    for _ in range(10):
        go_on(world)
    assert len(texts(world)) == 1 and "2件事等处理" in texts(world)[0]
    assert world.rows(Robot)[0]["problem"] == ""
    assert [job["done_at"] is not None for job in world.rows(Job) if job["kind"] == "robot"] == [True, True]


def test_a_robot_that_refuses_for_hours_is_given_up_and_listed_and_the_next_notice_tries_again(world: World) -> None:
    connect(world)
    world.robots.answers = [REFUSED] * GIVE_UP_AFTER
    submitted(world)
    for _ in range(GIVE_UP_AFTER + 2):
        go_on(world, minutes=6)
    (job,) = [job for job in world.rows(Job) if job["kind"] == "robot"]
    assert job["dead_at"] is not None and "93000" in job["error"] and URL[-8:] not in job["error"]
    world.clock.move(minutes=11)
    submitted(world)
    go_on(world)
    assert "2件事等处理" in texts(world)[0]


def test_the_address_is_sealed_and_in_no_event_job_or_mail(world: World) -> None:
    hire(world, "guan", "admin")
    connect(world, form="dingtalk", secret="SEC-signing-secret")
    go_on(world)
    kept = json.dumps([world.rows(table) for table in (Robot, Event, Job)], default=str)
    assert "0123456789abcdef" not in kept and "SEC-signing" not in kept
    assert [row["tail"] for row in world.rows(Robot)] == ["cdef"]
    mails = [mail.subject + mail.body for mail in world.mailer.sent]
    assert any("群机器人" in mail and "qyapi.weixin.qq.com" in mail for mail in mails)
    assert not any("0123456789abcdef" in mail for mail in mails)
    submitted(world)
    go_on(world)
    address, _message = world.robots.posted[0]
    assert (address.url, address.secret) == (URL, "SEC-signing-secret") and URL not in repr(address)


def test_an_empty_address_keeps_the_one_that_is_stored_and_another_form_asks_for_its_own(world: World) -> None:
    connect(world, form="dingtalk", secret="s")
    connect(world, "appeal", form="dingtalk", url="", key="2")
    (row,) = world.rows(Robot)
    assert row["kinds"] == ["appeal"] and row["sealed_secret"] and row["tail"] == "cdef"
    with pytest.raises(Invalid, match="url"):
        connect(world, form="feishu", url="", key="3")
    connect(world, form="wecom", secret="s", key="4")
    assert world.rows(Robot)[0]["sealed_secret"] == "", "WeCom signs nothing"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"form": "telegram", "url": URL, "kinds": KINDS}, "form"),
        ({"form": "wecom", "url": "http://robot.example/", "kinds": KINDS}, "url"),
        ({"form": "wecom", "url": "", "kinds": KINDS}, "url"),
        ({"form": "wecom", "url": URL, "kinds": ()}, "kinds"),
        ({"form": "wecom", "url": URL, "kinds": ("weather",)}, "kinds"),
    ],
)
def test_what_cannot_be_kept_names_its_field(world: World, typed: Any, field: str) -> None:
    by = {"code": NO_CODE, "actor": operator(world), "request_id": "1", "deps": world.deps}
    with pytest.raises(Invalid) as refused:
        set_robot(typed=TypedRobot(**typed), **by)  # type: ignore[arg-type]
    assert [name for name, _reason in refused.value.problems] == [field]
    assert world.rows(Robot) == []


def test_ended_it_is_told_nothing_and_what_was_gathered_is_gone(world: World) -> None:
    connect(world)
    submitted(world)
    work_all_jobs(deps=world.deps)
    typed = TypedRobot(form=OFF)
    by = {"code": NO_CODE, "actor": operator(world), "request_id": "2", "deps": world.deps}
    assert set_robot(typed=typed, **by).what == "ended"  # type: ignore[arg-type]
    go_on(world)
    assert (texts(world), world.rows(RobotNote), world.rows(Robot)) == ([], [], [])


def test_a_test_is_posted_once_for_its_form_and_what_it_came_to_is_kept(world: World) -> None:
    by = {"actor": operator(world), "deps": world.deps}
    with pytest.raises(NotFound):
        try_robot(request_id="t0", **by)  # type: ignore[arg-type]
    connect(world)
    for _ in range(2):
        try_robot(request_id="t1", **by)  # type: ignore[arg-type]
    assert texts(world) == [
        "【特派商城】群机器人已接通\n以后有事等处理，会发到这个群。工作台：https://after.example/staff/cases"
    ]
    world.robots.answers = [REFUSED, None]
    for number, problem in (("t2", "refused"), ("t3", "unreachable")):
        world.clock.move(seconds=1)
        try_robot(request_id=number, **by)  # type: ignore[arg-type]
        (row,) = world.rows(Robot)
        assert (row["problem"], row["retry_job"]) == (problem, None)
    by["actor"] = world.made.staff("auditor")
    with pytest.raises(Forbidden):
        try_robot(request_id="t4", **by)  # type: ignore[arg-type]
    assert timedelta() < world.clock.now() - row["set_at"]
