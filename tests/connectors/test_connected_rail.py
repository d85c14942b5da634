"""The gateway of a shop's platform is the rail of the orders that came from there: exactly once in effect."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.models.job import Job
from portal.repos.unit_of_work import reading
from portal.services.connectors.set_connector import connect, end_connector
from portal.services.refunds.confirm_refund import confirm_refund
from portal.services.refunds.reconcile import reconcile_refunds
from portal.services.refunds.retry_refund_now import retry_refund_now
from tests.connectors.support import connected, deliver, tell, woo_table
from tests.connectors.woocommerce_counterpart import Woo
from tests.connectors.woocommerce_orders import line, order
from tests.support.make import make_staff
from tests.support.order_facts import make_order
from tests.support.reconciling import compare
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


def parked(shop: World, woo: Woo, fault: str) -> str:
    """The number of a refund of which its platform does not know what became of it."""
    cancel(shop)
    woo.fault = fault
    shop.settle(rounds=1)
    woo.fault = None
    shop.settle(rounds=30)
    assert shop.refunds[0]["parked_at"]
    make_staff(shop.deps, "agent-1", "agent")
    return str(shop.refunds[0]["number"])


def confirm(shop: World, number: str) -> None:
    by = {"actor": shop.made.staff("agent"), "request_id": "c-1", "deps": shop.deps}
    confirm_refund(refund_no=number, reference="PI-7781", **by)


@pytest.mark.parametrize("fault", ["gateway_silent", "gateway_dies"])
def test_what_a_person_has_found_paid_is_settled_in_both_books(shop: World, woo: Woo, fault: str) -> None:
    number = parked(shop, woo, fault)
    confirm(shop, number)
    (refund,) = shop.refunds
    assert (refund["state"], refund["trace"], refund["parked_at"]) == ("succeeded", "PI-7781", None)
    tell(shop)
    deliver(shop, woo.webhook("order.updated", woo.books[11]))
    assert [one["amount"] for one in woo.refund_books[11]] == ["37.20"]
    assert (shop.payments[0]["refunded_minor"], shop.payments[0]["in_flight_minor"]) == (3720, 0)
    shop.clock.move(days=1)
    compare(shop)
    assert [task for task in shop.tasks if task["done_at"] is None] == [] == reconcile_refunds(deps=shop.deps)


@pytest.mark.parametrize("fault", ["gateway_dies", "gone_before_it_was_sent"])
def test_what_a_person_has_found_unpaid_is_sent_once_more_and_stands_once_in_its_books(
    shop: World, woo: Woo, fault: str
) -> None:
    if fault == "gateway_dies":
        number = parked(shop, woo, fault)
    else:
        woo.lose_answer_of = ("PUT", "lost_in_html")
        number = parked(shop, woo, "")
    assert paid(woo) == []
    retry_refund_now(refund_no=number, actor=shop.made.staff("agent"), request_id="r-1", deps=shop.deps)
    shop.settle(rounds=3)
    assert ([one["state"] for one in shop.refunds], paid(woo)) == (["succeeded"], [Decimal("37.20")])
    assert [(one["amount"], one["refunded_payment"]) for one in woo.refund_books[11]] == [("37.20", True)]
    assert [task for task in shop.tasks if task["done_at"] is None] == []


def test_what_its_gateway_has_paid_after_all_is_found_by_the_comparison(shop: World, woo: Woo) -> None:
    parked(shop, woo, "gateway_dies")
    woo.refund_books[11][0]["refunded_payment"] = True
    compare(shop)
    assert [one["state"] for one in shop.refunds] == ["succeeded"]


def test_a_refund_that_was_deleted_there_is_asked_about_by_its_order_and_no_job_is_left(shop: World, woo: Woo) -> None:
    cancel(shop)
    shop.settle(rounds=2)
    woo.refund_books[11].clear()
    shop.clock.move(days=1)
    compare(shop)
    waiting = [job["kind"] for job in shop.rows(Job) if job["done_at"] is None and job["kind"] == "refund_recheck"]
    assert (waiting, [one["state"] for one in shop.refunds]) == ([], ["succeeded"])
    assert [task["kind"] for task in shop.tasks if task["done_at"] is None] == ["rail_differs"]


def test_its_shop_stays_connected_while_money_is_on_its_way_by_it(shop: World, woo: Woo) -> None:
    """No other one knows the number, and what is not found there would be sent again."""
    number, operator = parked(shop, woo, "gateway_silent"), Actor(kind="operator", shop_id=shop.made.shop_id)

    def elsewhere() -> object:
        table = woo_table(woo, url="https://other.example")
        return connect(platform="woocommerce", table=table, actor=operator, deps=shop.deps)

    def ended() -> None:
        end_connector(actor=operator, deps=shop.deps)

    for act in (elsewhere, ended):
        with pytest.raises(Conflict) as refused:
            act()
        assert (refused.value.what, refused.value.detail) == ("rail_in_use", {"number": number})
    connect(platform="woocommerce", table=woo_table(woo, refund=False), actor=operator, deps=shop.deps)
    confirm(shop, number)
    elsewhere()
    ended()


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
