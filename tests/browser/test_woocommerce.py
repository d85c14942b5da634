"""A customer of a shop on WooCommerce: order, cancel, refund; order, return, refund; the money by its own gateway."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from portal.adapters.connect_platforms import ConnectedPlatforms
from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.found import LineFound
from portal.domain.identity.access import Actor
from portal.services.connectors.push import plan_pushes
from portal.services.connectors.set_connector import connect
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.returning.receive_parcel import receive_goods
from tests.connectors.support import woo_table
from tests.connectors.woocommerce_counterpart import Woo
from tests.connectors.woocommerce_orders import line, order
from tests.support.browsers import Live, Screen
from tests.support.journeys import CONFIRM_CANCEL, looks_right
from tests.support.said import decide_case, inspect_goods
from tests.support.shopper import Shopfront

ROWS = pytest.mark.req("P26", "S12", "N7")


@pytest.fixture
def woo(app: Flask, front: Shopfront) -> Iterator[Woo]:
    """The customer's shop runs on it."""
    provider = Woo(datetime.now(UTC))
    deps = app.extensions["portal"]
    deps = app.extensions["portal"] = replace(deps, platforms=ConnectedPlatforms(deps.clock, may_be_private=True))
    front.made = replace(front.made, deps=deps)
    operator = Actor(kind="operator", shop_id=front.made.shop_id)
    connect(platform="woocommerce", table=woo_table(provider), actor=operator, deps=front.deps)
    yield provider
    provider.close()


def bought(app: Flask, woo: Woo, **more: Any) -> dict[str, Any]:
    """Two mugs for 100.00 and freight of 10.00, in by the webhook."""
    at = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%dT%H:%M:%S}"
    times = {"date_created_gmt": at, "date_modified_gmt": at, "date_paid_gmt": at}
    address = {"first_name": "三", "last_name": "张", "address_1": "人民路1号", "city": "上海", "country": "CN"}
    row = order(11, [line(1, "杯子", "50.00", 2)], freight="10.00", currency="CNY", customer_id="c-1", **times)
    woo.put(row | more)
    row = woo.books[11]
    row["billing"] |= address
    row["shipping"] |= address
    headers, body = woo.webhook("order.created", row)
    answer = app.test_client().post("/hooks/tepai/woocommerce", data=body, headers=headers)
    assert answer.json == {"result": "queued"}
    work_all_jobs(deps=app.extensions["portal"])
    return row


def worked(front: Shopfront) -> None:
    """The worker has come round."""
    work_all_jobs(deps=front.deps)
    plan_pushes(deps=front.deps)
    work_all_jobs(deps=front.deps)


def inspected(front: Shopfront, case_no: str) -> None:
    """The parcel comes, and the mug passes."""
    by = {"actor": front.made.staff("warehouse"), "deps": front.deps}
    receive_goods(case_no=case_no, request_id="in", **by)
    found = (LineFound(line_id="1", received=1, accepted=1, resellable=1),)
    inspect_goods(case_no=case_no, found=found, request_id="seen", **by)


@ROWS
def test_an_order_is_cancelled_and_the_money_goes_back_by_the_shops_own_gateway(
    app: Flask, front: Shopfront, woo: Woo, live: Live, shopper: Screen
) -> None:
    row = bought(app, woo)
    page = shopper.open(f"{live.url}/orders/11/cancel")
    page.check("#reason-changed_mind", force=True)
    looks_right(shopper)
    page.click(CONFIRM_CANCEL)
    page.wait_for_selector("article[data-order='11'][data-state=cancelled]")
    worked(front)
    page.reload()
    page.wait_for_selector("[data-refund][data-state=succeeded]")
    looks_right(shopper)
    assert woo.gateway == [(11, Decimal("110.00"))]
    assert row["status"] in ("cancelled", "refunded")


@ROWS
def test_goods_come_back_and_the_money_goes_back_by_the_shops_own_gateway(
    app: Flask, front: Shopfront, woo: Woo, live: Live, shopper: Screen
) -> None:
    at = f"{datetime.now(UTC) - timedelta(hours=5):%Y-%m-%dT%H:%M:%S}"
    bought(app, woo, status="completed", date_completed=at, date_completed_gmt=at)
    page = shopper.open(f"{live.url}/orders/11/return")
    page.fill("#quantity-1", "1")
    page.check("#reason-no_reason", force=True)
    for name in CONDITIONS:
        page.check(f"[name=condition-{name}]")
    if not shopper.scripts:
        page.click("#compute")
    page.wait_for_selector("#quote [data-amount=refund]", state="attached")
    page.click(".sticky-bar button")
    page.wait_for_selector("article[data-case]")
    case_no = page.get_attribute("article[data-case]", "data-case") or ""
    if page.get_attribute("article[data-case]", "data-state") == "submitted":
        by = {"actor": front.made.staff("agent"), "request_id": "yes", "deps": front.deps}
        decide_case(case_no=case_no, decision="accept", **by)
    inspected(front, case_no)
    worked(front)
    page.reload()
    page.wait_for_selector("article[data-case][data-state=completed]")
    looks_right(shopper)
    assert woo.gateway == [(11, Decimal("50.00"))]
    (item,) = woo.refund_books[11][0]["line_items"]
    assert item["quantity"] == -1
    said = [note["note"] for note in woo.notes[11]]
    assert any(case_no in note for note in said) and any("1 × 杯子" in note for note in said)
