"""Applying for a refund and a return in a real browser: scripts on and off, phone and desk, axe in both schemes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.browsers import Live, Screen
from tests.domain.applications import bought
from tests.domain.orders import make_line
from tests.shopper import Shopfront


def looks_right(screen: Screen) -> None:
    screen.axe_clean()
    screen.fits()


@pytest.mark.req("S18", "S19", "S24", "S25", "S30", "N8")
def test_a_return_is_quoted_approved_and_withdrawn(front: Shopfront, live: Live, shopper: Screen) -> None:
    signed = datetime.now(UTC) - timedelta(days=2)
    number = front.take(bought(make_line("1", 2, 5000), make_line("2", 1, 1000), at=signed))
    page = shopper.open(f"{live.url}/orders/{number}")
    page.click("[data-action=return]")
    page.wait_for_url("**/return")
    looks_right(shopper)
    page.check("[name=received][value=yes]")
    page.fill("[name=quantity-1]", "1")
    page.check("[name=reason][value=no_reason]")
    page.check("[name=condition-as_received]")
    page.check("[name=condition-complete]")
    page.click("text=计算金额")
    page.wait_for_selector("#quote [data-amount=refund][value='25.00']")
    looks_right(shopper)
    page.click("text=提交申请")
    page.wait_for_url("**/cases/*")
    assert page.get_attribute("article[data-case]", "data-state") == "awaiting_return"
    looks_right(shopper)
    page.click("[data-action=withdraw]")
    page.wait_for_url("**/withdraw")
    looks_right(shopper)
    page.check("[name=reason][value=changed_mind]")
    page.click("text=确认撤销")
    page.wait_for_selector("article[data-case][data-state=withdrawn]")
