"""What a mail server reports later has the consequences of a refusal at once, for mails of ours alone (S15, S34)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes

import pytest
from sqlalchemy import update

from portal.adapters.mail_message import as_mime
from portal.adapters.mail_reports import delivery_report
from portal.adapters.mailbox_imap import ImapMailbox
from portal.domain.inbox.mail import ReceivedMail
from portal.models.account import Customer
from portal.models.inbox import InboundMail
from portal.models.job import Job, Notice
from portal.models.order import Order as OrderRow
from portal.ports import Mail
from portal.repos.unit_of_work import unit_of_work
from portal.services.inbox.read_mailbox import plan_reading
from portal.services.inbox.receive_mail import receive_mail
from portal.services.intake.import_orders import import_order
from portal.services.jobs.work_jobs import work_all_jobs
from tests.services.messages.test_undelivered import returned, tell, ways
from tests.services.withdrawing.test_declarations import declare, unsent
from tests.services.withdrawing.test_withdraw_contract import LAST
from tests.support.feed import NEVER, fed_order
from tests.support.imap_server import imap_server
from tests.support.packs import PACKS
from tests.support.reports import reported
from tests.support.world import World

pytestmark = pytest.mark.req("S15", "S34")
MAIL = "c1@example.com"


def come_back(world: World, sent: Mail, server: str = "postfix", key: str = "r") -> bool:
    """Whether the report was for a shop of ours."""
    message = message_from_bytes(reported(server, as_mime(sent, world.clock.now())))
    mail = ReceivedMail(
        key=key.ljust(64, "0"),
        sender="mailer-daemon@mail.shop.example",
        recipients=("help@shop.example",),
        subject="Undelivered Mail Returned to Sender",
        text="550 5.1.1",
        is_automatic=True,
        report=delivery_report(message),
    )
    return receive_mail(mail, deps=world.deps)


def states(world: World) -> list[str]:
    return [row["state"] for row in world.rows(InboundMail)]


def test_a_mail_that_comes_back_later_is_on_the_case_once_and_its_customer_is_asked_for_another_contact(
    world: World,
) -> None:
    tell(world)
    for key in ("r1", "r1", "r2"):
        assert come_back(world, world.mailer.sent[0], key=key)
    [notice] = world.rows(Notice)
    assert notice["mailed_at"] and notice["mail_refused_at"]
    assert returned(world) == [{"notice": "address_changed", "way": "mail", "reason": "550 5.1.1"}]
    assert ways(world) == ("mail",) and not world.tasks and states(world) == ["returned", "returned"]
    assert MAIL not in str(world.rows(Customer)[0]["unreachable"]) and not world.rows(InboundMail)[0]["sender"]


def test_what_the_law_owes_becomes_a_task_however_it_was_lost(world: World) -> None:
    tell(world, "application_refused")
    come_back(world, world.mailer.sent[0], "163-taken-for-spam")
    [task] = world.tasks
    assert (task["kind"], task["detail"]) == ("notice_undelivered", {"code": "application_refused"})
    assert ways(world) == (), "the address may be good"


def test_what_is_only_late_is_not_lost(world: World) -> None:
    tell(world, "application_refused")
    assert come_back(world, world.mailer.sent[0], "postfix-delayed")
    assert not returned(world) and not world.tasks and states(world) == ["dropped"]


@pytest.mark.parametrize("part", ["seal", "number", "moment"])
def test_a_forged_report_changes_nothing(world: World, part: str) -> None:
    tell(world, "application_refused")
    sent = world.mailer.sent[0]
    name, _, seal = sent.message_id.partition(".")
    kind, number, moment = name.split("-")
    forged = {
        "seal": f"{name}.{seal[:23]}{'0' if seal[23] != '0' else '1'}{seal[24:]}",
        "number": f"{kind}-{int(number) + 1}-{moment}.{seal}",
        "moment": f"{name[:-1]}{'0' if name[-1] != '0' else '1'}.{seal}",
    }
    come_back(world, replace(sent, message_id=forged[part]))
    assert not returned(world) and not world.tasks and states(world) == ["dropped"]


def test_the_seal_of_a_mail_is_of_this_portal_alone(world: World) -> None:
    tell(world)
    [notice] = world.rows(Notice)
    assert world.mailer.sent[0].message_id.startswith(f"notice-{notice['id']}-")
    assert len(world.mailer.sent[0].message_id.partition(".")[2]) == 32


def test_an_address_that_was_corrected_meanwhile_is_not_the_one_that_came_back(world: World) -> None:
    tell(world, "application_refused")
    with unit_of_work(world.deps) as work:
        work.connection.execute(update(Customer.__table__).values(mail="new@example.com", mail_key="new@example.com"))
    come_back(world, world.mailer.sent[0])
    assert ways(world) == () and len(world.tasks) == 1


def test_that_a_server_took_the_next_mail_proves_nothing_until_no_report_has_come_for_a_week(world: World) -> None:
    tell(world)
    come_back(world, world.mailer.sent[0])
    tell(world)
    assert ways(world) == ("mail",)
    world.clock.move(days=8)
    tell(world)
    assert ways(world) == ()


def test_a_guests_mail_that_comes_back_is_on_the_order_once(world: World) -> None:
    data = fed_order(customer=NEVER, contact={"mail": "gone@example.com"})
    import_order(shop_id=world.made.shop_id, data=data, deps=world.deps)
    with unit_of_work(world.deps) as work:
        work.notices.add(world.made.shop_id, None, "address_changed", {"order_no": "F-1"}, order_no="F-1")
    work_all_jobs(deps=world.deps)
    for _ in range(2):
        come_back(world, world.mailer.to("gone@example.com")[0])
    assert [one["way"] for one in returned(world)] == ["mail"]


def test_a_report_of_a_guests_mail_whose_job_is_forgotten_is_put_down_and_that_is_all(world: World) -> None:
    data = fed_order(customer=NEVER, contact={"mail": "gone@example.com"})
    import_order(shop_id=world.made.shop_id, data=data, deps=world.deps)
    with unit_of_work(world.deps) as work:
        work.notices.add(world.made.shop_id, None, "address_changed", {"order_no": "F-1"}, order_no="F-1")
    work_all_jobs(deps=world.deps)
    with unit_of_work(world.deps) as work:
        work.connection.execute(Job.__table__.delete())
    come_back(world, world.mailer.to("gone@example.com")[0])
    assert not returned(world) and states(world) == ["dropped"]


def test_mails_to_staff_and_codes_that_come_back_bother_nobody(world: World) -> None:
    tell(world)
    sent = replace(world.mailer.sent[0], message_id=f"staff-7-x.{'a' * 32}")
    come_back(world, sent)
    assert not returned(world) and states(world) == ["dropped"]


def test_the_acknowledgement_of_a_declaration_that_comes_back_is_a_task(world: World) -> None:
    with unit_of_work(world.deps) as work:
        work.policies.ensure(world.made.shop_id, PACKS["eu"], by="test")
    world.clock.set(LAST + timedelta(days=1))
    number = world.take(unsent(), policy="eu", customer_id=None)
    with unit_of_work(world.deps) as work:
        work.connection.execute(update(OrderRow.__table__).values(extra={"contact": {"mail": MAIL}}))
    declare(world, number)
    sent = next(mail for mail in world.mailer.sent if mail.message_id.startswith("declaration-"))
    for _ in range(2):
        come_back(world, sent, "exchange")
    assert [(one["notice"], one["reason"]) for one in returned(world)] == [("declaration_received", "550 5.1.10")]
    assert [task["kind"] for task in world.tasks].count("notice_undelivered") == 1


def test_the_worker_reads_a_report_from_the_mailbox_and_staff_see_the_task(world: World) -> None:
    tell(world, "application_refused")
    with imap_server() as imap:
        mailbox = ImapMailbox(imap.url)
        mailbox.read(lambda _mail: True, most=100)
        imap.deliver(reported("163", as_mime(world.mailer.sent[0], world.clock.now())))
        sent_before = len(world.mailer.sent)
        deps = replace(world.deps, mailbox=mailbox)
        plan_reading(deps=deps)
        work_all_jobs(deps=deps)
        assert "\\Seen" in imap.flags()[-1] and "\\Flagged" not in imap.flags()[-1]
    assert returned(world) == [{"notice": "application_refused", "way": "mail", "reason": "550 5.0.0"}]
    assert len(world.tasks) == 1 and ways(world) == ("mail",)
    assert not [mail for mail in world.mailer.sent[sent_before:] if mail.to != "agent@shop.example"]
