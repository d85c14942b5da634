"""A shop on WooCommerce: its orders come in and stay as they are there; cancels, notes and refunds go out, once."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from portal.domain.connectors.config import ConnectorError
from portal.domain.errors import NotFound, ProviderUnavailable
from portal.domain.identity.access import Actor
from portal.models.connector import PlatformPush
from portal.models.product import Product
from portal.ports import BadWebhook
from portal.repos.unit_of_work import reading
from portal.services.connectors.backfill import backfill_page, begin_backfill
from portal.services.connectors.compare import compare_orders, plan_comparisons
from portal.services.connectors.push import plan_pushes
from portal.services.connectors.receive_webhook import receive_webhook
from portal.services.connectors.set_connector import connect, end_connector
from portal.services.jobs.work_jobs import work_all_jobs
from tests.connectors.support import connected, deliver, kept, paid_lines, tell, woo_table
from tests.connectors.woocommerce_counterpart import Woo
from tests.connectors.woocommerce_orders import line, order, simple_product
from tests.support.world import World, world_on

P26 = pytest.mark.req("P26")


@pytest.fixture
def shop(database: str, woo: Woo) -> Iterator[World]:
    with world_on(database) as made:
        yield connected(made, "woocommerce", woo_table(woo))


def mugs(order_id: int = 11, **more: Any) -> dict[str, Any]:
    lines = [line(1, "Mug", "10.00", 2, tax=20), line(2, "Bowl", "6.00", tax=20)]
    return order(order_id, lines, freight="5.00", freight_tax="1.00", **more)


def actor(shop: World) -> Actor:
    return Actor(kind="feed", shop_id=shop.made.shop_id)


def status(shop: World, order_no: str = "11") -> str:
    with reading(shop.deps) as work:
        return work.orders.get(order_no, actor(shop)).order.state


def customer(shop: World, order_no: str = "11") -> Actor:
    with reading(shop.deps) as work:
        owner = work.orders.get(order_no, actor(shop)).customer_id
    return Actor(kind="shopper", shop_id=shop.made.shop_id, id=owner or 0)


@P26
def test_an_order_is_in_as_soon_as_its_webhook_came_and_changes_with_it(shop: World, woo: Woo) -> None:
    row = woo.put(mugs(status="pending", date_paid_gmt=None))
    deliver(shop, woo.webhook("order.created", row))
    assert status(shop) == "awaiting_payment"
    deliver(shop, woo.webhook("order.updated", woo.put(row, status="processing", date_paid_gmt="2026-11-20T03:00:00")))
    assert status(shop) == "paid"
    assert kept(shop).webhook_at == shop.clock.now()


@P26
def test_webhooks_out_of_order_and_twice_leave_the_newest(shop: World, woo: Woo) -> None:
    row = woo.put(mugs(status="pending", date_paid_gmt=None))
    first = woo.webhook("order.created", row)
    second = woo.webhook("order.updated", woo.put(row, status="completed", date_paid_gmt="2026-11-20T03:00:00"))
    for sent in (second, first, second, first):
        deliver(shop, sent)
    assert status(shop) == "completed"
    assert shop.events("11").count("feed:order:taken_in") == 1


@P26
def test_what_is_not_signed_changes_nothing_and_calls_nobody(shop: World, woo: Woo) -> None:
    headers, body = woo.webhook("order.created", woo.put(mugs()))
    with pytest.raises(BadWebhook):
        receive_webhook(
            shop_key="tepai", platform="woocommerce", headers=headers, body=body.replace(b"Mug", b"Cup"), deps=shop.deps
        )
    for shop_key, platform in (("tepai", "shopify"), ("nobody", "woocommerce")):
        with pytest.raises(NotFound):
            receive_webhook(shop_key=shop_key, platform=platform, headers=headers, body=body, deps=shop.deps)
    work_all_jobs(deps=shop.deps)
    assert woo.requests == []
    assert kept(shop).refused_webhook_at is not None


@P26
def test_a_platform_that_is_down_is_asked_again(shop: World, woo: Woo) -> None:
    row = woo.put(mugs())
    woo.fault = "html_502"
    deliver(shop, woo.webhook("order.created", row))
    woo.fault = None
    shop.settle(rounds=2)
    assert status(shop) == "paid"


@P26
def test_an_order_that_does_not_add_up_is_a_task_until_it_does(shop: World, woo: Woo) -> None:
    row = woo.put(mugs(), total="999.00")
    deliver(shop, woo.webhook("order.created", row))
    (task,) = shop.tasks
    assert (task["kind"], task["done_at"]) == ("platform_order_rejected", None)
    deliver(shop, woo.webhook("order.updated", woo.put(row, total="37.20")))
    assert status(shop) == "paid"
    assert shop.tasks[0]["done_at"] is not None


@P26
def test_an_order_deleted_there_is_a_task(shop: World, woo: Woo) -> None:
    row = woo.put(mugs())
    deliver(shop, woo.webhook("order.created", row))
    woo.put(row, status="trash")
    deliver(shop, woo.webhook("order.deleted", {"id": 11}))
    assert [task["kind"] for task in shop.tasks] == ["platform_order_gone"]
    assert status(shop) == "paid"


@P26
def test_a_backfill_goes_on_where_it_was_interrupted_and_brings_products(shop: World, woo: Woo) -> None:
    for number in range(1, 121):
        row = mugs(number, date_modified_gmt=f"2026-11-19T{number // 60:02}:{number % 60:02}:00")
        woo.put(row)
    woo.products[1] = simple_product(1, "MUG", "12.00")
    begin_backfill(shop_id=shop.made.shop_id, since=None, deps=shop.deps)
    step = backfill_page(shop_id=shop.made.shop_id, deps=shop.deps)
    assert (step.orders_read, step.total, step.is_done) == (50, 120, False)
    woo.fault = "down"
    with pytest.raises(ProviderUnavailable):
        backfill_page(shop_id=shop.made.shop_id, deps=shop.deps)
    woo.fault = None
    assert begin_backfill(shop_id=shop.made.shop_id, since=None, deps=shop.deps)
    while not step.is_done:
        step = backfill_page(shop_id=shop.made.shop_id, deps=shop.deps)
    assert {status(shop, str(number)) for number in range(1, 121)} == {"paid"}
    assert [row["sku"] for row in shop.rows(Product)] == ["MUG"]
    assert kept(shop).backfill_ended_at is not None


@P26
def test_products_follow_their_webhooks(shop: World, woo: Woo) -> None:
    woo.products[1] = simple_product(1, "MUG", "12.00")
    deliver(shop, woo.webhook("product.updated", woo.products[1]))
    woo.products[1] |= {"price": "13.00", "date_modified_gmt": "2026-11-20T00:00:00"}
    deliver(shop, woo.webhook("product.updated", woo.products[1]))
    assert [row["price_minor"] for row in shop.rows(Product)] == [1300]


@P26
def test_a_cancel_goes_out_once_whatever_goes_wrong_on_the_way(shop: World, woo: Woo) -> None:
    row = woo.put(mugs())
    deliver(shop, woo.webhook("order.created", row))
    shop.cancel("11", actor=customer(shop))
    woo.lose_answer_of = ("PUT", "lost_in_html")
    assert tell(shop) >= 1
    shop.settle(rounds=4)
    assert row["status"] == "cancelled"
    puts = [r for r in woo.requests if r.method == "PUT" and b'"status"' in r.body]
    assert len(puts) == 1
    assert {push["state"] for push in shop.rows(PlatformPush)} == {"done"}
    deliver(shop, woo.webhook("order.updated", row))
    assert status(shop) == "cancelled" and not shop.tasks


@P26
def test_units_cancelled_are_noted_and_an_application_leads_to_its_case(shop: World, woo: Woo) -> None:
    row = woo.put(mugs())
    deliver(shop, woo.webhook("order.created", row))
    shop.cancel("11", (("1", 1),), actor=customer(shop))
    tell(shop)
    assert row["status"] == "processing"
    assert any("1 × Mug" in note["note"] for note in woo.notes[11])


@P26
def test_what_was_completed_there_meanwhile_is_a_task(shop: World, woo: Woo) -> None:
    connected(shop, "woocommerce", woo_table(woo, refund=False))  # else its refund is what ends the order there
    row = woo.put(mugs())
    deliver(shop, woo.webhook("order.created", row))
    shop.cancel("11", actor=customer(shop))
    woo.put(row, status="completed")
    tell(shop)
    assert "platform_refused" in [task["kind"] for task in shop.tasks]
    assert "refused" in {push["state"] for push in shop.rows(PlatformPush)}


@P26
def test_money_paid_back_another_way_is_noted_there_and_does_not_come_back_as_a_second_refund(
    shop: World, woo: Woo
) -> None:
    connected(shop, "woocommerce", woo_table(woo, refund=False))
    row = woo.put(mugs())
    deliver(shop, woo.webhook("order.created", row))
    shop.cancel("11", (("2", 1),), actor=customer(shop))
    shop.settle(rounds=3)
    tell(shop)
    (document,) = woo.refund_books[11]
    assert (document["amount"], document["refunded_payment"], woo.gateway) == ("7.20", False, [])
    deliver(shop, woo.webhook("order.updated", row))
    assert paid_lines(shop, "11") == {"1": 2, "2": 0}
    (payment,) = shop.payments
    assert payment["refunded_minor"] == 720 and not shop.tasks


@P26
def test_the_comparison_heals_what_a_lost_webhook_left_and_names_what_differs(shop: World, woo: Woo) -> None:
    woo.put(mugs(11))
    row = woo.put(mugs(12))
    deliver(shop, woo.webhook("order.created", row))
    woo.refund_by_hand(12, "7.20", lines=[{"id": 2, "quantity": 1, "refund_total": "6.00"}])
    found = compare_orders(shop_id=shop.made.shop_id, deps=shop.deps)
    assert (found.compared, found.healed, found.differences) == (2, 2, ())
    assert paid_lines(shop, "12") == {"1": 2, "2": 0}
    shop.cancel("11", actor=customer(shop))
    shop.let_others_end()
    plan_pushes(deps=shop.deps)
    (one,) = compare_orders(shop_id=shop.made.shop_id, deps=shop.deps).differences[:1]
    assert (one.order_no, one.what) == ("11", "cancelled_here")
    assert {t["kind"] for t in shop.tasks if t["done_at"] is None} == {"platform_differs"}
    tell(shop)
    shop.settle(rounds=3)
    tell(shop)
    assert compare_orders(shop_id=shop.made.shop_id, deps=shop.deps).differences == ()
    assert {t["kind"] for t in shop.tasks if t["done_at"] is None} == set()


@P26
def test_the_comparison_is_a_job_a_day(shop: World, woo: Woo) -> None:
    woo.put(mugs(11))
    for _ in range(2):
        plan_comparisons(deps=shop.deps)
    work_all_jobs(deps=shop.deps)
    assert status(shop) == "paid"
    assert kept(shop).compared_at is not None


@P26
def test_another_platform_forgets_the_one_before_and_keys_are_never_stored_readable(shop: World, woo: Woo) -> None:
    deliver(shop, woo.webhook("order.created", woo.put(mugs())))
    assert "cs_test" not in repr(kept(shop)) and woo.url not in kept(shop).sealed_config
    operator = Actor(kind="operator", shop_id=shop.made.shop_id)
    with pytest.raises(ConnectorError):
        connect(platform="woocommerce", table=woo_table(woo, url="nowhere"), actor=operator, deps=shop.deps)
    connect(platform="woocommerce", table=woo_table(woo, refund=False), actor=operator, deps=shop.deps)
    with reading(shop.deps) as work:
        assert work.connectors.external_id(shop.made.shop_id, "11") == "11"
    connect(platform="woocommerce", table=woo_table(woo, url="https://other.example"), actor=operator, deps=shop.deps)
    with reading(shop.deps) as work:
        assert work.connectors.external_id(shop.made.shop_id, "11") is None
    end_connector(actor=operator, deps=shop.deps)
    assert tell(shop) == 0
    assert Decimal(woo.books[11]["total"]) == Decimal("37.20")
