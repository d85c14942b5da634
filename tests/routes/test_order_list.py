"""我的订单 as it leads: what waits first, cards that act, a search that shows what it met (DESIGN)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.applications import bought
from tests.support.order_facts import NOON, make_line, make_order
from tests.support.queries import counted


def unpaid(front, hours: int) -> str:
    soon = datetime.now(UTC) + timedelta(hours=hours)
    return front.take(replace(make_order(status="awaiting_payment"), pay_by=soon))


@pytest.mark.req("S3", "N9")
def test_what_waits_for_the_customer_comes_first_and_the_nearest_deadline_before_all(front, shopper):
    later, soon, none = unpaid(front, 30), unpaid(front, 5), front.take(make_order(status="awaiting_payment"))
    front.take()
    page = shopper.open("/orders")
    strip = page.one(".todo-strip")
    assert [row.get("href") for row in strip.all("[data-todo=pay]")] == [
        f"/orders/{no}/pay" for no in (soon, later, none)
    ]
    assert strip.says("需要您处理 3") and page.title.startswith("我的订单（3）")
    assert page.one(".tabs a[href*='awaiting_payment'] .count").text.startswith("3")


def test_more_than_three_that_wait_are_a_fold_away(front, shopper):
    for hours in range(1, 6):
        unpaid(front, hours)
    strip = shopper.open("/orders").one(".todo-strip")
    assert len(strip.all("[data-todo]")) == 5
    assert len(strip.all("details [data-todo]")) == 2 and strip.says("全部5项")


def test_where_nothing_waits_there_is_no_strip_and_a_search_has_none(front, shopper):
    front.take()
    assert not shopper.open("/orders").has(".todo-strip")
    unpaid(front, 5)
    assert shopper.open("/orders").has(".todo-strip")
    for query in ("q=商品", "state=to_ship", "within=1m"):
        assert not shopper.open(f"/orders?{query}").has(".todo-strip")


@pytest.mark.req("S4")
def test_a_search_marks_what_it_met_and_brings_those_goods_to_the_front(front, shopper):
    lines = (make_line("1", 1, 100), make_line("2", 1, 100), make_line("3", 1, 100), make_line("7", 1, 100))
    number = front.take(make_order(*lines), recipient="李四")
    card = shopper.open("/orders?q=商品7").one("article[data-order]")
    assert card.one("h2 a").text == "商品7" and card.one("h2 mark").text == "商品7"
    card = shopper.open(f"/orders?q={number[-4:]}").one("article[data-order]")
    assert card.one(".code mark").text == number[-4:] and not card.has("h2 mark")
    card = shopper.open("/orders?q=李四").one("article[data-order]")
    assert card.says("收货人相符") and not card.has("h2 mark, .code mark")


def test_a_search_is_cleared_by_a_link_that_keeps_the_tab(front, shopper):
    front.take()
    page = shopper.open("/orders?state=to_ship&q=商品")
    assert page.one("form[role=search] a").get("href") == "/orders?state=to_ship"
    assert not shopper.open("/orders").has("form[role=search] a")


@pytest.mark.req("S4")
def test_orders_of_a_time_are_those_placed_in_it(front, shopper):
    now = datetime.now(UTC)
    new = front.take(make_order(placed_at=now - timedelta(days=3)))
    old = front.take(make_order(placed_at=now - timedelta(days=200)))
    shown = {
        within: {
            article.get("data-order") for article in shopper.open(f"/orders?within={within}").all("article[data-order]")
        }
        for within in ("", "1m", "3m", "1y", "nonsense")
    }
    assert shown == {"": {new, old}, "1m": {new}, "3m": {new}, "1y": {new, old}, "nonsense": {new, old}}
    assert shopper.open("/orders?within=1m&state=cancelled").says("这段时间没有订单")


@pytest.mark.req("S3", "N2")
def test_a_card_offers_what_its_order_offers(front, shopper):
    now = datetime.now(UTC)
    numbers = [
        front.take(make_order(status="awaiting_payment")),
        front.take(),
        front.take(make_order(status="picking")),
        front.shipped(),
        front.take(bought(make_line("1", 2, 5000), at=now - timedelta(days=1))),
        front.take(bought(make_line("1", 2, 5000), at=now - timedelta(days=90))),
        front.take(make_order(status="cancelled")),
        front.take(replace(make_order(), promised_ship_by=now - timedelta(days=1))),
    ]
    page = shopper.open("/orders")
    for number in numbers:
        card = page.one(f"article[data-order='{number}']")
        assert card.actions <= shopper.open(f"/orders/{number}").actions, number
        assert len(card.all(".order-foot a")) <= 3
        assert len(card.all(".order-foot .primary")) <= 1
    assert page.one(f"article[data-order='{numbers[3]}'] .order-foot a").get("href").endswith("#parcels")
    assert "urge" in page.one(f"article[data-order='{numbers[7]}']").actions
    assert "after_sales" in page.one(f"article[data-order='{numbers[4]}']").actions
    applied = page.one(f"article[data-order='{numbers[4]}'] [data-action=after_sales]").get("href")
    assert shopper.open(applied).one("#apply-panel").all(".tiles a[aria-current]")


@pytest.mark.req("N8")
def test_the_list_costs_four_statements_whatever_is_on_it(front, shopper):
    for n in range(9):
        front.take(make_order(placed_at=NOON - timedelta(hours=n)))
        unpaid(front, n + 1)
    front.take(bought(make_line("1", 2, 5000), at=datetime.now(UTC) - timedelta(days=1)))
    shopper.open("/orders")
    with counted() as statements:
        shopper.open("/orders")
    assert len(statements) <= 4, statements
