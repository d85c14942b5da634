"""A shop's next policy in a real browser: drafted, tried out and published by two, with scripts and without."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.browser.test_staff_desk import come_in
from tests.support.browsers import Live, Screen
from tests.support.staff import Office, open_office


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


@pytest.mark.req("N4", "N8")
def test_a_supervisor_drafts_and_another_publishes(office: Office, live: Live, screen: Screen) -> None:
    come_in(office, live, screen, "supervisor")
    page = screen.open(f"{live.url}/staff/policies")
    screen.axe_clean()
    page.click("form[action$='/draft/begin'] button")
    page.wait_for_url("**/staff/policies/draft")
    page.fill("[name='windows.no_reason_days']", "3")
    page.click(".pack-save button")
    page.wait_for_selector("[role=alert] a[href='#f-windows-no_reason_days']")
    screen.axe_clean()
    assert page.input_value("[name='windows.no_reason_days']") == "3"
    page.fill("[name='windows.no_reason_days']", "30")
    page.click(".pack-save button")
    page.wait_for_url("**/staff/policies/review")
    page.click("form[action$='/simulate'] button")
    page.wait_for_selector("#simulation[data-state=running]")
    screen.axe_clean()
    office.work()
    if not screen.scripts:
        page.click("text=刷新进度")
    page.wait_for_selector("#simulation[data-state=done]")
    page.click("form[action$='/propose'] button")
    page.wait_for_selector("[data-not-approve]")
    screen.axe_clean()
