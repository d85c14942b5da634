"""Messages of a case, internal notes, whose case it is, and who is mailed (S41, S42, P7, S15)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal.domain.errors import Conflict, Forbidden, NotFound, Reused
from portal.domain.identity.access import Actor
from portal.domain.shops.settings import ShopSettings
from portal.models.event import Event
from portal.pages.shop.cases import case_page
from portal.repos.unit_of_work import reading
from portal.services.applying.reopen import reopen_case
from portal.services.cancelling.answer_cancel import answer_cancel
from portal.services.cases.assign import claim_case, release_case
from portal.services.deadlines.run import run_deadlines
from portal.services.identity.staff_accounts import add_staff
from portal.services.identity.unmask_customer import unmask_customer
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.messages.ask_customer import ask_customer
from portal.services.messages.write_message import answer_shop, message_customer, note_internally
from portal.services.withdrawing.close_with_consent import close_with_consent
from tests.pages.staff.test_queue import applied
from tests.support.order_facts import make_line, make_order
from tests.support.queue import queue_of
from tests.support.world import World


def waiting(world: World) -> str:
    number = world.take(make_order(make_line("1", 2, 5000), status="picking"))
    return world.cancel(number).case_no


def people(world: World) -> dict[str, Actor]:
    """One member of staff a role, with a mail address each."""
    for role in ("agent", "supervisor", "warehouse", "auditor"):
        add_staff(
            login=f"{role}-1", role=role, shop_keys=("tepai",), password="staff password", mail=f"{role}@example.com",
            totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", deps=world.deps,
        )  # fmt: skip
    with reading(world.deps) as work:
        colleagues = work.staff_sessions.colleagues(world.made.shop_id)
    return {
        person.role: Actor(kind="staff", shop_id=world.made.shop_id, id=person.id, role=person.role)
        for person in colleagues
    }


def seen_by_customer(world: World, case_no: str) -> list[tuple[str, str]]:
    page = case_page(case_no=case_no, actor=world.shopper, settings=ShopSettings(), deps=world.deps)
    return [(message.who, message.body) for message in page.messages]


def subjects(world: World, address: str) -> list[str]:
    work_all_jobs(deps=world.deps)
    return [mail.subject for mail in world.mailer.to(address)]


@pytest.mark.req("S41", "P7")
def test_both_sides_write_and_notes_stay_inside(world: World) -> None:
    case_no, staff = waiting(world), people(world)
    message_customer(case_no=case_no, body="包裹还在仓库。", actor=staff["agent"], request_id="m1", deps=world.deps)
    note_internally(case_no=case_no, body="客户很急。", actor=staff["agent"], request_id="n1", deps=world.deps)
    answer_shop(case_no=case_no, body="好的。", actor=world.shopper, request_id="a1", deps=world.deps)
    assert seen_by_customer(world, case_no) == [("shop", "包裹还在仓库。"), ("customer", "好的。")]
    assert world.notices.count("message_from_shop") == 1
    with reading(world.deps) as work:
        texts = [event.text for event in work.events.of_order(1)]
    assert not any("仓库。" in text or "很急" in text for text in texts)


@pytest.mark.req("S37")
def test_a_message_sent_twice_is_one_and_another_under_the_same_id_is_refused(world: World) -> None:
    case_no = waiting(world)
    for _ in range(2):
        answer_shop(case_no=case_no, body="好的。", actor=world.shopper, request_id="a1", deps=world.deps)
    with pytest.raises(Reused):
        answer_shop(case_no=case_no, body="不好。", actor=world.shopper, request_id="a1", deps=world.deps)
    assert seen_by_customer(world, case_no) == [("customer", "好的。")]


def test_nobody_writes_on_somebody_elses_case(world: World) -> None:
    case_no = waiting(world)
    stranger = Actor(kind="shopper", shop_id=world.made.shop_id, id=999)
    guest = Actor(kind="guest", shop_id=world.made.shop_id, order_no="A-none")
    for actor in (stranger, guest):
        with pytest.raises(NotFound):
            answer_shop(case_no=case_no, body="x", actor=actor, request_id="a1", deps=world.deps)
    answer_shop(
        case_no=case_no, body="我是收货人。", actor=Actor(kind="guest", shop_id=world.made.shop_id, order_no="A-1"),
        request_id="a2", deps=world.deps,
    )  # fmt: skip
    for act in (message_customer, note_internally):
        with pytest.raises(Forbidden):
            act(case_no=case_no, body="x", actor=world.made.staff("warehouse"), request_id="m", deps=world.deps)


@pytest.mark.req("S42")
def test_a_case_has_one_owner_at_a_time(world: World) -> None:
    case_no, staff = waiting(world), people(world)
    claim_case(case_no=case_no, actor=staff["agent"], request_id="c1", deps=world.deps)
    with pytest.raises(Conflict):
        claim_case(case_no=case_no, actor=staff["supervisor"], request_id="c2", deps=world.deps)
    release_case(case_no=case_no, actor=staff["supervisor"], request_id="r1", deps=world.deps)
    with pytest.raises(Conflict):
        release_case(case_no=case_no, actor=staff["agent"], request_id="r2", deps=world.deps)
    with pytest.raises(Forbidden):
        claim_case(case_no=case_no, actor=staff["warehouse"], request_id="c3", deps=world.deps)
    assert [kind for kind in world.events("A-1") if ":case:" in kind] == ["staff:case:claimed", "staff:case:released"]


@pytest.mark.req("S42", "S15", "S9")
def test_those_who_may_answer_are_mailed_of_a_new_cancel_and_of_a_silent_warehouse(world: World) -> None:
    people(world)
    case_no = waiting(world)
    for role in ("agent", "supervisor", "warehouse"):
        assert subjects(world, f"{role}@example.com") == ["需要处理：有取消申请等仓库答复（订单A-1）"]
    assert subjects(world, "auditor@example.com") == []
    assert f"https://after.example/staff/cases/{case_no}" in world.mailer.to("agent@example.com")[0].body
    run_deadlines(as_of=world.clock.now() + timedelta(hours=3), deps=world.deps)
    run_deadlines(as_of=world.clock.now() + timedelta(hours=4), deps=world.deps)
    assert subjects(world, "warehouse@example.com")[1:] == ["需要处理：仓库没有答复取消申请（订单A-1）"]


@pytest.mark.req("S41", "S15")
def test_whoever_has_the_case_is_mailed_each_time_the_customer_writes(world: World) -> None:
    staff = people(world)
    case_no = waiting(world)
    answer_shop(case_no=case_no, body="在吗", actor=world.shopper, request_id="a0", deps=world.deps)
    claim_case(case_no=case_no, actor=staff["agent"], request_id="c1", deps=world.deps)
    for number in (1, 2):
        answer_shop(case_no=case_no, body="在吗", actor=world.shopper, request_id=f"a{number}", deps=world.deps)
    told = "需要处理：客户发来留言（订单A-1）"
    assert subjects(world, "agent@example.com").count(told) == 3
    # While it was nobody's, everybody was mailed.
    assert subjects(world, "supervisor@example.com").count(told) == 1


@pytest.mark.req("N9")
def test_a_look_at_somebodys_details_is_recorded_without_their_details(world: World) -> None:
    case_no, staff = waiting(world), people(world)
    unmask_customer(case_no=case_no, reason="张三来电", actor=staff["agent"], request_id="u1", deps=world.deps)
    assert world.events("A-1")[-1] == "staff:customer:unmasked"
    assert seen_by_customer(world, case_no) == []
    with pytest.raises(Forbidden):
        unmask_customer(case_no=case_no, reason="x", actor=staff["auditor"], request_id="u2", deps=world.deps)


@pytest.mark.parametrize("is_closed", [False, True], ids=["nobody's", "closed"])
def test_what_a_customer_writes_reaches_staff_whosever_the_case_is_and_however_it_stands(
    world: World, is_closed: bool
) -> None:
    case_no, staff = waiting(world), people(world)
    if is_closed:
        by = {"actor": staff["warehouse"], "request_id": "h1", "deps": world.deps}
        answer_cancel(case_no=case_no, answer="stopped", left_at=None, **by)
        world.settle()
    for number in (1, 2):
        answer_shop(case_no=case_no, body="在吗？", actor=world.shopper, request_id=f"a{number}", deps=world.deps)
    wrote = [subject for subject in subjects(world, "agent@example.com") if "留言" in subject]
    assert len(wrote) == 2 and not [subject for subject in subjects(world, "auditor@example.com") if "留言" in subject]
    page = queue_of(staff["agent"], world.deps, state="unread")
    assert [(row.case_no, "unread" in row.marks) for row in page.rows] == [(case_no, True)]
    assert next(view.count for view in page.views if view.code == "unread") == 1
    open_tasks = [task for task in world.tasks if task.kind == "customer_wrote" and task.done_at is None]
    assert [task.deadline_at is not None for task in open_tasks] == [True]
    message_customer(case_no=case_no, body="在的。", actor=staff["agent"], request_id="m1", deps=world.deps)
    page = queue_of(staff["agent"], world.deps, state="unread")
    assert not page.rows and not [task for task in world.tasks if task.kind == "customer_wrote" and not task.done_at]
    with reading(world.deps) as work:
        assert work.cases.get(case_no, staff["agent"]).assignee_id == staff["agent"].id


@pytest.mark.req("S42")
@pytest.mark.parametrize("what", ["asked", "stopped", "closed", "reopened"])
def test_whatever_staff_answer_a_customer_with_leaves_nothing_unread(world: World, what: str) -> None:
    case_no, staff = waiting(world) if what == "stopped" else applied(world, "refund_only", "quality"), people(world)
    by: dict[str, Any] = {"case_no": case_no, "actor": staff["agent"], "request_id": "act", "deps": world.deps}
    if what == "reopened":
        ask_customer(body="请补照片", **(by | {"request_id": "before"}))
        world.clock.move(days=30)
        run_deadlines(deps=world.deps)
    answer_shop(case_no=case_no, body="在吗？", actor=world.shopper, request_id="a", deps=world.deps)
    assert [row.case_no for row in queue_of(staff["agent"], world.deps, state="unread").rows] == [case_no]
    acts: dict[str, Callable[[], object]] = {
        "asked": lambda: ask_customer(body="请补照片", **by),
        "stopped": lambda: answer_cancel(answer="stopped", left_at=None, **by),
        "closed": lambda: close_with_consent(reason="客户来电说不退了", **by),
        "reopened": lambda: reopen_case(reason="照片收到了", **by),
    }
    acts[what]()
    assert queue_of(staff["agent"], world.deps, state="unread").rows == ()
    assert not [task for task in world.tasks if task.kind == "customer_wrote" and task.done_at is None]
    with reading(world.deps) as work:
        owner = work.cases.get(case_no, staff["agent"]).assignee_id
    assert owner == (staff["agent"].id if what in ("asked", "reopened") else None)


def test_what_the_warehouse_says_of_a_parcel_answers_no_message(world: World) -> None:
    case_no, staff = waiting(world), people(world)
    answer_shop(case_no=case_no, body="可以改地址吗？", actor=world.shopper, request_id="a", deps=world.deps)
    by = {"actor": staff["warehouse"], "request_id": "h1", "deps": world.deps}
    answer_cancel(case_no=case_no, answer="stopped", left_at=None, **by)
    assert [row.case_no for row in queue_of(staff["agent"], world.deps, state="unread").rows] == [case_no]


def test_a_message_that_nobody_answers_in_time_is_told_of_once_more(world: World) -> None:
    case_no, staff = waiting(world), people(world)
    by = {"actor": staff["warehouse"], "request_id": "h1", "deps": world.deps}
    answer_cancel(case_no=case_no, answer="stopped", left_at=None, **by)
    answer_shop(case_no=case_no, body="在吗？", actor=world.shopper, request_id="a1", deps=world.deps)
    [task] = [task for task in world.tasks if task.kind == "customer_wrote"]
    before = len([subject for subject in subjects(world, "agent@example.com") if "留言" in subject])
    for late, acted in ((timedelta(0), 0), (timedelta(seconds=1), 1), (timedelta(seconds=1), 0)):
        assert run_deadlines(as_of=task.deadline_at + late, deps=world.deps)["message_escalated"] == acted
    assert len([subject for subject in subjects(world, "agent@example.com") if "留言" in subject]) == before + 1


@pytest.mark.req("S21")
def test_a_colleague_who_is_named_in_a_note_is_mailed_once_for_it_and_the_note_says_whom_it_names(world: World) -> None:
    crew, case_no = people(world), waiting(world)
    work_all_jobs(deps=world.deps)
    world.mailer.sent.clear()
    text = "@supervisor-1 和 @auditor-1 请看，@supervisor-1 尤其；@agent-1 @nobody"
    for _ in range(2):
        by = {"actor": crew["agent"], "request_id": "note-1", "deps": world.deps}
        note_internally(case_no=case_no, body=text, **by)  # type: ignore[arg-type]
        work_all_jobs(deps=world.deps)
    told = sorted(mail.to for mail in world.mailer.sent if "提到您" in mail.subject)
    assert told == ["auditor@example.com", "supervisor@example.com"]
    assert "尤其" not in world.mailer.sent[0].body, "the words stay on the case"
    named = f'"mentions":[{crew["supervisor"].id},{crew["auditor"].id}]'
    assert [named in event["text"] for event in world.rows(Event) if "note:kept" in event["kind"]] == [True]
