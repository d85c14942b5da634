"""补寄 from the one entry to the parcel, in a real browser: scripts on and off, phone and desk (P20)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.services.replacing.send_replacement import send_replacement
from tests.support.applications import bought
from tests.support.browsers import Live, Screen
from tests.support.order_facts import make_line
from tests.support.said import decide_case
from tests.support.shopper import Shopfront


def looks_right(screen: Screen) -> None:
    screen.axe_clean()
    screen.fits()


@pytest.mark.req("P20", "N8")
def test_what_is_missing_is_asked_for_and_its_parcel_read(front: Shopfront, live: Live, shopper: Screen) -> None:
    number = front.take(bought(make_line("1", 2, 5000), at=datetime.now(UTC) - timedelta(days=2)))
    page = shopper.open(f"{live.url}/orders/{number}/after-sales")
    page.click("text=少发、发错或破损，想要补寄")
    page.wait_for_url("**/reship")
    looks_right(shopper)
    page.fill("[name=quantity-1]", "1")
    page.check("[name=reason][value=missing_item]")
    if not shopper.scripts:
        page.click("#compute")
    page.wait_for_selector("#quote >> text=前答复")
    looks_right(shopper)
    page.click("text=提交申请")
    page.wait_for_url("**/cases/*")
    case_no = page.get_attribute("article[data-case]", "data-case") or ""
    agent, deps = front.made.staff("agent"), front.deps
    decide_case(case_no=case_no, decision="accept", actor=agent, request_id="yes", deps=deps)
    parcel = {"carrier": "SF", "tracking_no": "SF1234567890"}
    send_replacement(case_no=case_no, actor=agent, request_id="sent", deps=deps, **parcel)
    page.reload()
    page.wait_for_selector("#replacement >> text=SF1234567890")
    assert page.get_attribute("article[data-case]", "data-state") == "replacing"
    looks_right(shopper)
