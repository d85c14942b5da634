"""What the shop sends its customer, walked through at the desk and read on the customer's page (P20)."""

from __future__ import annotations

import pytest

from tests.routes.staff.test_deciding import applied
from tests.routes.staff.test_returning import at_hand, state
from tests.support.page import Browserless, Page
from tests.support.shopper import sign_in
from tests.support.staff import Office

pytestmark = pytest.mark.req("P20")


def customer(office: Office, path: str, htmx: bool = False) -> Page:
    somebody = office.newcomer(htmx=htmx)
    sign_in(somebody)
    return somebody.open(path)


def accepted(office: Office, case_no: str) -> Browserless:
    desk = office.desk("agent")
    page = desk.open(f"/staff/cases/{case_no}")
    assert not page.one("#decide").all("[name=decision][value=partly]") and not page.one("#decide").all("[data-amount]")
    assert state(page.submit("/decide", decision="accept")) in ("replacing", "awaiting_return")
    return desk


def test_missing_goods_are_sent_at_the_desk_and_the_customer_reads_how_far_they_are(office: Office, htmx: bool) -> None:
    case_no = applied(office, "reship", "missing_item")
    desk = accepted(office, case_no)
    page = customer(office, f"/cases/{case_no}", htmx)
    assert page.one("#case").says("补寄待发出", "商家寄出后，快递单号会显示在这里", "还没有寄出")
    page = desk.open(f"/staff/cases/{case_no}")
    assert page.one("#desk").says("补寄待发出")
    packer = office.desk("warehouse")
    assert packer.open("/staff/warehouse").one("tbody tr").get("data-case") == case_no
    assert packer.open("/staff/scan", q="TP20260001").path == f"/staff/cases/{case_no}"
    assert page.submit("/replacement", carrier="SF", tracking_no="!").status == 422
    page = page.submit("/replacement", carrier="SF", tracking_no="SF1234567890")
    assert not packer.open("/staff/warehouse", list="send").all("tbody tr")
    assert page.one("#replacing").says("SF1234567890") and page.one("#desk").says("补寄已寄出")
    read = customer(office, f"/cases/{case_no}", htmx)
    assert read.one("#case").get("data-state") == "replacing"
    assert read.one("#replacement").says("SF1234567890") and read.one("#case").says("补寄已寄出")
    page = page.submit("/replacement/arrived")
    assert state(page) == "completed"
    assert customer(office, f"/cases/{case_no}", htmx).one("#replacement").says("送到")


def test_what_cannot_be_sent_is_paid_for_with_the_reason_that_the_customer_reads(office: Office) -> None:
    case_no = applied(office, "reship", "missing_item")
    page = accepted(office, case_no).open(f"/staff/cases/{case_no}")
    assert page.one("#replacing").amount("refund") == "300.00"
    assert page.submit("/refund-instead").status == 422
    page = page.submit("/refund-instead", reason="没有库存了")
    assert state(page) == "refunding"
    read = customer(office, f"/cases/{case_no}")
    assert read.one("[data-refund]").amount("refunded") == "300.00"


def test_goods_for_repair_come_and_are_looked_at_without_a_word_of_money(office: Office) -> None:
    case_no = applied(office, "repair", "quality")
    accepted(office, case_no)
    read = customer(office, f"/cases/{case_no}")
    assert read.one("#case").get("data-return-no") and not read.one("#case").says("验货后退款")
    page = at_hand(office, case_no)
    goods = page.one("#goods")
    assert goods.says("修好后寄回给客户") and not goods.all("[name^=resellable]") and not goods.all("[data-amount]")
    page = page.submit("/inspect")
    assert state(page) == "replacing" and page.one("#desk").says("维修中")
    page = page.submit("/replacement", carrier="SF", tracking_no="SF1234567890")
    assert page.one("#desk").says("修好已寄出")


def test_an_auditor_sees_what_is_sent_and_no_button(office: Office) -> None:
    case_no = applied(office, "reship", "missing_item")
    accepted(office, case_no)
    assert not office.desk("auditor").open(f"/staff/cases/{case_no}").one("#replacing").all("form")
    assert office.desk("auditor").post(f"/staff/cases/{case_no}/refund-instead").status == 403
