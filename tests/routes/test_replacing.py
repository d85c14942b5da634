"""申请补寄 and 申请维修: where they are offered, what the form says, and where the shop does not offer them (P20)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from portal.services.replacing.send_replacement import send_replacement
from tests.routes.staff.test_deciding import applied
from tests.support.applications import bought
from tests.support.order_facts import make_line
from tests.support.page import Browserless
from tests.support.said import decide_case
from tests.support.shopper import Shopfront, sign_in
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("P20")


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def test_both_stand_among_the_ways_and_the_advice_is_to_have_it_repaired(
    front: Shopfront, shopper: Browserless
) -> None:
    number = front.take(bought(make_line("1", 2, 4000)))
    page = shopper.open(f"/orders/{number}/after-sales")
    assert page.says("少发、发错或破损，想要补寄", "有问题，想修好")
    page = shopper.open(f"/orders/{number}/after-sales?received=yes&faulty=yes&keep=yes")
    assert page.one("[data-advice]").get("data-advice") == "repair"
    assert page.one("[data-advice]").all(f'a[href$="/orders/{number}/repair"]')


@pytest.mark.parametrize(("act", "reason", "kind"), [("reship", "missing_item", "补寄"), ("repair", "quality", "维修")])
def test_the_form_says_who_answers_until_when_and_no_amount(
    front: Shopfront, shopper: Browserless, act: str, reason: str, kind: str
) -> None:
    number = front.take(bought(make_line("1", 2, 4000)))
    page = shopper.open(f"/orders/{number}/{act}")
    page = page.submit(fields={"reason": reason, "quantity-1": "1"}, button="quote")
    assert page.says("商家会在", "前答复") and not page.all('[data-amount="refund"]')
    page = page.submit(fields={"reason": reason, "quantity-1": "1"})
    assert page.path.startswith("/cases/") and page.one("#case").says(kind, "待商家处理")
    assert not page.all('[data-amount="refund"]')


def test_a_reason_that_is_none_of_it_is_not_taken(front: Shopfront, shopper: Browserless) -> None:
    number = front.take(bought(make_line("1", 2, 4000)))
    page = shopper.open(f"/orders/{number}/reship")
    page = page.submit(fields={"reason": "missing_item", "quantity-1": "1"}, forged={"reason": "no_reason"})
    assert page.status in (409, 422)


def test_nothing_is_sent_again_before_it_came(front: Shopfront, shopper: Browserless) -> None:
    number = front.take()
    assert shopper.open(f"/orders/{number}/reship").status == 409
    assert shopper.open(f"/orders/{number}/repair").status == 409


@pytest.mark.req("S30")
def test_an_agreed_reship_offers_to_be_withdrawn_until_it_has_left(office: Office, visitor: Browserless) -> None:
    case_no = applied(office, "reship", "missing_item")
    by: dict[str, Any] = {"actor": office.made.staff("agent"), "deps": office.deps}
    decide_case(case_no=case_no, decision="accept", request_id="yes", **by)
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}").act("withdraw")
    assert page.says("撤销后商家不再处理，订单恢复原状")
    by["actor"] = office.made.staff("warehouse")
    send_replacement(case_no=case_no, carrier="SF", tracking_no="SF20001000", request_id="send", **by)
    late = page.submit(f"/cases/{case_no}/withdraw", reason="solved")
    assert late.status == 409 and late.says("不能撤销")
    assert not visitor.open(f"/cases/{case_no}").has("[data-action=withdraw]")
