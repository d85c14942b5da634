"""What nobody has done in time is somebody's task and rings, the second time as the first (S42, law 15)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from portal.domain.deadlines.table import OF_CASES
from portal.domain.identity.access import system
from portal.models.case import Case
from portal.models.job import Job
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import lock_case
from portal.services.deadlines.escalate import escalate
from portal.services.deadlines.run import run_deadlines
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.messages.ask_customer import ask_customer
from portal.services.messages.ask_question import ask_question
from portal.services.messages.write_message import answer_shop, message_customer
from tests.services.applying.test_apply_for import apply, case_of
from tests.services.test_notify_staff import hire
from tests.support.applications import bought
from tests.support.order_facts import make_line
from tests.support.world import World

S42 = pytest.mark.req("S42")
ESCALATED = [kind for kind, deadline in OF_CASES.items() if deadline.task]


def submitted(world: World) -> str:
    return apply(
        world, world.take(bought(make_line("1", 2, 50000))), kind="refund_only", units=(("1", 2),), reason="quality"
    )


def let_pass(world: World, case_no: str, kind: str) -> None:
    """The case waits for `kind`, and its time is over."""
    with world.deps.database.writing() as connection:
        mine = Case.__table__.c.case_no == case_no
        times = {"deadline_kind": kind, "deadline_at": world.clock.now() - timedelta(minutes=1)}
        connection.execute(update(Case.__table__).where(mine).values(times))


def escalated(world: World, case_no: str) -> None:
    with unit_of_work(world.deps) as work:
        act = lock_case(work, case_no, system(world.made.shop_id), world.deps)
        assert act.case.deadline
        escalate(act, act.case.deadline.kind)


def open_tasks(world: World) -> list[str]:
    return [task["kind"] for task in world.tasks if task["done_at"] is None]


def rings(world: World) -> int:
    """How often staff were told."""
    return sum(job["kind"] == "tell_staff" for job in world.rows(Job))


def done(world: World, key: str) -> None:
    with unit_of_work(world.deps) as work:
        work.tasks.close(key)


@S42
@pytest.mark.parametrize("kind", ESCALATED)
def test_a_second_unanswered_turn_of_a_case_opens_its_task_again_and_rings_again(world: World, kind: str) -> None:
    case_no, task = submitted(world), OF_CASES[kind].task
    before = rings(world)
    for turn in (1, 2):
        let_pass(world, case_no, kind)
        escalated(world, case_no)
        assert open_tasks(world) == [task]
        assert rings(world) == before + turn
        done(world, f"{task}:{case_no}")
        assert open_tasks(world) == []
    assert len(world.tasks) == 1
    assert case_of(world, case_no)["escalated_at"] is not None


@S42
def test_what_is_still_open_stays_one_task_and_rings_again(world: World) -> None:
    case_no = submitted(world)
    before = rings(world)
    for _ in range(2):
        let_pass(world, case_no, "appeal_decided")
        escalated(world, case_no)
    assert open_tasks(world) == ["appeal_unanswered"]
    assert rings(world) == before + 2


def in_time_nobody_answers(world: World) -> dict[str, int]:
    world.clock.move(days=10)
    counts = run_deadlines(deps=world.deps)
    work_all_jobs(deps=world.deps)
    return counts


def mails(world: World) -> int:
    """Those about what waits; each message of the customer is mailed as well."""
    return sum(mail.to == "kefu@shop.example" and "留言" not in mail.subject for mail in world.mailer.sent)


@S42
def test_a_question_asked_again_and_not_answered_again_is_mailed_to_staff_again(world: World) -> None:
    hire(world, "kefu", "agent")
    number = world.take(bought(make_line("1", 2, 50000)))
    values: dict[str, Any] = {"order_no": number, "actor": world.shopper, "deps": world.deps}
    for turn in (1, 2):
        case_no = ask_question(body="什么时候发货", request_id=f"ask-{turn}", **values).case_no
        assert in_time_nobody_answers(world)["case_escalated"] == 1
        assert (open_tasks(world), mails(world)) == (["question_unanswered"], turn)
        by = {"actor": world.made.staff("agent"), "deps": world.deps}
        message_customer(case_no=case_no, body="今天", request_id=f"say-{turn}", **by)
        assert open_tasks(world) == []
    assert world.notices.count("question_escalated") == 2


@S42
def test_an_application_that_waits_for_the_shop_a_second_time_is_mailed_to_staff_again(world: World) -> None:
    hire(world, "kefu", "agent")
    case_no = submitted(world)
    for turn in (1, 2):
        assert in_time_nobody_answers(world)["case_escalated"] == 1
        # One more told of the application itself.
        assert (open_tasks(world), mails(world)) == (["application_unanswered"], 1 + turn)
        by = {"case_no": case_no, "deps": world.deps}
        ask_customer(body="请补照片", actor=world.made.staff("agent"), request_id=f"ask-{turn}", **by)
        assert open_tasks(world) == []
        answer_shop(body="照片在这里", actor=world.shopper, request_id=f"answer-{turn}", **by)
    assert world.notices.count("application_escalated") == 2
