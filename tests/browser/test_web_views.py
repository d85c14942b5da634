"""In WeChat's window on a phone without scripts: the way out is shown, and the same address delivers in a browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browsers import PHONE, Live, Screen, screen_on
from tests.support.shopper import PASSWORD, Shopfront
from tests.support.user_agents import WECHAT_ANDROID

YESTERDAY = datetime.now(UTC) - timedelta(days=1)
pytestmark = [pytest.mark.req("P11"), pytest.mark.browser]


def signed_in(screen: Screen, address: str) -> Page:
    page = screen.open(address)
    page.fill("[name=login]", "c-1")
    page.fill("[name=password]", PASSWORD)
    page.click("main button:not([formaction])")
    return page


@pytest.mark.parametrize(
    ("words", "type_"), [("下载退货单PDF", "application/pdf"), ("下载全部记录", "application/zip")]
)
def test_the_way_out_is_shown_in_wechat_and_the_file_comes_in_a_browser(
    words: str, type_: str, front: Shopfront, live: Live, browser: Browser
) -> None:
    case_no = front.returning(YESTERDAY)
    with screen_on(browser, scripts=False, size=PHONE, user_agent=WECHAT_ANDROID) as screen:
        page = signed_in(screen, f"{live.url}/cases/{case_no}")
        page.click(f"text={words}")
        page.wait_for_selector("[data-way-out=wechat]")
        screen.axe_clean()
        screen.fits()
        address = page.input_value("#way-address")
        assert address == page.url
    answer = browser.new_context().request.get(address)
    assert (answer.status, answer.headers["content-type"]) == (200, type_)


def test_the_record_is_kept_as_a_file_in_a_browser(front: Shopfront, live: Live, browser: Browser) -> None:
    case_no = front.returning(YESTERDAY)
    with screen_on(browser, scripts=False, size=PHONE) as screen:
        page = signed_in(screen, f"{live.url}/cases/{case_no}")
        with page.expect_download() as download:
            page.click("text=下载全部记录")
        assert download.value.suggested_filename == f"{case_no}.zip"
        assert download.value.path().read_bytes()[:2] == b"PK"
