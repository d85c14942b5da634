"""The staff door in a real browser: scripts on and off, phone and desk, light and dark, both languages."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.services.cases.assign import release_case
from portal.services.messages.write_message import answer_shop, message_customer, note_internally
from tests.routes.staff.test_deciding import applied
from tests.support.browsers import Live, Screen
from tests.support.journeys import PHOTO, sign_in_staff
from tests.support.staff import PASSWORD, Office, open_office


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
    # Writing has taken the case.
    release_case(case_no=case_no, actor=staff, request_id="r1", deps=office.deps)

    sign_in_staff(screen, live.url, login, office.code, look)
    page = screen.page
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


def come_in(office: Office, live: Live, screen: Screen, role: str) -> None:
    sign_in_staff(screen, live.url, office.add(role), office.code)


@pytest.mark.req("S42", "S39", "S20", "N2")
def test_an_application_is_asked_about_quoted_and_accepted_in_part(office: Office, live: Live, screen: Screen) -> None:
    case_no = applied(office)
    come_in(office, live, screen, "agent")
    page = screen.open(f"{live.url}/staff/cases/{case_no}")
    look(screen)
    page.click("#ask summary")
    page.fill("#ask-body", "请拍一张标签。")
    page.click("text=请客户补充 >> nth=-1")
    page.wait_for_selector("[data-case][data-state=needs_info]")
    page.fill("#decide-reason", "还在看。")
    page.click("#note summary")
    page.fill("#note-body", "和上次一样。")
    page.set_input_files("#note-evidence", files=[PHOTO])
    if screen.scripts:
        page.wait_for_selector("form[action$=note] [name=evidence_id]", state="attached")
        assert page.input_value("#decide-reason") == "还在看。"
    page.click("text=保存备注")
    page.wait_for_selector("#evidence .files a")
    page.click("label[for=decision-refuse]")
    page.click(".answer-button")
    page.wait_for_selector("#decide [role=alert]")
    look(screen)
    page.click("label[for=decision-partly]")
    page.fill("#quantity-1", "2")
    page.click("text=计算金额")
    page.wait_for_selector("#decide-quote [data-amount=refund][value='200.00']")
    look(screen)
    page.fill("#decide-reason", "只有两件有问题。")
    page.click(".answer-button")
    page.wait_for_selector("[data-case][data-state=refunding]")
    look(screen)


def enter(office: Office, live: Live, screen: Screen, login: str) -> None:
    """Signs in, whoever was before."""
    screen.page.context.clear_cookies()
    page = screen.open(f"{live.url}/staff/cases")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/staff/verify")
    page.fill("[name=code]", office.code())
    page.press("[name=code]", "Enter")
    page.wait_for_url("**/staff/cases")


@pytest.mark.req("S44")
def test_what_goes_beyond_policy_takes_two_people(office: Office, live: Live, screen: Screen) -> None:
    case_no, page = applied(office), screen.page
    enter(office, live, screen, office.add("agent"))
    screen.open(f"{live.url}/staff/cases/{case_no}")
    page.click("#goodwill a[href$=goodwill]")
    page.wait_for_url("**/goodwill")
    look(screen)
    page.check("[name=kind][value=amount]")
    page.fill("[name=amount]", "5.00")
    page.fill("[name=reason]", "老客户")
    page.click("main form[action$=goodwill] .actions button")
    page.wait_for_url(f"**/staff/cases/{case_no}")
    page.click("#goodwill [data-state=waiting] a")
    page.wait_for_url("**/staff/approvals/*")
    assert page.locator("[name=answer]").count() == 0

    enter(office, live, screen, office.add("supervisor"))
    screen.open(f"{live.url}/staff/approvals")
    look(screen)
    page.click("tr[data-goodwill] a")
    page.wait_for_url("**/staff/approvals/*")
    look(screen)
    page.check("[name=answer][value=approve]")
    page.click("main form .actions button >> nth=0")
    page.wait_for_url("**/staff/approvals")
    assert page.locator("tr[data-goodwill][data-state=granted]").count() == 1
    page.set_viewport_size({"width": 768, "height": 1024})
    screen.fits()
