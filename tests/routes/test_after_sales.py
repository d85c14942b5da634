"""申请售后, the one entry: what happened leads to the application that fits, by links alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.applications import IN_WINDOW, bought, sent
from tests.support.order_facts import make_line, make_order


@pytest.fixture(autouse=True)
def in_the_window(front, monkeypatch):
    monkeypatch.setattr(type(front.deps.clock), "now", lambda _: IN_WINDOW)


def on_its_way():
    return replace(sent(make_order(), delivered_at=None), status="shipped")


@pytest.mark.req("S18", "S24")
def test_the_order_leads_to_the_entry_and_the_entry_to_a_form_that_knows_the_reason(front, shopper):
    number = front.take(bought(make_line("1", 2, 5000), make_line("2", 1, 1000)))
    order = shopper.open(f"/orders/{number}")
    assert {"after_sales", "refund", "return"} <= order.actions
    entry = order.act("after_sales")
    assert entry.path == f"/orders/{number}/after-sales"
    assert entry.says("不想要了", "有问题，但想留下", "显示已签收，但没收到")
    assert len(entry.queries) <= 6
    ways = {link.get("href") for link in entry.all("a.row-link")}
    assert f"/orders/{number}/return?reason=no_reason" in ways and f"/orders/{number}/refund" in ways
    form = shopper.open(f"/orders/{number}/return?reason=no_reason").form(f"/orders/{number}/return")
    assert form.data({})["reason"] == ["no_reason"]
    signed = shopper.open(f"/orders/{number}/refund?reason=signed_not_received").form(f"/orders/{number}/refund")
    assert (signed.data({})["received"], signed.data({})["reason"]) == (["no"], ["signed_not_received"])


@pytest.mark.req("S18")
def test_a_reason_that_is_not_on_offer_is_not_chosen(front, shopper):
    number = front.take(bought(make_line("1", 1, 3000, tags=("custom",))))
    form = shopper.open(f"/orders/{number}/return?reason=no_reason").form(f"/orders/{number}/return")
    assert "reason" not in form.data({}) and form.data({})["received"] == ["yes"]


@pytest.mark.req("S11", "S24")
def test_whether_goods_came_is_asked_only_where_nobody_knows(front, shopper):
    came = shopper.open(f"/orders/{front.take(bought(make_line('1', 1, 3000)))}/after-sales")
    assert not came.has("#received-title")
    coming = shopper.open(f"/orders/{front.take(on_its_way())}/after-sales")
    assert coming.says("拦截或拒收退款")
    assert not coming.has("#in-hand-title")


@pytest.mark.req("S11")
def test_what_has_not_left_leads_to_cancelling_and_what_is_not_on_offer_says_why(front, shopper):
    refused = shopper.open(f"/orders/{front.take()}/after-sales")
    assert (refused.status, refused.refusal("return").rule) == (409, "SHOP-1")


@pytest.mark.req("S18", "S24")
@pytest.mark.parametrize(
    ("answers", "advice", "path"),
    [
        ({"received": "yes", "faulty": "no", "keep": "no"}, "unwanted", "return?reason=no_reason"),
        ({"received": "yes", "faulty": "yes", "keep": "yes"}, "repair", "repair"),
        ({"received": "yes", "faulty": "yes", "keep": "no"}, "faulty", "return"),
        ({"received": "yes", "faulty": "no", "keep": "yes"}, "other_one", "exchange?reason=no_reason"),
        ({"received": "no", "faulty": "no", "keep": "no"}, "signed", "refund?reason=signed_not_received"),
    ],
)
def test_three_answers_lead_to_the_right_way(front, shopper, answers, advice, path):
    number = front.take(bought(make_line("1", 1, 3000)))
    page = shopper.open(f"/orders/{number}/after-sales").submit("#judge form", **answers)
    assert page.one("[data-advice]").get("data-advice") == advice
    assert page.one("[data-advice] a").get("href") == f"/orders/{number}/{path}"


@pytest.mark.req("S18")
def test_two_answers_of_three_are_asked_on(front, shopper):
    number = front.take(bought(make_line("1", 1, 3000)))
    page = shopper.open(f"/orders/{number}/after-sales").submit("#judge form", received="yes", faulty="no")
    assert (page.status, page.has("[data-advice]")) == (200, False)
