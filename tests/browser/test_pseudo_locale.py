"""Longer words than ours: the main pages with every sentence two fifths longer, on the narrowest phones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from tests.support.applications import bought
from tests.support.browsers import Live, screen_on
from tests.support.order_facts import make_line, make_order
from tests.support.pseudo import pseudo_locale
from tests.support.shopper import PASSWORD, Shopfront

pytestmark = [pytest.mark.req("N6"), pytest.mark.browser]
STANDS_OUT = """() => [...document.querySelectorAll('body *')]
  .filter(e => !e.closest('.tabs, .unseen, .skip, svg') && e.getClientRects().length)
  .filter(e => { const box = e.getBoundingClientRect(); return box.right > innerWidth + 1 || box.left < -1 })
  .map(e => `${e.tagName.toLowerCase()}.${e.className}: ${e.textContent.trim().slice(0, 60)}`).slice(0, 5)"""


@pytest.mark.parametrize("width", [320, 360])
def test_nothing_stands_out_to_the_side_where_words_are_longer(
    front: Shopfront, live: Live, browser: Browser, width: int
) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    unpaid, paid = front.take(make_order(status="awaiting_payment")), front.take()
    delivered, case_no = front.take(bought(make_line("1", 2, 5000), at=yesterday)), front.returning(yesterday)
    found = {}
    with pseudo_locale(), screen_on(browser, scripts=True, size=(width, 780)) as screen:
        page = screen.open(f"{live.url}/sign-in")
        found["/sign-in"] = page.evaluate(STANDS_OUT)
        page.fill("[name=login]", "c-1")
        page.fill("[name=password]", PASSWORD)
        page.click("main button:not([formaction])")
        page.wait_for_url("**/orders")
        for path in (
            "/orders",
            f"/orders/{unpaid}",
            f"/orders/{paid}/cancel",
            f"/orders/{delivered}",
            f"/orders/{delivered}/after-sales",
            f"/orders/{delivered}/return",
            f"/cases/{case_no}",
            "/cases",
            "/notices",
            "/notices/settings",
            "/account",
            "/help",
        ):
            screen.open(live.url + path)
            found[path] = page.evaluate(STANDS_OUT)
    assert not {path: what for path, what in found.items() if what}
