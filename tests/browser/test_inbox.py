"""A mail to the shop becomes a case in a browser: confirmed by its sender, or dealt with by staff (S34)."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.domain.inbox.mail import ReceivedMail
from portal.services.inbox.receive_mail import receive_mail
from tests.support.applications import bought
from tests.support.browsers import Live, Screen
from tests.support.inbox_presses import came
from tests.support.journeys import looks_right
from tests.support.order_facts import make_line
from tests.support.staff import PASSWORD, Office, open_office


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


@pytest.mark.req("S34", "N8")
def test_a_mail_is_confirmed_by_the_link_that_was_sent_to_its_sender(
    office: Office, live: Live, screen: Screen
) -> None:
    number = office.take(bought(make_line("1", 3, 30000)))
    mail = ReceivedMail(key="m" * 64, sender="c1@example.com", recipients=(), subject=number, text="杯子碎了，怎么退？")
    receive_mail(mail, deps=office.deps)
    page = screen.open(f"{live.url}/mail/{office.rows('SELECT public_id FROM inbound_mail')[0]['public_id']}")
    looks_right(screen)
    page.click("text=确认，转给客服")
    page.wait_for_selector("[data-state=joined]")
    looks_right(screen)
    assert [row["body"] for row in office.rows("SELECT body FROM message")] == ["杯子碎了，怎么退？"]


@pytest.mark.req("S34", "P5", "N8")
def test_a_mail_that_found_nothing_is_noted_on_a_case_by_staff(office: Office, live: Live, screen: Screen) -> None:
    case_no, login, address = office.waiting(), office.add("agent"), came(office)
    page = screen.open(f"{live.url}/staff/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/staff/verify")
    page.fill("[name=code]", office.code())
    page.click("main button")
    page.wait_for_url("**/staff/cases")
    page.goto(f"{live.url}/staff/inbox")
    looks_right(screen)
    page.click("[data-mail] a")
    page.wait_for_url(f"**{address}")
    looks_right(screen)
    page.fill("[name=case_no]", case_no)
    page.click("text=记在这个申请里")
    page.wait_for_url("**/staff/inbox")
    looks_right(screen)
    assert "杯子碎了" in office.rows("SELECT body FROM message WHERE is_internal")[0]["body"]
