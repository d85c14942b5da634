"""Applying for a refund and a return in a real browser: scripts on and off, phone and desk, axe in both schemes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.applications import bought
from tests.support.browsers import Live, Screen
from tests.support.journeys import PHOTO, ask_for_refund, ask_to_return, looks_right
from tests.support.order_facts import make_line
from tests.support.shopper import Shopfront


def computed(screen: Screen) -> None:
    """What is chosen is summed up by itself, or by a button where there are no scripts."""
    if not screen.scripts:
        screen.page.click("#compute")


@pytest.mark.req("S18", "S19", "S24", "S25", "S30", "N8")
def test_a_return_is_quoted_approved_and_withdrawn(front: Shopfront, live: Live, shopper: Screen) -> None:
    signed = datetime.now(UTC) - timedelta(days=2)
    number = front.take(bought(make_line("1", 2, 5000), make_line("2", 1, 1000), at=signed))
    ask_to_return(shopper, live.url, number, looks_right)
    page = shopper.page
    looks_right(shopper)
    page.click("[data-action=withdraw]")
    page.wait_for_url("**/withdraw")
    looks_right(shopper)
    page.check("[name=reason][value=changed_mind]")
    page.click("text=确认撤销")
    page.wait_for_selector("article[data-case][data-state=withdrawn]")


@pytest.mark.req("S20")
def test_a_bar_shows_how_far_files_are_and_stays_away_where_none_are_sent(
    front: Shopfront, live: Live, shopper: Screen
) -> None:
    number = front.take(bought(make_line("1", 2, 5000), at=datetime.now(UTC) - timedelta(days=2)))
    page = shopper.open(f"{live.url}/orders/{number}/refund")
    assert page.locator("progress").is_hidden()
    page.check("[name=reason][value=quality]")
    page.fill("[name=quantity-1]", "1")
    computed(shopper)
    page.wait_for_selector("#quote [data-amount=refund][value='25.00']")
    assert page.inner_text(".money-line b") == "¥25.00"
    assert page.locator("progress").is_hidden()
    if not shopper.scripts:
        return
    page.wait_for_selector(".htmx-settling", state="detached")
    page.evaluate(
        """() => {
            const bar = document.querySelector("progress");
            const note = () => { document.body.dataset.barSeen = String(!bar.hidden && bar.value > 0); };
            const seen = new MutationObserver(() => { note(); seen.disconnect(); });
            seen.observe(bar, { attributes: true });
        }"""
    )
    page.set_input_files("[name=evidence]", PHOTO)
    page.wait_for_selector(".photos li img")
    assert page.get_attribute("body", "data-bar-seen") == "true"
    assert page.locator("progress").is_hidden()


@pytest.mark.req("S18", "S20", "N8")
def test_a_photo_before_the_goods_is_no_mistake_and_enter_takes_nothing_away(
    front: Shopfront, live: Live, shopper: Screen
) -> None:
    lines = (make_line("1", 2, 5000), make_line("2", 1, 1000))
    number = front.take(bought(*lines, at=datetime.now(UTC) - timedelta(days=2)))
    page = shopper.open(f"{live.url}/orders/{number}/refund")
    page.set_input_files("[name=evidence]", PHOTO)
    if not shopper.scripts:
        page.click("button[name=upload]")
    page.wait_for_selector(".photos li img")
    assert page.locator("[role=alert]").count() == 0
    page.fill("[name=quantity-1]", "1")
    page.click("text=想少退一些？")
    page.press("[name=amount]", "Enter")
    page.wait_for_selector("#quote [data-amount=refund][value='25.00']")
    assert page.locator(".photos li img").count() == 1
    assert page.url.rstrip("/").endswith(("/refund", "/refund/quote"))


@pytest.mark.req("S18", "S20", "S41", "S38", "N8")
def test_a_refund_with_a_photo_is_written_about_asked_about_and_downloaded(
    front: Shopfront, live: Live, shopper: Screen
) -> None:
    signed = datetime.now(UTC) - timedelta(days=2)
    number = front.take(bought(make_line("1", 3, 30000), at=signed))
    ask_for_refund(shopper, live.url, number, looks_right)
    page = shopper.page
    page.click("summary:has-text('留言')")
    page.fill("#message-body", "标签也拍了。")
    page.set_input_files("#message-evidence", files=[PHOTO])
    if shopper.scripts:
        page.wait_for_selector("#messages [name=evidence_id]", state="attached")
    page.click("text=发送留言")
    page.wait_for_selector("#thread [data-message=customer] a")
    looks_right(shopper)
    with page.expect_download() as download:
        page.click("text=下载全部记录")
    assert download.value.suggested_filename.endswith(".zip")
    shopper.open(f"{live.url}/orders/{number}/ask")
    page.click("text=提交问题")
    page.wait_for_selector("#ask-panel [role=alert]")
    looks_right(shopper)
    page.fill("#question-body", "可以开发票吗？")
    page.click("text=提交问题")
    page.wait_for_url("**/cases/*")
    page.wait_for_selector("#thread [data-message=customer]")
    looks_right(shopper)
