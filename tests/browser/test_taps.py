"""Taps on a phone of 360 × 780 from 我的订单, and where the main button is: counted, and held to a budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from portal.repos.unit_of_work import unit_of_work
from tests.adapters.pictures import encoded, photo
from tests.support.applications import bought
from tests.support.browsers import Live, screen_on
from tests.support.order_facts import make_line, make_order
from tests.support.shopper import PASSWORD, Shopfront
from tests.support.taps import PHONE, Taps

pytestmark = pytest.mark.req("N8")
PICTURE = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": encoded(photo())}
MAIN = ".sticky-bar button"
Write = Callable[[str, object], None]


@pytest.fixture
def finger(browser: Browser, front: Shopfront, live: Live) -> Iterator[Taps]:
    """At 我的订单, with scripts, as nearly everybody is; nothing has been tapped yet."""
    with screen_on(browser, scripts=True, size=PHONE) as screen:
        page = screen.open(f"{live.url}/orders")
        page.fill("[name=login]", "c-1")
        page.fill("[name=password]", PASSWORD)
        page.click("main button:not([formaction])")
        page.wait_for_url("**/orders")
        yield Taps(page)


def delivered(front: Shopfront) -> str:
    signed = datetime.now(UTC) - timedelta(days=2)
    return front.take(bought(make_line("1", 2, 5000), make_line("2", 1, 1000), at=signed))


def keep(write: Write, journey: str, finger: Taps, foot: int, before: str) -> None:
    for name, value in (
        ("journey", journey),
        ("taps", finger.count),
        ("pages", len(finger.pages)),
        ("foot", f"{foot} px"),
        ("before", before),
    ):
        write(name, value)


def test_a_paid_order_is_cancelled_in_three_taps(front: Shopfront, finger: Taps, record_property: Write) -> None:
    number = front.take(make_order(make_line("1", 2, 5000), make_line("2", 1, 1000)))
    finger.page.reload()
    finger.tap(f"[data-order='{number}'] [data-action=cancel]", "**/cancel")
    foot = finger.foot_of(MAIN)
    finger.tap(".option >> nth=0")
    finger.tap(MAIN, f"**/orders/{number}")
    assert finger.page.get_attribute("article[data-order]", "data-state") == "cancelled"
    keep(record_property, "cancel a paid order", finger, foot, "3 taps, the button at 1,850 px")
    assert finger.count <= 3 and foot <= 1.2 * PHONE[1]


def test_a_part_is_refunded_with_a_photo_in_six_taps_and_the_picker(
    front: Shopfront, finger: Taps, record_property: Write
) -> None:
    number = delivered(front)
    finger.page.reload()
    finger.tap(f"[data-order='{number}'] [data-action=after_sales]", "**/return")
    finger.tap(".tiles a:not([aria-current])", "**/refund")
    foot = finger.foot_of(MAIN)
    finger.tap("#quantity-1-more")
    finger.tap("label[for=reason-damaged]")
    finger.page.wait_for_selector("#quote [data-amount=refund][value='25.00']")
    with finger.page.expect_file_chooser() as picker:
        finger.tap(".photo-add")
    picker.value.set_files([PICTURE])
    finger.page.wait_for_selector(".photos img")
    finger.tap(MAIN, "**/cases/*")
    assert finger.page.locator("[data-case][data-state=submitted]").count() == 1
    keep(record_property, "refund of a part, one photo", finger, foot, "7 taps and the picker")
    assert finger.count <= 6 and foot <= PHONE[1]


def test_the_address_of_a_return_is_read_after_six_taps_on_the_second_page(
    front: Shopfront, finger: Taps, record_property: Write
) -> None:
    address = {
        "name": "仓库",
        "phone": "0571-88888888",
        "region": "浙江省杭州市",
        "address": "文三路1号",
        "postcode": "310000",
    }
    with unit_of_work(front.deps) as work:
        work.shops.set(front.made.shop_id, settings={"returns": True, "return_address": address})
    number = delivered(front)
    finger.page.reload()
    finger.tap(f"[data-order='{number}'] [data-action=after_sales]", "**/return")
    foot = finger.foot_of(MAIN)
    finger.tap("#quantity-1-more")
    finger.tap("label[for=reason-no_reason]")
    finger.tap("label[for=condition-as_received]")
    finger.tap("label[for=condition-complete]")
    finger.tap(MAIN, "**/cases/*")
    assert "文三路1号" in finger.page.inner_text("[data-address]")
    keep(record_property, "return, until the address is read", finger, foot, "10 taps on 4 pages")
    assert finger.count <= 6 and len(finger.pages) <= 2 and foot <= PHONE[1]
