"""The gateway of a shop's platform is the rail of the orders that came from there: exactly once in effect."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from portal.domain.identity.access import Actor
from portal.repos.unit_of_work import reading
from portal.services.refunds.reconcile import reconcile_refunds
from tests.connectors.support import connected, deliver, tell, woo_table
from tests.connectors.woocommerce_counterpart import Woo
from tests.connectors.woocommerce_orders import line, order
from tests.support.order_facts import make_order
from tests.support.world import World, world_on

pytestmark = [pytest.mark.req("P26"), pytest.mark.req("S12")]


@pytest.fixture
def shop(database: str, woo: Woo) -> Iterator[World]:
    """Order 11 is in: two mugs of 12.00 and a bowl of 7.20, freight 6.00, all with tax: 37.20."""
    with world_on(database) as made:
        connected(made, "woocommerce", woo_table(woo))
        lines = [line(1, "Mug", "10.00", 2, tax=20), line(2, "Bowl", "6.00", tax=20)]
        row = woo.put(order(11, lines, freight="5.00", freight_tax="1.00"))
        deliver(made, woo.webhook("order.created", row))
        yield made


def customer(shop: World) -> Actor:
    with reading(shop.deps) as work:
        owner = work.orders.get("11", Actor(kind="feed", shop_id=shop.made.shop_id)).customer_id
    return Actor(kind="shopper", shop_id=shop.made.shop_id, id=owner or 0)


def cancel(shop: World, units: Any = ()) -> None:
    shop.cancel("11", units, actor=customer(shop))


def paid(woo: Woo) -> list[Decimal]:
    return [amount for _, amount in woo.gateway]


def test_a_cancel_goes_back_through_the_gateway_and_the_books_agree(shop: World, woo: Woo) -> None:
    cancel(shop)
    shop.settle(rounds=2)
    (refund,) = shop.refunds
    assert (refund["state"], refund["rail"], refund["amount_minor"]) == ("succeeded", "woocommerce", 3720)
    assert paid(woo) == [Decimal("37.20")] and refund["rail_reference"] == str(woo.refund_books[11][0]["id"])
    tell(shop)
    deliver(shop, woo.webhook("order.updated", woo.books[11]))
    assert (len(woo.refund_books[11]), shop.payments[0]["refunded_minor"]) == (1, 3720)
    assert reconcile_refunds(deps=shop.deps) == [] and shop.tasks == []


def test_each_unit_goes_back_as_itself_to_the_unit_of_money_and_tax(shop: World, woo: Woo) -> None:
    for units in ((("1", 1),), (("2", 1),), ()):
        cancel(shop, units)
        shop.settle(rounds=2)
    assert paid(woo) == [Decimal("12.00"), Decimal("7.20"), Decimal("18.00")]
    first = woo.refund_books[11][0]["line_items"][0]
    assert (first["quantity"], first["total"], first["taxes"]) == (-1, "-10.00", [{"id": 75, "refund_total": "2.00"}])
    assert sum(one["amount_minor"] for one in shop.refunds) == shop.payments[0]["captured_minor"] == 3720


@pytest.mark.parametrize("fault", ["late", "lost_in_html"])
def test_an_answer_that_is_lost_is_looked_up(shop: World, woo: Woo, fault: str) -> None:
    cancel(shop)
    woo.lose_answer_of = ("POST", fault)
    shop.settle(rounds=4)
    assert ([one["state"] for one in shop.refunds], paid(woo)) == (["succeeded"], [Decimal("37.20")])


def test_a_gateway_that_paid_in_silence_is_left_to_a_person_and_never_asked_again(shop: World, woo: Woo) -> None:
    cancel(shop)
    woo.fault = "gateway_silent"
    shop.settle(rounds=1)
    woo.fault = None
    shop.settle(rounds=30)
    (refund,) = shop.refunds
    assert (refund["state"], paid(woo)) == ("pending", [Decimal("37.20")])
    assert [task["kind"] for task in shop.tasks if task["done_at"] is None] == ["refund_parked"]


def test_a_platform_that_is_away_is_waited_for(shop: World, woo: Woo) -> None:
    cancel(shop)
    woo.fault = "down"
    shop.settle(rounds=1)
    assert [one["state"] for one in shop.refunds] == ["submitted"]
    woo.fault = None
    shop.settle(rounds=6)
    assert ([one["state"] for one in shop.refunds], paid(woo)) == (["succeeded"], [Decimal("37.20")])


def test_what_the_gateway_cannot_is_a_task_with_its_own_words(shop: World, woo: Woo) -> None:
    woo.put(woo.books[11], payment_method="bacs")
    cancel(shop)
    shop.settle(rounds=1)
    (refund,) = shop.refunds
    assert (refund["state"], "automatic refunds" in refund["reason"]) == ("failed", True)
    assert "refund_failed" in [task["kind"] for task in shop.tasks]


def test_other_orders_of_the_shop_go_by_its_other_rails(shop: World, woo: Woo) -> None:
    number = shop.take(make_order())
    shop.cancel(number)
    shop.settle(rounds=3)
    assert [one["rail"] for one in shop.refunds] == ["sandbox"] and paid(woo) == []
