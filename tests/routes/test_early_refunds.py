"""极速退款 on the pages: said before it is asked for, as it stands, paid back and done without (P17)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask import Flask

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.services.applying.apply_for import apply_for
from portal.services.deadlines.run import run_deadlines
from tests.support.applications import IN_WINDOW
from tests.support.early_refunds import order_of, quick_shop
from tests.support.page import Browserless
from tests.support.said import ship_back
from tests.support.shopper import Shopfront
from tests.support.staff import Office, open_office
from tests.support.world import World

pytestmark = pytest.mark.req("P17")


@pytest.fixture
def app(sqlite_url: str, portal_on: Callable[..., Flask]) -> Flask:
    return portal_on(sqlite_url)


@pytest.fixture
def order_no(front: Shopfront, monkeypatch: pytest.MonkeyPatch) -> str:
    return order_at(front, monkeypatch)


def order_at(front: Shopfront | Office, monkeypatch: pytest.MonkeyPatch) -> str:
    """Three units for 100.00, in a shop that refunds at hand-over, while they may be returned."""
    monkeypatch.setattr(type(front.deps.clock), "now", lambda _: IN_WINDOW)
    world = cast(World, SimpleNamespace(made=front.made, deps=front.deps, take=front.take))
    return order_of(world, quick_shop(world))


def returned(front: Shopfront | Office, order_no: str, *, is_sent: bool = True) -> str:
    by: dict[str, Any] = {"actor": front.made.shopper, "deps": front.deps}
    about: dict[str, Any] = {"kind": "return_refund", "reason": "no_reason", "received": True}
    ask = ApplicationAsk(**about, units=(("1", 2),), conditions=CONDITIONS)
    case_no = apply_for(order_no=order_no, ask=ask, request_id=f"apply {order_no}", **by).case_no
    if is_sent:
        ship_back(case_no=case_no, carrier="SF", tracking_no="SF1000", request_id=f"sent {order_no}", **by)
    return case_no


def nothing_came(front: Shopfront | Office) -> None:
    run_deadlines(as_of=front.deps.clock.now() + timedelta(days=16), deps=front.deps)


def test_the_form_and_the_case_say_the_same_of_it(front: Shopfront, shopper: Browserless, order_no: str) -> None:
    said = "寄出并填写快递单号后先退款，不等验货"
    form = shopper.open(f"/orders/{order_no}/return")
    chosen = {"quantity-1": "2", "reason": "no_reason"} | {f"condition-{name}": "y" for name in CONDITIONS}
    quote = form.submit(f"/orders/{order_no}/return", fields=chosen, button="quote")
    assert quote.says(said, "退2件，寄出后先退款") and quote.amount("refund") == "66.66"
    page = shopper.open(f"/cases/{returned(front, order_no, is_sent=False)}")
    assert page.says(said) and page.one("[data-early]").get("data-early") == "promised"


def test_what_is_owed_is_paid_on_the_page_of_a_fee(front: Shopfront, shopper: Browserless, order_no: str) -> None:
    case_no = returned(front, order_no)
    page = shopper.open(f"/cases/{case_no}")
    assert page.one("[data-early]").get("data-early") == "paid" and page.says("已先退款¥66.66")
    refused = shopper.open(f"/cases/{case_no}/withdraw")
    assert refused.says("商品已寄出并先退款，不能撤销") and "withdraw" not in page.actions
    nothing_came(front)
    assert shopper.open("/cases").says("补付先退款的商品¥66.66")
    page = shopper.open(f"/cases/{case_no}")
    assert page.one("#case").get("data-fee") == "due" and page.says("补付¥66.66", "付清前会一直待付")
    paying = page.act("fee")
    assert paying.says("补付先退的款") and "撤销" not in paying.text
    page = paying.submit("/fee", method="alipay")
    assert (page.one("#case").get("data-state"), page.one("#case").get("data-fee")) == ("expired", "paid")
    assert page.says("先退的款已补付")


def test_the_desk_shows_it_and_does_without_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    office = open_office(app)
    case_no = returned(office, order_at(office, monkeypatch))
    agent = office.desk("agent")
    page = agent.open(f"/staff/cases/{case_no}")
    assert page.one("[data-early]").get("data-early") == "paid" and page.says("已先退款¥66.66")
    nothing_came(office)
    page = agent.open(f"/staff/cases/{case_no}")
    assert page.says("先退款的补付", "免除这笔补付")
    page = page.submit("/close", reason="快递丢件")
    assert (page.one("#desk").get("data-state"), page.one("#desk").get("data-fee")) == ("completed", "waived")


def test_it_is_said_in_english_too(front: Shopfront, shopper: Browserless, order_no: str) -> None:
    case_no = returned(front, order_no)
    nothing_came(front)
    shopper.open("/account").submit("/language")
    for path in (f"/cases/{case_no}", f"/cases/{case_no}/fee", "/cases"):
        assert "pay back" in shopper.open(path).text.lower()
