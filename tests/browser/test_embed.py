"""A shop's page frames the portal: another site, https, cookies of third parties blocked; scripts on and off."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from portal.repos.unit_of_work import unit_of_work
from tests.browser.mall import Mall, framed
from tests.support.browsers import Live, Screen
from tests.support.shopper import Shopfront

pytestmark = [pytest.mark.req("N8"), pytest.mark.browser]
SANDBOX = "allow-forms allow-same-origin allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads"


def test_the_frame_keeps_one_cookie_of_its_own_and_is_as_high_as_its_content_however_high_that_is(
    mall: Mall, open_window: Callable[..., Page]
) -> None:
    for _ in range(12):
        mall.front.take()
    page = open_window()
    page.goto(mall.pair.shop)
    frame = framed(page, "/embed/tepai/orders")
    cookies = {cookie["name"]: cookie.get("path") for cookie in page.context.cookies()}
    assert cookies == {"__Secure-portal_frame": "/embed/"}
    page.wait_for_function("document.querySelector('iframe').clientHeight > 900")
    assert not page.is_visible("#enter"), "the button is for browsers without scripts"
    content = frame.evaluate("document.body.getBoundingClientRect().height")
    assert abs(page.evaluate("document.querySelector('iframe').clientHeight") - content) <= 1
    frame.evaluate("document.body.style.minHeight = '9000px'")
    page.wait_for_function("document.querySelector('iframe').clientHeight >= 9000")
    frame.goto(f"{mall.pair.portal}/embed/tepai/contact")
    page.wait_for_function("document.querySelector('iframe').clientHeight < 900")
    page.evaluate("window.postMessage({t: 'portal-height', h: 3999}, '*')")
    page.wait_for_timeout(200)
    assert page.evaluate("document.querySelector('iframe').clientHeight") < 900, "only the portal says how high"


def test_a_page_that_follows_begins_in_sight_and_so_does_what_is_wrong_with_a_form(
    mall: Mall, open_window: Callable[..., Page]
) -> None:
    numbers = [mall.front.take() for _ in range(12)]
    page = open_window()
    page.goto(mall.pair.shop)
    frame = framed(page, "/embed/tepai/orders")
    page.wait_for_function("document.querySelector('iframe').clientHeight > 1500")
    assert page.evaluate("window.scrollY") == 0, "the shop's own page stays where its reader is"
    top = "document.querySelector('iframe').getBoundingClientRect().top"
    frame.locator(f"text={numbers[0]}").scroll_into_view_if_needed()
    assert page.evaluate(top) < 0
    frame.click(f"[data-order='{numbers[0]}'] h2 a")
    frame.wait_for_url(f"**/orders/{numbers[0]}")
    page.wait_for_function(f"{top} > -1")
    frame.click("[data-action=cancel]")
    frame.wait_for_selector("[name=reason]")
    page.wait_for_timeout(1100)
    frame.locator("text=确认取消").scroll_into_view_if_needed()
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    frame.click("text=确认取消")
    alert = frame.wait_for_selector("[role=alert][tabindex]")
    assert alert is not None

    def is_in_sight() -> bool:
        box = alert.bounding_box()
        return bool(box and -1 < box["y"] < page.evaluate("window.innerHeight"))

    until(page, is_in_sight)


@pytest.mark.parametrize("scripts", [True, False])
def test_where_no_cookie_is_kept_at_all_one_button_goes_on_in_a_new_tab(
    scripts: bool, mall: Mall, open_window: Callable[..., Page]
) -> None:
    number = mall.front.take()
    mall.auto, mall.asks = scripts, {"path": f"/orders/{number}"}
    page = open_window(scripts=scripts, no_cookies_for=mall.pair.shop)
    page.goto(mall.pair.shop)
    if not scripts:
        page.click("#enter")
    frame = framed(page, "/embed/tepai/check")
    with page.context.expect_page() as opened:
        frame.click("button:has-text('在新窗口打开')")
    tab = opened.value
    tab.wait_for_url(f"**/orders/{number}")
    assert tab.url == f"{mall.pair.portal}/orders/{number}"
    assert tab.locator("article[data-order]").count() == 1


def test_from_a_frame_in_a_box_that_allows_enough_a_tab_opens_without_its_cookie(
    mall: Mall, open_window: Callable[..., Page]
) -> None:
    number = mall.front.take()
    mall.attributes = f'sandbox="{SANDBOX} allow-modals"'
    page = open_window()
    page.goto(mall.pair.shop)
    frame = framed(page, "/embed/tepai/orders")
    frame.click(f"[data-order='{number}'] h2 a")
    frame.wait_for_url(f"**/orders/{number}")
    frame.click("text=在新窗口打开")
    frame.wait_for_selector("form[target=_blank]")
    with page.context.expect_page() as opened:
        frame.click("form[target=_blank] button")
    opened.value.wait_for_url(f"**/orders/{number}")


def test_a_hostile_page_cannot_frame_it(mall: Mall, open_window: Callable[..., Page]) -> None:
    page = open_window(is_refused=True)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "frame-ancestors" in message.text else None)
    page.goto(mall.pair.evil)
    until(page, lambda: bool(refused))
    frame = page.frame("after-sales")
    assert frame is None or not frame.url.startswith(f"{mall.pair.portal}/embed/tepai/orders")


def test_a_form_in_a_box_without_an_origin_says_what_the_box_needs(
    mall: Mall, open_window: Callable[..., Page]
) -> None:
    """Where nothing has our origin the browser refuses the icons of our own sprite as well."""
    mall.attributes, mall.asks = 'sandbox="allow-forms allow-scripts"', {"path": f"/orders/{mall.front.take()}/cancel"}
    page = open_window(is_refused=True)
    page.goto(mall.pair.shop)
    frame = framed(page, "/cancel")
    frame.check("[name=reason] >> nth=0")
    frame.click("text=确认取消")
    frame.wait_for_selector("[data-stopped=boxed], [data-error]")
    assert "allow-same-origin" in frame.content()


def test_the_pages_of_a_frame_alone_are_clean_in_both_schemes(front: Shopfront, live: Live, screen: Screen) -> None:
    """Start, list, the way to a tab, a session that is over: axe, and nothing stands out to the side."""
    front.take()
    bearer = {"Authorization": f"Bearer {front.made.keys.token}"}
    answer = front.app.test_client().post("/api/v1/embed/sessions", json={"customer": "c-1"}, headers=bearer)
    page = screen.open(live.url + answer.json["url"].removeprefix("http://localhost"))
    looks_right(screen)
    page.click("main button")
    page.wait_for_url("**/embed/tepai/orders")
    looks_right(screen)
    page.click("text=在新窗口打开")
    page.wait_for_url("**/open?**")
    looks_right(screen)
    with unit_of_work(front.deps) as work:
        work.connection.exec_driver_sql("DELETE FROM session")
    page.goto(f"{live.url}/embed/tepai/orders")
    assert page.locator("[data-stopped=over]").count() == 1
    looks_right(screen)


def looks_right(screen: Screen) -> None:
    screen.axe_clean()
    screen.fits()


def until(page: Page, is_so: Callable[[], bool]) -> None:
    for _ in range(300):
        if is_so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it is not")
