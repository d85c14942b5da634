"""What an order offers beside cancelling and returning, in a real browser: buying again, hurrying, putting off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.money import Money
from portal.domain.orders.product import Product, ProductOffer
from portal.repos.unit_of_work import unit_of_work
from tests.browser.test_shopper_flows import looks_right
from tests.support.browsers import Live, Screen
from tests.support.order_facts import make_line, make_order
from tests.support.shopper import Shopfront


@pytest.mark.req("S16", "S17", "S41", "N8")
def test_an_order_is_urged_put_off_and_bought_again(front: Shopfront, live: Live, shopper: Screen) -> None:
    now = datetime.now(UTC)
    sold = {"price": Money(4900, "CNY"), "on_sale": True, "updated_at": now}
    with unit_of_work(front.deps) as work:
        basket = {"links": {"basket": f"{live.url}/orders?add={{items}}"}}
        work.shops.set(front.made.shop_id, settings={"returns": True, **basket})
        work.products.put(front.made.shop_id, Product(sku="S-1", offers=(ProductOffer(title="第二件半价"),), **sold))
        work.products.put(front.made.shop_id, Product(sku="S-2", stock=0, **sold))
    placed = {"placed_at": now - timedelta(hours=3), "promised_ship_by": now + timedelta(days=1)}
    number = front.take(make_order(make_line("1", 2, 5000), make_line("2", 1, 1000), **placed))
    page = shopper.open(f"{live.url}/orders/{number}")
    page.click("[data-action=urge]")
    page.wait_for_url("**/urge")
    looks_right(shopper)
    page.click("#urge-panel button.primary")
    page.wait_for_url(f"**/orders/{number}")
    assert page.is_visible("[data-notice=shipment_urged]")

    shopper.open(f"{live.url}/orders/{number}/later")
    looks_right(shopper)
    page.fill("[name=date]", (now + timedelta(days=9)).date().isoformat())
    page.click("#later-panel button.primary")
    page.wait_for_url(f"**/orders/{number}")
    assert page.is_visible("[data-later]")
    looks_right(shopper)
    shopper.open(f"{live.url}/orders/{number}/later")
    looks_right(shopper)

    shopper.open(f"{live.url}/orders/{number}/buy-again")
    looks_right(shopper)
    assert page.is_visible("[data-why=sold_out]") and page.is_visible("text=第二件半价")
    page.click("[data-action=basket]")
    page.wait_for_url("**/orders?add=S-1:2")
