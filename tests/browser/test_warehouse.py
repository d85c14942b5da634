"""A day in the warehouse, by a scanner that types like a keyboard: scripts on and off, axe (S28, P5)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.routes.staff.test_deciding import applied
from tests.support.browsers import Live, Screen
from tests.support.journeys import looks_right
from tests.support.said import decide_case
from tests.support.staff import PASSWORD, Office, open_office


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def scan(screen: Screen, number: str) -> None:
    """As the scanner does: letters, then Enter, into whatever has the focus."""
    page = screen.page
    page.goto(page.url)  # axe has moved the focus
    page.wait_for_selector("[name=q]:focus")
    page.keyboard.type(number)
    page.keyboard.press("Enter")


@pytest.mark.req("S28", "P5", "N8")
def test_a_parcel_is_scanned_received_scanned_again_and_inspected(office: Office, live: Live, screen: Screen) -> None:
    case_no, login = applied(office, "return_refund", "no_reason"), office.add("warehouse")
    found = office.rows(f"SELECT return_no, state FROM after_sales_case WHERE case_no = '{case_no}'")[0]
    if found["state"] == "submitted":
        by = {"actor": office.made.staff("agent"), "request_id": "yes", "deps": office.deps}
        decide_case(case_no=case_no, decision="accept", **by)
        found = office.rows(f"SELECT return_no FROM after_sales_case WHERE case_no = '{case_no}'")[0]
    page = screen.open(f"{live.url}/staff/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/staff/verify")
    page.fill("[name=code]", office.code())
    page.click("main button")
    page.wait_for_url("**/staff/warehouse")
    looks_right(screen)
    scan(screen, "XX99")
    page.wait_for_url("**/staff/scan?q=XX99")
    looks_right(screen)
    scan(screen, found["return_no"].lower())
    page.wait_for_url(f"**/staff/cases/{case_no}?scan=1")
    looks_right(screen)
    page.click("form[action$=receive] button")
    page.wait_for_url("**/staff/scan?done=*")
    looks_right(screen)
    scan(screen, found["return_no"])
    page.wait_for_url(f"**/staff/cases/{case_no}?scan=1")
    page.wait_for_selector("[name=q]:focus")  # until the page has given it the focus, it may still take it away
    page.fill("[name=reject-1]", "1")
    page.click("text=计算金额")
    page.wait_for_selector(".found-units [name=accept-1][placeholder='2']")
    looks_right(screen)
    page.check("[name=why][value=damaged]", force=True)
    page.click("summary:has-text('另外收到的商品')")
    page.fill("[name=extra]", "1")
    page.fill("[name=extra_what]", "一条充电线")
    page.check("[name=extra_then][value=send_back]")
    page.click("form[action$=inspect] button.primary:not(.unseen)")
    page.wait_for_url("**/staff/scan?done=*")
    scan(screen, case_no)
    page.wait_for_url(f"**/staff/cases/{case_no}?scan=1")
    assert "另外收到1件没有申请退回的商品：一条充电线" in page.inner_text("#goods")
    looks_right(screen)
