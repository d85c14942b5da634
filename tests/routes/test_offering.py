"""A counter-offer on its pages: made on the desk, read and answered by the customer, told to both (P13)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from portal.services.cases.offer import take_offer_back
from portal.services.deadlines.run import run_deadlines
from tests.routes.staff.test_deciding import applied
from tests.support.page import Browserless
from tests.support.presses import offered
from tests.support.shopper import sign_in
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("P13")


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def propose(office: Office, case_no: str, *, htmx: bool = False, **typed: str) -> None:
    page = office.desk("agent", htmx=htmx).open(f"/staff/cases/{case_no}")
    typed = {"kind": "amount", "amount": "12.30", "body": "只有一件有问题"} | typed
    page = page.submit("/offer", **typed)
    assert page.says("已向客户提出方案", "等客户选择") and page.one("[data-offer]").get("data-state") == "open"


def test_an_offer_is_made_read_accepted_and_paid(office: Office, visitor: Browserless) -> None:
    case_no = applied(office)
    propose(office, case_no, htmx=visitor.htmx)
    sign_in(visitor)
    page = visitor.open("/orders")
    assert page.says("答复商家的新方案")
    page = visitor.open(f"/cases/{case_no}")
    panel = page.one("[data-offer]")
    assert panel.says("商家退¥12.30", "只有一件有问题", "11月25日24:00", "不能再申诉", "方案失效")
    assert panel.amount("refund") == "12.30" and page.one("[data-case]").get("data-state") == "offered"
    assert page.one('[data-action="offer"]').get("href") == f"/cases/{case_no}/offer"
    page = page.submit("/offer", answer="accept")
    assert page.path == f"/cases/{case_no}" and page.says("您接受了商家的方案", "退款中")
    assert page.one("[data-refund]").amount("refunded") == "12.30"
    assert page.says("接受了商家的方案：退¥12.30")
    page = office.desk("supervisor").open(f"/staff/cases/{case_no}")
    assert page.says("客户接受了我们的方案") and page.one("[data-offer]").get("data-state") == "accepted"


def test_declined_it_is_the_shops_again_and_the_desk_says_so(office: Office, visitor: Browserless) -> None:
    case_no = applied(office, "return_refund", "other")
    propose(office, case_no, kind="keep", amount="99.99")
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}/offer")
    assert page.says("商品您留下，不用寄回，商家退¥99.99")
    page = page.submit("/offer", answer="refuse")
    assert page.says("您没有接受这个方案", "前答复") and page.one("[data-case]").get("data-state") == "submitted"
    page = office.desk("agent").open(f"/staff/cases/{case_no}")
    assert page.one("[data-offer]").get("data-state") == "declined"
    assert [form for form in page.forms if form.matches("/decide")]
    assert page.follow("处理记录").says("没有接受商家的方案")


def test_without_a_choice_nothing_happens_and_without_an_offer_there_is_none(
    office: Office, visitor: Browserless
) -> None:
    case_no = offered(office)
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}/offer").submit("/offer")
    assert (page.status, page.errors) == (422, ["required"])
    other = applied(office)
    assert visitor.open(f"/cases/{other}/offer").status == 409


def test_an_offer_that_was_taken_back_meanwhile_is_409_and_says_so(office: Office, visitor: Browserless) -> None:
    case_no = offered(office)
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}/offer")
    by = {"actor": office.made.staff("agent"), "request_id": "back", "deps": office.deps}
    take_offer_back(case_no=case_no, **by)
    page = page.submit("/offer", answer="accept")
    assert page.status == 409 and page.says("这个方案在", "已经不在了")


def test_what_is_wrong_with_an_offer_is_said_beside_its_field_and_what_was_typed_stays(office: Office) -> None:
    case_no = applied(office, "return_refund", "other")
    page = office.desk("agent").open(f"/staff/cases/{case_no}")
    assert page.one("#offer").says("按规则最多¥300.00")
    page = page.submit("/offer", kind="amount", amount="300.01", body="好的")
    assert (page.status, page.errors) == (422, ["above_computed"]) and page.says("规则之外")
    page = page.submit("/offer", kind="amount", amount="300.00", body="好的")
    assert page.errors == ["not_less"]
    page = page.submit("/offer", amount="1.00", body="")
    assert page.errors == ["required"]


def test_while_it_waits_the_desk_takes_it_back_or_makes_another_and_offers_no_other_answer(office: Office) -> None:
    case_no = offered(office)
    desk = office.desk("agent")
    page = desk.open(f"/staff/cases/{case_no}")
    assert page.says("待客户确认", "已提出方案，等客户选择")
    assert not [form for form in page.forms if form.matches("/decide") or form.matches("/ask")]
    page = page.submit("/offer", kind="keep", amount="20.00", body="再加一点")
    assert page.one("[data-offer]").says("退¥20.00", "再加一点")
    page = page.submit("/offer/take-back")
    assert page.says("方案已收回") and page.one("[data-offer]").get("data-state") == "taken_back"


def test_a_case_that_waits_for_its_customer_is_not_counted_as_waiting_for_the_shop(office: Office) -> None:
    case_no = offered(office)
    desk = office.desk("agent")
    assert not desk.open("/staff/cases").all(f'tr[data-case="{case_no}"]')
    assert desk.open("/staff/cases?state=customer").one(f'tr[data-case="{case_no}"]').says("待客户确认")


def test_two_colleagues_do_not_offer_over_each_other(office: Office) -> None:
    case_no = applied(office)
    first = office.desk("agent").open(f"/staff/cases/{case_no}")
    propose(office, case_no, amount="5.00")
    page = first.submit("/offer", kind="amount", amount="6.00", body="好的")
    assert page.status == 409 and page.one("[data-offer]").says("¥5.00")


@pytest.mark.req("N6")
def test_the_desk_reopens_what_a_deadline_closed_and_the_customer_reads_why(
    office: Office, visitor: Browserless
) -> None:
    case_no = applied(office, "return_refund", "no_reason")
    run_deadlines(as_of=office.clock.now() + timedelta(days=9), deps=office.deps)
    page = office.desk("agent", htmx=visitor.htmx).open(f"/staff/cases/{case_no}")
    refused = page.submit("/reopen", reason="")
    assert (refused.status, refused.errors) == (422, ["required"])
    page = page.submit("/reopen", reason="您来电说已经寄出")
    assert page.says("申请已重新打开") and page.one("#desk").get("data-state") == "awaiting_return"
    sign_in(visitor)
    page = visitor.open(f"/cases/{case_no}")
    assert page.says("您来电说已经寄出", "商家重新打开了申请")
    assert visitor.open("/orders").says("寄回商品1")
