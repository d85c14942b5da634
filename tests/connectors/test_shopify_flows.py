"""A shop on Shopify: its orders come in and stay as they are there; cancels, notes and refunds go out, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from portal.adapters.connect_platforms import ConnectedPlatforms
from portal.domain.errors import ProviderUnavailable
from portal.domain.identity.access import Actor
from portal.models.connector import PlatformPush
from portal.models.product import Product
from portal.repos.unit_of_work import reading
from portal.services.connectors.backfill import backfill_page, begin_backfill
from portal.services.connectors.compare import compare_orders
from portal.services.connectors.set_connector import connect
from portal.services.refunds.reconcile import reconcile_refunds
from tests.connectors.shopify_connected import believed, given_back, line_ids, table_for
from tests.connectors.shopify_counterpart import Counterpart
from tests.connectors.shopify_orders import Item, Node, Placed, order_of, sent
from tests.connectors.shopify_webhooks import webhook
from tests.connectors.support import connected, deliver, kept, paid_lines, tell
from tests.support.world import World, world_on

pytestmark = pytest.mark.req("P26")


@pytest.fixture
def shop(database: str, shopify: Counterpart) -> Iterator[World]:
    with world_on(database) as made:
        shopify.shop.now = made.clock.now
        believed(shopify, made.clock)
        connected(made, "shopify", table_for(shopify))
        platforms = ConnectedPlatforms(made.clock, may_be_private=True, read=8.0, whole=16.0)
        made.deps = replace(made.deps, platforms=platforms)
        yield made


def place(shopify: Counterpart, number: str = "1001", **placed: Any) -> Node:
    items = [Item(sku="MUG", price="10.00", quantity=2), Item(sku="BOWL", price="6.00")]
    at = shopify.shop.now() - timedelta(days=1)
    return shopify.shop.add(order_of(Placed(number=number, items=items, freight="5.00", placed_at=at, **placed)))


def came(shop: World, order: Node, topic: str = "orders/updated") -> None:
    deliver(shop, webhook(order, topic), "shopify")


def state(shop: World, order_no: str = "1001") -> str:
    with reading(shop.deps) as work:
        return work.orders.get(order_no, Actor(kind="feed", shop_id=shop.made.shop_id)).order.state


def customer(shop: World, order_no: str = "1001") -> Actor:
    with reading(shop.deps) as work:
        owner = work.orders.get(order_no, Actor(kind="feed", shop_id=shop.made.shop_id)).customer_id
    return Actor(kind="shopper", shop_id=shop.made.shop_id, id=owner or 0)


def pushes(shop: World) -> set[tuple[str, str]]:
    return {(push["what"], push["state"]) for push in shop.rows(PlatformPush)}


def test_an_order_is_in_as_soon_as_its_webhook_came_and_changes_with_it(shop: World, shopify: Counterpart) -> None:
    order = place(shopify)
    came(shop, order, "orders/create")
    assert state(shop) == "paid"
    sent(order, at=shop.clock.now())
    came(shop, order, "fulfillments/create")
    assert state(shop) == "shipped"
    assert kept(shop).webhook_at == shop.clock.now()


def test_webhooks_out_of_order_and_twice_leave_the_newest(shop: World, shopify: Counterpart) -> None:
    order = place(shopify)
    first = webhook(order, "orders/create")
    sent(order, at=shop.clock.now())
    second = webhook(order)
    for delivery in (second, first, second, first):
        deliver(shop, delivery, "shopify")
    assert state(shop) == "shipped"
    assert shop.events("1001").count("feed:order:taken_in") == 1


def test_what_is_of_no_order_asks_shopify_nothing(shop: World, shopify: Counterpart) -> None:
    order = place(shopify)
    came(shop, order, "app/uninstalled")
    assert shopify.asked == []


def test_a_cancel_goes_out_once_whatever_goes_wrong_on_the_way(shop: World, shopify: Counterpart) -> None:
    order = place(shopify)
    came(shop, order)
    shop.cancel("1001", actor=customer(shop))
    shopify.plan("orderCancel", "html")
    assert tell(shop) >= 1
    shop.settle(rounds=4)
    assert (order["cancelledAt"] is not None, len(shopify.shop.jobs)) == (True, 1)
    assert {stands for _, stands in pushes(shop)} == {"done"}
    came(shop, order)
    assert state(shop) == "cancelled" and not shop.tasks


def test_units_cancelled_are_taken_off_there_and_come_back_as_they_were(shop: World, shopify: Counterpart) -> None:
    order = place(shopify)
    came(shop, order)
    mug, bowl = line_ids(order)
    shop.cancel("1001", ((mug, 1),), actor=customer(shop))
    tell(shop)
    assert [line["unfulfilledQuantity"] for line in order["lineItems"]] == [1, 1]
    came(shop, order)
    assert paid_lines(shop, "1001") == {mug: 1, bowl: 1}
    assert not shop.tasks


def test_what_was_sent_there_meanwhile_is_a_task(shop: World, shopify: Counterpart) -> None:
    order = place(shopify)
    came(shop, order)
    shop.cancel("1001", actor=customer(shop))
    sent(order, at=shop.clock.now())
    tell(shop)
    assert "platform_refused" in [task["kind"] for task in shop.tasks]
    assert ("cancel", "refused") in pushes(shop)


def test_a_refund_made_there_lowers_what_is_left_here(shop: World, shopify: Counterpart) -> None:
    order = place(shopify)
    came(shop, order)
    mug, bowl = line_ids(order)
    entry = {"lineItemId": order["lineItems"][1]["id"], "quantity": 1, "restockType": "CANCEL"}
    (paid,) = order["transactions"]
    money = {"orderId": order["id"], "parentId": paid["id"], "kind": "REFUND", "gateway": paid["gateway"]}
    asked = {"orderId": order["id"], "refundLineItems": [entry], "transactions": [money | {"amount": "6.00"}]}
    assert shopify.shop._refund(asked)["userErrors"] == []
    came(shop, order, "refunds/create")
    assert paid_lines(shop, "1001") == {mug: 2, bowl: 0}
    (payment,) = shop.payments
    assert payment["refunded_minor"] == 600


def test_a_backfill_goes_on_where_it_was_interrupted_and_brings_products(shop: World, shopify: Counterpart) -> None:
    for number in range(45):
        place(shopify, str(3000 + number))
    begin_backfill(shop_id=shop.made.shop_id, since=None, deps=shop.deps)
    step = backfill_page(shop_id=shop.made.shop_id, deps=shop.deps)
    assert (step.orders_read, step.is_done) == (20, False)
    shopify.plan("orders", "down")
    with pytest.raises(ProviderUnavailable):
        backfill_page(shop_id=shop.made.shop_id, deps=shop.deps)
    assert begin_backfill(shop_id=shop.made.shop_id, since=None, deps=shop.deps)
    while not step.is_done:
        step = backfill_page(shop_id=shop.made.shop_id, deps=shop.deps)
    assert {state(shop, str(3000 + number)) for number in range(45)} == {"paid"}
    assert {row["sku"] for row in shop.rows(Product)} == {"MUG", "BOWL"}


def test_the_comparison_heals_what_a_lost_webhook_left(shop: World, shopify: Counterpart) -> None:
    order = place(shopify)
    came(shop, order)
    place(shopify, "1002")
    sent(order, at=shop.clock.now())
    order["updatedAt"] = shop.clock.now()
    found = compare_orders(shop_id=shop.made.shop_id, deps=shop.deps)
    assert (found.compared, found.healed, found.differences) == (2, 2, ())
    assert (state(shop), state(shop, "1002")) == ("shipped", "paid")


def test_a_cancel_is_paid_back_through_its_gateways_to_each_tender_and_the_books_agree(
    shop: World, shopify: Counterpart
) -> None:
    order = place(shopify, tenders={"gift_card": "7.00", "shopify_payments": ""})
    came(shop, order)
    shop.cancel("1001", actor=customer(shop))
    shop.settle(rounds=3)
    tell(shop)
    found = {one["method"]: (one["state"], one["rail"], one["amount_minor"]) for one in shop.refunds}
    assert found == {
        "gift_card": ("succeeded", "shopify", 700),
        "shopify_payments": ("succeeded", "shopify", 2400),
    }
    assert (given_back(order), order["displayFinancialStatus"]) == (31, "REFUNDED")
    came(shop, order)
    assert sum(payment["refunded_minor"] for payment in shop.payments) == 3100
    assert reconcile_refunds(deps=shop.deps) == [] and not shop.tasks
    assert order["note"] is None or "portal:" not in order["note"]


@pytest.mark.parametrize("kind", ["down", "late", "html", "torn", "throttled"])
def test_a_refund_whose_answer_is_lost_is_looked_up_and_paid_once(shop: World, shopify: Counterpart, kind: str) -> None:
    order = place(shopify)
    came(shop, order)
    shop.cancel("1001", actor=customer(shop))
    shopify.plan("refundCreate", kind)
    shop.settle(rounds=5)
    assert [one["state"] for one in shop.refunds] == ["succeeded"]
    assert given_back(order) == 31


def test_what_a_gateway_declines_is_a_task_and_goes_out_under_another_number(shop: World, shopify: Counterpart) -> None:
    order = place(shopify)
    came(shop, order)
    shopify.shop.refund_status = "FAILURE"
    shop.cancel("1001", actor=customer(shop))
    shop.settle(rounds=1)
    assert "refund_failed" in [task["kind"] for task in shop.tasks]
    shopify.shop.refund_status = "SUCCESS"
    shop.settle(rounds=8)
    (refund,) = shop.refunds
    assert (refund["state"], refund["number"][-2:], given_back(order)) == ("succeeded", "-2", 31)


def test_what_was_paid_by_hand_is_a_task_and_nothing_is_pretended(shop: World, shopify: Counterpart) -> None:
    order = place(shopify, tenders={"Bank Deposit": ""})
    came(shop, order)
    shop.cancel("1001", ((line_ids(order)[1], 1),), actor=customer(shop))
    shop.settle(rounds=2)
    tell(shop)
    assert (given_back(order), "refund_failed" in [task["kind"] for task in shop.tasks]) == (0, True)


def test_a_shop_whose_refunds_go_another_way_is_told_of_them(shop: World, shopify: Counterpart) -> None:
    operator = Actor(kind="operator", shop_id=shop.made.shop_id)
    connect(platform="shopify", table=table_for(shopify, refund=False), actor=operator, deps=shop.deps)
    order = place(shopify)
    came(shop, order)
    shop.cancel("1001", ((line_ids(order)[1], 1),), actor=customer(shop))
    shop.settle(rounds=3)
    tell(shop)
    assert given_back(order) == 0
    assert ("refund", "done") in pushes(shop)
    assert "6.00 CNY (portal:" in order["note"]
    came(shop, order)
    (payment,) = shop.payments
    assert payment["refunded_minor"] == 600 and not shop.tasks
