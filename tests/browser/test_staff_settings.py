"""The shop's settings in a real browser: scripts on and off, phone and desk, light and dark, both languages."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import expect

from portal.domain.embedding.setup_check import snippet
from tests.browser.test_staff_desk import come_in, look
from tests.support.browsers import Live, Screen
from tests.support.staff import Office, open_office


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


@pytest.mark.req("P11", "N2", "N8")
def test_an_administrator_sets_up_embedding(office: Office, live: Live, screen: Screen) -> None:
    come_in(office, live, screen, "admin")
    page = screen.open(f"{live.url}/staff/settings")
    look(screen)
    assert page.is_visible("[data-copy-from]") == screen.scripts
    if screen.scripts:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.click("[data-copy-from]")
        page.wait_for_selector("text=已复制")
        assert page.evaluate("navigator.clipboard.readText()") == snippet(office.deps.base_url, "tepai")

    page.fill("#origin", "https://www.shop.example/account")
    page.fill("#origin-code", office.next_code())
    page.click("#origins form button")
    page.wait_for_selector("#origins [role=alert]")
    look(screen)
    page.fill("#origin", "https://www.shop.example")
    page.fill("#origin-code", office.next_code())
    page.click("#origins form button")
    page.wait_for_selector("[data-origin='https://www.shop.example']")

    page.fill("#page-address", "https://m.shop.example/my")
    page.click("#check form[method=get] button")
    page.wait_for_selector("[data-finding=page_not_named]")
    look(screen)

    page.fill("#accent", "#ffd400")
    page.click("text=预览 >> nth=0")
    page.wait_for_selector("#looks [data-error=contrast]")
    look(screen)
    page.fill("#accent", "#7a1f52")
    page.check("#mode-dark")
    page.click("text=预览 >> nth=0")
    page.wait_for_selector("[data-preview=dark]")
    page.wait_for_selector("[data-preview=light]", state="detached")
    if screen.scripts:
        ours = page.locator("main form .primary").first.evaluate("each => getComputedStyle(each).backgroundColor")
        # Its style sheet comes after the preview.
        expect(page.locator("[data-preview=dark] .primary")).not_to_have_css("background-color", ours, timeout=30_000)
    look(screen)
    page.click("text=保存外观")
    page.wait_for_selector("[data-notice=looks_saved]")

    page.fill("#key-code", office.next_code())
    page.click("#keys form button")
    page.wait_for_selector("[data-secret]")
    look(screen)
    page.click("text=返回店铺设置")
    page.wait_for_selector("tr[data-key=k2]")
    page.click("a[href$='/keys/k1/retire']")
    page.wait_for_selector("text=确认停用")
    look(screen)
    page.click("text=确认停用")
    page.wait_for_selector("tr[data-key=k1][data-state=retired]")
    page.click("a[href*='origins/remove']")
    page.wait_for_selector("text=确认移除")
    look(screen)
    page.click("footer form.language button")
    page.wait_for_selector("html[lang=en]")
    screen.open(f"{live.url}/staff/settings/check?page=www.shop.example")
    look(screen)


@pytest.mark.req("P12", "N2", "N8")
def test_an_administrator_changes_the_token_of_a_program(office: Office, live: Live, screen: Screen) -> None:
    come_in(office, live, screen, "admin")
    page = screen.open(f"{live.url}/staff/settings")
    page.click("[data-section=tokens] a")
    page.wait_for_selector("tr[data-token='1'][data-state=live]")
    look(screen)
    page.fill("#token-code", office.next_code())
    page.click("form[action$='/settings/tokens'] button")
    page.wait_for_selector("[href='#scopes'][data-error=required]")
    look(screen)
    page.check("input[value='orders:write']")
    page.check("input[value='events:read']")
    page.fill("#token-code", office.next_code())
    page.click("form[action$='/settings/tokens'] button")
    page.wait_for_selector("[data-secret]")
    assert page.is_visible("[data-copy-from]") == screen.scripts
    look(screen)
    token = page.inner_text("[data-secret]")
    asked = page.request.get(f"{live.url}/api/v1/events", headers={"Authorization": f"Bearer {token}"})
    assert asked.status == 200
    page.click("text=返回接口令牌")
    page.click("a[href$='/tokens/1/retire']")
    page.wait_for_selector("text=确认停用")
    look(screen)
    page.click("text=确认停用")
    page.wait_for_selector("tr[data-token='1'][data-state=retired]")
    assert token not in page.content()
    look(screen)
    page.click("footer form.language button")
    page.wait_for_selector("html[lang=en]")
    look(screen)
