"""A draft in a real browser: kept as one types, or by its button without scripts, and there again (P25)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.browser.test_staff_desk import come_in
from tests.routes.staff.test_deciding import applied
from tests.support.browsers import Live, Screen
from tests.support.staff import Office, open_office

P25 = pytest.mark.req("P25", "N8")


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


@P25
def test_what_was_begun_is_kept_and_sent_later(office: Office, live: Live, screen: Screen) -> None:
    case_no = applied(office)
    come_in(office, live, screen, "agent")
    page = screen.open(f"{live.url}/staff/cases/{case_no}")
    page.fill("#message-body", "我们看过照片了，请您")
    if screen.scripts:
        page.wait_for_selector("#draft-message:has-text('已保存')")
    else:
        page.click("#desk-messages .draft button[name=part][value=message]")
    page = screen.open(f"{live.url}/staff/cases/{case_no}")
    assert page.input_value("#message-body") == "我们看过照片了，请您"
    assert "写的草稿" in page.inner_text("#draft-message")
    screen.axe_clean()
    page.fill("#message-body", "我们看过照片了，请您等一等")
    page.click("#desk-messages button:has-text('发送留言')")
    page.wait_for_selector("#desk-messages :text('请您等一等')")
    assert screen.open(f"{live.url}/staff/cases/{case_no}").input_value("#message-body") == ""
    assert office.rows("SELECT * FROM desk_draft") == []


@P25
def test_who_else_looks_stands_on_the_desk_by_itself(office: Office, live: Live, screen: Screen) -> None:
    case_no = applied(office)
    desk = office.desk("supervisor", htmx=True)
    desk.open(f"/staff/cases/{case_no}").submit("/presence")
    come_in(office, live, screen, "agent")
    address = f"{live.url}/staff/cases/{case_no}"
    if screen.scripts:
        with screen.page.expect_response("**/presence*"):
            screen.open(address)
    page = screen.page if screen.scripts else screen.open(address)
    page.wait_for_selector("#watchers [data-watcher=now]:has-text('supervisor-1正在看')")
    screen.axe_clean()
    assert len(office.rows("SELECT * FROM desk_presence")) == (2 if screen.scripts else 1)
