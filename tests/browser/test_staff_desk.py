"""The staff door in a real browser: scripts on and off, phone and desk, light and dark, both languages."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.services.write_message import answer_shop, message_customer, note_internally
from tests.browsers import Live, Screen
from tests.staff import PASSWORD, Office, open_office


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def look(screen: Screen) -> None:
    screen.fits()
    screen.axe_clean()


@pytest.mark.req("S42", "P14")
def test_a_supervisor_comes_in_and_answers_a_cancel(office: Office, live: Live, screen: Screen) -> None:
    case_no, other = office.waiting(), office.waiting(reason="late_shipment")
    staff = office.made.staff("agent")
    login = office.add("supervisor")
    message_customer(case_no=case_no, body="包裹还在仓库。", actor=staff, request_id="m1", deps=office.deps)
    answer_shop(case_no=case_no, body="好的。", actor=office.made.shopper, request_id="a1", deps=office.deps)
    note_internally(case_no=case_no, body="客户很急。", actor=staff, request_id="n1", deps=office.deps)

    page = screen.open(f"{live.url}/staff/cases")
    look(screen)
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/staff/verify")
    look(screen)
    page.fill("[name=code]", office.code())
    page.click("main button")
    page.wait_for_url("**/staff/cases")
    assert [row.get_attribute("data-case") for row in page.query_selector_all("tr[data-case]")] == [other, case_no]
    look(screen)

    page.click(f"tr[data-case={case_no}] a")
    page.wait_for_url(f"**/staff/cases/{case_no}")
    look(screen)
    page.click("form[action$=claim] button")
    page.wait_for_selector("form[action$=release]")
    page.click("label[for=answer-too_late]")
    page.click("#hold button")
    page.wait_for_selector("#hold [role=alert]")
    assert page.is_checked("#answer-too_late")
    look(screen)
    page.fill("#left_at", "2026-11-20T11:50")
    page.click("#hold button")
    page.wait_for_selector("[data-case][data-state=rejected]")
    look(screen)

    screen.open(f"{live.url}/staff/cases/{other}")
    page.click("label[for=answer-stopped]")
    page.click("#hold button")
    page.wait_for_selector("[data-case][data-state=refunding]")
    for path in ("/staff/orders?q=TP", "/staff/orders/TP20260001", "/staff/refunds", "/staff/nowhere"):
        screen.open(live.url + path)
        look(screen)


@pytest.mark.req("S42")
def test_the_staff_pages_in_english(office: Office, live: Live, screen: Screen) -> None:
    case_no, login = office.waiting(), office.add("agent")
    page = screen.open(f"{live.url}/staff/sign-in")
    page.click("form.language button")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/staff/verify")
    page.fill("[name=code]", office.code())
    page.click("main button")
    page.wait_for_url("**/staff/cases")
    for path in ("/staff/cases", f"/staff/cases/{case_no}", "/staff/orders", "/staff/refunds"):
        screen.open(live.url + path)
        assert page.get_attribute("html", "lang") == "en"
        look(screen)
