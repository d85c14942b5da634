"""店铺设置 by section in a real browser: rows that come and go, what is wrong at its field, Enter that does no harm."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.services.shops.manage_shops import show_shop
from tests.browser.test_staff_desk import come_in, look
from tests.support.browsers import Live, Screen
from tests.support.staff import Office, open_office


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


@pytest.mark.req("N8")
def test_an_administrator_sets_carriers_and_a_return_address(office: Office, live: Live, screen: Screen) -> None:
    come_in(office, live, screen, "admin")
    page = screen.open(f"{live.url}/staff/settings")
    page.click("[data-section=carriers] a")
    page.wait_for_url("**/staff/settings/carriers")
    look(screen)
    count, before = len(page.query_selector_all("[data-row]")), show_shop(key="tepai", deps=office.deps)
    page.click("button[value='add:carriers']")
    page.wait_for_selector(f"[data-row='{count}']")
    page.fill(f"#carriers-{count}-code", "dhl")
    page.fill(f"#carriers-{count}-name-zh", "敦豪")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.press(f"#carriers-{count}-name-zh", "Enter")
    page.wait_for_timeout(300)
    assert page.input_value(f"#carriers-{count}-code") == "dhl", "Enter shows the form again, with what was typed"
    assert show_shop(key="tepai", deps=office.deps) == before
    page.click("text=保存")
    page.wait_for_selector(f"#carriers-{count}-code-error")
    look(screen)
    page.fill(f"#carriers-{count}-code", "DHL")
    page.click("button[value='drop:carriers:0']")
    page.wait_for_selector("[data-row='0']", state="detached")
    page.fill("#section-code", office.next_code())
    page.click("text=保存")
    page.wait_for_selector("[data-notice=settings_saved]")
    stored = show_shop(key="tepai", deps=office.deps)["settings"]["carriers"]
    assert [one["code"] for one in stored] == ["JD", "ZTO", "YTO", "STO", "YD", "EMS", "DHL"]

    page.click(".back a")
    page.click("[data-section=return_address] a")
    page.wait_for_url("**/staff/settings/return_address")
    page.fill("#return_address-name", "仓库")
    page.fill("#return_address-address", "西湖路1号")
    page.click("text=预览")
    page.wait_for_selector("[data-preview]")
    assert "西湖路1号" in page.inner_text("[data-preview]")
    look(screen)
    page.click("text=保存")
    page.wait_for_selector("#section-code-error")
    look(screen)
