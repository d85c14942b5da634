"""/cases/<no>/payout and /account: a refund as credit is a choice beside cash, and shown with what it brings (P10)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from portal.domain.credit.ledger import CreditEntry
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.repos.unit_of_work import unit_of_work
from portal.services.credit.book_credit import book_credit
from tests.routes.staff.test_deciding import applied
from tests.support.applications import bought
from tests.support.make import make_customer
from tests.support.order_facts import make_line, make_order
from tests.support.page import Browserless
from tests.support.shopper import sign_in
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("P10")


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def gives_credit(office: Office, **offer: Any) -> None:
    with unit_of_work(office.deps) as work:
        said = {"returns": True, "store_credit": {"refunds": True} | offer}
        work.shops.set(office.made.shop_id, settings=said)


def test_credit_is_chosen_with_its_bonus_and_cash_again(office: Office, visitor: Browserless) -> None:
    gives_credit(office, bonus_percent="10", valid_days=365)
    case_no = applied(office, "return_refund", "no_reason")
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}")
    assert page.one("[data-payout=original]").says("退款¥300.00原路退回", "加送¥30.00，共¥330.00")
    page = page.act("payout")
    assert page.says("存入后365天内有效", "都可以改回原路退回") and page.has("input[value=original][checked]")
    page = page.submit(f"/cases/{case_no}/payout", to="store_credit")
    assert page.path == f"/cases/{case_no}" and page.one("[data-notice=payout_credit]")
    assert page.one("[data-payout=store_credit]").says("您选择了退到储值余额", "共¥330.00")
    page = page.act("payout").submit(f"/cases/{case_no}/payout", to="original")
    assert page.one("[data-notice=payout_original]") and page.has("[data-payout=original]")


def test_a_shop_that_gives_none_does_not_speak_of_it(office: Office, visitor: Browserless) -> None:
    case_no = applied(office, "return_refund", "no_reason")
    sign_in(visitor)
    assert not visitor.open(f"/cases/{case_no}").has("[data-payout]")
    assert visitor.open(f"/cases/{case_no}/payout").status == 409
    assert not visitor.open("/account").has("[data-credit]")


def test_somebody_elses_refund_is_not_chosen_for(office: Office, visitor: Browserless) -> None:
    gives_credit(office)
    case_no = applied(office, "return_refund", "no_reason")
    make_customer(office.deps, office.made.shop_id, 2)
    sign_in(visitor, "c-2")
    assert visitor.open(f"/cases/{case_no}/payout").status == 404


def test_the_account_shows_what_there_is_and_every_change(office: Office, visitor: Browserless) -> None:
    feed = Actor(kind="feed", shop_id=office.made.shop_id)
    for number, kind, minor in (("gift-1", "credit", 1230), ("order-1", "spend", 230)):
        entry = CreditEntry(number=number, kind=kind, amount=Money(minor, "CNY"))  # type: ignore[arg-type]
        book_credit(customer="c-1", entry=entry, actor=feed, deps=office.deps)
    sign_in(visitor)
    page = visitor.open("/account")
    assert page.one("[data-credit]").says("储值余额", "¥10.00")
    assert page.one("[data-entry=spend]").says("消费", "−¥2.30") and page.one("[data-entry=credit]").says("商家存入")


def test_a_shop_that_gives_credit_says_that_there_is_none_yet(office: Office, visitor: Browserless) -> None:
    gives_credit(office)
    sign_in(visitor)
    assert visitor.open("/account").one("[data-credit]").says("现在没有余额")


def test_a_cancel_asks_how_it_is_to_be_paid_and_shows_what_is_chosen(office: Office, visitor: Browserless) -> None:
    gives_credit(office, bonus_percent="10", valid_days=365)
    number = office.take(make_order(make_line("1", 2, 5000), freight=600))
    sign_in(visitor)
    address = f"/orders/{number}/cancel"
    page = visitor.open(address)
    assert page.has("[data-payout=original] input[value=original][checked]") and page.amount("refund") == "56.00"
    assert page.says("加送¥5.60，共¥61.60", "退款发起后不能再改；不选就原路退回")
    quoted = page.submit(address, button="quote", payout="store_credit")
    assert quoted.has("[data-payout=store_credit]") and quoted.one(".route").says("储值余额")
    page = quoted.submit(address, reason="changed_mind", payout="store_credit")
    assert page.path == f"/orders/{number}" and page.one("section[data-refund]").says("储值余额")


def test_a_refund_asks_how_it_is_to_be_paid(office: Office, visitor: Browserless) -> None:
    gives_credit(office)
    number = office.take(bought(make_line("1", 3, 3000)), policy="open")
    sign_in(visitor)
    page = visitor.open(f"/orders/{number}/refund")
    page = page.submit(f"/orders/{number}/refund", received="yes", reason="other", payout="store_credit")
    assert page.one("[data-payout=store_credit]").says("您选择了退到储值余额：¥30.00")
    assert not visitor.open(f"/orders/{number}/return").has("[name=payout]")


def test_credit_that_nobody_offers_is_not_taken(office: Office, visitor: Browserless) -> None:
    number = office.take(make_order(make_line("1", 1, 5000)))
    sign_in(visitor)
    page = visitor.open(f"/orders/{number}/cancel")
    assert not page.has("[name=payout]")
    page = page.submit(f"/orders/{number}/cancel", reason="changed_mind", forged={"payout": "store_credit"})
    assert page.status == 422 and "not_offered" in page.errors
