"""Goods that come back, walked through at the desk: receiving, inspecting, sending on (S27–S29, N11)."""

from __future__ import annotations

from typing import Any

import pytest

from portal.services.cases.appeal import appeal_case
from portal.services.returning.choose_rejected import choose_rejected
from tests.adapters.pictures import encoded, photo
from tests.routes.staff.test_deciding import applied
from tests.support.page import Page
from tests.support.said import decide_case
from tests.support.staff import Office


def approved(office: Office, reason: str = "no_reason") -> str:
    """A return of three units of 100.00 whose goods are to be sent."""
    case_no = applied(office, "return_refund", reason)
    page = office.desk("agent").open(f"/staff/cases/{case_no}")
    if page.one("#desk").get("data-state") == "submitted":
        actor = office.made.staff("agent")
        decide_case(case_no=case_no, decision="accept", actor=actor, request_id=f"yes-{case_no}", deps=office.deps)
    return case_no


def at_hand(office: Office, case_no: str, role: str = "warehouse") -> Page:
    page = office.desk(role).open(f"/staff/cases/{case_no}")
    return page.submit("/receive")


def inspect(page: Page, **fields: Any) -> Page:
    """`accept_1` is `accept-1`."""
    return page.submit("/inspect", fields={name.replace("_", "-", 1): value for name, value in fields.items()})


def state(page: Page) -> str | None:
    return page.one("#desk").get("data-state")


@pytest.mark.req("S28", "S29", "N2")
def test_the_warehouse_receives_and_inspects_and_the_refund_starts(office: Office) -> None:
    page = at_hand(office, approved(office))
    assert state(page) == "received"
    assert page.one("#goods").amount("refund") == "300.00"
    page = inspect(page)
    assert state(page) == "refunding"
    assert page.one("#goods").says("3件通过验货")


@pytest.mark.req("S28", "N11", "N2")
def test_the_desk_shows_what_a_part_would_pay_before_it_is_said(office: Office) -> None:
    page = at_hand(office, approved(office))
    part = {"accept-1": "2", "resellable-1": "1", "reject-1": "1"}
    page = page.submit("/inspect", fields=part, button="quote")
    assert page.one("#goods").amount("refund") == "200.00"
    assert page.submit("/inspect").status == 422
    picture = ("scratch.jpg", encoded(photo()), "image/jpeg")
    page = page.submit("/inspect", fields={"reason": "有划痕", "photos": picture})
    assert (page.status, state(page)) == (200, "received")
    assert page.one("#goods").says("2件通过", "1件未通过", "有划痕")
    assert page.one("#desk").says("待客户选择")


@pytest.mark.parametrize(
    "fields",
    [
        {"received-1": "4", "accept-1": "4"},
        {"accept-1": "2"},
        {"accept-1": "-1"},
        {"accept-1": "x"},
        {"received-1": "0", "accept-1": "0", "resellable-1": "0"},
    ],
)
def test_numbers_that_cannot_be_are_said_and_nothing_is_paid(office: Office, fields: dict[str, str]) -> None:
    page = at_hand(office, approved(office))
    page = page.submit("/inspect", fields=fields)
    assert (page.status, state(page)) == (422, "received")
    assert page.one("#goods [role=alert]")


@pytest.mark.req("N11", "N10")
def test_what_was_not_accepted_goes_back_and_the_case_ends_at_the_customers_door(office: Office) -> None:
    case_no = approved(office)
    page = at_hand(office, case_no)
    fields = {"accept-1": "2", "resellable-1": "2", "reject-1": "1", "reason": "有划痕"}
    page.submit("/inspect", fields=fields)
    choose_rejected(
        case_no=case_no, choice="send_back", actor=office.made.shopper, request_id="choose", deps=office.deps
    )
    page = office.desk("warehouse").open(f"/staff/cases/{case_no}")
    assert page.submit("/return-parcel", carrier="SF", tracking_no="!").status == 422
    page = page.submit("/return-parcel", carrier="SF", tracking_no="SF1234567890")
    assert page.one("#goods").says("SF1234567890")
    page = page.submit("/handed-over", handed_over="taken")
    assert state(page) == "refunding"


def test_a_second_colleague_who_inspects_is_told(office: Office) -> None:
    case_no = approved(office)
    first = at_hand(office, case_no)
    second = office.desk("agent").open(f"/staff/cases/{case_no}")
    inspect(first)
    page = inspect(second)
    assert page.status == 409
    assert page.one('[data-error="changed"]')


def test_goods_are_found_by_their_return_number(office: Office) -> None:
    case_no = approved(office)
    return_no = office.desk("warehouse").open(f"/staff/cases/{case_no}").one("#goods").one(".code").text
    page = office.desk("warehouse").open("/staff/cases", q=return_no, state="all")
    assert page.path == f"/staff/cases/{case_no}"


def test_an_auditor_sees_the_goods_and_no_button(office: Office) -> None:
    case_no = approved(office)
    page = office.desk("auditor").open(f"/staff/cases/{case_no}")
    assert page.one("#goods")
    assert office.desk("auditor").post(f"/staff/cases/{case_no}/receive").status == 403


@pytest.mark.req("S39", "N11")
def test_who_decides_an_appeal_about_the_goods_sees_what_was_found_and_that_money_follows_at_once(
    office: Office,
) -> None:
    case_no = approved(office)
    inspect(at_hand(office, case_no), accept_1="1", resellable_1="1", reject_1="2", reason="有划痕")
    by = {"actor": office.made.shopper, "request_id": "appeal", "deps": office.deps}
    appeal_case(case_no=case_no, body="寄出时没有划痕", **by)
    desk = office.desk("agent", login="colleague").open(f"/staff/cases/{case_no}").one("#decide")
    assert desk.one("[data-first-answer='inspection']").says("验货未通过", "有划痕")
    assert desk.one("#accept-effect").says("退款自动发起") and not desk.says("客户会收到退货单号")
    assert not desk.says("申请之后订单有变化")
    assert not desk.all("[name=decision][value=partly]") and desk.one("[name=decision][value=accept]")
