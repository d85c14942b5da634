"""申请换货 in a real browser: scripts on and off, phone and desk, axe (P9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.cases.found import LineFound
from portal.services.replacing.send_replacement import send_replacement
from portal.services.returning.receive_parcel import receive_goods
from tests.support.applications import bought
from tests.support.browsers import Live, Screen
from tests.support.exchanges import PAID, catalogue
from tests.support.journeys import looks_right
from tests.support.order_facts import make_line
from tests.support.said import decide_case, inspect_goods, ship_back
from tests.support.shopper import Shopfront


def accepted(front: Shopfront, case_no: str) -> None:
    """Agreed to, sent back, received and in order."""
    staff, by = front.made.staff, {"case_no": case_no, "deps": front.deps}
    decide_case(decision="accept", actor=staff("agent"), request_id=f"yes-{case_no}", **by)
    ship_back(carrier="SF", tracking_no="SF1000", actor=front.made.shopper, request_id=f"ship-{case_no}", **by)
    receive_goods(actor=staff("warehouse"), request_id=f"in-{case_no}", **by)
    found = (LineFound(line_id="1", received=1, accepted=1),)
    inspect_goods(found=found, actor=staff("warehouse"), request_id=f"seen-{case_no}", **by)


@pytest.mark.req("P9", "N8")
def test_goods_are_exchanged_for_a_dearer_variant_and_the_difference_is_paid(
    front: Shopfront, live: Live, shopper: Screen
) -> None:
    catalogue(front.made, front.deps)
    number = front.take(bought(make_line("1", 1, PAID), at=datetime.now(UTC) - timedelta(days=2)))
    page = shopper.open(f"{live.url}/orders/{number}/exchange")
    looks_right(shopper)
    page.select_option("[name=variant-1]", "UP")
    page.check("[name=reason][value=no_reason]")
    page.check("[name=condition-as_received]")
    page.check("[name=condition-complete]")
    if not shopper.scripts:
        page.click("#compute")
    page.wait_for_selector("#quote [data-amount=fee]")
    assert page.get_attribute("#quote [data-amount=fee]", "value") == "20.00"
    looks_right(shopper)
    page.click("text=提交申请")
    page.wait_for_url("**/cases/*")
    looks_right(shopper)
    case_no = page.url.rpartition("/")[2]
    accepted(front, case_no)
    page = shopper.open(f"{live.url}/cases/{case_no}")
    looks_right(shopper)
    page.click("[data-action=fee]")
    page.wait_for_url("**/fee")
    looks_right(shopper)
    page.check("[name=method][value=alipay]")
    page.click("text=去支付¥20.00")
    page.wait_for_selector("article[data-case][data-fee=paid]")
    parcel = {"carrier": "SF", "tracking_no": "SF7000", "request_id": f"sent-{case_no}", "deps": front.deps}
    send_replacement(case_no=case_no, actor=front.made.staff("warehouse"), **parcel)
    page = shopper.open(f"{live.url}/cases/{case_no}")
    assert "SF7000" in page.inner_text("#replacement")
    looks_right(shopper)
