"""The warehouse's own pages: its lists, the scanner's page, and one changed number a line (S28, P5, P14)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from portal.services.returning.receive_parcel import receive_goods
from tests.routes.staff.test_returning import approved, inspect, state
from tests.support.page import Page
from tests.support.said import ship_back
from tests.support.staff import Office, open_office


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def sent(office: Office, case_no: str, tracking_no: str = "SF1234567890123") -> None:
    by = {"actor": office.made.shopper, "request_id": f"ship-{case_no}", "deps": office.deps}
    ship_back(case_no=case_no, carrier="SF", tracking_no=tracking_no, **by)


def received(office: Office, case_no: str) -> None:
    actor = office.made.staff("warehouse")
    receive_goods(case_no=case_no, actor=actor, request_id=f"in-{case_no}", deps=office.deps)


def return_no(office: Office, case_no: str) -> str:
    found = office.rows(f"SELECT return_no FROM after_sales_case WHERE case_no = '{case_no}'")
    return str(found[0]["return_no"])


def listed(page: Page) -> list[str]:
    return [row.get("data-case") or "" for row in page.all("tbody tr[data-case]")]


@pytest.mark.req("S28", "P14")
def test_whoever_works_in_the_warehouse_comes_to_its_lists_and_nobody_else_does(office: Office) -> None:
    desk = office.newcomer()
    page = office.enter(desk, office.add("warehouse"), "/staff/")
    assert page.path == "/staff/warehouse"
    assert office.desk("agent").open("/staff/").path == "/staff/cases"
    assert office.desk("admin").open("/staff/warehouse").status == 403


@pytest.mark.req("S28", "P14")
def test_each_list_holds_its_parcels_with_their_number(office: Office) -> None:
    hold, awaited, coming, inside = office.waiting(), approved(office), approved(office), approved(office)
    sent(office, coming)
    received(office, inside)
    desk = office.desk("warehouse")
    lists = {
        name: listed(desk.open("/staff/warehouse", list=name))
        for name in ("stop", "coming", "awaited", "inspect", "send", "back")
    }
    empty: dict[str, list[str]] = {"send": [], "back": []}
    assert lists == {"stop": [hold], "coming": [coming], "awaited": [awaited], "inspect": [inside]} | empty
    page = desk.open("/staff/warehouse")
    assert page.one(".tabs [aria-current]").text.startswith("拦截")
    assert page.one("main").says("今天")


@pytest.mark.req("S28")
@pytest.mark.parametrize("how", ["return", "lower", "tracking", "order", "case"])
def test_a_scanned_number_opens_the_parcel_and_changes_nothing(office: Office, how: str) -> None:
    case_no = approved(office)
    sent(office, case_no)
    order_no = office.rows("SELECT number FROM orders")[0]["number"]
    number = return_no(office, case_no)
    q = {"return": number, "lower": f" {number.lower()}\n", "tracking": "SF1234567890123"}.get(how, order_no)
    page = office.desk("warehouse").open("/staff/scan", q=case_no if how == "case" else q)
    assert page.path == f"/staff/cases/{case_no}"
    assert state(page) == "in_transit"


@pytest.mark.req("S28")
def test_after_each_act_on_a_scanned_parcel_the_field_is_ready_for_the_next(office: Office) -> None:
    case_no = approved(office)
    desk = office.desk("warehouse")
    page = desk.open("/staff/scan", q=return_no(office, case_no))
    assert page.one("#goods .scan input").get("autofocus") is not None
    page = page.submit("/receive")
    assert page.path.startswith("/staff/scan")
    assert page.one("#found .scan input").get("autofocus") is not None
    page = desk.open(next(a.get("href") or "" for a in page.all("#found a[href]") if "接着验货" in a.text))
    page = inspect(page)
    assert page.path.startswith("/staff/scan")
    assert state(desk.open(f"/staff/cases/{case_no}")) == "refunding"


@pytest.mark.req("S28")
def test_what_leads_to_no_parcel_says_what_was_read_and_what_can_be_done(office: Office) -> None:
    desk = office.desk("warehouse")
    page = desk.open("/staff/scan", q="ＸＹ 99")
    assert page.status == 200
    assert page.one("#found").says("读到“XY99”", "0和O")
    number = office.take()
    assert desk.open("/staff/scan", q=number).one("#found").says("没有售后申请", "请客服联系客户")


@pytest.mark.req("S28")
def test_of_several_parcels_of_an_order_one_is_chosen(office: Office) -> None:
    first = approved(office)
    order = office.rows("SELECT id, number FROM orders")[0]
    second = approved(office)
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE after_sales_case SET order_id = {order['id']}")
    page = office.desk("warehouse").open("/staff/scan", q=order["number"])
    assert sorted(listed(page)) == sorted([first, second])


def inspecting(office: Office) -> Page:
    case_no = approved(office)
    received(office, case_no)
    return office.desk("warehouse").open(f"/staff/cases/{case_no}")


@pytest.mark.req("S28", "P5")
@pytest.mark.parametrize("typed", [{"accept-1": "2"}, {"reject-1": "1"}])
def test_one_number_says_that_a_unit_is_not_accepted(office: Office, typed: dict[str, str]) -> None:
    page = inspecting(office).submit("/inspect", fields=typed, button="quote")
    assert page.one("#goods").amount("refund") == "200.00"
    boxes = {box.get("name"): box.get("placeholder") for box in page.all(".found-units input")}
    assert boxes == {"received-1": "3", "accept-1": "2", "reject-1": "1", "resellable-1": "2"}
    page = page.submit("/inspect", fields={"why": "damaged", "reason": "右侧有裂口"})
    assert page.one("#goods").says("2件通过", "1件未通过", "有破损或污渍；右侧有裂口")
    found = office.rows("SELECT received, accepted, rejected, resellable FROM case_line")
    assert [tuple(row.values()) for row in found] == [(3, 2, 1, 2)]


@pytest.mark.req("S28", "P5")
def test_a_short_shipment_is_one_number_and_only_what_came_is_paid(office: Office) -> None:
    page = inspecting(office).submit("/inspect", fields={"received-1": "2"})
    assert state(page) == "refunding"
    assert page.one("#goods").says("1件没有收到")
    found = office.rows("SELECT received, accepted, rejected, resellable FROM case_line")
    assert [tuple(row.values()) for row in found] == [(2, 2, 0, 2)]


@pytest.mark.req("S28")
def test_goods_besides_are_told_to_both_sides_and_paid_to_nobody(office: Office) -> None:
    typed: dict[str, Any] = {"extra": "2", "extra_what": "一双袜子"}
    page = inspecting(office).submit("/inspect", fields=typed)
    assert page.status == 422
    page = page.submit("/inspect", fields={"extra_then": "ask"})
    assert state(page) == "refunding"
    assert page.one("#goods").says("另外收到2件没有申请退回的商品", "一双袜子", "由客服联系确认")


@pytest.mark.req("S42")
def test_the_warehouse_decides_nothing_else(office: Office) -> None:
    case_no = approved(office)
    desk = office.desk("warehouse")
    page = desk.open(f"/staff/cases/{case_no}")
    actions = {form.get("action") for form in page.all("form[method=post]")}
    assert f"/staff/cases/{case_no}/receive" in actions
    assert not [action for action in actions if action and action.endswith(("/decide", "/claim", "/message", "/note"))]
