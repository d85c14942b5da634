"""A macro in a real browser: kept, tried, filled in on the desk and sent by hand, with scripts and without (P25)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.browser.test_staff_desk import come_in
from tests.routes.staff.test_deciding import applied
from tests.support.browsers import Live, Screen
from tests.support.macro_presses import macro_kept
from tests.support.staff import Office, open_office

P25 = pytest.mark.req("P25", "N8")


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


@P25
def test_a_text_is_kept_tried_filled_in_and_sent_by_hand(office: Office, live: Live, screen: Screen) -> None:
    case_no = applied(office)
    for number in range(4):
        macro_kept(office, f"第{number}条")
    macro_kept(office, "补照片", into="answer", decision="refuse", text="{售后单号}的照片看不清", snooze_hours=24)
    come_in(office, live, screen, "agent")
    page = screen.open(f"{live.url}/staff/macros")
    page.fill("#macro-name", "致歉")
    page.fill("#macro-text", "很抱歉，退{金额}")
    page.fill("#macro-case", case_no)
    page.click("button:has-text('试填')")
    page.wait_for_selector("[data-preview] :text('很抱歉，退¥300.00')")
    screen.axe_clean()
    page.click("button:has-text('保存快捷回复')")
    page.wait_for_selector("[data-owner=own] :text('致歉')")
    page = screen.open(f"{live.url}/staff/cases/{case_no}")
    page.fill("#message-body", "您好")
    page.click(".macros > button:has-text('致歉')")
    page.wait_for_selector("[data-macro]")
    assert page.input_value("#message-body") == "您好\n\n很抱歉，退¥300.00"
    page.click(".more-macros summary")
    page.click(".more-macros button:has-text('补照片')")
    page.wait_for_selector("[data-macro] :text('补照片')")
    assert page.is_checked("#decision-refuse") and page.input_value("#decide-reason") == f"{case_no}的照片看不清"
    assert page.input_value("#message-body") == "您好\n\n很抱歉，退¥300.00" and page.is_visible("#until")
    screen.axe_clean()
    page.click("#desk-messages button:has-text('发送留言')")
    page.wait_for_selector("#desk-messages .thread-scroll :text('很抱歉，退¥300.00')")
    assert len(office.rows("SELECT id FROM message WHERE author_kind = 'staff'")) == 1
