"""A shop on Shopify in a real browser: what a customer and the desk do is done there too, and the money really goes."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from portal.adapters.connect_platforms import ConnectedPlatforms
from portal.domain.identity.access import Actor
from portal.repos.unit_of_work import unit_of_work
from portal.services.connectors.push import plan_pushes
from portal.services.connectors.set_connector import connect
from portal.services.identity.accounts import set_password
from tests.browser.test_apply import computed
from tests.connectors.shopify_connected import given_back, line_ids, table_for
from tests.connectors.shopify_counterpart import Counterpart, running
from tests.connectors.shopify_orders import Item, Node, Placed, legacy_id, order_of, sent
from tests.connectors.shopify_webhooks import webhook
from tests.support import shopper, staff
from tests.support.browsers import Live, Screen
from tests.support.journeys import looks_right
from tests.support.staff import Office, open_office

pytestmark = [pytest.mark.req("P26", "S12", "N8"), pytest.mark.timeout(300)]


@dataclass
class Shop:
    """A portal that is connected with a shop on Shopify; `order` was placed there by its customer."""

    office: Office
    other: Counterpart
    order: Node
    url: str

    def tell_portal(self) -> None:
        """Shopify's webhook, over HTTP, and the worker's round."""
        headers, body = webhook(self.order)
        request = urllib.request.Request(f"{self.url}/hooks/tepai/shopify", data=body, headers=headers, method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 200
        self.office.work()

    def work(self) -> None:
        """The worker's rounds of some minutes: refunds go out, and Shopify is told what happened."""
        for _ in range(4):
            plan_pushes(deps=self.office.deps)
            self.office.clock.move(minutes=1)
            self.office.work()


@pytest.fixture
def shop(app: Flask, live: Live) -> Iterator[Shop]:
    office = open_office(app)
    platforms = ConnectedPlatforms(office.clock, may_be_private=True)
    app.extensions["portal"] = replace(office.deps, platforms=platforms)
    with unit_of_work(office.deps) as work:
        work.shops.set(office.made.shop_id, settings={"returns": True})
    with running() as other:
        other.shop.now = office.clock.now
        operator = Actor(kind="operator", shop_id=office.made.shop_id)
        connect(platform="shopify", table=table_for(other), actor=operator, deps=office.deps)
        items = [Item(sku="MUG", title="马克杯", price="50.00", quantity=2), Item(sku="BOWL", price="10.00")]
        placed = Placed(items=items, freight="6.00", placed_at=office.clock.now() - timedelta(days=4))
        order = other.shop.add(order_of(placed))
        for line in order["lineItems"]:
            line["image"] = None
        yield Shop(office, other, order, live.url)


def customer_comes(shop: Shop, screen: Screen) -> None:
    """Whoever ordered in the shop signs in here, and finds the order."""
    login = legacy_id(shop.order["customer"]["id"])
    set_password(shop_key="tepai", login=login, password=shopper.PASSWORD, deps=shop.office.deps)
    page = screen.open(f"{shop.url}/orders")
    page.fill("[name=login]", login)
    page.fill("[name=password]", shopper.PASSWORD)
    page.click("main button:not([formaction])")
    page.wait_for_url("**/orders")
    page.click("article[data-order='1001'] h2 a")
    page.wait_for_url("**/orders/1001")


def warehouse_comes(shop: Shop, screen: Screen, case_no: str) -> None:
    page = screen.open(f"{shop.url}/staff/sign-in")
    page.fill("[name=login]", shop.office.add("warehouse"))
    page.fill("[name=password]", staff.PASSWORD)
    page.click("main button")
    page.wait_for_url("**/staff/verify")
    page.fill("[name=code]", shop.office.code())
    page.click("main button")
    page.wait_for_url("**/staff/warehouse")
    screen.open(f"{shop.url}/staff/cases/{case_no}")


def test_an_order_is_cancelled_there_too_and_its_money_goes_back_through_shopify(shop: Shop, screen: Screen) -> None:
    shop.tell_portal()
    customer_comes(shop, screen)
    page = screen.page
    page.click("[data-action=cancel]")
    page.wait_for_url("**/cancel")
    page.check("[name=reason][value=changed_mind]")
    page.click("main form[action$='/cancel'] .sticky-bar button")
    page.wait_for_url("**/orders/1001")
    assert page.get_attribute("article[data-order]", "data-state") == "cancelled"
    shop.other.plan("refundCreate", "html_after")
    shop.work()
    assert shop.order["cancelledAt"] is not None
    assert (given_back(shop.order), shop.order["displayFinancialStatus"]) == (Decimal("116.00"), "REFUNDED")
    shop.tell_portal()
    page.reload()
    assert page.get_attribute("section[data-refund]", "data-state") == "succeeded"
    assert page.get_attribute("section[data-refund] [data-amount=refunded]", "value") == "116.00"
    looks_right(screen)


def test_goods_that_come_back_are_a_return_there_and_their_money_goes_back_through_shopify(
    shop: Shop, screen: Screen
) -> None:
    sent(shop.order, at=shop.office.clock.now() - timedelta(days=3), delivered=True)
    shop.tell_portal()
    customer_comes(shop, screen)
    page, mug = screen.page, line_ids(shop.order)[0]
    page.click("[data-action=return]")
    page.wait_for_url("**/return")
    page.check("[name=received][value=yes]")
    page.fill(f"[name='quantity-{mug}']", "1")
    page.check("[name=reason][value=no_reason]")
    page.check("[name=condition-as_received]")
    page.check("[name=condition-complete]")
    computed(screen)
    page.wait_for_selector("#quote [data-amount=refund][value='50.00']")
    page.click("text=提交申请")
    page.wait_for_url("**/cases/*")
    case_no = page.get_attribute("article[data-case]", "data-case") or ""
    assert page.get_attribute("article[data-case]", "data-state") == "awaiting_return"
    shop.work()
    assert f"/staff/cases/{case_no}" in shop.order["note"]
    page.click("[data-action=shipment]")
    page.wait_for_url("**/shipment")
    page.select_option("[name=carrier]", "SF")
    page.fill("[name=tracking_no]", "SF1000")
    page.click("text=保存快递单号")
    page.wait_for_selector("article[data-case][data-state=in_transit]")
    warehouse_comes(shop, screen, case_no)
    page.click("form[action$=receive] button")
    page.wait_for_selector(f"[name='accept-{mug}']")
    page.fill(f"[name='accept-{mug}']", "1")
    page.click("form[action$=inspect] button.primary:not(.unseen)")
    page.wait_for_selector(f"[name='accept-{mug}']", state="detached")
    shop.work()
    (back,) = shop.order["returns"]
    assert (back["status"], shop.order["lineItems"][0]["variant"]["inventoryQuantity"]) == ("CLOSED", 9)
    assert (given_back(shop.order), shop.order["displayFinancialStatus"]) == (Decimal("50.00"), "PARTIALLY_REFUNDED")
    shop.tell_portal()
    screen.open(f"{shop.url}/cases/{case_no}")
    assert page.get_attribute("article[data-case]", "data-state") == "completed"
    assert page.get_attribute("section[data-refund]", "data-state") == "succeeded"
    looks_right(screen)
