"""Adding and taking out evidence in a real browser: at once with scripts, by a button without them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.adapters.pictures import encoded, photo
from tests.support.browsers import PHONE, Live, Screen, screen_on
from tests.support.order_facts import make_line, make_order
from tests.support.shopper import PASSWORD, Shopfront
from tests.support.trial_form import add_trial


@pytest.fixture
def app(sqlite_url: str, portal_on: Callable[..., Flask]) -> Flask:
    return add_trial(portal_on(sqlite_url))


def file(name: str, content: bytes, kind: str = "image/jpeg") -> dict[str, Any]:
    return {"name": name, "mimeType": kind, "buffer": content}


def choose(screen: Screen, *files: dict[str, Any]) -> None:
    """A part that htmx has exchanged is seen a moment before it listens, which no hand is quick enough to notice."""
    screen.page.wait_for_selector(".htmx-settling", state="detached")
    screen.page.set_input_files("[name=evidence]", list(files))
    if not screen.scripts:
        screen.page.click("[name=upload]")


@pytest.mark.req("S20", "N8")
def test_photos_are_chosen_seen_taken_out_and_sent(front: Shopfront, live: Live, shopper: Screen) -> None:
    number = front.take(make_order(make_line("1", 1, 1000)))
    page = shopper.open(f"{live.url}/orders/{number}/trial")
    page.fill("[name=description]", "杯子碎了")
    choose(shopper, file("杯子.jpg", encoded(photo(1200, 900))), file("盒子.png", encoded(photo(300, 400), "PNG")))
    page.wait_for_selector(".photos li:nth-child(2) img")
    assert page.input_value("[name=description]") == "杯子碎了"
    for place in (0, 1):
        page.locator(".photos img").nth(place).evaluate(
            "async image => { image.loading = 'eager'; await image.decode() }"
        )
    shopper.axe_clean()
    shopper.fits()
    page.click(".photos li:first-child [name=remove]")
    page.wait_for_selector(".photos li:nth-child(2) img", state="detached")
    assert page.locator(".photos img").get_attribute("alt") == "盒子.png"
    choose(shopper, file("视频.mov", b"no picture", "video/quicktime"))
    page.wait_for_selector("[role=alert] [data-error=type]")
    assert page.locator(".photos li img").count() == 1
    assert page.locator(".evidence .error", has_text="视频.mov").is_visible(), "named under the tiles"
    shopper.axe_clean()
    shopper.fits()
    page.click("main form button:not([formaction])")
    page.wait_for_selector("h2:text('收到')")
    assert page.locator("main img").count() == 1


@pytest.mark.req("S20")
def test_files_that_did_not_get_through_are_named_and_sent_again_one_by_one(
    front: Shopfront, live: Live, browser: Browser
) -> None:
    number = front.take(make_order(make_line("1", 1, 1000)))
    with screen_on(browser, scripts=True, size=PHONE) as screen:
        page = screen.open(f"{live.url}/orders/{number}/trial")
        page.fill("[name=login]", "c-1")
        page.fill("[name=password]", PASSWORD)
        page.click("main button:not([formaction])")
        page.wait_for_selector("[name=evidence]")
        page.route("**/trial", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
        choose(screen, file("杯子.jpg", encoded(photo())), file("盒子.png", encoded(photo(300, 400), "PNG")))
        page.wait_for_selector("[data-unsent] li:nth-child(2)")
        assert page.locator("[data-unsent] li").all_inner_texts() == ["杯子.jpg\n重试", "盒子.png\n重试"]
        page.unroute("**/trial")
        for left in (1, 0):
            page.click("[data-unsent] li:first-child button")
            page.wait_for_selector(f".photos li:nth-child({2 - left}) img")
            assert page.locator("[data-unsent] li").count() == left
            assert page.evaluate("document.querySelector('[name=evidence]').files.length") == left
        assert not page.is_visible("[data-unsent]")
        # What htmx tells of the two that failed is no complaint about us.
        screen.complaints.clear()
