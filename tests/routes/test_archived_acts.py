"""What cannot be done any more because its order is archived says so, to whoever could see it (issue 17, size)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from portal.cli import say
from portal.cli.cases import cases
from portal.domain.errors import Archived
from tests.support.archiving import archive_all
from tests.support.make import make_customer
from tests.support.page import Browserless
from tests.support.queries import counted
from tests.support.shopper import sign_in
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("P12", "N2")
READ = {"order", "case", "record", "evidence"}
"""Pages that read: they are there as before."""
PHONE = "+8613800000001"


@pytest.fixture
def office(app: Flask) -> Office:
    """An order with a case, all of it in the archive."""
    found = open_office(app)
    found.waiting()
    archive_all(found.deps)
    return found


def archived(office: Office) -> dict[str, str]:
    (row,) = office.rows("SELECT number, case_no FROM archived_order JOIN archived_case USING (order_id)")
    return {"order_no": row["number"], "number": row["number"], "case_no": row["case_no"]}


def acts(office: Office, blueprint: str) -> Iterator[tuple[str, str]]:
    """Method and address of all that can be done below an order or a case."""
    named = archived(office)
    for rule in office.app.url_map.iter_rules():
        own = rule.arguments & {"order_no", "case_no", "number"}
        owner, _, name = rule.endpoint.partition(".")
        if owner == blueprint and own == rule.arguments and own and name not in READ:
            path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: named[part[1]], rule.rule)
            yield from ((method, path) for method in sorted({"GET", "POST"} & (rule.methods or set())))


def press(browser: Browserless, method: str, path: str, page: str) -> Any:
    """As from a form that was opened before; `page`: any that has a token."""
    if method == "GET":
        return browser.open(path)
    token = browser.open(page).tree.xpath("//input[@name='csrf_token']/@value")[0]
    typed = {"request_id": "r" * 26, "shown": "x", "body": "x", "reason": "x", "until": "2026-11-25T10:00"}
    return browser.post(path, {"csrf_token": token} | typed)


def test_a_customer_is_told_that_it_is_archived_whatever_they_press(office: Office) -> None:
    mine = office.newcomer()
    sign_in(mine)
    tried = list(acts(office, "shop"))
    assert len(tried) > 40
    for method, path in tried:
        page = press(mine, method, path, "/account")
        assert (page.status, page.h1) == (409, "这个订单已经归档"), (method, path, page.status)
        assert page.says("请联系客服") and not page.says("没有提交")
    assert press(mine, "GET", f"/cases/{archived(office)['case_no']}/urge", "").follow("返回").status == 200


def test_nobody_else_is_told_that_there_is_one(office: Office) -> None:
    make_customer(office.deps, office.made.shop_id, 2)
    stranger, numbers = office.newcomer(), archived(office)
    sign_in(stranger, "c-2")
    unknown = stranger.open("/orders/NO-SUCH/cancel")
    for path in (f"/orders/{numbers['order_no']}/cancel", f"/cases/{numbers['case_no']}/edit"):
        page = stranger.open(path)
        assert (page.status, page.text) == (404, unknown.text), path
    assert office.newcomer().open(f"/orders/{numbers['order_no']}/cancel").path == "/sign-in"


def test_staff_are_told_who_brings_it_back(office: Office) -> None:
    desk = office.desk("supervisor")
    answers = [(path, press(desk, method, path, "/staff/account")) for method, path in acts(office, "staff")]
    assert len(answers) > 30
    for path, page in answers:
        # What a supervisor may not do is refused before anybody looks for the case.
        if page.status != 403:
            assert page.says("这个订单已经归档") and page.says("请运维先取回"), (path, page.status)
    assert archived(office)


def test_the_shops_own_system_gets_a_reason(office: Office) -> None:
    headers = {"Authorization": f"Bearer {office.made.keys.token}"}
    client, number = office.app.test_client(), archived(office)["number"]
    parcel = {"carrier": "SF", "tracking_no": "SF1", "shipped_at": "2026-11-20T12:00:00+08:00"}
    answer = client.post(f"/api/v1/orders/{number}/shipments", json=parcel, headers=headers)
    assert (answer.status_code, answer.get_json()["reason"]) == (409, "archived")
    assert client.post("/api/v1/orders/NO-SUCH/shipments", json=parcel, headers=headers).status_code == 404
    answer = client.get(f"/api/v1/orders/{number}/options", headers=headers)
    assert (answer.status_code, answer.get_json()["reason"]) == (409, "archived")


def test_at_the_shell_it_is_said_how_to_bring_it_back(office: Office) -> None:
    numbers, login = archived(office), office.add("agent")
    words = ["decide", numbers["case_no"], "--as", login, "--accept"]
    result = office.app.test_cli_runner().invoke(cases, words)
    assert isinstance(result.exception, Archived)
    assert f"`portal archive --restore {numbers['order_no']} --shop tepai` brings it back" in say(result.exception)


def test_a_guest_finds_an_archived_order_as_any_other_and_reads_it(office: Office) -> None:
    guest, number = office.newcomer(), archived(office)["order_no"]
    page = guest.open("/find-order").submit(order_no=number.lower(), contact="13800000001")
    office.work()
    code = re.findall(r"(?<!\d)\d{6}(?!\d)", office.texts.sent[-1].body)[0]
    page = page.submit(code=code)
    assert (page.path, page.status) == (f"/orders/{number}", 200)
    assert page.says("这个订单已经归档")
    assert guest.open(f"/orders/{number}/cancel").h1 == "这个订单已经归档"
    wrong = office.newcomer().open("/find-order").submit(order_no=number, contact="13900000000")
    sent = len(office.texts.sent)
    office.work()
    assert wrong.status == 200 and len(office.texts.sent) == sent


def test_the_list_and_a_search_cost_as_little_as_those_of_other_orders(office: Office) -> None:
    mine, desk = office.newcomer(), office.desk("agent")
    sign_in(mine)
    mine.open("/archived-orders")
    with counted() as statements:
        assert archived(office)["order_no"] in mine.open("/archived-orders").text
    assert len(statements) <= 4, statements
    for search in archived(office).values():
        for path, most in (("/staff/orders", 8), ("/staff/cases", 8)):
            with counted() as statements:
                assert desk.client.get(path, query_string={"q": search}).status_code in (200, 303)
            assert len(statements) <= most, (path, search, statements)


def test_a_search_that_finds_nothing_leads_to_the_archive(office: Office) -> None:
    mine = office.newcomer()
    sign_in(mine)
    page = mine.open("/orders", q=archived(office)["order_no"])
    assert page.all("article") == []
    assert archived(office)["order_no"] in page.follow("更早的在已归档的订单里").text
