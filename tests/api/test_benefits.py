"""POST …/returned-benefits: points and coupons are the shop's to give back, and it says when it has (T20, T21)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from portal.domain.cancelling.decide import CancelAsk
from portal.domain.money import Money
from portal.domain.orders.order import Discount
from portal.domain.shops.settings import ShopSettings
from portal.pages.shop.cancelling import cancel_page
from portal.services.cancelling.cancel_order import cancel_order
from tests.support.machine import Machine
from tests.support.order_facts import make_line, make_order
from tests.support.signing_in import PASSWORD as CUSTOMERS
from tests.support.staff import Office, open_office

pytestmark = [pytest.mark.req("P12"), pytest.mark.req("S11")]


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


@pytest.fixture
def machine(office: Office) -> Machine:
    return Machine(office)


def cancelled(office: Office) -> str:
    """An order with points and a coupon, all of it cancelled."""
    discounts = (
        Discount(kind="points", amount=Money(100, "CNY"), points=100),
        Discount(kind="coupon", amount=Money(500, "CNY"), code="C-9"),
    )
    number = office.take(make_order(make_line("1", 2, 5000), discounts=discounts))
    actor = office.made.shopper
    shown = cancel_page(number, actor=actor, settings=ShopSettings(), locale="zh", deps=office.deps).shown
    ask = CancelAsk(reason="changed_mind")
    cancel_order(order_no=number, ask=ask, shown=shown, actor=actor, request_id="c", deps=office.deps)
    return number


def standing(order: dict[str, Any]) -> list[tuple[str, Any, bool]]:
    return [(one["kind"], one["points"] or one["coupon"], bool(one["returned_at"])) for one in order["benefits"]]


def shown_to_customer(office: Office, number: str) -> list[tuple[str, str, str]]:
    shopper = office.newcomer()
    shopper.open("/sign-in").submit(login="c-1", password=CUSTOMERS)
    rows = shopper.open(f"/orders/{number}").tree.xpath("//*[@data-benefit]")
    return [(row.get("data-benefit"), row.get("data-state"), " ".join(row.text_content().split())) for row in rows]


def test_they_wait_until_the_shop_says_so_and_their_customer_reads_that(office: Office, machine: Machine) -> None:
    number = cancelled(office)
    order = machine.get(f"/orders/{number}")
    assert standing(order) == [("points", 100, False), ("coupon", "C-9", False)]
    points, coupon = (one["id"] for one in order["benefits"])
    assert {event["seq"] for event in machine.get("/events")["events"]} >= {points, coupon}
    assert shown_to_customer(office, number) == [
        ("points", "waiting", "积分100 待退回"),
        ("coupon", "waiting", "优惠券C-9 待退回"),
    ]
    assert machine.post(f"/orders/{number}/returned-benefits", {"ids": [points]}) == {"returned": 1}
    assert standing(machine.get(f"/orders/{number}")) == [("points", 100, True), ("coupon", "C-9", False)]
    told = shown_to_customer(office, number)
    assert [state for _, state, _ in told] == ["returned", "waiting"] and "已退回" in told[0][2]


def test_each_is_returned_once_however_often_that_is_said(office: Office, machine: Machine) -> None:
    number = cancelled(office)
    ids = [one["id"] for one in machine.get(f"/orders/{number}")["benefits"]]
    path = f"/orders/{number}/returned-benefits"
    assert machine.post(path, {"ids": ids + ids}, key="k") == {"returned": 2}
    assert machine.post(path, {"ids": ids + ids}, key="k") == {"returned": 2}, "the first answer again"
    assert machine.post(path, {"ids": ids}) == {"returned": 0}
    assert machine.events().count("feed:points:given_back") == machine.events().count("feed:coupon:given_back") == 1


@pytest.mark.parametrize("body", [{}, {"ids": []}, {"ids": ["1"]}, {"ids": [0]}, {"ids": [99]}, {"ids": [1]}])
def test_what_is_none_of_the_orders_is_refused(office: Office, machine: Machine, body: dict[str, Any]) -> None:
    number = cancelled(office)
    refused = machine.post(f"/orders/{number}/returned-benefits", body, 422)
    assert refused["errors"][0]["field"].startswith("ids")
    machine.post("/orders/none/returned-benefits", {"ids": [1]}, 404)
