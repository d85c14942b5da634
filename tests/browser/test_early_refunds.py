"""极速退款 in a real browser: said with the form, paid as the parcel is entered, paid back where nothing came (P17)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest

from portal.domain.applying.decide import CONDITIONS
from portal.services.deadlines.run import run_deadlines
from tests.support.applications import bought
from tests.support.browsers import Live, Screen
from tests.support.early_refunds import quick_shop, under
from tests.support.journeys import looks_right
from tests.support.order_facts import make_line
from tests.support.shopper import Shopfront
from tests.support.world import World


def small_order(front: Shopfront) -> str:
    """Three units for 100.00 that came two days ago, in a shop that refunds at hand-over."""
    world = cast(World, SimpleNamespace(made=front.made, deps=front.deps, take=front.take))
    came = bought(make_line("1", 3, 10_000), at=datetime.now(UTC) - timedelta(days=2))
    return under(world, quick_shop(world), came)


@pytest.mark.req("P17", "N7", "N8")
def test_a_small_return_is_refunded_when_it_is_sent_and_paid_back_where_nothing_came(
    front: Shopfront, live: Live, shopper: Screen
) -> None:
    page = shopper.open(f"{live.url}/orders/{small_order(front)}/return")
    page.fill("#quantity-1", "2")
    page.check("#reason-no_reason", force=True)
    for name in CONDITIONS:
        page.check(f"[name=condition-{name}]")
    if not shopper.scripts:
        page.click("#compute")
    page.wait_for_selector("#quote :text('寄出后先退款')", state="attached")
    looks_right(shopper)
    page.click(".sticky-bar button")
    page.wait_for_selector("[data-early=promised]")
    looks_right(shopper)
    page.goto(f"{page.url}/shipment")
    page.select_option("[name=carrier]", "SF")
    page.fill("[name=tracking_no]", "SF1000")
    page.click("text=保存快递单号")
    page.wait_for_selector("[data-early=paid]")
    looks_right(shopper)
    run_deadlines(as_of=datetime.now(UTC) + timedelta(days=16), deps=front.deps)
    page.reload()
    page.wait_for_selector("[data-case][data-fee=due]")
    looks_right(shopper)
    page.click("a[data-action=fee]")
    page.wait_for_url("**/fee")
    looks_right(shopper)
    page.check("[name=method][value=alipay]", force=True)
    page.click("main form button.primary:not(.unseen)")
    page.wait_for_selector("[data-case][data-fee=paid]")
    looks_right(shopper)
