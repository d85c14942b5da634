"""Mails become messages of a case, questions that are confirmed, or something for staff; each once (S34)."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from portal.domain.errors import Conflict, Expired, Forbidden, Invalid, NotFound
from portal.domain.evidence.files import Upload
from portal.domain.inbox.mail import ReceivedMail
from portal.models.case import Case
from portal.models.evidence import EvidenceLink
from portal.models.inbox import InboundMail
from portal.models.message import Message
from portal.models.order import Order as OrderRow
from portal.repos.unit_of_work import unit_of_work
from portal.services.inbox.confirm_mail import confirm_mail
from portal.services.inbox.handle_mail import note_mail, put_mail_aside
from portal.services.inbox.read_mailbox import plan_reading
from portal.services.inbox.receive_mail import receive_mail
from portal.services.jobs.sweep import sweep
from portal.services.jobs.work_jobs import work_all_jobs
from tests.adapters.pictures import encoded, photo
from tests.services.messages.test_ask_question import ask
from tests.support.applications import bought
from tests.support.make import make_customer, make_shop
from tests.support.order_facts import make_line
from tests.support.world import World

pytestmark = pytest.mark.req("S34")
THEIRS = "c1@example.com"


@pytest.fixture
def number(world: World) -> str:
    return world.take(bought(make_line("1", 3, 30000)))


def mail(key: str = "k1", **said: Any) -> ReceivedMail:
    whole = {"sender": THEIRS, "recipients": ("help@shop.example",), "subject": "退款", "text": "杯子碎了"}
    return ReceivedMail(key=key.ljust(64, "0"), **{**whole, **said})


def come(world: World, *args: Any, **said: Any) -> dict[str, Any]:
    """The row of a mail that has come."""
    one = mail(*args, **said)
    assert receive_mail(one, deps=world.deps)
    return next(dict(row) for row in world.rows(InboundMail) if row["key"] == one.key)


def test_a_mail_that_names_a_case_is_a_message_of_it_by_its_customer(world: World, number: str) -> None:
    case_no = ask(world, number)
    row = come(world, subject=f"Re: 申请 {case_no}", text="还没收到\n\n> 旧的内容")
    message = world.rows(Message)[-1]
    assert (message["body"], message["author_kind"]) == ("还没收到", "shopper")
    assert (row["state"], row["body"], row["sender"]) == ("joined", "", "")
    assert world.events(number)[-1] == "shopper:mail:received"


def test_a_mail_taken_in_again_changes_nothing(world: World, number: str) -> None:
    ask(world, number)
    come(world, subject=number)
    come(world, subject=number)
    assert len(world.rows(InboundMail)) == 1 and len(world.rows(Message)) == 2


def test_a_customer_with_one_open_case_need_not_name_it(world: World, number: str) -> None:
    ask(world, number)
    assert come(world, subject="你好")["state"] == "joined"


@pytest.mark.parametrize("sender", ["other@example.com", "c2@example.com"])
def test_nobody_writes_in_a_case_by_naming_its_number_from_another_address(
    world: World, number: str, sender: str
) -> None:
    make_customer(world.deps, world.made.shop_id, 2)
    case_no = ask(world, number)
    row = come(world, sender=sender, subject=case_no)
    assert (row["state"], row["why"]) == ("waiting", "stranger")
    assert len(world.rows(Message)) == 1


def test_attachments_come_in_by_the_one_way_and_what_is_no_good_is_said(world: World, number: str) -> None:
    ask(world, number)
    picture = encoded(photo())
    files = (
        Upload(name="杯子.jpg", size=len(picture), content=io.BytesIO(picture)),
        Upload(name="macro.doc", size=4, content=io.BytesIO(b"\xd0\xcf\x11\xe0")),
    )
    come(world, subject=number, attachments=files)
    assert world.rows(Message)[-1]["body"] == "杯子碎了\n（1个附件没有收下）"
    assert len(world.rows(EvidenceLink)) == 1


def test_a_machine_is_never_answered_and_bothers_nobody(world: World, number: str) -> None:
    row = come(world, subject=number, is_automatic=True)
    work_all_jobs(deps=world.deps)
    assert (row["state"], row["sender"], world.mailer.sent) == ("dropped", "", [])


def confirmation(world: World, row: dict[str, Any]) -> str:
    work_all_jobs(deps=world.deps)
    (sent,) = world.mailer.to(THEIRS)
    assert f"/mail/{row['public_id']}" in sent.body and "/mail/" in sent.html
    return str(row["public_id"])


def test_a_new_mail_becomes_a_question_once_its_sender_has_confirmed_it(world: World, number: str) -> None:
    picture = encoded(photo())
    row = come(
        world, subject=number, attachments=(Upload(name="a.jpg", size=len(picture), content=io.BytesIO(picture)),)
    )
    assert row["state"] == "asked" and not world.rows(Case)
    public_id = confirmation(world, row)
    by = {"actor": world.made.staff("agent"), "deps": world.deps}
    done = confirm_mail(public_id=public_id, request_id="1", **by)
    (case,) = world.rows(Case)
    assert (case["kind"], case["case_no"], case["opened_by"]) == ("question", done.case_no, world.shopper.key)
    assert world.rows(Message)[-1]["body"] == "杯子碎了" and len(world.rows(EvidenceLink)) == 1
    assert confirm_mail(public_id=public_id, request_id="1", **by) == done
    with pytest.raises(Conflict):
        confirm_mail(public_id=public_id, request_id="2", **by)
    assert len(world.rows(Message)) == 1


def test_a_mail_that_nobody_confirms_in_time_waits_for_staff(world: World, number: str) -> None:
    row = come(world, subject=number)
    world.clock.move(hours=21)
    with pytest.raises(Expired):
        confirm_mail(public_id=row["public_id"], actor=world.shopper, request_id="1", deps=world.deps)
    plan_reading(deps=world.deps)
    (row,) = world.rows(InboundMail)
    assert (row["state"], row["why"], row["body"]) == ("waiting", "unconfirmed", "杯子碎了")
    with pytest.raises(Expired):
        confirm_mail(public_id=row["public_id"], actor=world.shopper, request_id="2", deps=world.deps)


def test_one_address_gets_a_few_links_a_day(world: World, number: str) -> None:
    for count in range(6):
        come(world, f"k{count}", subject=number)
    work_all_jobs(deps=world.deps)
    assert len(world.mailer.to(THEIRS)) == 3


def test_an_order_without_an_account_is_written_about_from_the_contact_that_stands_on_it(world: World) -> None:
    number = world.take(bought(make_line("1", 1, 30000)), customer_id=None)
    with unit_of_work(world.deps) as work:
        work.connection.execute(update(OrderRow.__table__).values(extra={"contact": {"mail": "G@example.com"}}))
    row = come(world, subject=f"订单{number}", sender="g@example.com")
    assert row["state"] == "asked"
    done = confirm_mail(public_id=row["public_id"], actor=world.shopper, request_id="1", deps=world.deps)
    assert world.rows(Case)[0]["case_no"] == done.case_no
    assert world.rows(Message)[-1]["author_kind"] == "guest"


def waiting(world: World, number: str) -> tuple[int, str]:
    case_no = ask(world, number)
    return come(world, sender="other@example.com", subject="你好")["id"], case_no


def test_staff_note_a_mail_on_a_case_under_their_own_name(world: World, number: str) -> None:
    mail_id, case_no = waiting(world, number)
    by = {"mail_id": mail_id, "actor": world.made.staff("agent"), "deps": world.deps}
    with pytest.raises(Invalid):
        note_mail(case_no="T1", request_id="0", **by)
    note_mail(case_no=case_no.lower(), request_id="1", **by)
    note = world.rows(Message)[-1]
    assert note["is_internal"] and "杯子碎了" in note["body"] and note["author_kind"] == "staff"
    with pytest.raises(Conflict):
        put_mail_aside(request_id="2", **by)


def test_who_may_not_write_and_who_is_of_another_shop_reach_no_mail(world: World, number: str) -> None:
    mail_id, _ = waiting(world, number)
    with pytest.raises(Forbidden):
        put_mail_aside(mail_id=mail_id, actor=world.made.staff("auditor"), request_id="1", deps=world.deps)
    with pytest.raises(NotFound):
        put_mail_aside(mail_id=mail_id + 1, actor=world.made.staff("agent"), request_id="2", deps=world.deps)


def test_what_was_dealt_with_is_forgotten_after_a_month(world: World, number: str) -> None:
    mail_id, _ = waiting(world, number)
    put_mail_aside(mail_id=mail_id, actor=world.made.staff("agent"), request_id="1", deps=world.deps)
    world.clock.move(days=29)
    sweep(deps=world.deps)
    assert world.rows(InboundMail)[0]["body"]
    world.clock.move(days=2)
    sweep(deps=world.deps)
    (row,) = world.rows(InboundMail)
    assert not any(row[name] for name in ("sender", "subject", "body", "sender_key")) and row["state"] == "done"


def test_no_mail_is_taken_in_where_no_shop_is_meant(world: World) -> None:
    make_shop(world.deps, key="second")
    assert not receive_mail(mail(), deps=world.deps)
    assert not world.rows(InboundMail) and world.rows(OrderRow) == []


def test_a_mail_is_kept_at_most_as_long_as_its_files(world: World, number: str) -> None:
    row = come(world, subject=number)
    assert row["expires_at"] - row["received_at"] < timedelta(days=1)
